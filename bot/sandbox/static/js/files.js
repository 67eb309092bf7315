// Files of a message: a picture is shown, anything else is a card that opens it.

import { picture } from "./blocks.js";
import { h } from "./dom.js";

const COLOURS = { pdf: "#d7263d", csv: "#1f8a5b", xlsx: "#1f8a5b", md: "#4a5568", py: "#2f6db5", json: "#8a6d1f", zip: "#6b4fa0" };

export function drawFile(file) {
  return file.mimetype.startsWith("image/") ? shownPicture(file) : card(file);
}

function shownPicture(file) {
  const alt = file.alt_txt || file.title;
  return h("figure", { class: "block image" }, h("div", { class: "image-title" }, file.title), picture({ slack_file: { id: file.id }, alt_text: alt }, "large"));
}

function card(file) {
  return h(
    "a",
    { class: "file", href: `/sandbox/files/${encodeURIComponent(file.id)}`, target: "_blank", rel: "noopener noreferrer", "aria-label": `File ${file.name}` },
    fileIcon(file.name),
    h("span", { class: "chip-words" }, h("span", { class: "chip-name" }, file.title), h("span", { class: "chip-size" }, `${file.pretty_type} · ${size(file.size)}`)),
  );
}

/** A small sheet with the ending of the name. */
export function fileIcon(name) {
  const ending = name.includes(".") ? name.split(".").at(-1).toLowerCase() : "";
  const node = h("span", { class: "file-icon", "aria-hidden": "true" }, ending.slice(0, 4));
  if (COLOURS[ending]) node.style.backgroundColor = COLOURS[ending];
  return node;
}

export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
