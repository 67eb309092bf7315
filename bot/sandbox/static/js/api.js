// Calls of the control API. A refusal becomes a line at the foot of the page and `null`.

import { store } from "./store.js";
import { say } from "./toast.js";

export function act(path, body = {}) {
  return post(path, JSON.stringify({ user: store.me, ...body }), "application/json");
}

/** Keep a file of this person's; `{file: id}`. */
export function upload(file) {
  const query = new URLSearchParams({ user: store.me, name: file.name });
  return post(`upload?${query}`, file, "application/octet-stream");
}

async function post(path, body, kind) {
  try {
    const response = await fetch(`/sandbox/api/${path}`, { method: "POST", headers: { "Content-Type": kind }, body });
    const answer = await response.json();
    if (response.ok) return answer;
    say(answer.error ?? "That did not work.");
  } catch {
    say("The sandbox does not answer. Is it still running?");
  }
  return null;
}

export async function fetchState(user) {
  const response = await fetch(`/sandbox/api/state?user=${encodeURIComponent(user)}`);
  if (!response.ok) throw new Error(`state: ${response.status}`);
  return response.json();
}
