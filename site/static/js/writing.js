// What somebody writes is kept while she writes: at once in this browser, about a second after the last key on the server.
// Nothing is taken from her: what was kept here and never arrived is offered when she opens the page again.
// Other scripts of the page hear "writing:changed" when words stand here that the server has not, and "writing:saved", with
// what the server answered, and whether that is about the words that stand here now.

import { called, fill, fingerprint, form, hasUnsent, keptEmpty, place, say, setValue, typed } from "./writing-form.js";
import { attempt, forget, forgetHere, holdLock, keepHere, keptHere, sweep } from "./writing-kept.js";

const PAUSE = 1000; // after the last key
const LONGEST = 1400; // who types without a pause waits no longer: a browser that is killed forgets what it kept last
const AGAIN = 5000; // after the connection failed
const HERE = 10000; // how often the page says that it is open, and hears what others have saved

const newName = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
// The cookie's, not the page's: logging in again makes a new one.
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

// --- The line that says how it stands ----------------------------------------------------------------------------------

const line = place?.querySelector("[data-line]");
let savedAt = null;
let wroteIn = null; // the field that had the focus last
let told = [];

/** `acts`: [label, what it does] of each button; with one the line is an alarm. */
function tell(words, ...acts) {
  const now = [words, ...acts.flat()];
  const held = line.contains(document.activeElement);
  // A button stays the one that a hand is on its way to.
  if (now.length !== told.length || now.some((part, n) => part !== told[n]))
    line.replaceChildren(words, ...acts.flatMap(([label, act]) => [" ", button(label, act)]));
  told = now;
  place.toggleAttribute("data-alarm", acts.length > 0);
  // Whoever pressed a button that has done its work goes on where she wrote.
  if (held && !line.contains(document.activeElement)) (wroteIn?.isConnected ? wroteIn : form.elements.title).focus({ preventScroll: true });
}

function alarm(words) {
  tell(words);
  place.toggleAttribute("data-alarm", true);
}

const isAlarmed = () => place.hasAttribute("data-alarm");

function button(words, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "row-button";
  element.textContent = words;
  element.addEventListener("click", act);
  return element;
}

function tellAge() {
  if (!savedAt || isAlarmed() || isDirty()) return;
  const seconds = Math.round((Date.now() - savedAt) / 1000);
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const age = seconds < 60 ? format.format(-seconds, "second") : format.format(-Math.floor(seconds / 60), "minute");
  tell(seconds < 5 ? say.saved : say.savedAgo.replace("{age}", age));
}

function tellOthers(names) {
  const others = place.querySelector("[data-names]");
  const words = names.length ? say.others.replace("{names}", names.join(", ")) : "";
  if (others.textContent !== words) others.textContent = words;
}

// --- Saving by itself --------------------------------------------------------------------------------------------------

let arrived = ""; // what the server has
let timer = null;
let firstWaits = 0;
let turn = 0; // how many times this window has sent its words
let after = ""; // the window whose words were brought back into this one, and its turn, until that has arrived
let isOnItsWay = false;
let isStopped = false; // until somebody decides: a clash, or a text that may no longer be changed
let isPartly = false; // the server did not take everything: what it did not is kept here
let isTooLong = false; // the server takes it only when it is shorter
let isComposing = false; // a sign is being put together of several keys
let isLeaving = false;
let loggedInAt = 0;

const wordsSent = () => (turn ? `${say.window}:${turn}` : after);
const isDirty = () => fingerprint(typed()) !== arrived;

function later() {
  firstWaits ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(save, Math.max(0, Math.min(PAUSE, firstWaits + LONGEST - Date.now())));
}

function keep(pairs) {
  const { started_from: since, draft_key: key } = form.elements;
  keepHere({ pairs, called: called(), since: since.value, after: wordsSent(), key: key.value });
}

