// A document and a path through it, without anything that is drawn.

/** Of a document; another one is not read. */
export const FORMAT = 2;

/** @type {Part[]} */
export const PARTS = ["pool", "states", "steps", "functions"];

/** @typedef {Lock & { used: boolean, waited: boolean }} KnownLock */
/** @typedef {Page & { busy: boolean }} KnownPage */
/** @typedef {Vma & { addresses: Set<number> }} KnownVma */

/** Everything that occurs in any state, so that it has a place in all of them. */
export class World {
  /** @param {Doc} doc */
  constructor(doc) {
    this.doc = doc;
    /** @type {Map<Id, KnownVma>} */
    this.vmas = new Map();
    /** @type {Map<Id, Family>} */
    this.families = new Map();
    /** @type {Map<Id, KnownLock>} */
    this.locks = new Map();
    /** @type {Map<Id, KnownPage>} */
    this.pages = new Map();
    /** @type {Map<Id, { id: Id, name: string }>} */
    this.mms = new Map();
    /** Whether anything walks or moves: then there are roles, and room for the way. */
    this.moving = Object.keys(doc.roles ?? {}).length > 0 || doc.drive !== undefined;
    /** @type {Set<number>} */
    this.met = new Set();
    this.seen = 0;
    this.grow();
  }

  /** How much there is to be drawn: where it grows, the picture is built anew. */
  get size() {
    const cells = [...this.vmas.values()].reduce((sum, { addresses }) => sum + addresses.size, 0);
    return this.vmas.size + cells + this.pages.size + this.families.size + Number(this.moving);
  }

  /** Meet what the states have that were added since. */
  grow() {
    for (; this.seen < this.doc.states.length; this.seen++) {
      const picture = this.doc.states[this.seen].picture ?? {};
      for (const [section, places] of Object.entries(picture))
        for (const place of places) {
          if (this.met.has(place)) continue;
          this.met.add(place);
          this.meet(section, this.doc.pool[place]);
        }
    }
  }

  /**
   * @param {string} section
   * @param {any} item
   */
  meet(section, item) {
    if (section === "mms") this.mms.set(item.id, item);
    else if (section === "anon_vmas" && !this.families.has(item.id))
      this.families.set(item.id, item);
    else if (section === "vmas") this.meetVma(item);
    else if (section === "moves" || section === "cursors") this.moving = true;
    else if (section === "locks") this.meetLock(item);
    else if (section === "pages") {
      const page = this.pages.get(item.id) ?? { ...item, busy: false };
      page.busy ||= item.locked != null || item.mapcount !== page.mapcount;
      this.pages.set(item.id, page);
    }
  }

  /** @param {Vma} item */
  meetVma(item) {
    const vma = this.vmas.get(item.id) ?? { ...item, addresses: new Set() };
    if (item.inserted) for (const cell of item.cells) vma.addresses.add(cell.address);
    vma.start = Math.min(vma.start, item.start);
    this.vmas.set(item.id, vma);
  }

  /** @param {Lock} item */
  meetLock(item) {
    const lock = this.locks.get(item.id) ?? { ...item, used: false, waited: false };
    lock.used ||= item.owners.length > 0 || item.waiters.length > 0;
    lock.waited ||= item.waiters.length > 0;
    this.locks.set(item.id, lock);
  }
}

/** Where the reader stands in a document, and on which path. */
export class Run {
  /**
   * @param {Doc} doc
   * @throws {Error} the document has another format
   */
  constructor(doc) {
    if (doc.format !== FORMAT)
      throw new Error(
        `this run was recorded in format ${doc.format}, and this stepper reads ${FORMAT}: ` +
          "run the cell again, or export the page again",
      );
    this.doc = doc;
    this.world = new World(doc);
    /** @type {(Did & { to: number })[]} */
    this.steps = [];
    this.path = [...(doc.run ?? [])];
    this.at = Math.min(doc.at ?? 0, this.path.length);
    /** @type {Id[][]} */
    this.orders = [];
  }

  /** How the run on whose path the reader is ends; null: that depends on the reader. */
  get verdict() {
    return this.isBeside ? (this.doc.beside?.verdict ?? null) : this.doc.verdict;
  }

