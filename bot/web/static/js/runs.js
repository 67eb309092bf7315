// Follows a run: a stream says that it changed, then #live is taken from the page anew.
// Without it the page is read as it stands. A hidden tab follows nothing: connections are few.
"use strict";

const AGAIN = 15_000; // milliseconds between two looks where there is no stream

function follow() {
  let stream = null;
  let timer = 0;

  function stop() {
    if (stream) stream.close();
    stream = null;
    clearTimeout(timer);
  }

  function start() {
    const live = document.getElementById("live");
    if (!live || !live.dataset.events || document.hidden || stream) return;
    stream = new EventSource(live.dataset.events);
    stream.addEventListener("changed", refresh);
    stream.addEventListener("over", () => { stop(); refresh(); });
    stream.addEventListener("error", () => {
      if (!stream || stream.readyState !== EventSource.CLOSED) return; // it comes back by itself
      stop();
      timer = setTimeout(() => refresh().then(start), AGAIN);
    });
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop();
    else refresh().then(start);
  });
  window.addEventListener("pagehide", stop);
  start();
}

async function refresh() {
  let fresh;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // the next event, or the next look, tries again
  }
  const now = fresh.getElementById("live");
  if (!now) { location.reload(); return; } // signed out, or no curator any more: the page says so
  const before = document.getElementById("live");
  document.getElementById("heard").textContent =
    now.dataset.standing === before.dataset.standing ? "" : now.dataset.standing;
  take(before, now);
  const evaluation = fresh.getElementById("evaluation");
  if (evaluation && !document.getElementById("evaluation")) {
    document.getElementById("live").after(document.adoptNode(evaluation));
  }
}

// Whatever was opened, scrolled or focused in it stays so.
function take(before, now) {
  const opened = [...before.querySelectorAll("details")].map((each) => each.open);
  const scrolled = before.querySelector(".log")?.scrollTop ?? 0;
  const focused = before.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  before.replaceWith(document.adoptNode(now));
  [...now.querySelectorAll("details")].forEach((each, place) => { each.open = opened[place] ?? each.open; });
  const log = now.querySelector(".log");
  if (log) log.scrollTop = scrolled;
  if (focused) now.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  htmx.process(now);
  local(now);
}

document.addEventListener("DOMContentLoaded", follow);
