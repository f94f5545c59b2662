// What somebody types into <textarea data-keep="key"> stays in this browser until it is posted, for a day at most:
// it may be about somebody's health, and the computer may be the library's.

const PREFIX = "draft:";
const DAY = 24 * 3600 * 1000;

/** Storage may be full, switched off or private: a draft is a courtesy, never a reason to fail. */
export function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

function read(key) {
  const kept = attempt(() => JSON.parse(localStorage.getItem(PREFIX + key)));
  return kept && Date.now() - kept.at < DAY ? kept.text : null;
}

function write(key, text) {
  attempt(() => {
    if (text.trim()) localStorage.setItem(PREFIX + key, JSON.stringify({ text, at: Date.now() }));
    else localStorage.removeItem(PREFIX + key);
  });
}

function sweep() {
  attempt(() => {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX) && read(name.slice(PREFIX.length)) === null) localStorage.removeItem(name);
    }
  });
}

function button(words, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "link";
  element.textContent = words;
  element.addEventListener("click", act);
  return element;
}

/** Offers the kept text; the reader decides, nothing is overwritten. */
function offer(area, key, text) {
  const say = area.closest("[data-say-draft]").dataset;
  const line = document.createElement("p");
  line.className = "draft";
  line.setAttribute("role", "status");
  line.append(say.sayDraft, " ");
  line.append(
    button(say.sayRestore, () => {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      line.remove();
      area.focus();
    }),
    button(say.sayForget, () => {
      write(key, "");
      line.remove();
      area.focus();
    }),
  );
  area.insertAdjacentElement("beforebegin", line);
  area.addEventListener("input", () => line.remove(), { once: true });
}

function keep(area) {
  area.dataset.kept = "";
  const key = area.dataset.keep;
  const kept = read(key);
  if (kept && !area.value.trim()) offer(area, key, kept);

  let waiting;
  let isSent = false;
  const keepNow = () => area.isConnected && area.value.trim() && write(key, area.value);
  area.addEventListener("input", () => {
    isSent = false;
    clearTimeout(waiting);
    waiting = setTimeout(() => write(key, area.value), 400);
  });
  // What is sent is kept at once, and not again: a page on its way out may still run beside the one that says "it has arrived".
  area.form?.addEventListener("submit", () => {
    clearTimeout(waiting);
    keepNow();
    isSent = true;
  });
  window.addEventListener("pagehide", () => isSent || keepNow());
}

/** Looks for areas to keep below `root`, and for `data-posted="key"`: the server says that text has arrived. */
export function keepDrafts(root) {
  for (const done of root.querySelectorAll("[data-posted]")) write(done.dataset.posted, "");
  if (root.matches?.("[data-posted]")) write(root.dataset.posted, "");
  for (const area of root.querySelectorAll("textarea[data-keep]:not([data-kept])")) keep(area);
}

/** Before a form goes from the page. */
export function keepNow(root) {
  for (const area of root.querySelectorAll("textarea[data-keep]")) if (area.value.trim()) write(area.dataset.keep, area.value);
}

// Whoever is quicker than the script that looks for new areas.
document.addEventListener("input", ({ target }) => target.matches?.("textarea[data-keep]:not([data-kept])") && keep(target), true);

sweep();
