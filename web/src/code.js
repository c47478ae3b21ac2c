// A field for code: Enter keeps the indentation, Shift+Enter tries what is written.  Tab leaves it,
// for who has no mouse.

import { h } from "./dom.js";

/** What the line after this text begins with. @param {string} before */
export function indentation(before) {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const deeper = line.trimEnd().endsWith(":") ? "    " : "";
  return (/^ */.exec(line)?.[0] ?? "") + deeper;
}

/** @type {import("@anywidget/types").Render<{ value: string }>} */
function render({ model, el }) {
  let soon = 0;
  const keep = () => {
    model.set("value", field.value);
    model.save_changes();
  };
  // With its text: what the model is told of it comes later, while the kernel works.
  const send = () => {
    keep();
    model.send(field.value);
  };
  const field = h("textarea", {
    "aria-label": "Your code; Shift+Enter tries it",
    rows: model.get("value").split("\n").length + 3,
    spellcheck: "false",
    onchange: keep,
    oninput: () => {
      clearTimeout(soon); // at once it would break what is typed into many small parts to be undone
      soon = window.setTimeout(keep, 1000);
    },
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      event.stopPropagation();
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      const line = `\n${indentation(field.value.slice(0, field.selectionStart))}`;
      if (event.shiftKey || event.ctrlKey || event.metaKey) send();
      else document.execCommand("insertText", false, line); // the one way that can be undone
    },
  });
  field.value = model.get("value");
  const style = "jupyter-button widget-button";
  const button = h("button", { type: "button", class: style, onclick: send }, "Try it");
  // What is written where no kernel knows the field would be lost when its cell is run again.
  const lost = () => {
    field.readOnly = el.closest(".jupyter-widgets-disconnected") !== null;
  };
  model.on("comm_live_update", () => setTimeout(lost)); // when all around it has the news, too
  el.dataset.lmSuppressShortcuts = "true";
  el.append(field, button);
  setTimeout(lost); // it may be what a notebook has saved, drawn without a kernel
}

export default { render };
