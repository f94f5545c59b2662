// Names for what the admin leaves nameless: boxes in a table of related rows, select2's search boxes, the text editor.

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

/** select2 hides the labelled <select> and shows boxes of its own; they take over its name. */
function nameSelect2(select) {
  const container = select.nextElementSibling;
  if (!container?.classList.contains("select2")) return;
  const name = words(document.querySelector(`label[for="${CSS.escape(select.id)}"]`)) || select.getAttribute("aria-label");
  if (!name) return;
  const parts = ".select2-selection:not([aria-label]), .select2-search__field:not([aria-label]), .select2-selection__rendered:not([aria-label])";
  for (const part of container.querySelectorAll(parts)) part.setAttribute("aria-label", name);
  // A list with other things than items in it is no list: a group is what it is.
  const list = container.querySelector("ul.select2-selection__rendered");
  list?.setAttribute("role", "group");
  list?.querySelectorAll("li:not([role])").forEach((item) => item.setAttribute("role", "none"));
}

function nameEditor(editor) {
  const name = words(editor.closest(".form-row, .flex-container")?.querySelector("label"));
  if (name) editor.setAttribute("aria-label", name);
}

function nameAll() {
  document.querySelectorAll(".ProseMirror:not([aria-label], [aria-labelledby])").forEach(nameEditor);
  document.querySelectorAll(".help-tooltip[aria-label]:not([role])").forEach((sign) => sign.setAttribute("role", "img"));
  document.querySelectorAll(NAMELESS).forEach(nameByColumn);
  document.querySelectorAll("select.select2-hidden-accessible").forEach(nameSelect2);
  // The box that opens below a single choice lives at the end of the page.
  const open = document.querySelector(".select2-container--open .select2-selection[aria-label]");
  const search = document.querySelector(".select2-dropdown .select2-search__field:not([aria-label])");
  if (open && search) search.setAttribute("aria-label", open.getAttribute("aria-label"));
}

let waiting;
new MutationObserver(() => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(nameAll);
}).observe(document.body, { childList: true, subtree: true });
nameAll();
