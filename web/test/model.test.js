// A view bound to a model, of which nothing is real.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bind } from "../src/model.js";
import { lostUpdate } from "./documents.js";

/** A model that keeps what it is told. */
function fake() {
  /** @type {Record<string, any>} */
  const values = { doc: lostUpdate(), at: 2, path: [0, 1, 2, 3] };
  /** @type {Map<string, Function>} */
  const heard = new Map();
  /** @type {any[]} */
  const sent = [];
  let saved = 0;
  const model = {
    values,
    heard,
    sent,
    get saved() {
      return saved;
    },
    /** @param {string} name */
    get: (name) => values[name],
    /** @param {string} name @param {unknown} value */
    set(name, value) {
      values[name] = value;
      heard.get(`change:${name}`)?.(); // at once, as the model of a notebook does
    },
    save_changes() {
      saved += 1;
    },
    /** @param {unknown} message */
    send: (message) => sent.push(message),
    /** @param {string} names @param {Function} listener */
    on(names, listener) {
      for (const name of names.split(" ")) heard.set(name, listener);
    },
    /** @param {string} names @param {Function} listener */
    off(names, listener) {
      for (const name of names.split(" ")) if (heard.get(name) === listener) heard.delete(name);
    },
  };
  return model;
}

/** @param {ReturnType<typeof fake>} model */
function bound(model) {
  /** @type {any} */
  const view = { calls: [] };
  const given = /** @type {any} */ (model);
  const close = bind(given, (doc, options) => {
    Object.assign(view, { doc, options });
    view.load = (/** @type {Doc} */ other) => view.calls.push(["load", other.title]);
    view.resume = (/** @type {number[]} */ path, /** @type {number} */ at) =>
      view.calls.push(["resume", path, at]);
    view.close = () => view.calls.push(["close"]);
    return view;
  });
  return { view, close };
}

test("a view begins where the model says, and follows it", () => {
  const model = fake();
  const { view } = bound(model);
  model.set("at", 3);
  assert.deepEqual(view.calls, [
    ["resume", [0, 1, 2, 3], 2],
    ["resume", [0, 1, 2, 3], 3],
  ]);
});

test("where a reader goes is in the model, and saved", () => {
  const model = fake();
  const { view } = bound(model);
  view.options.moved(1, [0]);
  assert.deepEqual([model.values.at, model.values.path, model.saved], [1, [0], 1]);
  assert.deepEqual(view.calls, [["resume", [0, 1, 2, 3], 2]], "it is not told back to the view");
});

test("a document that grows is not the model's own", () => {
  const model = fake();
  const { view } = bound(model);
  view.doc.steps.push("more");
  assert.equal(model.values.doc.steps.length, 4);
});

test("an answer reaches who asked, and nobody else", async () => {
  const model = fake();
  const { view } = bound(model);
  const [first, second] = [view.options.ask([0], 1), view.options.ask([0], 0)];
  assert.deepEqual(model.sent[0].have, { pool: 7, states: 5, steps: 4, functions: 0 });
  model.heard.get("msg:custom")?.({ answer: 2, step: 8 });
  model.heard.get("msg:custom")?.({ answer: 1, step: 9 });
  model.heard.get("msg:custom")?.({ answer: 7, step: 0 });
  assert.deepEqual([(await first).step, (await second).step], [9, 8]);
});

test("listeners go with the view", () => {
  const model = fake();
  const { view, close } = bound(model);
  assert.equal(model.heard.size, 4);
  close();
  assert.equal(model.heard.size, 0);
  assert.deepEqual(view.calls.at(-1), ["close"]);
});
