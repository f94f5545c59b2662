// Manners with what is pasted: from Word, Google Docs and web pages comes clean structure, nothing that asks another host,
// and no more than an article can hold. Nothing of the text is lost, whatever is pasted.

import { pm } from "django-prose-editor/editor";
import { given, tell } from "desk/ask";
import { addressOf } from "desk/links";
import { takeFiles } from "desk/pictures";
import { videoAt } from "desk/videos";

const MOST_MARKUP = 4_000_000; // characters: read in about a second
const MOST_PARAGRAPHS = 10_000; // and cells
const ADDRESS = /^(https?:\/\/|mailto:|www\.)\S+$/i;

export const plugin = (editor, Plugin) =>
  new Plugin({
    props: {
      transformPastedHTML: clean,
      handleDOMEvents: { paste: (view, event) => hold(editor, event) },
      handlePaste: (view, event) => takeAddress(editor, event),
      handleDrop: (view, event, slice, isMoved) => !isMoved && takeDropped(editor, event),
    },
  });

// --- Before the editor reads it ----------------------------------------------------------------------------------------

/** Too much, or files: true when nothing more is to be done. */
function hold(editor, event) {
  const data = event.clipboardData;
  if (!data) return false;
  const { words, most } = given(editor);
  const text = data.getData("text/plain");
  const html = data.getData("text/html");
  const length = Math.max(text.length, withoutTags(html).length);
  const paragraphs = Math.max(count(text, /\n/g), count(html, /<(p|li|t[dh]|h\d|br)\b/gi));
  tell(editor, "");
  if (length > most) return refuse(editor, event, filled(words.tooMuch, length, most));
  if (paragraphs > MOST_PARAGRAPHS) return refuse(editor, event, filled(words.tooMany, paragraphs, MOST_PARAGRAPHS));
  if (withoutData(html).length > MOST_MARKUP) {
    editor.view.pasteText(text);
    return refuse(editor, event, words.onlyWords);
  }
  // A program that puts a picture of its words beside them means the words.
  if (html.trim() && !/^\s*(<meta[^<>]*>)?\s*<img[^<>]*>\s*$/i.test(html.replace(/<\/?(html|body)>|<!--\w*-->/gi, ""))) return false;
  return takeFiles(editor, data, editor.state.selection.to) && stop(event);
}

const count = (text, pattern) => text.match(pattern)?.length ?? 0;
const filled = (words, length, most) => words.replace("{length}", length.toLocaleString()).replace("{most}", most.toLocaleString());

function refuse(editor, event, words) {
  tell(editor, words);
  return stop(event);
}

function stop(event) {
  event.preventDefault();
  return true;
}

function takeDropped(editor, event) {
  const at = editor.view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? editor.state.selection.to;
  return takeFiles(editor, event.dataTransfer, at) && stop(event);
}

/** An address over chosen words becomes their link, and what is typed next stands behind them; that of a video on a line of
 * its own becomes its poster. */
function takeAddress(editor, event) {
  const text = event.clipboardData?.getData("text/plain").trim() ?? "";
  if (!ADDRESS.test(text)) return false;
  const { to, empty, node, $from } = editor.state.selection;
  const href = addressOf(text);
  if (!empty && !node && href) return editor.chain().setMark("link", { href }).setTextSelection(lastLetter(editor.state.doc, to)).unsetMark("link").run();
  const video = videoAt(editor, text);
  return Boolean(video) && $from.depth === 1 && !$from.parent.content.size && editor.commands.insertEmbed(video.address);
}

/** Who chooses everything has chosen what lies around the text, too: behind that nothing can be typed. */
const lastLetter = (doc, end) => pm.state.Selection.near(doc.resolve(end), -1).to;

// --- What is pasted ----------------------------------------------------------------------------------------------------

