// Lists in pasted HTML. Word writes them as paragraphs with a label in front, Office on the web as one list an item, Google
// Docs and others as lists in lists; and only what a program marks as a label is one.

import { HEADINGS, isBlank, make, rename, unwrap } from "./editor-pasted-elements.js";
import { levelOf, styleOf } from "./editor-pasted-styles.js";

const SIGNS = /symbol|wingdings|webdings/; // the fonts in which bullets are letters
const ROMAN = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };

// --- Lists whose lines say how deep they stand ---------------------------------------------------------------------------

/** Of Word and of Office on the web: paragraphs, and items in lists of their own. Numbered headings have a label, too. */
export function markedLists(body) {
  for (const wrapper of body.querySelectorAll("div.ListContainerWrapper, div.OutlineElement")) unwrap(wrapper);
  const labels = labelsIn(body);
  const lines = loosened(body);
  for (const line of body.querySelectorAll(`p, div, ${HEADINGS}`)) {
    const [, list, level] = placeOf(line) ?? (labels.has(line) ? [null, "", indented(line)] : []);
    if (!level) {
      if (isIndented(line)) lines.push({ element: line, margin: marginOf(line) });
      continue;
    }
    const { label, font } = saidBy(labels.get(line) ?? filled(line));
    if (line.matches(`${HEADINGS}, [role=heading]`) || isBlank(line)) continue;
    const format = levelOf(list, level)?.get("mso-level-number-format") ?? (levelOf(list, level) && "decimal");
    const isWord = /\p{L}{4}/u.test(label) && !/\d|^\W*[ivxlcdm]+\W*$/i.test(label) && !SIGNS.test(font);
    const tag = isNumber(label, font, format) && !isWord ? "ol" : "ul";
    if (isWord) line.prepend(`${label} `);
    lines.push({ element: line, level: Number(level), margin: marginOf(line), tag, readings: tag === "ol" ? readingsOf(label, format) : NO_NUMBER });
  }
  for (const part of [...labels.values()].flat()) part.remove();
  nest(lines.sort((one, other) => (one.element.compareDocumentPosition(other.element) & 4 ? -1 : 1)));
}

const NO_NUMBER = [{ type: "", number: null }];

const placeOf = (element) => styleOf(element).get("mso-list")?.match(/^(l\d+) level(\d+)/);

const marginOf = (element) => styleOf(element).get("margin-left");

/** A paragraph that begins below the words of an item is one of it. */
const isIndented = (line) => line.matches("p") && Number.parseFloat(marginOf(line)) > 0 && !/^-/.test(styleOf(line).get("text-indent")) && !isBlank(line);

/** How deep one stands that has a label and says no more. */
function indented(element) {
  const [, length, unit] = marginOf(element)?.match(/^([\d.]+)(pt|in|cm|px)/) ?? [];
  return Math.max(1, Math.round(((length ?? 0) * { pt: 1, in: 72, cm: 28.35, px: 0.75 }[unit ?? "pt"]) / 36));
}

/** Items that say how deep they stand come out of their lists. */
function loosened(body) {
  const lines = [];
  for (const list of body.querySelectorAll("ul, ol")) {
    const items = [...list.querySelectorAll("li")].filter((item) => !item.parentElement.closest("li"));
    if (list.parentElement.closest("li, ul, ol") || !items.some(depthOf)) continue;
    for (const item of items) {
      const { localName: tag } = item.parentElement;
      const number = tag === "ol" ? Number(item.getAttribute("value")) || firstOf(item.parentElement) + [...item.parentElement.children].indexOf(item) : null;
      lines.push({ element: item, level: depthOf(item) || 1, tag, readings: [{ type: tag === "ol" ? typeOf(item.parentElement) : "", number }] });
    }
    list.before(...items);
    list.remove();
  }
  return lines;
}

/** Of Office on the web, of Outlook, of Slack, and of what Google Docs publishes; 0 where an item does not say it. */
function depthOf(item) {
  const { ariaLevel, stringifyIndent } = item.dataset;
  const published = item.parentElement.className.match?.(/\blst-kix_\w+-(\d)\b/)?.[1];
  return Number(ariaLevel || placeOf(item)?.[2]) || (stringifyIndent || published ? Number(stringifyIndent || published) + 1 : 0);
}

