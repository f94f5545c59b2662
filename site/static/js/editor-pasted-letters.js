// Letters in pasted HTML that are not what they look like in the source: of fonts that hold signs, in formulas, and raised or
// lowered where only plain letters can stand.

import { make, unwrap } from "./editor-pasted-elements.js";
import { styleOf } from "./editor-pasted-styles.js";

// --- Fonts that hold signs ---------------------------------------------------------------------------------------------

// In Symbol an "m" is a mu: 5 μg would become 5 mg. What µ, ×, ÷, ° and ± are everywhere they stay.
const GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SYMBOL = {
  ...spread("A", GREEK), ...spread("a", "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"),
  ...pairs("\"∀$∃'∋*∗-−@≅\\∴^⊥~∼¡ϒ¢′£≤¤⁄¥∞¦ƒ«↔¬←­↑®→¯↓²″³≥¶∂·•¹≠º≡»≈¼…¿↵À\u2135Ä⊗Å⊕Æ∅Ç∩È∪É⊃Ê⊇Ë⊄Ì⊂Í⊆Î∈Ï∉Ð∠Ñ∇Ò®Ó©Ô™Õ∏Ö√Ø¬Ù∧Ú∨Û⇔Ü⇐Ý⇑Þ⇒ß⇓à◊å∑ò∫"),
};
const WINGDINGS = pairs("J☺K😐L☹C👍D👎N☠(☎*✉l●n■o☐q☐r☐¨☐x☒ý☒û✗ü✓þ☑§▪Ø➢v❖u◆¡○à→ß←á↑â↓ã↖ä↗å↙æ↘è→ç←é↑ê↓ð⇨ï⇦ñ⇧ò⇩ó⇔");
const FONTS = {
  symbol: SYMBOL,
  wingdings: WINGDINGS,
  "wingdings 2": pairs("P✓O✗R☑S☒T☒£☐"),
  webdings: pairs("a✓r✗c☐g■i🛈"),
};

function pairs(text) {
  const letters = [...text];
  return Object.fromEntries(letters.flatMap((letter, n) => (n % 2 ? [] : [[letter, letters[n + 1]]])));
}

function spread(first, signs) {
  return Object.fromEntries([...signs].map((sign, n) => [String.fromCharCode(first.charCodeAt(0) + n), sign]));
}

export function symbols(body) {
  for (const element of body.querySelectorAll("[data-style*=ymbol], [data-style*=dings], [data-style*=DINGS], [face], [class]")) {
    const signs = signsOf(element);
    if (signs) for (const text of textsIn(element)) text.data = [...text.data].map((letter) => signIn(signs, letter)).join("");
  }
  for (const text of textsIn(body))
    text.data = text.data
      .replace(/[\ufb00-\ufb06]/g, (letters) => letters.normalize("NFKC"))
      .replace(/[\x0b\f]/g, " ")
      .replace(/[\0-\x08\x0e-\x1f]/g, "");
}

/** Word also keeps them where no letters are, 0xF000 further on. One that we do not know must not be read as a letter. */
function signIn(signs, letter) {
  const code = letter.charCodeAt(0);
  const plain = code >= 0xf020 && code <= 0xf0ff ? String.fromCharCode(code - 0xf000) : letter;
  return signs[plain] ?? (signs !== SYMBOL && /[\p{L}\p{N}]/u.test(plain) ? "\ufffd" : plain);
}

