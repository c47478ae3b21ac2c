// Who goes next is the reader's choice.

import { badge, h, setAble } from "../dom.js";

export class Choices {
  /** @param {import("../stepper.js").Stepper} stepper */
  constructor(stepper) {
    this.stepper = stepper;
    /** Where the hint leads: back, where nothing can go wrong any more. @type {HTMLButtonElement | null} */
    this.leads = null;
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
    const { run, doc, hinted, back } = this.stepper;
    const { hint, outlook } = run.state;
    this.leads = hint != null ? this.buttons[hint] : outlook === "safe" && run.at > 0 ? back : null;
    for (const button of [...this.buttons, back])
      button.classList.toggle("hinted", hinted && button === this.leads);
    for (const [cpu, button] of this.buttons.entries()) {
      const { next, waits } = run.view(cpu);
      setAble(button, run.able(cpu));
      const what = !next ? "has ended" : waits ? `waits: ${waits}` : next;
      button.replaceChildren(badge(doc, cpu), h("strong", {}, doc.cpus[cpu]), h("span", {}, what));
    }
    setAble(this.hint, this.leads !== null && !hinted);
  }

  /** What is hinted at gets the focus: Enter does it. */
  focus() {
    this.leads?.focus();
  }
}
