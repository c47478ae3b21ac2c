// What is done before a page of JupyterLite begins, and what it is told then.

import { lacking } from "./lacking.js";
import { alone, visit } from "./newer.js";

const lacks = lacking();
if (lacks) {
  if (!document.body) await new Promise((done) => addEventListener("DOMContentLoaded", done));
  const home = Object.assign(document.createElement("a"), {
    href: new URL("index.html", import.meta.url),
    textContent: "The race can be played without it, and the chapters read.",
  });
  const said = document.createElement("p");
  said.append(`${lacks} `, home);
  document.body.replaceChildren(said);
  await new Promise(() => {}); // JupyterLite would fail, and say less
}

await visit().catch((reason) => console.warn(`vmlesson: not brought up to date: ${reason}`));
await alone().catch((reason) => console.warn(`vmlesson: all notebooks open again: ${reason}`));

/**
 * What is asked of JupyterLab's application.
 * @template T
 * @typedef {{ connect(slot: (sender: unknown, value: T) => void): void }} Signal
 */
/**
 * @typedef {{ execute(id: string): void, commandExecuted: Signal<{ id: string }> }} Commands
 * @typedef {{ node: HTMLElement, sessionContext: { statusChanged: Signal<string> } }} Panel
 * @typedef {{ commands: Commands, shell: { currentWidget: Panel } }} App
 */

const PATIENCE = 15_000; // ms: nearly every check and every cell of a chapter takes less
/** @type {WeakSet<Panel>} */
const watched = new WeakSet();

/** Say in a notebook whose cell computes for long how that is ended. @param {Panel} panel */
function watch(panel) {
  watched.add(panel);
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  said.style.cssText = `position: absolute; bottom: 0; left: 0; right: 0; margin: 0; padding: 8px 16px;
    color: var(--jp-ui-font-color1); background: var(--jp-layout-color2); z-index: 1;
    border-left: 6px solid var(--jp-warn-color1)`;
  said.hidden = true;
  panel.node.append(said);
  let timer = /** @type {number | undefined} */ (undefined);
  panel.sessionContext.statusChanged.connect((_, status) => {
    clearTimeout(timer);
    said.hidden = true;
    if (status !== "busy") return;
    timer = window.setTimeout(() => {
      said.hidden = false;
      said.textContent =
        "A cell is still computing. If it never ends: Kernel, Restart Kernel. What you wrote is saved.";
    }, PATIENCE);
  });
}

// A cell may compute for ever, and only the kernel's end ends it: what was written is saved first.
Object.defineProperty(window, "jupyterapp", {
  configurable: true,
  /** @param {App} app */
  set(app) {
    Object.defineProperty(window, "jupyterapp", { value: app });
    app.commands.commandExecuted.connect((_, { id }) => {
      if (!/^(notebook|runmenu):run/.test(id)) return;
      app.commands.execute("docmanager:save");
      const panel = app.shell.currentWidget;
      if (!watched.has(panel)) watch(panel);
    });
  },
});
