// Fields that complete what is typed, where a list of all choices would be endless: one choice, or several. They stand beside
// Django's own <select>, which keeps what is chosen, is sent with the form, and is all there is without JavaScript. They are
// used as the Authoring Practices of ARIA say of an editable combobox with a list.

const PAUSE = 150; // after the last key
const ROOM = 220; // below that much the list opens where there is more

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

class Combobox {
  active = null; // the row that Enter takes
  asked = ""; // the words whose rows are shown
  page = 1;
  hasMore = false;
  isTyped = false; // rows for these words are on their way
  wantsFirst = false; // Enter was quicker than they

  constructor(select) {
    this.select = select;
    this.words = select.dataset;
    this.label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    this.build();
    this.listen();
    this.show();
  }

  build() {
    const { select } = this;
    const id = `${select.id}_words`;
    this.input = make("input", {
      ...{ id, type: "text", role: "combobox", placeholder: this.words.placeholder },
      ...{ autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false" },
    });
    for (const name of ["aria-describedby", "aria-invalid", "aria-label", "lang"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    this.list = make("ul", { id: `${select.id}_list`, role: "listbox", class: "combo__list", popover: "manual" });
    if (select.multiple) this.list.setAttribute("aria-multiselectable", "true");
    this.chosen = make("ul", { class: "combo__chosen", role: "list" });
    this.said = make("p", { class: "combo__said visually-hidden", role: "status" });
    if (this.label) {
      this.label.id ||= `${select.id}_label`;
      this.list.setAttribute("aria-labelledby", this.label.id);
      this.label.htmlFor = id;
    }
    select.hidden = true;
    select.after(make("div", { class: "combo" }, this.chosen, make("div", { class: "combo__field" }, this.input), this.list, this.said));
  }

  listen() {
    const { input, list, select } = this;
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("input", () => this.typed());
    input.addEventListener("click", () => this.open());
    input.addEventListener("blur", () => this.leave());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the cursor stays in the field
    list.addEventListener("click", ({ target }) => target.matches("[role=option]") && this.choose(target));
    list.addEventListener("scroll", () => this.hasMore && isNearEnd(list) && this.ask(this.asked, this.page + 1));
    // Others choose, too: what is restored, and who was added in a small window.
    select.addEventListener("change", () => this.show());
    new MutationObserver(() => this.show()).observe(select, { childList: true, characterData: true, subtree: true });
  }

  // --- What is chosen ----------------------------------------------------------------------------------------------------

  show() {
    const { input, select } = this;
    const options = [...select.selectedOptions].filter(({ value }) => value);
    if (select.multiple) this.chosen.replaceChildren(...options.map((option) => this.piece(option)));
    input.value = select.multiple ? "" : (options[0]?.text ?? "");
  }

  piece(option) {
    const remove = make("button", { type: "button", "aria-label": this.words.remove.replace("{name}", option.text) }, "×");
    remove.addEventListener("click", () => {
      this.drop(option);
      this.input.focus();
    });
    return make("li", {}, option.text, remove);
  }

  choose(row) {
    const { select } = this;
    const { value } = row.dataset;
    const option = [...select.options].find((one) => one.value === value) ?? select.appendChild(new Option(row.textContent, value));
    this.close();
    if (select.multiple && option.selected) return this.drop(option);
    option.selected = true;
    this.changed(select.multiple ? this.words.added.replace("{name}", option.text) : "");
  }

  drop(option) {
    option.selected = false;
    this.changed(this.words.removed.replace("{name}", option.text));
  }

  changed(sentence) {
    this.tell(sentence);
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** An emptied field chooses nothing; words that were not chosen are none. */
  leave() {
    this.close();
    this.tell("");
    const isEmptied = !this.select.multiple && this.select.value && !this.input.value.trim();
    if (!isEmptied) return this.show();
    this.select.value = "";
    this.changed("");
  }

  tell(sentence, isSeen = false) {
    this.said.textContent = sentence;
    this.said.classList.toggle("visually-hidden", !isSeen);
  }

  // --- The list ----------------------------------------------------------------------------------------------------------

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  open() {
    if (this.isOpen) return;
    this.input.select();
    this.ask("");
  }

  close() {
    clearTimeout(this.timer);
    this.waiting?.abort();
    this.isTyped = this.wantsFirst = false;
    this.activate(null);
    if (!this.isOpen) return;
    this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    removeEventListener("scroll", this.place, true);
    removeEventListener("resize", this.place);
  }

  typed() {
    this.activate(null); // the rows are those of other words
    clearTimeout(this.timer);
    this.isTyped = true;
    this.wantsFirst = false;
    this.timer = setTimeout(() => this.ask(this.input.value.trim()), PAUSE);
  }

  enter() {
    if (this.active) this.choose(this.active);
    else if (this.isTyped && this.input.value.trim()) this.wantsFirst = true;
    else this.open();
  }

  async ask(words, page = 1) {
    this.waiting?.abort();
    this.hasMore = false;
    const { signal } = (this.waiting = new AbortController());
    const { appLabel, modelName, fieldName } = this.words;
    const query = new URLSearchParams({ term: words, page, app_label: appLabel, model_name: modelName, field_name: fieldName });
    try {
      const answer = await fetch(`${this.words["ajax-Url"]}?${query}`, { signal, redirect: "error" });
      const { results, pagination } = await answer.json();
      if (!signal.aborted) this.take(results, Object.assign(this, { asked: words, page, hasMore: pagination.more }));
    } catch {
      if (signal.aborted) return;
      this.close();
      this.tell(this.words.failed, true);
    }
  }

  take(results) {
    if (this.page === 1) this.list.replaceChildren();
    const chosen = new Set([...this.select.selectedOptions].map(({ value }) => value));
    const first = this.list.children.length;
    const row = ({ id, text }, n) =>
      make("li", { id: `${this.list.id}_${first + n}`, role: "option", "aria-selected": chosen.has(id), "data-value": id }, text);
    this.list.append(...results.map(row));
    if (!this.list.children.length) {
      this.close();
      return this.tell(this.words.none, true);
    }
    this.tell("");
    this.unfold();
    if (this.page > 1) return;
    this.list.scrollTop = 0;
    // Who has typed means the first; who only looks has chosen none.
    if (!this.asked) return;
    this.activate(this.list.firstChild);
    if (this.wantsFirst) this.choose(this.active);
    this.isTyped = false;
  }

  unfold() {
    if (this.isOpen) return;
    this.list.showPopover();
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "true");
    this.place();
    addEventListener("scroll", this.place, true);
    addEventListener("resize", this.place);
  }

  place = () => {
    const { top, bottom, left, width } = this.input.getBoundingClientRect();
    const below = innerHeight - bottom;
    const isAbove = below < ROOM && top > below;
    Object.assign(this.list.style, {
      left: `${left}px`,
      width: `${width}px`,
      top: isAbove ? "auto" : `${bottom + 4}px`,
      bottom: isAbove ? `${innerHeight - top + 4}px` : "auto",
    });
    this.list.style.setProperty("--room", `${(isAbove ? top : below) - 12}px`);
  };

  activate(row) {
    this.active?.removeAttribute("data-active");
    this.active = row;
    row?.setAttribute("data-active", "");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  move(step) {
    if (!this.isOpen) return this.open();
    const rows = [...this.list.children];
    const next = this.active ? rows.indexOf(this.active) + step : step > 0 ? 0 : rows.length - 1;
    this.activate(rows[Math.max(0, Math.min(rows.length - 1, next))]);
  }

  // --- Keys --------------------------------------------------------------------------------------------------------------

  press(event) {
    const acts = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Enter: () => this.enter(),
      Escape: this.isOpen && (() => (this.close(), this.show())),
      // Not the key that is still held down after the last letter.
      Backspace: this.select.multiple && !event.repeat && !this.input.value && (() => this.dropLast()),
    };
    if (event.isComposing || event.altKey || !acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  dropLast() {
    const last = [...this.select.selectedOptions].at(-1);
    if (last) this.drop(last);
  }
}

const isNearEnd = (list) => list.scrollTop + 2 * list.clientHeight > list.scrollHeight;

/** Not what new rows are copied from. */
export function complete(place) {
  for (const select of place.querySelectorAll("select.admin-autocomplete:not([hidden], [name*=__prefix__])")) new Combobox(select);
}

complete(document);
document.addEventListener("formset:added", ({ target }) => complete(target));
