// The moderation desk with a keyboard: every key presses a button that is there to be seen, and without this file the
// same buttons work. Answers are pieces of the page that the server has written.

import { done, forget, latest, recall, strip } from "./desk-done.js";
import { announce, ask, cards, current, desk, help, hint, isZen, known, part, root, said, unhint } from "./desk-page.js";

const LOOK = 20_000; // milliseconds between two looks at what is new
const READS = 700; // after so long with a card the others are told
const GLANCE = 150; // after so long the next card is fetched: whoever decides sooner is not kept waiting by it
const TWICE = 250; // the same key again so soon was one press too many, and not a decision about the next card
let reads;
let soon;
let count;
let ahead = null; // the next card, fetched while this one is read
let underWay = 0; // decisions that the server has not answered yet
let last = { key: "", at: 0 };

// --- Where one reads -------------------------------------------------------------------------------------------------

function makeCurrent(card, { focus = true, scroll = focus } = {}) {
  for (const other of cards()) other.toggleAttribute("aria-current", false);
  if (!card) return;
  card.setAttribute("aria-current", "true");
  if (!focus) return;
  card.focus({ preventScroll: true });
  if (!scroll) return;
  const { top, height } = card.getBoundingClientRect();
  // A text longer than the window is read from its beginning.
  if (height < innerHeight) card.scrollIntoView({ block: "nearest" });
  else if (top < 0 || top > innerHeight / 2) card.scrollIntoView({ block: "start" });
}

function move(step) {
  const all = cards();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : at + step];
  if (next) makeCurrent(next);
  else if (step > 0 && root.querySelector("[data-more]")) root.querySelector("[data-more]").click();
  else hint(known(step > 0 ? "j" : "k")?.dataset.missing);
}

/** The card below what has just been decided, else the one above, else what comes further on. */
function moveOn(from) {
  const after = cards().find((card) => from.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = after ?? cards().at(-1);
  if (next) return makeCurrent(next);
  from.setAttribute("tabindex", "-1");
  from.focus();
  root.querySelector("[data-more]")?.focus();
}

// --- One card at a time ----------------------------------------------------------------------------------------------

function fetchAhead() {
  const address = root.querySelector("[data-next]")?.dataset.next;
  ahead = null;
  clearTimeout(soon);
  if (address) soon = setTimeout(() => (ahead = { address, answer: ask(address).catch(() => null) }), GLANCE);
}

async function show(address) {
  const kept = ahead?.address === address ? await ahead.answer : null;
  const answer = kept ?? (await ask(address));
  part.replaceChildren(...answer.pieces);
  history.pushState(null, "", address);
  root.dataset.query = address.replace(/^\?/, "");
  begin();
  // Whoever decides at a glance need not tell the others that she reads.
  clearTimeout(reads);
  reads = setTimeout(look, READS);
}

function begin({ scroll = true } = {}) {
  // A page about one comment: its keys work, its buttons lead on to other pages.
  if (!part) return makeCurrent(cards()[0], { focus: false });
  const named = /^#(c|appeal-)\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (isZen()) {
    makeCurrent(cards()[0], { scroll });
    fetchAhead();
  } else if (named || cards().length) makeCurrent(named || cards()[0], { focus: Boolean(named) });
}

// --- Deciding --------------------------------------------------------------------------------------------------------

/** How much is left in the queues, and what is new: soon, and not in the way of the next decision. */
function countAgain() {
  clearTimeout(count);
  count = setTimeout(look, GLANCE);
}

/** A decided card becomes one quiet line where it stood; of single cards the next one comes. */
async function decided(card, piece) {
  announce(piece.querySelector("p").textContent);
  strip(piece).dataset.was = card.id;
  countAgain();
  if (!isZen()) {
    card.replaceWith(piece);
    return moveOn(piece);
  }
  document.querySelectorAll(".work > [data-done]").forEach((old) => old.remove());
  part.before(piece);
  const next = root.querySelector("[data-next]")?.dataset.next;
  if (next) return show(next);
  card.querySelector("[data-acts]")?.remove();
  makeCurrent(card);
}

/** The same card again: with what is wrong, with a note, taken back. What stays typed is in the answer. */
function again(from, piece) {
  const old = document.getElementById(piece.id) ?? from.closest("[data-card], [data-done]");
  old?.replaceWith(piece);
  makeCurrent(piece);
  const told = piece.querySelector("[role=alert]");
  if (told) announce(told.textContent);
  const wrong = piece.querySelector("[aria-invalid]");
  if (wrong) wrong.focus();
}

