// The guided tour: steps from the server, ticked as they happen. What `done` may say is in bot/sandbox/tour.py.

import { h, place } from "./dom.js";
import { onNote } from "./happened.js";
import { icon } from "./icons.js";
import { channelById, isReply, look, now, personName, store } from "./store.js";
import { sign } from "./emoji.js";
import { recall, remember } from "./unread.js";

const panel = document.getElementById("tour");
const main = document.getElementById("main");
const toggle = document.getElementById("tour-toggle");
let progress = null; // {at: index of the present step, since: seconds}
let wants = {}; // what the page lets the tour do: act as, fill the composers
let signature = "";

export function startTour(hands) {
  wants = hands;
  toggle.hidden = !store.snapshot.tour.length;
  toggle.addEventListener("click", () => fold(!panel.hidden));
  if (!store.snapshot.tour.length) return;
  progress = JSON.parse(recall(name()) ?? "null") ?? { at: 0, since: now() };
  onNote((what) => happened(what));
  fold(recall("tour folded") === "yes");
}

/** One progress per workspace and tour; a new data directory begins anew. */
function name() {
  const founded = Math.min(...store.snapshot.channels.map((each) => each.created));
  return `tour ${founded} ${store.snapshot.tour.map((step) => step.id).join(" ")}`;
}

function fold(hide) {
  panel.hidden = hide;
  toggle.setAttribute("aria-expanded", String(!hide));
  remember("tour folded", hide ? "yes" : "no");
}

export function drawTour() {
  if (!progress) return;
  while (present() && seen(present().done)) advance();
  const now_ = JSON.stringify([store.me, progress.at]);
  if (now_ === signature) return;
  signature = now_;
  const steps = store.snapshot.tour;
  const head = h(
    "header",
    { class: "tour-head" },
    h("h2", {}, icon("map", 18), "Guided tour"),
    h("button", { type: "button", class: "tool", "aria-label": "Hide the tour", onclick: () => fold(true) }, icon("close", 16)),
  );
  const done = progress.at >= steps.length;
  const end = h("div", { class: "tour-end" }, h("p", {}, done ? "That was the whole loop." : null), again());
  place(panel, [head, bar(steps.length), h("ol", { class: "tour-steps" }, steps.map(row)), end]);
}

function bar(all) {
  const line = h("span", {});
  line.style.width = `${(100 * progress.at) / all}%`;
  const props = { class: "tour-bar", role: "progressbar", "aria-label": "Tour", "aria-valuemin": 0, "aria-valuemax": all, "aria-valuenow": progress.at };
  return h("div", props, line);
}

function again() {
  const restart = () => {
    progress = { at: 0, since: now() };
    save();
  };
  return progress.at ? h("button", { type: "button", class: "link", onclick: restart }, "Start the tour again") : null;
}

function row(step, index) {
  const state = index < progress.at ? "done" : index === progress.at ? "present" : "later";
  const mark = state === "done" ? icon("check", 14) : String(index + 1);
  return h(
    "li",
    { class: `tour-step ${state}`, "aria-current": state === "present" ? "step" : null, "aria-label": `${step.title}${state === "done" ? ", done" : ""}` },
    h("span", { class: "tour-mark" }, mark),
    h("div", {}, h("h3", {}, step.title), state === "present" && [h("p", {}, words(step.text)), hints(step)]),
  );
}

function words(text) {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 ? h("code", {}, part) : part));
}

function hints(step) {
  const go = step.user !== store.me && h("button", { type: "button", class: "button small", onclick: () => there(step) }, `Switch to ${personName(step.user)}`);
  const type = step.hint?.type;
  const fill = type && h("button", { type: "button", class: "button small primary", onclick: () => fillIn(step) }, "Write it for me");
  const example = type && h("blockquote", { class: "tour-type" }, type);
  const press = step.hint?.press && h("p", { class: "tour-press" }, icon("chevron", 12), step.hint.press);
  return [example, press, h("div", { class: "tour-buttons" }, go, fill)];
}

async function there(step) {
  if (store.me !== step.user) await wants.actAs(step.user);
  const kept = step.channel === store.channel ? store.thread : null;
  look({ channel: step.channel, tab: "messages", thread: pressesInThread(step) ? (newestThread(step.channel) ?? kept) : kept });
}

function pressesInThread(step) {
  return Boolean(step.hint?.press && (step.done.feedback || step.done.view_open));
}

/** The thread of the app's newest reply. */
function newestThread(channelId) {
  const replies = channelById(channelId).messages.filter((message) => isReply(message) && from(message, "bot") && !message.ephemeral);
  return replies.at(-1)?.thread_ts;
}

async function fillIn(step) {
  await there(step);
  if (step.hint.in_thread && store.thread) {
    wants.fillThread(step.hint.type);
    return;
  }
  if (getComputedStyle(main).visibility === "hidden") look({ thread: null }); // a narrow window shows one of the two
  wants.fill(step.hint.type);
}

function present() {
  return store.snapshot.tour[progress.at];
}

function advance() {
  progress = { at: progress.at + 1, since: now() };
  save();
}

function save() {
  remember(name(), JSON.stringify(progress));
  signature = "";
  drawTour();
}

/** Something this person did on this page. */
function happened(what) {
  const step = present();
  if (!step) return;
  const [[kind, wanted]] = Object.entries(step.done);
  const given = kind === "reaction" && what.reaction ? sign(what.reaction) : what[kind];
  if (given !== undefined && given === (kind === "reaction" ? sign(wanted) : wanted)) advance();
}

/** Something that the conversation shows. */
function seen(done) {
  if (done.view_open) return store.snapshot.views.some((view) => view.callback_id === done.view_open);
  if (done.message_from) return fresh().some((message) => said(message, done.message_from));
  if (done.message_matches) return fresh().some((message) => new RegExp(done.message_matches, "u").test(message.text ?? ""));
  return false;
}

/** Newly written by them, whole, and for everyone. */
function said(message, who) {
  return Number(message.ts) > progress.since && from(message, who) && !message.streaming && !message.ephemeral;
}

function from(message, who) {
  return message.user === (who === "bot" ? store.snapshot.app.bot_user : who);
}

/** Messages written or changed since the step before was done. */
function fresh() {
  return store.snapshot.channels
    .flatMap((channel) => channel.messages)
    .filter((message) => Math.max(Number(message.ts), Number(message.edited?.ts ?? 0)) > progress.since);
}
