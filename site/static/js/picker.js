// The pop-up of the editor's picture dialog: gives the chosen picture to the window that opened it, and goes.

const list = document.querySelector(".pictures");

list?.addEventListener("click", (event) => {
  const { src, alt, caption, id } = event.target.closest("[data-src]")?.dataset ?? {};
  const give = window.opener?.CKEDITOR?.tools?.callFunction;
  if (!src || !give) return;
  give(list.dataset.number, src, { alternative_text: alt, caption, id });
  window.close();
});

document.querySelector(".pictures .new button")?.focus();
