// A line at the foot of the page that goes away by itself.

import { h } from "./dom.js";

let timer = null;

export function say(text) {
  const box = document.getElementById("toast");
  box.replaceChildren(h("span", {}, text));
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    box.hidden = true;
  }, 6000);
}
