// The state in rows of text.

import { frame, h, hex, span } from "../dom.js";

/**
 * @param {import("../run.js").Run} run
 * @param {Picture} picture
 */
export function stateTable(run, picture) {
  const vmas = new Map(picture.avcs.map((avc) => [avc.id, avc.vma]));
  /** @param {Vma} vma */
  const lists = (vma) =>
    picture.anon_vmas
      .map((family) => [family.name, family.list.findIndex((avc) => vmas.get(avc) === vma.id) + 1])
      .filter(([, place]) => place)
      .map(([name, place]) => `${name}, place ${place}`)
      .join("; ");
  /** @param {Vma} vma */
  const walks = (vma) =>
    picture.cursors
      .filter((cursor) => cursor.avc && vmas.get(cursor.avc) === vma.id)
      .map((cursor) => cursor.cpu)
      .join(", ");
  const locks = picture.locks.filter((lock) => run.world.locks.get(lock.id)?.used);
  return h(
    "div",
    {},
    table(
      ["vma", "role", "pages", "pgoff", "ptes", "lists", "walk stands here"],
      picture.vmas.map((vma) => [
        vma.name,
        run.roles[vma.id] ?? "–",
        span(vma),
        vma.pgoff.toString(16),
        vma.cells.map(inWords).join(", "),
        lists(vma) || "–",
        walks(vma) || "–",
      ]),
    ),
    table(
      ["page", "mapped", "references", "locked by"],
      picture.pages.map((page) => [
        frame(page.pfn),
        String(page.mapcount),
        String(page.count),
        page.locked ?? "nobody",
      ]),
    ),
    table(
      ["lock", "held by", "waiting"],
      locks.map((lock) => [
        lock.label ?? lock.name,
        lock.owners.join(", ") || "nobody",
        lock.waiters.join(", ") || "nobody",
      ]),
    ),
  );
}

/** @param {Cell} cell */
function inWords(cell) {
  const what = {
    none: "none",
    zero: "zero page",
    present: `page ${frame(cell.pfn)}`,
    migration: `migration entry for page ${frame(cell.pfn)}`,
  }[cell.kind];
  return `${hex(cell.address)}: ${what}`;
}

/**
 * The first cell of a row is its heading.
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  const names = head.map((name) => h("th", { scope: "col" }, name));
  const lines = rows.map(([first, ...rest]) =>
    h("tr", {}, h("th", { scope: "row" }, first), ...rest.map((text) => h("td", {}, text))),
  );
  return h("table", {}, h("thead", {}, h("tr", {}, ...names)), h("tbody", {}, ...lines));
}
