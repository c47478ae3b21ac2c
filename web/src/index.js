// What a notebook calls (render), and what pages call (mount).

import { h } from "./dom.js";
import { bind } from "./model.js";
import { Stepper } from "./stepper.js";

/**
 * @param {HTMLElement} element
 * @param {Doc} doc
 * @param {Options} options
 */
export function mount(element, doc, options = {}) {
  return orSentence(element, () => new Stepper(element, doc, options));
}

/** @type {import("@anywidget/types").Render<Shared>} */
function render({ model, el }) {
  const host = h("div");
  el.append(host);
  return orSentence(host, () => bind(model, (doc, options) => new Stepper(host, doc, options)));
}

/**
 * What cannot be drawn is said in a sentence, and what there is of it in text stays readable.
 * @template T
 * @param {HTMLElement} element
 * @param {() => T} make
 */
function orSentence(element, make) {
  try {
    return make();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const sentence = h("p", { role: "alert" }, `This stepper cannot be drawn: ${why}.`);
    (element.shadowRoot ?? element).replaceChildren(sentence);
    throw error;
  }
}

export { h };
export default { render };
