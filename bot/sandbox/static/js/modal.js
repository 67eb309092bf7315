// The open modal of this person (the top of the stack): drawn once per state of the view, so that typing is never lost.

import { act } from "./api.js";
import { flat, h } from "./dom.js";
import { note } from "./happened.js";
import { avatar, icon } from "./icons.js";
import { fillIn, filledIn } from "./inputs.js";
import { textObject } from "./mrkdwn.js";
import { store, user } from "./store.js";
import { viewBlocks } from "./views.js";

const layer = document.getElementById("modal-layer");
const kept = new Map(); // view id → what was filled in
let drawn = { id: null, signature: "" };
let before = null; // what had the focus

export function drawModal() {
  const view = store.snapshot.views.at(-1);
  const signature = view ? JSON.stringify([view.id, view.hash, view.errors]) : "";
  if (signature === drawn.signature) return;
  const same = view && view.id === drawn.id;
  if (drawn.body) kept.set(drawn.id, filledIn(drawn.body, drawn.blocks));
  if (!layer.firstChild) before = document.activeElement;
  layer.replaceChildren();
  if (!view) {
    drawn = { id: null, signature: "" };
    kept.clear();
    before?.isConnected && before.focus();
    return;
  }
  const body = h("div", { class: "modal-body" });
  body.append(...flat([trouble(view), viewBlocks(view, body)]));
  layer.append(h("div", { class: "veil" }, dialog(view, body)));
  if (kept.has(view.id)) fillIn(body, kept.get(view.id));
  drawn = { id: view.id, signature, body, blocks: view.blocks };
  focus(body, same);
}

function dialog(view, body) {
  const form = h(
    "form",
    { class: "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": "modal-title", novalidate: true },
    h(
      "header",
      { class: "modal-head" },
      avatar(user(store.snapshot.app.bot_user), 32),
      h("h2", { class: "modal-title", id: "modal-title" }, textObject(view.title)),
      h("button", { type: "button", class: "tool", "aria-label": "Close dialog", onclick: () => close(view, true) }, icon("close", 20)),
    ),
    body,
    foot(view),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(view, body, form);
  });
  form.addEventListener("keydown", (event) => key(event, view, form));
  return form;
}

function foot(view) {
  const closing = view.close ? textObject(view.close) : "Close";
  const cancel = (view.submit || view.close) && h("button", { type: "button", class: "button", onclick: () => close(view, false) }, closing);
  const done = view.submit && h("button", { type: "submit", class: "button primary" }, textObject(view.submit));
  return cancel || done ? h("footer", { class: "modal-foot" }, cancel, done) : null;
}

function trouble(view) {
  const words = view.errors[""];
  return words ? h("div", { class: "view-trouble", role: "alert" }, icon("warning", 16), words) : null;
}

async function submit(view, body, form) {
  if (form.classList.contains("waiting")) return;
  form.classList.add("waiting");
  const answer = await act("submit", { view_id: view.id, values: filledIn(body, view.blocks) });
  form.classList.remove("waiting");
  if (answer?.closed) note({ view_submitted: view.callback_id });
}

/** The cross closes the whole stack, the button only this view. */
function close(view, everything) {
  kept.delete(view.id);
  act("close", { view_id: view.id, everything });
}

function key(event, view, form) {
  if (event.key === "Escape") {
    event.stopPropagation();
    close(view, false);
  }
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) form.requestSubmit();
  if (event.key === "Tab") stayInside(event, form);
}

function stayInside(event, form) {
  const stops = [...form.querySelectorAll("button, input, select, textarea, a[href]")].filter((each) => !each.disabled);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}

function focus(body, same) {
  const wrong = body.querySelector("[aria-invalid=true]");
  const wanted = wrong ?? body.querySelector("[data-autofocus]") ?? body.querySelector("textarea, input, select");
  const target = wanted ?? layer.querySelector("button[type=submit]") ?? layer.querySelector("button");
  if (!same || wrong) target?.focus({ preventScroll: !wrong }); // what stands above the first field is read first
}
