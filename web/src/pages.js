// Steppers in pages on disk: how they find their place and their document there.

import { elements, h } from "./dom.js";
import { Stepper } from "./stepper.js";

/**
 * @param {HTMLElement} element
 * @param {Doc} doc
 * @param {Options} options
 */
export function mount(element, doc, options = {}) {
  return orSentence(element, () => new Stepper(element, doc, options));
}

/**
 * What cannot be drawn is said in a sentence, and what there is of it in text stays readable.
 * @template T
 * @param {HTMLElement} element
 * @param {() => T} make
 */
export function orSentence(element, make) {
  try {
    return make();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const sentence = h("p", { role: "alert" }, `This stepper cannot be drawn: ${why}.`);
    (element.shadowRoot ?? element).replaceChildren(sentence);
    throw error;
  }
}

/** The document of this number in the page. @param {string} [number] @returns {Doc} */
export function documentOf(number = "0") {
  return JSON.parse(document.getElementById(`document-${number}`)?.textContent ?? "null");
}

/** A stepper that has a page of its own: it begins where the page says, and takes the keys. */
export function alone() {
  const host = document.getElementById("stepper");
  if (!host) return;
  // The address names the step: #16 opens there, and is what one sends to another.
  // A driven run has no step to be named: who opens the page has not driven it.
  /** @param {number} at */
  const moved = (at) => stepper.driving || history.replaceState(null, "", `#${at}`);
  const stepper = mount(host, documentOf(), { page: true, moved });
  const named = () => stepper.go(Number(/^#(\d+)$/.exec(location.hash)?.[1] ?? host.dataset.begin));
  addEventListener("hashchange", named);
  named();
  if (parent === window) stepper.root.focus({ preventScroll: true });
}

/** The steppers of a chapter that is read; the page is dark where the system is. */
export function chapter() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => (document.body.dataset.jpThemeLight = String(!dark.matches));
  dark.addEventListener("change", follow);
  follow();
  for (const host of elements(document, ".stepper-host"))
    mount(host, documentOf(host.dataset.document));
  addEventListener("resize", reachable);
  reachable();
}

/** What is wider than the page is moved by keys as well, and says what it is. */
function reachable() {
  for (const part of elements(document, "figure, table")) {
    const wide = part.scrollWidth > part.clientWidth;
    const name = part.querySelector("title, caption")?.textContent;
    if (wide) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
    part.ariaLabel = wide ? name || `a wide ${part.localName}` : null;
  }
}

/** Steppers as figures of a page; the table below each is open where no script runs, and on paper. */
export function figures() {
  for (const figure of document.querySelectorAll(".stepper-figure")) {
    const data = figure.querySelector("script")?.textContent ?? "null";
    const [host, table] = [figure.querySelector("div"), figure.querySelector("details")];
    if (!host || !table) continue;
    mount(host, JSON.parse(data));
    table.open = false;
    let shut = false;
    addEventListener("beforeprint", () => {
      shut = !table.open;
      table.open = true;
    });
    addEventListener("afterprint", () => {
      table.open = !shut;
    });
  }
}
