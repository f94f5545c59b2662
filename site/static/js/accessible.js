// What a page makes hard for people who do not see it, or not well: found on the page as readers get it, where it stands.
// The same few rules as WCAG 2.2 asks of a text; what the site's own templates do is looked at by the tests.

const VAGUE = /^(click |tap )?(here|this|this (link|page|article|site)|more|read more|learn more|more information|link|go|details|source)[.!…]*$/i;
const ADDRESS = /^(https?:\/\/|www\.)\S+$/i;
const FILE = /\.(jpe?g|png|webp|gif|avif|heic|svg)$|^(img|dsc|image|photo|picture|screenshot)[\s_-]*\d*$/i;
const ITEM = /^(?:[-•*–·]|\d{1,2}[.)])\s+\S/;
const CAPITALS = /\p{Lu}[\p{Lu}\s,’'-]{24,}/u;
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const TOO_LONG_FOR_A_HEADING = 80;
const SHOWN_WORDS = 60;

const words = (element) => element.textContent.replace(/\s+/g, " ").trim();
const nameOf = (element) =>
  element.getAttribute("aria-label")?.trim() || [words(element), ...[...element.querySelectorAll("img")].map((image) => image.alt)].join(" ").trim();

function* pictures(root) {
  for (const image of root.querySelectorAll("img")) {
    const alt = image.getAttribute("alt");
    const caption = image.closest("figure")?.querySelector("figcaption");
    if (alt === null) yield ["alt", image];
    else if (FILE.test(alt.trim())) yield ["altFile", image];
    else if (alt.trim() && caption && words(caption) === alt.trim()) yield ["altCaption", image];
  }
}

function* headings(root) {
  let before = 1;
  for (const heading of root.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = Number(heading.tagName[1]);
    if (!words(heading)) yield ["headingEmpty", heading];
    if (level > before + 1) yield ["headingSkips", heading];
    before = level;
  }
  for (const paragraph of root.querySelectorAll("p")) {
    const [only, ...others] = paragraph.childNodes;
    const text = words(paragraph);
    const isBold = others.length === 0 && /^(STRONG|B)$/.test(only?.nodeName ?? "");
    if (isBold && text && text.length <= TOO_LONG_FOR_A_HEADING && !/[.!?:…]$/.test(text)) yield ["headingBold", paragraph];
  }
}

function* links(root) {
  const places = new Map();
  for (const link of root.querySelectorAll("a[href]:not(sup a)")) {
    const name = nameOf(link);
    const other = places.get(name.toLowerCase());
    if (!name) yield ["linkEmpty", link];
    else if (VAGUE.test(name)) yield ["linkVague", link];
    else if (ADDRESS.test(name)) yield ["linkAddress", link];
    else if (other && other !== link.href) yield ["linkTwice", link];
    if (name) places.set(name.toLowerCase(), other ?? link.href);
  }
}

function* tables(root) {
  for (const table of root.querySelectorAll("table")) {
    const heads = [...table.querySelectorAll("th")];
    if (!heads.length) yield ["tableHead", table];
    // The corner of a table with heads on both sides may be empty.
    const corner = table.rows[0]?.cells[0];
    for (const head of heads) if (!words(head) && head !== corner) yield ["tableHeadEmpty", head];
  }
}

function* lists(root) {
  let before = null;
  for (const paragraph of root.querySelectorAll("p")) {
    const isItem = ITEM.test(words(paragraph));
    const follows = before && paragraph.previousElementSibling === before.element;
    if (isItem && follows && before.isItem && !before.isSaid) yield ["listTyped", before.element];
    before = { element: paragraph, isItem, isSaid: isItem && follows && before.isItem };
  }
  for (const item of root.querySelectorAll("li")) {
    if (!/^(UL|OL|MENU)$/.test(item.parentElement.tagName)) yield ["listNone", item];
    else if (!words(item) && !item.querySelector("img")) yield ["listEmpty", item];
  }
}

function* language(root) {
  const page = root.ownerDocument.documentElement;
  for (const element of [page, ...root.querySelectorAll("[lang]")]) {
    if (!LANGUAGE.test(element.lang)) yield ["language", element === page ? root : element];
  }
  for (const paragraph of root.querySelectorAll("p, :is(li, td):not(:has(p))")) if (CAPITALS.test(words(paragraph))) yield ["capitals", paragraph];
}

/** [{rule, element, words}] in the order of the page; `rule` names a sentence. Changes nothing. */
export function problemsIn(page) {
  const roots = page.querySelectorAll("main h1, main .prose");
  const found = [...roots].flatMap((root) => [pictures, headings, links, tables, lists, language].flatMap((rule) => [...rule(root)]));
  const order = (one, other) => (one === other ? 0 : one.compareDocumentPosition(other) & 4 ? -1 : 1);
  return found
    .map(([rule, element]) => ({ rule, element, words: excerpt(element) }))
    .sort((one, other) => order(one.element, other.element));
}

function excerpt(element) {
  const text = element.alt || words(element) || element.getAttribute("src")?.split("/").pop() || "";
  return text.length > SHOWN_WORDS ? `${text.slice(0, SHOWN_WORDS - 1)}…` : text;
}

const MARKS = `
  [data-problem] { outline: 3px dashed #c2410c; outline-offset: 3px; }
  [data-problem]:focus { outline-style: solid; }
  .problems button { border: 0; padding: 0.25rem 0; background: none; color: inherit; font: inherit; text-align: start; cursor: pointer; }
  @media print { [data-problem] { outline: 0; } }`;

/** Puts a line around each place. A sheet of the page's own making: its policy lets nothing else in. */
export function mark(page, problems) {
  const sheet = new page.defaultView.CSSStyleSheet();
  sheet.replaceSync(MARKS);
  page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
  for (const { element } of problems) element.setAttribute("data-problem", "");
}

/** A list whose buttons lead to the places, which `place` may know anew; `says` has the sentence of each rule. */
export function listOf(problems, says, place = (n) => problems[n].element) {
  const list = document.createElement("ol");
  list.className = "problems";
  list.append(
    ...problems.map(({ rule, words: where }, n) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(says[rule]);
      if (where) button.append(" ", Object.assign(document.createElement("q"), { textContent: where }));
      button.addEventListener("click", () => lead(place(n)));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
  return list;
}

export const countOf = (problems, says) => (problems.length ? (problems.length === 1 ? says.one : says.many.replace("{n}", problems.length)) : says.none);

export function lead(element) {
  if (!element.matches("a[href], button")) element.setAttribute("tabindex", "-1");
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
}
