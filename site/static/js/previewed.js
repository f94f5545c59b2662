// On a preview, what would do something in the reader's name says why it does not: readers' own page is elsewhere.

const said = document.querySelector("#preview [data-said]");

function stop(event) {
  event.preventDefault();
  said.textContent = said.dataset.said;
  said.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:beforeRequest", stop);

document.addEventListener("click", (event) => {
  if (event.target.closest(".talk a:not([href^='#'])")) stop(event);
});

// Whoever writes or checks it is told what is hard to use on it; beside the text, the page around it tells.
const says = document.getElementById("accessible-says")?.dataset;
const checks = document.querySelector("#preview [data-checks]");
if (says && window === window.top) {
  const { problemsIn, mark, listOf, countOf } = await import("./accessible.js");
  const problems = problemsIn(document);
  mark(document, problems);
  checks.hidden = false;
  checks.querySelector("summary").textContent = countOf(problems, says);
  if (problems.length) checks.append(listOf(problems, says));
}
