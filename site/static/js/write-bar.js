// How tall the bar is that stays above the text, and what stays below it on a phone: what else stays makes room for them, and
// so does the page when it leads to a place.

const bar = document.querySelector(".write-bar");
const acts = document.getElementById("acts");

function tell() {
  const { style } = document.documentElement;
  style.setProperty("--bar", `${bar.offsetHeight}px`);
  const isBelow = getComputedStyle(acts).position === "fixed";
  style.setProperty("--acts", isBelow ? `${acts.offsetHeight}px` : "0px");
}

const watch = new ResizeObserver(tell);
for (const part of [bar, acts]) watch.observe(part);

// What is folded under "More" folds again, as a menu does.
const more = () => acts.querySelector(".more-steps[open]");
document.addEventListener("click", ({ target }) => more()?.contains(target) || more()?.removeAttribute("open"));
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !more()) return;
  more().querySelector("summary").focus();
  more().removeAttribute("open");
});
