// Which conversations have something new: the ts last seen per person and conversation, kept in this browser.

import { store, topLevel } from "./store.js";

const key = (channel) => `seen ${store.me} ${channel.id}`;

export function markSeen(channel) {
  const last = counted(channel).at(-1);
  if (last) remember(key(channel), last.ts);
}

/** Messages of others that came since; mentions counted apart. */
export function unread(channel) {
  const seen = recall(key(channel)) ?? "0";
  const fresh = counted(channel).filter((message) => message.ts > seen && message.user !== store.me);
  const mentions = fresh.filter((message) => channel.is_im || message.text?.includes(`<@${store.me}>`));
  return { fresh: fresh.length, mentions: mentions.length };
}

/** The app answers one person in threads; elsewhere the channel itself is what one has read. */
function counted(channel) {
  return channel.is_im ? channel.messages : topLevel(channel);
}

/** Storage may be forbidden (private windows); then the page simply forgets. */
export function remember(name, value) {
  try {
    localStorage.setItem(`sandbox ${name}`, value);
  } catch {
    // nothing is lost but a mark
  }
}

export function recall(name) {
  try {
    return localStorage.getItem(`sandbox ${name}`);
  } catch {
    return null;
  }
}
