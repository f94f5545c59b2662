// Sources: one field finds them by DOI, PMID or address, one press puts [3] where the cursor stands in the text.
// The rows are the form's own; without this script they are typed, or come back filled when the form is posted.

const group = document.getElementById("references-group");
const form = group?.closest("form");
const say = group?.dataset;
const words = document.getElementById("source-words");
const NAMES = ["text", "url", "doi", "pmid"];

const rows = () => [...group.querySelectorAll(".source:not(.empty-form)")];
const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
const valueOf = (row, name) => field(row, name).value.trim();
const isEmpty = (row) => NAMES.every((name) => !valueOf(row, name));
const numberOf = (row) => Number(field(row, "place").value) || 0;
const nextNumber = () => Math.max(0, ...rows().map(numberOf)) + 1;
const put = (sentence, number, text = "") => sentence.replace("{number}", number).replace("{text}", text);
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

// --- Finding a source --------------------------------------------------------------------------------------------------

const said = group?.querySelector("[data-said]");
const insertLast = group?.querySelector("[data-insert-last]");
let isAsking = false;

function tell(sentence, number = 0) {
  said.textContent = sentence;
  insertLast.hidden = !number || !editor();
  insertLast.dataset.number = number;
  insertLast.textContent = put(say.insertLong, number);
}

async function lookUp() {
  if (isAsking || !words.value.trim()) return words.focus();
  const asked = words.value;
  isAsking = true;
  tell(say.asking);
  try {
    const body = new FormData();
    body.set("words", asked);
    const response = await fetch(say.lookup, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "error" });
    const answer = await response.json();
    if (answer.source) take(answer, asked);
    else tell(response.status === 401 ? say.loggedOut : answer.why);
  } catch {
    tell(say.failed); // what was pasted stays in its field
  } finally {
    isAsking = false;
  }
}

function take({ source, note, alarm }, asked) {
  // Somebody who goes on typing while we ask keeps what she types.
  if (words.value === asked) words.value = "";
  const there = rows().find((row) => isSame(row, source));
  if (there) return tell(put(say.there, numberOf(there)), numberOf(there));
  const row = emptyRow();
  for (const [name, value] of Object.entries(source)) field(row, name).value = value;
  const number = numberOf(row) || nextNumber();
  field(row, "place").value = number;
  field(row, "text").dispatchEvent(new Event("input", { bubbles: true }));
  const added = note ? put(say.bare, number) : put(say.added, number, shortened(source.text));
  tell([added, note, alarm].filter(Boolean).join(" "), number);
  // Only its number is known: what is typed now takes its place.
  if (note) field(row, "text").select();
}

const shortened = (text) => (text.length > 80 ? `${text.slice(0, text.lastIndexOf(" ", 80))} …` : text);

function isSame(row, source) {
  return ["doi", "pmid", "url"].some((name) => source[name] && valueOf(row, name).toLowerCase() === source[name].toLowerCase());
}

function emptyRow() {
  const empty = rows().find(isEmpty);
  if (!empty) group.querySelector(".add-row button").click();
  const row = empty ?? rows().at(-1);
  row.hidden = false;
  return row;
}

/** The empty row that is there for those without JavaScript is in nobody's way. */
function tidy() {
  for (const row of rows()) row.hidden = isEmpty(row) && !row.querySelector(".errorlist");
  group.querySelector(".add-row button").textContent = say.byHand;
}

// --- Into the text -----------------------------------------------------------------------------------------------------

let wasInText = false;
const editor = () => form.elements.body?.proseEditor;

/** Where the cursor was; at the end when it never was in the text. */
function insert(number) {
  editor()
    ?.chain()
    .focus(wasInText ? null : "end")
    .insertContent({ type: "text", text: `[${number}]` })
    .run();
}

// --- The rows ----------------------------------------------------------------------------------------------------------

