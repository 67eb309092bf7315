// One job: how far it is, its curves as they grow, checkpoints, events.

import * as api from "./api.js";
import { Chart } from "./chart.js";
import { Curve, stateOf } from "./curve.js";
import { el, show } from "./dom.js";
import { acts } from "./jobacts.js";
import { ACTIVE, bar, fact, heading, link, mono, status, waiting } from "./parts.js";
import { rowsOf } from "./rows.js";
import { clock, lasting, loss, number, rowCount, share, t, when } from "./words.js";

const SHOWN = 200; // events in the log

export async function jobView(place, every, id) {
  const top = el("div", {}, waiting());
  const curves = el("div", { class: "charts" });
  const below = el("div", { class: "charts" });
  const steps = el("input", { type: "checkbox", id: "every-step" });
  const log = el("ol", { class: "log" });
  const kept = el("div", { class: "scroll" });
  const curve = new Curve();
  const charts = {
    loss: new Chart({ title: t("lossTitle"), unit: t("lossUnit"), write: (value, axis) => (axis ? number(value, value % 1 ? (value * 10 % 1 ? 2 : 1) : 0) : loss(value)) }),
    accuracy: new Chart({ title: t("accuracyTitle"), unit: t("accuracyUnit"), write: (value, axis) => (axis ? share(value) : share(value, 1)), ceiling: 1 }),
  };
  below.append(
    el("section", { class: "card" }, el("h2", {}, t("checkpoints")), kept),
    el("section", { class: "card" },
      el("div", { class: "row" }, el("h2", {}, t("events")), el("label", { class: "small" }, steps, t("everyStep"))), log));
  place.append(el("a", { class: "back", href: "#/jobs" }, `← ${t("backToJobs")}`), top, curves);
  steps.addEventListener("change", () => show(log, entries(curve.events, steps.checked)));

  async function look() {
    const [job, checkpoints, events] = await Promise.all([api.job(id), api.checkpoints(id), api.newEvents(id, curve.known)]);
    curve.add(events);
    if (!below.isConnected) place.append(below);
    const state = stateOf(job, curve.events);
    show(top, head(job, state, curve, await rowsOf(job.training_file), look));
    show(kept, table(checkpoints));
    show(log, entries(curve.events, steps.checked));
    draw(curves, charts, curve, state);
    return ACTIVE.has(state) ? 1000 : 6000;
  }
  await every(look);
}

function draw(place, charts, curve, state) {
  if (!curve.last) return show(place, [el("p", { class: "card muted" }, t(ACTIVE.has(state) ? "noCurve" : "noFigures"))]);
  if (!charts.loss.element.isConnected) place.replaceChildren(...Object.values(charts).map((chart) => chart.element));
  for (const [figure, chart] of Object.entries(charts)) {
    chart.draw(["train", "valid"].map((kind) => ({
      kind, name: t(kind === "train" ? "training" : "validation"), points: curve.points(figure, kind),
    })));
  }
  return undefined;
}

function head(job, state, curve, rows, again) {
  const asked = job.hyperparameters?.n_epochs ?? job.method?.[job.method.type]?.hyperparameters?.n_epochs;
  const left = ACTIVE.has(state) && job.estimated_finish ? t("finishAt", { when: when(job.estimated_finish) }) : null;
  const buttons = ACTIVE.has(state) ? acts(job, state, again) : [];
  if (job.fine_tuned_model) buttons.push(link(t("tryModel"), tryOut(job.model, job.fine_tuned_model), "primary"));
  const facts = el("dl", { class: "card facts-grid" },
    fact(t("base"), mono(job.model)),
    job.fine_tuned_model ? fact(t("makesModel"), mono(job.fine_tuned_model)) : null,
    fact(t("trainingFile"), mono(job.training_file), rows === null ? null : el("span", { class: "muted" }, rowCount(rows))),
    fact(t("validationFile"), job.validation_file ? mono(job.validation_file) : t("none")),
    fact(t("epochs"), asked === undefined || asked === "auto" ? t("auto") : String(asked)),
    fact(t("seed"), String(job.seed)),
    fact(t("started"), when(job.created_at)),
    job.finished_at ? fact(t("finished"), when(job.finished_at), el("span", { class: "muted" }, t("tookTime", { time: lasting(job.finished_at - job.created_at) }))) : null);
  return [
    heading(el("span", { class: "row start" }, mono(job.id), status(state)), progressLine(job, curve, left), ...buttons),
    ACTIVE.has(state) ? bar(curve.share, t("progress", { job: job.id })) : null,
    job.error?.message ? el("div", { class: "wrong" }, el("strong", {}, t("whyFailed")), el("p", {}, job.error.message)) : null,
    facts,
  ];
}

function progressLine(job, curve, left) {
  const parts = [
    job.finished_at && curve.last ? t("stepsDone", { n: number(curve.last.step) }) : curve.last && curve.total ? t("step", { step: number(curve.last.step), total: number(curve.total) }) : null,
    curve.last ? t("lossNow", { loss: loss(curve.recent) }) : null,
    job.trained_tokens ? t("tokens", { n: number(job.trained_tokens) }) : null,
    left,
  ];
  return parts.filter(Boolean).join(" · ");
}

export const tryOut = (base, model) => `#/try?left=${encodeURIComponent(base)}&right=${encodeURIComponent(model)}`;

function table(checkpoints) {
  if (!checkpoints.length) return [el("p", { class: "muted" }, t("noCheckpoints"))];
  const names = ["ckStep", "ckLoss", "ckValid", "ckAccuracy"];
  const rows = checkpoints.map((each) => {
    const { train_loss, valid_loss, full_valid_loss, train_mean_token_accuracy: accuracy } = each.metrics;
    return el("tr", {},
      el("td", {}, number(each.step_number)), el("td", {}, loss(train_loss)),
      el("td", {}, loss(full_valid_loss ?? valid_loss)), el("td", {}, share(accuracy, 1)),
      el("td", {}, el("a", { href: `#/try?right=${encodeURIComponent(each.fine_tuned_model_checkpoint)}`, "aria-label": `${t("tryModel")}: ${t("atStep", { step: each.step_number })}` }, t("tryModel"))));
  });
  return [el("table", {}, el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, t(name))), el("td", {}))), el("tbody", {}, rows))];
}

function entries(events, all) {
  const plain = events.filter((event) => all || event.type !== "metrics" || event.data?.valid_loss !== undefined);
  return plain.slice(0, SHOWN).map((event) =>
    el("li", { class: event.level }, el("time", { datetime: new Date(event.created_at * 1000).toISOString() }, clock(event.created_at)), el("span", {}, event.message)));
}
