// Pictures in the text: from the library, or from a file that is chosen, dropped or pasted. Whoever brings one is asked for
// its words first; only then it is sent, and it stands where it was dropped.

import { pm } from "django-prose-editor/editor";
import { ask, create, field, given, tell, wrong } from "desk/ask";
import { pick } from "desk/pick";

const KINDS = /^image\/(png|jpeg|gif|webp|avif)$/;
const PREVIEW = 160; // pixels

/** The picture that the selection stands in: {image, at, figure, caption}; null when it stands in none. */
export function pictureAt({ doc, selection }) {
  const { $from, node } = selection;
  if (node?.type.name === "figure") return pictureIn(node, selection.from);
  for (let depth = $from.depth; depth; depth--) if ($from.node(depth).type.name === "figure") return pictureIn($from.node(depth), $from.before(depth));
  return node?.type.name === "image" ? { image: node, at: selection.from, caption: null, doc } : null;
}

function pictureIn(figure, begin) {
  const caption = figure.childCount > 1 ? figure.child(1) : null;
  return { image: figure.child(0), at: begin + 1, caption, figure };
}

// --- The window --------------------------------------------------------------------------------------------------------

/** For a picture that is there, for a new one, or for a file at the place where it was dropped. */
export async function askForPicture(editor, file = null, at = null) {
  const there = file ? null : pictureAt(editor.state);
  const { words } = given(editor);
  const place = follow(editor, at ?? editor.state.selection.to);
  const chosen = { file, address: there?.image.attrs.src ?? "" };
  const { rows, source } = picturesFields(editor, chosen, there);
  const picture = await ask({
    editor,
    title: words.picture,
    content: [source, ...rows],
    submit: there ? words.change : words.insert,
    cancel: words.cancel,
    act: (typed) => read(editor, chosen, typed, source),
  });
  const position = place.stop();
  if (!picture) return;
  if (there) change(editor, picture);
  else insert(editor, picture, position);
}

function picturesFields(editor, chosen, there) {
  const { words } = given(editor);
  const rows = [
    field({
      name: "altText",
      label: words.alt,
      kind: "textarea",
      rows: "2",
      maxlength: "300",
      autofocus: Boolean(chosen.file),
      value: there?.image.attrs.alt ?? "",
      help: words.altHelp,
    }),
    field({ name: "decorative", label: words.decorative, kind: "checkbox", value: there?.image.attrs.src && !there.image.attrs.alt }),
    field({ name: "caption", label: words.caption, value: there?.caption?.textContent ?? "", maxlength: "300", autocomplete: "off" }),
    field({ name: "credit", label: words.credit, maxlength: "120", autocomplete: "off" }),
  ];
  const [altText, decorative, , credit] = rows.map((row) => row.querySelector("input, textarea"));
  const hasNoNeed = () => (altText.disabled = decorative.checked);
  decorative.addEventListener("change", hasNoNeed);
  hasNoNeed();
  const source = sourceOf(editor, chosen, {
    // The library knows the words already, and whose it is.
    show(data) {
      rows[3].hidden = !chosen.file;
      if (!data) return;
      altText.value = data.alternative_text || "";
      decorative.checked = !data.alternative_text;
      hasNoNeed();
      rows[2].querySelector("input").value = data.caption || "";
      credit.value = "";
    },
  });
  return { rows, source };
}

/** Which picture: what was chosen, and the ways to choose another. */
function sourceOf(editor, chosen, { show }) {
  const { words } = given(editor);
  const view = create("span", { class: "ask__picture" });
  const name = create("span", { class: "ask__help", role: "status" });
  const input = create("input", { type: "file", name: "file", accept: "image/png,image/jpeg,image/gif,image/webp,image/avif", hidden: true });
  const refresh = (data) => {
    draw(view, chosen);
    name.textContent = chosen.file?.name ?? (chosen.address ? words.chosen : words.noPicture);
    show(data);
  };
  input.addEventListener("change", () => {
    Object.assign(chosen, { file: input.files[0] ?? chosen.file });
    refresh();
    // What it shows is what is asked next.
    if (chosen.file) input.form.elements.altText.focus();
  });
  const fromLibrary = () => pick(given(editor).pick, (address, data) => {
    Object.assign(chosen, { file: null, address });
    refresh(data);
  });
  /** The library has the same picture: that one, or this one all the same. */
  chosen.offer = ({ address, alt, caption }) => {
    const done = (event) => event.currentTarget.closest(".ask__same").remove();
    const take = (event) => {
      done(event);
      Object.assign(chosen, { file: null, address });
      refresh({ alternative_text: alt, caption });
    };
    const keep = (event) => {
      done(event);
      chosen.isMeant = chosen.file;
    };
    const there = create("img", { src: address, alt });
    const way = (label, click) => create("button", { type: "button", class: "row-button", click }, label);
    const ways = [way(words.useThat, take), way(words.addAgain, keep)];
    const view = create("span", { class: "ask__picture" }, there);
    source.querySelector(".ask__same")?.remove();
    const why = create("b", {}, given(editor).words.same);
    source.append(create("div", { class: "ask__same ask__source" }, why, view, create("div", { class: "ask__ways" }, ...ways)));
    ways[0].focus();
  };
  const source = create(
    "div",
    { class: "ask__source" },
    view,
    create(
      "div",
      { class: "ask__ways" },
      create("button", { type: "button", class: "row-button", click: fromLibrary }, words.library),
      create("button", { type: "button", class: "row-button", click: () => input.click() }, words.file),
      input,
      name,
    ),
  );
  refresh();
  return source;
}

