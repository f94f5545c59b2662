// What is pasted into the plain editor of newsletters and standing pages means there what it means in articles. For footnotes
// and pictures without a file that editor has no place: their words stay.

import { Plugin } from "django-prose-editor/editor";
import { clean } from "./editor-pasted.js";

function plain(html) {
  const { body } = new DOMParser().parseFromString(clean(html, () => ""), "text/html");
  for (const note of body.querySelectorAll("[data-footnote]")) note.replaceWith(` (${note.textContent})`);
  for (const image of body.querySelectorAll("img:not([src])")) {
    const words = document.createElement("p");
    words.append(image.alt);
    image.replaceWith(words);
  }
  for (const figure of body.querySelectorAll("figure:not(:has(img))"))
    figure.replaceWith(...[...figure.children].map((part) => Object.assign(document.createElement("p"), { innerHTML: part.innerHTML })));
  return body.innerHTML;
}

document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
  editor.registerPlugin(new Plugin({ props: { transformPastedHTML: plain } }));
});
