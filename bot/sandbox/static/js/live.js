// Keeps the snapshot fresh: the server says over SSE that something changed, the page fetches what it is.

import { fetchState } from "./api.js";
import { changed, store } from "./store.js";

let source = null;
let running = null;
let again = false;

/** Act as this person from now on. Resolves when the first snapshot is here. */
export async function actAs(user) {
  store.me = user;
  source?.close();
  await refresh();
  source = new EventSource(`/sandbox/api/events?user=${encodeURIComponent(user)}`);
  source.addEventListener("change", refresh);
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => connected(false));
}

/** One fetch at a time; a change during a fetch asks for one more. Resolves when the page is up to date. */
function refresh() {
  again = true;
  running ??= catchUp().finally(() => {
    running = null;
  });
  return running;
}

async function catchUp() {
  while (again) {
    again = false;
    const asked = store.me;
    try {
      const snapshot = await fetchState(asked);
      if (asked === store.me && !same(snapshot)) show(snapshot);
    } catch {
      connected(false);
    }
  }
}

function show(snapshot) {
  store.snapshot = snapshot;
  store.clock = snapshot.now - Date.now() / 1000;
  changed();
}

function same(snapshot) {
  return store.snapshot?.me === snapshot.me && store.snapshot.version === snapshot.version;
}

function connected(yes) {
  document.getElementById("offline").hidden = yes;
}
