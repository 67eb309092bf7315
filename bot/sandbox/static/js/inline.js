// One line of text → nodes. `mrkdwn.js` and `markdown.js` give the rules; this file gives the marks both share.

import { h, link } from "./dom.js";
import { EMOJI, sign } from "./emoji.js";
import { channelName, personName, store } from "./store.js";
import { moment } from "./time.js";

/** Rules: [sticky RegExp, (match, inner) => node, allowed-before RegExp?]. What no rule takes stays text. */
export function inline(text, rules) {
  const nodes = [];
  let plain = "";
  let at = 0;
  const inner = (part) => inline(part, rules);
  while (at < text.length) {
    const taken = firstMatch(text, at, rules);
    if (!taken) {
      plain += text[at];
      at += 1;
      continue;
    }
    const [match, make] = taken;
    const node = make(match, inner);
    if (typeof node === "string") plain += node;
    else {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(node);
    }
    at += match[0].length;
  }
  return plain ? [...nodes, plain] : nodes;
}

function firstMatch(text, at, rules) {
  for (const [pattern, make, before] of rules) {
    if (before && at > 0 && !before.test(text[at - 1])) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return [match, make];
  }
  return null;
}

/** `<@U…>`, `<#C…>`, `<!here>`, `<https://…|text>` as Slack sends them. */
export const TOKENS = [
  [/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/y, (match) => mention(match[1])],
  [/<#(C[A-Z0-9]+)(?:\|([^>]*))?>/y, (match) => channelMention(match[1], match[2])],
  [/<!(here|channel|everyone)(?:\|[^>]*)?>/y, (match) => h("span", { class: "mention me" }, `@${match[1]}`)],
  [/<!date\^(\d+)\^([^|>^]*)(?:\^[^|>]*)?\|([^>]*)>/y, (match) => moment(match[1], match[2]) ?? match[3]],
  [/<!subteam\^(S[A-Z0-9]+)(?:\|([^>]*))?>/y, (match) => h("span", { class: "mention" }, match[2] || `@${match[1]}`)],
  [/<((?:https?:\/\/|mailto:)[^|>\s]+)(?:\|([^>]*))?>/y, (match) => link(unescaped(match[1]), unescaped(match[2] || match[1]))],
];
export const SHORTCODE = [/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/y, (match) => shortcode(match)];
export const CODE = [/`([^`\n]+)`/y, (match) => h("code", {}, unescaped(match[1]))];
export const ADDRESS = [/https?:\/\/[^\s<>()]*[^\s<>().,;:!?'"]/y, (match) => link(unescaped(match[0]), unescaped(match[0])), /[\s(]/];

function shortcode(match) {
  return EMOJI.has(match[1].split("::")[0]) ? emoji(match[1]) : match[0];
}

export function emoji(name) {
  return h("span", { class: "emoji", role: "img", "aria-label": name, title: `:${name}:` }, sign(name));
}

export function mention(userId) {
  const mine = userId === store.me;
  return h("span", { class: mine ? "mention me" : "mention" }, `@${personName(userId)}`);
}

export function channelMention(channelId, name) {
  return h("span", { class: "mention" }, `#${name || channelName(channelId)}`);
}

export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Lines joined by <br>, each rendered by `draw`. */
export function lines(text, draw) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), draw(line)] : [draw(line)]));
}
