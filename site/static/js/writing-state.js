// Where the article is on its way, and the button of the step that comes next, as the server says after each save: a new
// article is a draft with its first words, and a published one has changes to publish.

const acts = document.getElementById("acts");
const chip = document.querySelector("[data-chip]");
const waiting = document.querySelector("[data-later]");
const title = document.getElementById("id_title");
let next;
let steps; // all of them, of the page as it is now

const isInUse = () => acts.matches(":hover, :focus-within");

function showStep() {
  const place = acts.querySelector("[data-steps]");
  if (steps !== undefined) place.innerHTML = steps;
  steps = undefined;
  let button = place.querySelector(".row-button--good");
  if (!next) return button?.remove();
  if (!button) {
    button = document.createElement("button");
    Object.assign(button, { type: "submit", name: "_step", className: "row-button row-button--good" });
    place.append(button);
  }
  if (button.value !== next.name || button.textContent.trim() !== next.label) Object.assign(button, { value: next.name, textContent: next.label });
}

async function showSteps(address) {
  const response = await fetch(address, { redirect: "error" });
  if (!response.ok) return null;
  const there = new DOMParser().parseFromString(await response.text(), "text/html");
  steps = there.querySelector("[data-steps]").innerHTML;
  if (!isInUse()) showStep();
  return there;
}

/** What is shown only of an article that is there: its name, other steps, links to its preview, its history. */
async function showLater(address) {
  waiting.dataset.later = "";
  const there = await showSteps(address);
  if (!there) return;
  for (const part of ["[data-later]", "[data-called]", ".breadcrumbs"]) document.querySelector(part).innerHTML = there.querySelector(part).innerHTML;
  document.title = there.title;
  document.dispatchEvent(new Event("writing:begun"));
}

function showName() {
  const name = title.value.trim();
  const shown = document.querySelectorAll("[data-called]");
  const before = shown[0].textContent;
  if (!name || name === before) return;
  document.title = document.title.replace(before, () => name);
  for (const place of shown) place.textContent = name;
}

document.addEventListener("writing:saved", ({ detail }) => {
  // Without it the page is as it was; a reload brings it.
  const hasMoved = chip.innerHTML !== detail.chip;
  if (hasMoved) chip.innerHTML = detail.chip;
  next = detail.forward;
  if (waiting.dataset.later) showLater(detail.change).catch(() => {});
  else {
    showName();
    if (hasMoved) showSteps(detail.change).catch(() => {});
  }
  // Another button must not come under the hand of who is about to press one.
  if (!isInUse()) showStep();
});
for (const left of ["pointerleave", "focusout"]) acts?.addEventListener(left, () => setTimeout(() => next !== undefined && !isInUse() && showStep()));

// What the first change of a reviewed or approved text brings about stands over it. It comes into view with that change,
// when the change can still be taken back.
document.addEventListener(
  "writing:changed",
  () => {
    const effect = document.querySelector("[data-effect]");
    if (!effect) return;
    const close = document.createElement("button");
    Object.assign(close, { type: "button", className: "row-button", textContent: effect.dataset.close });
    close.addEventListener("click", () => effect.remove());
    const words = document.createElement("p");
    words.textContent = document.getElementById("before-change").lastChild.textContent;
    effect.append(words, close);
  },
  { once: true },
);
