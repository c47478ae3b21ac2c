// A question with its options: a form that works by keyboard and says its reply aloud.
// Answers are judged in Python; this file does not know them.

import { h } from "./dom.js";
import { LATE_MS, UNANSWERED } from "./late.js";

/** @typedef {{ ask: string, options: string[], order: number[] }} Question */
/**
 * What is shared with Python; `reply` and `right` are of the answer `judged`.
 * @typedef {{
 *   question: Question, given: number | null, judged: number | null, reply: string, right: boolean,
 * }} Shared
 */

const SAID = "change:reply change:right change:given change:judged";
let forms = 0;

/** `text` with its `code` in <code> elements. @param {string} text */
const prose = (text) => text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));

/**
 * The fields of an answer, and what holds each.
 * @param {Question} question
 * @param {string} name
 */
function fieldsOf({ options, order }, name) {
  if (!options.length) {
    const number = h("input", { type: "number", name, step: 1, required: true });
    return { fields: [number], labels: [h("label", {}, "A whole number: ", number)] };
  }
  const fields = order.map((value) => h("input", { type: "radio", name, value, required: true }));
  const labels = fields.map((radio, place) =>
    h("label", {}, radio, h("span", {}, prose(options[order[place] - 1]))),
  );
  return { fields, labels };
}

/** @type {import("@anywidget/types").Render<Shared>} */
function render({ model, el }) {
  const question = model.get("question");
  forms += 1;
  const name = `vmlesson-question-${forms}`;
  const { fields, labels } = fieldsOf(question, name);
  const legend = h("legend", {}, h("b", {}, "Predict. "), prose(question.ask));
  const button = h("button", { type: "submit" }, "That is my answer");
  const reply = h("p", { class: "reply", role: "status" });
  const form = h("form", {}, h("fieldset", {}, legend, labels), button, reply);
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
