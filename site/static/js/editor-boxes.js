// Boxes: "When to get help", "Key points", "Questions for your doctor". What stands over them is the page's, not the text's.

import { Node, pm } from "django-prose-editor/editor";
import { create, given, item } from "desk/ask";

const { TextSelection } = pm.state;

const boxAt = ({ selection: { $from, $to } }) => {
  const box = $from.depth && $from.node(1);
  return box && box.type.name === "callout" && $to.depth && $to.before(1) === $from.before(1) ? { box, at: $from.before(1) } : null;
};

export const Callout = Node.create({
  name: "callout",
  group: "between",
  content: "block+",
  defining: true,

  addAttributes: () => ({
    kind: { default: "key", parseHTML: (element) => element.dataset.callout, renderHTML: ({ kind }) => ({ "data-callout": kind }) },
  }),
  parseHTML: () => [{ tag: "aside[data-callout]" }],
  renderHTML: ({ HTMLAttributes }) => ["aside", HTMLAttributes, 0],

  addNodeView() {
    return ({ node, editor }) => {
      const name = create("div", { class: "box__name", contenteditable: "false" });
      const contentDOM = create("div");
      const dom = create("div", { role: "group" }, name, contentDOM);
      const show = ({ attrs }) => {
        dom.dataset.callout = attrs.kind;
        name.textContent = given(editor).callouts[attrs.kind] ?? attrs.kind;
        dom.setAttribute("aria-label", name.textContent);
      };
      show(node);
      return { dom, contentDOM, update: (other) => other.type === node.type && (show(other), true) };
    };
  },

  addCommands() {
    return {
      /** Puts a box around the blocks of the selection, makes another kind of it, or takes it away. */
      toggleCallout:
        (kind) =>
        ({ state, tr, dispatch }) => {
          const around = boxAt(state);
          if (around && dispatch) around.box.attrs.kind === kind ? unwrap(tr, around) : tr.setNodeMarkup(around.at, undefined, { kind });
          return Boolean(around) || wrap(state, tr, dispatch, this.type.create({ kind }));
        },
    };
  },

  addMenuItems(bar) {
    for (const kind of Object.keys(given(this.editor).callouts)) {
      item(bar, `callout:${kind}`, "callouts", {
        command: (editor) => editor.chain().focus().toggleCallout(kind).run(),
        enabled: (editor) => editor.can().toggleCallout(kind),
        active: (editor) => editor.isActive("callout", { kind }),
      });
    }
  },

  addKeyboardShortcuts() {
    const keys = { help: "Mod-Alt-g", key: "Mod-Alt-k", questions: "Mod-Alt-q" };
    return {
      ...Object.fromEntries(Object.entries(keys).map(([kind, key]) => [key, () => this.editor.commands.toggleCallout(kind)])),
      // At the very beginning of a box: out of it.
      Backspace: () => this.editor.commands.command(({ state, tr, dispatch }) => {
        const around = boxAt(state);
        if (!around || !state.selection.empty || state.selection.from !== around.at + 2) return false;
        if (dispatch) unwrap(tr, around);
        return true;
      }),
    };
  },
});

function unwrap(tr, { box, at }) {
  const { from, to } = tr.selection;
  tr.replaceWith(at, at + box.nodeSize, box.content);
  if (tr.doc.resolve(from - 1).parent.inlineContent) tr.setSelection(TextSelection.create(tr.doc, from - 1, to - 1));
}

function wrap({ doc, selection: { $from, $to, from, to } }, tr, dispatch, box) {
  const begin = $from.depth ? $from.before(1) : from;
  const end = $to.depth ? $to.after(1) : to;
  const inner = doc.slice(begin, end).content;
  if (!inner.size || !box.type.validContent(inner)) return false;
  if (dispatch) {
    tr.replaceWith(begin, end, box.copy(inner));
    if ($from.parent.inlineContent && $to.parent.inlineContent) tr.setSelection(TextSelection.create(tr.doc, from + 1, to + 1));
  }
  return true;
}