function signsOf(element) {
  const family =
    styleOf(element).get("font-family") ??
    element.getAttribute("face") ??
    styleOf(element)
      .get("font")
      ?.match(/\d(?:pt|px|em|rem|%)\S*\s+(.*)/)?.[1];
  return family === undefined ? undefined : (FONTS[family.split(",")[0].replace(/["']/g, "").trim().toLowerCase()] ?? null);
}

/** Those of the element that no font further in claims. */
function textsIn(element) {
  const walker = document.createTreeWalker(element, 5, (node) =>
    node.nodeType === 1 && signsOf(node) !== undefined && node.ownerDocument.body !== element ? 2 : node.nodeType === 3 ? 1 : 3,
  );
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

// --- Formulas ----------------------------------------------------------------------------------------------------------

const SHOWN_TWICE = ".katex, .mwe-math-element, mjx-container, .MathJax";

/** As they are written in a line: of a fraction that is 1/2, where the letters alone would say 12. */
export function formulas(body) {
  for (const around of body.querySelectorAll(SHOWN_TWICE)) {
    const formula = around.querySelector("math");
    if (formula && around.isConnected) around.replaceWith(formula);
  }
  for (const part of body.querySelectorAll("math :is(annotation, annotation-xml, mphantom)")) part.remove();
  for (const number of body.querySelectorAll("math mrow > mn + mn, math > mn + mn, math mtd > mn + mn")) number.before("\u00a0");
  for (const part of [...body.querySelectorAll("math *")].reverse())
    if (part.localName in WRITTEN)
      part.replaceWith(
        make(
          part,
          "span",
          ...WRITTEN[part.localName](
            part,
            [...part.children].map((child) => [child]),
          ),
        ),
      );
  for (const formula of body.querySelectorAll("math")) {
    for (const text of textsIn(formula)) text.data = text.data.replace(/[\u2061-\u2064]/g, "").replace(/^\s*\n\s*|\s*\n\s*$/g, "");
    apartFrom(formula);
    formula.replaceWith(make(formula, "span", ...[...formula.childNodes]));
  }
  for (const under of body.querySelectorAll(".num + .den, .numerator + .denominator")) {
    if (under.previousSibling.nodeType !== 1) continue;
    apartFrom(under.previousElementSibling);
    under.before("/");
  }
}

/** A fraction behind a whole number. */
export function apartFrom(number) {
  let first = number;
  while (!first.previousSibling && first.parentElement) first = first.parentElement;
  if (/\d$/.test(first.previousSibling?.textContent) && /^\d/.test(number.textContent.trim())) number.before("\u00a0");
}

const textOf = (nodes) => nodes.map((node) => node.textContent ?? node).join("").trim();
const whole = (nodes) => (/^[\p{L}\p{N}.,]*$/u.test(textOf(nodes)) ? nodes : ["(", ...nodes, ")"]);
const raised = (part, tag, nodes) => (textOf(nodes ?? []) ? [make(part, tag, ...nodes)] : []);
const both = (part, [base = [], below, above]) => [...base, ...raised(part, "sub", below), ...raised(part, "sup", above)];

const WRITTEN = {
  mfrac: (part, [over = [], under = []]) => [
    ...(/\d\s*$/.test(part.previousElementSibling?.textContent ?? "") ? ["\u00a0"] : []),
    make(part, "span", ...whole(over), "/", ...whole(under)),
  ],
  msup: (part, [base = [], above]) => [...base, ...raised(part, "sup", above)],
  msub: both,
  msubsup: both,
  mover: (part, [base = [], above]) => [...base, ...(/^[\p{L}\p{N}+−-]+$/u.test(textOf(above ?? [])) ? raised(part, "sup", above) : above ?? [])],
  munder: both,
  munderover: both,
  msqrt: (part) => ["√", ...whole([...part.childNodes])],
  mroot: (part, [base = [], degree]) => [...raised(part, "sup", degree), "√", ...whole(base)],
  mfenced: (part, parts) => [part.getAttribute("open") ?? "(", ...parts.flatMap((one, n) => (n ? [", ", ...one] : one)), part.getAttribute("close") ?? ")"],
  mspace: () => [" "],
  mtd: (part) => [...(part.previousElementSibling ? [", "] : []), ...part.childNodes],
  mtr: (part) => [...(part.previousElementSibling ? ["; "] : []), ...part.childNodes],
};

// --- Raised and lowered ------------------------------------------------------------------------------------------------

/** "sup", "sub", or "" by what a style says: in words, or by how far Word or a Mac moves the letters. A whole line may be small. */
export function scriptOf(element) {
  const style = styleOf(element);
  const align = style.get("vertical-align") ?? "";
  if (/^(super|sub)$/.test(align)) return align === "sub" ? "sub" : "sup";
  if (element.textContent.trim().length <= 6 && /^(smaller|x{0,2}-?small|[1-9]\d(\.\d+)?%|0?\.\d+r?em)$/.test(style.get("font-size"))) {
    const top = style.get("position") === "relative" ? Number.parseFloat(style.get("top") ?? 0) : 0;
    if (top || /^(text-)?(top|bottom)$/.test(align)) return top > 0 || /bottom/.test(align) ? "sub" : "sup";
  }
  const moved = Number.parseFloat(style.get("mso-text-raise") ?? (/^-?[\d.]+(px|pt|em|ex|rem|%)$/.test(align) ? align : 0));
  const least = /(em|ex|rem)$/.test(align) ? 0.2 : /%$/.test(align) ? 20 : 2;
  return Math.abs(moved) < least ? undefined : moved > 0 ? "sup" : "sub";
}

const RAISED = pairs("0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺-⁻−⁻–⁻=⁼(⁽)⁾n\u207fi\u2071");
const LOWERED = pairs("0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊-₋−₋–₋=₌(₍)₎");

/** Where only plain letters can stand: 10⁹ must not become 109. */
export function flatten(element) {
  for (const part of element.querySelectorAll("*")) {
    const tag = /^su[bp]$/.test(part.localName) ? part.localName : scriptOf(part);
    if (!tag || part.querySelector("sup, sub")) continue;
    const letters = [...part.textContent.trim()];
    const signs = tag === "sup" ? RAISED : LOWERED;
    if (letters.every((letter) => letter in signs)) part.textContent = letters.map((letter) => signs[letter]).join("");
    else if (tag === "sup" && /^[^\p{L}[(]*\d/u.test(part.textContent)) part.prepend("^");
    if (/^su[bp]$/.test(part.localName)) unwrap(part);
  }
}
