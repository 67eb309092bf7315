// Sends a file to the import page, by choosing or dropping it; the pages themselves need no script.
"use strict";

function sendFile(zone, file) {
  const said = zone.querySelector("[data-said]");
  const bar = zone.querySelector("progress");
  const tell = (text) => { said.textContent = text; said.hidden = !text; };
  if (file.size > Number(zone.dataset.most)) return tell(zone.dataset.tooBig);
  const dot = file.name.lastIndexOf(".");
  const suffix = dot < 0 ? "" : file.name.slice(dot).toLowerCase();
  if (!zone.dataset.suffixes.split(",").includes(suffix)) return tell(zone.dataset.noFormat);
  const request = new XMLHttpRequest();
  const failed = (text) => { bar.hidden = true; zone.classList.remove("sending"); tell(text); };
  request.open("POST", zone.dataset.to);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-Form-Token", zone.dataset.token);
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name).slice(0, 500).replace(/%.?$/, ""));
  request.upload.addEventListener("progress", (event) => { bar.value = event.loaded / Math.max(1, event.total); });
  request.addEventListener("error", () => failed(zone.dataset.notSent));
  request.addEventListener("load", () => {
    const place = request.getResponseHeader("Location");
    if (request.status === 201 && place) return window.location.assign(place);
    const known = { 403: zone.dataset.comeIn, 413: zone.dataset.tooBig };
    failed(known[request.status] || zone.dataset.notSent);
  });
  bar.hidden = false;
  bar.value = 0;
  zone.classList.add("sending");
  tell(zone.dataset.sending.replace("{name}", file.name));
  request.send(file);
}

document.addEventListener("DOMContentLoaded", () => {
  const zone = document.getElementById("drop");
  if (!zone) return;
  zone.hidden = false;
  const input = zone.querySelector("input[type=file]");
  input.addEventListener("change", () => { if (input.files.length) sendFile(zone, input.files[0]); input.value = ""; });
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.remove("over"); });
  }
  zone.addEventListener("drop", (event) => { if (event.dataTransfer.files.length) sendFile(zone, event.dataTransfer.files[0]); });
});
