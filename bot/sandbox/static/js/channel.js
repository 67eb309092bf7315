// The middle of the page: the conversation's header, its messages, or the app's Home tab.

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { h, place } from "./dom.js";
import { drawHome } from "./home.js";
import { avatar, icon } from "./icons.js";
import { MessageList } from "./list.js";
import { sendMessage } from "./send.js";
import { here, look, store, topLevel, user } from "./store.js";
import { markSeen } from "./unread.js";

const head = document.getElementById("channel-head");
const scroll = document.getElementById("channel-scroll");
const home = document.getElementById("home");
const main = document.getElementById("main");
const list = new MessageList(scroll, "Messages", { inThread: false });
const composer = new Composer(document.getElementById("channel-composer"), () => null);
let opened = null; // whose app, at which tab

export function drawChannel() {
  const channel = here();
  if (!channel) return;
  const atHome = channel.is_im && store.tab === "home";
  main.setAttribute("aria-label", channel.is_im ? channel.name : `#${channel.name}`);
  place(head, header(channel));
  home.hidden = !atHome;
  scroll.hidden = atHome;
  composer.box.hidden = atHome;
  tellApp(channel);
  if (atHome) {
    drawHome(home);
    return;
  }
  composer.draw(channel, channel.is_im ? `Message ${channel.name}` : `Message #${channel.name}`);
  list.draw(`${store.me} ${channel.id}`, topLevel(channel), { before: [welcome(channel)], after: prompts(channel) });
  markSeen(channel);
}

/** Slack tells the app each time one of its tabs is opened, once. */
function tellApp(channel) {
  const now = channel.is_im ? `${store.me} ${store.tab}` : null;
  if (now === opened) return;
  opened = now;
  if (now) act("home", { tab: store.tab });
}

function header(channel) {
  if (channel.is_im) return [title(avatar(user(store.snapshot.app.bot_user), 28), channel.name, h("span", { class: "badge" }, "APP")), tabs()];
  const members = h("span", { class: "members", title: channel.members.map((id) => user(id).real_name).join(", ") }, icon("people", 16), String(channel.members.length));
  return [title(icon(channel.is_private ? "lock" : "hash", 18), channel.name), members];
}

function title(drawing, name, ...more) {
  return h("h1", { class: "channel-title" }, drawing, name, more);
}

function tabs() {
  const tab = (id, name) =>
    h("button", { type: "button", role: "tab", class: "tab", "aria-selected": String(store.tab === id), onclick: () => look({ tab: id, thread: null }) }, name);
  return h("div", { class: "tabs", role: "tablist", "aria-label": "App" }, tab("home", "Home"), tab("messages", "Messages"));
}

function welcome(channel) {
  if (channel.is_im) {
    const app = user(store.snapshot.app.bot_user);
    return h("div", { class: "welcome" }, avatar(app, 52), h("h2", {}, app.real_name), h("p", {}, `This is the beginning of your conversation with ${app.real_name}. ${app.title}.`));
  }
  const drawing = icon(channel.is_private ? "lock" : "hash", 28);
  return h("div", { class: "welcome" }, h("h2", {}, drawing, channel.name), h("p", {}, `This is the very beginning of the #${channel.name} channel.`));
}

/** What the app suggests to say, in a conversation that has it. */
function prompts(channel) {
  const given = channel.threads[""] ?? {};
  if (!given.prompts?.length) return [];
  const one = (prompt) => h("button", { type: "button", class: "prompt", title: prompt.message, onclick: () => sendMessage(channel.id, prompt.message) }, prompt.title);
  const props = { class: "prompts", role: "group", "aria-label": "Suggested prompts" };
  return [h("div", props, given.prompts_title && h("p", {}, given.prompts_title), given.prompts.map(one))];
}

export function fillComposer(text) {
  composer.fill(text);
}
