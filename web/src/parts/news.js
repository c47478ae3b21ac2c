// What the last step did: its sentence, what changed, how the run stands, what the console says.

import { badge, h, tell } from "../dom.js";
import { UNANSWERED } from "../late.js";
import { crux } from "../words.js";

const LOST = "a page is lost";
const LOSING = { page: ["lose the page", "the page is lost"], other: ["make it fail", "it fails"] };

export class News {
  /** @param {import("../stepper.js").Stepper} stepper */
  constructor(stepper) {
    this.stepper = stepper;
    /** Of which step was told last. */
    this.at = -1;
    this.number = h("span", { class: "number" });
    this.said = h("p", { class: "said", "aria-live": "polite", "aria-atomic": "true" });
    this.changes = h("p", { class: "changes" });
    this.preempts = h("span", { class: "preempts" });
    const words = h("div", { class: "words" }, this.said, this.changes);
    this.root = h("div", { class: "news" }, this.number, words, this.preempts);
    this.verdict = h("p", { class: "verdict" });
    if (stepper.driving) this.verdict.setAttribute("role", "status");
    const label = { role: "log", tabindex: "0", "aria-label": "console" };
    this.console = h("pre", { class: "console", ...label });
    // Room is kept for what will be said, and only where something will.
    const quiet = !stepper.driving && stepper.doc.verdict?.outcome !== "fails";
    this.console.hidden = quiet;
  }

  draw() {
    const { run, doc, driving } = this.stepper;
    const { step, at } = run;
    this.number.textContent = driving ? `step ${at}` : `${at} / ${run.path.length}`;
    const before = driving ? "Nobody has gone yet. Who goes first?" : "Before the first step.";
    const fatal = run.decisive > 0 && at === run.decisive;
    if (at !== this.at) this.said.replaceChildren(); // of another step the same is said again
    this.at = at;
    tell(
      this.said,
      ...(step ? [badge(doc, step.cpu), " "] : []),
      step ? step.sentence : before,
      ...(fatal ? [" ", h("strong", { class: "fatal" }, "From here on it is inevitable.")] : []),
      h("span", { class: "hidden" }, ` ${crux(run).join(" ")}`),
    );
    const changes = step?.changes.map((change) => h("span", { class: "change" }, change)) ?? [];
    this.changes.replaceChildren(
      ...(changes.length ? changes : [step ? "nothing changes in the picture" : "\u00a0"]),
    );
    this.preempts.replaceChildren(...(run.preempts(at) ? [h("span", {}, "preemption")] : []));
    const lines = run.console();
    this.console.classList.toggle("quiet", !lines.length);
    tell(this.console, lines.join("\n") || "console: quiet");
    const [kind, text] = driving ? this.standing() : ended(run.verdict);
    this.verdict.className = `verdict ${kind}`;
    tell(this.verdict, text);
  }

  /**
   * The kernel that knows the next step keeps silent.
   * @param {number} kept how many keys wait for it
   */
  unanswered(kept = 0) {
    const keys = kept === 1 ? "1 key waits" : `${kept} keys wait`;
    this.said.textContent = kept ? `${UNANSWERED} ${keys} for it.` : UNANSWERED;
  }

  /** Of a run that is driven: what may still happen. */
  standing() {
    const { state, doc } = this.stepper.run;
    const pages = doc.states.every(({ end }) => end?.outcome !== "fails" || end.words === LOST);
    const [lose, lost] = doc.states[0].picture && pages ? LOSING.page : LOSING.other;
    if (state.end)
      return state.end.outcome === "fails"
        ? ["fails", `✗ ${lost}: you did it`]
        : ["holds", "✓ the end: nothing went wrong"];
    return {
      can: ["open", `⚠ you can still ${lose}`],
      lost: ["fails", `✗ now ${lost}, whatever happens`],
      safe: ["holds", "✓ now it is safe whatever happens"],
      unknown: ["open", "? not known: too much may still happen"],
    }[state.outlook ?? "unknown"];
  }
}

/**
 * Of a recorded run: how it ended.
 * @param {Verdict | null} verdict
 */
function ended(verdict) {
  if (verdict?.outcome === "fails")
    return ["fails", `✗ ${verdict.words || `fails: ${verdict.kind}`}`];
  return verdict?.outcome === "holds"
    ? ["holds", "✓ this run holds"]
    : ["open", "… not at its end"];
}
