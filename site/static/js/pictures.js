// The pages of one picture and of new ones. Without it the two numbers of the focal point can be typed, and files are
// chosen one by one.

/** A click in the picture says what stays in view; the fields say so, too, and the two cuts below show it. */
function point(picture) {
  const across = document.getElementById("id_focus_x");
  const down = document.getElementById("id_focus_y");
  if (!across || !down) return;
  const mark = document.createElement("span");
  mark.className = "focus__point";
  picture.append(mark);
  picture.classList.add("focus--open");
  const crops = document.querySelectorAll(".crop img");
  const percent = (field) => Math.min(100, Math.max(0, Number(field.value) || 0));
  const show = () => {
    const [x, y] = [percent(across), percent(down)];
    Object.assign(mark.style, { left: `${x}%`, top: `${y}%` });
    for (const crop of crops) {
      const wide = crop.naturalWidth / crop.naturalHeight / (crop.clientWidth / crop.clientHeight);
      crop.style.objectPosition = `${placed(x, wide)}% ${placed(y, 1 / wide)}%`;
    }
  };
  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    across.value = Math.round(((event.clientX - box.left) / box.width) * 100);
    down.value = Math.round(((event.clientY - box.top) / box.height) * 100);
    show();
  });
  for (const field of [across, down]) field.addEventListener("input", show);
  for (const crop of crops) crop.addEventListener("load", show);
  show();
}

/** The point in the middle of the cut, or as near to it as the picture reaches: as Image.focus_class says, in its steps. */
function placed(focus, stretch) {
  if (!(stretch > 1)) return 50;
  return Math.round(Math.min(1, Math.max(0, ((focus / 100) * stretch - 0.5) / (stretch - 1))) * 10) * 10;
}

/** What was chosen, drawn: the page's policy lets no picture in that is not the site's. */
async function preview(canvas) {
  const [file] = document.getElementById(canvas.dataset.preview).files;
  canvas.hidden = true;
  if (!file) return;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 640 / picture.width);
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.hidden = false;
  } catch {
    // What this browser cannot read, the server says in words.
  }
}

/** Several files chosen at once go into the forms, one each. */
function spread(field) {
  field.parentElement.hidden = false;
  const places = [...document.querySelectorAll("canvas[data-preview]")].map((canvas) => document.getElementById(canvas.dataset.preview));
  field.addEventListener("change", () => {
    [...field.files].slice(0, places.length).forEach((file, number) => {
      const one = new DataTransfer();
      one.items.add(file);
      places[number].files = one.files;
      places[number].dispatchEvent(new Event("change", { bubbles: true }));
    });
    field.value = "";
    places[0].closest("fieldset").querySelector("textarea")?.focus();
  });
}

for (const picture of document.querySelectorAll(".focus")) point(picture);
for (const canvas of document.querySelectorAll("canvas[data-preview]")) {
  document.getElementById(canvas.dataset.preview).addEventListener("change", () => preview(canvas));
}
for (const field of document.querySelectorAll("[data-spread]")) spread(field);
