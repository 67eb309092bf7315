// Files: dropped or chosen, listed, trained on, fetched and removed.

import * as api from "./api.js";
import { el, say, show } from "./dom.js";
import { attempt, button, empty, heading, link, mono, sure, waiting } from "./parts.js";
import { bytes, t, when } from "./words.js";

export async function filesView(place, every) {
  const list = el("div", { class: "list" }, waiting());

  async function look() {
    const files = await api.files();
    show(list, files.length ? files.map((file) => card(file, look)) : [empty(t("noFiles"), t("noFilesHelp"))]);
    return 6000;
  }
  place.append(heading(t("files"), ""), dropZone(look), list);
  await every(look);
}

function dropZone(again) {
  const input = el("input", { type: "file", class: "unseen", multiple: true, tabindex: "-1", "aria-label": t("upload") });
  const zone = el("div", { class: "drop" }, input, el("p", {}, t("dropHere")), el("p", { class: "muted small" }, t("dropHelp")),
    button(t("upload"), () => input.click(), "primary"));
  const take = async (files) => {
    for (const file of files) {
      say(t("uploading", { name: file.name }));
      if (await attempt(() => api.upload(file))) say(t("uploaded", { name: file.name }));
    }
    input.value = "";
    await again();
  };
  input.addEventListener("change", () => take([...input.files]));
  for (const [event, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    zone.addEventListener(event, (happened) => {
      happened.preventDefault();
      zone.classList.toggle("over", over);
      if (event === "drop") take([...happened.dataTransfer.files]);
    });
  }
  return zone;
}

function card(file, again) {
  return el("article", { class: "card", "data-file": file.id },
    el("div", { class: "row" }, el("h2", { class: "title" }, file.filename), el("span", { class: "tag" }, t(file.purpose))),
    el("p", { class: "facts muted" }, el("span", {}, mono(file.id)), el("span", {}, bytes(file.bytes)), el("span", {}, when(file.created_at))),
    el("div", { class: "acts" },
      file.purpose === "fine-tune" ? link(t("trainWith"), `#/new?file=${encodeURIComponent(file.id)}`) : null,
      button(t("download"), () => attempt(() => fetched(file))),
      button(t("delete"), () => drop(file, again), "", { "data-focus": `delete ${file.id}` })));
}

async function fetched(file) {
  const address = URL.createObjectURL(await api.blob(api.at("files", file.id, "content")));
  el("a", { href: address, download: file.filename }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

async function drop(file, again) {
  if (!(await sure(t("deleteFile"), t("deleteFileHelp", { name: file.filename }), t("deleteDo")))) return;
  if (await attempt(() => api.remove(api.at("files", file.id)))) say(t("deleted", { name: file.filename }));
  await again();
}
