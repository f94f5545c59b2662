// On a preview, what would do something in the reader's name says why it does not: readers' own page is elsewhere.

const said = document.querySelector("#preview [data-said]");
const WAITS = "[data-hx-trigger=revealed]"; // fetched when it comes into view; here it stays the link that it is

function stop(event) {
  event.preventDefault();
  said.textContent = said.dataset.said;
  said.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches(WAITS)) event.preventDefault();
  else stop(event);
});

document.addEventListener("click", (event) => {
  if (event.target.closest(".talk a:not([href^='#'])")) stop(event);
});
