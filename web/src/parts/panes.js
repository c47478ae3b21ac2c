// The source of each CPU: the frames of its stack, the line it is at, what it will do next.

import { badge, classes, elements, h } from "../dom.js";

export class Panes {
  /** @param {import("../stepper.js").Stepper} stepper */
  constructor(stepper) {
    this.panes = stepper.doc.cpus.map((_, cpu) => new Pane(stepper, cpu));
    const cpus = Math.min(3, this.panes.length);
    const boxes = this.panes.map((pane) => pane.root);
    this.stepper = stepper;
    this.root = h("div", { class: "panes", style: { "--cpus": cpus } }, ...boxes);
    // In a hall one pane is shown, and a line of each of the others.
    this.others = h("div", { class: "others" }, ...this.panes.map((pane) => pane.line));
  }

  draw() {
    const lines = this.stepper.doc.functions.map((source) => source.lines.length);
    this.root.style.setProperty("--lines", String(Math.max(1, ...lines)));
    for (const pane of this.panes) pane.draw();
  }

  show() {
    for (const pane of this.panes) pane.show();
  }
}

class Pane {
  /**
   * @param {import("../stepper.js").Stepper} stepper
   * @param {number} cpu
   */
  constructor(stepper, cpu) {
    this.stepper = stepper;
    this.cpu = cpu;
    this.name = stepper.doc.cpus[cpu];
    /** The function whose source is there. @type {number | null} */
    this.shown = null;
    /** Where it was, for when it has ended. @type {Place} */
    this.last = [-1, 0];
    this.callers = h("span", { class: "callers", "aria-hidden": "true" });
    this.frames = h("select", {
      "aria-label": `Stack of ${this.name}`,
      onchange: () => this.pick(),
    });
    this.locals = h("p", { class: "locals" });
    const source = { tabindex: "0", role: "group", "aria-label": `Source of ${this.name}` };
    this.code = h("div", { class: "code", ...source });
    this.next = h("p", { class: "next" });
    this.line = h("p", { class: "other" });
    const name = h("strong", {}, this.name);
    const who = h(
      "div",
      { class: "who" },
      badge(stepper.doc, cpu),
      name,
      this.callers,
      this.frames,
    );
    const label = { role: "group", "aria-label": `CPU ${this.name}` };
    this.root = h(
      "div",
      { class: "pane", ...label },
      who,
      this.code,
      h("div", { class: "now-at" }, this.next, this.locals),
    );
  }

  /** Look at another frame. */
  pick() {
    this.stepper.frames[this.cpu] = this.frames.selectedIndex;
    this.draw();
  }

  draw() {
    const { stepper, cpu } = this;
    const { run, doc } = stepper;
    const view = run.view(cpu);
    const acted = run.step?.cpu === cpu ? run.step : null;
    const chosen = Math.min(stepper.frames[cpu] ?? view.shown, view.stack.length - 1);
    this.last = view.stack[chosen] ?? acted?.place ?? this.last;
    const [shown, line] = this.last;
    const looked = stepper.shownCpu === cpu;
    this.root.className = classes(
      "pane",
      acted && "acting",
      looked && "looked",
      !view.next && "ended",
    );
    this.drawStack(view.stack, chosen);
    this.drawSource(shown);
    this.mark(shown, view.stack.length && view.next ? line : 0, acted?.place ?? null);
    this.show();
    const values = view.locals ?? [];
    this.locals.hidden = !values.length || chosen !== view.shown;
    this.locals.replaceChildren(
      ...values.map(([name, value]) => h("span", {}, h("b", {}, name), ` ${value}`)),
    );
    const hand = view.hand ? [h("b", { class: "hand" }, `in its hand: ${view.hand}`), " "] : [];
    this.next.replaceChildren(...hand, ...todo(view));
    this.next.classList.toggle("waits", Boolean(view.waits));
    this.line.hidden = looked;
    const text = (doc.functions[shown]?.lines[line - 1] ?? "").trim();
    this.line.replaceChildren(
      badge(doc, cpu),
      h("strong", {}, this.name),
      h("code", {}, view.next ? `${line}  ${text}` : ""),
      h("span", {}, ...todo(view)),
    );
  }

