// The small window in which a guest writer is added to an article. What stands in it is a page of Django's admin: it calls the
// window that opened it by this name, and its own name says for which field. Django's script for this side needs jQuery.

let asking = null; // the field for which it is open

window.dismissAddRelatedObjectPopup = (popup, added, name) => {
  popup.close();
  if (!asking?.isConnected) return; // her row was taken out meanwhile
  asking.append(new Option(name, added, false, true));
  asking.dispatchEvent(new Event("change", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const link = event.target.closest(".add-related[data-popup]");
  if (!link) return;
  event.preventDefault();
  // Rows are numbered anew while it is open, so the field is remembered, not its name.
  asking = document.getElementById(link.id.replace(/^add_/, ""));
  window.open(link.href, `${asking.id}__1`, "popup,width=800,height=500")?.focus();
});
