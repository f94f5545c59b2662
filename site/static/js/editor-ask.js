// The editor's small windows: a title, fields, one button that does it. They stand outside the page's form, so that what is
// typed in them is neither saved with it nor sent by Enter.

export const create = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};

let windows = 0;

/** {name, label, kind: "text" | "textarea" | "select" | "checkbox", value, required, help, note}: a labelled field. */
export function field({ name, label, kind = "text", value = "", help, ...more }) {
  const id = `ask-${windows}-${name}`;
  const input = create(/^(textarea|select)$/.test(kind) ? kind : "input", { id, name, ...more });
  if (kind === "checkbox") Object.assign(input, { type: "checkbox", checked: Boolean(value) });
  else input.value = value;
  const row = create("p", { class: `ask__field ask__field--${kind}` }, create("label", { for: id }, label), input);
  if (kind === "checkbox") row.prepend(input);
  if (help) {
    input.setAttribute("aria-describedby", `${id}-help`);
    row.append(create("span", { class: "ask__help", id: `${id}-help` }, help));
  }
  return row;
}

/**
 * Asks, and answers with what `act` makes of what was typed; with null when the window was closed without it. While `act`
 * throws, its message is shown and every word stays. Without `cancel` there is one button. With `editor` whoever asked is back
 * in its text, where she was, before the answer is known.
 */
export function ask({ title, content, submit, cancel, act, editor = null }) {
  windows += 1;
  const id = `ask-${windows}-title`;
  const problem = create("p", { class: "ask__problem", role: "alert" });
  const go = create("button", { class: "row-button row-button--good" }, submit);
  const heading = create("h2", { id }, title);
  const form = create(
    "form",
    { method: "dialog", novalidate: true },
    heading,
    ...content,
    problem,
    create("p", { class: "ask__acts" }, go, ...(cancel ? [create("button", { type: "button", class: "row-button", click: () => leave() }, cancel)] : [])),
  );
  const dialog = create("dialog", { class: "ask", "aria-labelledby": id }, form);
  document.body.append(dialog);
  let leave;
  return new Promise((resolve) => {
    let answer = null;
    // At once: the browser says that it is closed a moment later, and what is typed by then would land anywhere.
    leave = () => {
      if (!dialog.isConnected) return;
      dialog.close();
      dialog.remove();
      if (editor) backTo(editor);
      resolve(answer);
    };
    dialog.addEventListener("close", leave);
    dialog.addEventListener("cancel", (event) => {
      if (event.target !== dialog) return; // of a file that was not chosen after all
      event.preventDefault();
      leave();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (go.disabled) return;
      go.disabled = true;
      problem.textContent = "";
      try {
        answer = await act(form.elements);
        leave();
      } catch (error) {
        problem.textContent = error.message;
        if (error.field) form.elements[error.field]?.focus();
      } finally {
        go.disabled = false;
      }
    });
    // What is asked for is one line, however long: Enter sends it from every field.
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("textarea")) return;
      event.preventDefault();
      form.requestSubmit(go);
    });
    dialog.showModal();
    // Where there is nothing to type it is read from its beginning.
    if (!form.querySelector("input, textarea")) {
      heading.tabIndex = -1;
      heading.focus();
    }
  });
}

/** The windows of links, tables, footnotes and keys come when the page stands, as what reads pasted text does. */
const others = () => import("./editor-windows.js");
others().catch(() => null);
export const open = async (name, ...known) => (await others())[name](...known);

/** The editor's own command for it takes until the next frame. */
function backTo(editor) {
  editor.view.focus();
  editor.commands.scrollIntoView();
}

/** What `act` of a window throws: a sentence for the person, and the field that it is about. */
export function wrong(message, field) {
  return Object.assign(new Error(message), { field });
}

/** Says it below the toolbar, to everybody. */
export function tell(editor, words) {
  const place = editor.view.dom.parentElement.querySelector(".editor-says");
  if (place) place.textContent = words;
}

/** What came with the page, see `Desk` in editor-nodes.js. */
export const given = (editor) => editor.storage.desk;

/** A button in the toolbar; its name, its picture and its key are put on it by editor-toolbar.js. */
export const item = ({ menu, buttons }, name, groups, rest) => menu.defineItem({ name, groups, button: buttons.text(name, name), ...rest });

export const oneLine = (words) => words.replace(/[ \t\r\n\f]+/g, " ").trim();
