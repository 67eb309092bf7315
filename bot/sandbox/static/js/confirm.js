// The small window that asks before something is done.

import { h } from "./dom.js";
import { textObject } from "./mrkdwn.js";

/** A Block Kit confirm object → true where the person agreed. */
export function confirmed(confirm) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const end = (answer) => {
      box.remove();
      before?.focus?.();
      resolve(answer);
    };
    const style = confirm.style === "danger" ? "danger solid" : "primary";
    const yes = h("button", { type: "button", class: `button ${style}`, onclick: () => end(true) }, textObject(confirm.confirm));
    const no = h("button", { type: "button", class: "button", onclick: () => end(false) }, textObject(confirm.deny));
    const title = h("h2", { class: "modal-title", id: "confirm-title" }, textObject(confirm.title));
    const window = h(
      "div",
      { class: "modal small", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "confirm-title" },
      h("header", { class: "modal-head" }, title),
      h("div", { class: "modal-body" }, textObject(confirm.text)),
      h("footer", { class: "modal-foot" }, no, yes),
    );
    const box = h("div", { class: "veil confirm" }, window);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      end(false);
    });
    document.body.append(box);
    yes.focus();
  });
}

/** Plain words instead of a confirm object. */
export function ask(title, text, yes) {
  const plain = (words) => ({ type: "plain_text", text: words });
  return confirmed({ title: plain(title), text: plain(text), confirm: plain(yes), deny: plain("Cancel"), style: "danger" });
}
