// A list of messages with days between, kept up to date in place: a message is drawn again only where it changed,
// so that focus, selection and scrolling survive a stream growing beside them.

import { h, place } from "./dom.js";
import { drawMessage } from "./message.js";
import { editedNow } from "./edit.js";
import { here } from "./store.js";
import { day } from "./time.js";

const TOGETHER = 300; // seconds within which the next message of the same author shows no portrait

export class MessageList {
  /** `box` scrolls; `options` go to each message. */
  constructor(box, label, options) {
    this.box = box;
    this.options = options;
    this.rows = h("div", { class: "rows", role: "feed", "aria-label": label });
    this.before = h("div", { class: "before" });
    this.after = h("div", { class: "after" });
    box.append(this.before, this.rows, this.after);
    this.drawn = new Map();
    this.shown = null;
    this.follows = true;
    box.addEventListener("scroll", () => {
      this.follows = this.atEnd();
    });
    const grown = new ResizeObserver(() => this.follow()); // pictures that load late, a window that changes
    grown.observe(this.rows);
    grown.observe(box);
  }

  /** `what` names the conversation: another one begins at its end. */
  draw(what, messages, { before = [], after = [], afterFirst = null } = {}) {
    const fresh = what !== this.shown;
    if (fresh) this.follows = true;
    const focus = document.activeElement;
    const kept = new Map();
    const nodes = [];
    const minute = Math.floor(Date.now() / 60_000);
    messages.forEach((message, index) => {
      const previous = messages[index - 1];
      const parted = !this.options.inThread && (!previous || day(previous.ts) !== day(message.ts));
      if (parted) nodes.push(this.keep(kept, `day ${day(message.ts)}`, () => divider(day(message.ts))));
      const options = { ...this.options, compact: !parted && index > (afterFirst ? 1 : 0) && together(previous, message) };
      const about = here()?.threads[message.ts];
      const status = `${about?.status ?? ""} ${about?.title ?? ""}`;
      const signature = JSON.stringify([what, message, options, status, editedNow() === message.ts, message.reply_count ? minute : 0]);
      nodes.push(this.keep(kept, signature, () => drawMessage(message, options), message.ts));
      if (index === 0 && afterFirst) nodes.push(afterFirst);
    });
    this.drawn = kept;
    this.shown = what;
    place(this.rows, nodes);
    place(this.before, before);
    place(this.after, after);
    this.refocus(focus);
    this.follow();
  }

  keep(kept, signature, make) {
    const node = this.drawn.get(signature) ?? make();
    kept.set(signature, node);
    return node;
  }

  /** Stay at the end, where one was at the end. */
  follow() {
    if (this.follows) this.box.scrollTop = this.box.scrollHeight;
  }

  atEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 60;
  }

  /** Keyboard focus on a button of a message that was drawn again goes to its new drawing. */
  refocus(focus) {
    if (!focus || focus.isConnected || !focus.dataset?.focus) return;
    const ts = focus.closest("[data-ts]")?.dataset.ts;
    const name = CSS.escape(focus.dataset.focus);
    this.rows.querySelector(`[data-ts="${CSS.escape(ts ?? "")}"] [data-focus="${name}"]`)?.focus();
  }
}

function together(previous, message) {
  return (
    previous &&
    previous.user === message.user &&
    previous.bot_id === message.bot_id &&
    !message.ephemeral &&
    !previous.ephemeral &&
    !previous.reply_count &&
    Number(message.ts) - Number(previous.ts) < TOGETHER
  );
}

function divider(words) {
  return h("div", { class: "day", role: "separator", "aria-label": words }, h("span", { class: "day-pill" }, words));
}
