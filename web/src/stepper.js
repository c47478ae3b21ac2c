// The stepper: walks through a recorded run, in a notebook and in a page on disk.

import { h, setAble, signed } from "./dom.js";
import { LATE_MS } from "./late.js";
import { Chart } from "./parts/chart.js";
import { Choices } from "./parts/choices.js";
import { News } from "./parts/news.js";
import { Panes } from "./parts/panes.js";
import { StateView } from "./parts/state.js";
import { Timeline } from "./parts/timeline.js";
import { Tools } from "./parts/tools.js";
import { Turns } from "./parts/turns.js";
import { Run } from "./run.js";
import CSS from "./stepper.css";

const PLAY_MS = 800;
/** How many keys may wait for the kernel; one more and the reader is told that they do. */
const KEPT = 64;

export class Stepper {
  // What load() and build() make, anew for each document.
  /** @type {Run} */
  run;
  /** @type {News} */
  news;
  /** @type {Choices | null} */
  choices;
  /** @type {StateView} */
  state;
  /** @type {Panes} */
  panes;
  /** @type {Timeline} */
  timeline;
  /** @type {Tools} */
  tools;
  /** @type {Turns} */
  turns;
  /** Where the whole graph is there. @type {Chart | null} */
  chart;
  /** @type {HTMLElement} */
  root;
  /** @type {HTMLButtonElement} */
  back;
  /** @type {HTMLButtonElement | null} */
  player;
  /** @type {HTMLButtonElement | null} */
  on;
  /** The CPU that is looked at; null: the one that acted. @type {number | null} */
  looked = null;
  /** The frame that is looked at, of each CPU. @type {Record<number, number>} */
  frames = {};
  hinted = false;
  /** The question that the kernel has not answered. @type {{ late: boolean } | null} */
  asking = null;
  /** What was asked for meanwhile. @type {(() => void)[]} */
  kept = [];
  /** Whether the reader chose dark; null: as the page is. @type {boolean | null} */
  chosen = null;
  /** @type {number | undefined} */
  playing;
  /** @type {{ line: number, gap: number, end: number } | null} */
  measured = null;

  /**
   * @param {HTMLElement} host
   * @param {Doc} doc
   * @param {Options} options
   */
  constructor(host, doc, options = {}) {
    this.host = host;
    this.options = options;
    host.dataset.lmSuppressShortcuts = "true";
    this.shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    this.shadow.adoptedStyleSheets = [sheet];
    this.themes = new MutationObserver(() => this.theme());
    const attributeFilter = ["data-jp-theme-light", "class"];
    this.themes.observe(document.body, { attributes: true, attributeFilter });
    this.sizes = new ResizeObserver(() => this.resized());
    this.load(doc);
  }

  /** @param {Doc} doc */
  load(doc) {
    this.play(false);
    this.run = new Run(doc);
    this.looked = null;
    this.frames = {};
    this.hinted = false;
    this.forget();
    this.build();
    this.draw();
  }

  get doc() {
    return this.run.doc;
  }
  get at() {
    return this.run.at;
  }
  get driving() {
    return this.run.driving;
  }
  get verdict() {
    return this.news.verdict;
  }
  get isHall() {
    return this.root.classList.contains("hall");
  }

  get shownCpu() {
    const { run } = this;
    const acting = run.step?.cpu ?? (run.path.length ? run.did(run.path[0]).cpu : 0);
    return this.looked ?? acting;
  }

  // -- moving about

  /** @param {number} position */
  go(position) {
    const to = Math.max(0, Math.min(this.run.path.length, position));
    if (to === this.run.at) return;
    this.run.at = to;
    this.looked = null;
    this.frames = {};
    this.hinted = false;
    this.draw();
    this.options.moved?.(this.run.at, this.run.path);
  }

  /**
   * To where a reader was before.
   * @param {number[]} path
   * @param {number} at
   */
  resume(path, at) {
    if (this.run.keep(path)) this.timeline.build();
    this.go(at);
  }

  /** Nothing listens any more once the view is gone. */
  close() {
    this.play(false);
    this.themes.disconnect();
    this.sizes.disconnect();
  }

  play(on = !this.playing) {
    clearInterval(this.playing);
    this.playing = undefined;
    if (on && !this.driving) {
      if (this.run.at === this.run.path.length) this.go(0);
      this.playing = window.setInterval(() => {
        this.go(this.run.at + 1);
        if (this.run.at === this.run.path.length || !this.root.isConnected) this.play(false);
      }, PLAY_MS);
    }
    if (!this.player) return;
    this.player.children[0].textContent = this.playing ? "stop" : "play";
    this.player.title = this.playing ? "Pause (space)" : "Play (space)";
  }

