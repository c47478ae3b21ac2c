// Runs a Python program on a site's own Pyodide and wheels, as its tabs have them:
//   node tools/pyodide.mjs SITE/static/pyodide PROGRAM < INPUT
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const [folder, program] = process.argv.slice(2);
const home = resolve(folder);
const { loadPyodide } = await import(`${home}/pyodide.mjs`);
const { packages } = JSON.parse(readFileSync(`${home}/pyodide-lock.json`, "utf8"));
const python = await loadPyodide({ indexURL: home, packages: Object.keys(packages) });
try {
  python.runPython(readFileSync(program, "utf8"));
} catch (error) {
  console.error(error.message); // without the line of Pyodide that threw it, which is its all
  process.exitCode = 1;
}
