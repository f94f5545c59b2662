// Tables with a caption and headers that say what they are headers of; numbered lists.

import * as editing from "django-prose-editor/editor";
import { ask, create, field, given, item, oneLine } from "desk/ask";

export const OrderedList = editing.OrderedList.extend({
  addNodeView: null,
  addAttributes: () => ({
    start: { default: 1, parseHTML: (element) => Number.parseInt(element.getAttribute("start"), 10) || 1, renderHTML: ({ start }) => (start === 1 ? {} : { start }) },
  }),
  addInputRules() {
    return [editing.wrappingInputRule({ find: /^1[.)]\s$/, type: this.type })];
  },
});

export const TableHeader = editing.TableHeader.extend({
  addAttributes() {
    const scope = { default: null, renderHTML: ({ scope }) => (scope ? { scope } : {}) };
    return { ...this.parent?.(), scope };
  },
});

const tableOf = ({ $from }) => {
  for (let depth = $from.depth; depth; depth--) if ($from.node(depth).type.name === "table") return { table: $from.node(depth), at: $from.before(depth) };
  return null;
};

export const Table = editing.Table.extend({
  addAttributes: () => ({ caption: { default: "", parseHTML: (element) => oneLine(element.querySelector(":scope > caption")?.textContent ?? ""), rendered: false } }),
  parseHTML: () => [{ tag: "table" }, { tag: "caption", ignore: true }],
  renderHTML: ({ node }) => ["table", {}, ...(node.attrs.caption ? [["caption", {}, node.attrs.caption]] : []), ["tbody", 0]],

  addNodeView() {
    const make = this.parent();
    return (given) => {
      const view = make(given);
      const caption = create("caption", { contenteditable: "false" });
      const show = ({ attrs }) => {
        caption.textContent = attrs.caption;
        if (attrs.caption) view.table.prepend(caption);
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
      view.ignoreMutation = (mutation) => caption.contains(mutation.target) || [...(mutation.addedNodes ?? []), ...(mutation.removedNodes ?? [])].includes(caption) || (ignore?.(mutation) ?? false);
      return view;
    };
  },

  addCommands() {
    return {
      ...this.parent?.(),
      askForTable:
        () =>
        ({ editor, dispatch }) => {
          if (dispatch) askForTable(editor);
          return true;
        },
    };
  },

  addMenuItems(bar) {
    const inTable = (editor) => editor.isActive("table");
    item(bar, "table", "table", { command: (editor) => editor.commands.askForTable(), active: inTable });
    const acts = ["toggleHeaderRow", "toggleHeaderColumn", "addRowAfter", "deleteRow", "addColumnAfter", "deleteColumn", "mergeOrSplit", "deleteTable"];
    for (const act of acts) item(bar, `table:${act}`, "table", { command: (editor) => editor.chain().focus()[act]().run(), hidden: (editor) => !inTable(editor), enabled: (editor) => editor.can()[act]() });
  },

  addKeyboardShortcuts() {
    return { ...this.parent?.(), "Mod-Alt-t": () => this.editor.commands.askForTable() };
  },
});

async function askForTable(editor) {
  const { words } = given(editor);
  const there = tableOf(editor.state.selection);
  const count = (name, label, value) => field({ name, label, value, type: "number", min: "1", max: "50" });
  const answer = await ask({
    editor,
    title: words.table,
    content: [
      field({ name: "caption", label: words.tableCaption, value: there?.table.attrs.caption ?? "", help: words.tableCaptionHelp }),
      ...(there ? [] : [count("rows", words.rows, 3), count("cols", words.columns, 3), field({ name: "header", label: words.headerRow, kind: "checkbox", value: true })]),
    ],
    submit: there ? words.change : words.insert,
    cancel: words.cancel,
    act: ({ caption, rows, cols, header }) => ({
      caption: oneLine(caption.value),
      rows: Math.min(50, Math.max(1, Number(rows?.value) || 3)),
      cols: Math.min(50, Math.max(1, Number(cols?.value) || 3)),
      withHeaderRow: Boolean(header?.checked),
    }),
  });
  if (!answer) return;
  const { caption, ...size } = answer;
  const chain = editor.chain();
  if (!there) chain.insertTable(size);
  chain.command(({ tr }) => {
    const table = tableOf(tr.selection);
    if (table) tr.setNodeMarkup(table.at, undefined, { ...table.table.attrs, caption });
    return true;
  }).run();
}
