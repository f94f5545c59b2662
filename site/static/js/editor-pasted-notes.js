// Footnotes in pasted HTML become ours; comments, which programs write in the same way, go.

import { BLOCK, HEADINGS, isBlank, make, unwrap } from "./editor-pasted-elements.js";
import { flatten } from "./editor-pasted-letters.js";
import { styleOf } from "./editor-pasted-styles.js";

const COMMENTED = /^(_msocom_?\d|cmnt\d)/i;
const COMMENTING = /^(_msoanchor_?\d|cmnt_ref)/i;
const BOX = "li, dd, div[id^='ftn'], div[id^='edn'], div[id^='sdfootnote'], div[id^='sdendnote'], [role=doc-footnote], [role=doc-endnote]";
const NUMBER = /^[[({]?\s*(\d{1,4}|[a-z]{1,3}|[ivxlc]{1,7}|[^\p{L}\p{N}]{1,4})\s*[\])}.:]?$/iu;
const ARROW = /^[^\p{L}\p{N}]*$/u;

const fragment = (link) => /#([^#]*)$/.exec(link.getAttribute("href"))?.[1] ?? "";
const links = (element) => [...element.querySelectorAll("a[href*='#']")];
const textOf = (element) => element.textContent.replace(/\s+/g, " ").trim();

/** The number in the text and what was said about it: of Word and of Google Docs, whether or not both were copied. */
export function comments(body) {
  for (const link of links(body)) {
    if (COMMENTING.test(fragment(link))) (boxOf(link, body) ?? link).remove();
    else if (COMMENTED.test(fragment(link))) NUMBER.test(textOf(link)) || /^\[[^\]]*\]$/.test(textOf(link)) ? alone(link).remove() : unwrap(link);
  }
}

/** With the raised letters around it that hold nothing else. */
const alone = (link) => (link.closest("sup") && textOf(link.closest("sup")) === textOf(link) ? link.closest("sup") : link);

/** A number in the text and a note that lead to each other: the note's words go to the number, and to each that shares it. */
export function footnotes(body) {
  const named = new Map();
  for (const element of body.querySelectorAll("[id], a[name]"))
    for (const name of [element.id, element.getAttribute("name")]) if (name) named.set(name, element);
  const notes = new Map(); // what a number leads to → where that stands, the numbers, and the links that lead back to them
  const backs = new Set();
  for (const link of links(body)) {
    const target = named.get(fragment(link));
    if (backs.has(link) || !target || !isNumber(link)) continue;
    const box = boxOf(target, body);
    const names = namesOf(link);
    const leading = box && !box.contains(link) && !box.querySelector(`${HEADINGS}, table`) ? links(box).filter((back) => names.has(fragment(back))) : [];
    if (!leading.length) continue;
    const note = notes.get(target) ?? { box, marks: [], backs: [] };
    note.marks.push(link);
    note.backs.push(...leading);
    notes.set(target, note);
    for (const back of leading) backs.add(back);
  }
  const targets = [...notes.keys()];
  for (const [target, { box, ...note }] of notes) {
    const isShared = targets.some((other) => other !== target && box.contains(other));
    if (box.contains(target)) take(isShared ? part(box, target, targets) : box, note);
  }
}

/** Several notes in one paragraph: this one ends where the next begins. */
function part(box, target, targets) {
  let first = target;
  while (first.parentElement !== box) first = first.parentElement;
  const own = make(box, "div");
  first.before(own);
  for (let node = first, next; node && (node === first || !targets.some((other) => node.contains(other))); node = next) {
    next = node.nextSibling;
    own.append(node);
  }
  return own;
}

const isNumber = (link) =>
  NUMBER.test(textOf(link)) || Boolean(link.closest("sup, [role=doc-noteref]")) || styleOf(link).has("mso-footnote-id") || styleOf(link).has("mso-endnote-id");

