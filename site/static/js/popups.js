// Small windows in which something is chosen for a field of the writer's page, or added: a picture, a guest writer. What
// stands in them are pages of Django's admin, which call these functions of the window that opened them by these names and
// read the field's id in their own; Django's script for this side needs jQuery.

const OPENERS = ".related-lookup, .related-widget-wrapper-link[data-popup]";

function open(link) {
  const address = new URL(link.href);
  address.searchParams.set("_popup", "1");
  const name = `${link.id.replace(/^(lookup|add)_/, "")}__1`;
  window.open(address, name, "popup,width=800,height=500")?.focus();
}

function fill(popup, act) {
  const field = document.getElementById(popup.name.replace(/__1$/, ""));
  act(field);
  field.dispatchEvent(new Event("change", { bubbles: true }));
  popup.close();
}

window.dismissRelatedLookupPopup = (popup, chosen) => fill(popup, (field) => (field.value = chosen));
window.dismissAddRelatedObjectPopup = (popup, added, name) =>
  fill(popup, (field) => {
    if (field.matches("select")) field.append(new Option(name, added, true, true));
    else field.value = added;
  });

document.addEventListener("click", (event) => {
  const link = event.target.closest(OPENERS);
  if (!link) return;
  event.preventDefault();
  open(link);
});
