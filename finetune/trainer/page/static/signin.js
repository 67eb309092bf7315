// Who is it: a key, tried once, kept for this tab.

import * as api from "./api.js";
import { el } from "./dom.js";
import { field, wrong } from "./parts.js";
import { t } from "./words.js";

export function signIn(place, said, done) {
  const input = el("input", { type: "password", autocomplete: "off", spellcheck: "false", required: true });
  const enter = el("button", { class: "button primary wide", type: "submit" }, t("signIn"));
  const form = el("form", { class: "card form" }, el("h1", {}, t("signIn")), el("p", { class: "muted" }, t("signInHelp")),
    said ? wrong(said) : null, field(t("apiKey"), input, t("keyStays")), enter);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.querySelector(".wrong")?.remove();
    enter.disabled = true;
    enter.textContent = t("checking");
    api.keep(input.value.trim());
    try {
      await api.models();
      done();
    } catch (error) {
      api.forget();
      enter.disabled = false;
      enter.textContent = t("signIn");
      input.before(wrong(error.message));
      input.select();
      input.focus();
    }
  });
  place.append(el("div", { class: "gate" }, form));
  input.focus();
}
