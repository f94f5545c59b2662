// Before publishing: the list is the server's, new with each save; how the text reads is counted here at each pause. Each
// point leads to its place in the text or on the page and marks it. Nothing of it is part of the text.

const PAUSE = 300; // after the last key
const MARKS = "checks:marks";
const place = document.getElementById("checks");
const list = place?.querySelector("[data-list]");
const coach = place?.querySelector("[data-coach]");
const area = document.getElementById("id_body");
const rules = JSON.parse(document.getElementById("reading-rules")?.textContent ?? "null");
let own = null; // what counts; a page on which nothing stands does without
const wantsMarks = place?.querySelector("[data-marks]");

let editor = null;
let pm = null; // of the editor's own modules
let key = null; // of the plugin that marks places

const part = (name) => coach.querySelector(`[data-${name}]`);

// --- How it reads ------------------------------------------------------------------------------------------------------

function link(words, quote) {
  const element = document.createElement("a");
  element.href = "#id_body";
  element.textContent = words;
  element.dataset.lead = "";
  element.dataset.quote = quote;
  return element;
}

function rows(name, found) {
  const box = part(name);
  box.querySelector("[data-count]").textContent = found.length;
  const known = found.map(([quote, ...more]) => [quote, ...more].join("|")).join("\n");
  if (box.dataset.known === known) return;
  box.dataset.known = known;
  box.querySelector("ul").replaceChildren(...found.map(([quote, words, after]) => {
    const row = document.createElement("li");
    row.className = "point";
    row.append(link(words, quote), after);
    return row;
  }));
}

const cut = (words) => (words.length > 80 ? `${words.slice(0, 79)}…` : words);
const times = (n) => (n > 1 ? ` ${coach.dataset.times.replace("{n}", n)}` : "");

async function read() {
  own ??= (await import("./readability.js")).reader(rules);
  const reading = own.measure(area.value);
  const grade = reading.grade;
  coach.querySelector("span[data-words]").textContent = coach.dataset.words.replace("{words}", reading.words).replace("{minutes}", reading.minutes);
  part("graded").hidden = grade === null;
  part("grade").textContent = grade === null ? "" : grade.toFixed(1);
  part("meaning").textContent = grade === null ? "" : grade <= 8 ? coach.dataset.good : coach.dataset.hard;
  part("why").textContent = reading.why_not ? coach.dataset[reading.why_not] : "";
  rows("long", reading.long.map((words) => [words, cut(words), ""]));
  rows("jargon", reading.jargon.map(([words, plainer, n]) => [words, words, ` → ${plainer}${times(n)}`]));
  if (key) editor.view.dispatch(editor.state.tr.setMeta(key, { read: true }).setMeta("addToHistory", false));
}

let timer = null;
function later() {
  clearTimeout(timer);
  timer = setTimeout(read, PAUSE);
}

// --- Where things are in the editor ------------------------------------------------------------------------------------

/** The words of a paragraph as the reader counts them, and where in the document each piece of them begins. */
function wordsOf(node, start) {
  let text = "";
  const pieces = [];
  node.forEach((child, offset) => {
    if (!child.isText && child.type.name !== "hardBreak") return;
    pieces.push({ from: text.length, at: start + offset });
    text += child.isText ? child.text : "\n";
  });
  const at = (index, isEnd) => {
    const piece = pieces.findLast(({ from }) => (isEnd ? from < index : from <= index)) ?? pieces[0];
    return piece.at + index - piece.from;
  };
  return { text, at };
}

function paragraphs(doc) {
  const found = [];
  doc.descendants((node, pos, parent, index) => {
    if (node.isTextblock) found.push({ node, pos, kind: parent.type.name, ...wordsOf(node, pos + 1) });
    return !node.isTextblock;
  });
  return found;
}

/** In one paragraph, whatever blanks stand between the words. */
function quoteIn({ text, at }, quote) {
  const flat = [...text.matchAll(/\S+|\s+/g)].map((match) => ({ index: match.index, word: /\s/.test(match[0]) ? " " : match[0] }));
  const whole = flat.map(({ word }) => word).join("");
  const found = whole.indexOf(quote);
  if (found < 0) return null;
  const original = (index, isEnd) => {
    let before = 0;
    for (const { index: start, word } of flat) {
      if (index < before + word.length + (isEnd ? 1 : 0)) return start + index - before;
      before += word.length;
    }
    return text.length;
  };
  return { from: at(original(found, false), false), to: at(original(found + quote.length, true), true) };
}

/** The words, best in the block with that number; else the whole block; else nothing. */
function findPlace(number, quote) {
  const { doc } = editor.state;
  const blocks = [];
  doc.forEach((node, from) => blocks.push({ from, to: from + node.nodeSize }));
  const block = blocks[number];
  const inside = ({ pos }) => block && pos >= block.from && pos < block.to;
  const all = paragraphs(doc);
  for (const candidates of quote ? [all.filter(inside), all] : []) {
    for (const paragraph of candidates) {
      const found = quoteIn(paragraph, quote);
      if (found) return found;
    }
  }
  return block && { ...block, isBlock: true, cursor: all.find(inside)?.pos };
}

// --- Marks: they go along with the words while somebody types ----------------------------------------------------------

const known = new WeakMap(); // what was found in a paragraph that has not changed since

function marksIn(paragraph) {
  if (!known.has(paragraph.node)) known.set(paragraph.node, own.marks(paragraph.text));
  return known.get(paragraph.node);
}

const NOT_READ = new Set(["heading", "caption", "tableCaption", "figcaption"]);

