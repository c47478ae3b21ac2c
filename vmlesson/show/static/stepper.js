// The stepper: walks through a recorded run, in a notebook (anywidget) and in a page on disk.
//
// It draws one document, plain JSON made by vmlesson/show/stepper.py: a graph of states, and steps
// between them.  A recorded run is a path through it; to be driven, the reader makes the path.
// No dependencies, no build step, no request to anywhere.
//
// CPUs are told by the shape of their badge and by their lane, never by colour; colour says what
// part a vma has in a move.  Nothing changes its size between steps: every vma, lock and page that
// occurs anywhere in the run has its place from the beginning, and is greyed while it is not there.

const PLAY_MS = 800;
const PARTS = ["pool", "states", "steps", "functions"];
const ROLES = { source: "source", destination: "destination" };

// ------------------------------------------------------------------------------- small helpers

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [k, v] of Object.entries(value)) element.style.setProperty(k, v);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

// Not `disabled`: that would throw away the focus, and the next key would go to the notebook.
const setAble = (button, able) => button.setAttribute("aria-disabled", !able);

const hex = (bytes) => (bytes / 4096).toString(16);
const span = (vma) => `[${hex(vma.start)}, ${hex(vma.end)})`;
const frame = (pfn) => (pfn >> 20 ? `${pfn >> 20}.` : "") + (pfn & 0xfffff).toString(16);

function badge(doc, cpu, extra = "") {
  const index = typeof cpu === "number" ? cpu : doc.cpus.indexOf(cpu);
  const shape = ["square", "round", "diamond", "hexagon"][index % 4];
  return h("span", { class: `badge ${shape} ${extra}`, title: `CPU ${doc.cpus[index] ?? cpu}` },
    h("span", {}, String(index + 1)));
}

// ------------------------------------------------------------------------------------ the world

// Everything that occurs in any state, so that it has a place in all of them.
class World {
  constructor(doc) {
    this.doc = doc;
    this.vmas = new Map();
    this.families = new Map();
    this.locks = new Map();
    this.pages = new Map();
    this.mms = new Map();
    this.seen = 0;
    this.items = new Set();
    this.counts = new Map();
    this.grow();
  }

  grow() {
    for (; this.seen < this.doc.states.length; this.seen++) {
      const picture = this.doc.states[this.seen].picture;
      if (!picture) continue;
      for (const [section, places] of Object.entries(picture))
        for (const place of places) {
          if (this.items.has(place)) continue;
          this.items.add(place);
          this.meet(section, this.doc.pool[place]);
        }
    }
  }

  meet(section, item) {
    if (section === "mms") this.mms.set(item.id, item);
    if (section === "anon_vmas" && !this.families.has(item.id)) this.families.set(item.id, item);
    if (section === "vmas") {
      const vma = this.vmas.get(item.id) ?? { ...item, addresses: new Set() };
      if (item.inserted) for (const cell of item.cells) vma.addresses.add(cell.address);
      vma.start = Math.min(vma.start, item.start);
      this.vmas.set(item.id, vma);
    }
    if (section === "locks") {
      const lock = this.locks.get(item.id) ?? { ...item, used: false, waited: false };
      lock.used ||= item.owners.length > 0 || item.waiters.length > 0;
      lock.waited ||= item.waiters.length > 0;
      this.locks.set(item.id, lock);
    }
    if (section === "pages") {
      const page = this.pages.get(item.id) ?? { ...item, busy: false };
      page.busy ||= item.locked != null || item.mapcount !== page.mapcount;
      this.pages.set(item.id, page);
    }
  }
}

// ---------------------------------------------------------------------------------- the stepper

export class Stepper {
  // ask(cpus, cpu): for a driver without a whole graph, a promise of what the next step adds;
  // driven(cpus): told of the schedule when one was driven to its end.
  // moved(at, path): told of each step to another place.
  constructor(host, doc, { page = false, ask = null, driven = null, moved = null } = {}) {
    this.host = host;
    this.page = page;
    this.ask = ask;
    this.driven = driven;
    this.moved = moved;
    host.dataset.lmSuppressShortcuts = "true";
    this.shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    this.shadow.adoptedStyleSheets = [sheet];
    this.load(doc);
  }

  load(doc) {
    this.doc = doc;
    this.world = new World(doc);
    this.steps = [];
    this.path = [...(doc.run ?? [])];
    this.at = Math.min(doc.at ?? 0, this.path.length);
    this.looked = null;
    this.frames = {};
    this.hinted = false;
    this.build();
    this.draw();
  }

  did(place) {
    const step = this.doc.steps[place];
    return (this.steps[place] ??= { ...this.doc.pool[step.did], to: step.to });
  }

  // A switch away from a CPU that could have gone on; in a driven run it depends on the path.
  preempts(position) {
    if (position < 2) return false;
    const before = this.did(this.path[position - 2]).cpu, view = this.view(before, position - 1);
    return this.did(this.path[position - 1]).cpu !== before && Boolean(view.next) && !view.waits;
  }

  get driving() { return Boolean(this.doc.drive); }
  get step() { return this.at ? this.did(this.path[this.at - 1]) : null; }
  stateAt(position) { return this.doc.states[position ? this.did(this.path[position - 1]).to : 0]; }
  view(cpu, position = this.at) { return this.doc.pool[this.stateAt(position).views[cpu]]; }
  picture(position = this.at) {
    const plain = this.stateAt(position).picture;
    if (!plain) return null;
    const full = {};
    for (const [section, places] of Object.entries(plain)) full[section] = places.map((p) => this.doc.pool[p]);
    return full;
  }

  // -- moving about

  go(position) {
    const to = Math.max(0, Math.min(this.path.length, position));
    if (to === this.at) return;
    this.at = to;
    this.looked = null;
    this.frames = {};
    this.hinted = false;
    this.draw();
    this.moved?.(this.at, this.path);
  }

  // A path that was kept, as far as the document still has its steps.
  resume(path, at) {
    const lost = path.findIndex((place) => !this.doc.steps[place]);
    const kept = lost < 0 ? path : path.slice(0, lost);
    if (this.driving && String(kept) !== String(this.path)) {
      this.path = [...kept];
      this.orders = [];
      this.buildTimeline();
    }
    this.go(at);
  }

  // Nothing listens any more once the view is gone.
  close() {
    this.play(false);
    this.observer.disconnect();
    this.resized.disconnect();
  }

  preemption(direction) {
    for (let i = this.at + direction; i > 0 && i <= this.path.length; i += direction)
      if (this.preempts(i)) return this.go(i);
    this.go(direction < 0 ? 0 : this.path.length);
  }

  play(on = !this.playing) {
    clearInterval(this.playing);
    this.playing = null;
    if (on && !this.driving) {
      if (this.at === this.path.length) this.go(0);
      this.playing = setInterval(() => {
        this.go(this.at + 1);
        if (this.at === this.path.length || !this.root.isConnected) this.play(false);
      }, PLAY_MS);
    }
    this.buttons.play?.replaceChildren(this.playing ? "stop" : "play");
    this.buttons.play?.setAttribute("aria-label", this.playing ? "Pause (space)" : "Play (space)");
  }

  able(cpu) { const view = this.view(cpu); return Boolean(view.next) && !view.waits; }

  async choose(cpu) {
    if (cpu >= this.doc.cpus.length) return;
    if (!this.driving) { this.looked = cpu; this.frames = {}; return this.draw(); }
    if (!this.able(cpu) || this.asking) return;
    const state = this.stateAt(this.at);
    if (state.moves?.[cpu] == null) {
      if (!this.ask) return;
      this.asking = true;
      try {
        const from = this.path.slice(0, this.at).map((s) => this.did(s).cpu);
        const more = await this.ask(from, cpu);
        for (const part of PARTS) this.doc[part].push(...more[part]);
        (state.moves ??= {})[cpu] = more.step;
        const rows = this.world.vmas.size + this.world.pages.size + this.world.families.size;
        this.world.grow();
        if (rows !== this.world.vmas.size + this.world.pages.size + this.world.families.size) this.buildState();
      } finally { this.asking = false; }
    }
    const step = state.moves[cpu];
    if (this.path[this.at] !== step) {
      this.path.length = this.at;
      this.orders.length = Math.min(this.orders.length, this.at + 1);
      this.path.push(step);
      this.buildTimeline();
    }
    this.go(this.at + 1);
    if (this.stateAt(this.at).end) this.driven?.(this.path.map((place) => this.did(place).cpu));
  }

