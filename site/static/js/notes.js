// Notes to the writer: they lead to their paragraph, which is marked without a change to the text, and are added and
// resolved without a reload. What somebody types into a note stays there until it has arrived.

import { keepDrafts } from "./drafts.js";

const place = document.getElementById("remarks");
const form = place?.closest("form");
const list = place?.querySelector("[data-list]");
const details = place?.querySelector(".remark-new");
const about = place?.querySelector("#note-about");
const words = place?.querySelector("#note-text");
const area = document.getElementById("id_body");
const LONGEST_QUOTE = 2000;

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
const plain = (text) => text.replace(/\s+/g, " ").trim();
const short = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

// --- The paragraphs, in the editor or as they are read -----------------------------------------------------------------

let editor = null;
let pm = null; // of the editor's own modules
let key = null; // of the plugin that marks paragraphs

/** As the server reads them: see words_of in articles/desk/notes.py. */
function nodeWords(node) {
  const words = [];
  node.descendants((child) => {
    if (child.type.name === "footnote") return false;
    words.push(child.isText ? child.text : child.isLeaf ? ` ${child.attrs.alt ?? ""} ` : " ");
    return true;
  });
  return plain(words.join(""));
}

function inEditor() {
  const found = [];
  editor.state.doc.forEach((node, from) => found.push({ words: nodeWords(node), from, to: from + node.nodeSize }));
  return found;
}

const onPage = () =>
  [...document.querySelectorAll(".remark-place")].map((element) => {
    const copy = element.cloneNode(true);
    for (const beside of copy.querySelectorAll(".remark-here, sup.note")) beside.remove();
    return { words: plain(copy.textContent), element, place: Number(element.dataset.place) };
  });

/** The paragraph with the server's number, if it begins as the server says; else the one nearest to it that does. */
function nearest(paragraphs, number, beginning) {
  const like = paragraphs.map(({ words: all }, n) => (all.startsWith(beginning) ? n : -1)).filter((n) => n >= 0);
  return like.sort((a, b) => Math.abs(a - number) - Math.abs(b - number))[0];
}

// --- Marks in the editor: they go along with the words while somebody types --------------------------------------------

const rows = () => [...list.querySelectorAll("[data-place]")];

function marksFor(state, old) {
  const paragraphs = inEditor();
  const kept = new Map((old?.find() ?? []).filter(({ from, to }) => to > from).map((mark) => [mark.spec.note, mark]));
  const marks = rows().flatMap((row) => {
    const mark = kept.get(row.id);
    const beginning = plain(row.dataset.words);
    const n = mark ? -1 : nearest(paragraphs, Number(row.dataset.place), beginning);
    const at = mark ?? paragraphs[n];
    return at ? [pm.Decoration.node(at.from, at.to, { class: "remarked" }, { note: row.id })] : [];
  });
  return pm.DecorationSet.create(state.doc, marks);
}

function markInEditor() {
  const own = new pm.Plugin({
    state: {
      init: () => pm.DecorationSet.empty,
      apply: (change, marks, before, state) => {
        const moved = marks.map(change.mapping, change.doc);
        return change.getMeta(own) || change.getMeta("replaced") ? marksFor(state, moved) : moved;
      },
    },
    props: { decorations: (state) => own.getState(state) },
  });
  key = own;
  editor.registerPlugin(own);
  mark();
}

/** The list has changed. */
function mark() {
  if (editor && key) editor.view.dispatch(editor.state.tr.setMeta(key, true).setMeta("addToHistory", false));
  if (editor) return;
  const marked = new Set(rows().map((row) => `p-${row.dataset.place}`));
  for (const element of document.querySelectorAll(".remark-place")) element.classList.toggle("remarked", marked.has(element.id));
}

/** Shows the paragraph of a note; in the editor the cursor goes there. */
function lead(event, row) {
  if (!editor) return document.getElementById(`p-${row.dataset.place}`)?.classList.add("remarked--now");
  event.preventDefault();
  const found = key.getState(editor.state).find(undefined, undefined, (spec) => spec.note === row.id)[0];
  if (!found) return;
  editor.view.focus(); // the command waits for the next frame, and the next key does not
  editor.commands.setTextSelection(found.from + 1);
  const element = editor.view.nodeDOM(found.from);
  element?.scrollIntoView?.({ block: "center" });
  element?.animate?.([{ outline: "2px solid currentColor" }, { outline: "2px solid transparent" }], 1600);
}

// --- A new note --------------------------------------------------------------------------------------------------------

