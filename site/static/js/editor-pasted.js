// What becomes of pasted HTML: clean structure and all the words that were to be seen where it comes from, and none that were
// deleted, hidden or a comment. Loaded when the editor stands, by editor-paste.js.

import { BLOCK, HEADINGS, isBlank, make, rename, SEEN, unwrap } from "./editor-pasted-elements.js";
import { forms } from "./editor-pasted-forms.js";
import { flatten, formulas, scriptOf, symbols } from "./editor-pasted-letters.js";
import { inLines, layout } from "./editor-pasted-layout.js";
import { markedLists, plainLists } from "./editor-pasted-lists.js";
import { comments, footnotes } from "./editor-pasted-notes.js";
import { figures, pictures } from "./editor-pasted-pictures.js";
import { readStyles, styleOf } from "./editor-pasted-styles.js";
import { withoutUnseen } from "./editor-pasted-unseen.js";

const MARKS = { b: "bold", strong: "bold", i: "italic", em: "italic", sup: "sup", sub: "sub" };
const LOOSE =
  "div, center, section, article, aside:not([data-callout]), header, footer, main, nav, search, hgroup, address, form, fieldset, legend, " +
  "details, summary, dl, dt, dd, blockquote";
const ALONE = "hr, img, iframe"; // and no part of a line

