// The buttons below an article that need a script: they are not there without one.
const box = document.querySelector("[data-share]");

async function copy(button) {
  const said = box.querySelector("[role=status]");
  const address = document.querySelector("link[rel=canonical]")?.href ?? location.href;
  try {
    await navigator.clipboard.writeText(address);
    said.textContent = button.dataset.done;
  } catch {
    // No right to the clipboard, or no secure connection: the address can be taken by hand.
    said.textContent = address;
  }
}

if (box) {
  box.hidden = false;
  box.querySelector("[data-copy]").addEventListener("click", ({ currentTarget }) => copy(currentTarget));
  box.querySelector("[data-print]").addEventListener("click", () => print());
}
