// What the windows of a writer keep in her browser until the server has it.

import { say } from "./writing-form.js";

const MONTH = 30 * 24 * 3600 * 1000;
const PREFIX = "writing:";

/** Storage may be full or switched off: then the server's copy has to do. */
export function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

// Her own: a computer may be shared, and nobody is offered another's words. And each window's: two of them on one article
// must not write over each other's.
const storeOf = () => `${PREFIX}${say.user}:${say.number || "new"}`;
const storeName = () => `${storeOf()}:${say.window}`;

export const keepHere = (words) => attempt(() => localStorage.setItem(storeName(), JSON.stringify({ ...words, at: Date.now() })));
export const forget = (name) => attempt(() => localStorage.removeItem(name));
export const forgetHere = () => forget(storeName());

/** The latest that a window has kept which is no longer open. */
export async function keptHere() {
  const open = await openWindows();
  const names = attempt(() => Object.keys(localStorage).filter((name) => `${name}:`.startsWith(`${storeOf()}:`))) ?? [];
  const found = names.map((name) => ({ name, ...attempt(() => JSON.parse(localStorage.getItem(name))) }));
  const left = found.filter(({ name, pairs, at }) => pairs && Date.now() - at < MONTH && !open.has(name.split(":").pop()));
  return left.sort((a, b) => b.at - a.at)[0] ?? null;
}

/** A window holds a lock of its name for as long as it is open, however it ends. */
export function holdLock() {
  navigator.locks?.request(`${PREFIX}${say.window}`, () => new Promise(() => {}));
}

async function openWindows() {
  const held = (await navigator.locks?.query())?.held ?? [];
  return new Set(held.map(({ name }) => name.replace(PREFIX, "")));
}

export function sweep() {
  attempt(() => {
    for (const name of Object.keys(localStorage)) {
      const kept = name.startsWith(PREFIX) && attempt(() => JSON.parse(localStorage.getItem(name)));
      if (kept && Date.now() - kept.at > MONTH) localStorage.removeItem(name);
    }
  });
}