  forward() {
    if (this.at < this.path.length) return this.go(this.at + 1);
    if (this.driving && this.step && this.able(this.step.cpu)) return this.choose(this.step.cpu);
  }

  // The choice that is hinted at gets the focus: Enter makes it.
  hint() {
    this.hinted = true;
    this.draw();
    this.choices[this.stateAt(this.at).hint]?.focus();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    const target = event.composedPath()[0];
    const onButton = target?.tagName === "BUTTON" && (event.key === " " || event.key === "Enter");
    if (onButton) return;
    const actions = {
      ArrowRight: () => this.forward(), ArrowLeft: () => this.go(this.at - 1),
      ArrowUp: () => this.preemption(-1), ArrowDown: () => this.preemption(1),
      Home: () => this.go(0), End: () => this.go(this.path.length),
      " ": () => this.play(), l: () => this.hall(), h: () => this.driving && this.hint(),
      t: () => this.asTable(), "?": () => this.help(), Escape: () => this.release(),
    };
    const action = /^[1-9]$/.test(event.key) ? () => this.choose(Number(event.key) - 1) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    if (event.key !== " ") this.play(false);
    action();
  }

  release() {
    this.helpBox.hidden = true;
    this.shadow.activeElement?.blur();
    this.host.blur();
    this.host.closest(".jp-Notebook")?.focus();
  }

  hall(on = !this.root.classList.contains("hall")) {
    this.root.classList.toggle("hall", on);
    this.buttons.hall.setAttribute("aria-pressed", on);
    this.measures = null;
    this.place();
    this.draw();
  }

  asTable() {
    if (!this.picture()) return;
    this.tabular = !this.tabular;
    this.buttons.table.setAttribute("aria-pressed", this.tabular);
    this.drawState();
    this.code.forEach((pane) => this.show(pane));
  }

  help() {
    this.helpBox.hidden = !this.helpBox.hidden;
    this.buttons.help.setAttribute("aria-expanded", !this.helpBox.hidden);
  }

  theme() {
    const host = document.body.dataset.jpThemeLight;
    const dark = this.chosen ?? (host ? host === "false"
      : document.body.classList.contains("vscode-dark") || matchMedia("(prefers-color-scheme: dark)").matches);
    this.root.dataset.theme = dark ? "dark" : "light";
    this.buttons.theme?.setAttribute("aria-pressed", dark);
  }

  // -- building: once for a document

  build() {
    const doc = this.doc;
    const button = (name, label, text, action, more = {}) =>
      (this.buttons[name] = h("button", { type: "button", "aria-label": label, title: label, onclick: action, ...more }, text));
    this.buttons = {};
    this.verdict = h("p", { class: "verdict" });
    this.said = h("p", { class: "said", "aria-live": "polite", "aria-atomic": "true" });
    this.number = h("span", { class: "number" });
    this.preempted = h("span", { class: "preempts" });
    this.changes = h("p", { class: "changes" });
    this.console = h("pre", { class: "console", role: "log", tabindex: "0", "aria-label": "console" });
    this.panes = h("div", { class: "panes" });
    this.others = h("div", { class: "others" });
    this.state = h("div", { class: "state" });
    this.timeline = h("div", { class: "timeline" });
    this.helpBox = this.buildHelp();
    this.choicesBox = this.driving ? h("div", { class: "choices", role: "group", "aria-label": "Who goes next?" }) : null;
    const controls = h("div", { class: "controls", role: "group", "aria-label": "Steps" },
      button("home", "To the start (Home)", "|◀", () => this.go(0)),
      button("back", "One step back (left arrow)", "◀", () => { this.play(false); this.go(this.at - 1); }),
      this.driving ? null : button("play", "Play (space)", "play", () => this.play()),
      button("forward", "One step on (right arrow)", "▶", () => { this.play(false); this.forward(); }),
      button("end", "To the end (End)", "▶|", () => this.go(this.path.length)));
    this.root = h("div", {
      class: `stepper${this.page ? " page" : ""}${this.driving ? " driving" : ""}${this.root?.classList.contains("hall") ? " hall" : ""}`, tabindex: "0", role: "group",
      "aria-label": `Stepper: ${doc.title || "a recorded run"}. Arrow keys step, ? shows all keys.`,
      "data-lm-suppress-shortcuts": "true", onkeydown: (event) => this.key(event),
    },
      h("div", { class: "head" },
        h(this.page ? "h1" : "p", { class: "title" }, doc.title || "a recorded run"),
        this.verdict,
        h("div", { class: "tools", role: "group", "aria-label": "View" },
          button("table", "Show as a table (t)", "table", () => this.asTable(), { "aria-pressed": "false" }),
          button("hall", "Layout for a hall (l)", "hall", () => this.hall(), { "aria-pressed": "false" }),
          this.page ? button("theme", "Light or dark", "dark", () => { this.chosen = this.root.dataset.theme !== "dark"; this.theme(); }) : null,
          button("help", "Keys (?)", "keys", () => this.help(), { "aria-expanded": "false" }))),
      this.helpBox,
      h("div", { class: "news" }, this.number, h("div", { class: "words" }, this.said, this.changes), this.preempted),
      this.choicesBox,
      this.state, this.panes, this.others, this.console,
      h("div", { class: "foot" }, controls, this.timeline));
    // Room is kept for what will be said, and only where something will.
    this.buttons.table.hidden = !doc.states[0].picture;
    this.console.hidden = !this.driving && doc.verdict?.outcome !== "fails";
    this.theme();
    this.observer?.disconnect();
    this.observer = new MutationObserver(() => this.theme());
    this.observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
    this.shadow.replaceChildren(this.root);
    this.buildPanes();
    this.buildState();
    this.buildTimeline();
    this.resized?.disconnect();
    this.resized = new ResizeObserver(() => {
      this.measures = null;
      this.place();
      this.code.forEach((pane) => this.show(pane));
    });
    for (const box of [this.root, ...this.code.map((pane) => pane.code)]) this.resized.observe(box);
  }

  buildHelp() {
    const keys = [["→ ←", this.driving ? "the same CPU again, or redo; a step back" : "a step on, a step back"],
      ["↑ ↓", "to the previous or next preemption"], ["Home End", "to the start, to the end"],
      ...(this.driving ? [["1 … 9", "this CPU goes next"], ["h", "a hint"]]
        : [["space", "play, pause"], ["1 … 9", "look at this CPU"]]),
      ["l", "layout for a hall"], ["t", "the state as a table"], ["Esc", "give the keys back"]];
    return h("div", { class: "help", hidden: true },
      h("dl", {}, keys.map(([key, what]) => h("div", {}, h("dt", {}, key), h("dd", {}, what)))),
      h("p", {}, "Δ changed in this step · dashed line: preemption, the CPU before could have gone on · ⇢ migration entry · ◂ waits"));
  }

  buildPanes() {
    this.code = this.doc.cpus.map((name, cpu) => {
      const pane = {
        crumbs: h("div", { class: "crumbs", role: "group", "aria-label": `Stack of ${name}` }),
        code: h("div", { class: "code", tabindex: "0", role: "region", "aria-label": `Source of ${name}` }),
        next: h("p", { class: "next" }), shown: null,
      };
      pane.box = h("section", { class: "pane", "aria-label": `CPU ${name}` },
        h("div", { class: "who" }, badge(this.doc, cpu), h("strong", {}, name), pane.crumbs),
        pane.code, pane.next);
      return pane;
    });
    this.panes.replaceChildren(...this.code.map((pane) => pane.box));
    this.panes.style.setProperty("--cpus", Math.min(3, this.code.length));
    this.lines = this.doc.cpus.map(() => h("p", { class: "other" }));
    this.others.replaceChildren(...this.lines);
    if (this.driving) {
      this.choices = this.doc.cpus.map((name, cpu) => h("button", { type: "button", onclick: () => this.choose(cpu) }));
      this.hintButton = h("button", { type: "button", class: "hint", onclick: () => this.hint() }, "Hint (h)");
      this.choicesBox.replaceChildren(h("span", { class: "ask" }, "Who goes next?"), ...this.choices, this.hintButton);
    }
  }

