document.body.dataset.jpThemeLight = String(!matchMedia("(prefers-color-scheme: dark)").matches);
for (const host of document.querySelectorAll(".stepper-host")) {
  const text = document.getElementById(`document-${host.dataset.document}`).textContent;
  mount(host, JSON.parse(text));
}
