// What the layout of pasted HTML says by styles alone: which words stand on lines of their own, and which stand apart.

import { BLOCK, HEADINGS, isBlank, make, rename, unwrap } from "./editor-pasted-elements.js";
import { styleOf } from "./editor-pasted-styles.js";

const OWN_LINE = /^(block|flex|grid|flow-root|list-item|table|table-row|table-caption)$/;
const APART = /^(table-cell|inline-block|inline-flex|inline-grid)$/;
const NO_WORDS = "img, br, hr, wbr, iframe, input, svg, svg *, math, math *, tr, thead, tbody, tfoot, col, colgroup";

export function layout(body) {
  for (const grid of body.querySelectorAll(":is([role=table], [role=grid], [role=treegrid]):not(table)")) tabled(grid);
  for (const table of body.querySelectorAll("table:is([role=presentation], [role=none])")) loosen(table);
  for (const foot of body.querySelectorAll("table > tfoot")) foot.parentElement.append(foot);
  for (const list of body.querySelectorAll("menu, dir")) rename(list, "ul");
  for (const line of body.querySelectorAll("p")) if (line.querySelector(BLOCK)) rename(line, "div");
  kept(body);
  for (const element of body.querySelectorAll("[data-style], [class], [role$=cell], [role$=header]")) if (!element.matches(NO_WORDS)) apart(element);
  for (const reading of body.querySelectorAll("ruby rt"))
    if (reading.previousElementSibling?.localName !== "rp" && !isBlank(reading)) reading.replaceChildren("(", ...reading.childNodes, ")");
}

/** A table that is drawn without one. */
function tabled(grid) {
  const rows = [...grid.querySelectorAll("[role=row]")].map((row) => {
    const cells = [...row.querySelectorAll("[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]")];
    return make(row, "tr", ...cells.map((cell) => make(cell, /header$/.test(cell.role) ? "th" : "td", ...cell.childNodes)));
  });
  if (rows.some((row) => row.cells.length)) grid.replaceWith(make(grid, "table", make(grid, "tbody", ...rows.filter((row) => row.cells.length))));
}

/** Drawn with a table, but none. */
function loosen(table) {
  const parts = [...table.rows].flatMap((row) => [...row.cells]).map((cell) => make(cell, "div", ...cell.childNodes));
  table.replaceWith(...parts);
}

function apart(element) {
  const style = styleOf(element);
  const display = style.get("display") ?? "";
  const isBox = element.matches("div");
  const isCell = element.matches("[role$=cell], [role=columnheader], [role=rowheader]") && !element.matches("td, th");
  if (isBox && /^inline/.test(display) && !element.querySelector(BLOCK)) element = rename(element, "span");
  // A piece of a number may be a box in its line, a part of a page is not.
  if (isCell || /^(left|right)$/.test(style.get("float")) || display === "table-cell" || (isBox && APART.test(display)))
    return void (element.matches(BLOCK) || (element.before(" "), element.after(" ")));
  if (element.matches(BLOCK) || !OWN_LINE.test(display) || isBlank(element)) return;
  const heading = element.closest(HEADINGS);
  if (heading) return void element.before(" ");
  const line = element.closest("p");
  const box = make(element, "div");
  element.before(box);
  box.append(element);
  if (line) rename(line, "div");
}

/** Lines that a style keeps. */
function kept(body) {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode())
    if (walker.currentNode.data.includes("\n") && !isBlank(walker.currentNode) && keepsLines(walker.currentNode.parentElement)) found.push(walker.currentNode);
  for (const text of found) inLines(text);
}

function keepsLines(element) {
  const around = element.closest("[data-style*=white-space], [class], pre");
  if (!around) return false;
  const said = styleOf(around).get("white-space");
  if (said && said !== "inherit") return /^(pre|break-spaces)/.test(said);
  return around.localName === "pre" || (around.parentElement ? keepsLines(around.parentElement) : false);
}

export const inLines = (text) =>
  text.replaceWith(
    ...text.data
      .replace(/\r\n?/g, "\n")
      .replace(/\n$/, "")
      .split("\n")
      .flatMap((line, n) => (n ? [document.createElement("br"), line] : [line])),
  );
