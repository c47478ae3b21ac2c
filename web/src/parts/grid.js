// The picture: a vma is a row, an anon_vma a column, an avc the knot where they cross.
//
// Nothing changes its size between steps: every vma, lock and page that occurs anywhere in the run
// has its place from the beginning, and is greyed while it is not there.

import { badge, classes, frame, h, hex, span } from "../dom.js";
import { passes, rises } from "../words.js";

/** How many ptes stand side by side. */
const CELLS = 10;

/** @typedef {{ id: Id, addresses: number[], wide: number, lines: number, box: HTMLElement, middle: number }} Row */
/** @typedef {{ from: Row, to: Row, up: boolean, past: boolean, hand: string }} Carry */
/**
 * What is there now, by its id, and what the last step changed.
 * @typedef {{
 *   vmas: Map<Id, Vma>, avcs: Map<Id, Avc>, families: Map<Id, Family>, locks: Map<Id, Lock>,
 *   pages: Map<Id, Page>, tables: Map<Id, { id: Id, lock: Id }>,
 *   picture: Picture, roles: Record<Id, Role>, changed: Set<Id>,
 * }} Now
 */

export class Grid {
  /** @param {import("../stepper.js").Stepper} stepper */
  constructor(stepper) {
    this.stepper = stepper;
    this.run = stepper.run;
    this.world = stepper.run.world;
    this.columns = [...this.world.families.keys()];
    const columns = { "--columns": this.columns.length };
    this.heads = h("div", { class: "heads" });
    this.ends = h("div", { class: "ends" });
    this.carry = h("span", { class: "carry" });
    /** @type {Map<Id, Row>} */
    this.rows = new Map();
    for (const [id, vma] of this.world.vmas) this.rows.set(id, rowOf(id, vma));
    const rows = [...this.rows.values()];
    const threads = this.columns.map((_, i) =>
      h("span", { class: "thread", style: { "--column": i + 1 } }),
    );
    const several = this.world.mms.size > 1;
    this.body = h(
      "div",
      { class: classes("rows", several && "families") },
      ...threads,
      ...rows.map((row) => row.box),
      this.ends,
      this.carry,
    );
    const wide = Math.max(1, ...rows.map((row) => row.wide));
    this.strip = h("div", { class: "strip", style: { ...columns, "--wide": wide } });
    const kind = classes(
      "grid",
      this.columns.length === 1 && "single",
      !this.world.moving && "still",
    );
    const ends = [...this.world.vmas.values()].map((vma) => hex(vma.end).length);
    this.root = h(
      "div",
      {
        class: kind,
        tabindex: "0",
        role: "group",
        "aria-label": "vmas, ptes and lists",
        style: { ...columns, "--wide": wide, "--digits": Math.max(3, ...ends) },
      },
      this.heads,
      this.body,
    );
    /** @type {Id[]} */
    this.order = [];
    /** The way of the entries. @type {Carry | null} */
    this.carried = null;
  }

  /** @param {Picture} picture */
  draw(picture) {
    const now = nowOf(picture, this.run);
    this.order = this.run.order;
    this.carried = this.carriedIn(picture);
    this.drawStrip(now);
    this.heads.replaceChildren(...this.columns.map((id, i) => this.head(id, i + 1, now)));
    for (const row of this.rows.values()) this.drawRow(row, now);
    this.ends.replaceChildren(
      ...this.columns.map((id, i) =>
        h(
          "span",
          { class: "end", style: { "--column": i + 1 } },
          ...picture.cursors
            .filter((cursor) => cursor.anon_vma === id && cursor.avc == null)
            .map((cursor) => this.cursor(cursor)),
        ),
      ),
    );
    this.place();
  }

  /**
   * @param {Picture} picture
   * @returns {Carry | null}
   */
  carriedIn(picture) {
    const [move] = picture.moves;
    const from = this.rows.get(move?.source ?? "");
    const to = this.rows.get(move?.destination ?? "");
    if (!from || !to) return null;
    const { source, destination, cpu } = move;
    const up = rises(this.order, source, destination);
    const past = passes(this.run, source, destination, picture);
    const { hand = "" } = this.run.view(this.run.doc.cpus.indexOf(cpu));
    return { from, to, up, past, hand };
  }

  /** @param {Cursor} cursor */
  cursor(cursor) {
    return h("span", { class: "cursor" }, badge(this.run.doc, cursor.cpu), h("span", {}, "walk"));
  }

  /** Rows have heights of their own; their places follow the list that is walked. */
  place() {
    if (!this.order.length) return;
    const { line, gap, end } = this.stepper.measures;
    let top = 0;
    for (const id of this.order) {
      const row = this.rows.get(id);
      if (!row) continue;
      const height = row.lines * line;
      row.box.style.height = `${height}px`;
      row.box.style.transform = `translateY(${top}px)`;
      row.middle = top + height / 2;
      top += height + gap;
    }
    this.placeCarry();
    this.ends.style.transform = `translateY(${top}px)`;
    this.body.style.height = `${top + (this.columns.length ? end : 0)}px`;
  }