// Pictures that come as a text of a million letters.
const withoutData = (html) => html.replace(/\bsrc\s*=\s*(["']?)data:[^"'\s<>]*\1/gi, "");

// What stands in the head of a page that Word writes is not text, nor are the blanks between its lines.
const withoutTags = (html) => html.slice(Math.max(0, html.search(/<body\b/i))).replace(/<[^<>]*>/g, "").replace(/\s+/g, " ");

// The page's policy forbids style attributes and handlers, so what they say could not be read and each would be
// reported; and a pasted picture from elsewhere would make the browser ask another host.
const inert = (html) => withoutData(html).replace(/<(\/?)style\b/gi, "<$1template").replace(/<[^<>]*>/g, (tag) => tag.replace(/([\s"'/])(style|srcset|on[a-z]+)\s*=/gi, "$1data-$2="));

function rename(element, tag) {
  const other = element.ownerDocument.createElement(tag);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}

const unwrap = (element) => element.replaceWith(...element.childNodes);

function wrap(element, tag) {
  const inner = element.ownerDocument.createElement(tag);
  inner.append(...element.childNodes);
  return inner;
}

export function clean(html) {
  const { body } = new DOMParser().parseFromString(inert(html), "text/html");
  for (const unread of body.querySelectorAll("template, script, title")) unread.remove();
  emphasis(body);
  footnotes(body);
  wordLists(body);
  nestedLists(body);
  headings(body);
  tables(body);
  for (const link of body.querySelectorAll("a[name]:not([href]), a[href^='#_']")) unwrap(link);
  for (const image of body.querySelectorAll("img")) if (!image.getAttribute("src")?.startsWith("/media/")) image.remove();
  return body.innerHTML;
}

/** Google Docs wraps everything in <b style="font-weight:normal"> and marks bold and italics by style alone. */
function emphasis(body) {
  for (const all of body.querySelectorAll("b[id^='docs-internal-guid'], b[data-style*='font-weight:normal'], b[data-style*='font-weight: normal']")) unwrap(all);
  for (const span of body.querySelectorAll("span[data-style]")) {
    const style = span.dataset.style;
    if (/vertical-align:\s*super/.test(style)) span.append(wrap(span, "sup"));
    if (/vertical-align:\s*sub/.test(style)) span.append(wrap(span, "sub"));
    if (/font-style:\s*italic/.test(style)) span.append(wrap(span, "em"));
    if (/font-weight:\s*(bold|[6-9]00)/.test(style) && !span.closest("h1, h2, h3, h4, h5, h6")) span.append(wrap(span, "strong"));
  }
}

/** A mark in the text and a note at the end that lead to each other: the note's words go to the mark. */
function footnotes(body) {
  const named = new Map();
  for (const element of body.querySelectorAll("[id], a[name]")) named.set(element.id || element.getAttribute("name"), element);
  const nameOf = (link) => [link.id, link.getAttribute("name"), link.closest("sup, span")?.id].filter(Boolean);
  const target = (link) => link.getAttribute("href").slice(1);
  const links = [...body.querySelectorAll("a[href^='#']")];
  for (const mark of links) {
    const note = noteOf(mark, named.get(target(mark)));
    const back = note && [...note.querySelectorAll("a[href^='#']")].find((link) => nameOf(mark).includes(target(link)));
    if (!back || note.contains(mark)) continue;
    back.remove();
    const words = note.textContent.replace(/\s+/g, " ").trim().replace(/^\[?\w{1,4}[\].]\s+/, "");
    const place = mark.closest("sup") ?? mark;
    const footnote = mark.ownerDocument.createElement("span");
    footnote.dataset.footnote = "";
    footnote.textContent = words;
    place.replaceWith(footnote);
    emptied(note);
  }
}

/** The paragraph or list item that a mark leads to. */
function noteOf(mark, element) {
  if (!element) return null;
  const box = element.closest("li, div[id^='ftn'], div[id^='edn']") ?? element.closest("p, div");
  return box?.contains(mark) ? null : box;
}

/** The note is gone, and so is what held nothing but notes, with the line above them. */
function emptied(note) {
  const around = note.parentElement;
  note.remove();
  if (!around || around === around.ownerDocument.body || around.textContent.trim()) return;
  around.previousElementSibling?.matches("hr") && around.previousElementSibling.remove();
  around.remove();
}

/** Word writes lists as paragraphs with a bullet typed in front, and says how deep each is. */
function wordLists(body) {
  let open = []; // the lists that the last line stood in, from the outside in
  let last = null;
  for (const line of body.querySelectorAll("p[data-style*='mso-list']")) {
    const level = Math.min(9, Number(line.dataset.style.match(/level(\d)/)?.[1] ?? 1));
    const tag = /^[\s\u00a0]*\(?\w{1,3}[.)]/.test(line.textContent) && !/^[\s\u00a0]*o[\s\u00a0]/.test(line.textContent) ? "ol" : "ul";
    if (line.previousElementSibling !== last) open = [];
    open.length = Math.min(open.length, level);
    if (open.length === level && open.at(-1).localName !== tag) open.pop();
    while (open.length < level) open.push(newList(line, tag, open));
    for (const mark of line.querySelectorAll("[data-style*='mso-list:Ignore'], [data-style*='mso-list: Ignore']")) mark.remove();
    const item = rename(line, "li");
    item.innerHTML = item.innerHTML.replace(/^(\s|&nbsp;)*(·|•|o|§|\(?\w{1,3}[.)])(\s|&nbsp;)+/, "");
    open.at(-1).append(item);
    last = open[0];
  }
}

function newList(line, tag, open) {
  const list = line.ownerDocument.createElement(tag);
  const above = open.at(-1);
  if (!above) line.before(list);
  else (above.lastElementChild ?? above.appendChild(line.ownerDocument.createElement("li"))).append(list);
  return list;
}

/** A list directly inside a list, as Google Docs writes it, belongs to the item before it. */
function nestedLists(body) {
  for (const list of body.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) {
    const item = list.previousElementSibling;
    if (item?.localName === "li") item.append(list);
    else list.replaceWith(...list.childNodes);
  }
}

/** The title of the page is the article's: what is pasted begins one level below. */
function headings(body) {
  const shift = body.querySelector("h1") ? 1 : 0;
  for (const heading of [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")]) {
    const level = Math.min(3, Number(heading.localName[1]) + shift);
    if (!heading.textContent.trim()) heading.remove();
    else if (level !== Number(heading.localName[1])) rename(heading, `h${level}`);
  }
}

/** The cells of a table's head are headers. */
function tables(body) {
  for (const cell of body.querySelectorAll("thead td")) rename(cell, "th");
  for (const column of body.querySelectorAll("colgroup")) column.remove();
}