  /** The step after which it cannot be saved any more, 0 if there is none. */
  get decisive() {
    return this.driving || this.isBeside ? 0 : (this.doc.decisive ?? 0);
  }

  /** Whether the reader is on the path of the other run. */
  get isBeside() {
    return this.doc.beside !== undefined && String(this.path) === String(this.doc.beside.run);
  }

  get driving() {
    return Boolean(this.doc.drive);
  }

  /** @param {number} place */
  did(place) {
    const step = this.doc.steps[place];
    this.steps[place] ??= { ...this.doc.pool[step.did], to: step.to };
    return this.steps[place];
  }

  /** @param {number} position */
  stepAt(position) {
    return position ? this.did(this.path[position - 1]) : null;
  }

  get step() {
    return this.stepAt(this.at);
  }

  /** @param {number} position */
  stateAt(position) {
    return this.doc.states[this.stepAt(position)?.to ?? 0];
  }

  get state() {
    return this.stateAt(this.at);
  }

  /**
   * @param {number} cpu
   * @param {number} position
   * @returns {View}
   */
  view(cpu, position = this.at) {
    return this.doc.pool[this.stateAt(position).views[cpu]];
  }

  /**
   * @param {number} position
   * @returns {Picture | null}
   */
  picture(position = this.at) {
    const plain = this.stateAt(position).picture;
    if (!plain) return null;
    const full = Object.entries(plain).map(([section, places]) => [
      section,
      places.map((place) => this.doc.pool[place]),
    ]);
    return Object.fromEntries(full);
  }

  /**
   * Which vma is the source, which the destination: of the last moves on the way here, as a CPU
   * that was ended in the middle of one shows it no more; before the first, of that.
   * @returns {Record<Id, Role>}
   */
  get roles() {
    let position = this.at;
    while (position > 0 && !this.stateAt(position).picture?.moves.length) position--;
    const moves = this.picture(position)?.moves ?? [];
    if (!moves.length) return this.doc.roles;
    /** @type {Record<Id, Role>} */
    const roles = {};
    for (const move of moves) {
      roles[move.source] = "source";
      roles[move.destination] = "destination";
    }
    return roles;
  }

  /** @param {number} cpu */
  able(cpu) {
    const view = this.view(cpu);
    return Boolean(view.next) && !view.waits;
  }

  /**
   * A switch away from a CPU that could have gone on; in a driven run it depends on the path.
   * @param {number} position
   */
  preempts(position) {
    if (position < 2) return false;
    const before = this.did(this.path[position - 2]).cpu;
    const view = this.view(before, position - 1);
    return this.did(this.path[position - 1]).cpu !== before && Boolean(view.next) && !view.waits;
  }

  /**
   * The place of the preemption before or after this step; an end of the run without one.
   * @param {1 | -1} direction
   */
  preemption(direction) {
    for (let i = this.at + direction; i > 0 && i <= this.path.length; i += direction)
      if (this.preempts(i)) return i;
    return direction < 0 ? 0 : this.path.length;
  }

  /**
   * A path that was kept, as far as the document still has its steps; whether it is another one.
   * @param {number[]} path
   */
  keep(path) {
    const lost = path.findIndex((place) => !this.doc.steps[place]);
    const kept = lost < 0 ? path : path.slice(0, lost);
    const ways = [this.doc.run, this.doc.beside?.run ?? []].map(String);
    if (String(kept) === String(this.path)) return false;
    if (!this.driving && !ways.includes(String(kept))) return false;
    this.path = [...kept];
    this.orders = [];
    return true;
  }

  /**
   * Leave the rest of the path for another step from here; whether it is another one.
   * @param {number} step
   */
  turn(step) {
    if (this.path[this.at] === step) return false;
    this.path.length = this.at;
    this.orders.length = Math.min(this.orders.length, this.at + 1);
    this.path.push(step);
    return true;
  }

  /**
   * Add what a kernel answered of a CPU in a state; whether there is anything new to be drawn.
   * @param {More} more
   * @param {number} cpu
   * @param {State} state
   */
  add(more, cpu, state) {
    const { doc, world } = this;
    doc.pool.push(...more.pool);
    doc.states.push(...more.states);
    doc.steps.push(...more.steps);
    doc.functions.push(...more.functions);
    state.moves ??= {};
    state.moves[cpu] = more.step;
    const size = world.size;
    world.grow();
    return size !== world.size;
  }

