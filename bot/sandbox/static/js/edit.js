// Changing one's own message in place.

import { act } from "./api.js";
import { h } from "./dom.js";
import { unescaped } from "./inline.js";
import { changed, channelName, personName, store } from "./store.js";

let edited = null; // ts of the message that is being changed
let within = false; // whether in its thread: the same message may stand in the channel too
let field = null; // kept across redraws

export function startEditing(message, { inThread }) {
  edited = message.ts;
  within = inThread;
  field = form(message);
  changed();
  const text = field.querySelector("textarea");
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

/** The form, where this message is being changed. */
export function editing(message, { inThread }) {
  return edited === message.ts && within === inThread ? field : null;
}

export function editedNow() {
  return edited;
}

function form(message) {
  const text = h("textarea", { class: "field-input", rows: 2, "aria-label": "Edit message" });
  text.value = readable(message.text);
  const save = async () => {
    if (text.value.trim()) await act("edit", { channel: store.channel, message_ts: message.ts, text: text.value });
    stop();
  };
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      stop();
    }
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  const cancel = h("button", { type: "button", class: "button small", onclick: stop }, "Cancel");
  const done = h("button", { type: "button", class: "button small primary", onclick: save }, "Save");
  return h("div", { class: "edit-form" }, text, h("div", { class: "edit-buttons" }, cancel, done));
}

function stop() {
  edited = null;
  field = null;
  changed();
}

/** Mentions as one types them. */
export function readable(text) {
  const named = text
    .replace(/<@([UW][A-Z0-9]+)>/g, (_, id) => `@${personName(id)}`)
    .replace(/<#(C[A-Z0-9]+)>/g, (_, id) => `#${channelName(id)}`);
  return unescaped(named);
}
