// The states of a document as a graph: which are how far, and how one gets there.

/** @typedef {import("./run.js").Run} Run */

/**
 * The steps of a shortest way from one state to another; null if none is known.
 * @param {Doc} doc
 * @param {number} from
 * @param {number} target
 */
function shortest(doc, from, target) {
  /** @type {Map<number, number[]>} */
  const ways = new Map([[from, []]]);
  for (const [state, way] of ways) {
    if (state === target) return way;
    for (const step of Object.values(doc.states[state].moves ?? {})) {
      const { to } = doc.steps[step];
      if (!ways.has(to)) ways.set(to, [...way, step]);
    }
  }
  return null;
}

/**
 * A path to a state, along the present one as far as that leads there; null if none is known.
 * @param {Run} run
 * @param {number} target
 */
export function wayTo(run, target) {
  for (let at = run.at; at >= 0; at--) {
    const rest = shortest(run.doc, run.stepAt(at)?.to ?? 0, target);
    if (rest) return [...run.path.slice(0, at), ...rest];
  }
  return null;
}

const RANK = ["lost", "can", "unknown", "safe"];

/**
 * Every state by how many steps lead there at least, and then by what may come after it.
 * @param {Doc} doc
 */
export function byDepth(doc) {
  const depths = new Map([[0, 0]]);
  /** @type {number[][]} */
  const columns = [];
  for (const [state, depth] of depths) {
    columns[depth] ??= [];
    columns[depth].push(state);
    for (const step of Object.values(doc.states[state].moves ?? {})) {
      const { to } = doc.steps[step];
      if (!depths.has(to)) depths.set(to, depth + 1);
    }
  }
  /** @param {number} state */
  const rank = (state) => RANK.indexOf(doc.states[state].outlook ?? "unknown");
  return columns.map((states) => states.toSorted((a, b) => rank(a) - rank(b)));
}
