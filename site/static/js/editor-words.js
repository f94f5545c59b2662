// Another text in place of the one in the editor, without a touch to what is the same in both: the cursor stays in its word,
// the blank that was just typed stays before it, and undoing takes back what she did, not what came from elsewhere.

import { createDocument, getHTMLFromFragment } from "django-prose-editor/editor";

const MOST_COMPARED = 40_000; // pairs of paragraphs; what is longer is replaced as one
const NOTHING = /^<(\w+)( [^>]*)?><\/\1>$/; // a paragraph without words

/** Makes the HTML `html` the words of `editor` and of its `area`; nobody has typed them. */
export function replaceWords(editor, area, html) {
  const { doc, schema, tr } = editor.state;
  // As the page would read it again: without the blanks that the editor alone keeps.
  const read = (node) => createDocument(getHTMLFromFragment(node.content, schema), schema);
  const next = createDocument(html, schema);
  for (const { from, to, slice } of changesIn(doc, read(doc), next, 0).reverse()) tr.replace(from, to, slice);
  if (!read(tr.doc).eq(read(next))) tr.replaceWith(0, tr.doc.content.size, next.content);
  editor.view.dispatch(tr.setMeta("preventUpdate", true).setMeta("addToHistory", false));
  const words = editor.getHTML();
  area.value = NOTHING.test(words) ? "" : words;
}

/** Whether the editor has other words than the HTML `html`. */
export const differs = (editor, html) => !createDocument(html, editor.schema).eq(editor.state.doc);

/** What to replace in `now`, whose content begins at `at`, to make it `next`; `read` is what it would be when read again. */
function changesIn(now, read, next, at) {
  const before = now.childCount === read.childCount ? read : now;
  const [starts, nextStarts] = [startsIn(now), startsIn(next)];
  const [olds, news] = [children(before), children(next)];
  const found = [];
  let [from, nextFrom] = [0, 0];
  for (const [to, nextTo] of [...pairsOf(olds, news), [olds.length, news.length]]) {
    found.push(...changeOf(now, next, [starts[from], starts[to]], [nextStarts[nextFrom], nextStarts[nextTo]], at));
    if (to < olds.length && !olds[to].eq(news[nextTo])) found.push(...changesTo(now.child(to), olds[to], news[nextTo], at + starts[to] + 1));
    [from, nextFrom] = [to + 1, nextTo + 1];
  }
  return found;
}

function changesTo(now, read, next, at) {
  if (!now.isTextblock) return changesIn(now, read, next, at);
  const blanks = now.content.findDiffStart(read.content);
  const before = blanks === read.content.size ? read : now; // the editor has no more than blanks at its end
  return changeOf(before, next, [0, before.content.size], [0, next.content.size], at);
}

/** Which child is which, in order: the places of each that both sides have, as it was or changed. */
function pairsOf(olds, news) {
  let [start, end, newEnd] = [0, olds.length, news.length];
  while (start < Math.min(end, newEnd) && olds[start].eq(news[start])) start++;
  while (Math.min(end, newEnd) > start && olds[end - 1].eq(news[newEnd - 1])) end--, newEnd--;
  const isLong = (end - start) * (newEnd - start) > MOST_COMPARED;
  const middle = isLong ? [] : mostShared(olds.slice(start, end), news.slice(start, newEnd));
  return [
    ...olds.slice(0, start).map((_, n) => [n, n]),
    ...middle.map(([n, m]) => [start + n, start + m]),
    ...olds.slice(end).map((_, n) => [end + n, newEnd + n]),
  ];
}

/** The pairs that share most when all are taken together: the longest common subsequence, by weight. */
function mostShared(olds, news) {
  const weights = olds.map((one) => news.map((other) => shared(one, other)));
  const best = Array.from({ length: olds.length + 1 }, () => new Uint32Array(news.length + 1));
  const together = (n, m) => weights[n][m] && weights[n][m] + best[n + 1][m + 1];
  for (let n = olds.length - 1; n >= 0; n--) for (let m = news.length - 1; m >= 0; m--) best[n][m] = Math.max(best[n + 1][m], best[n][m + 1], together(n, m));
  const pairs = [];
  for (let n = 0, m = 0; n < olds.length && m < news.length; ) {
    if (best[n][m] === together(n, m) && weights[n][m]) pairs.push([n++, m++]);
    else if (best[n][m] === best[n + 1][m]) n++;
    else m++;
  }
  return pairs;
}

/** How much of one is in the other; nothing when less than half of a paragraph is, or no item of a list. */
function shared(one, other) {
  if (one.eq(other)) return one.nodeSize;
  if (one.isLeaf || !one.sameMarkup(other)) return 0;
  if (!one.isTextblock) return children(one).reduce((sum, child) => sum + Math.max(0, ...children(other).map((its) => shared(child, its))), 0);
  const { start, end } = difference(one.content, other.content);
  const same = start + one.content.size - end;
  return same * 2 >= Math.min(one.content.size, other.content.size) ? same : 0;
}

// --- One part ----------------------------------------------------------------------------------------------------------

/** Between two places of each side, the part from the first difference to the last. */
function changeOf(now, next, [start, end], [nextStart, nextEnd], at) {
  const found = difference(now.content.cut(start, end), next.content.cut(nextStart, nextEnd));
  return found ? [{ from: at + start + found.start, to: at + start + found.end, slice: next.slice(nextStart + found.start, nextStart + found.nextEnd) }] : [];
}

function difference(one, other) {
  const start = one.findDiffStart(other);
  if (start === null) return null;
  const { a: end, b: nextEnd } = one.findDiffEnd(other);
  const twice = Math.max(0, start - Math.min(end, nextEnd)); // of “aa” in place of “a” both ends find the same letter
  return { start, end: end + twice, nextEnd: nextEnd + twice };
}

const children = (node) => Array.from({ length: node.childCount }, (_, n) => node.child(n));

/** Where its children begin, and where the last one ends. */
function startsIn(node) {
  const starts = [0];
  for (const child of children(node)) starts.push(starts.at(-1) + child.nodeSize);
  return starts;
}
