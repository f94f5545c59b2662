// Manners with what is pasted: from Word, Google Docs and web pages comes clean structure, nothing that asks another host,
// and no more than an article can hold. No word that was to be seen is lost, and none that was not comes in.

import { pm } from "django-prose-editor/editor";
import { given, tell } from "desk/ask";
import { addressOf } from "desk/links";
import { takeFiles } from "desk/pictures";
import { videoAt } from "desk/videos";

const MOST_MARKUP = 4_000_000; // characters: read in about a second
const MOST_PARAGRAPHS = 10_000; // and cells
const ADDRESS = /^((https?:)?\/\/|mailto:|tel:|sms:|www\.)\S+$/i;

// What reads foreign HTML comes when somebody first goes into the text. What is pasted sooner waits for it; where it has not come
// it is asked for again.
let pasted = null;
let reader = null;
export let pastedTables = null;

function fetchReader() {
  reader ??= Promise.all([import("./editor-pasted.js"), import("./editor-pasted-tables.js")]).then(
    ([module, tables]) => ((pasted = module), (pastedTables = tables)),
    () => (reader = null),
  );
  return reader;
}

export const plugin = (editor, Plugin) => {
  if (editor.view.hasFocus()) fetchReader();
  return new Plugin({
    props: {
      transformPastedHTML: (html) => clean(editor, html),
      handleDOMEvents: {
        focus: () => void fetchReader(),
        paste: (view, event) => hold(editor, event) || isSooner(editor, event),
        drop: (view, event) => !view.dragging && isSooner(editor, event),
      },
      handlePaste: (view, event) => takeAddress(editor, event),
      handleDrop: (view, event, slice, isMoved) => !isMoved && takeDropped(editor, event),
    },
  });
};

// --- Before the editor reads it ----------------------------------------------------------------------------------------

/** Too much, or files: true when nothing more is to be done. */
function hold(editor, event) {
  const data = event.clipboardData;
  if (!data) return false;
  const { words, most } = given(editor);
  const text = data.getData("text/plain");
  const html = data.getData("text/html");
  plain = text;
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

let plain = ""; // what was pasted last, without its markup

function clean(editor, html) {
  const cleaned = read(editor, html);
  if (/<img(?![^<>]*\ssrc=)/.test(cleaned)) tell(editor, given(editor).words.noPictures);
  return cleaned;
}

/** What cannot be read is pasted as words: left to the browser it would come with all that was deleted and hidden. */
function read(editor, html) {
  try {
    return pasted.clean(withoutData(html), (address) => videoAt(editor, address)?.address);
  } catch {
    tell(editor, given(editor).words.unread);
    return plain.split(/\n+/).map((line) => Object.assign(document.createElement("p"), { textContent: line }).outerHTML).join("");
  }
}

/** Sooner than what reads it is there: it waits for that, at its place. */
function isSooner(editor, event) {
  const data = event.clipboardData ?? event.dataTransfer;
  const html = data?.getData("text/html");
  if (pasted || !html?.trim()) return false;
  const text = data.getData("text/plain");
  const dropped = event.type === "drop" && editor.view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (dropped) editor.commands.setTextSelection(dropped.pos);
  let { selection } = editor.state;
  const follow = ({ transaction }) => (selection = selection.map(transaction.doc, transaction.mapping));
  editor.on("transaction", follow);
  fetchReader().then(() => {
    editor.off("transaction", follow);
    editor.view.dispatch(editor.state.tr.setSelection(selection));
    if (pasted) return editor.view.pasteHTML(html);
    editor.view.pasteText(text);
    tell(editor, given(editor).words.unread);
  });
  return stop(event);
}
