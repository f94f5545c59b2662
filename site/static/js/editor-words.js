// Another text in place of the one in the editor, by the smallest changes: the cursor stays in its word and the blank that was
// just typed before it, notes stay at their paragraphs, and undoing takes back what she did, not what came from elsewhere.

import { createDocument, getHTMLFromFragment, pm } from "django-prose-editor/editor";

const MOST_COMPARED = 40_000; // pairs of paragraphs or words; where more are unlike, all of these are replaced together
const NOTHING = /^<(\w+)( [^>]*)?><\/\1>$/; // a paragraph without words
const PARTS = /[ \t\r\n\f]+|[^ \t\r\n\f]+/g; // of which the page shows one blank as another
const isBlank = (words) => /^[ \t\r\n\f]/.test(words);

/** Makes the HTML `html` the words of `editor` and of its `area`, which says nothing of it; `isHers`: it can be undone. */
export function replaceWords(editor, area, html, isHers = false) {
  const { doc, schema, selection, storedMarks, tr } = editor.state;
  const next = createDocument(html, schema);
  // As the page would read it again: without the blanks that the editor alone keeps.
  const read = (node) => createDocument(getHTMLFromFragment(node.content, schema), schema);
  for (const change of changesIn(doc, next, 0).reverse()) change(tr);
  const isWhole = !read(tr.doc).eq(read(next));
  if (isWhole) tr.replaceWith(0, tr.doc.content.size, next.content);
  if (selection.empty && tr.mapping.mapResult(selection.head).deleted) tr.setSelection(nearby(tr, selection.$head, isWhole));
  tr.setStoredMarks(storedMarks);
  const said = { preventUpdate: true, preventAutolink: true, addToHistory: isHers, replaced: true };
  for (const [name, value] of Object.entries(said)) tr.setMeta(name, value);
  editor.view.dispatch(tr);
  const words = editor.getHTML();
  area.value = NOTHING.test(words) ? "" : words;
}

/** Whether the editor has other words than the HTML `html`. */
export const differs = (editor, html) => !createDocument(html, editor.schema).eq(editor.state.doc);

/** Her place went with its paragraph: as many letters into what stands there now. */
function nearby(tr, $head, isWhole) {
  const top = isWhole || !$head.depth ? 0 : $head.before(1);
  const end = tr.doc.content.size;
  const texts = [];
  tr.doc.nodesBetween(isWhole ? 0 : tr.mapping.map(top, -1), end, (node, at) => {
    if (node.isTextblock) texts.push([at + 1, node.textContent.length]);
  });
  let letters = $head.doc.textBetween(top, $head.pos).trimEnd().length;
  const found = texts.find(([, length]) => letters <= length || ((letters -= length), false));
  return pm.state.Selection.near(tr.doc.resolve(found ? Math.min(found[0] + letters, end) : end));
}

// --- Paragraphs, lists, tables: what `now`, whose content begins at `at`, needs to become `next` -----------------------------

function changesIn(now, next, at) {
  const [olds, news] = [children(now), children(next)];
  const starts = startsOf(olds);
  return gapsAndPairs(olds, news, (one, other) => one.eq(other), shared).flatMap(([from, to, nextFrom, nextTo]) => {
    if (to - from !== nextTo - nextFrom) return replacing(at + starts[from], at + starts[to], news.slice(nextFrom, nextTo));
    return olds.slice(from, to).flatMap((one, n) => changesOf(one, news[nextFrom + n], at + starts[from + n]));
  });
}

function changesOf(one, other, at) {
  if (one.eq(other)) return [];
  const areTexts = one.isTextblock && other.isTextblock;
  if (!areTexts && (one.type !== other.type || one.isLeaf || one.isTextblock)) return replacing(at, at + one.nodeSize, other);
  const markup = one.sameMarkup(other) ? [] : [(tr) => tr.setNodeMarkup(at, other.type, other.attrs, other.marks)];
  return [...markup, ...(areTexts ? changesOfWords(one, other, at + 1) : changesIn(one, other, at + 1))];
}

