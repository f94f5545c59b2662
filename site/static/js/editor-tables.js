// Tables with a caption and headers that say what they are headers of; numbered lists.

import * as editing from "django-prose-editor/editor";
import { create, item, oneLine, open } from "desk/ask";
import { directionOf } from "desk/directions";
import { pastedTables } from "desk/paste";

export const OrderedList = editing.OrderedList.extend({
  addNodeView: null,
  addAttributes: () => ({
    start: { default: 1, parseHTML: ({ start }) => start, renderHTML: ({ start }) => (start === 1 ? {} : { start }) },
    type: { default: null, parseHTML: ({ type }) => (/^[aAiI]$/.test(type) ? type : null), renderHTML: ({ type }) => (type ? { type } : {}) },
  }),
  addInputRules() {
    const find = /^([1-9]\d?)[.)]\s$/; // a year at the beginning of a line is no number of an item
    const getAttributes = ([, number]) => ({ start: Number(number) });
    const joinPredicate = ([, number], list) => list.attrs.start + list.childCount === Number(number);
    return [editing.wrappingInputRule({ find, type: this.type, getAttributes, joinPredicate })];
  },
});

export const TableHeader = editing.TableHeader.extend({
  addAttributes() {
    const scope = { default: null, renderHTML: ({ scope }) => (scope ? { scope } : {}) };
    return { ...this.parent?.(), scope };
  },
});

export const tableOf = ({ $from }) => {
  for (let depth = $from.depth; depth; depth--) if ($from.node(depth).type.name === "table") return { table: $from.node(depth), at: $from.before(depth) };
  return null;
};

export const Table = editing.Table.extend({
  addAttributes: () => ({
    caption: { default: "", parseHTML: (element) => oneLine(element.querySelector(":scope > caption")?.textContent ?? ""), rendered: false },
  }),
  parseHTML: () => [{ tag: "table" }, { tag: "caption", ignore: true }],
  renderHTML: ({ node, HTMLAttributes: { dir } }) => [
    "table",
    dir ? { dir } : {},
    ...(node.attrs.caption ? [["caption", {}, node.attrs.caption]] : []),
    ["tbody", 0],
  ],

  addNodeView() {
    const make = this.parent();
    return (given) => {
      const view = make(given);
      const caption = create("caption", { contenteditable: "false" });
      const show = (node) => {
        view.table.dir = directionOf(node);
        caption.textContent = node.attrs.caption;
        if (node.attrs.caption) view.table.prepend(caption);
        else caption.remove();
      };
      show(given.node);
      const update = view.update;
      view.update = (node) => {
        const isDone = update(node);
        if (isDone) show(node);
        return isDone;
      };
      const ignore = view.ignoreMutation?.bind(view);
      view.ignoreMutation = (mutation) =>
        caption.contains(mutation.target) ||
        [...(mutation.addedNodes ?? []), ...(mutation.removedNodes ?? [])].includes(caption) ||
        (ignore?.(mutation) ?? false);
      return view;
    };
  },

  addCommands() {
    return {
      ...this.parent?.(),
      askForTable:
        () =>
        ({ editor, dispatch }) => {
          if (dispatch) open("askForTable", editor);
          return true;
        },
    };
  },

  addMenuItems(bar) {
    const inTable = (editor) => editor.isActive("table");
    item(bar, "table", "table", { command: (editor) => editor.commands.askForTable(), active: inTable });
    const acts = ["toggleHeaderRow", "toggleHeaderColumn", "addRowAfter", "deleteRow", "addColumnAfter", "deleteColumn", "mergeOrSplit", "deleteTable"];
    for (const act of acts)
      item(bar, `table:${act}`, "table", {
        command: (editor) => editor.chain().focus()[act]().run(),
        hidden: (editor) => !inTable(editor),
        enabled: (editor) => editor.can()[act](),
      });
  },

  addProseMirrorPlugins() {
    const handlePaste = (view, event, slice) => pastedTables?.intoTable(this.editor, slice);
    return [new editing.Plugin({ props: { handlePaste } }), ...this.parent()];
  },

  addKeyboardShortcuts() {
    return { ...this.parent?.(), "Mod-Alt-t": () => this.editor.commands.askForTable() };
  },
});
