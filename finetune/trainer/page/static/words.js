// Which language the page speaks, and how it writes numbers, sizes and times.

import en from "./english.js";
import ja from "./japanese.js";

const KEPT = "trainer-language";
const languages = { en, ja };

const preferred = () => (navigator.language.toLowerCase().startsWith("ja") ? "ja" : "en");
export const language = () => {
  const kept = localStorage.getItem(KEPT);
  return kept in languages ? kept : preferred();
};
export const speak = (code) => localStorage.setItem(KEPT, code);

// The text called `name`, with {places} filled in.
export function t(name, places = {}) {
  const text = languages[language()][name] ?? en[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, place) => (place in places ? places[place] : whole));
}

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
export const loss = (value) =>
  value === null || value === undefined ? "–" : number(value, Math.abs(value) < 0.1 ? 4 : Math.abs(value) < 10 ? 3 : 1);
export const share = (value, digits = 0) =>
  value === null || value === undefined ? "–" : `${number(value * 100, digits)} %`;

export const rowCount = (count) => t(count === 1 ? "row" : "rows", { n: number(count) });

export function bytes(count) {
  if (count < 1000) return t("bytes", { n: number(count) });
  if (count < 1e6) return `${number(count / 1e3, 1)} kB`;
  return count < 1e9 ? `${number(count / 1e6, 1)} MB` : `${number(count / 1e9, 1)} GB`;
}

const date = (seconds) => new Date(seconds * 1000);
const sameDay = (a, b) => a.toDateString() === b.toDateString();

export function when(seconds) {
  const then = date(seconds);
  const style = sameDay(then, new Date()) ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language(), style).format(then);
}

export const clock = (seconds) =>
  new Intl.DateTimeFormat(language(), { timeStyle: "medium" }).format(date(seconds));

// "4 min", "2 h 5 min": how long something takes or took.
export function lasting(seconds) {
  if (seconds < 60) return t("seconds", { n: number(Math.max(1, Math.round(seconds))) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("minutes", { n: number(minutes) });
  return t("hours", { h: number(Math.floor(minutes / 60)), m: number(minutes % 60) });
}
