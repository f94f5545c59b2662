// Which way words run: as their first letter does, by themselves. Stored is only what somebody has set.

import { Extension, pm } from "django-prose-editor/editor";
import { item } from "desk/ask";

const LINES = ["paragraph", "heading"];
const HOLDERS = ["bulletList", "orderedList", "blockquote"];
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** "ltr" or "rtl", as the first letter in a node does; "" without one. */
function runsOf(node) {
  const letter = node.isText && node.text.match(/\p{L}/u);
  if (letter) return RIGHT_TO_LEFT.test(letter[0]) ? "rtl" : "ltr";
  let runs = "";
  for (let n = 0; !runs && n < node.childCount; n++) runs = runsOf(node.child(n));
  return runs;
}

export const directionOf = (node) => node.attrs.dir ?? runsOf(node);

const made = (node) => pm.model.DOMSerializer.renderSpec(document, node.type.spec.toDOM(node));

function lineView(node) {
  const view = made(node);
  view.dom.dir ||= "auto";
  return view;
}

/** A browser finds no letter of its own in what holds others that say their direction. */
function holderView(node) {
  const view = made(node);
  const show = (one) => (view.dom.dir = directionOf(one));
  show(node);
  return { ...view, update: (other) => other.sameMarkup(node) && (show(other), true) };
}

/** From elsewhere comes "ltr" at every paragraph: kept is what the words do not say themselves. */
function withoutNoise(fragment) {
  const nodes = [];
  fragment.forEach((node) => {
    const inner = node.copy(withoutNoise(node.content));
    nodes.push(
      node.isText
        ? node
        : node.attrs.dir === "ltr" && runsOf(node) !== "rtl"
          ? node.type.create({ ...node.attrs, dir: null }, inner.content, node.marks)
          : inner,
    );
  });
  return pm.model.Fragment.from(nodes);
}

export const Direction = Extension.create({
  name: "direction",

  addGlobalAttributes: () => [
    {
      types: [...LINES, ...HOLDERS, "listItem", "table", "tableCell", "tableHeader"],
      attributes: { dir: { default: null, parseHTML: ({ dir }) => (/^(ltr|rtl)$/.test(dir) ? dir : null), renderHTML: ({ dir }) => (dir ? { dir } : {}) } },
    },
  ],

  addProseMirrorPlugins: () => [
    new pm.state.Plugin({
      props: {
        nodeViews: { ...Object.fromEntries(LINES.map((name) => [name, lineView])), ...Object.fromEntries(HOLDERS.map((name) => [name, holderView])) },
        transformPasted(slice, { state: { selection: { $from, empty } } }) {
          const content = withoutNoise(slice.content);
          // Into an empty line comes the pasted one with its direction, not its words alone.
          const isWhole = content.firstChild?.attrs.dir && empty && $from.parent.isTextblock && !$from.parent.content.size;
          return new pm.model.Slice(content, isWhole ? 0 : slice.openStart, isWhole && content.childCount === 1 ? 0 : slice.openEnd);
        },
      },
    }),
  ],

  addCommands: () => ({
    /** The other way than the words run by themselves, and back. */
    turnDirection:
      () =>
      ({ tr, dispatch }) => {
        const places = [];
        tr.doc.nodesBetween(tr.selection.from, tr.selection.to, (node, at) => {
          if (LINES.includes(node.type.name) || HOLDERS.includes(node.type.name)) places.push([node, at]);
        });
        const first = places.find(([node]) => node.isTextblock)?.[0];
        const dir = places.some(([node]) => node.attrs.dir) ? null : first && runsOf(first) === "rtl" ? "ltr" : "rtl";
        if (dispatch) for (const [node, at] of places) tr.setNodeMarkup(at, undefined, { ...node.attrs, dir });
        return places.length > 0;
      },
  }),

  addMenuItems(bar) {
    item(bar, "direction", "lists", {
      command: (editor) => editor.chain().focus().turnDirection().run(),
      enabled: (editor) => editor.can().turnDirection(),
      active: ({ state: { selection } }) => Boolean(selection.$from.parent.attrs.dir),
    });
  },

  addKeyboardShortcuts() {
    return { "Mod-Alt-r": () => this.editor.commands.turnDirection() };
  },
});
