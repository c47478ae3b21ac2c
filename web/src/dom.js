// Elements, and the few texts that all parts write alike.

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, any>} Attributes */

/**
 * An element; an attribute that begins with "on" is a listener.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} attributes
 * @param {(Child | Child[])[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") style(element, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) if (child != null && child !== false) element.append(child);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, string | number>} properties
 */
function style(element, properties) {
  for (const [name, value] of Object.entries(properties))
    element.style.setProperty(name, String(value));
}

/**
 * Those that a selector finds.
 * @param {ParentNode} root
 * @param {string} selector
 */
export const elements = (root, selector) =>
  /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);

/**
 * The classes that hold.
 * @param {...(string | false | null | undefined)} names
 */
export const classes = (...names) => names.filter(Boolean).join(" ");

/**
 * A button whose sign is for the eye: its title is its name, and said once.
 * @param {string} title
 * @param {string} sign
 * @param {() => void} onclick
 * @param {Attributes} more
 */
export const signed = (title, sign, onclick, more = {}) =>
  h(
    "button",
    { type: "button", title, onclick, ...more },
    h("span", { "aria-hidden": "true" }, sign),
  );

/**
 * A live region says what is put into it, even if it says so already.
 * @param {Element} region
 * @param {...(string | Node)} content
 */
export function tell(region, ...content) {
  const words = content
    .map((part) => (typeof part === "string" ? part : part.textContent))
    .join("");
  if (region.textContent !== words) region.replaceChildren(...content);
}

/**
 * Not `disabled`: that would throw away the focus, and the next key would go to the notebook.
 * @param {Element} button
 * @param {boolean} able
 */
export const setAble = (button, able) => button.setAttribute("aria-disabled", String(!able));

/** @param {number} bytes */
export const hex = (bytes) => (bytes / 4096).toString(16);

/** @param {Vma} vma */
export const span = (vma) => `[${hex(vma.start)}, ${hex(vma.end)})`;

/**
 * A page frame: those that CPU k has taken from its pool are k.1, k.2, …
 * @param {number | null} pfn
 */
export const frame = (pfn) =>
  (pfn ?? 0) >> 20
    ? `${(pfn ?? 0) >> 20}.${((pfn ?? 0) & 0xfffff).toString(16)}`
    : (pfn ?? 0).toString(16);

const SHAPES = ["square", "round", "diamond", "hexagon"];

/**
 * A CPU is told by the shape of its badge and by its number, never by colour.
 * @param {Doc} doc
 * @param {number | string} cpu
 * @param {string} extra
 */
export function badge(doc, cpu, extra = "") {
  const index = typeof cpu === "number" ? cpu : doc.cpus.indexOf(cpu);
  const name = typeof cpu === "number" ? doc.cpus[index] : cpu;
  const kind = classes("badge", SHAPES[index % SHAPES.length], extra);
  return h("span", { class: kind, title: `CPU ${name}` }, h("span", {}, String(index + 1)));
}
