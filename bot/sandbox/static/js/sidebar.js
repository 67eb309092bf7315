// The dark side: workspace name, channels, the app; and who one acts as.

import { h, place } from "./dom.js";
import { avatar, icon } from "./icons.js";
import { look, store } from "./store.js";
import { unread } from "./unread.js";

export function drawSidebar() {
  const { channels, team } = store.snapshot;
  document.getElementById("team").textContent = team.name;
  place(document.getElementById("channels"), channels.filter((each) => !each.is_im).map(entry));
  place(document.getElementById("apps"), channels.filter((each) => each.is_im).map(entry));
  const noteBox = document.getElementById("model-note");
  noteBox.textContent = store.snapshot.model_note;
  noteBox.hidden = !store.snapshot.model_note;
}

function entry(channel) {
  const current = channel.id === store.channel;
  const { fresh, mentions } = current ? { fresh: 0, mentions: 0 } : unread(channel);
  const bot = store.snapshot.users.find((each) => each.user_id === store.snapshot.app.bot_user);
  return h(
    "button",
    {
      type: "button",
      class: fresh ? "side-entry unread" : "side-entry",
      "aria-current": current ? "page" : null,
      "aria-label": `${channel.is_im ? "App" : "Channel"} ${channel.name}${mentions ? `, ${mentions} unread` : ""}`,
      onclick: () => look({ channel: channel.id, thread: null, tab: "messages" }),
    },
    channel.is_im ? avatar(bot, 20) : icon(channel.is_private ? "lock" : "hash", 16),
    h("span", { class: "side-name" }, channel.name),
    mentions > 0 && h("span", { class: "count-badge" }, String(mentions)),
  );
}

/** Buttons for the people of the workspace; `choose(user_id)` on a click. */
export function drawSwitcher(choose) {
  const people = store.snapshot.users.filter((each) => store.snapshot.people.includes(each.user_id));
  const one = (person) =>
    h(
      "button",
      {
        type: "button",
        class: "person",
        "aria-pressed": String(person.user_id === store.me),
        "aria-label": `Act as ${person.real_name}`,
        title: `${person.real_name}: ${person.role}, ${person.title}`,
        onclick: () => choose(person.user_id),
      },
      avatar(person, 26),
      h("span", { class: "person-words" }, h("span", { class: "person-name" }, person.real_name), h("span", { class: "person-role" }, person.role)),
    );
  place(document.getElementById("people"), people.map(one));
}