  /**
   * Let a CPU go next, where the reader drives; else look at it.
   * @param {number} cpu
   */
  async choose(cpu) {
    const { run } = this;
    if (cpu >= run.doc.cpus.length) return;
    if (!this.driving) {
      this.looked = cpu;
      this.frames = {};
      this.draw();
      return;
    }
    if (!run.able(cpu)) return;
    const { at, state } = run;
    if (state.moves?.[cpu] == null && !(await this.ask(cpu))) return;
    // The reader may have gone elsewhere while the kernel was asked.
    if (run.at === at && run.state === state) {
      if (run.turn(state.moves?.[cpu] ?? 0)) this.timeline.build();
      this.go(run.at + 1);
    }
    while (!this.asking && this.kept.length) this.kept.shift()?.();
  }

  /**
   * Do what a reader asks for; while the kernel is asked, after its answer: nothing typed is lost.
   * @param {() => void} action
   * @param {boolean} elsewhere whether it leads away from here: who has waited for long may leave
   */
  act(action, elsewhere = false) {
    if (elsewhere && this.asking?.late) this.forget();
    if (!this.asking) action();
    else if (this.kept.length < KEPT) this.kept.push(action);
    if (this.asking?.late || this.kept.length === KEPT) this.news.unanswered(this.kept.length);
  }

  /** Wait for no answer any more. */
  forget() {
    this.asking = null;
    this.kept = [];
  }

  /**
   * Ask the kernel for a step that is not in the document; whether it answered.
   * @param {number} cpu
   */
  async ask(cpu) {
    if (!this.options.ask) return false;
    const { run } = this;
    const { state } = run;
    const asking = { late: false };
    this.asking = asking;
    const late = setTimeout(() => {
      asking.late = this.asking === asking;
      if (asking.late) this.news.unanswered(this.kept.length);
    }, LATE_MS);
    // A kernel that was restarted cannot even be asked.
    const more = await this.options.ask(run.schedule, cpu).catch(() => null);
    clearTimeout(late);
    if (asking !== this.asking) return false;
    this.asking = null;
    if (!more) {
      this.forget();
      this.news.unanswered();
    } else if (run.add(more, cpu, state)) this.state.build();
    return more !== null;
  }

  get ahead() {
    const { run } = this;
    return this.driving && run.step !== null && run.able(run.step.cpu);
  }

  forward() {
    const { run } = this;
    if (run.at < run.path.length) this.go(run.at + 1);
    else if (this.ahead && run.step) this.choose(run.step.cpu);
  }

