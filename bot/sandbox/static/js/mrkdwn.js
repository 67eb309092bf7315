// Slack's own markup (`*bold*`, `_italic_`, `<@U1>`, entities escaped) → nodes.

import { h } from "./dom.js";
import { ADDRESS, CODE, SHORTCODE, TOKENS, inline, lines, unescaped } from "./inline.js";

const EDGE = /[^\p{L}\p{N}]/u;
const RULES = [
  ...TOKENS,
  CODE,
  [/\*(?=\S)([^*\n]*[^*\s])\*(?![\p{L}\p{N}])/uy, (match, inner) => h("strong", {}, inner(match[1])), EDGE],
  [/_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}])/uy, (match, inner) => h("em", {}, inner(match[1])), EDGE],
  [/~(?=\S)([^~\n]*[^~\s])~(?![\p{L}\p{N}])/uy, (match, inner) => h("s", {}, inner(match[1])), EDGE],
  SHORTCODE,
  ADDRESS,
  [/&(lt|gt|amp);/y, (match) => unescaped(match[0])],
];

/** Block structure: ``` fences, > quotes, and lines. */
export function mrkdwn(text) {
  return text.split(/```\n?([\s\S]*?)\n?```\n?/).flatMap((part, index) => {
    if (index % 2) return [h("pre", {}, h("code", {}, unescaped(part)))];
    return part ? quotes(part) : [];
  });
}

function quotes(text) {
  const nodes = [];
  for (const [quoted, run] of runs(text.split("\n"), (line) => /^(&gt;|>)/.test(line))) {
    if (quoted) nodes.push(h("blockquote", {}, spoken(run.map((line) => line.replace(/^(&gt;|>) ?/, "")))));
    else nodes.push(...spoken(run));
  }
  return nodes;
}

function spoken(some) {
  return lines(some.join("\n"), (line) => inline(line, RULES)).flat();
}

/** Neighbouring lines grouped by whether they match. */
function runs(some, matches) {
  const groups = [];
  for (const line of some) {
    const kind = matches(line);
    const last = groups.at(-1);
    if (last && last[0] === kind) last[1].push(line);
    else groups.push([kind, [line]]);
  }
  return groups;
}

/** A text object: plain_text (emoji only) or mrkdwn. */
export function textObject(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return lines(object.text, (line) => inline(line, [SHORTCODE])).flat();
}