  buildState() {
    const { vmas, families } = this.world;
    this.rows = new Map();
    this.orders = [];
    this.strip = h("div", { class: "strip" });
    this.heads = h("div", { class: "heads" });
    this.body = h("div", { class: "rows" });
    const columns = [...families.keys()];
    this.columns = columns;
    for (const [index] of columns.entries())
      this.body.append(h("span", { class: "thread", style: { "--column": index + 1 } }));
    for (const [id, vma] of vmas) {
      const addresses = [...vma.addresses].sort((a, b) => a - b);
      const row = { id, addresses, wide: Math.ceil(addresses.length / Math.ceil(addresses.length / 10)) || 1 };
      row.lines = Math.ceil(addresses.length / row.wide) || 1;
      row.box = h("div", { class: "row" });
      this.rows.set(id, row);
      this.body.append(row.box);
    }
    this.ends = h("div", { class: "ends" });
    this.carry = h("span", { class: "carry" });
    this.body.append(this.ends, this.carry);
    const wide = Math.max(1, ...[...this.rows.values()].map((row) => row.wide));
    this.grid = h("div", { class: `grid${columns.length === 1 ? " single" : ""}`, tabindex: "0", role: "region", "aria-label": "vmas, ptes and lists",
      style: { "--columns": columns.length, "--wide": wide } }, this.strip, this.heads, this.body);
    this.tableBox = h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "The state as a table", hidden: true });
    this.state.replaceChildren(this.grid, this.tableBox);
    this.state.classList.toggle("plain", !this.doc.states[0].picture);
    this.place();
  }

  buildTimeline() {
    const doc = this.doc;
    const columns = Math.max(this.path.length, this.driving ? doc.drive.longest ?? 40 : 1);
    const lanes = doc.cpus.map((name, cpu) => h("span", { class: "lane", style: { "grid-row": cpu + 2 } }, badge(doc, cpu), h("span", {}, name)));
    this.marker = h("span", { class: "marker" });
    this.drawn = 0;
    this.wrong = this.path.flatMap((place, i) => (this.did(place).findings.length ? [i] : []));
    this.ticks = this.path.map((place, i) => {
      const step = this.did(place);
      const wrong = step.findings.length > 0;
      return h("span", { class: `tick${wrong ? " wrong" : ""}`, style: { "grid-column": i + 1, "grid-row": step.cpu + 2 } }, wrong ? "✗" : "");
    });
    const breaks = this.path.flatMap((place, i) => this.preempts(i + 1)
      ? [h("span", { class: "break", title: "preemption", style: { "grid-column": i + 1 } })] : []);
    const decisive = doc.decisive
      ? [h("span", { class: "decisive", title: "from here on the failure is inevitable", style: { "grid-column": doc.decisive } }, "✗")] : [];
    this.track = h("div", {
      class: "track", role: "slider", tabindex: "0", "aria-label": "Step", "aria-valuemin": 0,
      "aria-valuemax": this.path.length, style: { "--steps": columns, "--lanes": doc.cpus.length },
      onpointerdown: (event) => { this.pointed(event); this.track.setPointerCapture(event.pointerId); },
      onpointermove: (event) => { if (event.buttons) this.pointed(event); },
    }, h("span", { class: "start", style: { "grid-row": `2 / span ${doc.cpus.length}` } }), ...breaks, ...this.ticks, ...decisive, this.marker);
    this.timeline.replaceChildren(h("div", { class: "lanes", "aria-hidden": "true", style: { "--lanes": doc.cpus.length } }, lanes),
      h("div", { class: "scroll" }, this.track));
    this.stepsShown = columns;
  }

  pointed(event) {
    const box = this.track.getBoundingClientRect();
    this.play(false);
    this.go(Math.ceil(((event.clientX - box.left) / box.width) * this.stepsShown));
  }

  measure() {
    const style = getComputedStyle(this.root), of = (name) => parseFloat(style.getPropertyValue(name));
    return { line: of("--line"), gap: of("--gap"), end: of("--end") };
  }

  // Rows have heights of their own; their places follow the list that is walked.
  place() {
    if (!this.rows || !this.order) return;
    const { line, gap, end } = this.measures ??= this.measure();
    let top = 0;
    for (const id of this.order) {
      const row = this.rows.get(id), height = row.lines * line;
      row.box.style.height = `${height}px`;
      row.box.style.transform = `translateY(${top}px)`;
      row.middle = top + height / 2;
      top += height + gap;
    }
    const [from, to] = this.carried ?? [];
    this.walks = (this.walkers ?? []).map((id) => this.rows.get(id)?.middle ?? top);
    this.carry.hidden = !from || !to;
    if (from && to) {
      const up = to.middle < from.middle;
      this.carry.className = `carry ${up ? "up" : "down"}`;
      this.carry.style.top = `${Math.min(from.middle, to.middle)}px`;
      this.carry.style.height = `${Math.abs(from.middle - to.middle)}px`;
      const passes = this.walks?.some((at) => up && at > to.middle && at <= from.middle);
      const way = up ? "up" : "down";
      // With one list there is room for words between the cards and the knots.
      const short = this.columns.length > 1 || this.root.classList.contains("hall");
      const words = short ? [way] : [`goes ${way}`, passes ? "past the walk" : ""];
      this.carry.replaceChildren(h("span", {}, ...words.map((text) => h("b", {}, text))));
    }
    this.ends.style.transform = `translateY(${top}px)`;
    this.body.style.height = `${top + (this.columns.length ? end : 0)}px`;
  }

  // -- drawing: at each step

  draw() {
    const doc = this.doc, step = this.step, state = this.stateAt(this.at);
    const acting = step ? step.cpu : this.path.length ? this.did(this.path[0]).cpu : 0;
    this.shownCpu = this.looked ?? acting;
    this.drawNews(step);
    this.drawVerdict(state);
    doc.cpus.forEach((_, cpu) => this.drawPane(cpu, step));
    if (this.driving) this.drawChoices(state);
    this.drawState();
    this.drawTimeline();
  }

  drawNews(step) {
    const total = this.driving ? `step ${this.at}` : `${this.at} / ${this.path.length}`;
    this.number.textContent = total;
    const text = step ? step.sentence : this.driving ? "Nobody has gone yet. Who goes first?" : "Before the first step.";
    const decisive = this.doc.decisive && this.at === this.doc.decisive && !this.driving;
    this.said.replaceChildren(...(step ? [badge(this.doc, step.cpu), " "] : []), text,
      ...(decisive ? [" ", h("strong", { class: "fatal" }, "From here on it is inevitable.")] : []));
    this.changes.replaceChildren(...(step ? step.changes.length ? step.changes.flatMap((change, i) =>
      [i ? "  " : "", h("span", { class: "change" }, change)]) : ["nothing changes"] : ["\u00a0"]));
    this.preempted.replaceChildren(...(this.preempts(this.at) ? [h("span", {}, "preemption")] : []));
    const last = this.at === this.path.length;
    const verdict = this.driving ? this.stateAt(this.at).end : last ? this.doc.verdict : null;
    const shout = [];
    for (const i of this.wrong.filter((place) => place < this.at)) {
      const step = this.did(this.path[i]);
      for (const [kind, message] of step.findings)
        shout.push(`[${String(i + 1).padStart(5)}] CPU ${this.doc.cpus[step.cpu]}: ${kind === "BUG" ? "" : `${kind}: `}${message}`);
    }
    if (verdict?.outcome === "fails" && !shout.some((line) => line.includes(verdict.message)))
      shout.push(`[  end] ${verdict.kind}: ${verdict.message}`);
    this.console.classList.toggle("quiet", !shout.length);
    this.console.textContent = shout.join("\n") || "console: quiet";
  }

  drawVerdict(state) {
    const doc = this.doc;
    const page = doc.states[0].picture ? ["lose the page", "the page is lost"] : ["make it fail", "it fails"];
    let [kind, text] = { fails: ["fails", `✗ ${doc.verdict?.words || `fails: ${doc.verdict?.kind}`}`], holds: ["holds", "✓ holds"], open: ["open", "… not at its end"] }[doc.verdict?.outcome ?? "open"];
    if (this.driving)
      [kind, text] = state.end ? (state.end.outcome === "fails" ? ["fails", `✗ ${page[1]}: you did it`] : ["holds", "✓ the end: nothing went wrong"])
        : { can: ["open", `⚠ you can still ${page[0]}`], lost: ["fails", `✗ now ${page[1]}, whatever happens`],
            safe: ["holds", "✓ now it is safe whatever happens"], unknown: ["open", "? not known: too much may still happen"] }[state.outlook];
    this.verdict.className = `verdict ${kind}`;
    this.verdict.textContent = text;
    if (this.driving) this.verdict.setAttribute("role", "status");
  }

  drawPane(cpu, step) {
    const pane = this.code[cpu], view = this.view(cpu), doc = this.doc;
    const chosen = Math.min(this.frames[cpu] ?? view.shown, view.stack.length - 1);
    const [shown, line] = view.stack[chosen] ?? (step?.cpu === cpu ? step.place : null) ?? pane.last ?? [null, 0];
    pane.last = [shown, line];
    pane.box.classList.toggle("acting", step?.cpu === cpu);
    pane.box.classList.toggle("looked", this.shownCpu === cpu);
    pane.box.classList.toggle("ended", !view.next);
    const focused = pane.crumbs.contains(this.shadow.activeElement);
    pane.crumbs.replaceChildren(...view.stack.map(([index], i) => h("button", {
      type: "button", class: "crumb", "aria-current": i === chosen ? "true" : false,
      title: doc.functions[index].file, onclick: () => { this.frames[cpu] = i; this.drawPane(cpu, this.step); },
    }, doc.functions[index].name.replace(/\.__anext__$/, ""))));
    // Whoever came to a frame by its button stays there, and the keys go on working.
    if (focused) (pane.crumbs.children[chosen] ?? this.root).focus({ preventScroll: true });
    if (pane.shown !== shown && shown != null) {
      const fn = doc.functions[shown];
      pane.code.replaceChildren(...fn.lines.map((text, i) => codeLine(text, i + 1, fn)));
      pane.shown = shown;
      pane.code.scrollTop = 0;
    }
    for (const old of pane.marked ?? []) { old.classList.remove("now", "done"); old.removeAttribute("aria-current"); }
    const rows = pane.code.children;
    if (step?.cpu === cpu && step.place?.[0] === shown) rows[Math.min(step.place[1], rows.length) - 1]?.classList.add("done");
    const now = view.stack.length && view.next ? rows[Math.min(line, rows.length) - 1] : null;
    now?.classList.add("now");
    now?.setAttribute("aria-current", "step");
    pane.marked = [...pane.code.getElementsByClassName("now"), ...pane.code.getElementsByClassName("done")];
    this.show(pane);
    const what = !view.next ? ["has ended"] : view.waits
      ? [h("b", {}, "waits: "), view.waits, ` (to ${view.next})`] : [h("b", {}, "next: "), view.next];
    pane.next.replaceChildren(...what);
    pane.next.classList.toggle("waits", Boolean(view.waits));
    const text = shown == null ? "" : (doc.functions[shown].lines[line - 1] ?? "").trim();
    this.lines[cpu].hidden = cpu === this.shownCpu;
    this.lines[cpu].replaceChildren(badge(doc, cpu), h("strong", {}, doc.cpus[cpu]),
      h("code", {}, view.next ? `${line}  ${text}` : ""), h("span", {}, ...what.map((part) => typeof part === "string" ? part : part.cloneNode(true))));
  }

  // Scroll a pane only where its line would not be seen: the rest of the time the code stands still.
  show(pane) {
    pane.crumbs.scrollLeft = 1e6;
    const aim = pane.code.querySelector(".now") ?? pane.code.querySelector(".done");
    const room = pane.code.clientHeight;
    if (!aim || !room) return;
    const top = aim.offsetTop, sticky = pane.code.firstChild.offsetHeight;
    if (top < pane.code.scrollTop + sticky * 2 || top + aim.offsetHeight * 2 > pane.code.scrollTop + room)
      pane.code.scrollTop = Math.max(0, top - room / 2);
  }

  drawChoices(state) {
    this.choices.forEach((button, cpu) => {
      const view = this.view(cpu), able = this.able(cpu);
      setAble(button, able);
      button.classList.toggle("hinted", this.hinted && state.hint === cpu);
      button.replaceChildren(badge(this.doc, cpu), h("strong", {}, this.doc.cpus[cpu]),
        h("span", {}, !view.next ? "has ended" : view.waits ? `waits: ${view.waits}` : view.next));
    });
    setAble(this.hintButton, state.hint != null && !this.hinted);
  }

  drawTimeline() {
    const was = this.drawn ?? 0;
    for (let i = Math.max(0, Math.min(was, this.at) - 1); i < Math.max(was, this.at); i++) {
      this.ticks[i]?.classList.toggle("past", i < this.at);
      this.ticks[i]?.classList.toggle("current", i === this.at - 1);
    }
    this.drawn = this.at;
    this.marker.style.gridColumn = Math.max(1, this.at);
    this.marker.classList.toggle("before", this.at === 0);
    this.marker.textContent = String(this.at);
    this.track.setAttribute("aria-valuenow", this.at);
    this.track.setAttribute("aria-valuetext", this.step ? `${this.at}: ${this.step.sentence}` : "before the first step");
    const scroll = this.track.parentElement, x = (this.at / this.stepsShown) * this.track.scrollWidth;
    if (x < scroll.scrollLeft + 40 || x > scroll.scrollLeft + scroll.clientWidth - 40) scroll.scrollLeft = x - scroll.clientWidth / 2;
    setAble(this.buttons.home, this.at > 0);
    setAble(this.buttons.back, this.at > 0);
    setAble(this.buttons.end, this.at < this.path.length);
    setAble(this.buttons.forward, this.at < this.path.length || (this.driving && this.step && this.able(this.step.cpu)));
  }

  // -- the state

  drawState() {
    const picture = this.picture();
    if (!picture) return this.drawVariables();
    const changed = new Set(this.step?.ids ?? []);
    const by = (section) => new Map(picture[section].map((item) => [item.id, item]));
    const now = { vmas: by("vmas"), avcs: by("avcs"), families: by("anon_vmas"), locks: by("locks"), pages: by("pages"), tables: by("tables") };
    const roles = picture.moves.length
      ? Object.fromEntries(picture.moves.flatMap((move) => [[move.source, ROLES.source], [move.destination, ROLES.destination]])) : this.doc.roles;
    this.order = this.rowOrder();
    const move = picture.moves[0];
    this.carried = move ? [this.rows.get(move.source), this.rows.get(move.destination)] : null;
    this.walkers = picture.cursors.map((cursor) => now.avcs.get(cursor.avc)?.vma);
    this.grid.hidden = Boolean(this.tabular);
    this.tableBox.hidden = !this.tabular;
    if (this.tabular) this.tableBox.replaceChildren(this.table(picture, now, roles));
    this.drawStrip(picture, now, changed);
    this.drawHeads(now, changed);
    for (const row of this.rows.values()) this.drawRow(row, now, roles, changed, picture);
    this.ends.replaceChildren(...this.columns.map((id, i) => h("span", { class: "end", style: { "--column": i + 1 } },
      picture.cursors.filter((cursor) => cursor.anon_vma === id && cursor.avc == null).map((cursor) => badge(this.doc, cursor.cpu, "cursor")))));
    this.place();
  }

  lock(now, id, label, changed) {
    const lock = now.locks.get(id), held = lock?.owners.length;
    const words = !lock ? "is gone" : (held ? `held by ${lock.owners.join(", ")}` : "free") + (lock.waiters.length ? `, ${lock.waiters.join(", ")} waits` : "");
    return h("span", { class: `lock${held ? " held" : ""}${changed.has(id) ? " changed" : ""}${lock ? "" : " gone"}`, title: `${lock?.label ?? label}: ${words}` },
      h("span", { class: "label" }, label),
      held ? lock.owners.map((owner) => badge(this.doc, owner)) : h("span", { class: "free" }, lock ? "free" : "–"),
      lock?.waiters.length ? h("span", { class: "waiters" }, "◂", h("span", { class: "word" }, "waits"), lock.waiters.map((cpu) => badge(this.doc, cpu))) : null,
      h("span", { class: "hidden" }, ` ${words}`));
  }

  drawStrip(picture, now, changed) {
    const locks = [...this.world.locks.values()].filter((lock) => lock.used && (lock.kind === "mmap_sem" || lock.kind === "page_table_lock"));
    const pages = [...this.world.pages.values()].filter((page) => page.busy);
    this.strip.classList.toggle("waited", pages.some((page) => this.world.locks.get(page.id)?.waited));
    this.strip.replaceChildren(
      ...locks.map((lock) => this.lock(now, lock.id, lock.name, changed)),
      ...pages.map((page) => {
        const here = now.pages.get(page.id);
        return h("span", { class: `pageframe${here ? "" : " gone"}${changed.has(page.id) ? " changed" : ""}` },
          h("span", { class: "label" }, `page ${frame(page.pfn)}`),
          here ? h("span", {}, `maps ${here.mapcount} · refs ${here.count}`) : h("span", {}, "free"),
          here?.locked ? h("span", { class: "waiters" }, "locked", badge(this.doc, here.locked)) : null,
          (now.locks.get(page.id)?.waiters ?? []).map((cpu) => h("span", { class: "waiters" }, "◂ waits", badge(this.doc, cpu))));
      }));
  }

  drawHeads(now, changed) {
    this.heads.replaceChildren(...this.columns.map((id, i) => {
      const family = now.families.get(id), known = this.world.families.get(id);
      const mutex = [...this.world.locks.values()].find((lock) => lock.kind === "mutex" && lock.guards === id);
      return h("span", { class: `family${family ? "" : " gone"}${changed.has(id) ? " changed" : ""}`, style: { "--column": i + 1 } },
        h("span", { class: "name" }, h("strong", {}, known.name), family && family.root === id ? " root" : ""),
        mutex ? this.lock(now, mutex.id, "mutex", changed) : h("span", { class: "rootless" }, `root ${this.world.families.get(known.root)?.name ?? "?"}`));
    }));
  }

  drawRow(row, now, roles, changed, picture) {
    const vma = now.vmas.get(row.id), known = this.world.vmas.get(row.id), role = roles[row.id];
    const cells = new Map((vma?.inserted ? vma.cells : []).map((cell) => [cell.address, cell]));
    const tables = [...new Set((vma?.inserted ? vma.cells : []).map((cell) => cell.table).filter(Boolean))];
    const locks = tables.map((id) => now.tables.get(id)?.lock).filter(Boolean);
    this.body.classList.toggle("families", this.world.mms.size > 1);
    const several = this.world.mms.size > 1 ? `${this.world.mms.get(known.mm)?.name}: ` : "";
    row.box.className = `row ${role ?? ""}${vma?.inserted ? "" : " gone"}${changed.has(row.id) ? " changed" : ""}`;
    const knots = this.columns.map((id, i) => {
      const family = now.families.get(id);
      const place = family ? family.list.findIndex((avc) => now.avcs.get(avc)?.vma === row.id) : -1;
      const loose = place < 0 && vma && [...now.avcs.values()].find((avc) => avc.vma === row.id && avc.anon_vma === id);
      if (place < 0 && !loose) return null;
      const avc = place < 0 ? loose.id : family.list[place];
      const here = picture.cursors.filter((cursor) => cursor.avc === avc);
      return h("span", { class: "crossing", style: { "--column": i + 1 } },
        h("span", { class: `knot${place < 0 ? " loose" : ""}${changed.has(avc) ? " changed" : ""}`, title: `avc of ${known.name} in ${family?.name}` },
          place < 0 ? "–" : String(place + 1)),
        here.map((cursor) => badge(this.doc, cursor.cpu, "cursor")));
    });
    const last = knots.findIndex(Boolean);
    row.box.replaceChildren(
      h("span", { class: "card" },
        h("span", { class: "letter" }, several, h("strong", {}, vma?.name ?? known.name)),
        h("span", { class: "role" }, role ?? ""),
        h("span", { class: `bounds${changed.has(`${row.id} bounds`) ? " changed" : ""}` },
          vma?.inserted ? `${span(vma)}` : vma ? "not mapped" : this.gone(row.id) ? "gone" : "not yet", h("small", {}, vma ? `pgoff ${vma.pgoff.toString(16)} ${vma.perms}` : "")),
        h("span", { class: "cells" }, row.addresses.map((address) => this.cell(cells.get(address), address, row.id, now, changed))),
        h("span", { class: "ptls" }, locks.map((id) => this.lock(now, id, "ptl", changed)))),
      last >= 0 ? h("span", { class: "link", style: { "--column": Math.min(...knots.map((k, i) => (k ? i + 1 : 99))) } }) : "",
      ...knots.filter(Boolean));
  }

  // Whether a vma that is not there was there before.
  gone(id) {
    for (let i = 0; i < this.at; i++)
      if (this.stateAt(i).picture.vmas.some((place) => this.doc.pool[place].id === id)) return true;
    return false;
  }

  cell(cell, address, vma, now, changed) {
    const label = h("small", {}, hex(address));
    if (!cell) return h("span", { class: "cell outside" }, label, h("span", {}, "\u00a0"));
    const stale = cell.kind === "migration" && !now.pages.get(cell.page)?.locked;
    const text = { none: "none", zero: "zero", present: () => frame(cell.pfn) + (cell.write ? "" : " r"), migration: () => `${stale ? "✗" : "⇢"} ${frame(cell.pfn)}` }[cell.kind];
    const words = { none: "none", zero: "zero page", present: `page ${frame(cell.pfn ?? 0)}${cell.write ? "" : ", read-only"}`,
      migration: `migration entry for page ${frame(cell.pfn ?? 0)}${stale ? ", which is unlocked" : ""}` }[cell.kind];
    return h("span", { class: `cell ${cell.kind}${stale ? " stale" : ""}${changed.has(`${vma} ${address}`) ? " changed" : ""}`, title: `pte ${hex(address)}: ${words}` },
      label, h("span", {}, typeof text === "function" ? text() : text));
  }

  // Rows stand in the order of the list that is walked; who is on no list stays where it was.
  rowOrder() {
    let order = [...this.rows.keys()];
    const walked = this.doc.walked;
    let known = this.at;
    while (known > 0 && !this.orders[known]) known--;
    if (this.orders[known]) { order = this.orders[known]; known++; }
    for (let i = known; i <= this.at; i++) {
      const plain = this.stateAt(i).picture;
      const families = plain.anon_vmas.map((place) => this.doc.pool[place]).sort((a, b) =>
        (b.id === walked) - (a.id === walked) || b.list.length - a.list.length);
      const avcs = new Map(plain.avcs.map((place) => { const avc = this.doc.pool[place]; return [avc.id, avc.vma]; }));
      for (const family of families.reverse()) {
        const listed = family.list.map((avc) => avcs.get(avc)).filter((id) => this.rows.has(id));
        order = reorder(order, listed);
      }
      this.orders[i] = order;
    }
    return order;
  }

  table(picture, now, roles) {
    const lists = (vma) => picture.anon_vmas.filter((family) => family.list.some((avc) => now.avcs.get(avc)?.vma === vma.id))
      .map((family) => `${family.name}, place ${family.list.findIndex((avc) => now.avcs.get(avc)?.vma === vma.id) + 1}`).join("; ");
    const pte = (cell) => `${hex(cell.address)}: ${cell.kind === "present" ? `page ${frame(cell.pfn)}` : cell.kind === "migration" ? `migration entry for page ${frame(cell.pfn)}` : cell.kind}`;
    const head = (...names) => h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name))));
    return h("div", {},
      h("table", {}, head("vma", "role", "pages", "ptes", "lists"), h("tbody", {}, picture.vmas.map((vma) => h("tr", {},
        h("th", { scope: "row" }, vma.name), h("td", {}, roles[vma.id] ?? "–"), h("td", {}, span(vma)),
        h("td", {}, vma.cells.map(pte).join(", ")), h("td", {}, lists(vma) || "–"))))),
      h("table", {}, head("lock", "held by", "waiting"), h("tbody", {}, picture.locks.filter((lock) => this.world.locks.get(lock.id).used).map((lock) => h("tr", {},
        h("th", { scope: "row" }, lock.label ?? lock.name), h("td", {}, lock.owners.join(", ") || "nobody"), h("td", {}, lock.waiters.join(", ") || "nobody"))))));
  }

  // A program without a kernel: what is known of its shared values and locks.
  drawVariables() {
    const known = new Map(), changed = new Set(this.step?.ids ?? []);
    for (const place of this.doc.run ?? this.path) for (const name of [...Object.keys(this.did(place).reads), ...Object.keys(this.did(place).writes)]) known.set(name, "?");
    for (const place of this.path.slice().reverse()) for (const [name, value] of Object.entries(this.did(place).reads)) known.set(name, value);
    for (const place of this.path.slice().reverse()) for (const [name, [old]] of Object.entries(this.did(place).writes)) known.set(name, old);
    const locks = new Map();
    for (const place of this.path) for (const name of this.did(place).taken) locks.set(name, null);
    for (const place of this.path.slice(0, this.at)) {
      const step = this.did(place);
      for (const [name, [, value]] of Object.entries(step.writes)) known.set(name, value);
      for (const name of step.taken) locks.set(name, step.cpu);
      for (const name of step.dropped) locks.set(name, null);
    }
    this.strip.replaceChildren(
      ...[...known].map(([name, value]) => h("span", { class: `variable${changed.has(name) ? " changed" : ""}` }, h("span", { class: "label" }, name), h("code", {}, value))),
      ...[...locks].map(([name, cpu]) => h("span", { class: `lock${cpu != null ? " held" : ""}${changed.has(name) ? " changed" : ""}` },
        h("span", { class: "label" }, name), cpu != null ? badge(this.doc, cpu) : h("span", { class: "free" }, "free"))));
  }
}