  /** The way of the entries, from slot to slot, with the one that is in no slot. */
  placeCarry() {
    const { carried, carry } = this;
    carry.hidden = !carried;
    if (!carried) return;
    const { from, to, up, past, hand } = carried;
    const way = up ? "up" : "down";
    carry.className = `carry ${way}`;
    carry.style.top = `${Math.min(from.middle, to.middle)}px`;
    carry.style.height = `${Math.abs(from.middle - to.middle)}px`;
    // With one list there is room for words between the cards and the knots.
    const short = this.columns.length > 1 || this.stepper.isHall;
    const words = short ? [way] : [`goes ${way}`, past ? "past the walk" : ""];
    const held = h("i", { class: "hand", title: "in no slot" }, h("small", {}, "in hand"), hand);
    const text = h("span", {}, ...words.map((word) => h("b", {}, word)));
    carry.replaceChildren(hand ? held : text);
  }

  /**
   * @param {Now} now
   * @param {Id} id
   * @param {string} label
   */
  lock(now, id, label) {
    const lock = now.locks.get(id);
    const { owners = [], waiters = [] } = lock ?? {};
    const held = owners.length > 0;
    const waits = waiters.length ? `, ${waiters.join(", ")} waits` : "";
    const words = lock ? (held ? `held by ${owners.join(", ")}` : "free") + waits : "is gone";
    const kind = classes("lock", held && "held", now.changed.has(id) && "changed", !lock && "gone");
    const { doc } = this.run;
    return h(
      "span",
      { class: kind, title: `${lock?.label ?? label}: ${words}` },
      h("span", { class: "label" }, label),
      ...(held
        ? owners.map((owner) => badge(doc, owner))
        : [h("span", { class: "free" }, lock ? "free" : "–")]),
      waiters.length > 0 &&
        h(
          "span",
          { class: "waiters" },
          "◂",
          h("span", { class: "word" }, "waits"),
          ...waiters.map((cpu) => badge(doc, cpu)),
        ),
      h("span", { class: "hidden" }, ` ${words}`),
    );
  }

  /** @param {Now} now */
  drawStrip(now) {
    const locks = [...this.world.locks.values()].filter(
      ({ used, kind }) => used && (kind === "mmap_sem" || kind === "page_table_lock"),
    );
    const pages = [...this.world.pages.values()].filter((page) => page.busy);
    const waited = pages.some((page) => this.world.locks.get(page.id)?.waited);
    this.strip.classList.toggle("waited", waited);
    this.strip.replaceChildren(
      ...locks.map((lock) => this.lock(now, lock.id, lock.name)),
      ...pages.map((page) => this.page(page, now)),
    );
  }

  /**
   * @param {Page} page
   * @param {Now} now
   */
  page(page, now) {
    const here = now.pages.get(page.id);
    const { doc } = this.run;
    const kind = classes("pageframe", !here && "gone", now.changed.has(page.id) && "changed");
    const waiters = now.locks.get(page.id)?.waiters ?? [];
    return h(
      "span",
      { class: kind },
      h("span", { class: "label" }, `page ${frame(page.pfn)}`),
      h("span", {}, here ? `maps ${here.mapcount} · refs ${here.count}` : "free"),
      here?.locked && h("span", { class: "waiters" }, "locked", badge(doc, here.locked)),
      ...waiters.map((cpu) => h("span", { class: "waiters" }, "◂ waits", badge(doc, cpu))),
    );
  }

  /**
   * @param {Id} id
   * @param {number} column
   * @param {Now} now
   */
  head(id, column, now) {
    const family = now.families.get(id);
    const known = this.world.families.get(id) ?? family;
    const mutex = [...this.world.locks.values()].find(
      (lock) => lock.kind === "mutex" && lock.guards === id,
    );
    const root = this.world.families.get(known?.root ?? "")?.name ?? "?";
    const kind = classes("family", !family && "gone", now.changed.has(id) && "changed");
    return h(
      "span",
      { class: kind, style: { "--column": column } },
      h(
        "span",
        { class: "name" },
        h("strong", {}, known?.name),
        family?.root === id ? " root" : "",
      ),
      mutex ? this.lock(now, mutex.id, "mutex") : h("span", { class: "rootless" }, `root ${root}`),
    );
  }

