// What an article can hold beyond what the editor knows: boxes, footnotes, videos; and tables, lists, links and captions in
// the way that is stored. What these write is what the sanitiser keeps (edge/richtext.py). Each takes the
// place of the editor's own of the same name.

import * as editing from "django-prose-editor/editor";

/** The words, addresses and lists that came with the page: see `articles/admin/widgets.py`. */
export const Desk = editing.Extension.create({
  name: "desk",
  addOptions: () => ({ words: {}, names: {}, callouts: {}, typed: [], providers: [], pick: "", drop: "", most: 300000 }),
  addStorage() {
    return this.options;
  },
});

// Boxes and videos stand between paragraphs, and nowhere else.
export const Document = editing.Document.extend({ content: "(block | between)+" });

// What is pasted is searched for **signs** that nobody there has typed; in a long text of stars for minutes.
export const Bold = editing.Bold.extend({ addPasteRules: () => [] });
export const Italic = editing.Italic.extend({ addPasteRules: () => [] });

/** Typing is undone in bits. What is done in one go (pasted, dropped, formatted, put in) is undone alone, whatever was typed
 * right before or behind it. */
const isAct = (transaction) =>
  Boolean(transaction.getMeta("uiEvent")) ||
  transaction.steps.some(({ slice, structure, mark, attr }) => mark || attr || structure || (slice?.openStart === 0 && slice.content.firstChild?.isBlock));

export const History = editing.History.extend({
  addStorage: () => ({ wasAct: false }),
  dispatchTransaction({ transaction, next }) {
    if (transaction.docChanged && transaction.getMeta("addToHistory") !== false) {
      const wasAct = this.storage.wasAct;
      this.storage.wasAct = isAct(transaction);
      if (wasAct || this.storage.wasAct) editing.pm.history.closeHistory(transaction);
    }
    next(transaction);
  },
});

export { Callout } from "desk/boxes";
export { Direction } from "desk/directions";
export { Caption, Figure, Image } from "desk/figures";
export { Footnote } from "desk/footnotes";
export { Link } from "desk/links";
export { OrderedList, Table, TableHeader } from "desk/tables";
export { Embed } from "desk/videos";
