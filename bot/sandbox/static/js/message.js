// One message as Slack draws it: portrait, name, APP badge, time, blocks, files, reactions, thread bar, hover bar.

import { act } from "./api.js";
import { drawBlocks, drawTasks, face } from "./blocks.js";
import { h } from "./dom.js";
import { editing } from "./edit.js";
import { sign } from "./emoji.js";
import { drawFile } from "./files.js";
import { avatar, icon } from "./icons.js";
import { hoverBar } from "./message_actions.js";
import { openEmojiPicker } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { note } from "./happened.js";
import { here, look, now, personName, store, user } from "./store.js";
import { ago, clock, full } from "./time.js";

/** `options`: compact (follows its author's own message), inThread, replies (the thread's, for the bar). */
export function drawMessage(message, options) {
  if (message.subtype === "tombstone") return tombstone(message, options);
  const author = authorOf(message);
  const body = editing(message, options) ?? h("div", { class: "message-body" }, content(message));
  const classes = ["message", options.compact && "compact", message.ephemeral && "ephemeral", message.streaming && "streaming"];
  return h(
    "div",
    {
      class: classes.filter(Boolean).join(" "),
      role: "article",
      tabindex: 0,
      "aria-label": `${author.real_name}, ${clock(message.ts)}`,
      "aria-busy": message.streaming ? "true" : null,
      data: { ts: message.ts },
    },
    h("div", { class: "gutter" }, options.compact ? h("span", { class: "gutter-time" }, clock(message.ts).replace(/ .*/, "")) : avatar(author, 36)),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral && h("div", { class: "only-you" }, icon("eye", 14), "Only visible to you"),
      !options.compact && head(author, message),
      body,
      reactions(message),
      !options.inThread && threadBar(message),
    ),
    hoverBar(message, options),
  );
}

/** What is left of a deleted message whose thread is still there. */
function tombstone(message, options) {
  return h(
    "div",
    { class: "message tombstone", role: "article", tabindex: 0, "aria-label": message.text, data: { ts: message.ts } },
    h("div", { class: "gutter" }, icon("bin", 16)),
    h("div", { class: "message-main" }, h("div", { class: "message-body" }, h("div", { class: "text" }, message.text)), !options.inThread && threadBar(message)),
  );
}

/** Who wrote it; a webhook has a name and no user. */
function authorOf(message) {
  if (message.user) return user(message.user);
  return { user_id: message.bot_id, real_name: message.username ?? "App", colour: "3a5a40", is_bot: true };
}

function head(author, message) {
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, author.real_name),
    (author.is_bot || message.bot_id) && h("span", { class: "badge" }, "APP"),
    h("time", { class: "time", title: full(message.ts) }, clock(message.ts)),
  );
}

function content(message) {
  const where = {
    pressed: (element, block) => message.pressed?.[feedbackKey(message, element, block)],
    send: (element, block, value) => click(message, element, block, value),
    changed: (element, block, value) => click(message, element, block, value),
    dispatches: (block) => (element, _block, value) => block.dispatch_action && click(message, element, block, value),
  };
  const typed = message.client_msg_id || !message.blocks?.length;
  const words = typed ? message.text && h("div", { class: "text" }, mrkdwn(message.text)) : drawBlocks(message.blocks, where);
  const edited = message.edited && !message.bot_id && h("span", { class: "edited" }, " (edited)");
  if (edited && typed && words) words.append(edited);
  return [drawTasks(message), words, (message.attachments ?? []).map((each) => attachment(each, where)), files(message)];
}

/** Which of a message's feedback buttons, as the server counts them. */
function feedbackKey(message, element, block) {
  const kin = message.blocks.filter((each) => each.elements?.some((part) => part.type === "feedback_buttons"));
  const number = kin.findIndex((each) => each.block_id === block.block_id);
  return number > 0 ? `${element.action_id}#${number}` : element.action_id;
}

function attachment(each, where) {
  const inside = each.blocks ? drawBlocks(each.blocks, where) : mrkdwn(each.text ?? each.fallback ?? "");
  const bar = h("div", { class: "attachment" }, inside);
  if (/^#?[0-9a-fA-F]{6}$/.test(each.color ?? "")) bar.style.borderLeftColor = `#${each.color.replace("#", "")}`;
  return bar;
}

function files(message) {
  return message.files?.length ? h("div", { class: "files" }, message.files.map(drawFile)) : null;
}

async function click(message, element, block, value) {
  const choice = { action_id: element.action_id, block_id: block.block_id, value };
  const answer = await act("click", { channel: store.channel, message_ts: message.ts, ...choice });
  if (!answer?.accepted) return;
  note(element.type === "feedback_buttons" ? { feedback: value } : { pressed: element.action_id });
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((each) => reaction(message, each)), addReaction(message));
}

function reaction(message, each) {
  const mine = each.users.includes(store.me);
  const who = each.users.map((id) => (id === store.me ? "You" : personName(id))).join(", ");
  return h(
    "button",
    {
      type: "button",
      class: mine ? "reaction mine" : "reaction",
      "aria-pressed": String(mine),
      "aria-label": `${each.count} ${each.name}, ${who}`,
      title: `${who} reacted with :${each.name}:`,
      onclick: () => react(message, each.name, mine),
    },
    h("span", { class: "emoji" }, sign(each.name)),
    h("span", { class: "count" }, String(each.count)),
  );
}

function addReaction(message) {
  const props = { type: "button", class: "reaction add", "aria-label": "Add another reaction" };
  return h("button", { ...props, onclick: (event) => pickReaction(event.currentTarget, message) }, icon("addSmile", 16));
}

export async function react(message, name, remove = false) {
  const answer = await act("reaction", { channel: store.channel, message_ts: message.ts, name, remove });
  if (answer?.changed && !remove) note({ reaction: name });
}

export function pickReaction(anchor, message) {
  openEmojiPicker(anchor, (name) => react(message, name));
}

function threadBar(message) {
  const count = message.reply_count ?? 0;
  if (!count) return statusBar(message);
  const words = count === 1 ? "1 reply" : `${count} replies`;
  const title = here()?.threads[message.ts]?.title;
  return h(
    "button",
    { type: "button", class: "thread-bar", "aria-label": `${words}, view thread`, data: { focus: "thread" }, onclick: () => look({ thread: message.ts }) },
    (message.reply_users ?? []).slice(0, 4).map((id) => face(id, 24)),
    h("span", { class: "thread-count" }, words),
    title && h("span", { class: "thread-title" }, title),
    h("span", { class: "thread-last" }, `Last reply ${ago(message.latest_reply, now())}`),
    h("span", { class: "thread-view" }, "View thread"),
  );
}

/** "Apprentice is thinking…" under a message whose thread is still empty. */
function statusBar(message) {
  const status = here()?.threads[message.ts]?.status;
  if (!status) return null;
  return h("button", { type: "button", class: "thread-bar", onclick: () => look({ thread: message.ts }) }, h("span", { class: "thinking" }, `${personName(store.snapshot.app.bot_user)} ${status}`));
}
