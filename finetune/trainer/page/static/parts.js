// The pieces that several views share: headings, status, empty states, questions before an act.

import { el, say } from "./dom.js";
import { t } from "./words.js";

export const ACTIVE = new Set(["validating_files", "queued", "running", "paused"]);

export const button = (text, onclick, kind = "", more = {}) =>
  el("button", { type: "button", class: `button ${kind}`.trim(), onclick, ...more }, text);
export const link = (text, href, kind = "") => el("a", { class: `button ${kind}`.trim(), href }, text);

export const heading = (title, help, ...acts) =>
  el("div", { class: "heading" },
    el("div", {}, el("h1", {}, title), help ? el("p", { class: "muted" }, help) : null),
    acts.length ? el("div", { class: "acts" }, acts) : null);

export const status = (name) => el("span", { class: `status ${name}` }, t(name));

export const empty = (title, help, ...acts) =>
  el("div", { class: "empty" }, el("h2", {}, title), el("p", {}, help), ...acts);

export const waiting = () =>
  el("div", { class: "waiting", role: "status" }, el("span", { class: "unseen" }, t("loading")),
    el("span", { class: "bone" }), el("span", { class: "bone" }), el("span", { class: "bone" }));

export const wrong = (message) => el("p", { class: "wrong", role: "alert" }, message);
export const mono = (text) => el("code", {}, text);

export const fact = (name, ...value) => el("div", { class: "fact" }, el("dt", {}, name), el("dd", {}, ...value));

export function bar(share, label) {
  const shown = el("progress", { max: 1, "aria-label": label });
  if (share !== null) shown.setAttribute("value", share);
  return shown;
}

export function field(label, input, help) {
  const id = `field-${label}`.replace(/\s/g, "-");
  input.id = id;
  if (help) input.setAttribute("aria-describedby", `${id}-help`);
  return el("div", { class: "field" }, el("label", { for: id }, label), input,
    help ? el("p", { class: "muted small", id: `${id}-help` }, help) : null);
}

export const choice = (options, chosen) =>
  el("select", {}, options.map(([value, text]) =>
    el("option", { value, selected: value === chosen }, text)));

// Asks before something that is not undone; true when the person means it.
export function sure(title, help, act, kind = "danger") {
  const dialog = el("dialog", { "aria-labelledby": "sure-title" });
  return new Promise((answer) => {
    const end = (meant) => () => { dialog.close(); answer(meant); };
    dialog.append(el("h2", { id: "sure-title" }, title), el("p", {}, help),
      el("div", { class: "acts" }, button(t("cancelButton"), end(false)), button(act, end(true), kind)));
    dialog.addEventListener("close", () => { dialog.remove(); answer(false); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Runs what a person asked for; a refusal is one line at the top of the view.
export async function attempt(work, place = document.getElementById("main")) {
  place.querySelector(":scope > .wrong")?.remove();
  try {
    return await work();
  } catch (error) {
    const message = t("refused", { message: error.message });
    if (error.status !== 401) place.prepend(wrong(message));
    return undefined;
  }
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
  say(t("copied"));
}
