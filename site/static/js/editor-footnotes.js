// Footnotes: words at a place in the text, asked for in a window of their own.

import { Node, pm } from "django-prose-editor/editor";
import { ask, create, field, given, item, oneLine } from "desk/ask";

const { Fragment } = pm.model;
const { TextSelection } = pm.state;

export const Footnote = Node.create({
  name: "footnote",
  group: "inline",
  inline: true,
  atom: true,

  addAttributes: () => ({ words: { default: "", parseHTML: (element) => oneLine(element.textContent), rendered: false } }),
  // One without words is none.
  parseHTML: () => [{ tag: "span[data-footnote]", getAttrs: (element) => (oneLine(element.textContent) ? null : false), priority: 60 }],
  renderHTML: ({ node }) => ["span", { "data-footnote": "" }, node.attrs.words],
  renderText: ({ node }) => ` (${node.attrs.words})`,

  addNodeView() {
    return ({ node, editor, getPos }) => {
      const words = create("span", { class: "footnote__words" });
      const dom = create("span", { class: "footnote", role: "img" }, words);
      const show = ({ attrs }) => {
        words.textContent = attrs.words;
        dom.setAttribute("aria-label", `${given(editor).words.footnote}: ${attrs.words}`);
      };
      show(node);
      dom.addEventListener("click", () => editor.chain().setNodeSelection(getPos()).editFootnote().run());
      return { dom, update: (other) => other.type === node.type && (show(other), true) };
    };
  },

  addCommands() {
    return {
      editFootnote:
        () =>
        ({ editor, state, dispatch }) => {
          const chosen = state.selection.node;
          const can = chosen?.type === this.type || state.selection.$to.parent.inlineContent;
          if (can && dispatch) askForFootnote(editor, this.type, chosen?.type === this.type ? chosen : null);
          return can;
        },
    };
  },

  addMenuItems(bar) {
    item(bar, "footnote", "link", {
      command: (editor) => editor.commands.editFootnote(),
      enabled: (editor) => editor.can().editFootnote(),
      active: (editor) => editor.isActive("footnote"),
    });
  },

  addKeyboardShortcuts() {
    return {
      "Mod-Alt-f": () => this.editor.commands.editFootnote(),
      Enter: () => this.editor.state.selection.node?.type === this.type && this.editor.commands.editFootnote(),
    };
  },
});

/** A new one goes behind what is selected; one whose words are taken away goes. */
async function askForFootnote(editor, type, note) {
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
