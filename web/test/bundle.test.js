// What users get is what is written here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bundles } from "../build.js";

test("the bundles are in step with their sources: make bundle writes them again", async () => {
  for (const { path, text } of await bundles()) assert.ok(readFileSync(path, "utf-8") === text);
});