// The page's policy forbids style attributes and handlers, so what they say could not be read and each would be
// reported; and a pasted picture from elsewhere would make the browser ask another host.
const TAG = /<(?:[^<>"']|"[^"]*"|'[^']*')*>|<[^<>]*>/g; // a value may hold a ">"
const inert = (html) =>
  html
    .replace(/<\/html>[^]*$/i, "")
    .replace(/<(\/?)(style|noscript)\b/gi, "<$1template")
    .replace(TAG, (tag) => tag.replace(/([\s"'/])(style|srcset|on[a-z]+)\s*=/gi, "$1data-$2="));

/** `videoOf` gives the address of a video that we can show, or nothing. */
export function clean(html, videoOf) {
  const { body } = new DOMParser().parseFromString(inert(html), "text/html");
  const isOurs = body.querySelector("[data-pm-slice]");
  readStyles(html, body);
  formulas(body);
  forms(body);
  withoutUnseen(body);
  symbols(body);
  if (!isOurs) layout(body);
  comments(body);
  footnotes(body);
  markedLists(body);
  marks(body, { bold: false, italic: false, script: "" });
  small(body);
  pictures(body);
  if (!isOurs) {
    blanks(body);
    if (body.querySelector(BLOCK)) paragraphs(body);
  }
  plainLists(body);
  headings(body);
  tables(body);
  figures(body, videoOf);
  if (!isOurs) empty(body);
  directions(body);
  return body.innerHTML;
}

// --- Letters -----------------------------------------------------------------------------------------------------------

/** Bold, italics and raised letters, by elements or by styles, are put around each piece of text anew: a style may also take
 * away what the element says, as in Google Docs, which puts everything into <b style="font-weight:normal">. */
function marks(node, around) {
  for (const child of [...node.childNodes]) {
    if (child.nodeType === 3) mark(child, around);
    else if (child.nodeType === 1 && !child.matches("[data-footnote]")) {
      marks(child, within(child, around));
      if (child.localName in MARKS) unwrap(child);
    }
  }
}

function within(element, { bold, italic, script, inHeading }) {
  const style = styleOf(element);
  const isBlock = element.matches(BLOCK);
  const own = MARKS[element.localName];
  const weight = style.get("font-weight") ?? (/\bbold\b/.test(style.get("font")) ? "bold" : "");
  const slant = style.get("font-style") ?? (/\bitalic\b/.test(style.get("font")) ? "italic" : "");
  const isNot = /^(normal|lighter|initial|\d)/.test(weight) || element.id.startsWith("docs-internal-guid");
  const raised = isBlock ? "" : scriptOf(element);
  inHeading ||= element.matches(`${HEADINGS}, [role=heading]`);
  return {
    bold: /^(bold|[6-9]\d\d|1000)/.test(weight) ? !inHeading || bold || own === "bold" : !isNot && (bold || own === "bold"),
    italic: /^(italic|oblique)/.test(slant) || (!/^(normal|initial)/.test(slant) && (italic || own === "italic")),
    script: raised || (own === "sup" || own === "sub" ? own : raised ?? script),
    inHeading,
  };
}

function mark(text, { bold, italic, script }) {
  if (!text.data.trim() && text.parentElement.matches(BLOCK)) return;
  for (const tag of [script, italic && "em", bold && "strong"]) {
    if (!tag) continue;
    const around = text.ownerDocument.createElement(tag);
    text.replaceWith(around);
    around.append(text);
  }
}

/** Signs that a browser draws, lines that only <pre> keeps, addresses that lead by way of somebody who counts. */
function small(body) {
  for (const quoted of body.querySelectorAll("q")) quoted.replaceWith("\u201c", ...quoted.childNodes, "\u201d");
  for (const text of body.querySelectorAll("pre")) for (const part of texts(text)) inLines(part);
  for (const link of body.querySelectorAll("a[name]:not([href]), a[href^='#_']")) unwrap(link);
  for (const link of body.querySelectorAll("a[href]")) {
    const real = behind(link.getAttribute("href"));
    if (real) link.setAttribute("href", real);
  }
}

/** Where an address leads that goes by way of somebody who counts, or who looks into mail. */
function behind(address) {
  if (/^callto:/i.test(address)) return address.replace(/^callto:(\/\/)?/i, "tel:");
  const { host = "", pathname, searchParams } = partsOf(address);
  const name = COUNTING.find(([hosts, path]) => hosts.test(host) && path.test(pathname))?.[2];
  const real = name
    ? (searchParams.get(name) ?? searchParams.get("url"))
    : /^urldefense\.(com|us)$/.test(host) && address.match(/\/v3\/__(.+?)__;/)?.[1].replace(/^(https?:\/)(?=[^/])/, "$1/");
  return /^https?:/.test(real) ? real : "";
}

const COUNTING = [
  [/^www\.google\.[a-z.]+$/, /^\/url$/, "q"],
  [/\.safelinks\.protection\.(outlook\.com|office365\.us)$/, /^/, "url"],
  [/^slack-redir\.net$/, /^/, "url"],
  [/^(l|lm)\.(facebook|instagram)\.com$/, /^/, "u"],
  [/^www\.youtube\.com$/, /^\/redirect$/, "q"],
];

function partsOf(address) {
  try {
    return new URL(address);
  } catch {
    return {};
  }
}

// --- Blanks ------------------------------------------------------------------------------------------------------------

function texts(element, alsoBreaks = false) {
  const walker = document.createTreeWalker(element, alsoBreaks ? 5 : 4);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === 3 ? node.data.length : node.matches(`br, ${SEEN}`)) found.push(node);
  }
  return found;
}

const blockOf = (node) => node && (node.parentElement.closest(BLOCK) ?? null);
const isBreak = (node) => node?.localName === "br";

/** Hard blanks are for the inside of a line: at its ends they are how a program keeps it open, and beside another how it
 * keeps two. What is empty between blocks is how they keep a distance. */
function blanks(body) {
  for (const space of body.querySelectorAll(".Apple-converted-space, [data-style*='mso-spacerun'], [data-style*='mso-tab-count']"))
    if (isBlank(space)) space.textContent = " ";
  const leaves = texts(body, true).filter((leaf) => leaf.nodeType === 1 || /[^ \t\r\n]/.test(leaf.data) || !leaf.parentElement.matches(BLOCK));
  for (const leaf of leaves) if (leaf.nodeType === 3) leaf.data = leaf.data.replace(/\s*\u00a0\s+|\s+\u00a0\s*/g, " ");
  const kept = trimmed(leaves.reverse(), /[\s\u00a0]+$/).reverse();
  trimmed(kept, /^[\s\u00a0]+/);
}

/** One after the other towards the edge that comes first; gives those that are left. */
function trimmed(leaves, edge) {
  const kept = [];
  for (const leaf of leaves) {
    const last = kept.at(-1);
    const isAtEdge = !last || blockOf(last) !== blockOf(leaf);
    if (isBreak(leaf) && isAtEdge) leaf.remove();
    else if (leaf.nodeType === 3 && (isAtEdge || isBreak(last))) leaf.data = leaf.data.replace(edge, "");
    if (leaf.isConnected && (leaf.nodeType === 1 || leaf.data)) kept.push(leaf);
  }
  return kept;
}

/** Words that stand beside blocks, in no paragraph: the editor would join them, and lose the blanks between their parts. */
function paragraphs(container) {
  let line = [];
  const end = () => {
    if (line.some((node) => !isBlank(node))) {
      const paragraph = make(container, "p");
      line[0].before(paragraph);
      paragraph.append(...line);
    }
    line = [];
  };
  for (const child of [...container.childNodes]) {
    const isLine = child.nodeType !== 1 || !(child.matches(`${BLOCK}, ${ALONE}`) || child.querySelector(BLOCK));
    if (isLine) line.push(child);
    else {
      end();
      if (child.matches(LOOSE) || !child.matches(`${BLOCK}, ${ALONE}`)) paragraphs(child);
    }
  }
  end();
}

function empty(body) {
  for (const element of [...body.querySelectorAll("p, li")].reverse())
    if (isBlank(element) && (!element.parentElement.matches("td, th") || element.parentElement.childElementCount > 1)) element.remove();
}

// --- Blocks ------------------------------------------------------------------------------------------------------------

/** The title of the page is the article's: what is pasted begins one level below. */
function headings(body) {
  for (const heading of body.querySelectorAll("[role=heading]"))
    if (!heading.matches(HEADINGS)) rename(heading, `h${Math.min(6, Number(heading.ariaLevel) || 2)}`);
  const shift = body.querySelector("h1") ? 1 : 0;
  for (const heading of body.querySelectorAll(HEADINGS)) {
    const level = Math.min(3, Number(heading.localName[1]) + shift);
    if (isBlank(heading)) heading.remove();
    else if (level !== Number(heading.localName[1])) rename(heading, `h${level}`);
  }
}

/** The cells of a table's head are headers. */
function tables(body) {
  for (const cell of body.querySelectorAll("thead td")) rename(cell, "th");
  for (const caption of body.querySelectorAll("caption")) flatten(caption);
  for (const column of body.querySelectorAll("colgroup")) column.remove();
}

/** What holds others in the page alone says it to the first that the editor has, too. */
function directions(body) {
  for (const element of body.querySelectorAll(`p, ${HEADINGS}, ul, ol, blockquote, table, li, td, th`)) {
    const around = element.parentElement.closest("[dir]");
    const inherited = around && !around.matches(HOLDS) ? around.getAttribute("dir") : "";
    const said = (styleOf(element).get("direction") ?? (element.getAttribute("dir") || inherited)).toLowerCase();
    if (said === "rtl" || (said === "ltr" && RIGHT_TO_LEFT.test(element.textContent.match(/\p{L}/u)?.[0]))) element.dir = said;
    else element.removeAttribute("dir");
  }
}

const HOLDS = "ul, ol, blockquote, table, li, td, th";
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
