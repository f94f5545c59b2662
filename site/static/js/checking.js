// Before publishing: what should be mended and how the text reads, as the server says with each save. Each point leads to
// its place in the text or on the page and marks it. Nothing of it is part of the text.

const MARKS = "checks:marks";
const place = document.getElementById("checks");
const list = place?.querySelector("[data-list]");
const reading = place?.querySelector("[data-reading]");
const area = document.getElementById("id_body");
const wantsMarks = place?.querySelector("[data-marks]");

let toMark = JSON.parse(document.getElementById("reading-marks")?.textContent ?? "null");
let editor = null;
let pm = null; // of the editor's own modules
let key = null; // of the plugin that marks places

// --- Where things are in the editor ------------------------------------------------------------------------------------

/** The words of a paragraph as the server reads them, and where in the document each piece of them begins. */
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
  doc.descendants((node, pos) => {
    if (node.isTextblock) found.push({ pos, ...wordsOf(node, pos + 1) });
    return !node.isTextblock;
  });
  return found;
}

/** In one paragraph, whatever blanks stand between the words; `find` tells where in the words with one blank between them. */
function quoteIn({ text, at }, quote, find = (whole) => whole.indexOf(quote)) {
  const pieces = [...text.matchAll(/\S+|(?<=\S)\s+/g)];
  const flat = pieces.map((match) => ({ index: match.index, word: /\s/.test(match[0]) ? " " : match[0] }));
  const whole = flat.map(({ word }) => word).join("");
  const found = find(whole);
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

const NOT_READ = new Set(["heading", "caption", "tableCaption", "figcaption", "table", "figure"]);
const NOT_BLANK = /[^ \t\n\v\f\r\u00a0]/;

/** Paragraphs of running words, counted as the server counts them. */
function passages(doc) {
  const found = [];
  doc.descendants((node, pos) => {
    if (NOT_READ.has(node.type.name)) return false;
    if (!node.isTextblock) return true;
    const passage = wordsOf(node, pos + 1);
    if (NOT_BLANK.test(passage.text)) found.push(passage);
    return false;
  });
  return found;
}

/** The server counts characters, an editor their halves. */
const halves = (text, characters) => [...text].slice(0, characters).join("").length;

/** There and nowhere else: the same words may be a name further on, and they may have changed since. */
function findMark(passage, characters, words) {
  return quoteIn(passage, words, (whole) => {
    const start = halves(whole, characters);
    return whole.startsWith(words, start) ? start : -1;
  });
}

function readMarks(doc) {
  const all = passages(doc);
  return toMark.flatMap(([n, characters, words, plainer]) => {
    const found = all[n] && findMark(all[n], characters, words);
    const looks = plainer ? { class: "mark-term", title: plainer } : { class: "mark-long" };
    return found ? pm.Decoration.inline(found.from, found.to, looks) : [];
  });
}

const isLed = ({ kind }) => kind === "led";
const led = (marks) => marks.find(undefined, undefined, isLed);
const unled = (marks) => marks.find(undefined, undefined, (spec) => !isLed(spec));

function ledTo({ from, to, isBlock }) {
  const looks = { class: "led" };
  return isBlock ? pm.Decoration.node(from, to, looks, { kind: "led" }) : pm.Decoration.inline(from, to, looks, { kind: "led" });
}

function marked(change, marks, state) {
  const news = change.getMeta(key);
  let kept = marks.map(change.mapping, change.doc);
  if (change.docChanged || news?.led) kept = kept.remove(led(kept));
  if (news?.led) return kept.add(state.doc, [ledTo(news.led)]);
  return news?.read ? pm.DecorationSet.create(state.doc, [...readMarks(state.doc), ...led(kept)]) : kept;
}

function shown(marks) {
  return wantsMarks.checked ? marks : marks.remove(unled(marks));
}

const tell = (news) => key && editor.view.dispatch(editor.state.tr.setMeta(key, news).setMeta("addToHistory", false));

async function inThe(ready) {
  editor = ready;
  const { Plugin, pm: modules } = await import("django-prose-editor/editor");
  pm = modules.view;
  key = new Plugin({
    state: { init: () => pm.DecorationSet.empty, apply: (change, marks, before, state) => marked(change, marks, state) },
    props: { decorations: (state) => shown(key.getState(state)) },
  });
  editor.registerPlugin(key);
  if (toMark.length) tell({ read: true });
}

// --- Leading there -----------------------------------------------------------------------------------------------------

function leadInText(number, quote) {
  const found = editor && findPlace(number, quote);
  if (!found) return (area.proseEditor?.view ?? area).focus();
  tell({ led: found });
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

// --- What the server says with each save -------------------------------------------------------------------------------

const before = new Map([list, reading].map((box) => [box, box?.innerHTML]));
const holding = () => Number(list.querySelector("[data-holding]")?.dataset.holding ?? 0);

/** What somebody stands on or has opened stays so. */
function fill(box, html) {
  if (html === undefined || html === before.get(box)) return;
  before.set(box, html);
  const opened = [...box.querySelectorAll("details")].map(({ open }) => open);
  const focused = box.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
  box.innerHTML = html;
  for (const [n, details] of box.querySelectorAll("details").entries()) details.open = opened[n] ?? false;
  if (focused) (box.querySelector(`[data-key="${focused}"] :is(summary, a)`) ?? place).focus({ preventScroll: true });
}

/** It is said aloud only when something begins or ceases to hold. */
function saved({ checks, reading: read, marks, isLatest }) {
  const count = holding();
  fill(list, checks);
  if (holding() !== count) place.querySelector("[data-said]").textContent = list.querySelector(".checks__state").textContent;
  tellBar();
  fill(reading, read);
  if (!isLatest) return; // who types on has the marks with the next save
  toMark = marks;
  tell({ read: true });
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
    tell({});
  });
  place.addEventListener("click", lead);
  document.addEventListener("writing:saved", ({ detail }) => saved(detail));
  if (area.proseEditor) inThe(area.proseEditor);
  else area.addEventListener("prose-editor:ready", ({ detail }) => inThe(detail.editor), { once: true });
}

if (toMark && area) begin();