// `order` with the members of `listed` in the places that they have, in the order of `listed`.
function reorder(order, listed) {
  const members = new Set(listed), queue = [...listed];
  return order.map((id) => (members.has(id) ? queue.shift() : id));
}

function codeLine(text, number, fn) {
  const indent = text.length - text.trimStart().length;
  const doc = fn.doc.length && number >= fn.doc[0] && number <= fn.doc[1];
  return h("div", { class: `line${doc ? " doc" : ""}${doc && number > fn.doc[0] ? " more" : ""}${number === 1 ? " first" : ""}` },
    h("span", { class: "no", "aria-hidden": "true" }, String(number)),
    h("code", { style: { "--indent": indent } }, text.trim() || "\u00a0"));
}

export function mount(element, doc, options) { return new Stepper(element, doc, options); }

function render({ model, el }) {
  const waiting = new Map();
  let asked = 0;
  const ask = (path, cpu) => new Promise((resolve) => {
    waiting.set(++asked, resolve);
    const doc = stepper.doc, have = Object.fromEntries(PARTS.map((part) => [part, doc[part].length]));
    model.send({ ask: asked, path, cpu, have });
  });
  const driven = (cpus) => { model.set("driven", cpus); model.save_changes(); };
  const host = document.createElement("div");
  el.append(host);
  const moved = (at, path) => {
    model.set({ at, path });
    model.save_changes();
  };
  const options = { ask, driven, moved };
  const stepper = new Stepper(host, structuredClone(model.get("doc")), options);
  const resume = () => stepper.resume(model.get("path"), model.get("at"));
  const answered = (message) => {
    waiting.get(message.answer)?.(message);
    waiting.delete(message.answer);
  };
  const changed = () => stepper.load(structuredClone(model.get("doc")));
  const listeners = [["msg:custom", answered], ["change:doc", changed],
    ["change:at", resume], ["change:path", resume]];
  for (const [event, listener] of listeners) model.on(event, listener);
  resume();
  return () => {
    stepper.close();
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}

export default { render };

// -------------------------------------------------------------------------------------- its look

const CSS = `
:host { display: block; }
* { box-sizing: border-box; }
.stepper {
  --fs: 14px; --code: 13px; --small: 11px; --line: 46; --gap: 6; --end: 30; --col: 104px; --tick: 16px; --carry: 34px; --chip-width: 240px; --cell: 30px; --card: 340px;
  --bg: var(--jp-layout-color1, #ffffff); --ink: var(--jp-content-font-color0, #111111); --quiet: #555555;
  --rule: #c9c9c9; --sunk: #f4f4f2; --now: #e2e2de; --chip: #ffffff; --good: #00694d; --bad: #9c3d00; --ring: #009e73; --thread: #0072b2;
  --source: #e69f00; --destination: #56b4e9; --migration: #f0e442; --present: #e6e6e6; --focus: #0072b2;
  font: var(--fs)/1.35 "Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif; color: var(--ink); background: var(--bg);
  position: relative; display: flex; flex-direction: column; gap: 8px; padding: 8px 12px; border: 1px solid var(--rule); border-radius: 6px;
  height: clamp(560px, 82vh, 900px); container-type: inline-size; text-align: left;
}
.stepper[data-theme=dark] {
  --bg: var(--jp-layout-color1, #111111); --ink: var(--jp-content-font-color0, #f2f2f2); --quiet: #b9b9b9; --rule: #555555; --sunk: #1e1e1e; --now: #3a3a3a;
  --chip: #1a1a1a; --good: #5fd0ac; --bad: #ff9d5c; --ring: #35c79c; --thread: #56b4e9; --focus: #56b4e9;
}
.stepper.page { height: 100vh; min-height: 540px; border: 0; border-radius: 0; }
.stepper:focus-visible, button:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--focus); outline-offset: 1px; }
.stepper:focus:not(.page) { outline: 3px solid var(--focus); outline-offset: -3px; } .stepper.page:focus-visible { outline-offset: -3px; }
p, dl, pre { margin: 0; }
button { font: inherit; color: inherit; background: var(--chip); border: 1px solid var(--quiet); border-radius: 6px; min-width: 44px; min-height: 44px; padding: 0 8px; cursor: pointer; }
button:hover:not([aria-disabled=true]) { background: var(--now); }
button[aria-disabled=true] { color: var(--quiet); border-style: dashed; border-color: var(--rule); cursor: default; }
button[aria-pressed=true] { background: var(--ink); color: var(--bg); }
code, pre, .bounds { font-family: "DejaVu Sans Mono", Menlo, Consolas, "Courier New", monospace; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }

.badge { display: inline-flex; align-items: center; justify-content: center; width: 1.5em; height: 1.5em; flex: none; background: var(--ink); color: var(--bg); font-weight: 700; font-family: inherit; font-size: .93em; line-height: 1; vertical-align: middle; }
.badge.round { border-radius: 50%; background: var(--bg); color: var(--ink); border: 2.5px solid var(--ink); }
.badge.diamond { transform: rotate(45deg) scale(.85); } .badge.diamond > span { transform: rotate(-45deg); }
.badge.hexagon { clip-path: polygon(25% 0, 75% 0, 100% 50%, 75% 100%, 25% 100%, 0 50%); }

.head { display: flex; align-items: center; gap: 12px; flex: none; }
.title { flex: 1; font-size: 1.15em; font-weight: 700; margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tools { display: flex; gap: 4px; }
.verdict { font-weight: 700; padding: 6px 12px; border: 3px solid var(--quiet); border-radius: 6px; white-space: nowrap; }
.verdict.fails { border-color: #d55e00; } .verdict.holds { border-color: #009e73; } .verdict.open { border-style: dashed; }
.help { position: absolute; z-index: 5; top: 58px; left: 12px; right: 12px; background: var(--sunk); border: 2px solid var(--ink); border-radius: 6px; padding: 12px 16px; }
.help dl { display: flex; flex-wrap: wrap; gap: 4px 24px; } .help dl div { display: flex; gap: 8px; } .help dt { font-weight: 700; } .help dd { margin: 0; } .help p { margin-top: 6px; color: var(--quiet); }

.news { display: flex; gap: 14px; align-items: flex-start; flex: none; height: 3.2em; overflow: hidden; }
.number { font-weight: 700; font-variant-numeric: tabular-nums; min-width: 4.6em; font-size: 1.25em; padding-top: 1px; }
.words { flex: 1; min-width: 0; }
.said { font-size: 1.15em; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.said .badge { font-size: .8em; margin-right: 2px; }
.fatal { color: var(--bad); }
.changes { color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.change { margin-right: 10px; } .change::before { content: "Δ "; color: var(--good); font-weight: 700; }
.preempts span { border-left: 3px dashed var(--ink); padding-left: 6px; font-weight: 700; white-space: nowrap; }

.panes { flex: 1 1 0; min-height: 150px; display: grid; grid-template-columns: repeat(var(--cpus), minmax(0, 1fr)); gap: 10px; }
.pane { display: flex; flex-direction: column; min-height: 0; min-width: 0; border: 2px solid var(--rule); border-radius: 6px; overflow: hidden; }
.pane.acting { border-color: var(--ink); }
.who { min-height: 44px; display: flex; align-items: center; gap: 8px; padding-left: 10px; flex: none; }
.who strong { font-size: 1.1em; white-space: nowrap; }
.crumbs { display: flex; flex: 1; min-width: 0; overflow-x: auto; scrollbar-width: none; margin-left: 6px; }
.crumb { flex: none; border: 0; background: none; padding: 0 6px; color: var(--quiet); font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: calc(var(--code) - 1px); white-space: nowrap; border-radius: 0; }
.crumb + .crumb::before { content: "› "; }
.crumb:first-child { margin-left: auto; }
.crumb[aria-current] { color: var(--ink); font-weight: 700; box-shadow: inset 0 -3px var(--ink); }
.line.more { display: none; }
.code { flex: 1; overflow-y: auto; background: var(--sunk); position: relative; padding: 2px 0; }
.line { display: flex; font-size: var(--code); line-height: 1.5; border-left: 5px solid transparent; }
.line .no { position: relative; flex: none; width: 3.3em; text-align: right; color: var(--quiet); padding-right: .9em; font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; user-select: none; }
.line code { flex: 1; min-width: 0; padding-left: calc((var(--indent) + 6) * 1ch); text-indent: -6ch; white-space: pre-wrap; overflow-wrap: anywhere; padding-right: 6px; font-size: 1em; }
.line.first { position: sticky; top: -2px; background: var(--sunk); box-shadow: 0 1px var(--rule); z-index: 1; }
.line.doc code { color: var(--quiet); }
.line.done { border-left: 5px double var(--quiet); } .line.done .no::before { content: "✓"; position: absolute; left: 2px; color: var(--ink); }
.line.now { background: var(--now); border-left-color: var(--ink); font-weight: 700; } .line.now .no { color: var(--ink); } .line.now .no::before { content: "▶"; position: absolute; left: 2px; }
.next { flex: none; padding: 5px 10px; min-height: 2.1em; border-top: 1px solid var(--rule); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.next.waits { border-left: 5px dotted var(--ink); }
.others { display: none; }

.choices { display: flex; gap: 8px; align-items: stretch; flex: none; }
.choices .ask { align-self: center; font-weight: 700; }
.choices button { display: flex; align-items: center; gap: 8px; flex: 1 1 0; min-width: 0; border-width: 2px; border-color: var(--ink); text-align: left; }
.choices button[aria-disabled=true] { border-color: var(--rule); } .choices button > span:last-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.choices .hint { flex: 0 0 auto; border-width: 1px; } .choices button.hinted { outline: 4px solid var(--ring); outline-offset: 1px; }
.choices button.hinted::after { content: "◀ hint"; font-weight: 700; margin-left: auto; white-space: nowrap; }

.pane, .code, .timeline, .news { contain: content; } .grid { contain: layout style; }
.state { flex: 0 1 auto; min-height: 100px; max-height: 48%; overflow: auto; padding: 10px 4px 3px 2px; margin-top: -6px; }
.grid { position: relative; max-width: calc(var(--columns) * var(--col) + var(--carry) + var(--wide) * 63px + var(--card)); min-width: calc(var(--columns) * var(--col) + var(--carry) + var(--wide) * (var(--cell) + 3px) + var(--card)); }
.strip { display: grid; grid-template-columns: repeat(auto-fit, minmax(var(--chip-width), 1fr)); gap: 6px 8px; margin-right: calc(var(--columns) * var(--col)); min-height: 46px; align-content: center; align-items: center; }
.heads { position: absolute; top: 0; right: 0; }
.family { position: absolute; top: 0; right: calc((var(--column) - 1) * var(--col)); width: calc(var(--col) - 6px); height: 44px; border: 1.5px solid var(--ink); border-radius: 6px; display: flex; flex-direction: column; align-items: center; justify-content: center; background: var(--chip); line-height: 1.2; }
.family .name { font-size: .95em; } .family .lock { padding: 0; gap: 3px; min-height: 20px; background: none; outline: none; } .family .lock, .family .lock.held { border: 0; }
.rootless { color: var(--quiet); font-size: .85em; }
.lock, .pageframe, .variable { position: relative; display: inline-flex; align-items: center; gap: 5px; border: 1.5px dashed var(--rule); border-radius: 5px; padding: 1px 7px; background: var(--chip); font-size: .92em; white-space: nowrap; min-height: 26px; }
.lock.held { border: 2px solid var(--ink); } .lock .badge, .pageframe .badge, .variable .badge { font-size: .78em; }
.pageframe, .variable { border-style: solid; } .label { font-weight: 700; } .lock:not(.held) .label { font-weight: 400; } .free { color: var(--quiet); } .waiters { display: inline-flex; align-items: center; gap: 3px; } :is(.family, .ptls) .word { display: none; }
.strip.waited { --chip-width: 320px; } .strip > * { max-width: 26em; }
.rows { position: relative; margin-top: 8px; }
.thread { position: absolute; top: -8px; bottom: 6px; right: calc((var(--column) - 1) * var(--col) + var(--col) / 2 + 2px); border-left: 3px dashed var(--thread); }
.thread::after { content: ""; position: absolute; bottom: -6px; left: -7.5px; border: 6px solid transparent; border-top: 9px solid var(--thread); border-bottom: 0; }
.row { position: absolute; left: 0; right: 0; top: 0; transition: transform .18s; }
.ends { position: absolute; left: 0; right: 0; top: 0; height: 26px; }
.card { position: absolute; inset: 0 calc(var(--columns) * var(--col) + var(--carry)) 0 0; display: flex; align-items: center; gap: 10px; border: 1.5px solid var(--ink); border-radius: 6px; background: var(--chip); padding-right: 6px; overflow: clip; overflow-clip-margin: 14px; }
.letter { flex: none; align-self: stretch; display: flex; align-items: center; justify-content: center; min-width: 2.4em; padding: 0 8px; gap: 4px; background: var(--present); color: #000; font-size: 1.1em; }
.grid:has(.families) { --card: 380px; } .hall .grid:has(.families) { --card: 550px; } .families .letter { min-width: 4.9em; } .source .letter { background: var(--source); border-right: 3px double #000; } .destination .letter { background: var(--destination); border-right: 3px solid #000; }
.role { flex: none; width: 6.9em; font-weight: 700; } .bounds { flex: none; width: 10.5em; line-height: 1.25; font-size: .95em; white-space: nowrap; } .bounds small { display: block; font-size: var(--small); color: var(--quiet); }
.cells { display: grid; grid-template-columns: repeat(var(--wide), minmax(var(--cell), 60px)); gap: 3px; flex: 0 1 calc(var(--wide) * 63px); min-width: min-content; }
.cell { position: relative; display: flex; flex-direction: column; justify-content: center; text-align: center; border: 1.5px solid #000; color: #000; line-height: 1.15; height: calc(var(--line) * 1px - 8px); border-radius: 3px; }
.cell small { font-size: var(--small); }
.cell > span { font-weight: 700; font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.cell.none { background: none; border: 1.5px dashed var(--quiet); color: var(--quiet); } .cell.none > span { font-weight: 400; }
.cell.present { background: var(--present); } .cell.zero { background: var(--present); border-style: double; border-width: 3px; }
.cell.migration { background: var(--migration); border-width: 3px; } .cell.stale { background: #d55e00; border-style: dashed; }
.cell.outside { border: 1px dotted var(--rule); color: var(--quiet); background: none; }
.carry { position: absolute; right: calc(var(--columns) * var(--col) + var(--carry) / 2 - 4px); border-left: 8px solid; width: 0; z-index: 1; pointer-events: none; }
.carry::before { content: ""; position: absolute; left: -18px; border: 14px solid transparent; }
.carry.up { color: #d55e00; } .carry.up::before { top: -8px; border-bottom: 18px solid; border-top: 0; }
.carry.down { color: #009e73; } .carry.down::before { bottom: -8px; border-top: 18px solid; border-bottom: 0; }
.carry span { position: absolute; top: 50%; left: -4px; transform: translate(-50%, -50%); background: var(--bg); color: var(--ink); font-size: .85em; line-height: 1.1; text-align: center; padding: 0 3px; }
/* A hall needs the width for its locks. */
.stepper:not(.hall) .grid.single { --carry: 112px; } .hall .grid { max-width: none; }
.carry b { display: block; white-space: nowrap; }
.row.gone .card { border: 1.5px dotted var(--quiet); color: var(--quiet); } .row.gone .letter { background: none; color: inherit; border-right: 1px dotted var(--quiet); } .gone { color: var(--quiet); }
.family.gone, .pageframe.gone, .lock.gone { border-style: dotted; border-color: var(--quiet); }
.link { position: absolute; top: 50%; left: calc(100% - var(--columns) * var(--col) - var(--carry)); right: calc((var(--column) - 1) * var(--col) + var(--col) / 2); border-top: 2px solid var(--ink); }
.crossing { position: absolute; top: calc(50% - 15px); right: calc((var(--column) - 1) * var(--col) + var(--col) / 2 - 12px); height: 30px; display: flex; align-items: center; }
.knot { width: 30px; height: 30px; border-radius: 50%; border: 2px solid var(--ink); background: var(--bg); display: flex; align-items: center; justify-content: center; font-weight: 700; position: relative; }
.knot.loose { border-style: dashed; }
.cursor { position: absolute; left: 34px; filter: none; } .cursor::after { content: "◀"; position: absolute; left: -9px; color: var(--ink); font-size: 11px; }
.badge.cursor.diamond::after { transform: rotate(-45deg); left: -8px; top: 14px; }
.end { position: absolute; right: calc((var(--column) - 1) * var(--col) + var(--col) / 2 - 22px); width: 10px; height: 26px; }
.end .cursor { left: 6px; } .end .cursor::after { content: "end"; left: 26px; font-weight: 400; }
.changed { outline: 3px solid var(--ring); outline-offset: 1px; }
.row.changed { outline: 0; } .row.changed .card { outline: 3px solid var(--ring); }
.cell.changed::after, .bounds.changed::after, .lock.changed::after, .pageframe.changed::after, .knot.changed::after, .family.changed::after, .variable.changed::after { content: "Δ"; position: absolute; top: -9px; right: -4px; background: var(--ring); color: #000; font: 700 12px/14px sans-serif; padding: 0 3px; border-radius: 3px; z-index: 2; }
.bounds { position: relative; } .family .lock.changed::after { top: -16px; right: auto; left: -4px; }
.table { overflow: auto; } .table table { border-collapse: collapse; margin-bottom: 8px; } th, td { border: 1px solid var(--rule); padding: 4px 10px; text-align: left; }

.console { flex: none; background: var(--sunk); border-left: 5px solid #d55e00; padding: 6px 10px; font-size: var(--code); height: 3.1em; overflow: auto; white-space: pre-wrap; font-weight: 700; }
.console.quiet { color: var(--quiet); border-left-color: var(--rule); font-weight: 400; }
.foot { display: flex; align-items: center; gap: 12px; flex: none; }
.controls { display: flex; gap: 4px; }
.timeline { flex: 1; min-width: 0; display: flex; gap: 8px; }
.lanes { display: grid; grid-template-rows: 16px repeat(var(--lanes), var(--tick)); row-gap: 4px; } .lane { display: flex; align-items: center; gap: 5px; font-size: .85em; white-space: nowrap; }
.lane .badge { font-size: .78em; }
.scroll { flex: 1; min-width: 0; overflow-x: auto; scrollbar-width: thin; }
.track { display: grid; grid-template-columns: repeat(var(--steps), minmax(7px, 1fr)); grid-template-rows: 16px repeat(var(--lanes), var(--tick)); row-gap: 4px; cursor: pointer; touch-action: pan-y; position: relative; min-height: 48px; }
.tick { border: 1.5px solid var(--quiet); background: none; margin: 0 1px; border-radius: 2px; text-align: center; line-height: 1; font-weight: 700; font-size: 11px; overflow: hidden; }
.tick.past { background: var(--quiet); color: var(--bg); } .tick.current { background: var(--ink); outline: 3px solid var(--ring); }
.tick.wrong { border: 3px solid #d55e00; }
.break { grid-row: 2 / span var(--lanes); border-left: 3px dashed var(--ink); margin-left: -2px; pointer-events: none; height: calc(100% + 0px); }
.start { grid-column: 1; }
.marker { grid-row: 1; font-weight: 700; font-size: 12px; line-height: 15px; justify-self: center; white-space: nowrap; width: 0; display: flex; justify-content: center; } .marker.before { justify-self: start; justify-content: flex-start; }
.decisive { grid-row: 1 / span calc(var(--lanes) + 1); border-right: 3px solid #d55e00; justify-self: end; margin-right: -2px; padding-top: 0; width: 0; pointer-events: none; color: transparent; }

.stepper.hall { --fs: 20px; --code: 22px; --small: 18px; --line: 56; --gap: 5; --end: 18; --col: 150px; gap: 5px; padding: 5px 12px; }
.hall:not(.page) { height: 720px; }
.hall .title, .hall .said, .hall .number, .hall .letter { font-size: 20px; }
.hall .news { height: 30px; } .hall .number { min-width: 4em; } .hall .said { -webkit-line-clamp: 1; line-height: 28px; } .hall .changes, .hall .preempts { display: none; }
.hall .panes { display: flex; } .hall .pane { display: none; } .hall .pane.looked { display: flex; flex: 1; }
.hall .others { display: block; flex: none; } .hall .other { display: flex; align-items: center; gap: 10px; white-space: nowrap; overflow: hidden; min-height: 32px; font-size: 18px; } .hall .other code { font-size: 22px; overflow: hidden; text-overflow: ellipsis; } .hall .other > span:last-child { flex: none; }
.hall .who { font-size: 18px; min-height: 34px; } .hall .crumb { font-size: 18px; min-height: 34px; } .hall .line { line-height: 1.3; } .hall .line.first code { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.hall.driving .next { display: none; } .hall .next { font-size: 20px; line-height: 28px; padding: 0 10px; min-height: 29px; }
.stepper.hall { --cell: 44px; --card: 500px; --carry: 44px; --chip-width: 330px; } .hall .strip.waited { --chip-width: 440px; } .hall .lock, .hall .pageframe, .hall .bounds, .hall .family .name, .hall .rootless, .hall .variable, .hall .lane, .hall .marker { font-size: 18px; } .hall .badge { font-size: 18px; min-width: 26px; height: 26px; width: 26px; }
.hall .bounds { width: 9em; line-height: 1.15; } .hall .cell { line-height: 1; height: 50px; } .hall .cells { grid-template-columns: repeat(var(--wide), minmax(var(--cell), 78px)); flex-basis: calc(var(--wide) * 81px); } .hall .cell > span { font-size: 20px; } .hall .changed::after { font-size: 18px !important; line-height: 18px !important; }
.hall .strip { min-height: 44px; gap: 4px 8px; } .hall .family { height: 50px; line-height: 1; } .hall .rows { margin-top: 12px; }
.hall .cursor::after { font-size: 18px; left: -14px; } .hall .cursor { left: 38px; } .hall .end .cursor::after { left: 30px; }
.hall .console { font-size: 18px; height: 32px; padding: 3px 10px; }
.hall .lanes, .hall .track { grid-template-rows: 0 repeat(var(--lanes), 22px); row-gap: 3px; } .hall .marker { display: none; } .hall .tick { font-size: 18px; } .hall .state { max-height: 44%; }
.hall button, .hall .carry span { font-size: 18px; } .hall .choices button.hinted::after { content: "◀"; }

.stepper.deck { height: 100%; border: 0; }
.deck .head { align-items: flex-start; padding-top: 2px; padding-right: var(--deck-bar, 0); } .deck .tools { display: none; }
.deck .title { padding-top: var(--deck-heading); font-size: 18px; font-weight: 400; color: var(--quiet); } .deck .verdict { padding: 4px 10px; } .deck.driving .verdict { font-size: 18px; }

@container (max-width: 1100px) {
  .hall .news { height: 56px; } .hall .said { -webkit-line-clamp: 2; line-height: 27px; }
  .hall .choices button > span:last-child { white-space: normal; line-height: 1.1; } .choices button.hinted::after { content: "◀"; }
}
@container (max-width: 860px) {
  .role { font-size: var(--small); width: 6.7em; }
  .hall .choices .ask { display: none; } .hall .grid { --carry: 24px; --card: 460px; } .title { font-size: 1em; } .bounds { width: 8em; } .card { gap: 6px; }
}
@container (max-width: 620px) {
  .panes { grid-template-columns: minmax(0, 1fr); overflow-y: auto; } .pane { min-height: 190px; } .lane > span:not(.badge) { display: none; } .head { flex-wrap: wrap; } .foot { flex-wrap: wrap; } .timeline { flex-basis: 100%; }
}
@media (prefers-reduced-motion: reduce) { .row { transition: none; } }
@media (forced-colors: active) {
  .stepper { --ink: CanvasText; --bg: Canvas; --rule: GrayText; --quiet: CanvasText; --chip: Canvas; --sunk: Canvas; --now: Highlight; --ring: Highlight; }
  .cell, .letter, .line.now, .tick, .badge { forced-color-adjust: none; } .line.now { color: HighlightText; } .line.now .no { color: HighlightText; }
}
@media print { .stepper { height: auto; border: 0; } .controls, .tools { display: none; } }
`;
