// Links: over what is selected, or with words of their own.

import { Link as Plain } from "django-prose-editor/editor";
import { item, open } from "desk/ask";

export const Link = Plain.extend({
  // An address pasted over words is taken by editor-paste.js: the package's own way leaves them chosen, and the next key is lost.
  addOptions() {
    return { ...this.parent?.(), linkOnPaste: false, isAllowedUri: (href) => Boolean(kept(href ?? "")) };
  },

  addAttributes() {
    return { ...this.parent(), href: { default: null, parseHTML: (element) => kept(element.getAttribute("href")) } };
  },

  addCommands() {
    return {
      ...this.parent?.(),
      addLink:
        () =>
        ({ editor, dispatch }) => {
          if (dispatch) open("askForLink", editor);
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

/** An address in the form in which it is stored, as edge/hrefs.py has it; null for what is none. */
export function kept(href) {
  const text = href.replace(/[\0-\x1f]/g, "").trim();
  if (/^(tel|sms):/i.test(text)) return numbered(text);
  if (/^[/\\]{2}/.test(text)) return text.replace(/^[/\\]+/, "https://");
  // A way within the site holds no colon before its first slash.
  return /^(https?|mailto):|^[^:]+$|^[^:]*[/?#]/i.test(text) ? text : null;
}

/** A telephone number without what parts its figures; who calls from abroad leaves out a zero in brackets. */
function numbered(text) {
  const [, scheme, number, body] = text.normalize("NFKC").match(/^(\w+:)([^?&]*)(?:[?&]+(.*))?$/);
  const figures = number
    .replace(/%2b/i, "+").replace(/^(\s*\+.*)\(0\)/, "$1").replace(/%20|[\s().\-/‐-―]/g, "")
    .replace(/[٠-٩۰-۹]/g, (figure) => figure.charCodeAt(0) & 15);
  if (!/^\+?\d{2,20}(,{1,3}\d{1,8})?(;ext=\d{1,8})?$/.test(figures)) return null;
  return scheme.toLowerCase() + figures + (/^sms/i.test(scheme) && body ? `?${body}` : "");
}

/** What somebody types: `example.org/x` becomes an address, a mail address one to write to, figures a number to call. */
export function addressOf(typed) {
  const text = typed.trim();
  if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return `mailto:${text}`;
  if (/^(tel|sms):/i.test(text)) return kept(text);
  // Not those of a computer in the internet.
  if (/^[+(]*\p{Nd}[\p{Nd}\s().‐-―-]+$/u.test(text) && !/^\d+(\.\d+){3}$/.test(text)) return numbered(`tel:${text}`);
  if (/^(https?:\/\/|mailto:)\S+$|^[/#]\S*$/i.test(text)) return kept(text);
  return /^[^\s/:]+\.[^\s/:]+(\/\S*)?$/.test(text) ? `https://${text}` : null;
}
