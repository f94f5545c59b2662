// The page of the moderation desk, what it says to whoever works there, and the server behind it.

export const desk = document.querySelector("[data-desk]");
export const root = desk ?? document.querySelector(".moderation");
export const part = document.getElementById("part");
const say = document.getElementById("say");
export const help = document.getElementById("help");
export const said = help?.dataset ?? {}; // sentences for what a page without a script says otherwise
const HINT = 6_000; // a word about a key that did nothing stays so long
let hinted;

export const isZen = () => Boolean(root.querySelector("[data-zen-page]"));
export const cards = () => [...root.querySelectorAll("[data-card]")];
export const current = () => root.querySelector("[data-card][aria-current]") ?? (cards().length === 1 ? cards()[0] : null);

export function announce(words = "") {
  if (say) say.textContent = words.replace(/\s+/g, " ").trim();
}

/** For everybody: a key that did nothing says why. */
export function hint(words = "") {
  const place = document.getElementById("hint");
  announce(words);
  if (!place || !words) return;
  place.textContent = words;
  place.hidden = false;
  clearTimeout(hinted);
  hinted = setTimeout(unhint, HINT);
}

export function unhint() {
  const place = document.getElementById("hint");
  if (place) place.hidden = true;
}

/** The help's line about a key: the table of all keys, from the server. */
export const known = (key) => help?.querySelector(`[data-known="${CSS.escape(key)}"]`);

/** The server's answer as elements. Nothing in it runs: the page's policy allows no script but our own files. */
export function elements(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return [...box.content.children];
}

export async function ask(address, body) {
  const options = { headers: { "X-Fragment": "1" }, credentials: "same-origin" };
  const answer = await fetch(address, body ? { ...options, method: "POST", body } : options);
  // Logged out meanwhile: the answer is another page.
  if (answer.redirected) location.reload();
  if (answer.status >= 500 || answer.status === 403 || answer.status === 404) throw new Error(answer.status);
  return { status: answer.status, pieces: elements(await answer.text()) };
}
