// Starts the page: who acts and where they look comes from the address, everything else from the server.

import { drawChannel, fillComposer } from "./channel.js";
import { actAs } from "./live.js";
import { drawModal } from "./modal.js";
import { drawSidebar, drawSwitcher } from "./sidebar.js";
import { look, onChange, store } from "./store.js";
import { drawThread, fillThreadComposer } from "./thread.js";
import { drawTour, startTour } from "./tour.js";
import { recall, remember } from "./unread.js";

const FIRST = "U0ASKER001";

function draw() {
  if (store.snapshot.me !== store.me) return;
  settle();
  drawSidebar();
  drawSwitcher(become);
  drawChannel();
  drawThread();
  drawModal();
  drawTour();
}

/** Look only at what is there for this person. */
function settle() {
  const { channels } = store.snapshot;
  if (!channels.some((each) => each.id === store.channel)) {
    const found = channels.find((each) => each.name === "handbook") ?? channels[0];
    look({ channel: found.id, thread: null, tab: "messages" });
  }
}

/** Act as someone else. One's own conversation with the app becomes theirs. */
async function become(userId) {
  const wasDirect = store.channel?.startsWith("D");
  remember("last person", userId);
  if (wasDirect) Object.assign(store, { channel: `D${userId.slice(1)}`, thread: null });
  await actAs(userId);
  look({});
}

async function start() {
  const query = new URLSearchParams(location.search);
  Object.assign(store, {
    channel: query.get("channel"),
    thread: query.get("thread_ts"),
    tab: query.get("tab") === "home" ? "home" : "messages",
  });
  onChange(draw);
  await actAs(query.get("user") ?? recall("last person") ?? FIRST);
  if (!store.snapshot) await actAs(FIRST); // the address named nobody of this workspace
  startTour({ actAs: become, fill: fillComposer, fillThread: fillThreadComposer });
  document.body.classList.add("ready");
  look({});
}

start();
