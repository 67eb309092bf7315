// What a person may do with a job under way, each asked about first.

import * as api from "./api.js";
import { attempt, button, sure } from "./parts.js";
import { t } from "./words.js";

export function acts(job, state, again) {
  const act = (what, kind) => button(t(what), async () => {
    if (!(await sure(t(`${what}Title`), t(`${what}Help`), t(`${what}Do`), kind))) return;
    await attempt(() => api.act(job.id, what));
    await again();
  }, "", { "data-focus": `${what} ${job.id}` });
  const hold = state === "paused" ? act("resume", "primary") : act("pause", "primary");
  return [hold, act("cancel", "danger")];
}
