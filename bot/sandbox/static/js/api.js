// Calls of the control API. A refusal becomes a line at the foot of the page and `null`.

import { store } from "./store.js";
import { say } from "./toast.js";

export async function act(path, body = {}) {
  try {
    const response = await fetch(`/sandbox/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: store.me, ...body }),
    });
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