/** Drawn, not loaded by its address: the page's policy knows no addresses of files on this computer. */
async function draw(view, { file, address }) {
  view.replaceChildren();
  if (!file) {
    if (address) view.append(create("img", { src: address, alt: "" }));
    return;
  }
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, PREVIEW / bitmap.width, PREVIEW / bitmap.height);
    const canvas = create("canvas", { width: Math.max(1, bitmap.width * scale), height: Math.max(1, bitmap.height * scale) });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    view.replaceChildren(canvas);
  } catch {
    // What this browser cannot draw the server may still read.
  }
}

async function read(editor, chosen, { altText, decorative, caption, credit }, source) {
  const { words } = given(editor);
  const said = { alt: decorative.checked ? "" : altText.value.trim(), caption: caption.value.trim() };
  if (!chosen.file && !chosen.address) throw wrong(words.noPicture);
  if (!said.alt && !decorative.checked) throw wrong(words.noAlt, "altText");
  if (!chosen.file) return { ...said, src: chosen.address };
  const about = { ...said, credit: credit.value.trim(), decorative: decorative.checked, isMeant: chosen.isMeant === chosen.file };
  const { address } = await upload(editor, chosen.file, about, source).catch((error) => {
    if (error.same) chosen.offer(error.same);
    throw error;
  });
  // Pressed once more it would be sent once more.
  Object.assign(chosen, { file: null, address });
  return { ...said, src: address };
}

// --- On its way --------------------------------------------------------------------------------------------------------

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]").value;

/** Into the library. Throws a sentence when it does not arrive or is refused. */
function upload(editor, file, { alt, caption, credit, decorative, isMeant }, source) {
  const { words, drop } = given(editor);
  const body = new FormData();
  const said = { file, alt, caption, credit, asks: "1", ...(decorative && { is_decorative: "on" }), ...(isMeant && { again: "on" }) };
  for (const [name, value] of Object.entries(said)) body.set(name, value);
  const bar = create("progress", { max: "1", "aria-label": words.sending });
  source.append(bar);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", drop);
    request.setRequestHeader("X-CSRFToken", token());
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = total ? loaded / total : 0));
    request.addEventListener("load", () => {
      const said = request.response;
      if (request.status === 201) return resolve(said);
      if (request.status === 200 && said?.same) return reject(Object.assign(wrong(words.same), { same: said.same }));
      const why = said?.why ?? said?.errors?.map((error) => error.why).join(" ");
      return reject(wrong(why || (request.status === 413 || request.status === 400 ? words.tooLarge : words.notSent)));
    });
    request.addEventListener("error", () => reject(wrong(words.notSent)));
    request.send(body);
  }).finally(() => bar.remove());
}

// --- In the text -------------------------------------------------------------------------------------------------------

/** Where a place is while others write: the text may change while somebody is asked. */
function follow(editor, at) {
  const move = ({ transaction }) => (at = transaction.mapping.map(at));
  editor.on("transaction", move);
  return { stop: () => (editor.off("transaction", move), at) };
}

function figureOf(schema, { src, alt, caption }) {
  const { figure, image, caption: type } = schema.nodes;
  return figure.create(null, [image.create({ src, alt }), ...(caption ? [type.create(null, schema.text(caption))] : [])]);
}

function insert(editor, picture, at) {
  editor.chain().command(({ tr, state }) => {
    const figure = figureOf(state.schema, picture);
    const $at = tr.doc.resolve(Math.min(at, tr.doc.content.size));
    const isEmpty = $at.depth && $at.parent.type.name === "paragraph" && !$at.parent.content.size && $at.node(-1).type.name === "doc";
    if (isEmpty) tr.replaceWith($at.before(), $at.after(), figure);
    else tr.insert(pm.transform.insertPoint(tr.doc, $at.pos, figure.type) ?? ($at.depth ? $at.after(1) : $at.pos), figure);
    return true;
  }).scrollIntoView().run();
}

function change(editor, { src, alt, caption }) {
  editor.chain().command(({ tr, state }) => {
    const there = pictureAt(state);
    if (!there) return false;
    tr.setNodeMarkup(there.at, undefined, { ...there.image.attrs, src, alt });
    if (there.figure && caption !== (there.caption?.textContent ?? "")) {
      const begin = there.at + there.image.nodeSize;
      const type = state.schema.nodes.caption;
      tr.replaceWith(begin, begin + (there.caption?.nodeSize ?? 0), caption ? [type.create(null, state.schema.text(caption))] : []);
    }
    return true;
  }).run();
}

// --- Dropped and pasted ------------------------------------------------------------------------------------------------

const filesOf = (transfer) => [...(transfer?.files ?? [])];

/** One after the other, each with its own question; true when there was something to take. */
export function takeFiles(editor, transfer, at) {
  const files = filesOf(transfer);
  if (!files.length) return false;
  const pictures = files.filter(({ type }) => KINDS.test(type));
  tell(editor, pictures.length < files.length ? given(editor).words.onlyPictures : "");
  pictures.reduce((before, file) => before.then(() => askForPicture(editor, file, at)), Promise.resolve());
  return true;
}
