// The page's drawings: line icons on a 20 × 20 grid, and avatars made of a colour and a letter.

import { svg } from "./dom.js";

const PATHS = {
  hash: "M8 3 6.5 17M13.500 3 12 17M3.500 7.500h14M2.500 12.500h14",
  lock: "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9",
  smile: "M10 2.500a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15M6.800 11.500c.6 1.700 1.800 2.500 3.200 2.500s2.600-.8 3.200-2.500M7.500 7.500v.8M12.500 7.500v.8",
  addSmile: "M12.500 3.300A7.200 7.200 0 1 0 16.800 8M6.800 12c.6 1.600 1.800 2.300 3.200 2.300s2.600-.7 3.200-2.300M7.500 8v.8M12.500 8v.8M16 1.500v5M13.500 4h5",
  thread: "M3 4h14v10H9l-4 3.500V14H3zM6.500 7.500h7M6.500 10.500h4.500",
  more: "M10 4.500v.1M10 10v.1M10 15.500v.1",
  close: "M4.500 4.500l11 11M15.500 4.500l-11 11",
  plus: "M10 4v12M4 10h12",
  send: "M3 3.500 17.500 10 3 16.500l1.800-6.500zM4.800 10h6",
  at: "M13 7v4.500c0 1.400.8 2 1.800 2 1.500 0 2.200-1.500 2.200-3.500a7 7 0 1 0-3 5.800M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0",
  slash: "M3 3h14v14H3zM12 6l-4 8",
  bold: "M6 4h4.800a3 3 0 0 1 0 6H6zM6 10h5.600a3 3 0 0 1 0 6H6z",
  italic: "M8.500 4h6M5.500 16h6M11.800 4 8.200 16",
  strike: "M14 6c-.5-1.400-2-2.300-4-2.300-2.300 0-4 1.200-4 2.900 0 3.900 8.300 2.200 8.300 6.500 0 1.800-1.800 3.200-4.300 3.200-2.400 0-4-1.100-4.500-2.800M3 10h14",
  quote: "M4 4v12M8 6h8M8 10h8M8 14h5",
  code: "M7 5.500 2.500 10 7 14.500M13 5.500 17.500 10 13 14.500",
  codeBlock: "M3 3.500h14v13H3zM7.500 7.500 5.500 10l2 2.500M12.500 7.500l2 2.500-2 2.500",
  bullets: "M4 5v.1M4 10v.1M4 15v.1M8 5h9M8 10h9M8 15h9",
  numbers: "M3 3.500h1v3M2.800 9.500h1.700v1.500L2.800 13h1.900M8 5h9M8 10h9M8 15h9",
  eye: "M2 10s3-5.500 8-5.500S18 10 18 10s-3 5.500-8 5.500S2 10 2 10zM12.300 10a2.300 2.300 0 1 1-4.600 0 2.300 2.300 0 0 1 4.600 0",
  up: "M7 9 10.200 2.800c1.300 0 2 .9 1.800 2.200L11.500 8H16c1 0 1.700.9 1.500 1.900l-1.100 5.600c-.2.9-.9 1.500-1.800 1.500H7zM3 9h4v8H3z",
  down: "M7 11l3.200 6.200c1.300 0 2-.9 1.800-2.200l-.5-3H16c1 0 1.700-.9 1.500-1.900l-1.100-5.600C16.200 3.600 15.500 3 14.600 3H7zM3 3h4v8H3z",
  chevron: "M5 7.500l5 5 5-5",
  check: "M4 10.500l4 4 8-9",
  pencil: "M3.500 16.500l.8-3.600L13.500 3.700l2.800 2.800-9.200 9.200z",
  bin: "M4 5.500h12M8 5.500V3.500h4v2M5.500 5.500l.8 11h7.400l.8-11M8.500 8.500v5M11.500 8.500v5",
  bolt: "M11 2 4.500 11.500H9L8 18l7-10h-4.500z",
  map: "M3 5.500l4.700-2 4.600 2 4.700-2v11l-4.700 2-4.600-2-4.700 2zM7.700 3.500v11M12.300 5.500v11",
  people: "M7.500 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2 16.500c0-3 2.300-5 5.500-5s5.500 2 5.500 5M12.500 3.800a3 3 0 0 1 0 5.500M14.800 12.300c2 .6 3.200 2.100 3.200 4.200",
  robot: "M4 7.500h12v8.500H4zM10 4v3.500M10 3v.1M7.500 11v1M12.500 11v1M2 10.500v3M18 10.500v3",
  warning: "M10 3 2 16.500h16zM10 8v4M10 14v.1",
};

export function icon(name, size = 18) {
  const path = svg("path", {
    d: PATHS[name],
    fill: "none",
    stroke: "currentColor",
    "stroke-width": name === "more" ? 2.6 : 1.6,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  });
  return svg("svg", { viewBox: "0 0 20 20", width: size, height: size, class: "icon", "aria-hidden": "true" }, path);
}

/** A square portrait: the person's colour and initial; the app has a sprout. */
export function avatar(user, size = 36) {
  const attributes = { viewBox: "0 0 36 36", width: size, height: size, class: "avatar", "aria-hidden": "true" };
  const square = svg("rect", { width: 36, height: 36, rx: 7, fill: `#${user.colour}` });
  return svg("svg", attributes, square, user.is_bot ? sprout() : letter(user.real_name));
}

function letter(name) {
  const attributes = { x: 18, y: 24.500, "text-anchor": "middle", fill: "#fff", "font-size": 18, "font-weight": 700 };
  return svg("text", attributes, name.slice(0, 1));
}

function sprout() {
  const stem = { d: "M18 30V17", stroke: "#fff", "stroke-width": 2.4, "stroke-linecap": "round", fill: "none" };
  return [
    svg("path", stem),
    svg("path", { d: "M18 18C18 11 13 8 7 8c0 7 4 10.500 11 10z", fill: "#8be0b4" }),
    svg("path", { d: "M18 22c0-6 4-9.500 11-9.500 0 6.500-4 10-11 9.500z", fill: "#2eb67d" }),
  ];
}
