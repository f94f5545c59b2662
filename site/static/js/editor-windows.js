// The windows for links, tables and footnotes, and the one that says the keys.

import { pm } from "django-prose-editor/editor";
import { ask, create, field, given, oneLine, wrong } from "desk/ask";
import { complete } from "desk/combobox";
import { addressOf } from "desk/links";
import { tableOf } from "desk/tables";
import { KEYS, nameOf, shown } from "desk/toolbar";

const { Fragment } = pm.model;
const { TextSelection } = pm.state;

// --- Links -------------------------------------------------------------------------------------------------------------

export async function askForLink(editor) {
  const { words, articles } = given(editor);
  const isOnLink = editor.isActive("link");
  const needsWords = editor.state.selection.empty && !isOnLink;
  const asked = ask({
    editor,
    title: words.link,
    content: [
      field({
        name: "href",
        label: words.address,
        value: editor.getAttributes("link").href ?? "",
        help: words.addressHelp,
        inputmode: "url",
        autocomplete: "off",
      }),
      field({
        name: "article",
        label: words.article,
        kind: "select",
        class: "admin-autocomplete",
        change: takeArticle,
        "data-ajax--url": articles,
        "data-placeholder": words.search,
        "data-none": words.none,
        "data-failed": words.failed,
      }),
      ...(needsWords ? [field({ name: "text", label: words.linkWords })] : []),
    ],
    submit: isOnLink ? words.change : words.insert,
    cancel: words.cancel,
    act: ({ href, text }) => {
      const address = addressOf(href.value);
      if (!address) throw wrong(words.noAddress, "href");
      if (needsWords && !text.value.trim()) throw wrong(words.noLinkWords, "text");
      return { href: address, text: text?.value.trim() };
    },
  });
  complete(document.querySelector("dialog[open]"));
  const answer = await asked;
  if (!answer) return;
  const chain = editor.chain();
  const { empty, from, to } = editor.state.selection; // others may have written meanwhile
  const marks = [{ type: "link", attrs: { href: answer.href } }];
  if (needsWords) chain.insertContentAt(from, { type: "text", text: answer.text, marks }).unsetMark("link");
  else if (isOnLink && empty) chain.extendMarkRange("link").updateAttributes("link", { href: answer.href });
  else chain.setTextSelection({ from, to }).setMark("link", { href: answer.href });
  chain.run();
}

/** Its path is the address, and its title the words where there are none yet. */
function takeArticle({ target: { value, form, selectedOptions } }) {
  if (!value) return;
  const { href, text } = form.elements;
  href.value = value;
  if (text && !text.value) text.value = selectedOptions[0].text;
}

// --- Tables ------------------------------------------------------------------------------------------------------------

export async function askForTable(editor) {
  const { words } = given(editor);
  const there = tableOf(editor.state.selection);
  const count = (name, label, value) => field({ name, label, value, type: "number", min: "1", max: "50" });
  const answer = await ask({
    editor,
    title: words.table,
    content: [
      field({ name: "caption", label: words.tableCaption, value: there?.table.attrs.caption ?? "", help: words.tableCaptionHelp }),
      ...(there
        ? []
        : [count("rows", words.rows, 3), count("cols", words.columns, 3), field({ name: "header", label: words.headerRow, kind: "checkbox", value: true })]),
    ],
    submit: there ? words.change : words.insert,
    cancel: words.cancel,
    act: ({ caption, rows, cols, header }) => ({
      caption: oneLine(caption.value),
      rows: Math.min(50, Math.max(1, Number(rows?.value) || 3)),
      cols: Math.min(50, Math.max(1, Number(cols?.value) || 3)),
      withHeaderRow: Boolean(header?.checked),
    }),
  });
  if (!answer) return;
  const { caption, ...size } = answer;
  const chain = editor.chain();
  if (!there) chain.insertTable(size);
  chain.command(({ tr }) => {
    const table = tableOf(tr.selection);
    if (table) tr.setNodeMarkup(table.at, undefined, { ...table.table.attrs, caption });
    return true;
  }).run();
}

// --- Footnotes ---------------------------------------------------------------------------------------------------------

/** A new one goes behind what is selected; one whose words are taken away goes. */
export async function askForFootnote(editor, type, note) {
  const { words } = given(editor);
  const answer = await ask({
    editor,
    title: words.footnote,
    content: [field({ name: "words", label: words.footnoteWords, kind: "textarea", rows: "4", value: note?.attrs.words ?? "", help: words.footnoteHelp })],
    submit: note ? words.change : words.insert,
    cancel: words.cancel,
    act: (typed) => oneLine(typed.words.value),
  });
  if (answer === null) return;
  const { selection } = editor.state;
  const at = selection.to;
  const node = answer ? type.create({ words: answer }) : null;
  const insides = Fragment.from(node ?? []);
  editor.chain().command(({ tr }) => {
    tr.replaceWith(note ? selection.from : at, at, insides);
    tr.setSelection(TextSelection.create(tr.doc, (note ? selection.from : at) + insides.size));
    return true;
  }).run();
}

// --- The keys in words -------------------------------------------------------------------------------------------------

let isOpen = false;

export async function showKeys(editor) {
  if (isOpen) return;
  isOpen = true;
  const { words, typed } = given(editor);
  const rows = Object.entries(KEYS).map(([name, key]) => [shown(key), nameOf(editor, name)]);
  rows.splice(-1, 0, [shown("Shift-Enter"), words.newLine], ["Alt+F10", words.toToolbar]);
  const list = (pairs) =>
    create("dl", { class: "keys" }, ...pairs.flatMap(([key, name]) => [create("dt", {}, create("kbd", {}, key)), create("dd", {}, name)]));
  await ask({
    editor: editor.view.hasFocus() ? editor : null,
    title: words.keys,
    content: [list(rows), create("h3", {}, words.typedTitle), list(typed)],
    submit: words.close,
    act: () => true,
  });
  isOpen = false;
}