async function takenBack(form, piece) {
  const line = form.closest("[data-done]");
  countAgain();
  if (isZen() && piece.dataset.card) {
    forget(line);
    const query = new URLSearchParams(root.dataset.query);
    query.set("card", piece.dataset.card);
    announce(said.sayBack);
    return show(`?${query}`);
  }
  if (piece.matches("[data-card]")) {
    const place = line ?? form.closest("[data-card]");
    if (place.closest("[data-cards]")) place.replaceWith(piece);
    else root.querySelector("[data-cards]").prepend(piece);
    forget(line);
    announce(said.sayBack);
    return makeCurrent(piece);
  }
  // A whole group: where its row belongs, the server knows.
  const was = line?.dataset.was;
  forget(line);
  part.replaceChildren(...(await ask(`?${root.dataset.query}`)).pieces);
  begin();
  if (was) makeCurrent(document.getElementById(was) ?? cards()[0]);
  announce(said.sayBack);
}

async function send(form, button) {
  const card = form.closest("[data-card]");
  // One thing at a time about one card; another card may be decided meanwhile, with the mouse.
  if (form.hasAttribute("data-sent") || card?.querySelector("[data-sent]")) return hint(said.sayBusy);
  form.setAttribute("data-sent", "");
  underWay += 1;
  clearTimeout(soon);
  try {
    const address = button?.getAttribute("formaction") || form.getAttribute("action");
    const { status, pieces } = await ask(address, new FormData(form, button));
    const piece = pieces[0];
    if (button?.hasAttribute("data-preview")) form.querySelector("[data-preview-here]").replaceChildren(...pieces);
    else if (form.hasAttribute("data-claims")) claimed(card, form, piece);
    else if (status === 409 && piece.matches("[data-done]")) {
      // Too late for this one, and so for those before it.
      if (form.hasAttribute("data-undo")) done.length = 0;
      latest();
      announceTrouble(form, piece.textContent);
    }
    else if (status >= 400 || form.hasAttribute("data-stays")) {
      again(form, piece);
      if (status < 400) announce(form.dataset.stays);
    }
    else if (form.hasAttribute("data-undo") || form.querySelector("[name=decision]")) await takenBack(form, piece);
    else await decided(card, piece);
  } catch {
    announceTrouble(form, said.sayFailed);
  } finally {
    form.removeAttribute("data-sent");
    underWay -= 1;
  }
}

function announceTrouble(form, words) {
  hint(words.replace(/\s+/g, " ").trim());
  const line = form.querySelector(":scope > .told") ?? document.createElement("p");
  line.className = "told";
  line.setAttribute("role", "alert");
  line.textContent = words.trim();
  form.append(line);
}

function claimed(card, form, piece) {
  card.querySelector("[data-claim]").replaceChildren(...(piece ? [piece] : []));
  const release = form.querySelector("[name=release]");
  const isMine = Boolean(piece?.matches(".claimed--mine"));
  announce(piece?.textContent ?? said.sayFree);
  if (Boolean(release) === isMine) return;
  if (release) release.remove();
  else form.insertAdjacentHTML("beforeend", '<input type="hidden" name="release" value="1">');
  const button = form.querySelector("button");
  const label = button.firstChild.data;
  button.firstChild.data = button.dataset.other;
  button.dataset.other = label;
}

root?.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-act]") || !desk) return;
  event.preventDefault();
  send(form, event.submitter);
});

// --- Keys ------------------------------------------------------------------------------------------------------------

const KEYS = "desk-keys";

function keysAreOn() {
  try {
    return localStorage.getItem(KEYS) !== "off";
  } catch {
    return true;
  }
}

function setKeys(on) {
  root.dataset.keys = on ? "on" : "off";
  try {
    localStorage.setItem(KEYS, on ? "on" : "off");
  } catch {
    // For this page only, then.
  }
}

function types(element) {
  return element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])");
}

/** What the key presses: on the card, else on the page. A key means one thing, so no more than that has to be asked; that of
 * a button which cannot be seen, in a panel that is closed, means nothing. */
function pressed(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  if (done.length && done.at(-1).querySelector(wanted)) return done.at(-1).querySelector(wanted);
  const outside = [...root.querySelectorAll(wanted)].filter((element) => !element.closest("[data-card], [data-done]"));
  const places = [...(current()?.querySelectorAll(wanted) ?? []), ...outside];
  return places.find((element) => element.checkVisibility?.() ?? true);
}

function press(element) {
  if (element.matches("input, textarea")) return element.focus();
  // A line that has gone from the page with its list is no button any more, but what it takes back is still known.
  if (!element.isConnected) return void send(element.form, element);
  if (!element.matches("summary")) return element.click();
  const panel = element.parentElement;
  // One panel at a time: its keys mean what stands in it.
  for (const other of current()?.querySelectorAll("details.panel[open]") ?? []) if (other !== panel && !other.contains(panel)) other.open = false;
  panel.open = !panel.open;
  const first = panel.querySelector(panel.matches("[data-panel-note], .add") ? "textarea" : ".panel__in :is(button, a)");
  if (panel.open) first?.focus();
  else element.focus();
}

