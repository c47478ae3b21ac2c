// A drawing where no process can be started: viz-js, a file of the site, draws it in the page.

/** The root of the site that serves this page of JupyterLite. */
function site() {
  return location.href.split(/[?#]/)[0].replace(/\/(lab|notebooks|tree|edit)\/.*$/, "/");
}

/** @type {import("@anywidget/types").Render<{ drawing: Record<string, string> }>} */
async function render({ model, el }) {
  const { dot, head, style, table } = model.get("drawing");
  const figure = document.createElement("figure");
  figure.style.margin = "0";
  el.append(figure);
  try {
    const { instance } = await import(`${site()}static/viz.js`);
    const drawn = (await instance()).renderString(dot, { engine: "nop2", format: "svg" });
    const svg = drawn.slice(drawn.indexOf("<svg"));
    const begin = ` class="vmlesson" role="img">${head}<style>${style}</style><g aria-hidden="true">`;
    const shown = svg.replace(">", begin).replace("</svg>", "</g></svg>");
    const wide = Number(/width="([\d.]+)pt"/.exec(svg)?.[1] ?? 0);
    figure.innerHTML = `<div style="overflow-x: auto">${shown}</div>${table}`;
    const fitted = `max-width: 100%; height: auto; min-width: ${wide * 0.6}pt`;
    figure.querySelector("svg")?.setAttribute("style", fitted);
  } catch (error) {
    figure.innerHTML = `${table}<p>Not drawn: ${String(error)}</p>`;
    figure.querySelector("details")?.setAttribute("open", "");
  }
}

export default { render };