const namesOf = (link) =>
  new Set([link.id, link.getAttribute("name"), link.closest("sup, span")?.id, link.querySelector("[id]")?.id, link.parentElement.id].filter(Boolean));

/** The item, the paragraph or the box of its own in which a note or a comment stands; null when it has none. */
function boxOf(element, body) {
  const named = element.closest(BOX);
  if (named) return named;
  const own = element.closest("[data-style*='mso-element']");
  if (own && /^(footnote|endnote|comment)$/.test(styleOf(own).get("mso-element"))) return own;
  const block = element.closest(BLOCK);
  if (block === body) return null;
  const around = block.parentElement;
  // Google Docs puts each into a box without a name.
  const isDocs = /^(ftnt|cmnt)/.test(element.id || element.name || "");
  return isDocs && around !== body && around?.localName === "div" && around.firstElementChild === block && links(around).length < 3 ? around : block;
}

function take(box, { marks, backs }) {
  const label = textOf(marks[0]).replace(/[^\p{L}\p{N}]/gu, "");
  const isFirst = !/[\p{L}\p{N}]/u.test(textBefore(backs[0], box));
  for (const back of backs) isBack(back, label) ? alone(back).remove() : unwrap(back);
  const raised = box.querySelector("sup");
  if (raised && textOf(raised) === label && !/\S/.test(textBefore(raised, box))) raised.remove();
  const words = wordsOf(box).replace(isFirst ? /^(\[\s*\]|\(\s*\)|[\])]|[.:](?=\s)|[\^↑])\s*/ : "", "");
  for (const mark of marks) {
    const footnote = make(mark, "span", words);
    footnote.dataset.footnote = "";
    bare(mark);
    alone(mark).replaceWith(footnote);
  }
  emptied(box);
}

function textBefore(element, box) {
  const range = document.createRange();
  range.setStart(box, 0);
  range.setEndBefore(element);
  return range.toString();
}

/** Nothing but the way back: the number, an arrow, or what says that it is. */
function isBack(link, label) {
  const words = textOf(link).replace(/[^\p{L}\p{N}]/gu, "");
  return words === label || ARROW.test(words) || words.length < 2 || link.matches("[role=doc-backlink], [data-footnote-backref], [class*=back]");
}

/** Brackets around a number go with it. */
function bare(mark) {
  const [before, after] = [alone(mark).previousSibling, alone(mark).nextSibling];
  if (before?.nodeType !== 3 || after?.nodeType !== 3 || !/\[\s*$/.test(before.data) || !/^\s*\]/.test(after.data)) return;
  before.data = before.data.replace(/\[\s*$/, "");
  after.data = after.data.replace(/^\s*\]/, "");
}

/** A footnote is words only: where a link in it leads stands behind its words, paragraphs and lines follow one another. */
function wordsOf(note) {
  for (const link of note.querySelectorAll("a[href]")) {
    const address = link.getAttribute("href").replace(/^(mailto|tel):/i, "");
    const isSaid = textOf(link).replace(/^https?:\/\/|\/$/g, "") === address.replace(/^https?:\/\/|\/$/g, "");
    if (/^(https?|mailto|tel):/i.test(link.getAttribute("href")) && !isSaid) link.append(` (${address})`);
  }
  flatten(note);
  for (const picture of note.querySelectorAll("img")) picture.replaceWith(picture.alt);
  for (const line of note.querySelectorAll("br")) line.replaceWith(" ");
  for (const block of note.querySelectorAll(BLOCK)) block.append(" ");
  return textOf(note);
}

/** The note is gone, and so is what held nothing but notes, with the line above them. */
function emptied(note) {
  for (let gone = note; gone; ) {
    const around = gone.parentElement;
    const line = gone.previousElementSibling;
    if (line?.matches("hr") && !gone.nextElementSibling) line.remove();
    gone.remove();
    gone = around.matches("body, td, th") || !isBlank(around) ? null : around;
  }
}
