// The masthead's corner: who is signed in, and what the site has to tell. Asks nothing when a cookie does not say that there
// is something; without this file the corner is a link to the account.
const corner = document.getElementById("corner");
const said = document.getElementById("said");

async function fill() {
  const next = encodeURIComponent(location.pathname + location.search);
  const answer = await fetch(`${corner.dataset.corner}?next=${next}`);
  if (!answer.ok || answer.redirected) return;
  const island = document.createElement("template");
  island.innerHTML = await answer.text();
  const menu = island.content.querySelector("#corner");
  if (menu) {
    const hadFocus = document.activeElement === corner;
    corner.replaceWith(menu);
    if (hadFocus) menu.querySelector("summary").focus();
  }
  said.append(...island.content.querySelectorAll(".banner"));
}

if (corner && /(^|; )corner=/.test(document.cookie)) fill().catch(() => {});

document.addEventListener("click", ({ target }) => {
  target.closest("#said [data-close]")?.parentElement.remove();
  const menu = document.querySelector("details#corner[open]");
  if (menu && !menu.contains(target)) menu.open = false;
});

document.addEventListener("keydown", ({ key }) => {
  const menu = document.querySelector("details#corner[open]");
  if (key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
