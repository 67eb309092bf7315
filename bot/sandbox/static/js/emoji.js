// Emoji by their Slack names: for shortcodes in text, reactions, the picker and the composer's suggestions.

const response = await fetch("/sandbox/static/emoji.json"); // the same list by which the server knows a name
export const EMOJI = new Map(Object.entries(await response.json()));
const TONES = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" };
export const FREQUENT = ["+1", "-1", "heart", "tada", "eyes", "white_check_mark", "pray", "raised_hands"];

/** The sign of `+1` or `+1::skin-tone-3`; `:name:` where there is none. */
export function sign(name) {
  const [plain, tone] = name.split("::skin-tone-");
  const found = EMOJI.get(plain);
  return found ? found + (TONES[tone] ?? "") : `:${name}:`;
}

/** Names that begin with, then names that contain, what was typed. */
export function emojiLike(typed, most) {
  const names = [...EMOJI.keys()];
  const first = names.filter((name) => name.startsWith(typed));
  const rest = names.filter((name) => !name.startsWith(typed) && name.includes(typed));
  return [...first, ...rest].slice(0, most);
}
