// The toolbar and the keys: every button has a name, a picture and, where there is one, its key; the arrow keys go from one to
// the next, and Tab goes on to the text.

import { create, given, open } from "desk/ask";

const SVG = "http://www.w3.org/2000/svg";
const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

// Letters where letters say it, else lines in a square of 24.
const PICTURES = {
  heading2: "H2", heading3: "H3", bold: "B", italic: "I", subscript: "x₂", superscript: "x²",
  bulletList: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  orderedList: "M10 6h10M10 12h10M10 18h10M4 4l1.5-.8V8M3.8 8h3.4M4 14.2c.3-2 3-1.7 2.8 0C6.7 15.5 4 17 4 18h3",
  blockquote: "M9.5 7C6 8 5 10 5 13v4h5v-5H7.2M19 7c-3.5 1-4.5 3-4.5 6v4h5v-5h-2.8",
  horizontalRule: "M4 12h16",
  direction: "M13 13V4M17 13V4M19 4h-7a3.5 3.5 0 0 0 0 7h1M20 18H5M8 15l-3 3 3 3",
  figure: "M4 5h16v14H4zM4 16l5-5 4 4 3-2.5 4 3.5M15.5 9h.01",
  embed: "M4 5h16v14H4zM10 9l5 3-5 3z",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  unlink: "M10 14l-1 1M14 10l1-1M6.5 11.5l-1.2 1.5A4 4 0 0 0 11 18.7M17.5 12.5L18.7 11A4 4 0 0 0 13 5.3M4 4l16 16",
  footnote: "M4 7h9M4 12h6M4 17h9M18 4v6M15.4 5.5l5.2 3M20.6 5.5l-5.2 3",
  "callout:help": "M12 4l9 16H3zM12 10v4M12 17h.01",
  "callout:key": "M4 5h16v14H4zM8 10h8M8 14h5",
  "callout:questions": "M4 5h16v12h-8l-4 3v-3H4zM10.5 9.5c.3-2 3.3-1.8 3 .2-.2 1-1.5 1.2-1.5 2.3M12 14.2h.01",
  table: "M4 5h16v14H4zM4 10h16M4 14.5h16M12 5v14",
  "table:toggleHeaderRow": "M4 5h16v14H4zM4 9.5h16M5 7h14M5 8h14",
  "table:toggleHeaderColumn": "M4 5h16v14H4zM9.5 5v14M6.5 6v12M7.5 6v12",
  "table:addRowAfter": "M4 4h16v8H4zM12 15v6M9 18h6",
  "table:deleteRow": "M4 4h16v8H4zM9 18h6",
  "table:addColumnAfter": "M4 4h8v16H4zM18 9v6M15 12h6",
  "table:deleteColumn": "M4 4h8v16H4zM15 12h6",
  "table:mergeOrSplit": "M4 5h16v14H4zM12 5v3M12 16v3M7 12h3M17 12h-3",
  "table:deleteTable": "M4 5h16v14H4zM9 9l6 6M15 9l-6 6",
  "history:undo": "M8 5L4 9l4 4M4 9h10a5 5 0 0 1 0 10h-3",
  "history:redo": "M16 5l4 4-4 4M20 9H10a5 5 0 0 0 0 10h3",
  keys: "M3 7h18v10H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M8 14h8",
};

export const KEYS = {
  heading2: "Mod-Alt-2",
  heading3: "Mod-Alt-3",
  paragraph: "Mod-Alt-0",
  bold: "Mod-b",
  italic: "Mod-i",
  subscript: "Mod-,",
  superscript: "Mod-.",
  bulletList: "Mod-Shift-8",
  orderedList: "Mod-Shift-7",
  blockquote: "Mod-Shift-b",
  direction: "Mod-Alt-r",
  figure: "Mod-Alt-i",
  embed: "Mod-Alt-v",
  link: "Mod-k",
  footnote: "Mod-Alt-f",
  "callout:help": "Mod-Alt-g",
  "callout:key": "Mod-Alt-k",
  "callout:questions": "Mod-Alt-q",
  table: "Mod-Alt-t",
  "history:undo": "Mod-z",
  "history:redo": "Mod-Shift-z",
  keys: "Mod-/",
};

export const shown = (key) =>
  key
    .split("-")
    .map(
      (part) =>
        ({ Mod: IS_MAC ? "⌘" : "Ctrl", Alt: IS_MAC ? "⌥" : "Alt", Shift: IS_MAC ? "⇧" : "Shift" })[part] ?? (part.length > 1 ? part : part.toUpperCase()),
    )
    .join(IS_MAC ? "" : "+");

