// What the page knows: the server's last snapshot for the person acting, and what that person looks at.
// Filled by live.js; every drawing module reads it and is called again after each change.

export const store = {
  me: null,
  snapshot: null,
  channel: null, // id
  thread: null, // root ts
  tab: "messages", // of a direct message: messages or home
  clock: 0, // seconds that the server is ahead of this browser
};
const drawings = [];

/** Call `draw` after every change. */
export function onChange(draw) {
  drawings.push(draw);
}

export function changed() {
  for (const draw of drawings) draw();
}

/** Look somewhere else: {channel, thread, tab}; kept in the address, so that a reload comes back here. */
export function look(at) {
  Object.assign(store, at);
  const query = new URLSearchParams({ user: store.me });
  if (store.channel) query.set("channel", store.channel);
  if (store.thread) query.set("thread_ts", store.thread);
  if (store.tab === "home") query.set("tab", "home");
  history.replaceState(null, "", `?${query}`);
  if (store.snapshot) changed();
}

export function user(userId) {
  const found = store.snapshot?.users.find((each) => each.user_id === userId);
  if (found) return found;
  return { user_id: userId, real_name: userId === "USLACKBOT" ? "Slackbot" : (userId ?? "?"), colour: "4a6572", is_bot: false };
}

export function personName(userId) {
  return user(userId).real_name;
}

export function channelName(channelId) {
  return channelById(channelId)?.name ?? channelId;
}

export function channelById(channelId) {
  return store.snapshot?.channels.find((each) => each.id === channelId);
}

export function here() {
  return channelById(store.channel);
}

/** What the channel itself shows: no replies, except those also sent to the channel. */
export function topLevel(channel) {
  return channel.messages.filter((message) => !isReply(message) || message.subtype === "thread_broadcast");
}

export function threadOf(channel, root) {
  return channel.messages.filter((message) => message.ts === root || (message.thread_ts === root && isReply(message)));
}

export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

/** The server's time in seconds. */
export function now() {
  return Date.now() / 1000 + store.clock;
}
