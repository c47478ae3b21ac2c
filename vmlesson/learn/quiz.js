// A question with its options: a form that works by keyboard and says its reply aloud.
// Answers are judged in Python; this file does not know them.

/** @typedef {{ ask: string, options: string[], order: number[] }} Question */
/**
 * What is shared with Python; `reply` and `right` are of the answer `judged`.
 * @typedef {{
 *   question: Question, given: number | null, judged: number | null, reply: string, right: boolean,
 * }} Shared
 */

const SAID = "change:reply change:right change:given change:judged";
const LATE_MS = 2000;
const UNANSWERED =
  "No answer from Jupyter's kernel. It may be busy; if it was restarted, run the cell again.";
let forms = 0;

/** `text` with its `code` in <code> elements. @param {string} text */
function prose(text) {
  return text.split("`").map((part, place) => {
    if (place % 2 === 0) return document.createTextNode(part);
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} properties
 * @param {(Node | string)[]} children
 */
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/**
 * The fields of an answer, and what holds each.
 * @param {Question} question
 * @param {string} name
 */
function fieldsOf({ options, order }, name) {
  if (!options.length) {
    const number = element("input", { type: "number", name, step: 1, required: true });
    return { fields: [number], labels: [element("label", {}, "A whole number: ", number)] };
  }
  const fields = order.map((value) =>
    element("input", { type: "radio", name, value, required: true }),
  );
  const labels = fields.map((radio, place) =>
    element("label", {}, radio, element("span", {}, ...prose(options[order[place] - 1]))),
  );
  return { fields, labels };
}

/** @type {import("@anywidget/types").Render<Shared>} */
function render({ model, el }) {
  const question = model.get("question");
  forms += 1;
  const name = `vmlesson-question-${forms}`;
  const { fields, labels } = fieldsOf(question, name);
  const predict = element("b", { textContent: "Predict. " });
  const legend = element("legend", {}, predict, ...prose(question.ask));
  const button = element("button", { type: "submit", textContent: "That is my answer" });
  const reply = element("p", { className: "reply" });
  reply.setAttribute("role", "status");
  const form = element("form", {}, element("fieldset", {}, legend, ...labels), button, reply);
  el.classList.add("vmlesson-prediction");
  el.dataset.lmSuppressShortcuts = "true";
  el.append(form);

  /** @type {number | undefined} */
  let late;
  const show = () => {
    clearTimeout(late);
    const given = model.get("given");
    const judged = given === model.get("judged");
    const [said, right] = [judged ? model.get("reply") : "", model.get("right")];
    if (!judged) late = window.setTimeout(() => reply.replaceChildren(UNANSWERED), LATE_MS);
    for (const field of fields) {
      if (field.type === "radio") field.checked = Number(field.value) === given;
      else field.value = String(given ?? "");
    }
    reply.replaceChildren(...prose(said ? `${right ? "✓" : "✗"} ${said}` : ""));
    form.dataset.outcome = said ? (right ? "right" : "wrong") : "open";
  };

  form.addEventListener("keydown", (event) => event.stopPropagation());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = Number(new FormData(form).get(name));
    if (!Number.isInteger(value)) return;
    model.set("given", value);
    model.save_changes();
  });
  model.on(SAID, show);
  show();
  return () => {
    clearTimeout(late);
    model.off(SAID, show);
  };
}

export default { render };
