// The app's Home tab, as it was published for this person.

import { h, place } from "./dom.js";
import { store } from "./store.js";
import { viewBlocks } from "./views.js";

let drawn = "";

export function drawHome(box) {
  const view = store.snapshot.home;
  const signature = `${store.me} ${JSON.stringify(view)}`;
  if (signature === drawn && box.childNodes.length) return;
  drawn = signature;
  if (!view) {
    place(box, [h("p", { class: "home-empty" }, "The app has not published a Home for you yet.")]);
    return;
  }
  const page = h("div", { class: "home-page" });
  const trouble = view.errors[""];
  page.append(...viewBlocks(view, page), trouble ? h("div", { class: "view-trouble", role: "alert" }, trouble) : "");
  place(box, [page]);
}
