// A new job from the page: which base, which rows, and little else.

import * as api from "./api.js";
import { el } from "./dom.js";
import { attempt, button, choice, empty, field, heading, waiting } from "./parts.js";
import { bytes, t } from "./words.js";

export async function newJobView(place, every, query) {
  const body = el("div", {}, waiting());
  place.append(el("a", { class: "back", href: "#/jobs" }, `← ${t("backToJobs")}`), heading(t("newJob"), t("newJobHelp")), body);
  await every(async () => {
    const [models, files] = await Promise.all([api.models(), api.files()]);
    body.replaceChildren(models.length ? form(models, files.filter((file) => file.purpose === "fine-tune"), query) : noBase());
    return null;
  });
}

export const noBase = () =>
  empty(t("noBase"), t("noBaseHelp"), el("p", {}, el("code", {}, "finetune pretrain rows.jsonl ", el("span", { class: "whole" }, "--name our-base"))));

function form(models, files, query) {
  const base = choice(models.map((model) => [model.id, model.id]), query.get("model") ?? models[0].id);
  const options = files.map((file) => [file.id, `${file.filename} · ${bytes(file.bytes)}`]);
  const training = choice([["", files.length ? t("chooseFile") : t("noFilesYet")], ...options], query.get("file") ?? "");
  const validation = choice([["", t("none")], ...options], "");
  const epochs = el("input", { type: "number", min: 1, max: 50, placeholder: t("auto"), inputmode: "numeric" });
  const suffix = el("input", { type: "text", maxlength: 64, autocomplete: "off", spellcheck: "false" });
  const start = el("button", { class: "button primary", type: "submit" }, t("startJob"));
  const made = el("form", { class: "card form" },
    field(t("baseModel"), base),
    field(t("trainingFile"), training), adding(training, validation),
    field(t("validationFile"), validation),
    field(t("epochs"), epochs, t("epochsHelp")), field(t("suffix"), suffix, t("suffixHelp")),
    el("div", { class: "acts" }, start));
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    start.disabled = true;
    const body = { model: base.value, training_file: training.value, method: method(epochs.value) };
    if (validation.value) body.validation_file = validation.value;
    if (suffix.value) body.suffix = suffix.value;
    const job = await attempt(async () => (await api.post("/fine_tuning/jobs", body)).json(), made);
    start.disabled = false;
    if (job) location.hash = `#/jobs/${job.id}`;
  });
  training.required = true;
  return made;
}

const method = (epochs) => ({ type: "supervised", supervised: { hyperparameters: { n_epochs: epochs ? Number(epochs) : "auto" } } });

// Uploads a file on the spot and chooses it.
function adding(training, validation) {
  const input = el("input", { type: "file", class: "unseen", accept: ".jsonl,.json,.txt", tabindex: "-1", "aria-label": t("uploadHere") });
  input.addEventListener("change", async () => {
    const file = input.files[0] && (await attempt(() => api.upload(input.files[0]), input.form));
    if (!file) return;
    for (const select of [training, validation]) select.append(el("option", { value: file.id }, `${file.filename} · ${bytes(file.bytes)}`));
    training.value = file.id;
  });
  return el("div", { class: "tuck" }, input, button(t("uploadHere"), () => input.click(), "plain"));
}
