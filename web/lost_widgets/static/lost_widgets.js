// An extension of JupyterLab: a widget whose state was not saved says how to have it again.
//
// After a restart of the kernel JupyterLab saves a notebook without the states of its widgets.
// Opened again, each is "Error displaying widget: model not found", whatever else its output has.

const LOST = ".jp-OutputArea-output.jupyter-widgets:not(:has(> *))";
const STYLE = `
${LOST} { font-size: 0; }
${LOST}::after {
  content: "This was not saved with the notebook: run the cell again to have it back.";
  font-size: var(--jp-content-font-size1);
}`;

const plugin = {
  id: "vmlesson:lost-widgets",
  autoStart: true,
  activate() {
    document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
  },
};

// Where JupyterLab looks for what an extension brings.
const page = /** @type {any} */ (window);
page._JUPYTERLAB = {
  ...page._JUPYTERLAB,
  vmlesson: { init() {}, get: async () => () => ({ __esModule: true, default: plugin }) },
};
