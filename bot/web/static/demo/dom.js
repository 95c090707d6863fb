// Builds elements. Texts become text nodes only, so nothing that anybody writes is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";
const HTTPS_ADDRESS = /https:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const NOT_AT_THE_END = /[.,;:!?…)\]}’”]+$/u;

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

export function hidden(text) {
  return element("span", { className: "hidden-visually" }, text);
}

/** The text as nodes, its https addresses as links. */
export function withLinks(text) {
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(HTTPS_ADDRESS)) {
    const address = found[0].replace(NOT_AT_THE_END, "");
    if (!URL.canParse(address)) continue;
    nodes.push(text.slice(done, found.index), link(address));
    done = found.index + address.length;
  }
  return [...nodes, text.slice(done)].filter((node) => node !== "");
}

function link(address) {
  const properties = { href: address, target: "_blank", rel: "noopener noreferrer", dir: "ltr" };
  return element("a", properties, address, hidden(" (opens in a new tab)"));
}