  /**
   * @param {Place[]} stack
   * @param {number} chosen
   */
  drawStack(stack, chosen) {
    const { functions } = this.stepper.doc;
    const names = stack.map(([index]) => functions[index].name.replace(/\.__anext__$/, ""));
    this.callers.textContent = names
      .slice(0, Math.max(0, chosen))
      .map((name) => `${name} › `)
      .join("");
    this.frames.hidden = !names.length;
    const same = names.length === this.frames.length;
    if (!same || names.some((name, i) => name !== this.frames.options[i].text))
      this.frames.replaceChildren(...names.map((name) => h("option", {}, name)));
    this.frames.selectedIndex = chosen;
    this.frames.title = stack[chosen] ? functions[stack[chosen][0]].file : "";
  }

  /** @param {number} shown */
  drawSource(shown) {
    const source = this.stepper.doc.functions[shown];
    if (!source || this.shown === shown) return;
    this.code.replaceChildren(...source.lines.map((text, i) => codeLine(text, i + 1, source)));
    this.code.scrollTop = 0;
    this.shown = shown;
  }

  /**
   * Mark the line that it is at, and that of the step which it has just done.
   * @param {number} shown
   * @param {number} line
   * @param {Place | null} done
   */
  mark(shown, line, done) {
    const rows = this.code.children;
    /** @param {number} number */
    const row = (number) => rows[Math.min(number, rows.length) - 1];
    for (const old of this.code.querySelectorAll(".now, .done")) {
      old.classList.remove("now", "done");
      old.removeAttribute("aria-current");
    }
    if (done?.[0] === shown) row(done[1])?.classList.add("done");
    if (!line) return;
    row(line)?.classList.add("now");
    row(line)?.setAttribute("aria-current", "step");
  }

  /** Scroll only where the line would not be seen: the rest of the time the code stands still. */
  show() {
    const { code } = this;
    const aim = code.querySelector(".now") ?? code.querySelector(".done");
    const room = code.clientHeight;
    if (!(aim instanceof HTMLElement) || !room) return;
    const top = aim.offsetTop;
    const sticky = code.firstElementChild?.clientHeight ?? 0;
    const above = top < code.scrollTop + sticky * 2;
    if (!above && top + aim.offsetHeight * 2 <= code.scrollTop + room) return;
    // No line is cut in two where the first one, which stays, ends; nor is one near the function's end.
    const most = code.scrollHeight - room + sticky;
    const rows = elements(code, ".line:not(.first)").filter((row) => row.offsetTop <= most);
    const first =
      rows.find((row) => row.offsetTop - sticky >= top - room / 2) ?? rows.at(-1) ?? aim;
    const whole = Math.max(first.offsetTop - sticky, top + aim.offsetHeight - room);
    code.scrollTop = Math.min(whole, top - sticky);
  }
}

/** @param {View} view */
function todo(view) {
  if (!view.next) return ["has ended"];
  if (view.waits) return [h("b", {}, "waits: "), view.waits, ` (to ${view.next})`];
  return [h("b", {}, "next: "), view.next];
}

/**
 * @param {string} text
 * @param {number} number
 * @param {Source} source
 */
function codeLine(text, number, source) {
  const [first, last] = source.doc;
  const doc = source.doc.length > 0 && number >= first && number <= last;
  const kind = classes(
    "line",
    doc && "doc",
    doc && number > first && "more",
    number === 1 && "first",
  );
  const indent = { "--indent": text.length - text.trimStart().length };
  return h(
    "div",
    { class: kind },
    h("span", { class: "no", "aria-hidden": "true" }, String(number)),
    h("code", { style: indent }, text.trim() || "\u00a0"),
  );
}
