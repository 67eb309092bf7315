// Suggestions over the composer: people after @, channels after #, emoji after :, the app's commands after /.

import { h } from "./dom.js";
import { emojiLike, sign } from "./emoji.js";
import { avatar, icon } from "./icons.js";
import { store } from "./store.js";

const MOST = 8;

export class Suggestions {
  constructor(field, box) {
    this.field = field;
    this.list = h("div", { class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
    this.found = [];
    this.chosen = 0;
    box.append(this.list);
    field.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
  }

  /** Look at what stands before the caret. */
  look() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    this.found = document.activeElement === this.field ? suggestions(before, this.field.value) : [];
    this.chosen = 0;
    this.draw();
  }

  /** True where the key was for the list. */
  key(event) {
    if (this.list.hidden) return false;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) this.chosen = (this.chosen + move + this.found.length) % this.found.length;
    else if (event.key === "Escape") this.hide();
    else if (event.key === "Tab" || (event.key === "Enter" && !this.found[this.chosen].complete)) this.take(this.found[this.chosen]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    if (move) this.draw();
    return true;
  }

  hide() {
    this.found = [];
    this.draw();
  }

  take(suggestion) {
    const caret = this.field.selectionStart;
    this.field.setRangeText(suggestion.text, caret - suggestion.typed, caret, "end");
    this.field.dispatchEvent(new Event("input"));
    this.hide();
    this.field.focus();
  }

  draw() {
    this.list.hidden = !this.found.length;
    this.list.replaceChildren(...this.found.map((each, index) => this.row(each, index === this.chosen)));
  }

  row(suggestion, chosen) {
    const take = (event) => {
      event.preventDefault();
      this.take(suggestion);
    };
    return h(
      "div",
      { class: chosen ? "suggestion chosen" : "suggestion", role: "option", "aria-selected": String(chosen), onmousedown: take },
      suggestion.drawing,
      h("span", { class: "suggestion-name" }, suggestion.name),
      suggestion.more && h("span", { class: "suggestion-more" }, suggestion.more),
    );
  }
}

/** {text, typed, name, more, drawing, complete?}: `typed` characters before the caret become `text`. */
function suggestions(before, whole) {
  if (/^\/\S*$/.test(before) && whole === before) return commands(before);
  const token = /(?:^|[\s(])([@#:])([\w+-]*)$/.exec(before);
  if (!token) return [];
  const [, mark, typed] = token;
  if (mark === "@") return people(typed.toLowerCase());
  if (mark === "#") return channels(typed.toLowerCase());
  return typed.length > 1 ? emojis(typed.toLowerCase()) : [];
}

function commands(typed) {
  return store.snapshot.commands
    .filter((each) => each.command.startsWith(typed))
    .map((each) => ({
      text: `${each.command} `,
      typed: typed.length,
      name: `${each.command} ${each.usage_hint}`,
      more: each.description,
      drawing: icon("bolt", 16),
      complete: each.command === typed,
    }));
}

function people(typed) {
  return store.snapshot.users
    .filter((each) => each.name.startsWith(typed) || each.real_name.toLowerCase().startsWith(typed))
    .map((each) => ({
      text: `@${each.name} `,
      typed: typed.length + 1,
      name: each.real_name,
      more: each.is_bot ? "APP" : each.title,
      drawing: avatar(each, 20),
    }));
}

function channels(typed) {
  return store.snapshot.channels
    .filter((each) => !each.is_im && each.name.startsWith(typed))
    .map((each) => ({ text: `#${each.name} `, typed: typed.length + 1, name: each.name, drawing: icon("hash", 16) }));
}

function emojis(typed) {
  return emojiLike(typed, MOST).map((name) => ({
    text: `:${name}: `,
    typed: typed.length + 1,
    name: `:${name}:`,
    drawing: h("span", { class: "emoji" }, sign(name)),
  }));
}
