// Block Kit → nodes, as Slack draws it. `where` says how a click travels: {send(element, block, value, node)},
// and keeps what is pressed or filled in: {pressed(element, block), errors, draft}. Elements are drawn by elements.js.

import { h, link, safeUrl } from "./dom.js";
import { avatar, icon } from "./icons.js";
import { channelMention, emoji, mention } from "./inline.js";
import { element } from "./elements.js";
import { inputBlock } from "./inputs.js";
import { markdown } from "./markdown.js";
import { textObject } from "./mrkdwn.js";
import { user } from "./store.js";

const DRAW = {
  section,
  context,
  actions: (block, where) => h("div", { class: "block actions" }, block.elements.map((each) => element(each, block, where))),
  context_actions: (block, where) =>
    h("div", { class: "block context-actions" }, block.elements.map((each) => element(each, block, where))),
  divider: () => h("hr", { class: "block divider" }),
  header: (block) => h("h3", { class: "block header" }, textObject(block.text)),
  image: imageBlock,
  input: inputBlock,
  markdown: (block) => h("div", { class: "block" }, markdown(block.text)),
  rich_text: (block) => h("div", { class: "block rich-text" }, block.elements.map(richText)),
  table: tableBlock,
};

export function drawBlocks(blocks, where) {
  return blocks.map((block) => (DRAW[block.type] ?? unknown)(block, where));
}

function unknown(block) {
  return h("div", { class: "block unknown" }, `This sandbox does not draw "${block.type}" blocks.`);
}

function section(block, where) {
  const fields = block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "field" }, textObject(field))));
  const words = h("div", { class: "words" }, block.text && h("div", { class: "text" }, textObject(block.text)), fields);
  if (!block.accessory) return h("div", { class: "block section" }, words);
  const side = block.accessory.type === "image" ? picture(block.accessory, "thumb") : element(block.accessory, block, where);
  return h("div", { class: "block section with-accessory" }, words, h("div", { class: "accessory" }, side));
}

function context(block) {
  const parts = block.elements.map((each) =>
    each.type === "image" ? picture(each, "tiny") : h("span", { class: "context-text" }, textObject(each)),
  );
  return h("div", { class: "block context" }, parts);
}

function imageBlock(block) {
  const title = block.title && h("div", { class: "image-title" }, textObject(block.title));
  return h("figure", { class: "block image" }, title, picture(block, "large"));
}

export function picture(image, size) {
  const address = image.image_url ?? `/sandbox/files/${encodeURIComponent(fileId(image.slack_file))}`;
  return h("img", { class: `picture ${size}`, src: safeUrl(address), alt: image.alt_text, loading: "lazy" });
}

function tableBlock(block) {
  const cell = (each) => (each.type === "rich_text" ? each.elements.map(richText) : (each.text ?? ""));
  const [head, ...rows] = block.rows;
  const row = (tag) => (cells) => h("tr", {}, cells.map((each) => h(tag, {}, cell(each))));
  const grid = h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, rows.map(row("td"))));
  return h("div", { class: "block table", tabindex: 0, role: "group", "aria-label": "Table" }, grid);
}

function richText(part) {
  const inside = (part.elements ?? []).map((each) => (each.elements ? richText(each) : richInline(each)));
  switch (part.type) {
    case "rich_text_list":
      return h(part.style === "ordered" ? "ol" : "ul", {}, inside.map((each) => h("li", {}, each)));
    case "rich_text_quote":
      return h("blockquote", {}, inside);
    case "rich_text_preformatted":
      return h("pre", {}, h("code", {}, inside));
    default:
      return h("span", { class: "rich-section" }, inside);
  }
}

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

function richInline(part) {
  let node = richLeaf(part);
  for (const [name, tag] of Object.entries(STYLES)) if (part.style?.[name]) node = h(tag, {}, node);
  return node;
}

function richLeaf(part) {
  switch (part.type) {
    case "link":
      return link(part.url, part.text ?? part.url);
    case "user":
      return mention(part.user_id);
    case "channel":
      return channelMention(part.channel_id);
    case "emoji":
      return emoji(part.name);
    case "broadcast":
      return h("span", { class: "mention me" }, `@${part.range}`);
    default:
      return h("span", { class: "pre-line" }, part.text ?? "");
  }
}

/** Tasks and a plan that a stream carries beside its text. */
export function drawTasks(message) {
  if (!message.tasks && !message.plan) return null;
  const mark = { complete: "check", error: "warning" };
  const tasks = (message.tasks ?? []).map((task) =>
    h("li", { class: `task-${task.status}` }, mark[task.status] ? icon(mark[task.status], 14) : h("span", { class: "spinner" }), task.title),
  );
  return h("div", { class: "block tasks" }, message.plan && h("div", { class: "plan" }, message.plan), h("ul", {}, tasks));
}

export function face(userId, size) {
  return avatar(user(userId), size);
}

/** A file's id, also where it is named by its url_private (…/files-pri/T…-F…/name). */
function fileId(file) {
  return file?.id ?? /-(F[A-Z0-9]+)\//.exec(file?.url ?? "")?.[1] ?? "";
}
