// Bundles the stepper into one module that needs nothing else: what users get, and `make bundle`
// writes.

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const OUT = fileURLToPath(new URL("../vmlesson/show/static/stepper.js", import.meta.url));
const ENTRY = fileURLToPath(new URL("src/index.js", import.meta.url));

/** A style sheet is the text that a shadow root takes. @type {import("esbuild").Plugin} */
const sheet = {
  name: "sheet",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { readFile } = await import("node:fs/promises");
      const text = await readFile(path, "utf-8");
      const { code } = await transform(text, { loader: "css", minify: true });
      return { contents: `export default ${JSON.stringify(code)};`, loader: "js" };
    });
  },
};

/** The text of the bundle: in its scope are the names that index.js exports, and no others. */
export async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "bundled",
    target: "es2023",
    charset: "utf8",
    minify: true,
    lineLimit: 100,
    plugins: [sheet],
    footer: {
      js: "export const { h, mount } = bundled;\nexport default bundled.default;",
    },
    banner: { js: "// Made by `make bundle` from web/src: edit there." },
  });
  return outputFiles[0].text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(OUT, await bundle());
