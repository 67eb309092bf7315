// Input blocks of a modal (or message): label, element, hint, error; and what was filled in, for submitting.

import { h } from "./dom.js";
import { choices, chosenIn, moment, multiSelect, select, typed } from "./elements.js";
import { textObject } from "./mrkdwn.js";

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "number" };

export function inputBlock(block, where) {
  const each = block.element;
  const id = `input-${block.block_id}`;
  const error = where.errors?.[block.block_id];
  const inside = { ...where, id, label: `${id}-label`, changed: where.dispatches(block) };
  const node = draw(each, block, inside);
  if (error) node.setAttribute("aria-invalid", "true");
  node.setAttribute("aria-describedby", `${id}-note`);
  const optional = block.optional && h("span", { class: "optional" }, " (optional)");
  return h(
    "div",
    { class: error ? "block input wrong" : "block input", data: { block: block.block_id } },
    h("label", { class: "input-label", for: id, id: `${id}-label` }, textObject(block.label), optional),
    node,
    h("div", { id: `${id}-note` }, error && h("div", { class: "input-error", role: "alert" }, error), block.hint && h("div", { class: "hint" }, textObject(block.hint))),
  );
}

function draw(each, block, where) {
  switch (each.type) {
    case "radio_buttons":
      return choices("radio", each, block, where);
    case "checkboxes":
      return choices("checkbox", each, block, where);
    case "multi_static_select":
    case "multi_users_select":
    case "multi_channels_select":
    case "multi_conversations_select":
      return multiSelect(each, block, where);
    case "datepicker":
      return typed("date", each.initial_date, each, block, where);
    case "timepicker":
      return typed("time", each.initial_time, each, block, where);
    case "datetimepicker":
      return moment(each, block, where);
    default:
      return each.type.endsWith("select") ? select(each, block, where) : text(each, block, where);
  }
}

function text(each, block, where) {
  const props = {
    id: where.id,
    class: "field-input",
    placeholder: each.placeholder?.text,
    maxlength: each.max_length,
    "data-autofocus": each.focus_on_load,
    "aria-required": block.optional ? null : "true",
  };
  const node = each.multiline
    ? h("textarea", { ...props, rows: 6 })
    : h("input", { ...props, type: TYPES[each.type] ?? "text" });
  node.value = each.initial_value ?? "";
  node.addEventListener("change", () => where.changed(each, block, node.value, node));
  return node;
}

/** {block_id: value} of every input drawn under `root`. */
export function filledIn(root, blocks) {
  const values = {};
  for (const block of blocks.filter((each) => each.type === "input")) {
    const node = root.querySelector(`#${CSS.escape(`input-${block.block_id}`)}`);
    if (node) values[block.block_id] = valueOf(node);
  }
  return values;
}

/** Put back what was filled in before the view was drawn again. */
export function fillIn(root, values) {
  for (const [blockId, value] of Object.entries(values)) {
    const node = root.querySelector(`#${CSS.escape(`input-${blockId}`)}`);
    if (!node) continue;
    if (node.matches(".choices")) {
      for (const box of node.querySelectorAll("input")) box.checked = [value].flat().includes(box.value);
    } else if (node.multiple) {
      for (const option of node.options) option.selected = value.includes(option.value);
    } else node.value = value;
  }
}

function valueOf(node) {
  if (node.matches(".choices")) return chosenIn(node, node.getAttribute("role") === "radiogroup" ? "radio" : "checkbox");
  if (node.multiple) return [...node.selectedOptions].map((option) => option.value);
  if (node.dataset.seconds) return node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null;
  return node.value;
}