  hint() {
    if (!this.driving) return;
    this.hinted = true;
    this.draw();
    this.choices?.focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    const target = event.composedPath()[0];
    // Up and down choose a frame where the stack has the focus; the rest of the keys go on working.
    const own =
      target instanceof HTMLSelectElement && !/^(ArrowLeft|ArrowRight|Escape)$/.test(event.key);
    if (own) return;
    const activates = event.key === " " || event.key === "Enter";
    if (target instanceof HTMLButtonElement && activates) return;
    const { run } = this;
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowRight: () => this.forward(),
      ArrowLeft: () => this.go(run.at - 1),
      ArrowUp: () => this.go(run.preemption(-1)),
      ArrowDown: () => this.go(run.preemption(1)),
      Home: () => this.go(0),
      End: () => this.go(run.path.length),
      " ": () => this.play(),
      l: () => this.hall(),
      h: () => this.hint(),
      t: () => this.asTable(),
      v: () => this.inTurns(),
      m: () => this.map(),
      "?": () => this.tools.toggle(),
      Escape: () => this.release(),
    };
    const digit = /^[1-9]$/.test(event.key);
    const action = digit ? () => this.choose(Number(event.key) - 1) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    if (event.key !== " ") this.play(false);
    const back = /^(Arrow(Left|Up|Down)|Home|End)$/.test(event.key);
    if (back || digit || /^(ArrowRight|h)$/.test(event.key)) this.act(action, back);
    else action();
    // Who has clicked into the upper half of it wants to see the rest as well.
    this.host.scrollIntoView({ block: "nearest" });
  }

  /** Give the keys back. */
  release() {
    this.tools.toggle(false);
    if (this.shadow.activeElement instanceof HTMLElement) this.shadow.activeElement.blur();
    this.host.blur();
    /** @type {HTMLElement | null} */ (this.host.closest(".jp-Notebook"))?.focus();
  }

  hall(on = !this.isHall) {
    this.root.classList.toggle("hall", on);
    this.tools.press("hall", on);
    this.measured = null;
    this.draw();
  }

  asTable() {
    if (!this.state.grid) return;
    this.state.tabular = !this.state.tabular;
    this.tools.press("table", this.state.tabular);
    this.draw();
  }

  /** The run in turns, in the place of the source. */
  inTurns() {
    const on = this.turns.root.hidden;
    this.turns.root.hidden = !on;
    this.root.classList.toggle("glance", on);
    this.tools.press("turns", on);
    this.draw();
  }

  /** The map of all that can happen: where there is room it is there from the beginning. */
  map() {
    const on = this.root.classList.toggle("mapped");
    this.tools.press("map", on);
  }

  theme() {
    const { classList, dataset } = document.body;
    const system = matchMedia("(prefers-color-scheme: dark)").matches;
    const host = dataset.jpThemeLight ? dataset.jpThemeLight === "false" : null;
    const dark = this.chosen ?? host ?? (classList.contains("vscode-dark") || system);
    this.root.dataset.theme = dark ? "dark" : "light";
    if (this.options.page) document.documentElement.style.colorScheme = this.root.dataset.theme;
    this.tools.press("theme", dark);
  }

  // -- building: once for a document

  build() {
    const { doc, driving, options } = this;
    const hall = this.root?.classList.contains("hall");
    this.news = new News(this);
    this.choices = driving ? new Choices(this) : null;
    this.state = new StateView(this);
    this.panes = new Panes(this);
    this.timeline = new Timeline(this);
    this.turns = new Turns(this);
    this.chart = doc.drive?.whole ? new Chart(this) : null;
    this.tools = new Tools(this, this.toolsOf());
    const title = doc.title || "a recorded run";
    const kind = [
      "stepper",
      options.page && "page",
      driving && "driving",
      doc.cpus.length > 3 && "many",
      hall && "hall",
    ].filter(Boolean);
    this.root = h(
      "div",
      {
        class: kind.join(" "),
        tabindex: "0",
        role: "group",
        "data-lm-suppress-shortcuts": "true",
        "aria-label": `Stepper: ${title}. Arrow keys step, ? shows all keys.`,
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
      },
      h(
        "div",
        { class: "head" },
        h(options.page ? "h1" : "p", { class: "title" }, title),
        this.news.verdict,
        this.tools.opener,
      ),
      this.tools.root,
      this.news.root,
      this.choices?.root,
      this.state.root,
      this.turns.root,
      h("div", { class: "work" }, this.panes.root, this.chart?.root),
      this.panes.others,
      this.news.console,
      h("div", { class: "foot" }, this.buildControls(), this.timeline.root),
    );
    this.theme();
    this.shadow.replaceChildren(this.root);
    this.sizes.disconnect();
    for (const box of [this.root, ...this.panes.panes.map((pane) => pane.code)])
      this.sizes.observe(box);
  }

  /** @returns {import("./parts/tools.js").Tool[]} */
  toolsOf() {
    /** @type {import("./parts/tools.js").Tool[]} */
    const tools = [
      ["home", "|◀", "Home", "To the start", () => this.go(0)],
      ["end", "▶|", "End", "To the end", () => this.go(this.run.path.length)],
      ["turns", "turns", "v", "The run in turns", () => this.inTurns()],
      ["hall", "hall", "l", "Layout for a hall", () => this.hall()],
    ];
    if (this.chart) tools.push(["map", "map", "m", "All that can happen", () => this.map()]);
    if (this.state.grid)
      tools.push(["table", "table", "t", "Show as a table", () => this.asTable()]);
    const dark = () => {
      this.chosen = this.root.dataset.theme !== "dark";
      this.theme();
    };
    if (this.options.page) tools.push(["theme", "dark", "", "Light or dark", dark]);
    return tools;
  }

  buildControls() {
    /**
     * @param {string} label
     * @param {string} text
     * @param {() => void} act
     */
    const button = (label, text, act) => {
      const onclick = () => {
        if (text !== "play") this.play(false);
        this.act(act, true);
      };
      return signed(label, text, onclick);
    };
    this.back = button("One step back (left arrow)", "◀", () => this.go(this.run.at - 1));
    this.player = this.driving ? null : button("Play (space)", "play", () => this.play());
    // Who drives goes on by choosing a CPU.
    this.on = this.driving ? null : button("One step on (right arrow)", "▶", () => this.forward());
    const group = { class: "controls", role: "group", "aria-label": "Steps" };
    return h("div", group, this.back, this.player, this.on);
  }

  /** What the style sheet says of the rows' heights, in pixels. */
  get measures() {
    if (!this.measured) {
      const style = getComputedStyle(this.root);
      /** @param {string} name */
      const of = (name) => Number.parseFloat(style.getPropertyValue(name));
      this.measured = { line: of("--line"), gap: of("--gap"), end: of("--end") };
    }
    return this.measured;
  }

  resized() {
    this.measured = null;
    this.state.place();
    this.panes.show();
  }

  // -- drawing: at each step

  draw() {
    const { run } = this;
    const focused = this.shadow.activeElement;
    this.news.draw();
    this.panes.draw();
    this.choices?.draw();
    this.state.draw();
    this.turns.draw();
    this.chart?.draw();
    this.timeline.draw();
    setAble(this.back, run.at > 0);
    if (this.on) setAble(this.on, run.at < run.path.length);
    const kept = this.shadow.activeElement?.checkVisibility();
    if (focused && !kept) this.root.focus({ preventScroll: true });
  }
}
