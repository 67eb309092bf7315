// What can be pressed or chosen in a block: buttons, feedback buttons, selects, radio buttons, checkboxes, menus.
// A click goes to `where.send(element, block, value, node)`.

import { confirmed } from "./confirm.js";
import { h, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { textObject } from "./mrkdwn.js";
import { store } from "./store.js";

const DRAW = {
  button,
  workflow_button: button,
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
  static_select: select,
  external_select: select,
  users_select: select,
  channels_select: select,
  conversations_select: select,
  multi_static_select: multiSelect,
  multi_users_select: multiSelect,
  multi_channels_select: multiSelect,
  multi_conversations_select: multiSelect,
  overflow,
  radio_buttons: (each, block, where) => choices("radio", each, block, where),
  checkboxes: (each, block, where) => choices("checkbox", each, block, where),
  datepicker: (each, block, where) => typed("date", each.initial_date, each, block, where),
  timepicker: (each, block, where) => typed("time", each.initial_time, each, block, where),
  datetimepicker: moment,
};

export function element(each, block, where) {
  const draw = DRAW[each.type];
  return draw ? draw(each, block, where) : h("span", { class: "unknown" }, `This sandbox does not draw "${each.type}".`);
}

/** Ask first where the element wants it, then send. */
async function press(each, block, where, value, node) {
  if (each.confirm && !(await confirmed(each.confirm))) return;
  node?.classList.add("waiting");
  await where.send(each, block, value, node);
  node?.classList.remove("waiting");
}

function button(each, block, where) {
  const href = each.url && safeUrl(each.url);
  const props = {
    class: `button ${each.style ?? ""}`,
    "aria-label": each.accessibility_label,
    data: { focus: each.action_id },
    onclick: (event) => press(each, block, where, each.value, event.currentTarget),
  };
  if (href) return h("a", { ...props, href, target: "_blank", rel: "noopener noreferrer" }, textObject(each.text));
  return h("button", { ...props, type: "button" }, textObject(each.text));
}

function feedbackButtons(each, block, where) {
  const chosen = where.pressed?.(each, block);
  const one = (side, drawing) => {
    const choice = each[side];
    const pressed = chosen === choice.value;
    return h(
      "button",
      {
        type: "button",
        class: pressed ? "feedback chosen" : "feedback",
        title: choice.text.text,
        "aria-label": choice.accessibility_label ?? choice.text.text,
        "aria-pressed": String(pressed),
        data: { focus: `${each.action_id}-${side}` },
        onclick: (event) => press(each, block, where, choice.value, event.currentTarget),
      },
      icon(drawing, 16),
    );
  };
  return h("span", { class: "feedback-pair", role: "group", "aria-label": "Feedback" }, one("positive_button", "up"), one("negative_button", "down"));
}

function iconButton(each, block, where) {
  const props = { type: "button", class: "feedback", "aria-label": each.accessibility_label ?? each.text.text, title: each.text.text };
  return h("button", { ...props, onclick: (event) => press(each, block, where, each.value, event.currentTarget) }, icon("bin", 16));
}

function options(each) {
  if (each.type.endsWith("users_select")) return store.snapshot.users.map((user) => plain(user.user_id, user.real_name));
  if (/(channels|conversations)_select$/.test(each.type))
    return store.snapshot.channels.map((channel) => plain(channel.id, channel.is_im ? channel.name : `#${channel.name}`));
  return each.options ?? (each.option_groups ?? []).flatMap((group) => group.options);
}

function plain(value, text) {
  return { value, text: { type: "plain_text", text } };
}

function initial(each) {
  return each.initial_option?.value ?? each.initial_user ?? each.initial_channel ?? each.initial_conversation ?? "";
}

export function select(each, block, where) {
  const empty = h("option", { value: "" }, each.placeholder?.text ?? "Select an option");
  const rest = options(each).map((option) => h("option", { value: option.value }, option.text.text));
  const node = h("select", { class: "select", "aria-label": where.label ? null : (each.placeholder?.text ?? each.action_id), id: where.id }, empty, rest);
  node.value = where.draft?.[each.action_id] ?? initial(each);
  node.addEventListener("change", () => node.value && where.changed(each, block, node.value, node));
  return node;
}

export function multiSelect(each, block, where) {
  const given = each.initial_users ?? each.initial_channels ?? each.initial_conversations;
  const chosen = new Set(given ?? (each.initial_options ?? []).map((option) => option.value));
  const rest = options(each).map((option) => h("option", { value: option.value, selected: chosen.has(option.value) }, option.text.text));
  const node = h("select", { class: "select multi", multiple: true, "aria-label": where.label ? null : each.action_id, id: where.id }, rest);
  node.addEventListener("change", () => where.changed(each, block, [...node.selectedOptions].map((option) => option.value), node));
  return node;
}

export function choices(type, each, block, where) {
  const group = `${block.block_id}-${each.action_id}`;
  const chosen = new Set([each.initial_option, ...(each.initial_options ?? [])].filter(Boolean).map((option) => option.value));
  const line = (option) => {
    const box = h("input", { type, name: group, value: option.value, checked: chosen.has(option.value) });
    box.addEventListener("change", () => where.changed(each, block, chosenIn(list, type), list));
    const more = option.description && h("span", { class: "description" }, textObject(option.description));
    return h("label", { class: "choice" }, box, h("span", {}, textObject(option.text), more));
  };
  const role = type === "radio" ? "radiogroup" : "group";
  const list = h("div", { class: "choices", role, "aria-labelledby": where.label, id: where.id });
  list.append(...options(each).map(line));
  return list;
}

export function chosenIn(list, type) {
  const values = [...list.querySelectorAll("input:checked")].map((box) => box.value);
  return type === "radio" ? (values[0] ?? null) : values;
}

export function typed(type, value, each, block, where) {
  const node = h("input", { class: "field-input short", type, value: value ?? "", id: where.id, "aria-label": where.label ? null : each.action_id });
  node.addEventListener("change", () => where.changed(each, block, node.value, node));
  return node;
}

/** A day and a time, which Slack gives as seconds since 1970. */
export function moment(each, block, where) {
  const start = each.initial_date_time ? new Date(each.initial_date_time * 1000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
  const seconds = { ...where, changed: (one, inside, value, node) => where.changed(one, inside, Math.floor(new Date(value).getTime() / 1000), node) };
  const node = typed("datetime-local", start, each, block, seconds);
  node.dataset.seconds = "yes";
  return node;
}

function overflow(each, block, where) {
  const open = (event) => {
    const items = each.options.map((option) => ({
      text: option.text.text,
      act: () => press(each, block, where, option.value, null),
    }));
    openMenu(event.currentTarget, items);
  };
  return h("button", { type: "button", class: "button square", "aria-label": "More options", "aria-haspopup": "menu", onclick: open }, icon("more", 16));
}