export const nameOf = (editor, name) => given(editor).callouts[name.split(":")[1]] ?? given(editor).names[name] ?? name;

function pictureOf(name) {
  const picture = PICTURES[name] ?? name;
  if (!/^M\d/.test(picture)) return picture;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", picture);
  svg.append(path);
  return svg;
}

/** Puts names, pictures and keys on the toolbar of an editor, and makes it one stop of Tab. */
export function dress(editor, bar) {
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", given(editor).words.toolbar);
  if (editor.view.dom.id) bar.setAttribute("aria-controls", editor.view.dom.id);
  bar.append(
    create(
      "div",
      { class: "prose-menubar__group" },
      create("button", { type: "button", class: "prose-menubar__button", "data-name": "keys", click: () => open("showKeys", editor) }),
    ),
  );
  const buttons = [...bar.querySelectorAll("button[data-name]")];
  for (const button of buttons) dressButton(editor, button);
  const update = () => {
    for (const button of buttons) {
      button.setAttribute("aria-disabled", String(button.classList.contains("disabled")));
      if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(button.classList.contains("active")));
    }
    if (!bar.querySelector("button[tabindex='0']:not(.hidden)")) step(buttons, 0, false);
  };
  editor.on("transaction", update);
  step(buttons, 0, false);
  update();
  showEnds(bar);
  bar.addEventListener("keydown", (event) => walk(event, buttons));
  bar.addEventListener("focusin", ({ target }) => step(buttons, seen(buttons).indexOf(target), false));
  editor.view.dom.parentElement.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "F10") seen(buttons).find((button) => button.tabIndex === 0)?.focus();
  });
}

/** Where the bar is wider than the page, an arrow at each end that hides buttons. Keys need none: they bring each into view. */
function showEnds(bar) {
  const sign = (is) => (getComputedStyle(bar).direction === "rtl" ? -is : is);
  const ends = ["‹", "›"].map((words, n) => {
    const is = 2 * n - 1;
    const click = () => bar.scrollBy({ left: sign(is) * bar.clientWidth * 0.7, behavior: "smooth" });
    return create("span", { class: "prose-menubar__more", "aria-hidden": "true", click }, words);
  });
  bar.prepend(ends[0]);
  bar.append(ends[1]);
  const update = () => {
    const passed = Math.abs(bar.scrollLeft);
    const left = bar.scrollWidth - bar.clientWidth - passed;
    [passed, left].forEach((hidden, n) => (ends[n].hidden = hidden < 4));
  };
  bar.addEventListener("scroll", update, { passive: true });
  new ResizeObserver(update).observe(bar);
}

// What is either on or off, not what is done once.
const IS_STATE = /^(heading|bold|italic|su[bp]|callout|direction|blockquote|bulletList|orderedList)/;

function dressButton(editor, button) {
  const { name } = button.dataset;
  const label = nameOf(editor, name);
  const states = ["hidden", "disabled", "active"].filter((state) => button.classList.contains(state));
  button.className = ["prose-menubar__button", ...states].join(" ");
  button.removeAttribute("data-level");
  button.replaceChildren(pictureOf(name));
  button.setAttribute("aria-label", label);
  button.title = KEYS[name] ? `${label} (${shown(KEYS[name])})` : label;
  if (KEYS[name]) button.setAttribute("aria-keyshortcuts", KEYS[name].replace("Mod", IS_MAC ? "Meta" : "Control").replaceAll("-", "+"));
  if (IS_STATE.test(name)) button.setAttribute("aria-pressed", "false");
}

const seen = (buttons) => buttons.filter((button) => !button.classList.contains("hidden"));

function step(buttons, index, isMoving = true) {
  const there = seen(buttons);
  const next = there[(index + there.length) % there.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  if (isMoving) next?.focus();
}

function walk(event, buttons) {
  const there = seen(buttons);
  const at = there.indexOf(event.target);
  const isBackwards = getComputedStyle(event.target).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
  const moves = {
    ArrowLeft: at + (isBackwards === "ArrowLeft" ? -1 : 1),
    ArrowRight: at + (isBackwards === "ArrowLeft" ? 1 : -1),
    Home: 0,
    End: there.length - 1,
  };
  if (at < 0 || !(event.key in moves)) return;
  event.preventDefault();
  step(buttons, moves[event.key]);
}

/** Ctrl+/ anywhere on the page, and a question mark where nobody types. */
export function listen(editor) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable=true], dialog");
    const asks = (event.key === "/" && (event.ctrlKey || event.metaKey)) || (event.key === "?" && !isTyping);
    if (!asks || event.defaultPrevented) return;
    event.preventDefault();
    open("showKeys", editor);
  });
}
