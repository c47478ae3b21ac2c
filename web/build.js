// Bundles the stepper, the deck with its steppers, the questions and the field for code, each into one module that
// needs nothing else: what users get, and `make bundle` writes.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

/** @param {string} name */
const at = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The entry of each bundle, and what its module exports. */
const BUNDLES = [
  {
    name: "show/static/stepper.js",
    entry: "src/index.js",
    footer:
      "export const { alone, chapter, figures, mount } = bundled;\nexport default bundled.default;",
  },
  { name: "show/static/deck.js", entry: "src/deck/deck.js", footer: "" },
  ...["quiz", "code"].map((name) => ({
    name: `learn/static/${name}.js`,
    entry: `src/${name}.js`,
    footer: "export default bundled.default;",
  })),
];

/** A style sheet is the text that a shadow root takes. @type {import("esbuild").Plugin} */
const sheet = {
  name: "sheet",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf-8");
      const { code } = await transform(text, { loader: "css", minify: true });
      return { contents: `export default ${JSON.stringify(code)};`, loader: "js" };
    });
  },
};

/** The text of each bundle, and its path: in its scope are the names that it exports, no others. */
export function bundles() {
  const made = BUNDLES.map(async ({ name, entry, footer }) => {
    const { outputFiles } = await build({
      entryPoints: [at(entry)],
      bundle: true,
      write: false,
      format: "iife",
      globalName: "bundled",
      target: "es2023",
      charset: "utf8",
      minify: true,
      lineLimit: 100,
      plugins: [sheet],
      footer: { js: footer },
      banner: { js: "// Made by `make bundle` from web/src: edit there." },
    });
    return { path: at(`../vmlesson/${name}`), text: outputFiles[0].text };
  });
  return Promise.all(made);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { path, text } of await bundles()) await writeFile(path, text);
