// Where the next line of a function begins.

import assert from "node:assert/strict";
import { test } from "node:test";
import { indentation } from "../src/code.js";

test("a line begins where the one before it does, and deeper after a colon", () => {
  assert.equal(indentation(""), "");
  assert.equal(indentation("async def f(x):"), "    ");
  assert.equal(indentation("async def f(x):\n    found = []"), "    ");
  assert.equal(indentation("    for x in y: \n"), "");
  assert.equal(indentation("    for x in y: "), "        ");
});
