// Emoji by their Slack names: for shortcodes in text, reactions, the picker and the composer's suggestions.

const NAMES = `+1 👍|-1 👎|thumbsup 👍|thumbsdown 👎|smile 😄|smiley 😃|grinning 😀|grin 😁|joy 😂|rolling_on_the_floor_laughing 🤣
slightly_smiling_face 🙂|upside_down_face 🙃|wink 😉|blush 😊|innocent 😇|heart_eyes 😍|kissing_heart 😘|yum 😋|sunglasses 😎|nerd_face 🤓
thinking_face 🤔|neutral_face 😐|expressionless 😑|smirk 😏|unamused 😒|face_with_rolling_eyes 🙄|grimacing 😬|relieved 😌|pensive 😔|sleepy 😪
sleeping 😴|mask 😷|dizzy_face 😵|exploding_head 🤯|partying_face 🥳|confused 😕|worried 😟|open_mouth 😮|hushed 😯|astonished 😲
flushed 😳|pleading_face 🥺|cry 😢|sob 😭|scream 😱|disappointed 😞|sweat 😓|sweat_smile 😅|weary 😩|triumph 😤|rage 😡|angry 😠
wave 👋|raised_hand ✋|hand 🤚|raised_back_of_hand 🤚|ok_hand 👌|v ✌️|crossed_fingers 🤞|point_left 👈|point_right 👉|point_up 👆|point_down 👇
fist ✊|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|writing_hand ✍️|eyes 👀|brain 🧠|bow 🙇|shrug 🤷|facepalm 🤦|robot_face 🤖
heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|broken_heart 💔|sparkling_heart 💖|100 💯|boom 💥
star ⭐|star2 🌟|sparkles ✨|zap ⚡|fire 🔥|tada 🎉|confetti_ball 🎊|balloon 🎈|gift 🎁|trophy 🏆|medal 🏅|rocket 🚀|airplane ✈️|train 🚆|car 🚗
bulb 💡|bell 🔔|mega 📣|speech_balloon 💬|thought_balloon 💭|hourglass ⌛|hourglass_flowing_sand ⏳|alarm_clock ⏰|stopwatch ⏱️|calendar 📆
memo 📝|pencil ✏️|pencil2 ✏️|book 📖|books 📚|bookmark 🔖|clipboard 📋|pushpin 📌|paperclip 📎|link 🔗|mag 🔍|lock 🔒|unlock 🔓|key 🔑
hammer 🔨|wrench 🔧|gear ⚙️|scales ⚖️|bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|computer 💻|email ✉️|package 📦
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|heavy_plus_sign ➕|question ❓|exclamation ❗
warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|information_source ℹ️|recycle ♻️|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️
red_circle 🔴|large_blue_circle 🔵|large_green_circle 🟢|large_yellow_circle 🟡|white_circle ⚪|white_small_square ▫️|black_small_square ▪️
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|sunny ☀️|cloud ☁️|umbrella ☔|snowflake ❄️|rainbow 🌈|seedling 🌱|herb 🌿|four_leaf_clover 🍀
cherry_blossom 🌸|maple_leaf 🍁|dog 🐶|cat 🐱|bear 🐻|bird 🐦|owl 🦉|bug 🐛|apple 🍎|bread 🍞|baguette_bread 🥖|croissant 🥐|pretzel 🥨|bagel 🥯
cake 🍰|birthday 🎂|cookie 🍪|doughnut 🍩|rice_ball 🍙|sushi 🍣|coffee ☕|tea 🍵|beer 🍺|house 🏠|office 🏢|convenience_store 🏪|jp 🇯🇵`;

export const EMOJI = new Map(
  NAMES.split(/[|\n]/).map((entry) => {
    const [name, sign] = entry.split(" ");
    return [name, sign];
  }),
);
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
