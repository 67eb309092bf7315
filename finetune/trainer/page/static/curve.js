// A job's events as curves: what was measured at which step.

const SERIES = {
  loss: { train: ["train_loss"], valid: ["full_valid_loss", "valid_loss"] },
  accuracy: {
    train: ["train_mean_token_accuracy"],
    valid: ["full_valid_mean_token_accuracy", "valid_mean_token_accuracy"],
  },
};

export class Curve {
  constructor() {
    this.events = []; // newest first
    this.known = new Set();
    this.steps = new Map();
    this.total = null;
  }

  // Adds events that came later, newest first. A checkpoint only adds to what its step said.
  add(events) {
    this.events = [...events, ...this.events];
    for (const event of [...events].reverse()) {
      this.known.add(event.id);
      const data = event.data;
      if (!data || !Number.isFinite(data.step)) continue;
      this.steps.set(data.step, { ...data, ...this.steps.get(data.step) });
      this.total = data.total_steps ?? this.total;
    }
  }

  get last() {
    const found = [...this.steps.values()].filter((step) => Number.isFinite(step.train_loss));
    return found.reduce((newest, step) => (newest && newest.step > step.step ? newest : step), null);
  }

  // The mean loss of the last eight steps: one step alone says little about the rows of others.
  get recent() {
    const losses = this.points("loss", "train").slice(-8).map(([, value]) => value);
    return losses.length ? losses.reduce((sum, value) => sum + value, 0) / losses.length : null;
  }

  get share() {
    return this.last && this.total ? Math.min(1, this.last.step / this.total) : null;
  }

  // [[step, value], …] of "loss" or "accuracy", of "train" or "valid", in the order of steps.
  points(figure, of) {
    const names = SERIES[figure][of];
    const found = [];
    for (const [step, data] of this.steps) {
      const name = names.find((each) => Number.isFinite(data[each]));
      if (name) found.push([step, data[name]]);
    }
    return found.sort((a, b) => a[0] - b[0]);
  }
}

// The last thing an event says of a pause; the published list of states has none.
export function held(job, events) {
  if (job.status === "paused") return true;
  if (!["queued", "validating_files"].includes(job.status)) return false;
  const word = events.find((event) => /paused|goes on|resumed/i.test(event.message));
  return Boolean(word && /paused/i.test(word.message));
}

export const stateOf = (job, events) => (held(job, events) ? "paused" : job.status);
