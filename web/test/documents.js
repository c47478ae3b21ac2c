// Documents to be tested on.

import { readFileSync } from "node:fs";

const PAGE = new URL("../../docs/merge-order.html", import.meta.url);

/** The run that loses a page, as the docs show it. @returns {Doc} */
export function race() {
  const [, text] = /id="document-0">(.*?)<\/script>/s.exec(readFileSync(PAGE, "utf-8")) ?? [];
  return JSON.parse(text);
}

/** Two CPUs that each add one to x, and lose one: a run without a kernel. @returns {Doc} */
export function lostUpdate() {
  /** @param {string} next @returns {View} */
  const view = (next) => ({ next, waits: "", stack: [], shown: -1 });
  /** @param {number} cpu @param {Partial<Did>} more @returns {Did} */
  const did = (cpu, more) => ({
    cpu,
    sentence: "",
    said: "",
    place: null,
    findings: [],
    ids: [],
    changes: [],
    reads: {},
    writes: {},
    taken: [],
    dropped: [],
    ...more,
  });
  const read = { reads: { x: "0" } };
  /** @type {{ writes: Record<string, [string, string]> }} */
  const write = { writes: { x: ["0", "1"] } };
  const steps = [did(0, read), did(1, read), did(0, write), did(1, { writes: { x: ["1", "1"] } })];
  const views = [view("read x"), view("write 1 to x"), view("")];
  const [read_, write_, ended] = [0, 1, 2].map((i) => steps.length + i);
  return {
    format: 2,
    title: "",
    text: "",
    cpus: ["a", "b"],
    functions: [],
    roles: {},
    walked: null,
    pool: [...steps, ...views],
    states: [
      { views: [read_, read_] },
      { views: [write_, read_] },
      { views: [write_, write_] },
      { views: [ended, write_] },
      { views: [ended, ended] },
    ],
    steps: steps.map((_, i) => ({ did: i, to: i + 1 })),
    run: [0, 1, 2, 3],
    at: 0,
    decisive: null,
    verdict: { outcome: "fails", kind: "promise", message: "1 is not 2", words: "" },
  };
}
