// Progressive enhancement only: every page works without this file.
import "./corner.js";
import "./share.js";
import { attempt, keepDrafts, keepNow } from "./drafts.js";
import "./failures.js";

/** A screen reader and a keyboard continue where the trouble is. */
function focusTrouble(root) {
  const summary = root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]");
  summary?.focus({ preventScroll: false });
  return Boolean(summary);
}

/** The second click of a double click must not post twice. The button is not disabled: its name would be lost. */
function guard(form, on) {
  form.toggleAttribute("data-sent", on);
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (on) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

function release(root = document) {
  for (const form of root.querySelectorAll("form[data-sent]")) guard(form, false);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // After the others have had their say: a submit that was stopped is no submit.
  const byHtmx = form.matches("[hx-post], [data-hx-post]");
  setTimeout(() => {
    if (byHtmx || !event.defaultPrevented) guard(form, true);
  });
}, true);

// One form for all the votes of a page, and its buttons stand outside it: htmx does not see which one was pressed.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[form=helpful]");
  if (!button || !window.htmx) return;
  event.preventDefault();
  const values = { [button.name]: button.value };
  const sent = window.htmx.ajax("POST", button.form.action, { source: button, target: button, swap: "outerHTML", values });
  sent.catch(() => {}); // failures.js has said it
});

// The button below the list does what the one above it does.
document.addEventListener("click", (event) => {
  if (event.target.closest("a[href='#write']")) document.querySelector("#write > a[data-hx-get]")?.click();
});

// Back button: the browser may show the page exactly as it was left, guarded button and all.
window.addEventListener("pageshow", () => release());

document.addEventListener("htmx:afterRequest", () => release());

// At once: htmx would do it a moment later, when a quick reader is in another field already.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const first = detail.elt.querySelector("[autofocus]");
  first?.removeAttribute("autofocus");
  first?.focus();
});

// Whoever pressed something that is gone goes on at the answer: a keyboard would begin at the top of the page again.
let pressed = null;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  pressed = detail.target.contains(document.activeElement) ? document.activeElement : null;
});

function land(element) {
  if (!element.matches("a, button, input, select, textarea, [tabindex]")) element.setAttribute("tabindex", "-1");
  element.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  const root = event.detail.elt;
  if (!root.isConnected) return;
  keepDrafts(root);
  if (focusTrouble(root) || (root.contains(document.activeElement) && root !== document.activeElement)) return;
  const said = root.matches("[data-land]") ? root : pressed && root.querySelector("[data-land], [role=alert], [role=status]");
  if (said) land(said);
});

document.addEventListener("htmx:afterRequest", () => {
  const thisOne = pressed;
  setTimeout(() => {
    if (!pressed || pressed !== thisOne) return; // somebody quick has pressed the next
    if (document.activeElement === document.body) land(document.getElementById("main"));
    pressed = null;
  }, 100); // what came has settled
});

// Pages are the same for everybody. A browser in which somebody has voted asks what was said about this one.
const VOTED = "voted";

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb === "post" && detail.requestConfig.elt.matches("[data-vote]")) {
    attempt(() => localStorage.setItem(VOTED, "1"));
  }
});

if (attempt(() => localStorage.getItem(VOTED))) {
  for (const form of document.querySelectorAll("[data-vote]")) {
    // Not from the form itself: htmx would want it filled in.
    window.htmx.ajax("GET", form.action, { source: form.firstElementChild, target: form, swap: "outerHTML" }).catch(() => {});
  }
}

// A form that came in the place of a comment's links gives that place back. What was typed is kept as a draft.
const footers = new WeakMap();

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  // The question goes, and nothing comes in its place that one could be led to.
  if (target.matches(".consent")) document.getElementById("main").focus({ preventScroll: true });
  if (target.matches(".thread footer")) footers.set(target.closest("li"), target.cloneNode(true));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-cancel]");
  const footer = link && footers.get(link.closest("li"))?.cloneNode(true);
  if (!footer) return;
  event.preventDefault();
  keepNow(link.closest("form"));
  const asked = link.closest("form").getAttribute("data-hx-post");
  for (const busy of footer.querySelectorAll(".htmx-request")) busy.classList.remove("htmx-request");
  link.closest(".island").replaceWith(footer);
  window.htmx.process(footer);
  (footer.querySelector(`[data-hx-get^="${asked}"]`) ?? footer.querySelector("a")).focus();
});

// The contents say where in the text the reader is: at the last heading above the middle of the window.
const contents = [...document.querySelectorAll(".toc a")];
const headings = contents.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1)))).filter(Boolean);

function markPlace() {
  const here = headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight / 2);
  for (const link of contents) {
    if (here && link.hash === `#${here.id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

if (headings.length) {
  const seen = new IntersectionObserver(markPlace, { rootMargin: "-50% 0px 0px 0px" });
  for (const heading of headings) seen.observe(heading);
}

// On paper stands when it was printed: a page of health advice gets old.
addEventListener("beforeprint", () => {
  const { lang } = document.documentElement;
  const day = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "long" }).format();
  const place = document.querySelector("[data-printed]");
  if (place) place.textContent = `· ${place.dataset.printed.replace("{date}", day)}`;
});

keepDrafts(document);
focusTrouble(document);
