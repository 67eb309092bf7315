// Things that hang on a button until Esc or a click elsewhere: menus and the emoji picker.

import { h } from "./dom.js";
import { EMOJI, FREQUENT, emojiLike, sign } from "./emoji.js";

let close = () => {};

/** items: {text, act, danger?, icon?}, or null for a line between. */
export function openMenu(anchor, items) {
  const rows = items.map((item) => (item ? row(item) : h("hr", {})));
  const menu = h("div", { class: "menu", role: "menu" }, rows);
  menu.addEventListener("keydown", (event) => step(event, [...menu.querySelectorAll("[role=menuitem]")]));
  hang(anchor, menu);
  menu.querySelector("[role=menuitem]")?.focus();
}

function row(item) {
  const act = () => {
    close();
    item.act();
  };
  return h("button", { type: "button", role: "menuitem", class: item.danger ? "menu-item danger" : "menu-item", onclick: act }, item.icon, item.text);
}

/** `choose(name)` is called with the picked emoji. */
export function openEmojiPicker(anchor, choose) {
  const grid = h("div", { class: "emoji-grid", role: "listbox", "aria-label": "Emoji" });
  const search = h("input", { class: "field-input", type: "search", placeholder: "Search all emoji", "aria-label": "Search all emoji" });
  const pick = (name) => {
    close();
    choose(name);
  };
  const draw = () => {
    const typed = search.value.trim().toLowerCase();
    const names = typed ? emojiLike(typed, 90) : oneEach([...FREQUENT, ...EMOJI.keys()]);
    grid.replaceChildren(...names.map((name) => cell(name, pick)));
  };
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") grid.querySelector("button")?.click();
  });
  draw();
  hang(anchor, h("div", { class: "menu emoji-picker", role: "dialog", "aria-label": "Pick an emoji" }, search, grid));
  search.focus();
}

/** Aliases show the same sign; the first name stands for all. */
function oneEach(names) {
  return [...new Map(names.toReversed().map((name) => [sign(name), name])).values()].toReversed();
}

function cell(name, pick) {
  return h("button", { type: "button", class: "emoji-cell", role: "option", title: `:${name}:`, "aria-label": name, onclick: () => pick(name) }, sign(name));
}

/** Show `box` beside `anchor`, inside the window, until something else is clicked. */
function hang(anchor, box) {
  close();
  const at = anchor.getBoundingClientRect();
  anchor.setAttribute("aria-expanded", "true");
  document.body.append(box);
  const { width, height } = box.getBoundingClientRect();
  const below = at.bottom + 4 + height < innerHeight;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - height - 4)}px`;
  const outside = (event) => !box.contains(event.target) && close();
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
    anchor.focus();
  };
  setTimeout(() => document.addEventListener("click", outside));
  document.addEventListener("keydown", escape, true);
  close = () => {
    box.remove();
    anchor.removeAttribute("aria-expanded");
    document.removeEventListener("click", outside);
    document.removeEventListener("keydown", escape, true);
    close = () => {};
  };
}

function step(event, rows) {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!move) return;
  event.preventDefault();
  const at = rows.indexOf(document.activeElement);
  rows[(at + move + rows.length) % rows.length].focus();
}
