// The run as a line of ticks, a lane a CPU: a slider, with its preemptions and what went wrong.

import { badge, classes, h } from "../dom.js";

/** How many steps there is room for at first, where nobody knows how long a driven run may be. */
const ROOM = 40;

export class Timeline {
  // What build() makes.
  /** How many steps there is room for. */
  columns = ROOM;
  /** Where the reader stood when it was drawn last. */
  drawn = 0;
  /** @type {HTMLElement[]} */
  ticks = [];
  /** @type {HTMLElement} */
  track;
  /** @type {HTMLElement} */
  scroll;

  /** @param {import("../stepper.js").Stepper} stepper */
  constructor(stepper) {
    this.stepper = stepper;
    this.root = h("div", { class: "timeline" });
    this.marker = h("span", { class: "marker" });
    this.build();
  }

  /** Anew for each path. */
  build() {
    const { run, doc } = this.stepper;
    const lanes = { "--lanes": doc.cpus.length };
    this.columns = Math.max(run.path.length, doc.drive ? (doc.drive.longest ?? ROOM) : 1);
    this.drawn = 0;
    this.ticks = run.path.map((place, i) => tick(run.did(place), i));
    const breaks = run.path.flatMap((_, i) => (run.preempts(i + 1) ? [preemption(i)] : []));
    this.track = h(
      "div",
      {
        class: "track",
        role: "slider",
        tabindex: "0",
        "aria-label": "Step",
        "aria-valuemin": 0,
        "aria-valuemax": run.path.length,
        style: { "--steps": this.columns, ...lanes },
        onpointerdown: (/** @type {PointerEvent} */ event) => {
          this.pointed(event);
          this.track.setPointerCapture(event.pointerId);
        },
        onpointermove: (/** @type {PointerEvent} */ event) => {
          if (event.buttons) this.pointed(event);
        },
      },
      ...breaks,
      ...this.ticks,
      run.decisive ? decisive(run.decisive) : null,
      this.marker,
    );
    this.scroll = h("div", { class: "scroll" }, this.track);
    const names = doc.cpus.map((name, cpu) =>
      h(
        "span",
        { class: "lane", style: { "grid-row": cpu + 2 } },
        badge(doc, cpu),
        h("span", {}, name),
      ),
    );
    const quiet = { "aria-hidden": "true", style: lanes };
    this.root.replaceChildren(h("div", { class: "lanes", ...quiet }, ...names), this.scroll);
  }

  /** @param {PointerEvent} event */
  pointed(event) {
    const box = this.track.getBoundingClientRect();
    this.stepper.play(false);
    this.stepper.go(Math.ceil(((event.clientX - box.left) / box.width) * this.columns));
  }

  draw() {
    const { at, path } = this.stepper.run;
    for (let i = Math.max(0, Math.min(this.drawn, at) - 1); i < Math.max(this.drawn, at); i++) {
      this.ticks[i]?.classList.toggle("past", i < at);
      this.ticks[i]?.classList.toggle("current", i === at - 1);
    }
    this.drawn = at;
    this.marker.style.gridColumn = String(Math.max(1, at));
    this.marker.classList.toggle("before", at === 0);
    this.marker.textContent = String(at);
    this.track.setAttribute("aria-valuenow", String(at));
    // Its sentence is said by the news.
    this.track.setAttribute("aria-valuetext", `step ${at} of ${path.length}`);
    const { scroll } = this;
    const x = (at / this.columns) * this.track.scrollWidth;
    if (x < scroll.scrollLeft + 40 || x > scroll.scrollLeft + scroll.clientWidth - 40)
      scroll.scrollLeft = x - scroll.clientWidth / 2;
  }
}

/**
 * @param {Did} step
 * @param {number} i
 */
function tick(step, i) {
  const wrong = step.findings.length > 0;
  const place = { "grid-column": i + 1, "grid-row": step.cpu + 2 };
  const said = `${i + 1}: ${step.sentence}`;
  const kind = classes("tick", wrong && "wrong");
  return h("span", { class: kind, title: said, style: place }, wrong ? "✗" : "");
}

/** @param {number} i */
const preemption = (i) =>
  h("span", { class: "break", title: "preemption", style: { "grid-column": i + 1 } });

/** @param {number} step */
const decisive = (step) =>
  h(
    "span",
    {
      class: "decisive",
      title: "from here on the failure is inevitable",
      style: { "grid-column": step },
    },
    "✗",
  );
