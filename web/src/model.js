// A stepper and the model that a notebook shares with its kernel.

import { PARTS } from "./run.js";

/** @typedef {import("@anywidget/types").AnyModel<Shared>} Model */
/**
 * What a view of the model is: a Stepper, or in a test something less.
 * @typedef {{
 *   doc: Doc, load(doc: Doc): void, resume(path: number[], at: number): void, close(): void,
 * }} View
 */

/**
 * Bind a view to a model; returned is what takes it off again.
 * @param {Model} model
 * @param {(doc: Doc, options: Options) => View} make
 */
export function bind(model, make) {
  /** @type {Map<number, (more: More) => void>} */
  const waiting = new Map();
  let asked = 0;
  /** @type {Options["ask"]} */
  const ask = (path, cpu) =>
    new Promise((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      const have = Object.fromEntries(PARTS.map((part) => [part, view.doc[part].length]));
      model.send({ ask: asked, path, cpu, have });
    });
  let telling = false;
  /** @type {Options["moved"]} */
  const moved = (at, path) => {
    telling = true; // the first of the two would bring the view back to where it was
    model.set("path", [...path]);
    model.set("at", at);
    telling = false;
    model.save_changes();
  };
  // A document grows as it is driven; the model's own stays as it is.
  const copy = () => structuredClone(model.get("doc"));
  const view = make(copy(), { ask, moved });
  const resume = () => telling || view.resume(model.get("path"), model.get("at"));
  const changed = () => view.load(copy());
  /** @param {More} more */
  const answered = (more) => {
    waiting.get(more.answer)?.(more);
    waiting.delete(more.answer);
  };
  model.on("msg:custom", answered);
  model.on("change:doc", changed);
  model.on("change:at change:path", resume);
  resume();
  return () => {
    view.close();
    model.off("msg:custom", answered);
    model.off("change:doc", changed);
    model.off("change:at change:path", resume);
  };
}
