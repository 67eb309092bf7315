// Base models and the key's own, each with a word on what it can and cannot do.

import * as api from "./api.js";
import { el, say, show } from "./dom.js";
import { tryOut } from "./job.js";
import { noBase } from "./newjob.js";
import { attempt, button, empty, heading, link, mono, sure, waiting } from "./parts.js";
import { t, when } from "./words.js";

export async function modelsView(place, every) {
  const list = el("div", {}, waiting());
  place.append(heading(t("models"), ""), list);

  async function look() {
    const [models, jobs] = await Promise.all([api.models(), api.get("/fine_tuning/jobs?limit=200")]);
    const makers = new Map(jobs.data.map((job) => [job.fine_tuned_model, job]));
    const own = models.filter(isOwn).reverse();
    const base = models.filter((model) => !isOwn(model));
    const cards = (group) => group.map((model) => card(model, makers.get(model.id), look));
    show(list,
      el("h2", { class: "group" }, t("yours")),
      own.length ? el("div", { class: "list" }, cards(own)) : empty(t("noOwn"), t("noOwnHelp"), link(t("newJob"), "#/new", "primary")),
      el("h2", { class: "group" }, t("baseModels")),
      base.length ? el("div", { class: "list" }, cards(base)) : noBase());
    return 5000;
  }
  await every(look);
}

export const isOwn = (model) => model.id.startsWith("ft:");

function card(model, maker, again) {
  const own = isOwn(model);
  const acts = [
    link(t("tryModel"), own ? tryOut(maker?.model ?? "", model.id) : tryOut(model.id, "")),
    link(t("trainFrom"), `#/new?model=${encodeURIComponent(model.id)}`),
    own ? button(t("delete"), () => drop(model, again), "", { "data-focus": `delete ${model.id}` }) : null,
  ];
  const { engine, limits } = model.metadata ?? {};
  return el("article", { class: "card", "data-model": model.id },
    el("div", { class: "row" }, el("h3", { class: "title" }, mono(model.id)), engine ? el("span", { class: "tag" }, engine) : null),
    el("p", { class: "facts muted" },
      el("span", {}, when(model.created)),
      own ? maker ? el("span", {}, `${t("madeBy")} `, el("a", { href: `#/jobs/${maker.id}` }, maker.id)) : null : el("span", {}, t("everyone"))),
    limits ? el("p", { class: "limits" }, limits) : null,
    el("div", { class: "acts" }, acts));
}

async function drop(model, again) {
  if (!(await sure(t("deleteModel"), t("deleteModelHelp", { name: model.id }), t("deleteDo")))) return;
  if (await attempt(() => api.remove(api.at("models", model.id)))) say(t("deleted", { name: model.id }));
  await again();
}
