// What stands in the writer's form, as pairs of names and values, and how it is filled from such pairs.

const NOT_TYPED = /^(csrfmiddlewaretoken|_.*|note_.*|window|turn|after|draft_key|started_from)$|-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/;
const TYPED_IN = "textarea[name], input[name]:not([type=hidden], [type=checkbox], [type=radio], [type=file])";
const COMPLETES = "select.admin-autocomplete";

export const place = document.getElementById("writing");
export const form = place?.closest("form");
export const say = place?.dataset;

export const typed = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_TYPED.test(name));
export const fingerprint = (pairs) => JSON.stringify(pairs.filter(([, value]) => value !== ""));

/** A field that completes what is typed knows only what was chosen in it: the number and its name. */
export const called = () => [...form.querySelectorAll(`${COMPLETES} option:checked`)].map((option) => [option.parentElement.name, option.value, option.text]);

/** Into the editor, too; the cursor stays in the words it stands in, and the blank that was just typed stays before it. */
export function setValue(field, value, isHers = false) {
  if (field.replaceWords) field.replaceWords(value, isHers);
  else if (field.setRangeText && field.selectionStart !== null) replacePart(field, value);
  else field.value = value;
}

function replacePart(field, value) {
  const now = field.value;
  const blanks = field === document.activeElement ? now.slice(now.trimEnd().length) : ""; // the server takes them away
  const next = value.endsWith(blanks) ? value : value + blanks;
  const shorter = Math.min(now.length, next.length);
  let [start, last] = [0, 0];
  while (start < shorter && now[start] === next[start]) start++;
  while (last < shorter - start && now.at(-1 - last) === next.at(-1 - last)) last++;
  field.setRangeText(next.slice(start, next.length - last), start, now.length - last, "preserve");
}

/** Rows that were added by hand exist only after another press of the link that adds them. */
function makeRoom(pairs) {
  for (const total of form.querySelectorAll("[name$='-TOTAL_FORMS']")) {
    const prefix = total.name.replace(/-TOTAL_FORMS$/, "");
    const rows = pairs.map(([name]) => Number(name.match(`^${prefix}-(\\d+)-`)?.[1] ?? -1));
    const add = document.querySelector(`#${prefix}-group .add-row button`);
    for (let tries = 0; add && tries < 100 && Number(total.value) <= Math.max(-1, ...rows); tries++) add.click();
  }
}

export function fill(pairs, called = []) {
  makeRoom(pairs);
  for (const [name, value, words] of called) {
    const select = form.elements[name];
    if (select && ![...select.options].some((option) => option.value === value)) select.append(new Option(words, value));
  }
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || NOT_TYPED.test(field.name) || field.type === "file") continue;
    const wanted = values.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = wanted.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = wanted.includes(option.value);
    else setValue(field, wanted[0] ?? "", true);
  }
  document.dispatchEvent(new Event("writing:filled")); // for what shows a field's value beside it
  for (const select of form.querySelectorAll(COMPLETES)) select.dispatchEvent(new Event("change", { bubbles: true }));
}

const isTyped = (field) => !NOT_TYPED.test(field.name) && !field.proseEditor && field.value !== field.defaultValue;
const isChosen = (select) => [...select.options].some((option) => option.value && option.selected !== option.defaultSelected);

/** What the server has just refused is not there, nor what was typed, chosen and taken out before this script was. */
export function hasUnsent() {
  const some = (fields, isSo) => [...form.querySelectorAll(fields)].some(isSo);
  return "unsent" in say || some(TYPED_IN, isTyped) || some(COMPLETES, isChosen) || form.querySelector("[data-changed]") !== null;
}

/** Nobody has to be asked about a page on which nothing stands. */
export const keptEmpty = () => !say.number && !typed().some(([name, value]) => ["title", "summary", "body"].includes(name) && value.trim());