function changesOfWords(one, other, at) {
  const [olds, news] = [wordsOf(one), wordsOf(other)];
  const [starts, nextStarts] = [startsOf(olds), startsOf(news)];
  return gapsAndPairs(olds, news, isSameWord, (word, its) => (isSameWord(word, its) ? word.nodeSize : 0)).flatMap(([from, to, nextFrom, nextTo]) => {
    const word = to - from === 1 ? olds[from] : null;
    const isPair = word && nextTo - nextFrom === 1 && isSameWord(word, news[nextFrom]);
    const isHerBlank = word?.isText && isBlank(word.text) && nextFrom === nextTo && (from === 0 || to === olds.length);
    if (isPair || isHerBlank) return [];
    return replacing(at + starts[from], at + starts[to], other.content.cut(nextStarts[nextFrom], nextStarts[nextTo]));
  });
}

const replacing = (from, to, content) => [(tr) => tr.replaceWith(from, to, content)];

/** Each word, blank, footnote and picture within a paragraph as a node of its own. */
function wordsOf(node) {
  return children(node).flatMap((child) => (child.isText ? child.text.match(PARTS).map((words) => child.type.schema.text(words, child.marks)) : [child]));
}

const isSameWord = (one, other) => one.eq(other) || (one.isText && other.isText && one.sameMarkup(other) && isBlank(one.text) && isBlank(other.text));

// --- Which is which ------------------------------------------------------------------------------------------------------

/** Rows of [from, to, from of the other, to of the other], in order: pairs that belong together, and what lies between them.
 * What both begin and end with is left out. `weigh` says how much two share; those that share nothing are no pair. */
function gapsAndPairs(olds, news, isSame, weigh) {
  let [start, end, newEnd] = [0, olds.length, news.length];
  while (start < Math.min(end, newEnd) && isSame(olds[start], news[start])) start++;
  while (Math.min(end, newEnd) > start && isSame(olds[end - 1], news[newEnd - 1])) end--, newEnd--;
  const rows = [];
  let [from, nextFrom] = [start, start];
  for (const [n, m] of [...pairsOf(olds.slice(start, end), news.slice(start, newEnd), weigh), [end - start, newEnd - start]]) {
    const [to, nextTo] = [start + n, start + m];
    if (from < to || nextFrom < nextTo) rows.push([from, to, nextFrom, nextTo]);
    if (to < end) rows.push([to, to + 1, nextTo, nextTo + 1]);
    [from, nextFrom] = [to + 1, nextTo + 1];
  }
  return rows;
}

/** The pairs that share most when all are taken together: the longest common subsequence, by weight. */
function pairsOf(olds, news, weigh) {
  if (olds.length * news.length > MOST_COMPARED || (olds.length === 1 && news.length === 1)) return [];
  const weights = olds.map((one) => news.map((other) => weigh(one, other)));
  const best = Array.from({ length: olds.length + 1 }, () => new Uint32Array(news.length + 1));
  const together = (n, m) => weights[n][m] && weights[n][m] + best[n + 1][m + 1];
  for (let n = olds.length - 1; n >= 0; n--) for (let m = news.length - 1; m >= 0; m--) best[n][m] = Math.max(best[n + 1][m], best[n][m + 1], together(n, m));
  const pairs = [];
  for (let n = 0, m = 0; n < olds.length && m < news.length; ) {
    if (weights[n][m] && best[n][m] === together(n, m)) pairs.push([n++, m++]);
    else if (best[n][m] === best[n + 1][m]) n++;
    else m++;
  }
  return pairs;
}

/** How much two blocks share, from both ends; nothing when that is less than half of a paragraph. */
function shared(one, other) {
  if (one.eq(other)) return one.nodeSize;
  const areTexts = one.isTextblock && other.isTextblock;
  if (one.isLeaf || !(areTexts || one.sameMarkup(other))) return 0;
  if (one.content.eq(other.content)) return one.content.size;
  const start = one.content.findDiffStart(other.content);
  const { a: end, b: nextEnd } = one.content.findDiffEnd(other.content);
  const twice = Math.max(0, start - Math.min(end, nextEnd)); // of “aa” in place of “a” both ends find the same letter
  const same = start + one.content.size - end - twice;
  return areTexts && same * 2 < Math.min(one.content.size, other.content.size) ? 0 : same;
}

const children = (node) => Array.from({ length: node.childCount }, (_, n) => node.child(n));

/** Where each begins, and where the last one ends. */
function startsOf(nodes) {
  const starts = [0];
  for (const node of nodes) starts.push(starts.at(-1) + node.nodeSize);
  return starts;
}
