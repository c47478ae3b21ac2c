// What a document and a path through it say, before anything is drawn.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Run, reorder, World } from "../src/run.js";
import { lostUpdate, race } from "./documents.js";

test("a document of another format is refused by its number", () => {
  const old = { ...lostUpdate(), format: 1 };
  assert.throws(() => new Run(old), /format 1, and this stepper reads 2: run the cell again/);
});

test("a world has all that occurs in any state", () => {
  const { vmas, locks } = new World(race());
  assert.deepEqual(
    [...vmas.values()].map((vma) => vma.name),
    ["V", "W"],
  );
  assert.ok([...locks.values()].some((lock) => lock.kind === "ptl" && lock.waited));
});

test("roles are those of the last move on the way, and before the first those of that", () => {
  const doc = race();
  const move = { cpu: "mremap", old: 0, new: 0, length: 0 };
  const back = { ...move, source: "vma-2", destination: "vma-1" };
  doc.pool.push({ ...move, source: "vma-1", destination: "vma-2" }, back);
  const there = doc.pool.length - 2;
  const [begin] = doc.states;
  /** @param {number[]} moves */
  const state = (moves) => ({ ...begin, picture: { ...begin.picture, moves } });
  const roles = { "vma-1": "source", "vma-2": "destination" };
  const states = [state([]), state([there]), state([there + 1]), state([])];
  const steps = [1, 2, 3].map((to) => ({ did: doc.steps[0].did, to }));
  const run = new Run(Object.assign(doc, { states, steps, roles, run: [0, 1, 2], at: 0 }));
  const seen = [0, 1, 2, 3].map((at) => Object.assign(run, { at }).roles["vma-1"]);
  assert.deepEqual(seen, ["source", "source", "destination", "destination"]);
});

test("a switch away from who could go on is a preemption", () => {
  const run = new Run(lostUpdate());
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((at) => run.preempts(at)),
    [false, false, true, true, false],
  );
  assert.equal(run.preemption(1), 2);
  run.at = 3;
  assert.equal(run.preemption(1), 4, "without another one: the end");
  assert.equal(run.preemption(-1), 2);
});

test("values that are not known yet are those that are read first", () => {
  const run = new Run(lostUpdate());
  assert.equal(run.variables.values.get("x"), "0");
  run.at = 3;
  assert.equal(run.variables.values.get("x"), "1");
});

test("the console says how a run ends once, at its end", () => {
  const run = new Run(lostUpdate());
  assert.deepEqual(run.console(3), []);
  assert.deepEqual(run.console(4), ["[end] 1 is not 2"]);
});

test("a path that was kept goes as far as its steps are there", () => {
  const doc = { ...lostUpdate(), run: [], drive: { whole: true, longest: 4 } };
  const run = new Run(doc);
  assert.ok(run.keep([0, 1, 99, 2]));
  assert.deepEqual(run.path, [0, 1]);
  assert.ok(!run.keep([0, 1]));
});

test("a recorded run keeps its own path", () => {
  const run = new Run(lostUpdate());
  assert.ok(!run.keep([0]));
  assert.equal(run.path.length, 4);
});

test("another step leaves the rest of the path", () => {
  const run = new Run(lostUpdate());
  run.at = 1;
  assert.ok(!run.turn(1));
  assert.ok(run.turn(3));
  assert.deepEqual(run.path, [0, 3]);
});

test("what a kernel answers is added, and known from then on", () => {
  const run = new Run({ ...lostUpdate(), run: [], states: [lostUpdate().states[0]], steps: [] });
  const { states, steps } = lostUpdate();
  const more = { answer: 1, step: 0, pool: [], states: [states[1]], steps: [steps[0]] };
  const asked = run.state;
  assert.ok(!run.add({ ...more, functions: [] }, 0, asked));
  assert.equal(asked.moves?.[0], 0);
});

test("a vma that grows on the way has its new cells drawn", () => {
  const { states, ...rest } = race();
  const run = new Run({ ...rest, states: [states[0]], run: [] });
  const cells = () => String([...run.world.vmas.values()].map(({ addresses }) => addresses.size));
  const first = cells();
  for (const state of states.slice(1)) {
    const before = cells();
    const more = { answer: 1, step: 0, pool: [], states: [state], steps: [], functions: [] };
    assert.ok(run.add(more, 0, run.state) || cells() === before);
  }
  assert.notEqual(cells(), first);
});

test("rows follow the list that is walked", () => {
  assert.deepEqual(reorder(["a", "b", "c"], ["c", "a"]), ["c", "b", "a"]);
  const run = new Run(race());
  run.at = run.path.length;
  const names = run.order.map((id) => run.world.vmas.get(id)?.name);
  assert.deepEqual(names, ["V", "W"]);
  assert.ok(run.gone(run.order[1]));
});
