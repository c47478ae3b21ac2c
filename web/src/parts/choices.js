// Who goes next is the reader's choice.

import { badge, h, setAble } from "../dom.js";

export class Choices {
  /** @param {import("../stepper.js").Stepper} stepper */
  constructor(stepper) {
    this.stepper = stepper;
    this.buttons = stepper.doc.cpus.map((_, cpu) =>
      h("button", { type: "button", onclick: () => stepper.act(() => stepper.choose(cpu)) }),
    );
    this.hint = h(
      "button",
      { type: "button", class: "hint", onclick: () => stepper.hint() },
      "Hint (h)",
    );
    const ask = h("span", { class: "ask" }, "Who goes next?");
    const label = { role: "group", "aria-label": "Who goes next?" };
    this.root = h("div", { class: "choices", ...label }, ask, ...this.buttons, this.hint);
  }

  draw() {
    const { run, doc, hinted } = this.stepper;
    const { hint } = run.state;
    for (const [cpu, button] of this.buttons.entries()) {
      const { next, waits } = run.view(cpu);
      setAble(button, run.able(cpu));
      button.classList.toggle("hinted", hinted && hint === cpu);
      const what = !next ? "has ended" : waits ? `waits: ${waits}` : next;
      button.replaceChildren(badge(doc, cpu), h("strong", {}, doc.cpus[cpu]), h("span", {}, what));
    }
    setAble(this.hint, hint != null && !hinted);
  }

  /** The choice that is hinted at gets the focus: Enter makes it. */
  focus() {
    const { hint } = this.stepper.run.state;
    if (hint != null) this.buttons[hint].focus();
  }
}
