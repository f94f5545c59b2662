// Two people, the same words: whoever begins to write another wording has chosen it.

for (const place of document.querySelectorAll(".clash__other")) {
  const choice = place.querySelector("[type=radio]");
  const details = place.querySelector("details");
  choice.addEventListener("change", () => (details.open = true));
  details.addEventListener("focusin", ({ target }) => target.closest("summary") || (choice.checked = true));
}
