// Standard Markdown as a `markdown` block shows it: headings, lists, tables, quotes, code → nodes.
// It is also drawn while it grows: an unclosed fence is code up to the end.

import { h, link } from "./dom.js";
import { ADDRESS, CODE, SHORTCODE, TOKENS, inline, lines } from "./inline.js";

const WORD = /[^\p{L}\p{N}]/u;
const RULES = [
  [/\\([\\`*_{}[\]()#+\-.!|~>])/y, (match) => match[1]],
  [/``(.+?)``/y, (match) => h("code", {}, match[1].trim())],
  CODE,
  ...TOKENS,
  [/!\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/y, (match) => link(match[2], match[1] || match[2])],
  [/\[([^\]]+)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/y, (match, inner) => link(match[2], ...inner(match[1]))],
  [/\*\*\*(?=\S)(.+?\S|\S)\*\*\*/y, (match, inner) => h("strong", {}, h("em", {}, inner(match[1])))],
  [/\*\*(?=\S)(.+?\S|\S)\*\*/y, (match, inner) => h("strong", {}, inner(match[1]))],
  [/__(?=\S)(.+?\S|\S)__/y, (match, inner) => h("strong", {}, inner(match[1])), WORD],
  [/~~(?=\S)(.+?\S|\S)~~/y, (match, inner) => h("s", {}, inner(match[1]))],
  [/\*(?=\S)([^*]*[^*\s])\*/y, (match, inner) => h("em", {}, inner(match[1]))],
  [/_(?=\S)([^_]*[^_\s])_(?![\p{L}\p{N}])/uy, (match, inner) => h("em", {}, inner(match[1])), WORD],
  SHORTCODE,
  ADDRESS,
];
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const FENCE = /^\s*(```+|~~~+)\s*([\w+-]*)\s*$/;
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const spans = (text) => inline(text, RULES);

export function markdown(text) {
  return h("div", { class: "markdown" }, blocks(text.replaceAll("\r\n", "\n").split("\n")));
}

function blocks(source) {
  const nodes = [];
  let at = 0;
  while (at < source.length) {
    const [node, next] = block(source, at);
    if (node) nodes.push(node);
    at = next;
  }
  return nodes;
}

/** The node that begins at line `at`, and the line after it. */
function block(source, at) {
  const line = source[at];
  if (!line.trim()) return [null, at + 1];
  const fence = FENCE.exec(line);
  if (fence) return codeBlock(source, at, fence[1]);
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) return [h(`h${Math.min(heading[1].length + 2, 6)}`, {}, spans(heading[2])), at + 1];
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return [h("hr"), at + 1];
  if (/^\s*>/.test(line)) return quote(source, at);
  if (ITEM.test(line)) return list(source, at);
  if (isTable(source, at)) return table(source, at);
  return paragraph(source, at);
}

function codeBlock(source, at, mark) {
  let end = at + 1;
  while (end < source.length && !source[end].trim().startsWith(mark)) end += 1;
  return [h("pre", {}, h("code", {}, source.slice(at + 1, end).join("\n"))), end + 1];
}

function quote(source, at) {
  let end = at;
  while (end < source.length && /^\s*>/.test(source[end])) end += 1;
  const inside = source.slice(at, end).map((line) => line.replace(/^\s*> ?/, ""));
  return [h("blockquote", {}, blocks(inside)), end];
}

function list(source, at) {
  const [, indent, mark] = ITEM.exec(source[at]);
  const ordered = /\d/.test(mark);
  const items = [];
  let end = at;
  while (end < source.length) {
    const item = ITEM.exec(source[end]);
    if (item && item[1].length <= indent.length + 1 && /\d/.test(item[2]) === ordered && item[1].length >= indent.length) {
      items.push([item[3]]);
    } else if (items.length && isInside(source, end, indent.length)) {
      items.at(-1).push(source[end].slice(Math.min(indent.length + 2, leading(source[end]))));
    } else break;
    end += 1;
  }
  const props = ordered ? { start: parseInt(mark, 10) } : {};
  return [h(ordered ? "ol" : "ul", props, items.map(listItem)), end];
}

/** Still part of an item: indented further, or an empty line with more of the list behind it. */
function isInside(source, at, indent) {
  if (source[at].trim()) return leading(source[at]) > indent;
  const next = source.slice(at + 1).find((line) => line.trim());
  return next !== undefined && (leading(next) > indent || (ITEM.test(next) && leading(next) === indent));
}

function leading(line) {
  return line.length - line.trimStart().length;
}

function listItem([first, ...rest]) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(first);
  const head = task ? [h("input", { type: "checkbox", disabled: true, checked: task[1] !== " " }), " ", spans(task[2])] : spans(first);
  return h("li", task ? { class: "task" } : {}, head, blocks(rest));
}

function isTable(source, at) {
  return source[at].includes("|") && at + 1 < source.length && source[at + 1].includes("-") && DELIMITER.test(source[at + 1]);
}

function table(source, at) {
  const sides = cells(source[at + 1]).map(side);
  let end = at + 2;
  while (end < source.length && source[end].includes("|")) end += 1;
  const row = (tag) => (line) =>
    h("tr", {}, cells(line).map((cell, index) => h(tag, { class: sides[index] ?? null }, spans(cell))));
  const head = h("thead", {}, row("th")(source[at]));
  const body = h("tbody", {}, source.slice(at + 2, end).map(row("td")));
  return [h("div", { class: "table", tabindex: 0, role: "group", "aria-label": "Table" }, h("table", {}, head, body)), end];
}

function cells(line) {
  const inside = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inside.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function side(delimiter) {
  if (!delimiter.endsWith(":")) return null;
  return delimiter.startsWith(":") ? "centre" : "right";
}

function paragraph(source, at) {
  let end = at + 1;
  while (end < source.length && source[end].trim() && !interrupts(source, end)) end += 1;
  return [h("p", {}, lines(source.slice(at, end).join("\n"), spans)), end];
}

function interrupts(source, at) {
  const line = source[at];
  return FENCE.test(line) || /^#{1,6}\s/.test(line) || /^\s*>/.test(line) || ITEM.test(line) || isTable(source, at);
}
