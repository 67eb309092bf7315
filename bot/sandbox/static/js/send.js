// Sends what a person wrote. In a conversation with the app the answer comes in a thread, which opens, as in Slack.

import { act } from "./api.js";
import { channelById, look, store } from "./store.js";

export async function sendMessage(channelId, text, thread = null, files = []) {
  const sender = store.me;
  const answer = await act("message", { channel: channelId, text, thread_ts: thread, files });
  const stillHere = store.me === sender && store.channel === channelId && !store.thread && store.tab === "messages";
  if (answer && !thread && stillHere && channelById(channelId).is_im) look({ thread: answer.ts });
  return answer;
}
