() => {
  const said = [];
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgba(colour).map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgba(colour)[3] === 255) return colour;
    }
    return "white";
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim();
    const element = texts.currentNode.parentElement;
    if (!text || !shown(element) || element.closest(":disabled, .unseen, .skip, noscript")) continue;
    const style = getComputedStyle(element);
    const drawn = element.closest("svg") ? style.fill : style.color;
    const [low, high] = [light(drawn), light(ground(element))].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) said.push(`contrast ${contrast.toFixed(2)}: ${text}`);
  }
  for (const control of document.querySelectorAll("button, a, input, select, textarea, svg[role], progress, dialog")) {
    const labelled = control.getAttribute("aria-labelledby");
    const name = control.getAttribute("aria-label") || (labelled && document.getElementById(labelled)?.textContent)
      || [...(control.labels ?? [])].map((label) => label.textContent).join(" ")
      || (["BUTTON", "A"].includes(control.tagName) ? control.textContent : "");
    if (!name.trim()) said.push(`no name: ${control.outerHTML.slice(0, 80)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) said.push(`twice: #${id}`);
  const heads = document.querySelectorAll("main h1").length;
  if (heads !== 1) said.push(`${heads} first headings`);
  return said;
}
