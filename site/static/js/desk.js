// The moderation desk with a keyboard: every key presses a button that is there to be seen, and without this file the
// same buttons work. Answers are pieces of the page that the server has written.

const desk = document.querySelector("[data-desk]");
const root = desk ?? document.querySelector(".moderation");
const part = document.getElementById("part");
const say = document.getElementById("say");
const help = document.getElementById("help");
const LOOK = 20_000; // milliseconds between two looks at what is new
const READS = 700; // after so long with a card the others are told
const GLANCE = 150; // after so long the next card is fetched: whoever decides sooner is not kept waiting by it
let reads;
let soon;
let ahead = null; // the next card, fetched while this one is read

const isZen = () => Boolean(root.querySelector("[data-zen-page]"));
const cards = () => [...root.querySelectorAll("[data-card]")];
const current = () => root.querySelector("[data-card][aria-current]") ?? (cards().length === 1 ? cards()[0] : null);

function announce(words) {
  if (say) say.textContent = words.replace(/\s+/g, " ").trim();
}

/** The server's answer as elements. Nothing in it runs: the page's policy allows no script but our own files. */
function elements(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return [...box.content.children];
}

async function ask(address, body) {
  const options = { headers: { "X-Fragment": "1" }, credentials: "same-origin" };
  const answer = await fetch(address, body ? { ...options, method: "POST", body } : options);
  // Logged out meanwhile: the answer is another page.
  if (answer.redirected) location.reload();
  if (answer.status >= 500 || answer.status === 403 || answer.status === 404) throw new Error(answer.status);
  return { status: answer.status, pieces: elements(await answer.text()) };
}

// --- Where one reads -------------------------------------------------------------------------------------------------

function makeCurrent(card, { focus = true } = {}) {
  for (const other of cards()) other.toggleAttribute("aria-current", false);
  if (!card) return;
  card.setAttribute("aria-current", "true");
  if (!focus) return;
  card.focus({ preventScroll: true });
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
  else announce(root.dataset.sayEnd ?? "");
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

function begin() {
  // A page about one comment: its keys work, its buttons lead on to other pages.
  if (!part) return makeCurrent(cards()[0], { focus: false });
  const named = /^#(c|appeal-)\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (isZen()) {
    makeCurrent(cards()[0]);
    fetchAhead();
  } else if (named || cards().length) makeCurrent(named || cards()[0], { focus: Boolean(named) });
}

// --- Deciding --------------------------------------------------------------------------------------------------------

function strip(piece) {
  root.querySelectorAll("[data-done][data-latest]").forEach((old) => old.removeAttribute("data-latest"));
  piece.setAttribute("data-latest", "");
  return piece;
}

/** A decided card becomes one quiet line where it stood; of single cards the next one comes. */
async function decided(card, piece) {
  announce(piece.querySelector("p").textContent);
  strip(piece).dataset.was = card.id;
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
  if (isZen() && piece.dataset.card) {
    line?.remove();
    const query = new URLSearchParams(root.dataset.query);
    query.set("card", piece.dataset.card);
    announce(root.dataset.sayBack ?? "");
    return show(`?${query}`);
  }
  if (piece.matches("[data-card]")) {
    (line ?? form.closest("[data-card]")).replaceWith(piece);
    announce(root.dataset.sayBack ?? "");
    return makeCurrent(piece);
  }
  // A whole group: where its row belongs, the server knows.
  const was = line?.dataset.was;
  part.replaceChildren(...(await ask(`?${root.dataset.query}`)).pieces);
  begin();
  if (was) makeCurrent(document.getElementById(was) ?? cards()[0]);
  announce(root.dataset.sayBack ?? "");
}

async function send(form, button) {
  if (form.hasAttribute("data-sent")) return;
  form.setAttribute("data-sent", "");
  clearTimeout(soon);
  const card = form.closest("[data-card]");
  try {
    const address = button?.getAttribute("formaction") || form.getAttribute("action");
    const { status, pieces } = await ask(address, new FormData(form, button));
    const piece = pieces[0];
    if (button?.hasAttribute("data-preview")) form.querySelector("[data-preview-here]").replaceChildren(...pieces);
    else if (form.hasAttribute("data-claims")) claimed(card, form, piece);
    else if (status === 409 && piece.matches("[data-done]")) announceTrouble(form, piece.textContent);
    else if (status >= 400 || form.hasAttribute("data-stays")) {
      again(form, piece);
      if (status < 400) announce(form.dataset.stays);
    }
    else if (form.hasAttribute("data-undo") || form.querySelector("[name=decision]")) await takenBack(form, piece);
    else await decided(card, piece);
  } catch {
    announceTrouble(form, root.dataset.sayFailed ?? "");
  } finally {
    form.removeAttribute("data-sent");
  }
}

function announceTrouble(form, words) {
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
  announce(piece?.textContent ?? root.dataset.sayFree ?? "");
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

/** What the key presses: what is open first, then the card, then the page. */
function pressed(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const card = current();
  const open = card?.querySelectorAll(`details.panel[open] ${wanted}:not(details.panel[open] > summary)`) ?? [];
  const places = [...open, card?.querySelector(wanted), root.querySelector(`[data-latest] ${wanted}`), ...root.querySelectorAll(wanted)];
  return places.find((element) => element && (element.checkVisibility?.() ?? true));
}

function press(element) {
  if (element.matches("input")) return element.focus();
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
  const element = pressed(key);
  if (!element) return void (key === "z" && announce(root.dataset.sayNothing ?? ""));
  event.preventDefault();
  press(element);
});

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
  if (place && piece && place.innerHTML !== piece.innerHTML) place.replaceChildren(...piece.children);
}

async function look() {
  if (!desk || document.visibilityState !== "visible") return;
  const body = new FormData();
  for (const [name, value] of new URLSearchParams(root.dataset.query)) body.append(name, value);
  if (isZen()) body.set("card", cards()[0]?.dataset.card ?? "");
  body.append("since", root.dataset.since);
  body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  try {
    const { pieces } = await ask(root.dataset.here, body);
    const [fresh, others, taken] = pieces;
    fill(document.getElementById("new"), fresh);
    fill(document.getElementById("here"), others);
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
  begin();
  document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  look();
  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("popstate", () => location.reload());
}
