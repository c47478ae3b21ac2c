// The deck: turns the pages of a talk.  Written into the page after stepper.js, in one module with
// it, by vmlesson/show/slides.py.  No dependencies, no request to anywhere.
//
// PageUp and PageDown always turn the page.  Arrows are the stepper's while it has the focus.
// The speaker's window is drawn from here: pages on disk may not talk to each other otherwise.

// Of a race that is driven, in pixels of a hall; it changes from step to step.
const LONGEST_VERDICT = 486;

class LiveStepper extends Stepper {
  go(position) {
    super.go(position);
    this.host.dispatchEvent(new Event("step"));
  }
}

class Deck {
  constructor() {
    this.sections = [...document.querySelectorAll("main > section")];
    this.at = 0;
    this.steppers = new Map();
    this.hall = true;
    this.began = Number(this.kept("began")) || null;
    this.build();
    addEventListener("keydown", (event) => this.key(event), { capture: true });
    addEventListener("hashchange", () => this.follow());
    addEventListener("resize", () => this.fit());
    addEventListener("beforeprint", () => document.body.classList.remove("blank"));
    // A browser that opens an address gives the focus to what it names, once all is there.
    addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() => this.focus())));
    addEventListener("pagehide", () => this.speaker?.close());
    this.fit();
    this.follow();
  }

  // What outlives a reload; a browser may refuse it to a page on disk.
  kept(name, value) {
    try {
      if (value !== undefined) sessionStorage.setItem(name, value);
      return sessionStorage.getItem(name);
    } catch { return null; }
  }

  build() {
    const button = (label, text, action) =>
      h("button", { type: "button", "aria-label": label, title: label, onclick: action }, text);
    this.number = h("span", { class: "number" });
    this.bar = h("nav", { "aria-label": "Pages" },
      button("Keys (?)", "?", () => this.help()), button("All slides (o)", "▦", () => this.overview()),
      button("Page back (PageUp)", "◀", () => this.turn(-1)), this.number,
      button("Next page (PageDown)", "▶", () => this.turn(1)));
    this.dialog = h("dialog", {});
    this.said = h("p", { class: "toast", role: "status" });
    document.body.append(this.bar, this.dialog, this.said);
  }

  tell(text) {
    this.said.textContent = text;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { this.said.textContent = ""; }, 4000);
  }

  // -- pages

  // #slide, #slide/step or #number/step
  follow() {
    const [name, step] = decodeURIComponent(location.hash.slice(1)).split("/");
    const number = /^\d+$/.test(name) ? Number(name) - 1 : this.sections.findIndex((one) => one.id === name);
    this.show(Math.max(0, Math.min(this.sections.length - 1, number)));
    const stepper = this.live()[0];
    if (stepper && /^\d+$/.test(step ?? "")) stepper.go(Number(step));
  }

  // A fragment more or less, or the next page.
  turn(direction) {
    document.body.classList.remove("blank");
    const hidden = [...this.section.querySelectorAll(".fragment")];
    const shown = hidden.filter((part) => part.classList.contains("shown"));
    const part = direction > 0 ? hidden[shown.length] : shown.at(-1);
    if (part) {
      part.classList.toggle("shown", direction > 0);
      this.tellSpeaker();
    } else if (this.sections[this.at + direction]) {
      if (!this.began) this.start();
      this.show(this.at + direction, direction < 0);
    }
  }

  show(at, whole = false) {
    this.at = at;
    this.section = this.sections[at];
    this.sections.forEach((section) => section.classList.toggle("current", section === this.section));
    for (const part of this.section.querySelectorAll(".fragment")) part.classList.toggle("shown", whole);
    this.number.textContent = `${at + 1} / ${this.sections.length}`;
    this.mount();
    this.fitHeading();
    this.fitPictures();
    this.section.scrollTop = 0;
    this.focus();
    this.address();
    this.tellSpeaker();
  }

  focus() { (this.live()[0]?.root ?? this.section).focus({ preventScroll: true }); }

  live() { return this.steppers.get(this.section) ?? []; }

  // Steppers are made when their page is first shown.
  mount() {
    if (this.steppers.has(this.section)) return;
    const hosts = [...this.section.querySelectorAll(".stepper-host")];
    this.steppers.set(this.section, hosts.map((host) => {
      const data = document.getElementById(`document-${host.dataset.document}`).textContent;
      const stepper = new LiveStepper(host, JSON.parse(data), {});
      stepper.root.classList.add("deck");
      stepper.hall(this.hall);
      host.addEventListener("step", () => this.address());
      return stepper;
    }));
  }

  address() {
    const stepper = this.live()[0];
    const step = stepper?.at && !stepper.driving ? `/${stepper.at}` : "";
    history.replaceState(null, "", `#${this.section.id}${step}`);
  }

  // On a larger screen everything grows; on a smaller one a slide may scroll.
  fit() {
    const scale = Math.max(1, Math.min(innerWidth / 1280, innerHeight / 720));
    document.body.style.setProperty("--scale", scale);
    if (!this.section) return;
    this.fitHeading();
    this.fitPictures();
  }

  // A stepper right after the heading has the whole slide: the heading stands in its first row,
  // between the margin and the verdict.
  fitHeading() {
    const stepper = this.live()[0], heading = this.section.querySelector(":scope > :is(h1, h2, h3):has(+ div > .stepper-host:first-child)");
    if (!stepper || !heading) return;
    const scale = Number(document.body.style.getPropertyValue("--scale"));
    const verdict = stepper.driving ? LONGEST_VERDICT : stepper.verdict.offsetWidth;
    const right = stepper.verdict.getBoundingClientRect().right / scale;
    heading.style.maxWidth = `${right - verdict - heading.offsetLeft - 16}px`;
    stepper.host.style.setProperty("--deck-heading", `${heading.offsetHeight}px`);
  }

  // Pictures are as large as the slide has room for; their text is never below 18 pixels.
  fitPictures() {
    const pictures = [...this.section.querySelectorAll("figure:not(.still) > svg")];
    if (!pictures.length) return;
    for (const size of [1.3, 1.2, 1.1, 1, 0.95, 0.9]) {
      this.section.style.setProperty("--picture", size);
      const wide = pictures.some((picture) => picture.getBoundingClientRect().right > innerWidth - 8);
      if (!wide && this.section.scrollHeight <= this.section.clientHeight) return;
    }
  }

  // -- keys

  key(event, from = document) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const turns = { PageDown: 1, PageUp: -1 }[event.key];
    if (turns) {
      event.preventDefault();
      event.stopPropagation();
      this.dialog.close();
      return this.turn(turns);
    }
    const stepper = this.live().find((one) => one.host === document.activeElement);
    const anywhere = { n: () => this.openSpeaker(), b: () => this.blank(), ".": () => this.blank(),
      o: () => this.overview(), d: () => this.dark(), F5: () => this.full(), f: () => this.full() };
    const elsewhere = { ArrowRight: () => this.turn(1), ArrowDown: () => this.turn(1), " ": () => this.turn(1),
      ArrowLeft: () => this.turn(-1), ArrowUp: () => this.turn(-1), Home: () => this.show(0),
      End: () => this.show(this.sections.length - 1), l: () => this.size(), "?": () => this.help() };
    if (this.dialog.open && !(event.key in anywhere)) return;
    const onButton = event.target.closest?.("button, a") && (event.key === " " || event.key === "Enter");
    if (stepper && !(event.key in anywhere)) {
      if (from !== document) stepper.key(event);
      return;
    }
    const action = anywhere[event.key] ?? elsewhere[event.key];
    if (!action || onButton) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  blank() { document.body.classList.toggle("blank"); }

  dark() {
    const light = document.body.dataset.jpThemeLight !== "true";
    for (const each of [document, this.speaker?.document]) if (each?.body) each.body.dataset.jpThemeLight = light;
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => this.tell("no full screen here"));
  }

  size() {
    this.hall = !this.hall;
    document.body.classList.toggle("desk", !this.hall);
    for (const steppers of this.steppers.values()) for (const stepper of steppers) stepper.hall(this.hall);
    this.tell(this.hall ? "hall size" : "desk size");
  }

  // -- dialogs

  open(label, ...content) {
    const was = this.dialog.open && this.dialog.getAttribute("aria-label") === label;
    this.dialog.close();
    if (was) return;
    this.dialog.setAttribute("aria-label", label);
    this.dialog.replaceChildren(...content);
    this.dialog.showModal();
  }

  help() {
    const keys = [["PageDown PageUp", "turn the page, always"],
      ["→ ←", "the stepper's while it has the focus (Esc gives it back), else turn the page"],
      ["n", "the speaker's window: notes, next slide, clock, plan"], ["o", "all slides"], ["b", "blank the screen"],
      ["d", "dark or light"], ["l", "hall size or desk size"], ["f", "full screen"]];
    this.open("Keys", h("h2", {}, "Keys"), h("dl", {}, keys.flatMap(([key, what]) => [h("dt", {}, key), h("dd", {}, what)])),
      h("p", {}, "Each slide has an address, and so has each step of a stepper: #slide/step. Printing gives a handout."));
  }

  overview() {
    const links = this.sections.map((section, i) => h("li", {},
      h("a", { href: `#${section.id}`, "aria-current": i === this.at ? "page" : false, onclick: () => this.dialog.close() },
        h("span", { class: "thumb", "aria-hidden": "true", inert: true }, this.still(section)),
        h("span", {}, `${i + 1}  ${section.getAttribute("aria-label")}`))));
    this.open("All slides", h("ol", { class: "overview" }, links));
    this.dialog.querySelector("[aria-current]")?.focus();
  }

  // A slide as a picture: steppers stand still, and nothing in it can be found twice.
  still(section) {
    const copy = section.cloneNode(true);
    copy.removeAttribute("tabindex");
    copy.className = `${section.className} preview`;
    for (const part of copy.querySelectorAll("template, .stepper-host, .handout")) part.remove();
    for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id");
    for (const part of copy.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
    return copy;
  }

  // -- the speaker's window

  start() {
    this.began = Date.now();
    this.kept("began", this.began);
  }

  openSpeaker() {
    if (this.speaker && !this.speaker.closed) return this.speaker.focus();
    this.speaker = open("", "", "width=1180,height=760");
    if (!this.speaker) return this.tell("the browser did not open a second window");
    const page = this.speaker.document;
    page.title = `Speaker: ${document.title}`;
    page.documentElement.lang = "en";
    page.head.append(...[...document.querySelectorAll("head > style")].map((style) => page.importNode(style, true)));
    page.body.className = "speaker";
    page.body.dataset.jpThemeLight = document.body.dataset.jpThemeLight;
    const make = (tag, className, label) => {
      const part = page.createElement(tag);
      part.className = className;
      if (label) part.setAttribute("aria-label", label);
      return part;
    };
    this.pages = { title: make("h1", ""), notes: make("section", "notes", "Notes"), next: make("section", "next", "Next"),
      clock: make("section", "clock", "Clock"), plan: make("section", "plan", "Plan") };
    const reset = make("button", "", "");
    reset.textContent = "start again at 0:00";
    reset.onclick = () => { this.start(); this.tick(); };
    const main = make("main", "");
    main.append(...Object.values(this.pages));
    this.pages.clock.append(this.pages.time = make("p", "time"), this.pages.pace = make("p", "pace"), reset);
    page.body.append(main);
    page.addEventListener("keydown", (event) => this.key(event, page));
    clearInterval(this.ticking);
    this.ticking = setInterval(() => this.tick(), 1000);
    this.tellSpeaker();
  }

  minutes(section) { return Number(section.dataset.minutes ?? 0); }

  tellSpeaker() {
    if (!this.speaker || this.speaker.closed) return;
    const page = this.speaker.document, into = (part) => page.importNode(part, true);
    const { title, notes, next, plan } = this.pages;
    title.textContent = `${this.at + 1} / ${this.sections.length}  ${this.section.getAttribute("aria-label")}`;
    const template = this.section.querySelector(":scope > template");
    notes.replaceChildren(template ? into(template.content) : "No notes.");
    const waiting = this.section.querySelectorAll(".fragment:not(.shown)").length;
    const coming = this.sections[this.at + 1];
    const head = page.createElement("h2");
    head.textContent = waiting ? `Next: ${waiting} more on this slide` : coming ? "Next" : "This is the last slide";
    next.replaceChildren(head);
    if (coming) next.append(into(h("div", { class: "thumb", "aria-hidden": "true" }, this.still(coming))));
    let sum = 0;
    plan.replaceChildren(into(h("ol", {}, this.sections.map((section, i) => {
      const line = h("li", { "aria-current": i === this.at ? "true" : false },
        h("span", {}, clock(sum * 60)), ` ${i + 1}  ${section.getAttribute("aria-label")}`);
      sum += this.minutes(section);
      return line;
    }))));
    plan.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    this.tick();
  }

  // The clock, and where the plan says that one should be by now.
  tick() {
    if (!this.speaker || this.speaker.closed) return clearInterval(this.ticking);
    const spent = this.began ? (Date.now() - this.began) / 1000 : 0;
    const due = this.sections.slice(0, this.at + 1).reduce((sum, section) => sum + this.minutes(section), 0) * 60;
    const all = this.sections.reduce((sum, section) => sum + this.minutes(section), 0) * 60;
    const time = new Date().toTimeString().slice(0, 5);
    this.pages.time.textContent = `${clock(spent)}${all ? ` of ${clock(all)}` : ""} · ${time}`;
    this.pages.pace.textContent = all
      ? spent > due ? `${clock(spent - due)} behind: leave this slide` : `leave this slide at ${clock(due)}` : "";
    this.pages.pace.classList.toggle("late", spent > due);
  }
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

new Deck();
