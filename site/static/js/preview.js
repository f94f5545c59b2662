// The page to come, beside the text: a frame with the real page, loaded anew after each save behind the one that is seen,
// and put in its place at the same spot. And the links to it for people without an account.

const WIDE = matchMedia("(width >= 1100px)");
const KEY = "preview:beside";
const DESKTOP = 1100; // pixels that a page has on a desk; the frame is made smaller to fit

const toggle = document.getElementById("preview-toggle");
const link = document.getElementById("preview-open");
const parts = document.getElementById("beside-parts");
const says = document.getElementById("accessible-says")?.dataset;

/** Storage may be full or switched off. */
function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

const remembered = () => attempt(() => JSON.parse(localStorage.getItem(KEY))) ?? {};
const remember = (more) => attempt(() => localStorage.setItem(KEY, JSON.stringify({ ...remembered(), ...more })));

// --- The panel -----------------------------------------------------------------------------------------------------------

let panel = null;
let seen = null; // the frame that is seen
let coming = null; // the one that loads behind it
let isStale = false; // something was saved while it loaded
let counted = "";
let places = []; // of the problems on the page that is seen
let at = -1; // the one that had the focus when its page went

const part = (name) => panel.querySelector(name);
const address = () => link.getAttribute("href");

function open() {
  panel = parts.content.firstElementChild.cloneNode(true);
  document.querySelector(".write-bar").after(panel);
  panel.parentElement.classList.add("has-beside");
  part("[data-open]").href = address();
  part("[data-close]").addEventListener("click", closed);
  panel.addEventListener("keydown", closeByKey);
  for (const button of panel.querySelectorAll("button[data-width]")) button.addEventListener("click", () => (remember({ width: button.dataset.width }), fit()));
  new ResizeObserver(fit).observe(part(".beside__stage"));
  toggle.setAttribute("aria-expanded", "true");
  toggle.setAttribute("aria-controls", "beside");
  fit();
  load();
}

function close() {
  panel?.parentElement.classList.remove("has-beside");
  panel?.remove();
  panel = seen = coming = null;
  counted = "";
  toggle.setAttribute("aria-expanded", "false");
  toggle.removeAttribute("aria-controls");
}

/** By hand: the focus goes back to what opened it. */
function closed() {
  remember({ isOpen: false });
  close();
  toggle.focus();
}

function closeByKey(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.preventDefault();
  closed();
}

/** A phone's page as it is; a desk's page is wider than the panel, so it is shown smaller. */
function fit() {
  if (!panel) return;
  const stage = part(".beside__stage");
  const width = remembered().width === "desktop" ? "desktop" : "phone";
  stage.dataset.width = width;
  stage.style.setProperty("--scale", width === "desktop" ? Math.min(1, stage.clientWidth / DESKTOP) : 1);
  for (const button of panel.querySelectorAll("button[data-width]")) button.setAttribute("aria-pressed", String(button.dataset.width === width));
}

// --- The frame -----------------------------------------------------------------------------------------------------------

function load() {
  if (!panel || !address()) return;
  if (coming) {
    isStale = true;
    return;
  }
  coming = document.createElement("iframe");
  coming.className = "beside__page";
  coming.title = part(".beside__stage").dataset.title;
  coming.inert = true;
  coming.src = address();
  coming.addEventListener("load", arrived, { once: true });
  part(".beside__stage").append(coming);
}

async function arrived(event) {
  const frame = event.target;
  if (frame !== coming) return;
  coming = null;
  const page = attempt(() => frame.contentDocument);
  // Logged out meanwhile, or no connection: what was seen stays.
  if (!page?.getElementById("preview")) {
    frame.remove();
    if (!seen) part("[data-say]").textContent = part(".beside__stage").dataset.failed;
    return;
  }
  settle(page);
  if (isStale) {
    isStale = false;
    load();
  }
  swap(frame);
  await look(page);
}

/** It stays the page that it is: what leads away opens elsewhere, and nothing is sent. */
function settle(page) {
  page.getElementById("preview").hidden = true;
  page.addEventListener("keydown", closeByKey);
  page.addEventListener("submit", (event) => event.preventDefault(), true);
  page.addEventListener("click", (event) => {
    const away = event.target.closest("a[href]:not([href^='#'])");
    if (!away || event.defaultPrevented) return;
    event.preventDefault();
    window.open(away.href, "_blank", "noopener,noreferrer");
  });
}

