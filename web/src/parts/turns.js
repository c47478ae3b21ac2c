// The run at a glance: a row a turn; beside it a run that parts from it and ends otherwise.

import { badge, classes, h } from "../dom.js";

/** @typedef {{ cpu: number, from: number, to: number, said: string[], parts?: boolean }} Turn */

export class Turns {
  /** @param {import("../stepper.js").Stepper} stepper */
  constructor(stepper) {
    this.stepper = stepper;
    const label = { tabindex: "0", role: "group", "aria-label": "The run in turns" };
    this.root = h("div", { class: "turns", ...label, hidden: true });
  }

  draw() {
    if (this.root.hidden) return;
    const focused = this.root.querySelector(":focus");
    this.fill();
    /** @type {HTMLElement | null} */
    const now = this.root.querySelector(".now button");
    if (focused && !focused.isConnected) (now ?? this.root).focus();
  }

  fill() {
    const { run, doc } = this.stepper;
    if (!doc.beside || this.stepper.driving) {
      this.root.replaceChildren(this.column("", run.path, 0, run.path.length));
      return;
    }
    const { parts, run: other, verdict } = doc.beside;
    const ways = h(
      "div",
      { class: "ways" },
      this.column(endOf(doc.verdict), doc.run, parts, doc.run.length),
      this.column(endOf(verdict), other, parts, other.length),
    );
    const same = this.column("Both runs begin like this", doc.run, 0, parts);
    this.root.replaceChildren(
      same,
      h("p", { class: "part" }, `After step ${parts} they part.`),
      ways,
    );
  }

  /**
   * The steps of a path after the first `from`, up to `to`.
   * @param {string} heading
   * @param {number[]} path
   * @param {number} from
   * @param {number} to
   */
  column(heading, path, from, to) {
    const { run } = this.stepper;
    const here = String(path.slice(0, to)) === String(run.path.slice(0, to));
    const rows = turnsOf(run, path.slice(0, to), from).map((turn) => this.row(turn, path, here));
    const head = heading && h("caption", {}, heading);
    return h("table", {}, head, h("tbody", {}, ...rows));
  }

  /**
   * @param {Turn} turn
   * @param {number[]} path
   * @param {boolean} here
   */
  row(turn, path, here) {
    const { stepper } = this;
    const { at } = stepper.run;
    const now = here && at >= turn.from && at <= turn.to;
    const steps = turn.from === turn.to ? `${turn.from}` : `${turn.from}–${turn.to}`;
    const go = () => {
      stepper.resume(path, turn.to);
      this.draw();
    };
    const button = h(
      "button",
      { type: "button", "aria-label": `To step ${turn.to}`, onclick: go },
      steps,
    );
    return h(
      "tr",
      { class: classes(now && "now"), "aria-current": now ? "step" : null },
      h("th", { scope: "row" }, button),
      h("td", {}, badge(stepper.doc, turn.cpu), ` ${stepper.doc.cpus[turn.cpu]}`),
      h("td", {}, turn.said.join("; ") || "changes nothing"),
    );
  }
}

/** @param {Verdict | null} verdict */
function endOf(verdict) {
  if (verdict?.outcome === "fails") return `✗ ${verdict.words}`;
  return verdict?.outcome === "holds" ? "✓ this run holds" : "… not at its end";
}

/**
 * What each CPU did from when it was let go until another one was, after the first `from` steps.
 * @param {import("../run.js").Run} run
 * @param {number[]} path
 * @param {number} from
 */
export function turnsOf(run, path, from = 0) {
  /** @type {Turn[]} */
  const turns = [];
  for (const [i, place] of path.entries()) {
    if (i < from) continue;
    const step = run.did(place);
    const { cpu } = step;
    let turn = turns.at(-1);
    if (turn?.cpu !== cpu) {
      turn = { cpu, from: i + 1, to: i + 1, said: [] };
      turns.push(turn);
    }
    turn.to = i + 1;
    if (tells(run, step)) turn.said.push(step.said);
  }
  return turns;
}

/**
 * Whether a step belongs into a turn's row: not if it only takes or drops a lock of the kernel.
 * @param {import("../run.js").Run} run
 * @param {Did} step
 */
function tells(run, { ids, findings }) {
  const { locks, pages } = run.world;
  return findings.length > 0 || ids.some((id) => !locks.has(id) || pages.has(id));
}
