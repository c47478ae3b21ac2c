// What is not needed at every step: behind one button, with the keys that do the same.

import { h, signed } from "../dom.js";

/** @typedef {[name: string, text: string, key: string, what: string, act: () => void]} Tool */

export class Tools {
  /**
   * @param {import("../stepper.js").Stepper} stepper
   * @param {Tool[]} tools
   */
  constructor(stepper, tools) {
    /** @type {Record<string, HTMLButtonElement>} */
    this.buttons = {};
    const buttons = tools.map(([name, text, key, what, act]) => {
      this.buttons[name] = signed(key ? `${what} (${key})` : what, text, act);
      return this.buttons[name];
    });
    const keys = keysOf(stepper.driving).map(([key, what]) =>
      h("div", {}, h("dt", {}, key), h("dd", {}, what)),
    );
    const note =
      "Δ changed in this step · dashed line: preemption, the CPU before could have gone on · " +
      "mig: migration entry · ◂ waits";
    const group = { class: "tools", role: "group", "aria-label": "More" };
    this.root = h(
      "div",
      { class: "more", hidden: true },
      h("div", group, ...buttons),
      h("dl", {}, ...keys),
      h("p", {}, note),
    );
    const closed = { class: "opener", "aria-expanded": "false" };
    this.opener = signed("More: views, sizes, keys (?)", "more", () => this.toggle(), closed);
  }

  toggle(open = this.root.hidden) {
    if (!open && this.root.querySelector(":focus")) this.opener.focus();
    this.root.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
  }

  /**
   * @param {string} name
   * @param {boolean} on
   */
  press(name, on) {
    this.buttons[name]?.setAttribute("aria-pressed", String(on));
  }
}

/** @param {boolean} driving */
function keysOf(driving) {
  const stepping = driving ? "the same CPU again, or redo; a step back" : "a step on, a step back";
  const own = driving
    ? [
        ["1 … 9", "this CPU goes next"],
        ["h", "a hint"],
      ]
    : [
        ["space", "play, pause"],
        ["1 … 9", "look at this CPU"],
      ];
  return [
    ["→ ←", stepping],
    ["↑ ↓", "to the previous or next preemption"],
    ["Home End", "to the start, to the end"],
    ...own,
    ["?", "this"],
    ["Esc", "give the keys back"],
  ];
}
