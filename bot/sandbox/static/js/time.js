// Slack's timestamps as people read them.

export function clock(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
}

export function day(ts) {
  const date = new Date(Number(ts) * 1000);
  const today = new Date();
  const days = Math.round((midnight(today) - midnight(date)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return date.toLocaleDateString("en-US", { weekday: "long", month: "long", day: "numeric" });
}

export function ago(ts, now) {
  const seconds = now - Number(ts);
  if (seconds < 90) return "just now";
  if (seconds < 3600) return `${Math.round(seconds / 60)} minutes ago`;
  return `${day(ts).toLowerCase()} at ${clock(ts)}`;
}

export function full(ts) {
  return new Date(Number(ts) * 1000).toLocaleString("en-US", { dateStyle: "full", timeStyle: "medium" });
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

const PARTS = {
  date_num: (date) => date.toLocaleDateString("sv-SE"),
  date: (date) => date.toLocaleDateString("en-US", { dateStyle: "long" }),
  date_short: (date) => date.toLocaleDateString("en-US", { dateStyle: "medium" }),
  date_long: (date) => date.toLocaleDateString("en-US", { dateStyle: "full" }),
  time: (date) => date.toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" }),
  time_secs: (date) => date.toLocaleTimeString("en-US", { timeStyle: "medium" }),
};

/** What Slack makes of `<!date^seconds^{date_short_pretty} {time}|…>`; null where a part is unknown. */
export function moment(seconds, format) {
  const date = new Date(Number(seconds) * 1000);
  let known = true;
  const words = format.replace(/\{(\w+?)(_pretty)?\}/g, (_, name, pretty) => {
    const days = Math.round((midnight(date) - midnight(new Date())) / 86_400_000);
    if (pretty && Math.abs(days) <= 1) return ["yesterday", "today", "tomorrow"][days + 1];
    known &&= name in PARTS;
    return PARTS[name]?.(date) ?? "";
  });
  return known ? words : null;
}
