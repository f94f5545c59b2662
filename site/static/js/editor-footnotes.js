// Footnotes: words at a place in the text, asked for in a window of their own.

import { Node } from "django-prose-editor/editor";
import { create, given, item, oneLine, open } from "desk/ask";

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
          if (can && dispatch) open("askForFootnote", editor, this.type, chosen?.type === this.type ? chosen : null);
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
