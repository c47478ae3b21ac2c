// What is told of the race: in words, in turns, beside a run that holds, as a graph.

import assert from "node:assert/strict";
import { test } from "node:test";
import { byDepth, wayTo } from "../src/graph.js";
import { turnsOf } from "../src/parts/turns.js";
import { Run } from "../src/run.js";
import { crux } from "../src/words.js";
import { lostUpdate, race } from "./documents.js";

test("who cannot see the picture hears where the walk stands and which way the entries go", () => {
  const run = new Run(race());
  assert.deepEqual(crux(run), [
    "The walk of migration stands at W, 2 of 2 on the list of A.",
    "What mremap moves goes up, from W to V, past the walk.",
  ]);
  run.state.outlook = "safe";
  assert.match(crux(run)[1], /from W to V\.$/, "what will be found has passed nobody");
  run.state.outlook = undefined;
  run.at = run.path.findIndex((_, i) => run.view(0, i).hand);
  assert.match(crux(run)[1], /^The entry 3 mig, in the hand of mremap, goes up/);
  run.at = 0;
  assert.deepEqual(crux(run), []);
});

test("a turn is what a CPU did before another one went on", () => {
  const run = new Run(lostUpdate());
  assert.deepEqual(
    turnsOf(run, run.path).map(({ cpu, from, to }) => [cpu, from, to]),
    [0, 1, 0, 1].map((cpu, i) => [cpu, i + 1, i + 1]),
  );
  const told = turnsOf(new Run(race()), race().run);
  assert.equal(told[0].from, 1);
  assert.equal(told.at(-1)?.to, race().run.length);
  assert.ok(!told.some((turn) => turn.said.some((said) => /^takes .*ptl$/.test(said))));
});

test("the run beside is a way of its own, with its own end", () => {
  const run = new Run(race());
  assert.equal(run.verdict?.outcome, "fails");
  assert.ok(run.keep(race().beside?.run ?? []));
  assert.ok(run.isBeside);
  assert.equal(run.verdict?.outcome, "holds");
  assert.equal(run.decisive, 0);
  run.at = run.path.length;
  assert.deepEqual(run.console(), []);
});

/** Two CPUs of one step each: four states, two ways to the last. @returns {Doc} */
function diamond() {
  const doc = { ...lostUpdate(), run: [], drive: { whole: true, longest: 2 } };
  const steps = [
    [0, 1],
    [1, 2],
    [1, 3],
    [0, 3],
  ].map(([did, to]) => ({ did, to }));
  /** @type {Partial<State>[]} */
  const after = [
    { moves: { 0: 0, 1: 1 }, outlook: "can" },
    { moves: { 1: 2 }, outlook: "safe" },
    { moves: { 0: 3 }, outlook: "lost" },
    { outlook: "safe" },
  ];
  const states = after.map((more) => ({ views: doc.states[0].views, ...more }));
  return { ...doc, steps, states };
}

test("states stand by their depth, the lost ones first", () => {
  assert.deepEqual(byDepth(diamond()), [[0], [2, 1], [3]]);
});

test("the way to a state goes along the path, if that leads there", () => {
  const run = new Run(diamond());
  assert.deepEqual(wayTo(run, 3), [0, 2]);
  run.keep([1]);
  run.at = 1;
  assert.deepEqual(wayTo(run, 3), [1, 3]);
  assert.deepEqual(wayTo(run, 1), [0], "else from where the two part");
});
