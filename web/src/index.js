// What a notebook calls (render), and what pages call.

import { h } from "./dom.js";
import { bind } from "./model.js";
import { alone, chapter, figures, mount, orSentence } from "./pages.js";
import { Stepper } from "./stepper.js";

/** @type {import("@anywidget/types").Render<Shared>} */
function render({ model, el }) {
  const host = h("div");
  el.append(host);
  return orSentence(host, () => bind(model, (doc, options) => new Stepper(host, doc, options)));
}

export { alone, chapter, figures, mount };
export default { render };