  /** The CPUs of the path up to here, by their numbers. */
  get schedule() {
    return this.path.slice(0, this.at).map((place) => this.did(place).cpu);
  }

  /** The places of the steps at which something was found to be wrong. */
  get wrong() {
    return this.path.flatMap((place, i) => (this.did(place).findings.length ? [i] : []));
  }

  /**
   * What the console has printed up to here.
   * @param {number} position
   */
  console(position = this.at) {
    const lines = [];
    for (const i of this.wrong.filter((place) => place < position)) {
      const { cpu, findings } = this.did(this.path[i]);
      for (const [kind, message] of findings) {
        const said = kind === "BUG" ? message : `${kind}: ${message}`;
        lines.push(`[${String(i + 1).padStart(5)}] CPU ${this.doc.cpus[cpu]}: ${said}`);
      }
    }
    const end = position === this.path.length ? this.verdict : null;
    const verdict = this.driving ? this.stateAt(position).end : end;
    if (verdict?.outcome === "fails" && !lines.some((line) => line.includes(verdict.message))) {
      const kind = verdict.kind === "promise" ? "" : `${verdict.kind}: `; // its words say enough
      lines.push(`[end] ${kind}${verdict.message}`);
    }
    return lines;
  }

  /**
   * Whether a vma that is not there was there before.
   * @param {Id} id
   */
  gone(id) {
    for (let i = 0; i < this.at; i++) {
      const vmas = this.stateAt(i).picture?.vmas ?? [];
      if (vmas.some((place) => this.doc.pool[place].id === id)) return true;
    }
    return false;
  }

  /** Rows stand in the order of the list that is walked; who is on no list stays where it was. */
  get order() {
    let known = this.at;
    while (known > 0 && !this.orders[known]) known--;
    let order = this.orders[known] ?? [...this.world.vmas.keys()];
    for (let i = this.orders[known] ? known + 1 : known; i <= this.at; i++) {
      const picture = this.picture(i);
      if (picture) order = ordered(order, picture, this.doc.walked);
      this.orders[i] = order;
    }
    return order;
  }

  /** What is known of the shared values and locks of a program without a kernel. */
  get variables() {
    /** @type {Map<string, string>} */
    const values = new Map();
    /** @type {Map<string, number | null>} */
    const locks = new Map();
    const steps = this.path.map((place) => this.did(place));
    for (const { reads = {}, writes = {}, taken = [] } of steps) {
      for (const name of [...Object.keys(reads), ...Object.keys(writes)]) values.set(name, "?");
      for (const name of taken) locks.set(name, null);
    }
    for (const { reads = {}, writes = {} } of steps.toReversed()) {
      for (const [name, value] of Object.entries(reads)) values.set(name, value);
      for (const [name, [old]] of Object.entries(writes)) values.set(name, old);
    }
    for (const { cpu, writes = {}, taken = [], dropped = [] } of steps.slice(0, this.at)) {
      for (const [name, [, value]] of Object.entries(writes)) values.set(name, value);
      for (const name of taken) locks.set(name, cpu);
      for (const name of dropped) locks.set(name, null);
    }
    return { values, locks };
  }
}

/**
 * The rows in the order of a picture's lists, that of `walked` above all.
 * @param {Id[]} order
 * @param {Picture} picture
 * @param {Id | null} walked
 */
function ordered(order, picture, walked) {
  const vmas = new Map(picture.avcs.map((avc) => [avc.id, avc.vma]));
  const families = picture.anon_vmas.toSorted(
    (a, b) => Number(b.id === walked) - Number(a.id === walked) || b.list.length - a.list.length,
  );
  const known = new Set(order);
  for (const family of families.toReversed()) {
    const listed = family.list.flatMap((avc) => vmas.get(avc) ?? []).filter((id) => known.has(id));
    order = reorder(order, listed);
  }
  return order;
}

/**
 * `order` with the members of `listed` in the places that they have, in the order of `listed`.
 * @param {Id[]} order
 * @param {Id[]} listed
 */
export function reorder(order, listed) {
  const members = new Set(listed);
  const queue = [...listed];
  return order.map((id) => (members.has(id) ? (queue.shift() ?? id) : id));
}
