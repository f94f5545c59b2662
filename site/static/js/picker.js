// The pop-up of the editor's picture dialog: gives the chosen picture to the window that opened it, and goes.

const list = document.querySelector(".pictures");
const choices = [...document.querySelectorAll(".picture-choice")];

function choose(choice) {
  const { src, alt, caption, id } = choice?.dataset ?? {};
  const give = window.opener?.CKEDITOR?.tools?.callFunction;
  if (!src || !give) return;
  give(list.dataset.number, src, { alternative_text: alt, caption, id });
  window.close();
}

/** How many stand in a row of the grid. */
function across() {
  const top = choices[0].offsetTop;
  const next = choices.findIndex((choice) => choice.offsetTop > top);
  return next < 0 ? choices.length : next;
}

list?.addEventListener("click", (event) => choose(event.target.closest("[data-src]")));

// From the search down into the pictures, and around in them.
document.addEventListener("keydown", (event) => {
  const at = choices.indexOf(document.activeElement);
  const sideways = getComputedStyle(list).direction === "rtl" ? -1 : 1;
  const steps = { ArrowRight: sideways, ArrowLeft: -sideways, ArrowDown: across, ArrowUp: () => -across() };
  if (!choices.length || !(event.key in steps)) return;
  if (at < 0 && !(event.key === "ArrowDown" && document.activeElement?.type === "search")) return;
  const step = typeof steps[event.key] === "function" ? steps[event.key]() : steps[event.key];
  const next = at < 0 ? 0 : at + step;
  if (next < 0 && event.key === "ArrowUp") document.getElementById("q").focus();
  else choices[next]?.focus();
  event.preventDefault();
});

// What was just added is what she came for.
const added = document.querySelector(".pictures .new button");
added?.focus();
choose(added);
