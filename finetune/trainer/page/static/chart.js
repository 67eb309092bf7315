// One line chart, drawn by hand as SVG: axes with numbers and units, a legend, values under the pointer.

import { el, svg } from "./dom.js";
import { number, t } from "./words.js";

const EDGE = { top: 12, right: 14, bottom: 40, left: 52 };
const HEIGHT = 240;
const NOISY = 24; // steps from which on a smoothed line is drawn over them

export class Chart {
  // `write` turns a value into text; `ceiling`: the top of the axis, where it is known.
  constructor({ title, unit, write, ceiling = null }) {
    Object.assign(this, { title, unit, write, ceiling, series: [], at: null });
    this.legend = el("div", { class: "legend" });
    this.drawing = svg("svg", { role: "img", tabindex: "0", height: HEIGHT, "data-focus": title });
    this.element = el("figure", { class: "chart card" },
      el("figcaption", {}, el("h2", {}, title), el("span", { class: "muted small" }, unit)),
      this.legend, this.drawing, this.help = el("p", { class: "muted small", hidden: true }, t("smoothed")));
    this.drawing.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    this.drawing.addEventListener("pointerleave", () => this.#read(null));
    this.drawing.addEventListener("blur", () => this.#read(null));
    this.drawing.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.draw(this.series)).observe(this.drawing);
  }

  // `series`: [{name, kind, points: [[step, value], …]}, …]; those without points are left out.
  draw(series) {
    this.series = series.filter((each) => each.points.length);
    this.width = this.drawing.clientWidth || 600;
    const points = this.series.flatMap((each) => each.points);
    const steps = points.map(([step]) => step);
    [this.from, this.to] = spread(steps);
    const top = points.reduce((most, [, value]) => Math.max(most, value), 0) || 1;
    this.rows = ticks(0, this.ceiling ?? top, 4);
    this.top = this.ceiling ?? this.rows.at(-1);
    this.steps = [...new Set(steps)].sort((a, b) => a - b);
    this.drawing.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
    this.drawing.setAttribute("aria-label", this.#summary());
    this.marker = svg("g", { class: "marker" });
    this.drawing.replaceChildren(...this.#grid(), ...this.series.map((each) => this.#line(each)), this.marker);
    this.help.hidden = !this.drawing.querySelector(".thin");
    this.#read(this.at);
  }

  #x = (step) => EDGE.left + ((step - this.from) / (this.to - this.from)) * (this.width - EDGE.left - EDGE.right);
  #y = (value) => HEIGHT - EDGE.bottom - (value / this.top) * (HEIGHT - EDGE.top - EDGE.bottom);

  #grid() {
    const rows = this.rows.map((value) => svg("g", {},
      svg("line", { class: "grid", x1: EDGE.left, x2: this.width - EDGE.right, y1: this.#y(value), y2: this.#y(value) }),
      svg("text", { class: "tick", x: EDGE.left - 8, y: this.#y(value) + 4, "text-anchor": "end" }, this.write(value, true))));
    const few = Math.max(4, Math.floor(this.width / 100));
    const columns = ticks(this.from, this.to, few).filter((step) => Number.isInteger(step) && step >= this.from && step <= this.to)
      .map((step) => svg("text", { class: "tick", x: this.#x(step), y: HEIGHT - EDGE.bottom + 18, "text-anchor": "middle" }, number(step)));
    const name = svg("text", { class: "tick", x: this.width - EDGE.right, y: HEIGHT - 4, "text-anchor": "end" }, t("steps"));
    return [...rows, ...columns, name];
  }

  #line({ kind, points }) {
    const few = thinned(points, this.width);
    const path = (of) => of.map(([step, value], index) => `${index ? "L" : "M"}${this.#x(step).toFixed(1)} ${this.#y(value).toFixed(1)}`).join("");
    const noisy = kind === "train" && few.length >= NOISY;
    const dots = kind === "valid" || few.length === 1 ? few : [];
    return svg("g", { class: `line ${kind}` }, svg("path", { class: noisy ? "thin" : null, d: path(few) }), noisy ? svg("path", { d: path(smoothed(few)) }) : null,
      dots.map(([step, value]) => svg("circle", { cx: this.#x(step), cy: this.#y(value), r: 3 })));
  }

  #point(x) {
    if (!this.steps.length) return;
    this.#read(this.steps.reduce((best, step) => (Math.abs(this.#x(step) - x) < Math.abs(this.#x(best) - x) ? step : best)));
  }

  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !this.steps.length) return;
    event.preventDefault();
    const now = this.at === null ? this.steps.length - 1 : this.steps.indexOf(this.at) + by;
    this.#read(this.steps[Math.max(0, Math.min(this.steps.length - 1, now))]);
    this.drawing.setAttribute("aria-label", this.#summary());
  }

  // The values at a step; without one, the newest of each series.
  #read(step) {
    this.at = this.steps.includes(step) ? step : null;
    const values = this.series.map((each) => [each, valueAt(each.points, this.at)]);
    const place = this.at === null ? null : el("span", { class: "muted" }, t("atStep", { step: number(this.at) }));
    this.legend.replaceChildren(...values.map(([{ name, kind }, value]) =>
      el("span", { class: `key ${kind}` }, name, el("strong", {}, value === null ? "–" : this.write(value)))), ...(place ? [place] : []));
    if (this.at === null) return this.marker.replaceChildren();
    const x = this.#x(this.at);
    return this.marker.replaceChildren(svg("line", { x1: x, x2: x, y1: EDGE.top, y2: HEIGHT - EDGE.bottom }),
      ...values.filter(([, value]) => value !== null).map(([{ kind }, value]) => svg("circle", { class: kind, cx: x, cy: this.#y(value), r: 4.5 })));
  }

  #summary() {
    const step = this.at ?? this.steps.at(-1);
    const said = this.series.map(({ name, points }) => [name, valueAt(points, this.at)])
      .filter(([, value]) => value !== null).map(([name, value]) => `${name} ${this.write(value)}`);
    return `${this.title} (${this.unit}). ${t("atStep", { step: number(step ?? 0) })}: ${said.join(", ")}. ${t("chartHelp")}`;
  }
}

function valueAt(points, step) {
  if (step === null) return points.at(-1)?.[1] ?? null;
  return points.find(([at]) => at === step)?.[1] ?? null;
}

function spread(steps) {
  const from = steps.reduce((least, step) => Math.min(least, step), steps[0] ?? 0);
  const to = steps.reduce((most, step) => Math.max(most, step), from);
  return to > from ? [from, to] : [from - 1, from + 1];
}

// Round numbers from `low` to at least `high`, about `count` of them.
function ticks(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
  const found = [];
  for (let tick = Math.ceil(low / size) * size; tick < high + size * 0.999; tick += size) found.push(Number(tick.toPrecision(12)));
  return found;
}

// Each point as the mean of a twelfth of all points around it.
function smoothed(points) {
  const reach = Math.max(2, Math.round(points.length / 24));
  return points.map(([step], index) => {
    const near = points.slice(Math.max(0, index - reach), index + reach + 1);
    return [step, near.reduce((sum, [, value]) => sum + value, 0) / near.length];
  });
}

// At most two points for each pixel: the mean of neighbours.
function thinned(points, width) {
  const size = Math.ceil(points.length / (width * 2));
  if (size <= 1) return points;
  const found = [];
  for (let start = 0; start < points.length; start += size) {
    const part = points.slice(start, start + size);
    found.push([part[0][0], part.reduce((sum, [, value]) => sum + value, 0) / part.length]);
  }
  return found;
}