function readMarks(doc) {
  if (!wantsMarks.checked) return [];
  const here = [];
  doc.descendants((node, pos) => {
    if (node.type.name === "table" || node.type.name === "figure" || NOT_READ.has(node.type.name)) return false;
    if (!node.isTextblock) return true;
    here.push({ node, ...wordsOf(node, pos + 1) });
    return false;
  });
  const found = here.flatMap((paragraph) => marksIn(paragraph).map((mark) => ({ ...mark, from: paragraph.at(mark.start, false), to: paragraph.at(mark.end, true) })));
  const explained = new Set(found.filter((mark) => mark.isExplained).map((mark) => mark.name));
  return found
    .filter((mark) => mark.kind === "long" || !explained.has(mark.name))
    .map(({ kind, from, to, plain }) => pm.Decoration.inline(from, to, kind === "long" ? { class: "mark-long" } : { class: "mark-term", title: plain }, { kind }));
}

function ledTo({ from, to, isBlock }) {
  const looks = { class: "led" };
  return isBlock ? pm.Decoration.node(from, to, looks, { kind: "led" }) : pm.Decoration.inline(from, to, looks, { kind: "led" });
}

function marked(change, marks, state) {
  const news = change.getMeta(key);
  let kept = marks.map(change.mapping, change.doc);
  if (change.docChanged || news?.led) kept = kept.remove(kept.find(undefined, undefined, ({ kind }) => kind === "led"));
  if (news?.led) return kept.add(state.doc, [ledTo(news.led)]);
  if (!news?.read) return kept;
  const led = kept.find(undefined, undefined, ({ kind }) => kind === "led");
  return pm.DecorationSet.create(state.doc, [...readMarks(state.doc), ...led]);
}

async function inThe(ready) {
  editor = ready;
  const { Plugin, pm: modules } = await import("django-prose-editor/editor");
  pm = modules.view;
  key = new Plugin({
    state: { init: () => pm.DecorationSet.empty, apply: (change, marks, before, state) => marked(change, marks, state) },
    props: { decorations: (state) => key.getState(state) },
  });
  editor.registerPlugin(key);
  if (area.value) read(); // the server has said how nothing reads
}

// --- Leading there -----------------------------------------------------------------------------------------------------

function leadInText(number, quote) {
  const found = editor && findPlace(number, quote);
  if (!found) return (area.proseEditor?.view ?? area).focus();
  const tr = editor.state.tr.setMeta(key, { led: found }).setMeta("addToHistory", false);
  editor.view.dispatch(tr);
  const isPicture = found.isBlock && found.cursor === undefined;
  const cursor = found.isBlock ? found.cursor + 1 : found.from;
  editor.view.focus(); // the command waits for the next frame, and the next key does not
  if (isPicture) editor.commands.setNodeSelection(found.from);
  else editor.commands.setTextSelection(cursor);
  editor.view.dom.querySelector(".led")?.scrollIntoView({ block: "center" });
}

function leadToSource(number) {
  const places = [...document.querySelectorAll("#references-group [name$='-place']")];
  const found = places.find((field) => field.value === String(number));
  const field = found && document.getElementById(found.id.replace(/-place$/, "-text"));
  show(field ?? document.getElementById("references-group"));
}

/** A field that completes what is typed stands in another's place. */
function show(element) {
  const target = document.getElementById(`${element?.id}_words`) ?? element;
  target?.closest("details")?.setAttribute("open", "");
  target?.scrollIntoView({ block: "center" });
  target?.focus({ preventScroll: true });
}

function lead(event) {
  const way = event.target.closest("[data-lead]");
  if (!way) return;
  event.preventDefault();
  if (way.dataset.source !== undefined) leadToSource(way.dataset.source);
  else if (way.dataset.quote !== undefined) leadInText(way.dataset.block === undefined ? -1 : Number(way.dataset.block), way.dataset.quote);
  else show(document.getElementById(way.hash.slice(1)));
}

// --- The server's list -------------------------------------------------------------------------------------------------

let before = list?.innerHTML;
const holding = () => Number(list.querySelector("[data-holding]")?.dataset.holding ?? 0);

/** What somebody stands on or has opened stays so; it is said aloud only when something begins or ceases to hold. */
function take(html) {
  if (html === undefined || html === before) return;
  before = html;
  const count = holding();
  const isOpen = list.querySelector("details")?.open;
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
  list.innerHTML = html;
  if (isOpen) list.querySelector("details")?.setAttribute("open", "");
  if (focused) (list.querySelector(`[data-key="${focused}"] a`) ?? place).focus({ preventScroll: true });
  if (holding() !== count) place.querySelector("[data-said]").textContent = list.querySelector(".checks__state").textContent;
  tellBar();
}

function tellBar() {
  const bar = document.querySelector("[data-holds]");
  if (!bar) return;
  bar.hidden = !holding();
  bar.textContent = (holding() === 1 ? bar.dataset.one : bar.dataset.many).replace("{n}", holding());
}

function begin() {
  wantsMarks.closest("label").hidden = false;
  try {
    wantsMarks.checked = localStorage.getItem(MARKS) === "yes";
  } catch {} // Storage is switched off.
  wantsMarks.addEventListener("change", () => {
    try {
      localStorage.setItem(MARKS, wantsMarks.checked ? "yes" : "no");
    } catch {}
    read();
  });
  place.addEventListener("click", lead);
  area.addEventListener("input", later);
  document.addEventListener("writing:saved", ({ detail }) => (take(detail.checks), later()));
  if (area.proseEditor) inThe(area.proseEditor);
  else area.addEventListener("prose-editor:ready", ({ detail }) => inThe(detail.editor), { once: true });
}

if (rules && area) begin();
