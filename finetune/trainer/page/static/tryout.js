// The same question to two models side by side, each answer as it comes.

import * as api from "./api.js";
import { el } from "./dom.js";
import { isOwn } from "./models.js";
import { noBase } from "./newjob.js";
import { button, choice, copy, field, heading, waiting, wrong } from "./parts.js";
import { asCurl, asPython } from "./programs.js";
import { number, share, t } from "./words.js";

let asked = ""; // stays while one looks elsewhere

export async function tryView(place, every, query) {
  const body = el("div", { class: "view" }, waiting());
  place.append(heading(t("try"), t("tryHelp")), body);
  await every(async () => {
    const models = await api.models();
    if (!models.length) return body.replaceChildren(noBase());
    const names = models.map((model) => model.id);
    for (const side of ["left", "right"]) {
      const wanted = query.get(side);
      if (wanted && !names.includes(wanted)) names.push(wanted); // a checkpoint is asked, not listed
    }
    body.replaceChildren(...box(names, pair(models, query)));
    return null;
  });
}

// Base beside fine-tuned, unless the address says otherwise.
function pair(models, query) {
  const own = models.filter(isOwn).at(-1)?.id;
  const base = models.find((model) => !isOwn(model))?.id ?? models[0].id;
  return [query.get("left") || base, query.get("right") || own || models.at(-1).id];
}

function box(names, chosen) {
  const question = el("textarea", { rows: 2, placeholder: t("questionHint"), value: asked });
  const system = el("textarea", { rows: 2 });
  const sides = chosen.map((model, index) => new Side(names, model, t(index ? "right" : "left")));
  const ask = el("button", { class: "button primary", type: "submit" }, t("ask"));
  const stop = button(t("stop"), () => sides.forEach((side) => side.stop()), "", { hidden: true });
  const messages = () => [
    ...(system.value.trim() ? [{ role: "system", content: system.value.trim() }] : []),
    { role: "user", content: question.value.trim() },
  ];
  const form = el("form", { class: "card form ask" }, field(t("question"), question),
    el("details", {}, el("summary", {}, t("systemPrompt")), field(t("systemPrompt"), system)),
    el("div", { class: "acts" }, ask, stop));
  question.addEventListener("input", () => { asked = question.value; });
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!question.value.trim() || ask.disabled) return;
    ask.disabled = true;
    stop.hidden = false;
    await Promise.all(sides.map((side) => side.ask(messages())));
    ask.disabled = false;
    stop.hidden = true;
  });
  sides.forEach((side) => { side.messages = messages; });
  return [form, el("div", { class: "charts" }, sides.map((side) => side.element))];
}

class Side {
  constructor(names, model, label) {
    this.model = choice(names.map((name) => [name, name]), model);
    this.model.setAttribute("aria-label", `${label}: ${t("models")}`);
    this.answer = el("div", { class: "answer muted", "aria-live": "polite" }, t("answerHere"));
    this.notes = el("div", { class: "notes" });
    const copying = (what, program) => button(t("copyAs", { what }), () => copy(program(this.model.value, this.messages())), "plain");
    this.element = el("section", { class: "card side", "aria-label": label }, this.model, this.answer, this.notes,
      el("div", { class: "acts" }, copying("Python", asPython), copying("curl", asCurl)));
  }

  stop() {
    this.stopping?.abort();
  }

  async ask(messages) {
    this.stopping = new AbortController();
    this.notes.replaceChildren();
    this.answer.className = "answer asking";
    this.answer.textContent = t("asking");
    const began = performance.now();
    try {
      this.#note(await this.#read(messages), (performance.now() - began) / 1000);
    } catch (error) {
      if (error.name !== "AbortError") this.notes.replaceChildren(wrong(error.message));
    }
    if (this.answer.className === "answer asking") this.answer.textContent = "";
    this.answer.className = "answer";
  }

  // Not every engine gives probabilities: one that refuses them is asked again without.
  async #read(messages) {
    try {
      return await this.#stream({ logprobs: true }, messages);
    } catch (error) {
      if (error.status !== 400 || !/logprobs/.test(`${error.param} ${error.message}`)) throw error;
      return this.#stream({}, messages);
    }
  }

  async #stream(more, messages) {
    const body = { model: this.model.value, messages, stream_options: { include_usage: true }, ...more };
    const found = { measured: false, tokens: [], usage: null, reason: null };
    for await (const chunk of api.streamed(body, this.stopping.signal)) {
      found.usage = chunk.usage ?? found.usage;
      const [part] = chunk.choices ?? [];
      if (!part) continue;
      found.reason = part.finish_reason ?? found.reason;
      found.measured ||= Array.isArray(part.logprobs?.content);
      found.tokens.push(...(part.logprobs?.content ?? []));
      const text = part.delta?.content ?? part.delta?.refusal;
      if (!text) continue;
      if (this.answer.className !== "answer") {
        this.answer.className = "answer";
        this.answer.textContent = "";
      }
      this.answer.append(text);
    }
    return found;
  }

  // What a model was not taught it says in a sentence of its own, which has no probabilities.
  #note({ measured, tokens, usage, reason }, time) {
    const notes = [];
    if (tokens.length) {
      const mean = Math.exp(tokens.reduce((sum, token) => sum + token.logprob, 0) / tokens.length);
      const meter = el("meter", { min: 0, max: 1, value: mean, "aria-hidden": "true" });
      notes.push(el("span", { class: "probability", title: t("probabilityHelp") }, meter, t("probability", { share: share(mean) })));
    } else if (measured) {
      notes.push(el("span", { class: "muted", title: t("notTaughtHelp") }, t("notTaught")));
    }
    if (usage) notes.push(el("span", { class: "muted" }, t("said", { n: number(usage.completion_tokens), time: t("seconds", { n: number(time, 1) }) })));
    if (reason === "length") notes.push(el("span", { class: "muted" }, t("cutOff")));
    this.notes.replaceChildren(...notes);
  }
}
