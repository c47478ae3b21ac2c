// The race in words, for who cannot see it: where walks stand, which way the entries go.

/** @typedef {import("./run.js").Run} Run */

/**
 * @param {Run} run
 * @returns {string[]}
 */
export function crux(run) {
  const picture = run.picture();
  if (!picture) return [];
  const said = picture.cursors.map((cursor) => walk(cursor, picture));
  return [...said, ...picture.moves.map((move) => way(move, picture, run))];
}

/**
 * @param {Cursor} cursor
 * @param {Picture} picture
 */
function walk({ cpu, avc, anon_vma }, picture) {
  const family = picture.anon_vmas.find((each) => each.id === anon_vma);
  const list = `the list of ${family?.name ?? "an anon_vma that is gone"}`;
  if (!avc) return `The walk of ${cpu} is at the end of ${list}.`;
  const place = `${(family?.list.indexOf(avc) ?? -1) + 1} of ${family?.list.length}`;
  const vma = picture.vmas.find((each) => each.id === vmaOf(avc, picture));
  return `The walk of ${cpu} stands at ${vma?.name}, ${place} on ${list}.`;
}

/**
 * @param {Move} move
 * @param {Picture} picture
 * @param {Run} run
 */
function way({ cpu, source, destination }, picture, run) {
  const name = new Map(picture.vmas.map((vma) => [vma.id, vma.name]));
  const hand = run.view(run.doc.cpus.indexOf(cpu)).hand;
  const what = hand ? `The entry ${hand}, in the hand of ${cpu},` : `What ${cpu} moves`;
  const up = rises(run.order, source, destination);
  const past = passes(run, source, destination, picture) ? ", past the walk" : "";
  const names = `from ${name.get(source)} to ${name.get(destination)}`;
  return `${what} goes ${up ? "up" : "down"}, ${names}${past}.`;
}

/**
 * @param {Id[]} order
 * @param {Id} source
 * @param {Id} destination
 */
export const rises = (order, source, destination) =>
  order.indexOf(destination) < order.indexOf(source);

/**
 * Whether what goes from one row to another passes a walk, which then may not find it.
 * @param {Run} run
 * @param {Id} source
 * @param {Id} destination
 * @param {Picture} picture
 */
export function passes(run, source, destination, picture) {
  const { order, state, verdict } = run;
  if (state.outlook === "safe" || verdict?.outcome === "holds") return false;
  const [from, to] = [source, destination].map((id) => order.indexOf(id));
  return picture.cursors.some(({ avc }) => {
    const at = avc ? order.indexOf(vmaOf(avc, picture) ?? "") : order.length;
    return to < from && at > to && at <= from;
  });
}

/**
 * @param {Id} avc
 * @param {Picture} picture
 */
const vmaOf = (avc, picture) => picture.avcs.find((each) => each.id === avc)?.vma;