/** The list of paragraphs as they are now, and the one that the cursor stands in chosen. */
function offerParagraphs() {
  if (!editor) return;
  const paragraphs = inEditor();
  const { from } = editor.state.selection;
  const whole = about.options[0];
  about.replaceChildren(whole);
  paragraphs.forEach(({ words: all, from: begins, to }, n) => {
    if (!all) return;
    const isHere = begins <= from && from < to;
    about.append(new Option(short(all), n, isHere, isHere));
  });
}

function beginNote() {
  details.open = true;
  words.focus(); // before the list changes: Chromium leaves the box shut otherwise
  offerParagraphs();
}

/** Of the paragraph as it is on this page: the server may have an earlier text. */
function quoted() {
  if (about.value === "") return "";
  const here = editor ? inEditor()[about.value] : onPage().find((paragraph) => String(paragraph.place) === about.value);
  return (here?.words ?? "").slice(0, LONGEST_QUOTE);
}

// --- To the server and back --------------------------------------------------------------------------------------------

let isOnItsWay = false;
const say = (text) => (place.querySelector("[data-said]").textContent = text);

async function send(button) {
  if (isOnItsWay) return;
  const isNew = button.dataset.noteAct === "add";
  const typed = words.value;
  const body = new FormData();
  if (isNew) for (const [name, value] of [["text", typed], ["about", about.value], ["quote", quoted()]]) body.set(`note_${name}`, value);
  isOnItsWay = true;
  say("");
  try {
    const headers = { "X-CSRFToken": token(), "X-Requested-With": "fetch" };
    const response = await fetch(button.formAction, { method: "POST", body, headers, redirect: "error" });
    if (!response.ok) return say(await why(response));
    show(await response.text());
    if (isNew && words.value === typed) arrived();
  } catch {
    say(place.dataset.failed);
  } finally {
    isOnItsWay = false;
  }
}

async function why(response) {
  if (response.status === 401) return place.dataset.loggedOut;
  if (response.status === 413) return place.dataset.tooLong;
  if (!response.headers.get("Content-Type")?.includes("json")) return place.dataset.failed;
  return (await response.json()).why;
}

function arrived() {
  words.value = "";
  forgetDraft();
  details.open = false;
  details.querySelector("summary").focus();
}

function forgetDraft() {
  const done = document.createElement("i");
  done.dataset.posted = words.dataset.keep;
  keepDrafts(done);
}

/** The notes as the server has them now; what is open stays open, and the keyboard stays where it was. */
function show(html) {
  if (!html || list.dataset.html === html) return;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const again = focused?.formAction ?? focused?.closest("li")?.id;
  const wasOpen = list.querySelector("details")?.open;
  list.innerHTML = html;
  list.dataset.html = html;
  if (wasOpen) list.querySelector("details")?.setAttribute("open", "");
  if (focused) {
    const buttons = [...list.querySelectorAll("button, a")];
    const same = buttons.find((element) => element.formAction === again || element.closest("li")?.id === again);
    (same ?? details.querySelector("summary")).focus();
  }
  mark();
}

// --- The page opens ----------------------------------------------------------------------------------------------------

/** A note that came along when the page was saved has arrived, too. */
function forgetWhatStandsHere() {
  const kept = localStorage.getItem(`draft:${words.dataset.keep}`);
  const typed = kept && plain(JSON.parse(kept).text);
  if (typed && [...list.querySelectorAll(".remark__words")].some((said) => plain(said.innerText) === typed)) forgetDraft();
}

function begin() {
  try {
    forgetWhatStandsHere();
  } catch {
    // Storage may be switched off.
  }
  keepDrafts(place);
  mark();
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-note-act]");
    const link = event.target.closest("[data-lead]");
    if (link) lead(event, link.closest("li"));
    if (!button) return;
    event.preventDefault();
    send(button);
  });
  details.querySelector("summary").addEventListener("click", (event) => {
    if (details.open) return;
    event.preventDefault();
    beginNote();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey && event.altKey && event.code === "KeyM")) return;
    event.preventDefault();
    beginNote();
  });
  for (const link of document.querySelectorAll(".remark-here")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      about.value = new URL(link.href).searchParams.get("about");
      beginNote();
    });
  }
  document.addEventListener("writing:saved", ({ detail }) => show(detail.notes));
}

async function inThe(ready) {
  editor = ready;
  details.querySelector("summary").textContent = place.dataset.here;
  const { Plugin, pm: modules } = await import("django-prose-editor/editor");
  pm = { Plugin, ...modules.view };
  markInEditor();
}

if (place) {
  begin();
  if (area?.proseEditor) inThe(area.proseEditor);
  else area?.addEventListener("prose-editor:ready", ({ detail }) => inThe(detail.editor), { once: true });
}
