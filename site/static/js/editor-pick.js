// The library in a window of its own, for pictures in the text and for the article's.

/** `take(address, {id, alternative_text, caption})` hears what is chosen. The window calls what CKEditor's would be called: see
 * static/js/picker.js. */
export function pick(address, take) {
  const number = `-${Date.now() % 1e9}`;
  window.CKEDITOR ??= {};
  window.CKEDITOR.tools = { callFunction: (n, value, data) => String(n) === number && take(value, data) };
  window.open(`${address}?CKEditorFuncNum=${number}`, "_blank", "width=800,height=600");
}
