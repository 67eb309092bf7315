// The frame: who is signed in, which view is open, and when it looks at the server again.

import * as api from "./api.js";
import { el, show } from "./dom.js";
import { filesView } from "./files.js";
import { jobView } from "./job.js";
import { jobsView } from "./jobs.js";
import { modelsView } from "./models.js";
import { newJobView } from "./newjob.js";
import { button, wrong } from "./parts.js";
import { signIn } from "./signin.js";
import { tryView } from "./tryout.js";
import { language, speak, t } from "./words.js";

const SECTIONS = ["jobs", "models", "files", "try"];
const main = document.getElementById("main");
let round = 0; // of the open view; an older one stops looking

function open() {
  round += 1;
  document.documentElement.lang = language();
  document.querySelector(".skip").textContent = t("skip");
  const [path, query] = (location.hash.slice(2) || "jobs").split("?");
  const [section, ...rest] = path.split("/").map(decodeURIComponent);
  const inside = Boolean(api.key());
  show(document.getElementById("top"), bar(inside ? section : null));
  document.body.classList.toggle("inside", inside);
  main.replaceChildren();
  document.title = `${inside && SECTIONS.includes(section) ? `${t(section)} – ` : ""}${t("product")}`;
  if (!inside) return signIn(main, "", open);
  return view(section, rest, new URLSearchParams(query ?? ""));
}

function view(section, rest, query) {
  const place = el("div", { class: "view" });
  main.append(place);
  const every = looking(round);
  if (section === "jobs" && rest[0]) return jobView(place, every, rest[0]);
  const views = { jobs: jobsView, models: modelsView, files: filesView, try: tryView, new: newJobView };
  return (views[section] ?? jobsView)(place, every, query);
}

// Calls `look` now, and again after as many milliseconds as it says, until another view is open.
function looking(mine) {
  return async function every(look) {
    let pause = 2000;
    try {
      if (document.hidden && main.querySelector(".waiting") === null) pause = 1000;
      else pause = await look();
      main.querySelector(":scope > .offline")?.remove();
    } catch (error) {
      if (mine !== round || error.status === 401) return;
      trouble(error);
      if (error.status) pause = null;
    }
    if (mine === round && pause) setTimeout(() => mine === round && every(look), pause);
  };
}

function trouble(error) {
  main.querySelector(":scope > .offline")?.remove();
  main.querySelector(".waiting")?.parentElement.replaceChildren();
  const line = wrong(error.status ? t("refused", { message: error.message }) : t("offline"));
  line.classList.add("offline");
  main.prepend(line);
}

function bar(section) {
  const name = section === "new" ? "jobs" : section;
  const tongue = el("select", { "aria-label": t("language") },
    [["en", "English"], ["ja", "日本語"]].map(([code, text]) => el("option", { value: code, selected: code === language() }, text)));
  tongue.addEventListener("change", () => { speak(tongue.value); open(); });
  const links = SECTIONS.map((each) => el("a", { href: `#/${each}`, "aria-current": each === name ? "page" : null }, t(each)));
  return el("div", { class: "bar" },
    el("a", { class: "brand", href: "#/jobs" }, el("img", { src: "/page/icon.svg", alt: "", width: 28, height: 28 }), t("product")),
    section ? el("nav", { "aria-label": t("nav") }, links) : null,
    el("div", { class: "tools" }, tongue, section ? button(t("signOut"), leave, "plain") : null));
}

function leave() {
  api.forget();
  history.replaceState(null, "", "#/jobs");
  open();
}

addEventListener("hashchange", () => { open(); main.focus({ preventScroll: true }); scrollTo(0, 0); });
addEventListener("signed-out", (event) => {
  if (!document.body.classList.contains("inside")) return; // still at the door, which says it itself
  api.forget();
  open();
  main.querySelector(".field")?.before(wrong(event.detail ?? ""));
});
open();