function changed() {
  const pairs = typed();
  if (fingerprint(pairs) === arrived) {
    // Typed and taken back again: there is nothing to offer.
    if (isOnItsWay || isPartly) return;
    forgetHere();
    if (!isAlarmed()) tell(savedAt ? say.saved : "");
    return;
  }
  keep(pairs);
  document.dispatchEvent(new Event("writing:changed"));
  if (isStopped) return;
  if (!isAlarmed()) tell(say.unsaved);
  later();
}

async function save() {
  if (isOnItsWay || isStopped || !isDirty()) return;
  const pairs = typed();
  turn++;
  isOnItsWay = true;
  isTooLong = false;
  firstWaits = 0;
  if (!isAlarmed()) tell(say.saving); // an alarm stays until it is answered
  try {
    const response = await post(say.autosave);
    await (answers[response.status] ?? failed)(response, pairs);
  } catch {
    failed();
  } finally {
    isOnItsWay = false;
    if (!isStopped && isDirty() && (isTooLong ? fingerprint(typed()) !== fingerprint(pairs) : !isAlarmed())) later();
  }
}

function post(address) {
  form.elements.csrfmiddlewaretoken.value = token();
  const body = new FormData(form);
  for (const name of [...body.keys()]) if (/^(_|note_)/.test(name)) body.delete(name);
  return fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "error" });
}

const answers = {
  async 200(response, pairs) {
    const said = await response.json();
    arrived = fingerprint(pairs);
    savedAt = Date.now();
    after = "";
    isPartly = said.errors.length > 0;
    const wasNew = !say.number;
    if (wasNew) forgetHere();
    settleIn(said);
    form.elements.started_from.value = said.edition;
    tell(isDirty() ? say.unsaved : say.saved);
    if (said.merged) takeIn(said.merged);
    if (isPartly || isDirty()) keep(typed());
    else forgetHere();
    tellOthers(said.others);
    document.dispatchEvent(new CustomEvent("writing:saved", { detail: { ...said, isLatest: !isDirty() } }));
    if (isPartly) {
      alarm(say.partly.replace("{what}", said.errors.map(([label, why]) => `${label}: ${why}`).join(" ")));
    }
    if (!isPartly) offer();
  },
  async 400() {
    alarm(say.tooLong);
    isTooLong = true;
  },
  async 404() {
    isStopped = true;
    alarm(say.gone);
  },
  async 401() {
    tell(say.loggedOut, [say.logIn, logIn]);
  },
  async 403(response) {
    const said = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
    // Not our words: the cookies went, session and all. Or this page has not heard yet of those that logging in has just
    // made; then it is tried again.
    if (!said) return Date.now() - loggedInAt < AGAIN ? tell(say.saving) : answers[401]();
    isStopped = true;
    alarm(said.why);
  },
  async 409(response) {
    const { who } = await response.json();
    isStopped = true;
    tell(say.clash.replace("{who}", who || say.somebody), [say.compare, compare]);
  },
};

answers[413] = answers[400];

function failed(response) {
  tell(response ? say.trouble : say.notSaved, [say.again, again]);
  setTimeout(save, AGAIN);
}

function again() {
  tell(say.saving);
  save();
}

/** A new article has its own address now: a reload, a step and the next save go there. */
function settleIn(said) {
  if (say.number) return;
  say.number = said.change.match(/\/(\d+)\/change\/$/)[1];
  Object.assign(say, { autosave: said.autosave_url, presence: said.presence_url });
  history.replaceState(null, "", said.change);
  form.action = said.change;
}

/** What others wrote meanwhile, while she does not type; while she does, the next save puts both together again. */
function takeIn(merged) {
  if (isDirty() || isComposing) return;
  for (const [name, text] of Object.entries(merged.texts)) {
    const field = form.elements[name];
    if (field) setValue(field, text);
  }
  arrived = fingerprint(typed());
  if (merged.more) tell(say.more, [say.reload, () => location.reload()]);
  else form.elements.started_from.value = merged.edition;
}

