// Pictures in pasted HTML: their files stay where they are, for asking there would tell another host. What they show comes, at
// a place that asks for the file. And what stands in a <figure>.

import { BLOCK, HEADINGS, isBlank, make, rename, unwrap } from "./editor-pasted-elements.js";
import { styleOf } from "./editor-pasted-styles.js";

const FILE_NAME = /^[^\s]*\.(png|jpe?g|gif|webp|svg|bmp|tiff?|emf|wmf)$|^([a-z]:\\|\/|file:|macintosh hd:)/i;
const SMILEY = /^[^\p{L}\p{N}]*(\p{Extended_Pictographic}|\p{Regional_Indicator})[^\p{L}\p{N}]*$|^:[\w+-]+:$/u;
const EMOTICONS = { "(tick)": "✓", "(error)": "✗", "(warning)": "⚠", "(plus)": "+", "(minus)": "−" };

export function pictures(body) {
  drawn(body);
  for (const image of body.querySelectorAll("img")) {
    const alt = image.alt.trim().replace(/^\{\\(display|text)style (.*)\}$/s, "$2");
    if (SMILEY.test(alt) || /\bemo(ji|ticon)\b/i.test(image.className)) image.replaceWith(EMOTICONS[alt] ?? alt);
    else if (isNothing(image)) image.remove();
    else if (isWord(image, alt)) image.replaceWith(joins(image.previousSibling, /[\p{L}\p{N}]$/u), alt, joins(image.nextSibling, /^[\p{L}\p{N}]/u));
    else if (!image.closest("figure") && image.parentElement !== body) apart(image);
  }
  for (const image of body.querySelectorAll("img:not([src^='/media/'])")) {
    const alt = (image.alt || image.title).trim();
    image.replaceWith(Object.assign(make(image, "img"), { alt: FILE_NAME.test(alt) ? "" : alt }));
  }
}

/** Word may draw them in a language of its own, in a comment, and name no other picture beside it. */
function drawn(body) {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) if (/<v:imagedata\b/i.test(walker.currentNode.data)) comments.push(walker.currentNode);
  for (const comment of comments) {
    const isAlone = !comment.parentElement.closest(BLOCK).querySelector("img");
    const alt =
      new DOMParser()
        .parseFromString(comment.data.match(/<v:shape\b[^<>]*/i)?.[0].concat(">") ?? "", "text/html")
        .body.firstElementChild?.getAttribute("alt") ?? "";
    if (isAlone) comment.replaceWith(Object.assign(make(body, "img"), { alt }));
  }
}

/** What keeps a distance or counts readers, and the box of a list of things to do. */
const isNothing = (image) => sizesOf(image).some((size) => size <= 3) || image.matches("[aria-roledescription=checkbox]");

/** As high as a line: "No" in a cell, a formula. */
const isWord = (image, alt) =>
  alt && !FILE_NAME.test(alt) && !image.closest("figure") && (sizesOf(image).every((size) => size <= 32) || /\bmath\b/.test(image.className));

const joins = (beside, edge) => (beside && (beside.nodeType === 1 || edge.test(beside.data)) ? " " : "");

const sizesOf = (image) =>
  ["width", "height"].map((name) => {
    const [, number, unit] = (styleOf(image).get(name) ?? image.getAttribute(name) ?? "").match(/^([\d.]+)(\w*)$/) ?? [];
    return number === undefined ? 99 : Number(number) * ({ em: 16, rem: 16, ex: 8, pt: 1.33 }[unit] ?? 1);
  });

/** Out of its line, behind it: in the middle of a sentence there is no place for one. */
function apart(image) {
  let place = image;
  while (place.parentElement && !place.parentElement.matches(BLOCK)) place = place.parentElement;
  const line = place.parentElement.closest(`p, ${HEADINGS}`);
  const figure = make(image, "figure");
  let after = line ?? place;
  while (line && after.nextSibling?.localName === "figure" && after.nextSibling.dataset.apart) after = after.nextSibling;
  figure.dataset.apart = "1";
  after.after(figure);
  figure.append(image);
}

/** A figure holds one picture with its caption, or is one of our videos; whatever else is in one stands without it. */
export function figures(body, videoOf) {
  for (const frame of body.querySelectorAll("iframe")) {
    const video = videoOf(frame.getAttribute("src") ?? "");
    const figure = make(frame, "figure", make(frame, "figcaption"));
    if (video) figure.dataset.embed = video;
    video ? (frame.closest("p") ?? frame).after(figure) : null;
    frame.remove();
    const around = figure.parentElement?.closest("figure");
    const caption = around?.querySelector(":scope > figcaption");
    if (caption) figure.replaceChildren(caption);
    around?.replaceWith(figure);
  }
  for (const figure of [...body.querySelectorAll("figure:not([data-embed])")].reverse()) {
    const own = (selector) => [...figure.querySelectorAll(selector)].filter((element) => element.closest("figure") === figure);
    const [caption] = own("figcaption");
    const images = own("img");
    for (const image of images) figure.before(make(figure, "figure", image));
    if (caption && images.length) figure.previousElementSibling.append(inOneLine(caption));
    else if (caption) below(caption, figure.querySelector("table"));
    isBlank(figure) ? figure.remove() : unwrap(figure);
  }
  for (const caption of body.querySelectorAll("figcaption")) if (!caption.closest("figure")) rename(caption, "p");
}

function inOneLine(caption) {
  for (const block of caption.querySelectorAll(BLOCK)) {
    block.after(" ");
    unwrap(block);
  }
  return caption;
}

function below(caption, table) {
  if (table && !table.caption && !isBlank(caption)) table.prepend(make(table, "caption", ...caption.childNodes));
  isBlank(caption) ? caption.remove() : rename(caption, "p");
}
