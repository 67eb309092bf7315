// Files that wait in a composer to be sent: chosen, dropped or pasted; each is a chip that can be taken out again.

import { upload } from "./api.js";
import { h, place } from "./dom.js";
import { fileIcon, size } from "./files.js";
import { icon } from "./icons.js";

const MOST = 10; // files in one message

export class Attachments {
  /** `box` takes drops, `field` takes pastes; `changed()` after each change. */
  constructor(box, field, changed) {
    this.files = [];
    this.changed = changed;
    this.row = h("div", { class: "attached", role: "list", "aria-label": "Attached files", hidden: true });
    this.chooser = h("input", { type: "file", multiple: true, class: "chooser", "aria-label": "Choose files", tabindex: -1 });
    this.chooser.addEventListener("change", () => {
      this.add(this.chooser.files);
      this.chooser.value = "";
    });
    field.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    box.addEventListener("drop", (event) => this.take(event, event.dataTransfer));
    box.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  }

  take(event, data) {
    if (!data?.files.length) return;
    event.preventDefault();
    this.add(data.files);
  }

  add(files) {
    this.files = [...this.files, ...files].slice(0, MOST);
    this.draw();
  }

  clear() {
    this.files = [];
    this.draw();
  }

  draw() {
    place(this.row, this.files.map((file) => this.chip(file)));
    this.row.hidden = !this.files.length;
    this.changed();
  }

  chip(file) {
    const out = () => {
      this.files = this.files.filter((other) => other !== file);
      this.draw();
    };
    return h(
      "div",
      { class: "chip", role: "listitem" },
      fileIcon(file.name),
      h("span", { class: "chip-words" }, h("span", { class: "chip-name" }, file.name), h("span", { class: "chip-size" }, size(file.size))),
      h("button", { type: "button", class: "chip-out", "aria-label": `Remove ${file.name}`, onclick: out }, icon("close", 12)),
    );
  }

  /** Upload all; their ids, or null where one was refused. */
  async send() {
    const ids = [];
    for (const file of this.files) {
      const answer = await upload(file);
      if (!answer) return null;
      ids.push(answer.file);
    }
    return ids;
  }
}
