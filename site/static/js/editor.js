// What the writers' editor lacks: a name for those who cannot see it, and manners with pasted text.
// It finds its editor module through the page's import map, as the editor's own scripts do.

import { Plugin } from "django-prose-editor/editor";

/** The editing area is called what its field's label says, and described by the field's help. */
function name(area, textarea) {
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  if (label) {
    label.id ||= `${textarea.id}_label`;
    area.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => area.focus());
  }
  const help = document.getElementById(`${textarea.id}_helptext`);
  if (help) area.setAttribute("aria-describedby", help.id);
}

// The page's policy forbids style attributes and handlers, so what they say could not be read and each would be
// reported; and a pasted picture from elsewhere would make the browser ask another host.
function inert(html) {
  return html.replace(/<[^>]*>/g, (tag) => tag.replace(/([\s"'/])(style|srcset|on[a-z]+)\s*=/gi, "$1data-$2="));
}

function rename(element, tag) {
  const other = element.ownerDocument.createElement(tag);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

/** Word writes lists as paragraphs with a bullet typed in front. */
function wordLists(body) {
  for (const line of body.querySelectorAll("p[data-style*='mso-list']")) {
    const first = line.textContent.trim();
    const tag = /^\w{1,3}[.)]/.test(first) ? "ol" : "ul";
    const previous = line.previousElementSibling;
    const list = previous?.dataset.word === tag ? previous : document.createElement(tag);
    list.dataset.word = tag;
    if (list !== previous) line.before(list);
    for (const mark of line.querySelectorAll("[data-style*='mso-list:Ignore'], [data-style*='mso-list: Ignore']")) mark.remove();
    const item = rename(line, "li");
    item.innerHTML = item.innerHTML.replace(/^(\s|&nbsp;)*(·|•|o|§|\w{1,3}[.)])(\s|&nbsp;)+/, "");
    list.append(item);
  }
}

function clean(html) {
  const { body } = new DOMParser().parseFromString(inert(html), "text/html");
  // Google Docs wraps everything in <b style="font-weight:normal"> and marks bold and italics by style alone.
  for (const all of body.querySelectorAll("b[id^='docs-internal-guid'], b[data-style*='font-weight:normal'], b[data-style*='font-weight: normal']")) unwrap(all);
  for (const span of body.querySelectorAll("span[data-style]")) {
    const style = span.dataset.style;
    if (/font-style:\s*italic/.test(style)) span.append(wrap(span, "em"));
    if (/font-weight:\s*(bold|[6-9]00)/.test(style)) span.append(wrap(span, "strong"));
  }
  wordLists(body);
  for (const heading of body.querySelectorAll("h1")) rename(heading, "h2");
  for (const heading of body.querySelectorAll("h4, h5, h6")) rename(heading, "h3");
  for (const link of body.querySelectorAll("a[href^='#_ftn'], a[href^='#_edn'], a[name]:not([href])")) unwrap(link);
  for (const image of body.querySelectorAll("img")) if (!image.getAttribute("src")?.startsWith("/media/")) image.remove();
  return body.innerHTML;
}

function wrap(element, tag) {
  const inner = element.ownerDocument.createElement(tag);
  inner.append(...element.childNodes);
  return inner;
}

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  name(editor.view.dom, textarea);
  textarea.proseEditor = editor;
  editor.registerPlugin(new Plugin({ props: { transformPastedHTML: clean } }));
});