/** Line → the parts of it that are its label: in a span that says `mso-list:Ignore`, else what stands between two conditions. */
function labelsIn(body) {
  const [said, between] = [new Map(), new Map()];
  const put = (map, part) => {
    const line = part.parentElement.closest(`p, div, li, ${HEADINGS}`);
    if (line) map.set(line, [...(map.get(line) ?? []), part]);
  };
  for (const part of body.querySelectorAll("[data-style]")) if (styleOf(part).get("mso-list") === "ignore") put(said, part);
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_TEXT);
  let isInside = false;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === 8 && /^\[(if|endif)/i.test(node.data)) isInside = /^\[if !supportLists\]/i.test(node.data);
    else if (isInside && node.nodeType === 3) put(between, node);
  }
  return new Map([...between, ...said]);
}

/** What stands in front of the blanks of 7 points with which Word fills up to the text. */
const filled = (line) =>
  [...line.querySelectorAll("span > span[data-style*='7.0pt']")]
    .filter(isBlank)
    .map((filler) => filler.parentElement)
    .filter((part) => isFirst(part, line))
    .slice(0, 1);

/** What a label says, which is gone then. */
function saidBy(parts) {
  const label = parts.map((part) => part.textContent).join("").trim();
  const styled = parts.flatMap((part) => (part.nodeType === 1 ? [part.parentElement, part, ...part.querySelectorAll("*")] : [part.parentElement]));
  const font = styled.map((part) => `${styleOf(part).get("font-family") ?? ""} ${part.getAttribute("face") ?? ""}`).join(" ").toLowerCase();
  for (const part of parts) part.remove();
  return { label, font };
}

function isFirst(part, line) {
  for (let node = part; node !== line; node = node.parentNode)
    for (let before = node.previousSibling; before; before = before.previousSibling) if (!isBlank(before)) return false;
  return true;
}

function isNumber(label, font, format) {
  if (format) return !/bullet|image|none/.test(format);
  return /[\p{L}\p{N}]/u.test(label) && label !== "o" && !SIGNS.test(font);
}

/** What a label may say, the likeliest first: of "1.2.3" the last number, and "i" is one or the ninth letter. */
function readingsOf(label, format = "") {
  const last = label.match(/[\p{L}\p{N}]+(?=[^\p{L}\p{N}]*$)/u)?.[0] ?? "";
  const small = last.toLowerCase();
  if (/^\d+$/.test(last)) return [{ type: "", number: Number(last) }];
  const isLarge = last !== small;
  const readings = [];
  if (/^[ivxlcdm]+$/.test(small) && (/roman/.test(format) || !format)) readings.push({ type: isLarge ? "I" : "i", number: roman(small) });
  if (/^([a-z])\1*$/.test(small) && !/roman/.test(format))
    readings.push({ type: isLarge ? "A" : "a", number: small.charCodeAt(0) - 96 + 26 * (small.length - 1) });
  if (!format && !/^([ivx]{2,}|i)$/.test(small)) readings.reverse();
  return readings.length ? readings : [{ type: "", number: null }];
}

const roman = (letters) => [...letters].reduce((sum, letter, n) => sum + (ROMAN[letter] < (ROMAN[letters[n + 1]] ?? 0) ? -1 : 1) * ROMAN[letter], 0);

// --- From lines to lists -----------------------------------------------------------------------------------------------

/** A level that nobody stands in is none; a number that does not follow begins a list that starts with it. */
function nest(lines) {
  let open = []; // the lists that the last line stood in, from the outside in
  for (const { element, level, margin, tag, readings } of lines) {
    if (before(element) !== open[0]?.list) open = [];
    if (!tag) {
      const at = open.findLastIndex((one) => one.margin === margin);
      open[at]?.list.lastElementChild.append(element);
      open.length = at + 1;
      continue;
    }
    while (open.length > 1 && open.at(-2).level >= level) open.pop();
    if (open.at(-1)?.level > level) open.at(-1).level = level;
    const here = open.at(-1);
    const follows =
      here?.level === level &&
      here.list.localName === tag &&
      readings.find((one) => one.number === null || (one.number === here.next && one.type === here.type));
    const { type, number } = follows || readings[0];
    if (here?.level === level && !follows) open.pop();
    if (open.at(-1)?.level !== level) open.push({ list: begun(element, tag, type, number, open.at(-1)), level, type, next: number ?? 1 });
    const { list } = open.at(-1);
    list.append(element.localName === "li" ? element : rename(element, "li"));
    Object.assign(open.at(-1), { margin, next: (number ?? open.at(-1).next) + 1 });
  }
}

