// All that can happen: every state by its depth, and the way that was taken through them.

import { classes, h } from "../dom.js";
import { byDepth, wayTo } from "../graph.js";

const WORDS = { lost: "lost", can: "open", safe: "safe", unknown: "not known" };
/** Of one state, in units of the drawing. */
const WIDE = 10;
const HIGH = 8;
/** Around all states: for the ring at the first and the last. */
const EDGE = 4;

export class Chart {
  /** @param {import("../stepper.js").Stepper} stepper */
  constructor(stepper) {
    this.stepper = stepper;
    const columns = byDepth(stepper.doc);
    const tall = Math.max(...columns.map((states) => states.length));
    /** The rectangle of each state. @type {Map<number, Element>} */
    this.boxes = new Map();
    /** @type {Map<number, [number, number]>} */
    this.places = new Map();
    const field = svg("svg", {
      viewBox: [-EDGE, -EDGE, columns.length * WIDE + 2 * EDGE, tall * HIGH + 2 * EDGE].join(" "),
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": this.inWords(),
      class: "field",
    });
    const boxes = svg("g", { "aria-hidden": "true" }); // nobody wants to hear hundreds of them
    for (const [depth, states] of columns.entries())
      for (const [i, state] of states.entries())
        boxes.append(this.box(state, depth, i + Math.floor((tall - states.length) / 2)));
    field.append(boxes);
    this.way = svg("polyline", { class: "way" });
    this.here = svg("circle", { class: "here", r: 5 });
    field.append(this.way, this.here);
    field.addEventListener("click", (event) => this.clicked(event));
    const legend = h(
      "p",
      { class: "legend" },
      ...["lost", "can", "safe"].map((word) => h("span", { class: word }, this.count(word))),
    );
    const head = h("p", { class: "caption" }, "All that can happen: click a state to go there");
    this.root = h(
      "div",
      { class: "chart", role: "group", "aria-label": "All that can happen" },
      head,
      field,
      legend,
    );
  }

  /**
   * @param {number} state
   * @param {number} depth
   * @param {number} i
   */
  box(state, depth, i) {
    const outlook = this.stepper.doc.states[state].outlook ?? "unknown";
    const box = svg("rect", {
      x: depth * WIDE + 1,
      y: i * HIGH + 1,
      width: WIDE - 2,
      height: HIGH - 2,
      class: outlook,
      "data-state": state,
    });
    const title = svg("title", {});
    title.textContent = `${WORDS[outlook]}, after at least ${depth} step${depth === 1 ? "" : "s"}`;
    box.append(title);
    this.boxes.set(state, box);
    this.places.set(state, [depth * WIDE + WIDE / 2, i * HIGH + HIGH / 2]);
    return box;
  }

  /** @param {string} outlook */
  count(outlook) {
    const { states } = this.stepper.doc;
    const some = states.filter((state) => state.outlook === outlook).length;
    const word = WORDS[/** @type {Outlook} */ (outlook)];
    return `${some.toLocaleString("en")} ${word}`;
  }

  inWords() {
    const { states } = this.stepper.doc;
    const counts = ["lost", "can", "safe"].map((word) => this.count(word)).join(", ");
    return `${states.length.toLocaleString("en")} states by their depth: ${counts}`;
  }

  /** @param {Event} event */
  clicked(event) {
    const state = event.target instanceof Element ? event.target.getAttribute("data-state") : null;
    const way = state === null ? null : wayTo(this.stepper.run, Number(state));
    if (way) this.stepper.resume(way, way.length);
  }

  draw() {
    const { run } = this.stepper;
    const way = [0, ...run.path.slice(0, run.at).map((place) => run.did(place).to)];
    const points = way.map((state) => this.places.get(state)?.join(",") ?? "");
    this.way.setAttribute("points", points.join(" "));
    const [x, y] = this.places.get(way[way.length - 1]) ?? [0, 0];
    this.here.setAttribute("cx", String(x));
    this.here.setAttribute("cy", String(y));
    const outlook = run.state.outlook ?? "unknown";
    this.here.setAttribute("class", classes("here", outlook));
  }
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function svg(tag, attributes) {
  // The parser knows the name space; a page has no address in it, not even that of a name.
  const parsed = h("div");
  parsed.innerHTML = "<svg></svg>";
  const element = document.createElementNS(parsed.firstElementChild?.namespaceURI ?? null, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
