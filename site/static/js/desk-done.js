// The lines of what was decided at the desk: the last one can be taken back, then the one before it.

import { elements, part, root } from "./desk-page.js";

const TO_TAKE_BACK = 600_000; // the server has the last word about that
const MOST_KEPT = 20; // lines
export const done = []; // the lines of what was decided here, the latest at the end: what `z` takes back

/** The latest line is the one whose button `z` presses; when it is taken back, the one before it. */
export function latest() {
  for (const line of [...root.querySelectorAll("[data-latest]"), ...done]) line.removeAttribute("data-latest");
  const line = done.at(-1);
  line?.setAttribute("data-latest", "");
  remember();
  return line;
}

export function strip(piece) {
  piece.dataset.at = Date.now();
  if (piece.querySelector("form")) done.push(piece);
  latest();
  return piece;
}

export function forget(line) {
  const at = done.indexOf(line);
  if (at >= 0) done.splice(at, 1);
  line?.remove();
  const before = latest();
  // It was on a page before, or of single cards, of which only the latest line is shown.
  if (before && !before.isConnected) part.before(before);
}

const kept = () => `desk-done-${root.dataset.me}`;
const numbers = (line) => [...line.querySelectorAll("[name=decision], [name=appeal]")].map((field) => field.value).join();

/** In this tab and for this person: whoever goes on to another queue can take back there what she has just decided. */
function remember() {
  const lines = done.filter((line) => line.dataset.at).slice(-MOST_KEPT);
  try {
    sessionStorage.setItem(kept(), JSON.stringify(lines.map((line) => [Number(line.dataset.at), line.outerHTML])));
  } catch {
    // For this page only, then.
  }
}

/** The lines of the pages before, and those that the server tells of: the newest of these stands first. */
export function recall() {
  const told = [...root.querySelectorAll("[data-done]:has([data-key])")].reverse();
  const here = new Set(told.map(numbers));
  try {
    for (const [at, html] of JSON.parse(sessionStorage.getItem(kept()) ?? "[]")) {
      const [line] = elements(html);
      if (Date.now() - at < TO_TAKE_BACK && line.matches("[data-done]") && !here.has(numbers(line))) done.push(line);
    }
  } catch {
    // Whatever stands there, it is none of ours.
  }
  done.push(...told);
  const line = latest();
  if (line && !line.isConnected) part.before(line);
}
