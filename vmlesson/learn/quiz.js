// A question with its options: a form that works by keyboard and says its reply aloud.
// Answers are judged in Python; this file does not know them.

let forms = 0;

/** `text` with its `code` in <code> elements. */
function prose(text) {
  return text.split("`").map((part, place) => {
    if (place % 2 === 0) return document.createTextNode(part);
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function options(form, question, group) {
  return question.order.map((number) => {
    const radio = element("input", { type: "radio", name: group, value: number, required: true });
    return element("label", {}, radio, element("span", {}, ...prose(question.options[number - 1])));
  });
}

function render({ model, el }) {
  const question = model.get("question");
  const group = `vmlesson-question-${(forms += 1)}`;
  const legend = element("legend", {}, element("b", { textContent: "Predict. " }), ...prose(question.ask));
  const fields = question.options.length
    ? options(null, question, group)
    : [element("label", {}, "A whole number: ", element("input", { type: "number", name: group, step: 1, required: true }))];
  const button = element("button", { type: "submit", textContent: "That is my answer" });
  const reply = element("p", { className: "reply" });
  reply.setAttribute("role", "status");
  const form = element("form", {}, element("fieldset", {}, legend, ...fields), button, reply);
  el.classList.add("vmlesson-prediction");
  el.dataset.lmSuppressShortcuts = "true";
  el.append(form);

  const show = () => {
    const given = model.get("given");
    if (given !== null && given !== undefined) {
      const field = question.options.length ? form.querySelector(`[value="${given}"]`) : form.elements[group];
      if (question.options.length) field.checked = true;
      else field.value = given;
    }
    const said = model.get("reply");
    reply.replaceChildren(...prose(said ? `${model.get("right") ? "✓" : "✗"} ${said}` : ""));
    form.dataset.outcome = said ? (model.get("right") ? "right" : "wrong") : "open";
  };

  form.addEventListener("keydown", (event) => event.stopPropagation());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = Number(new FormData(form).get(group));
    if (!Number.isInteger(value)) return;
    model.set("given", value);
    model.save_changes();
  });
  model.on("change:reply change:right change:given", show);
  show();
}

export default { render };
