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

document.addEventListener("DOMContentLoaded", () => {
  here();
  local(document);
  dialogs();
  document.body.addEventListener("htmx:afterSettle", () => local(document));
  document.body.classList.add("ready");
});
