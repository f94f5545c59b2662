// Links: over what is selected, or with words of their own.

import { Link as Plain } from "django-prose-editor/editor";
import { ask, field, given, item, wrong } from "desk/ask";

export const Link = Plain.extend({
  // An address pasted over words is taken by editor-paste.js: the package's own way leaves them chosen, and the next key is lost.
  addOptions() {
    return { ...this.parent?.(), linkOnPaste: false };
  },

  addCommands() {
    return {
      ...this.parent?.(),
      addLink:
        () =>
        ({ editor, dispatch }) => {
          if (dispatch) askForLink(editor);
          return true;
        },
    };
  },

  addMenuItems(bar) {
    item(bar, "link", "link", { command: (editor) => editor.commands.addLink(), active: (editor) => editor.isActive("link") });
    item(bar, "unlink", "link", { command: (editor) => editor.chain().focus().unsetLink().run(), hidden: (editor) => !editor.isActive("link") });
  },

  addKeyboardShortcuts() {
    return { "Mod-k": () => this.editor.commands.addLink() };
  },
});

/** `example.org/x` becomes an address, a mail address one to write to; nothing else than what may be stored passes. */
export function addressOf(typed) {
  const text = typed.trim();
  if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return `mailto:${text}`;
  if (/^(https?:\/\/|mailto:)\S+$/i.test(text) || /^[/#]\S*$/.test(text)) return text;
  return /^[^\s/:]+\.[^\s/:]+(\/\S*)?$/.test(text) ? `https://${text}` : null;
}

async function askForLink(editor) {
  const { words } = given(editor);
  const isOnLink = editor.isActive("link");
  const needsWords = editor.state.selection.empty && !isOnLink;
  const answer = await ask({
    editor,
    title: words.link,
    content: [
      field({ name: "href", label: words.address, value: editor.getAttributes("link").href ?? "", inputmode: "url", autocomplete: "off" }),
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
  if (!answer) return;
  const chain = editor.chain();
  const { empty, from, to } = editor.state.selection; // others may have written meanwhile
  const marks = [{ type: "link", attrs: { href: answer.href } }];
  if (needsWords) chain.insertContentAt(from, { type: "text", text: answer.text, marks }).unsetMark("link");
  else if (isOnLink && empty) chain.extendMarkRange("link").updateAttributes("link", { href: answer.href });
  else chain.setTextSelection({ from, to }).setMark("link", { href: answer.href });
  chain.run();
}
