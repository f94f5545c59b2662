// What the modules for pasted HTML ask of its elements, and do to them.

import { sameStyle } from "./editor-pasted-styles.js";

export const BLOCK =
  "p, div, center, li, ul, ol, menu, dir, dl, dt, dd, h1, h2, h3, h4, h5, h6, td, th, tr, table, caption, blockquote, figure, figcaption, " +
  "section, article, aside, header, footer, main, nav, search, hgroup, address, pre, form, fieldset, legend, details, summary, body";
export const HEADINGS = "h1, h2, h3, h4, h5, h6";
export const SEEN = "img, table, iframe, [data-footnote], [data-embed]"; // without words

/** Neither words nor anything else that is to be seen. */
export const isBlank = (node) =>
  !/[^\s\u200b\ufeff]/.test(node.nodeType === 8 ? "" : node.textContent) && !(node.nodeType === 1 && (node.matches(SEEN) || node.querySelector(SEEN)));

export function rename(element, tag) {
  const other = element.ownerDocument.createElement(tag);
  other.append(...element.childNodes);
  for (const name of ["dir", "id", "colspan", "rowspan", "scope", "start", "type", "data-done", "data-pm-slice"])
    if (element.hasAttribute(name)) other.setAttribute(name, element.getAttribute(name));
  sameStyle(element, other);
  element.replaceWith(other);
  return other;
}

export const unwrap = (element) => element.replaceWith(...element.childNodes);

export const make = (element, tag, ...children) => {
  const made = element.ownerDocument.createElement(tag);
  made.append(...children);
  return made;
};
