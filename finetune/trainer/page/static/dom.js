// Elements made by hand: text only ever becomes a text node, so nothing that was typed can be markup.

const SVG = "http://www.w3.org/2000/svg";

export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

// Puts `children` in the place of what is there, and leaves alone what says the same as before, so
// that focus and selection stay while a list is looked at again.
export function show(place, ...children) {
  const wanted = children.flat().filter((child) => child !== null && child !== undefined);
  wanted.forEach((child, index) => {
    const now = place.childNodes[index];
    if (!now) place.append(child);
    else if (!now.isEqualNode(child)) swap(place, child, now);
  });
  while (place.childNodes.length > wanted.length) place.lastChild.remove();
}

function swap(place, child, now) {
  const focused = now.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  place.replaceChild(child, now);
  if (focused) child.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

export function say(text) {
  document.getElementById("said").textContent = text;
}
