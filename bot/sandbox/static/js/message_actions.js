// The bar that appears over a message: quick reactions, emoji, reply in thread, and the menu with the app's shortcuts.

import { act } from "./api.js";
import { ask } from "./confirm.js";
import { h } from "./dom.js";
import { startEditing } from "./edit.js";
import { sign } from "./emoji.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { pickReaction, react } from "./message.js";
import { look, store } from "./store.js";

const QUICK = ["white_check_mark", "eyes", "raised_hands"];

export function hoverBar(message, options) {
  if (message.ephemeral) return bar(tool("Dismiss message", "close", () => act("delete", { channel: store.channel, message_ts: message.ts })));
  const quick = QUICK.map((name) =>
    h("button", { type: "button", class: "tool", title: `:${name}:`, "aria-label": `React with ${name}`, onclick: () => react(message, name) }, sign(name)),
  );
  return bar(
    quick,
    tool("Find another reaction", "addSmile", (event) => pickReaction(event.currentTarget, message)),
    !options.inThread && tool("Reply in thread", "thread", () => look({ thread: message.thread_ts ?? message.ts })),
    tool("More actions", "more", (event) => openMenu(event.currentTarget, actions(message, options)), { "aria-haspopup": "menu" }),
  );
}

function bar(...tools) {
  return h("div", { class: "hover-bar", role: "toolbar", "aria-label": "Message actions" }, tools);
}

function tool(name, drawing, act, more = {}) {
  return h("button", { type: "button", class: "tool", title: name, "aria-label": name, onclick: act, ...more }, icon(drawing));
}

function actions(message, options) {
  const own = message.user === store.me;
  const thread = { text: "Reply in thread", icon: icon("thread", 16), act: () => look({ thread: message.thread_ts ?? message.ts }) };
  const copy = { text: "Copy text", icon: icon("codeBlock", 16), act: () => navigator.clipboard?.writeText(message.text) };
  const change = [
    { text: "Edit message", icon: icon("pencil", 16), act: () => startEditing(message, options) },
    { text: "Delete message…", icon: icon("bin", 16), danger: true, act: () => remove(message) },
  ];
  return [...(options.inThread ? [] : [thread]), copy, null, ...store.snapshot.shortcuts.map((each) => shortcut(each, message)), ...(own ? [null, ...change] : [])];
}

function shortcut(each, message) {
  const send = () => act("shortcut", { channel: store.channel, message_ts: message.ts, callback_id: each.callback_id });
  return { text: each.name, icon: icon("bolt", 16), act: send };
}

async function remove(message) {
  const sure = await ask("Delete message", "Are you sure you want to delete this message? This cannot be undone.", "Delete");
  if (sure) await act("delete", { channel: store.channel, message_ts: message.ts });
}
