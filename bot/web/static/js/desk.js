// What every screen has: times in the reader's own zone, and the dialog. Screens work without it.
"use strict";

function local(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
    const at = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  }
}

// Whatever is swapped into the dialog's body opens it; a button with data-close closes it.
function dialogs() {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "dialog-body" && !dialog.open) dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
}

// On a narrow screen the navigation is a row that scrolls: show where one is.
function here() {
  const nav = document.querySelector(".side nav");
  const place = nav?.querySelector("[aria-current]");
  if (place) nav.scrollLeft = place.offsetLeft - (nav.clientWidth - place.offsetWidth) / 2;
}

// A refusal is a page of its own. Of what HTMX asked for it is told above the screen instead, so that
// nothing that was typed there is lost.
function told(title, advice, link) {
  const messages = document.getElementById("messages"), note = document.createElement("div"), strong = document.createElement("strong");
  note.className = "note no";
  strong.textContent = title;
  note.append(strong, " ", advice);
  if (link) note.append(" ", Object.assign(document.createElement("a"), { href: link.getAttribute("href"), textContent: link.textContent }));
  messages.replaceChildren(note);
  messages.scrollIntoView({ block: "nearest" });
}

function refusals() {
  const messages = document.getElementById("messages");
  if (!messages) return;
  const away = () => told(document.getElementById("messages").dataset.away, "");
  document.body.addEventListener("htmx:sendError", away);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status < 400 || event.detail.serverResponse.includes('id="main"')) return;
    event.detail.shouldSwap = false;
    const page = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
    const title = page.querySelector("main.one h1");
    if (title) told(title.textContent, title.nextElementSibling.textContent, page.querySelector("main.one .next a"));
    else away();
  });
}

document.addEventListener("DOMContentLoaded", () => {
  refusals();
  here();
  local(document);
  dialogs();
  document.body.addEventListener("htmx:afterSettle", () => local(document));
  document.body.classList.add("ready");
});
