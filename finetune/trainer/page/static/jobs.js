// All jobs of the key, newest first; those under way are looked at again every two seconds.

import * as api from "./api.js";
import { Curve, stateOf } from "./curve.js";
import { el, show } from "./dom.js";
import { acts } from "./jobacts.js";
import { ACTIVE, bar, button, empty, heading, link, mono, status, waiting } from "./parts.js";
import { rowsOf } from "./rows.js";
import { lasting, loss, rowCount, t, when } from "./words.js";

const summaries = new Map(); // of jobs that have ended: they stay as they are

export async function jobsView(place, every) {
  const list = el("div", { class: "list", role: "list", "aria-label": t("jobs") }, waiting());
  const older = el("div", { class: "center" });
  place.append(heading(t("jobs"), t("tagline"), link(t("newJob"), "#/new", "primary")), list, older);
  let pages = 1;

  async function look() {
    const jobs = [];
    let more = true;
    for (let page = 0; page < pages && more; page += 1) {
      const found = await api.jobs(jobs.at(-1)?.id);
      jobs.push(...found.data);
      more = found.has_more;
    }
    const shown = await Promise.all(jobs.map(async (job) => card(job, await summary(job), look)));
    show(list, shown.length ? shown : [nothing()]);
    show(older, more && shown.length ? [button(t("more"), () => { pages += 1; look(); })] : []);
    return jobs.some((job) => ACTIVE.has(job.status)) ? 2000 : 6000;
  }
  await every(look);
}

const nothing = () => empty(t("noJobs"), t("noJobsHelp"), link(t("firstJob"), "#/new", "primary"));

// What the list says of a job beside its document, from its newest events.
async function summary(job) {
  if (summaries.has(job.id)) return summaries.get(job.id);
  const curve = new Curve();
  curve.add((await api.get(`/fine_tuning${api.at("jobs", job.id, "events")}?limit=20`)).data);
  const found = { state: stateOf(job, curve.events), share: curve.share, recent: curve.recent, rows: await rowsOf(job.training_file) };
  if (!ACTIVE.has(found.state)) summaries.set(job.id, found);
  return found;
}

function card(job, { state, share, recent, rows }, again) {
  const facts = [
    `${t("base")} ${job.model}`,
    rows === null ? null : rowCount(rows),
    recent !== null ? t("lossNow", { loss: loss(recent) }) : null,
    when(job.created_at),
    job.finished_at ? t("tookTime", { time: lasting(job.finished_at - job.created_at) }) : null,
    ACTIVE.has(state) && job.estimated_finish ? t("finishAt", { when: when(job.estimated_finish) }) : null,
  ].filter(Boolean);
  return el("article", { class: "card job", role: "listitem", "data-job": job.id },
    el("div", { class: "row" },
      el("a", { class: "title", href: `#/jobs/${job.id}`, "data-focus": job.id }, mono(job.fine_tuned_model ?? job.id)), status(state)),
    el("p", { class: "facts muted" }, facts.map((each) => el("span", {}, each))),
    ACTIVE.has(state) ? bar(share, t("progress", { job: job.id })) : null,
    job.error?.message ? el("p", { class: "reason" }, job.error.message) : null,
    ACTIVE.has(state) ? el("div", { class: "acts" }, acts(job, state, again)) : null);
}
