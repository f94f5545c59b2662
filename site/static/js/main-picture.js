// The picture of an article: what it looks like, and buttons to choose it in the library and to take it away. Its number stays
// in Django's field, which is saved with the others, and is all there is without JavaScript.

import { create } from "desk/ask";
import { pick } from "desk/pick";

class MainPicture {
  constructor(place) {
    this.say = place.dataset;
    this.card = place.querySelector(".main-picture__card");
    this.field = place.querySelector("input");
    this.number = this.field.value;
    this.build(place);
    this.tell();
    this.field.addEventListener("change", () => this.show());
    document.addEventListener("writing:filled", () => this.show());
  }

  build(place) {
    const { say, field } = this;
    // Whoever leads to the field by the number's name finds the button in its place.
    this.choose = create("button", { type: "button", class: "row-button", id: `${field.id}_words`, click: () => this.ask() });
    this.remove = create("button", { type: "button", class: "row-button", "aria-label": say.removeName, click: () => this.take("") }, say.remove);
    place.querySelector(".main-picture__number").hidden = true;
    place.append(create("div", { class: "row-buttons" }, this.choose, this.remove));
    this.card.setAttribute("role", "status");
    const label = document.querySelector(`label[for="${field.id}"]`);
    if (!label) return;
    label.id ||= `${field.id}_label`;
    label.removeAttribute("for");
    place.setAttribute("role", "group");
    place.setAttribute("aria-labelledby", label.id);
  }

  ask() {
    pick(this.say.pick, (address, { id }) => this.take(id));
  }

  take(number) {
    this.field.value = number;
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.choose.focus();
  }

  /** What the buttons are called, and that there is nothing to show. */
  tell() {
    this.choose.textContent = this.number ? this.say.other : this.say.choose;
    this.remove.hidden = !this.number;
    if (!this.number) this.card.textContent = this.say.none;
  }

  async show() {
    const number = this.field.value.trim();
    if (number === this.number) return;
    this.number = number;
    this.tell();
    if (!number) return;
    const html = await this.found(number);
    if (number !== this.number) return; // another was chosen meanwhile
    if (html) this.card.innerHTML = html;
    else this.card.textContent = this.say.unknown.replace("{number}", number);
  }

  async found(number) {
    try {
      const response = await fetch(this.say.card.replace("/0/", `/${Number(number)}/`), { redirect: "error" });
      return response.ok ? await response.text() : "";
    } catch {
      return "";
    }
  }
}

for (const place of document.querySelectorAll(".main-picture")) new MainPicture(place);
