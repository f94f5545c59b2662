// Fields and drawn signs in pasted HTML: what stands in them was to be read, too. Boxes of a list of things to do say which are done.

import { isBlank } from "./editor-pasted-elements.js";

const DONE = "[role=checkbox][aria-checked=true], .inline-task-list > li.checked, li[data-list=checked]";
const OPEN = "[role=checkbox]:not([aria-checked=true]), .inline-task-list > li:not(.checked), li[data-list=unchecked]";
const SIGNS = { checkbox: ["☐ ", "☑ "], radio: ["○ ", "◉ "] };
const WITHOUT_WORDS = "hidden, password, file, image, checkbox, radio, range, color";

export function forms(body) {
  for (const list of body.querySelectorAll("[data-style*='--en-checked']"))
    (list.setAttribute("aria-checked", /--en-checked:\s*true/.test(list.dataset.style)), list.setAttribute("role", "checkbox"));
  for (const [chosen, isDone] of [
    [DONE, true],
    [OPEN, false],
  ])
    for (const box of body.querySelectorAll(chosen)) sign(box, "checkbox", isDone);
  for (const field of body.querySelectorAll("input")) {
    if (field.type in SIGNS) sign(field, field.type, field.checked);
    else if (!WITHOUT_WORDS.includes(field.type)) field.replaceWith(field.value);
  }
  for (const drawn of body.querySelectorAll(":is(svg, i, [role=img]:not(img))[aria-label]:not([aria-hidden=true])"))
    if (isBlank(drawn)) drawn.replaceWith(drawn.ariaLabel);
  for (const field of body.querySelectorAll("select")) field.replaceWith([...field.selectedOptions].map(({ text }) => text).join(", "));
}

/** In front of the words that it stands for. What is done may be struck through: that does not take it back. */
function sign(box, kind, isDone) {
  const words = SIGNS[kind][Number(isDone)];
  const item = box.closest("li");
  if (isDone && kind === "checkbox") (item ?? box.parentElement).dataset.done = "";
  const label = box.closest("label");
  if (label && item && !/\S/.test(label.textContent)) {
    label.remove();
    lineIn(item).prepend(words);
  } else if (box.localName !== "li") box.replaceWith(words.trim(), ...(/^\s/.test(box.nextSibling?.data ?? "") ? [] : [" "]));
  else lineIn(box).prepend(words);
}

const lineIn = (item) => item.querySelector("p") ?? item.querySelector("div") ?? item;
