// What users get is what is written here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bundle } from "../build.js";

const BUNDLE = new URL("../../vmlesson/show/static/stepper.js", import.meta.url);

test("the bundle is in step with its sources: make bundle writes it again", async () => {
  assert.ok(readFileSync(BUNDLE, "utf-8") === (await bundle()));
});