function escape() {
  const panel = document.activeElement.closest?.("details.panel[open]") ?? current()?.querySelector("details.panel[open]");
  if (!panel) return document.activeElement.matches("input, textarea") ? current()?.focus() : undefined;
  panel.open = false;
  panel.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (!root || help?.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return escape();
  if (root.dataset.keys !== "on" || event.repeat || types(event.target)) return;
  const key = event.shiftKey ? event.key : event.key.toLowerCase();
  if (!known(key)) return;
  event.preventDefault();
  const element = pressed(key);
  unhint();
  if (!element) return hint(known(key).dataset.missing);
  if (!acts(element)) return press(element);
  const twice = last.key === key && event.timeStamp - last.at < TWICE;
  // What the browser holds back, because words are missing, was no press that counts.
  last = element.form.checkValidity() ? { key, at: event.timeStamp } : { key: "", at: 0 };
  if (underWay) return hint(said.sayBusy);
  if (twice) return hint(said.sayTwice);
  press(element);
});

/** Whether something is decided or written by it: such a key must not come twice, or while another is on its way. */
const acts = (element) => element.matches("button[type=submit]") && Boolean(element.form?.matches("[data-act]"));

document.addEventListener("click", (event) => {
  const mover = event.target.closest("[data-move]");
  if (mover) return move(Number(mover.dataset.move));
  if (event.target.closest("[data-help]")) return help.showModal();
  if (event.target.closest("[data-close]")) return help.close();
  const step = event.target.closest(".way--single a[rel]");
  if (step && isZen() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    return void show(step.getAttribute("href"));
  }
  const card = event.target.closest("[data-card]");
  if (card && card !== current()) makeCurrent(card, { focus: false });
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.("[data-card]");
  // By the keyboard; a click makes it current when it is done, so that nothing moves under the pointer.
  if (card && card !== current() && event.target.matches(":focus-visible")) makeCurrent(card, { focus: false });
});

// A drawer in the list is filled when it is opened.
document.addEventListener(
  "toggle",
  async (event) => {
    const box = event.target.open && event.target.querySelector(":scope > [data-drawer]");
    if (!box) return;
    const address = box.dataset.drawer;
    box.removeAttribute("data-drawer");
    try {
      const { pieces } = await ask(address);
      const hadFocus = box.contains(document.activeElement);
      box.replaceChildren(...pieces);
      if (hadFocus) (box.querySelector("a") ?? event.target.querySelector("summary")).focus();
    } catch {
      box.dataset.drawer = address;
    }
  },
  true,
);

// "One at a time" begins with the card that one was reading.
document.querySelector("[data-zen]")?.addEventListener("click", (event) => {
  const card = !isZen() && current();
  if (card) event.currentTarget.search += `&card=${card.dataset.card}`;
});

// --- Who is here, what is new ----------------------------------------------------------------------------------------

function fill(place, piece) {
  if (!place || !piece || place.innerHTML.trim() === piece.innerHTML.trim()) return;
  const does = place.contains(document.activeElement) ? document.activeElement.dataset.does : "";
  place.replaceChildren(...piece.children);
  if (does) place.querySelector(`[data-does="${CSS.escape(does)}"]`)?.focus({ preventScroll: true });
}

async function look() {
  if (!desk || document.visibilityState !== "visible") return;
  const body = new FormData();
  for (const [name, value] of new URLSearchParams(root.dataset.query)) body.append(name, value);
  if (isZen()) body.set("card", cards()[0]?.dataset.card ?? "");
  else body.set("claimed", root.querySelector("[data-card]:has(.claimed--mine)")?.dataset.card ?? "");
  body.append("since", root.dataset.since);
  body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  try {
    const { pieces } = await ask(root.dataset.here, body);
    const [fresh, others, taken, rail] = pieces;
    fill(document.getElementById("new"), fresh);
    fill(document.getElementById("here"), others);
    fill(document.getElementById("rail"), rail);
    if (isZen() && taken.children.length) cards()[0]?.querySelector("[data-claim]").replaceChildren(...taken.children);
  } catch {
    // The next look may be luckier.
  }
}

if (root) {
  document.querySelectorAll("[data-with-script]").forEach((element) => element.removeAttribute("hidden"));
  setKeys(keysAreOn());
  const box = document.getElementById("keys-on");
  if (box) {
    box.checked = keysAreOn();
    box.addEventListener("change", () => setKeys(box.checked));
  }
  if (part) recall();
  // A page begins at its top: on a phone the queues stand there.
  begin({ scroll: false });
  look();
  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("popstate", () => location.reload());
}