function begun(element, tag, type, number, above) {
  const list = make(element, tag);
  if (type) list.setAttribute("type", type);
  if (number !== null && number !== 1) list.setAttribute("start", number);
  if (above) above.list.lastElementChild.append(list);
  else element.before(list);
  return list;
}

/** What stands before it, but for what is not to be seen. */
function before(element) {
  let node = element.previousSibling;
  while (node && isBlank(node)) node = node.previousSibling;
  return node;
}

// --- Lists in lists ----------------------------------------------------------------------------------------------------

export function plainLists(body) {
  for (const list of body.querySelectorAll("ol")) {
    list.type = typeOf(list);
    const items = [...list.children].filter((child) => child.localName === "li");
    if (list.reversed)
      for (const [n, item] of items.entries())
        if (!item.hasAttribute("value")) item.setAttribute("value", (Number(list.getAttribute("start")) || items.length) - n);
  }
  for (const list of body.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) into(list.previousElementSibling, [list], list);
  for (const item of [...body.querySelectorAll("li")]) {
    const lists = [...item.children].filter((child) => child.matches("ul, ol"));
    if (lists.length && [...item.childNodes].every((node) => lists.includes(node) || isBlank(node))) into(item.previousElementSibling, lists, item);
  }
  for (const heading of body.querySelectorAll(`li > :is(${HEADINGS})`)) raised(heading);
  for (const item of body.querySelectorAll("ol > li[value]")) numbered(item);
}

/** Lists that nothing stands over belong to the item before them. Where there is none they stand in the place of their own. */
function into(item, lists, place) {
  if (item?.localName === "li") {
    const last = item.lastElementChild;
    if (last?.localName === lists[0].localName && !lists[0].hasAttribute("start")) last.append(...lists.shift().children);
    if (!lists.includes(place)) place.remove();
    item.append(...lists);
  } else if (lists.every((list) => list.localName === place.parentElement.localName)) place.replaceWith(...lists.flatMap((list) => [...list.children]));
  else {
    place.parentElement.before(...lists);
    place.remove();
  }
}

/** An item that is a heading and nothing else is a numbered heading; in front of other words it is their first paragraph. */
function raised(heading) {
  const item = heading.parentElement;
  const list = item?.closest("ul, ol");
  if (!list) return;
  if (list.parentElement.closest("li") || [...item.childNodes].some((node) => node !== heading && !isBlank(node))) return void rename(heading, "p");
  const behind = list.cloneNode(false);
  behind.append(...following(item));
  list.after(heading, behind);
  item.remove();
  for (const part of [list, behind]) if (!part.childElementCount) part.remove();
}

function following(item) {
  const found = [];
  for (let next = item.nextElementSibling; next; next = next.nextElementSibling) found.push(next);
  return found;
}

/** A number in the middle of a list that does not follow. */
function numbered(item) {
  const list = item.parentElement;
  const number = Number.parseInt(item.getAttribute("value"), 10);
  const at = [...list.children].indexOf(item);
  if (!Number.isFinite(number) || number === firstOf(list) + at) return;
  if (!at) return void list.setAttribute("start", number);
  const behind = make(list, "ol", item, ...following(item));
  behind.setAttribute("start", number);
  behind.type = list.type;
  list.after(behind);
}

const firstOf = (list) => {
  const number = Number.parseInt(list.getAttribute("start"), 10);
  return Number.isFinite(number) ? number : 1;
};

const TYPES = { "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i", "upper-roman": "I" };

/** "a", "A", "i" or "I": what is said of "step c" must be found. */
function typeOf(list) {
  const said = [list.firstElementChild, list]
    .filter(Boolean)
    .map((one) => (styleOf(one).get("list-style-type") ?? styleOf(one).get("list-style") ?? "").split(" ").find((word) => word in TYPES || word === "decimal"))
    .find(Boolean);
  return said ? (TYPES[said] ?? "") : /^[aAiI]$/.test(list.type) ? list.type : "";
}