function compare() {
  isLeaving = true;
  form.requestSubmit(form.querySelector("[name=_continue]"));
}

/** In a small window, second factor and all; that window says when it is done and this page goes on. */
function logIn() {
  window.open(say.login, "log-in", "popup,width=480,height=640");
}

function loggedIn() {
  loggedInAt = Date.now();
  if (isDirty()) save();
  else if (isAlarmed() && !isStopped) tell(savedAt ? say.saved : "");
}

async function sayHere() {
  if (!say.presence || document.visibilityState !== "visible" || isOnItsWay) return;
  const since = form.elements.started_from.value;
  const body = new FormData();
  for (const [name, value] of Object.entries({ window: say.window, since })) body.set(name, value);
  const response = await attempt(() => fetch(say.presence, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "error" }));
  if (response?.status === 401) return answers[401]();
  if (!response?.ok) return;
  const { others, merged } = await response.json();
  tellOthers(others);
  const isStillSo = since === form.elements.started_from.value && !isOnItsWay && !isAlarmed();
  if (merged && isStillSo) takeIn(merged);
}

// --- The page opens ----------------------------------------------------------------------------------------------------

/** Words that never arrived are offered, not forced: what is on the server may be newer. */
async function offer() {
  const kept = await keptHere();
  if (!kept) return;
  if (fingerprint(kept.pairs) !== arrived) return offerKept(kept);
  forget(kept.name);
  return offer();
}

function offerKept(kept) {
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", timeZone: say.zone }).format(kept.at);
  tell(
    say.kept.replace("{time}", time),
    [say.restore, () => restore(kept)],
    [say.forget, () => (forget(kept.name), tell(""), offer())],
  );
}

async function restore(kept) {
  tell(""); // pressed once
  // The answer to what is on its way would say that these words began where those have ended.
  while (isOnItsWay) await new Promise((done) => setTimeout(done, 50));
  if (isDirty()) await save();
  // What did not arrive stays under its name, and is offered in its turn.
  holdLock((say.window = newName()));
  [turn, after] = [0, kept.after ?? ""];
  form.elements.started_from.value = kept.since;
  if (!say.number && kept.key) form.elements.draft_key.value = kept.key;
  fill(kept.pairs, kept.called);
  tell("");
  keep(typed()); // before it is forgotten under its old name
  forget(kept.name);
  changed();
}

function begin() {
  sweep();
  say.window = newName();
  holdLock();
  // The browser's own copy is of the last visit: it would stand here as if it had just been typed.
  form.autocomplete = "off";
  arrived = hasUnsent() ? "" : fingerprint(typed());
  if (arrived) offer();
  else changed();
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("formset:added", changed);
  document.addEventListener("formset:removed", changed);
  form.addEventListener("compositionstart", () => (isComposing = true));
  form.addEventListener("compositionend", () => (isComposing = false));
  form.addEventListener("submit", () => {
    isLeaving = true;
    turn++;
  });
  // The server knows by these whose words these go on with, when its answer to earlier ones never came.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of Object.entries({ window: say.window, turn, after })) formData.set(name, value);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && (isPartly || isDirty()) && !keptEmpty()) event.preventDefault();
  });
  for (const event of ["online", "focus"]) window.addEventListener(event, save);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? save() : sayHere()));
  form.addEventListener("focusin", ({ target }) => target.closest(".write-bar") || (wroteIn = target));
  new BroadcastChannel("logged-in").addEventListener("message", loggedIn);
  setInterval(tellAge, 1000);
  setInterval(sayHere, HERE);
  sayHere();
}

if (form) {
  // The editors make their fields' words their own first; what they make of them is not a change.
  const editors = form.querySelectorAll("textarea[data-django-prose-editor-configurable]");
  let missing = editors.length;
  const ready = () => missing-- <= 1 && begin();
  if (!missing) begin();
  for (const area of editors) {
    if (area.proseEditor) ready();
    else area.addEventListener("prose-editor:ready", ready, { once: true });
  }
}
