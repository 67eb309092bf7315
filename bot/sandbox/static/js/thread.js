// The pane on the right: one thread, its status line, and a composer that answers in it.

import { Composer } from "./composer.js";
import { h, place } from "./dom.js";
import { MessageList } from "./list.js";
import { here, isReply, look, personName, store, threadOf } from "./store.js";

const pane = document.getElementById("thread");
const where = document.getElementById("thread-where");
const status = document.getElementById("thread-status");
const list = new MessageList(document.getElementById("thread-scroll"), "Thread messages", { inThread: true });
const composer = new Composer(document.getElementById("thread-composer"), () => store.thread);

document.getElementById("thread-close").addEventListener("click", closeThread);
pane.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeThread();
});

export function closeThread() {
  look({ thread: null });
}

export function drawThread() {
  const channel = here();
  const open = Boolean(channel && store.thread && store.tab !== "home");
  pane.hidden = !open;
  if (!open) return;
  const messages = threadOf(channel, store.thread);
  const replies = messages.filter((message) => isReply(message) && !message.ephemeral).length;
  const title = channel.threads[store.thread]?.title;
  place(where, [title ?? (channel.is_im ? channel.name : `#${channel.name}`)]);
  where.title = title ?? "";
  const count = replies ? h("div", { class: "reply-count", role: "separator" }, h("span", {}, replies === 1 ? "1 reply" : `${replies} replies`)) : null;
  const line = channel.threads[store.thread]?.status;
  status.hidden = !line;
  status.textContent = line ? `${personName(store.snapshot.app.bot_user)} ${line}` : "";
  composer.draw(channel, "Reply…", "Reply in thread");
  list.draw(`${store.me} ${channel.id} ${store.thread}`, messages, { afterFirst: count });
}

export function fillThreadComposer(text) {
  composer.fill(text);
}
