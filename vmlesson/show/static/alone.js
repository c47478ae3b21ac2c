// A stepper that has a page of its own: it begins where the page says, and takes the keys at once.

const data = document.getElementById("document-0").textContent;
// The address names the step: #16 opens there, and is what one sends to another.
// A driven run has no step to be named: who opens the page has not driven it.
const moved = (at) => stepper.driving || history.replaceState(null, "", `#${at}`);
const host = document.getElementById("stepper");
const stepper = mount(host, JSON.parse(data), { page: true, moved });
const named = () =>
  stepper.go(Number(/^#(\d+)$/.exec(location.hash)?.[1] ?? host.dataset.begin));
addEventListener("hashchange", named);
named();
if (parent === window) stepper.root.focus({ preventScroll: true });
