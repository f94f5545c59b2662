// Videos that are kept elsewhere: here and on the page a poster of ours, which asks nobody for anything.

import { Node } from "django-prose-editor/editor";
import { ask, create, field, given, item, wrong } from "desk/ask";

/** The video that an address leads to, as the server will write it; null when it is none of those we know. */
export function videoAt(editor, text) {
  for (const { name, pattern, page, opening_page: opening } of given(editor).providers) {
    const match = text.trim().match(new RegExp(`^(?:${pattern})$`));
    if (match) return { name, address: page.replace("{}", match[1]) + (match[2] ? opening.replace("{}", match[2]) : "") };
  }
  return null;
}

export const Embed = Node.create({
  name: "embed",
  group: "between",
  content: "caption",
  isolating: true,
  draggable: true,

  addAttributes: () => ({
    address: { default: "", parseHTML: (element) => element.dataset.embed, renderHTML: ({ address }) => ({ "data-embed": address }) },
  }),
  parseHTML: () => [{ tag: "figure[data-embed]", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes, 0],

  addNodeView() {
    return ({ node, editor }) => {
      const { words } = given(editor);
      const address = create("span", { class: "embed__address" });
      const poster = create(
        "div",
        { class: "embed__poster", contenteditable: "false" },
        create("b", {}, words.video),
        address,
        create("span", {}, words.videoAsks),
      );
      const contentDOM = create("div", { class: "embed__caption", "data-hint": words.captionHint });
      const dom = create("figure", { class: "embed" }, poster, contentDOM);
      const show = ({ attrs }) => (address.textContent = attrs.address);
      show(node);
      return { dom, contentDOM, update: (other) => other.type === node.type && (show(other), true) };
    };
  },

  addCommands() {
    return {
      insertEmbed:
        (address) =>
        ({ state, chain }) => {
          const { $from } = state.selection;
          const isAlone = $from.depth === 1 && !$from.parent.content.size;
          const at = isAlone ? { from: $from.before(1), to: $from.after(1) } : $from.depth ? $from.after(1) : state.selection.to;
          return chain().insertContentAt(at, { type: "embed", attrs: { address }, content: [{ type: "caption" }] }).run();
        },
      askForEmbed:
        () =>
        ({ editor, dispatch }) => {
          if (dispatch) askForVideo(editor);
          return true;
        },
    };
  },

  addMenuItems(bar) {
    item(bar, "embed", "nodes", { command: (editor) => editor.commands.askForEmbed(), active: (editor) => editor.isActive("embed") });
  },

  addKeyboardShortcuts() {
    return { "Mod-Alt-v": () => this.editor.commands.askForEmbed() };
  },
});

async function askForVideo(editor) {
  const { words, providers } = given(editor);
  const list = new Intl.ListFormat(document.documentElement.lang, { type: "disjunction" });
  const names = list.format(providers.map(({ name }) => name));
  const address = await ask({
    editor,
    title: words.video,
    content: [
      field({ name: "address", label: words.address, value: "", help: words.videoHelp.replace("{names}", names), inputmode: "url", autocomplete: "off" }),
    ],
    submit: words.insert,
    cancel: words.cancel,
    act: (typed) => {
      const video = videoAt(editor, typed.address.value);
      if (!video) throw wrong(words.noVideo.replace("{names}", names), "address");
      return video.address;
    },
  });
  if (address) editor.commands.insertEmbed(address);
}