function describe(row) {
  const read = valueOf(row, "accessed_on");
  const doi = valueOf(row, "doi").replace(/^(doi:|https?:\/\/(dx\.)?doi\.org\/)\s*/i, "");
  const pmid = valueOf(row, "pmid");
  const where = [doi && `doi.org/${doi}`, pmid && `PMID ${pmid}`, !doi && !pmid && valueOf(row, "url").replace(/^https?:\/\//, "")];
  const date = read && new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" }).format(new Date(`${read}T12:00`));
  const parts = [...where.filter(Boolean), date && say.read.replace("{date}", date)].filter(Boolean);
  row.querySelector("summary").textContent = parts.join(" · ") || say.where;
}

function offerToInsert(row) {
  const button = row.querySelector(".source__insert");
  const number = numberOf(row);
  button.hidden = !number || isEmpty(row) || !editor();
  button.textContent = put(say.insert, number);
  button.setAttribute("aria-label", put(say.insertLong, number));
}

function refresh(row) {
  if (!isEmpty(row)) row.hidden = false;
  describe(row);
  offerToInsert(row);
}

/** Whoever wants to type one gets the row that is there for it. */
function showSpare(event) {
  const spare = event.target.closest(".add-row") && rows().find((row) => row.hidden);
  if (!spare) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  spare.hidden = false;
  field(spare, "text").focus();
}

/** Numbers are what the text's [3] means, so nothing is renumbered; the rows stand in the order of their numbers. */
function sort() {
  const now = rows();
  const sorted = [...now].sort((one, other) => (numberOf(one) || Infinity) - (numberOf(other) || Infinity));
  if (sorted.every((row, n) => row === now[n])) return;
  const focused = document.activeElement;
  const behind = group.querySelector(".source.empty-form");
  for (const row of sorted) behind.before(row);
  focused?.focus();
}

function typed({ target }) {
  const row = target.closest(".source");
  if (!row || row.classList.contains("empty-form")) return;
  if (!target.name.endsWith("-place") && !isEmpty(row) && !field(row, "place").value) field(row, "place").value = nextNumber();
  refresh(row);
}

// --- What the server says of them --------------------------------------------------------------------------------------

function showNotes(notes) {
  const list = group.querySelector("[data-notes]");
  const shown = JSON.stringify(notes);
  if (list.dataset.shown === shown) return;
  list.dataset.shown = shown;
  list.replaceChildren(
    ...notes.map(({ number, alarm, notice, bare, found }) => {
      const item = document.createElement("li");
      const name = document.createElement("b");
      name.textContent = put(say.source, number);
      item.append(name, ` ${found ? put(say.found, number, found) : alarm}`);
      if (found) {
        item.className = "found";
        const button = Object.assign(document.createElement("button"), {
          type: "button",
          className: "row-button",
          name: "_take",
          value: number,
          textContent: say.take,
        });
        Object.assign(button.dataset, { bare, found });
        item.append(" ", button);
      }
      if (notice)
        item.append(" ", Object.assign(document.createElement("a"), { href: notice, target: "_blank", rel: "noopener noreferrer", textContent: say.notice }));
      return item;
    }),
  );
}

/** What the worker has heard of a source since it was added, where nobody has typed. */
function takeWords(event) {
  const button = event.target.closest("[name=_take]");
  if (!button) return;
  event.preventDefault();
  const row = rows().find((one) => numberOf(one) === Number(button.value));
  button.closest("li").remove();
  words.focus();
  if (!row || valueOf(row, "text") !== button.dataset.bare) return;
  const text = field(row, "text");
  text.value = button.dataset.found;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

if (group && words) {
  group.querySelector("[name=_lookup]").addEventListener("click", (event) => {
    event.preventDefault();
    lookUp();
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    lookUp();
  });
  insertLast.addEventListener("click", () => insert(insertLast.dataset.number));
  group.addEventListener("click", ({ target }) => {
    const button = target.closest(".source__insert");
    if (button) insert(numberOf(button.closest(".source")));
  });
  group.addEventListener("click", takeWords);
  group.addEventListener("click", showSpare, true);
  group.addEventListener("input", typed);
  group.addEventListener("change", (event) => {
    typed(event);
    if (event.target.name?.endsWith("-place")) sort();
  });
  form.addEventListener("focusin", ({ target }) => (wasInText ||= Boolean(target.closest(".ProseMirror") && target.closest(".field-body"))));
  document.addEventListener("formset:added", ({ target }) => {
    if (group.contains(target)) refresh(target);
  });
  document.addEventListener("writing:saved", ({ detail }) => {
    rows().forEach(refresh);
    if (detail.sources) showNotes(detail.sources);
  });
  for (const event of ["prose-editor:ready", "writing:filled"]) document.addEventListener(event, () => rows().forEach(refresh));
  rows().forEach(refresh);
  tidy();
}
