// The state: as a picture, as a table, and of a program without a kernel its values and locks.

import { badge, classes, h } from "../dom.js";
import { Grid } from "./grid.js";
import { stateTable } from "./table.js";

export class StateView {
  // What build() makes.
  /** @type {Grid | null} */
  grid;
  /** @type {HTMLElement} */
  table;
  /** @type {HTMLElement} */
  values;

  /** @param {import("../stepper.js").Stepper} stepper */
  constructor(stepper) {
    this.stepper = stepper;
    this.tabular = false;
    this.root = h("div", { class: "state" });
    this.build();
  }

  /** Anew where there is something that had no place before. */
  build() {
    const plain = !this.stepper.doc.states[0].picture;
    const label = { role: "group", "aria-label": "The state as a table" };
    this.table = h("div", { class: "table", tabindex: "0", ...label, hidden: true });
    this.grid = plain ? null : new Grid(this.stepper);
    this.values = h("div", { class: "strip", hidden: !plain });
    const shown = this.grid ? [this.grid.root, this.grid.strip] : [this.values];
    this.root.replaceChildren(...shown, this.table);
    this.root.classList.toggle("plain", plain);
  }

  draw() {
    const { run } = this.stepper;
    const picture = run.picture();
    if (!picture || !this.grid) return this.drawValues();
    this.grid.root.hidden = this.tabular;
    this.grid.strip.hidden = this.tabular;
    this.table.hidden = !this.tabular;
    if (this.tabular) this.table.replaceChildren(stateTable(run, picture));
    this.grid.draw(picture);
  }

  place() {
    this.grid?.place();
  }

  drawValues() {
    const { run, doc } = this.stepper;
    const changed = new Set(run.step?.ids ?? []);
    const { values, locks } = run.variables;
    /** @param {string} name */
    const label = (name) => h("span", { class: "label" }, name);
    /**
     * @param {string} kind
     * @param {string} name
     */
    const kind = (kind, name) => classes(kind, changed.has(name) && "changed");
    const free = () => h("span", { class: "free" }, "free");
    this.values.replaceChildren(
      ...[...values].map(([name, value]) =>
        h("span", { class: kind("variable", name) }, label(name), h("code", {}, value)),
      ),
      ...[...locks].map(([name, cpu]) => {
        const lock = cpu == null ? "lock" : "lock held";
        const owner = cpu == null ? free() : badge(doc, cpu);
        return h("span", { class: kind(lock, name) }, label(name), owner);
      }),
    );
  }
}
