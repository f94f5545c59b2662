// The small window in which a guest writer is added to an article. What stands in it is a page of Django's admin: it calls the
// window that opened it by this name, and its own name says for which field. Django's script for this side needs jQuery.

window.dismissAddRelatedObjectPopup = (popup, added, name) => {
  const select = document.getElementById(popup.name.replace(/__1$/, ""));
  select.append(new Option(name, added, true, true));
  select.dispatchEvent(new Event("change", { bubbles: true }));
  popup.close();
};

document.addEventListener("click", (event) => {
  const link = event.target.closest(".add-related[data-popup]");
  if (!link) return;
  event.preventDefault();
  window.open(link.href, `${link.id.replace(/^add_/, "")}__1`, "popup,width=800,height=500")?.focus();
});
