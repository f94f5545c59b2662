// The network, a proxy or the server gave no usable answer: say so where the reader is, and touch nothing.

const say = document.body.dataset;
const NOTE = ":scope > .notice[data-failed]";
// What was asked for, and comes by itself when the connection is back.
const missing = new Set();

const placeOf = (element) => element.closest("form, footer, .island") ?? element;

function isTyped(place) {
  const isLeft = (field) => field.value.trim() && (field.matches("textarea") || field.value !== field.defaultValue);
  return [...place.querySelectorAll("textarea, input:is([type=text], [type=email])")].some(isLeft);
}

function load(element) {
  missing.delete(element);
  window.htmx.ajax("GET", element.dataset.hxGet, { source: element }).catch(() => {}); // told below
}

function againButton(element) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = say.sayAgain;
  button.addEventListener("click", () => load(element));
  return button;
}

function tell({ elt: element, verb }) {
  const isAsked = element.matches("[data-hx-get]");
  if (isAsked) missing.add(element);
  // Nobody misses what nobody has seen begin.
  if (element.matches("[data-hx-trigger=load]") || (verb === "get" && element.closest("[data-vote]"))) return;
  const place = placeOf(element);
  const note = place.querySelector(NOTE) ?? document.createElement("p");
  note.className = "notice notice--alarm";
  note.dataset.failed = "";
  note.setAttribute("role", "alert");
  place.append(note);
  if (isAsked) note.replaceChildren(say.sayNotLoaded, " ", againButton(element));
  else note.textContent = isTyped(place) ? say.sayFailedTyped : say.sayFailed;
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => tell(event.detail.requestConfig));
}

// A whole page is no piece of ours: a hotel's log-in or a proxy's excuse. Our own, for a form that was refused, is a 403.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status === 403 || !/^\s*(<!doctype|<html)/i.test(xhr.responseText)) return;
  event.preventDefault();
  tell(requestConfig);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  placeOf(event.detail.elt).querySelector(NOTE)?.remove();
});

window.addEventListener("online", () => {
  for (const element of missing) if (element.isConnected) load(element);
});
