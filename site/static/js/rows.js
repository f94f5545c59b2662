// Rows that are added and taken out on the writer's page: sources, and who wrote it. Django's own script needs jQuery, which
// this page would load for nothing else; the markup, the names of the fields and the events are Django's.

const NUMBERED = ["id", "name", "for", "aria-describedby", "aria-labelledby", "aria-controls"];

function button(look, words, act) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className: look, textContent: words });
  element.addEventListener("click", act);
  return element;
}

function begin(group) {
  const { prefix, addText, deleteText } = JSON.parse(group.dataset.inlineFormset).options;
  const empty = document.getElementById(`${prefix}-empty`);
  const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
  const most = Number(document.getElementById(`id_${prefix}-MAX_NUM_FORMS`).value);
  const named = new RegExp(`${prefix}-(\\d+|__prefix__)`, "g");
  const rows = () => [...group.querySelectorAll(".inline-related:not(.empty-form)")];

  function number(row, n) {
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const name of NUMBERED) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(named, `${prefix}-${n}`));
      }
    }
  }

  function count() {
    total.value = rows().length;
    adding.hidden = rows().length >= most;
  }

  function add() {
    const row = empty.cloneNode(true);
    row.classList.remove("empty-form", "last-related");
    number(row, rows().length);
    row.id = `${prefix}-${rows().length}`;
    empty.before(row);
    count();
    letGo(row);
    row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: prefix } }));
  }

  function letGo(row) {
    const place = document.createElement("span");
    place.append(button("inline-deletelink", deleteText, () => remove(row)));
    row.firstElementChild.append(place);
  }

  /** The numbers of the others close the gap: Django reads them from 0 to what TOTAL_FORMS says. */
  function remove(row) {
    const next = row.nextElementSibling;
    group.dataset.changed = "";
    row.remove();
    rows().forEach(number);
    count();
    document.dispatchEvent(new CustomEvent("formset:removed", { detail: { formsetName: prefix } }));
    (next.querySelector(".inline-deletelink:not([hidden] *)") ?? adding.firstElementChild).focus();
  }

  const adding = document.createElement("div");
  adding.className = "add-row";
  adding.append(button("row-button row-button--quiet", addText, add));
  empty.after(adding);
  rows().forEach(letGo);
  count();
}

document.querySelectorAll("[data-inline-formset]").forEach(begin);
