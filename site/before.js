// What is done before a page of JupyterLite begins, and what it is told then.

import { lacking } from "./lacking.js";
import { visit } from "./newer.js";

const lacks = lacking();
if (lacks) {
  if (!document.body) await new Promise((done) => addEventListener("DOMContentLoaded", done));
  const home = Object.assign(document.createElement("a"), {
    href: new URL("index.html", import.meta.url),
    textContent: "The race can be played and the chapters read, without it.",
  });
  const said = document.createElement("p");
  said.append(`${lacks} `, home);
  document.body.replaceChildren(said);
  await new Promise(() => {}); // JupyterLite would fail, and say less
}

await visit().catch((reason) => console.warn(`vmlesson: not brought up to date: ${reason}`));

/**
 * What is asked of JupyterLab's application.
 * @typedef {{ execute(id: string): void, commandExecuted: Signal }} Commands
 * @typedef {{ connect(slot: (sender: Commands, done: { id: string }) => void): void }} Signal
 */

// A cell may compute for ever, and only the kernel's end ends it: what was written is saved first.
Object.defineProperty(window, "jupyterapp", {
  configurable: true,
  /** @param {{ commands: Commands }} app */
  set(app) {
    Object.defineProperty(window, "jupyterapp", { value: app });
    app.commands.commandExecuted.connect((commands, { id }) => {
      if (/^(notebook|runmenu):run/.test(id)) commands.execute("docmanager:save");
    });
  },
});
