// What of pasted HTML was not to be seen: deleted, struck through, hidden, a comment, a picture of an arrow.

import { SEEN } from "./editor-pasted-elements.js";
import { apartFrom } from "./editor-pasted-letters.js";
import { styleOf } from "./editor-pasted-styles.js";

const NEVER_SEEN =
  "template, script, title, datalist, object, audio, video, canvas, dialog:not([open]), svg :is(title, desc, defs), " +
  "annotation, annotation-xml, [hidden], .sr-only, .visually-hidden, .screen-reader-text";
// Of programs that mark what somebody took away by a class alone.
const TAKEN_AWAY = new RegExp(
  String.raw`(^|\s)(msoDel|msoMoveFrom|TrackChange\w*(Delet|MoveFrom|MovedFrom)\w*|ice-del|diff-html-removed|` +
    String.raw`[\w-]*suggestion-marker-deletion|suggestion-deletion|diff-?del(eted)?)(\s|$)`,
  "i",
);

const DRAWN = `${SEEN}, br, hr`;

export function withoutUnseen(body) {
  for (const element of body.querySelectorAll(NEVER_SEEN)) leave(element);
  for (const table of body.querySelectorAll("table")) hiddenColumns(table);
  unseen(body, false);
}

function unseen(node, isHidden) {
  for (const child of [...node.childNodes]) {
    if (child.nodeType === 3 && isHidden) child.remove();
    if (child.nodeType !== 1) continue;
    const isCell = child.matches("td, th");
    if (isCell && isStruck(child, styleOf(child))) child.replaceChildren();
    else if (isGone(child) || (isHidden && child.localName === "img")) child.remove();
    else if (isInvisible(child, styleOf(child))) leave(child);
    else unseen(child, hides(styleOf(child)) ?? isHidden);
  }
}

/** In a fraction that is drawn, only those who cannot see it hear what stands between its numbers: 2 1/2 must not become 212. */
function leave(element) {
  const said = element.textContent.trim();
  if (/^[/⁄]$/.test(said) && element.previousElementSibling) apartFrom(element.previousElementSibling);
  element.replaceWith({ "/": "/", "⁄": "/", "+": "\u00a0" }[said] ?? "");
}

/** What it says of itself and of what is in it; what is in it may say otherwise. */
function hides(style) {
  const [size, visibility] = [style.get("font-size"), style.get("visibility")];
  if (/^(hidden|collapse)/.test(visibility) || isZero(size)) return true;
  return visibility === "visible" || size ? false : undefined;
}

function isGone(element) {
  const style = styleOf(element);
  return isStruck(element, style) || isDecoration(element) || isComment(element, style);
}

/** Deleted, or struck through, which readers would not see. */
function isStruck(element, style) {
  const line = `${style.get("text-decoration") ?? ""} ${style.get("text-decoration-line") ?? ""}`;
  if (element.matches("del, [role=deletion]") || TAKEN_AWAY.test(element.className)) return true;
  if (element.closest("[data-done]")) return false;
  return /line-through/.test(line) || (/^(s|strike)$/.test(element.localName) && !/\bnone\b/.test(line));
}

const isZero = (size) => /^0*(\.0*)?[a-z%]*$/.test(size ?? "x") && /0/.test(size);

const isInvisible = (element, style) =>
  style.get("display") === "none" ||
  style.get("visibility") === "collapse" ||
  style.get("mso-hide") === "all" ||
  style.get("content-visibility") === "hidden" ||
  isZero(style.get("opacity")) ||
  /^rect\(\s*[01](px)?\b/.test(style.get("clip")) ||
  /^inset\((50|100)%/.test(style.get("clip-path")) ||
  ["left", "top", "text-indent", "margin-left"].some((name) => isFarAway(style.get(name))) ||
  (!element.matches("tr, td, th") &&
    /hidden|clip/.test(style.get("overflow")) &&
    ["width", "height", "max-height", "max-width"].some((name) => /^(0[a-z%]*|1px)$/.test(style.get(name))));

/** Left of every screen, or above it. */
const isFarAway = (place) => /^-/.test(place) && Number.parseFloat(place) * (/r?em$/.test(place) ? 16 : /v[wh]$/.test(place) ? 10 : 1) <= -999;

/** An arrow, a bullet, an icon whose name is its letters: nobody was to be told. But ≥ and ± are words of a dose. */
const isDecoration = (element) =>
  element.ariaHidden === "true" &&
  !element.matches(DRAWN) &&
  !element.querySelector(DRAWN) &&
  (!/[\p{L}\p{N}±×÷≤≥<>=≈≠−+%‰°√∞]/u.test(element.textContent) || /icon/i.test(element.className));

const isComment = (element, style) =>
  element.matches("[role=comment]") ||
  /^comment/.test(style.get("mso-element")) ||
  style.get("mso-special-character") === "comment" ||
  /\bmsocom(anchor|txt|off)\b/i.test(element.className);

/** A table says of a column that it is hidden, not of the column's cells. */
function hiddenColumns(table) {
  const columns = [...table.querySelectorAll(":scope > col, :scope > colgroup > col")].flatMap((column) =>
    Array(column.span).fill(/^(none|collapse)$/.test(styleOf(column).get("display") ?? styleOf(column).get("visibility"))),
  );
  if (!columns.includes(true)) return;
  const taken = []; // by cells that reach down from a row above
  for (const [n, row] of [...table.rows].entries()) {
    let at = 0;
    for (const cell of [...row.cells]) {
      while (taken[n]?.[at]) at++;
      const places = Array.from({ length: cell.colSpan }, (_, place) => at + place);
      for (let below = n; below < n + cell.rowSpan && below < table.rows.length; below++) for (const place of places) (taken[below] ??= [])[place] = true;
      const seen = places.filter((place) => !columns[place]).length;
      if (seen) cell.colSpan = seen;
      else cell.remove();
      at += places.length;
    }
  }
}
