// The screen Review by keyboard. Every key presses what stands on the page; without this file one clicks.
"use strict";

const TYPING = "textarea, select, input:not([type=checkbox]), [contenteditable]";
const main = () => document.getElementById("main");
const rows = () => [...main().querySelectorAll("[data-row]")];

function resting(event) {
  const typing = event.target instanceof Element && event.target.closest(TYPING);
  const modified = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key !== "?");
  const busy = document.querySelector(".htmx-request");
  return event.defaultPrevented || event.isComposing || event.repeat || typing || modified || busy || document.querySelector("dialog[open]");
}

function press(key) {
  const found = main().querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (found) found.click();
  return Boolean(found);
}

// In the list: up, down, select, open.
function amongRows(event) {
  const all = rows();
  if (!all.length) return false;
  const here = all.indexOf(document.activeElement.closest("tr")?.querySelector("[data-row]"));
  if (event.key === "j" || event.key === "k") {
    const next = here < 0 ? 0 : Math.min(Math.max(here + (event.key === "j" ? 1 : -1), 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  } else if (event.key === "x" && here >= 0) all[here].click();
  else if (event.key === "Enter" && document.activeElement === all[here]) all[here].closest("tr").querySelector("[data-open]").click();
  else return false;
  return true;
}

function shut(details) {
  details.open = false;
  details.querySelector("summary").focus();
}

function keys(event) {
  const act = event.target instanceof Element && event.target.closest("details.act[open]");
  const saves = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (act && event.key === "Escape" && !event.isComposing) shut(act);
  else if (saves && event.target.matches?.("[data-save]")) event.target.form.requestSubmit();
  else if (resting(event) || event.key.length > 1 && event.key !== "Enter") return;
  else if (!amongRows(event) && (event.key === "Enter" || !press(event.key))) return;
  event.preventDefault();
}

function opened(event) {
  const details = event.target;
  if (!details.open || !details.matches("details.act")) return;
  const field = details.querySelector("[data-first]");
  field.focus();
  if (field.matches("textarea")) field.setSelectionRange(field.value.length, field.value.length);
}

function count() {
  const all = rows(), chosen = all.filter((row) => row.checked).length;
  const shown = main().querySelector("[data-count]"), whole = main().querySelector("[data-all]");
  if (shown) shown.value = chosen;
  if (whole) whole.checked = chosen > 0 && chosen === all.length;
  if (whole) whole.indeterminate = chosen > 0 && chosen < all.length;
}

function changed(event) {
  if (event.target.matches("[data-all]")) for (const row of rows()) row.checked = event.target.checked;
  if (event.target.matches("[data-all], [data-row]")) count();
}

function ready() {
  for (const each of main().querySelectorAll(".js")) each.hidden = false;
  for (const each of main().querySelectorAll(".nojs")) each.hidden = true;
  count();
}

document.addEventListener("keydown", keys);
document.addEventListener("toggle", opened, true);
document.addEventListener("change", changed);
document.addEventListener("DOMContentLoaded", () => {
  ready();
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "main") return;
    ready();
    if (document.activeElement === document.body) main().focus({ preventScroll: true });
  });
});