  /**
   * @param {Row} row
   * @param {Now} now
   */
  drawRow(row, now) {
    const { id, addresses } = row;
    const vma = now.vmas.get(id);
    const known = this.world.vmas.get(id);
    const role = now.roles[id];
    const there = vma?.inserted ? vma.cells : [];
    const cells = new Map(there.map((cell) => [cell.address, cell]));
    const tables = new Set(there.map((cell) => cell.table ?? ""));
    const locks = [...tables].flatMap((table) => now.tables.get(table)?.lock ?? []);
    const mm = this.world.mms.size > 1 ? `${this.world.mms.get(known?.mm ?? "")?.name}: ` : "";
    const kind = classes("row", role, !vma?.inserted && "gone", now.changed.has(id) && "changed");
    row.box.className = kind;
    const knots = this.columns.map((family, i) => this.knot(row, family, i + 1, now));
    const first = knots.findIndex(Boolean);
    row.box.replaceChildren(
      h(
        "span",
        { class: "card" },
        h("span", { class: "letter" }, mm, h("strong", {}, vma?.name ?? known?.name)),
        h("span", { class: "role" }, role ?? ""),
        this.bounds(id, vma, now),
        h(
          "span",
          { class: "cells" },
          ...addresses.map((address) => cellOf(cells.get(address), address, id, now)),
        ),
        h("span", { class: "ptls" }, ...locks.map((lock) => this.lock(now, lock, "ptl"))),
      ),
      first < 0 ? "" : h("span", { class: "link", style: { "--column": first + 1 } }),
      ...knots.filter((knot) => knot !== null),
    );
  }

  /**
   * @param {Id} id
   * @param {Vma | undefined} vma
   * @param {Now} now
   */
  bounds(id, vma, now) {
    const absent = vma ? "not mapped" : this.run.gone(id) ? "gone" : "not yet";
    const kind = classes("bounds", now.changed.has(`${id} bounds`) && "changed");
    const more = vma ? `pgoff ${vma.pgoff.toString(16)} ${vma.perms}` : "";
    return h("span", { class: kind }, vma?.inserted ? span(vma) : absent, h("small", {}, more));
  }

  /**
   * The avc of a row in a column, with the walks that stand there.
   * @param {Row} row
   * @param {Id} id
   * @param {number} column
   * @param {Now} now
   */
  knot(row, id, column, now) {
    const family = now.families.get(id);
    const list = family?.list ?? [];
    const place = list.findIndex((avc) => now.avcs.get(avc)?.vma === row.id);
    const loose = [...now.avcs.values()].find((avc) => avc.vma === row.id && avc.anon_vma === id);
    const avc = list[place] ?? (now.vmas.has(row.id) ? loose?.id : null);
    if (!avc) return null;
    const on = place >= 0;
    const kind = classes("knot", !on && "loose", now.changed.has(avc) && "changed");
    const title = `avc of ${now.vmas.get(row.id)?.name} in ${this.world.families.get(id)?.name}`;
    const here = now.picture.cursors.filter((cursor) => cursor.avc === avc);
    return h(
      "span",
      { class: classes("crossing", here.length > 0 && "walked"), style: { "--column": column } },
      h("span", { class: kind, title }, on ? String(place + 1) : "–"),
      ...here.map((cursor) => this.cursor(cursor)),
    );
  }
}

/**
 * @param {Id} id
 * @param {import("../run.js").KnownVma} vma
 * @returns {Row}
 */
function rowOf(id, vma) {
  const addresses = [...vma.addresses].sort((a, b) => a - b);
  const lines = Math.ceil(addresses.length / CELLS) || 1;
  const wide = Math.ceil(addresses.length / lines) || 1;
  return { id, addresses, wide, lines, box: h("div", { class: "row" }), middle: 0 };
}

/**
 * @param {Picture} picture
 * @param {import("../run.js").Run} run
 * @returns {Now}
 */
function nowOf(picture, run) {
  /**
   * @template {{ id: Id }} T
   * @param {T[]} items
   */
  const by = (items) => new Map(items.map((item) => [item.id, item]));
  return {
    vmas: by(picture.vmas),
    avcs: by(picture.avcs),
    families: by(picture.anon_vmas),
    locks: by(picture.locks),
    pages: by(picture.pages),
    tables: by(picture.tables),
    picture,
    roles: run.roles,
    changed: new Set(run.step?.ids ?? []),
  };
}

/**
 * A pte: what it holds, and of which kind or anon_vma that is, as in all pictures.
 * @param {Cell | undefined} cell
 * @param {number} address
 * @param {Id} vma
 * @param {Now} now
 */
function cellOf(cell, address, vma, now) {
  const label = h("small", {}, hex(address));
  if (!cell) return h("span", { class: "cell outside" }, label, h("span", {}, "\u00a0"));
  const page = now.pages.get(cell.page ?? "");
  const stale = cell.kind === "migration" && !page?.locked;
  const family = now.families.get(page?.mapping ?? "")?.name ?? "";
  const name = frame(cell.pfn);
  const [text, kind, words] = {
    none: ["none", "", "none"],
    zero: ["zero", "", "zero page"],
    present: [name, cell.write ? family : `r ${family}`, `page ${name}, of anon_vma ${family}`],
    migration: [stale ? `✗${name}` : name, "mig", `migration entry for page ${name}`],
  }[cell.kind];
  const changed = now.changed.has(`${vma} ${address}`) && "changed";
  const more = stale
    ? ", which is unlocked"
    : cell.kind === "present" && !cell.write
      ? ", read-only"
      : "";
  return h(
    "span",
    {
      class: classes("cell", cell.kind, stale && "stale", changed),
      title: `pte ${hex(address)}: ${words}${more}`,
    },
    label,
    h("span", {}, text, kind && h("em", {}, ` ${kind}`)),
  );
}