function swap(frame) {
  const had = document.activeElement === seen && seen !== null;
  const top = seen?.contentWindow.scrollY ?? 0;
  at = had ? places.indexOf(seen.contentDocument.activeElement) : -1;
  frame.contentWindow.scrollTo({ top, behavior: "instant" });
  frame.inert = false;
  frame.dataset.seen = "";
  seen?.remove();
  seen = frame;
  if (had) frame.focus({ preventScroll: true });
}

// --- What is hard to use on it -------------------------------------------------------------------------------------------

async function look(page) {
  const { problemsIn, mark, listOf, countOf, lead } = await import("./accessible.js");
  if (!panel || page !== seen?.contentDocument) return;
  const problems = problemsIn(page);
  mark(page, problems);
  const details = part(".beside__checks");
  const count = countOf(problems, says);
  details.hidden = false;
  details.classList.toggle("beside__checks--none", !problems.length);
  details.querySelector("summary").textContent = count;
  show(details, listOf(problems, says, (n) => places[n]));
  places = problems.map(({ element }) => element);
  if (at >= 0 && places[at]) lead(places[at]);
  // Said when it changes, not after every save.
  if (count !== counted) part("[data-say]").textContent = count;
  counted = count;
}

/** What says the same stays, with the focus that it may have. */
function show(details, fresh) {
  const old = details.querySelector("ol");
  if (old?.textContent === fresh.textContent) return;
  old?.remove();
  if (fresh.children.length) details.append(fresh);
}

// --- The page opens ------------------------------------------------------------------------------------------------------

/** Beside the text where there is room for both; elsewhere the link opens a window of its own. */
function offer() {
  const fits = WIDE.matches && Boolean(address());
  toggle.hidden = !fits;
  link.hidden = fits || !address();
  if (!fits) close();
  else if (!panel && remembered().isOpen) open();
}

if (toggle && parts) {
  toggle.addEventListener("click", () => {
    remember({ isOpen: !panel });
    if (panel) close();
    else open();
  });
  document.addEventListener("writing:saved", ({ detail }) => {
    if (!address() && detail.preview_url) {
      link.href = detail.preview_url;
      offer();
    }
    load();
  });
  WIDE.addEventListener("change", offer);
  offer();
}

// --- Links for people without an account ---------------------------------------------------------------------------------

let shared, list, line;

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? shared.closest("form").elements.csrfmiddlewaretoken.value;

function showCopy() {
  for (const button of shared.querySelectorAll("[data-copy]")) button.hidden = false;
}

async function copy(button) {
  const field = button.closest("li").querySelector("[data-address]");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    line.textContent = shared.dataset.copied;
  } catch {
    // The address is selected: a key does the rest.
  }
}

async function act(button) {
  const body = new FormData();
  for (const field of list.querySelectorAll("[name]")) body.set(field.name, field.value);
  button.disabled = true;
  line.textContent = "";
  try {
    const headers = { "X-CSRFToken": token(), "X-Requested-With": "fetch" };
    const response = await fetch(button.formAction, { method: "POST", body, headers });
    if (response.redirected) line.textContent = shared.dataset.loggedOut;
    else if ([200, 409, 422].includes(response.status)) replace(await response.text());
    else throw new Error(response.status);
  } catch {
    line.textContent = shared.dataset.failed;
  }
  button.disabled = false;
}

/** The server's list; nothing in it runs. What it says is said by a line that was there before. */
function replace(html) {
  list.innerHTML = html;
  const said = list.querySelector(".links__said");
  line.textContent = said?.textContent ?? "";
  said?.remove();
  showCopy();
  (list.querySelector(".errorlist") ? list.querySelector("[name]") : list.querySelector("[data-copy], summary"))?.focus();
}

function share() {
  shared = document.getElementById("preview-links");
  if (!shared) return;
  list = shared.querySelector("[data-list]");
  line = shared.querySelector("[data-line]");
  showCopy();
  shared.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches("[data-copy]")) copy(button);
    else if (button?.matches("[data-link-act]")) {
      event.preventDefault();
      act(button);
    }
  });
}

share();
document.addEventListener("writing:begun", share);
