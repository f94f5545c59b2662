// What is pasted into a table.

import { pm } from "django-prose-editor/editor";
import { given, tell } from "desk/ask";
import { tableOf } from "desk/tables";

const { state: states, model, tables } = pm;

/** Cells that are pasted fill those that are chosen, or empty ones. Where other words would go they stand in a table below,
 * and one cell gives its words to the place where the cursor is. */
export function intoTable(editor, slice) {
  const { state, view } = editor;
  const there = tableOf(state.selection);
  const cells = there && tables.__pastedCells(slice);
  if (!there || !(cells || holdsTable(slice.content)) || (cells && hasRoom(state, there, cells))) return false;
  const { tr, selection, schema } = state;
  if (cells?.width === 1 && cells.height === 1 && selection.empty) tr.replaceSelection(model.Slice.maxOpen(cells.rows[0].firstChild.content));
  else {
    const at = there.at + there.table.nodeSize;
    const isWhole = !cells || slice.content.firstChild.type.name === "table";
    const content = isWhole ? slice.content : schema.nodes.table.create(null, cells.rows.map((row) => schema.nodes.tableRow.create(null, row)));
    tr.insert(at, content);
    tr.setSelection(states.Selection.near(tr.doc.resolve(at + (content.size ?? content.nodeSize)), -1));
    tell(editor, given(editor).words.tableBelow);
  }
  view.dispatch(tr.scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste"));
  return true;
}

function holdsTable(content) {
  let holds = false;
  content.descendants(({ type }) => ((holds ||= type.name === "table"), !holds));
  return holds;
}

/** Whether they cover nothing but what is chosen, or empty cells. */
function hasRoom({ selection }, { table, at }, { width, height }) {
  const map = tables.TableMap.get(table);
  if (selection instanceof tables.CellSelection) {
    const { left, right, top, bottom } = map.rectBetween(selection.$anchorCell.pos - at - 1, selection.$headCell.pos - at - 1);
    return width <= right - left && height <= bottom - top;
  }
  const { left, top } = map.findCell(tables.cellAround(selection.$head).pos - at - 1);
  const covered = map.cellsInRect({ left, top, right: Math.min(map.width, left + width), bottom: Math.min(map.height, top + height) });
  return covered.every((place) => table.nodeAt(place).content.size <= 2);
}
