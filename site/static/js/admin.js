// Names for what the admin leaves nameless: boxes in a table of related rows, the text editor.

const NAMELESS = ".tabular :is(input, select, textarea):not([type=hidden], [aria-label], [aria-labelledby])";

function words(element) {
  return element?.textContent.trim().replace(/:$/, "") ?? "";
}

/** A box in a table is called what its column is called. */
function nameByColumn(box) {
  const cell = box.closest("td");
  if (!cell || (box.id && document.querySelector(`label[for="${CSS.escape(box.id)}"]`))) return;
  const field = [...cell.classList].find((name) => name.startsWith("field-"));
  const column = field && cell.closest("table").querySelector(`th.${field.replace("field-", "column-")}`);
  const name = words(column) || (cell.matches(".delete") && words(cell.closest("table").tHead.rows[0].lastElementChild)) || box.title;
  if (name) box.setAttribute("aria-label", name);
}

function nameEditor(editor) {
  const name = words(editor.closest(".form-row, .flex-container")?.querySelector("label"));
  if (name) editor.setAttribute("aria-label", name);
}

function nameAll() {
  document.querySelectorAll(".ProseMirror:not([aria-label], [aria-labelledby])").forEach(nameEditor);
  document.querySelectorAll(".help-tooltip[aria-label]:not([role])").forEach((sign) => sign.setAttribute("role", "img"));
  document.querySelectorAll(NAMELESS).forEach(nameByColumn);
}

let waiting;
new MutationObserver(() => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(nameAll);
}).observe(document.body, { childList: true, subtree: true });
nameAll();
