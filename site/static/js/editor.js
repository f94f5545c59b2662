// What the writers' editor lacks: a name for those who cannot see it, a toolbar for those who use keys, and manners with what
// is pasted and dropped. It finds its modules through the page's import map, as the editor's own scripts do.

import { Plugin } from "django-prose-editor/editor";
import { create } from "desk/ask";
import { plugin } from "desk/paste";
import { dress, listen } from "desk/toolbar";
import { differs, replaceWords } from "desk/words";

/** The editing area is called what its field's label says, and described by the field's help. */
function name(area, textarea) {
  area.id = `${textarea.id}_area`;
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  if (label) {
    label.id ||= `${textarea.id}_label`;
    area.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => area.focus());
  }
  const help = document.getElementById(`${textarea.id}_helptext`);
  if (help) area.setAttribute("aria-describedby", help.id);
}

/** The toolbar is made a moment after the editor. */
function whenMade(editor, act) {
  const bar = () => editor.view.dom.parentElement.querySelector(".prose-menubar");
  if (bar()) act(bar());
  else editor.on("create", () => act(bar()));
}

/** The browser moves the cursor at once, and tells of it a moment later. A key that comes sooner, on a busy machine, would act
 * where the cursor was before. */
const inTurn = new Plugin({
  props: {
    handleDOMEvents: {
      keydown(view, event) {
        if (!view.composing && event.keyCode !== 229) view.domObserver.onSelectionChange();
        return false;
      },
    },
  },
});

let lastFocus = document.activeElement;
document.addEventListener("focusin", ({ target }) => (lastFocus = target));

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  name(editor.view.dom, textarea);
  textarea.proseEditor = editor;
  // Typed into the text box in the second before the editor stood in its place.
  if (textarea.value !== textarea.defaultValue && differs(editor, textarea.defaultValue)) textarea.dataset.changed = "";
  textarea.replaceWords = (html, isHers) => replaceWords(editor, textarea, html, isHers);
  // Whoever is typing there types on.
  if (lastFocus === textarea && document.activeElement === document.body) {
    editor.view.focus();
    editor.commands.setTextSelection(editor.state.doc.content.size);
  }
  editor.registerPlugin(plugin(editor, Plugin));
  editor.registerPlugin(inTurn);
  whenMade(editor, (bar) => {
    bar.after(create("p", { class: "editor-says", role: "status" }));
    dress(editor, bar);
    listen(editor);
  });
});
