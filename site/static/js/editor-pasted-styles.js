// What the styles of pasted HTML say: those of its elements, and of the sheet that came with it. The page's policy forbids
// the browser to read them, so they come as `data-style` and as text.

const SHEET = /<style\b[^>]*>([\s\S]*?)<\/style/gi;
const RULE = /([^{}]+)\{([^{}]*)\}/g;
const NESTED = /@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/gi; // for other screens, and for paper
const MATTERS = new RegExp(
  "display|visibility|opacity|overflow|white-space|mso-(hide|list|element|text-raise)|line-through|font|vertical-align|" +
    "direction|clip|float|margin|indent|left|top|list-style",
  "i",
);
const MOST_RULES = 1000;
const NONE = new Map();

let known = new WeakMap();
let levels = new Map();

const declared = (text) =>
  text.split(";").map((declaration) => {
    const at = declaration.indexOf(":");
    const value = declaration.slice(at + 1).replace(/!\s*important/i, "").replace(/\s+/g, " ");
    return [declaration.slice(0, Math.max(0, at)).trim().toLowerCase(), value.trim().toLowerCase()];
  });

/** From here on `styleOf` knows what stands in `body`, with the sheets of the `html` from which it was read. */
export function readStyles(html, body) {
  known = new WeakMap();
  levels = new Map();
  const sheet = [...html.matchAll(SHEET)].map(([, text]) => text.replace(/<!--|-->|\/\*[\s\S]*?\*\//g, " ").replace(NESTED, "")).join("\n");
  for (const [, selector, text] of [...sheet.matchAll(RULE)].filter(([, , text]) => MATTERS.test(text) || /mso-level/.test(text)).slice(0, MOST_RULES)) {
    const level = selector.match(/@list\s+(l\d+):level(\d+)/i);
    if (level) levels.set(`${level[1]} ${level[2]}`, new Map(declared(text)));
    else if (!selector.includes("@")) {
      const style = declared(text);
      for (const element of chosen(body, selector)) put(element, style);
    }
  }
  for (const element of body.querySelectorAll("[data-style]")) put(element, declared(element.dataset.style));
}

function chosen(body, selector) {
  try {
    return body.querySelectorAll(selector.trim());
  } catch {
    return []; // of another time, or another browser
  }
}

function put(element, style) {
  known.set(element, new Map([...(known.get(element) ?? NONE), ...style]));
}

export const sameStyle = (element, other) => known.set(other, styleOf(element));

/** Property → value, both in small letters. */
export const styleOf = (element) => known.get(element) ?? NONE;

/** How Word numbers a level of one of its lists; null when it has not said so. */
export const levelOf = (list, level) => levels.get(`${list} ${level}`) ?? null;
