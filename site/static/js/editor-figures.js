// Pictures with their captions in the text.

import * as editing from "django-prose-editor/editor";
import { create, given } from "desk/ask";
import { askForPicture } from "desk/pictures";

const { TextSelection } = editing.pm.state;

export const Image = editing.Image.extend({
  addInputRules: () => [],
  // One without an address came with pasted text: its place asks for the file.
  parseHTML: () => [{ tag: "img:not([src^='data:'])" }],

  addNodeView() {
    return ({ node: { attrs }, editor, getPos }) => {
      const said = Object.entries(attrs).filter(([, value]) => value !== null);
      if (attrs.src) return { dom: create("img", Object.fromEntries(said)) };
      const { pictureWanted } = given(editor).words;
      const dom = create(
        "div",
        { class: "picture-wanted", role: "img", "aria-label": `${pictureWanted}: ${attrs.alt ?? ""}` },
        create("b", {}, pictureWanted),
        create("span", {}, attrs.alt ?? ""),
      );
      dom.addEventListener("click", () => {
        editor.commands.setNodeSelection(getPos());
        askForPicture(editor);
      });
      return { dom };
    };
  },
});

export const Figure = editing.Figure.extend({
  addExtensions: () => [],
  addAttributes: () => ({}),
  parseHTML: () => [{ tag: "figure", getAttrs: (element) => (element.querySelector("img") ? null : false) }],
  addNodeView: null,

  addCommands() {
    return {
      insertFigure:
        () =>
        ({ editor, dispatch }) => {
          if (dispatch) askForPicture(editor);
          return true;
        },
    };
  },

  addKeyboardShortcuts() {
    const isPicture = ({ selection }) => selection.node?.type.name === "image";
    return {
      "Mod-Alt-i": () => this.editor.commands.insertFigure(),
      Enter: () => isPicture(this.editor.state) && this.editor.commands.insertFigure(),
    };
  },
});

export const Caption = editing.Caption.extend({
  group: "",
  addAttributes: () => ({}),

  addKeyboardShortcuts() {
    const captionOf = ({ selection: { $from, empty } }) => empty && $from.parent.type === this.type && $from;
    return {
      // On with a paragraph below.
      Enter: () => this.editor.commands.command(({ state, tr, dispatch }) => {
        const $from = captionOf(state);
        if (!$from) return false;
        const at = $from.after($from.depth - 1);
        if (dispatch) {
          tr.insert(at, state.schema.nodes.paragraph.create());
          tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView();
        }
        return true;
      }),
      // From an empty caption to what it is the caption of: the next press takes that away.
      Backspace: () => {
        const $from = captionOf(this.editor.state);
        if (!$from || $from.parent.content.size) return false;
        return this.editor.commands.setNodeSelection($from.before($from.depth - 1));
      },
    };
  },
});
