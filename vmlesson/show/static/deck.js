// The deck: turns the pages of a talk.  Written into the page below stepper.js and speaker.js, in
// one module with them, by vmlesson/show/deck.py.  No dependencies, no request to anywhere.
//
// PageUp and PageDown always turn the page.  Arrows are the stepper's while it has the focus.

// Of a race that is driven, in pixels of a hall; it changes from step to step.
const LONGEST_VERDICT = 486;
// Below this share of a hall's screen a slide scrolls instead of shrinking: a phone held upright.
const SMALLEST = 0.5;
const SWIPE = 60;
const KEYS = [
  ["PageDown PageUp", "turn the page, always; so does a swipe"],
  ["→ ←", "the stepper's while it has the focus (Esc gives it back), else turn the page"],
  ["12 Enter", "go to slide 12"],
  ["n", "the speaker's window: this slide, the next, notes, clock, plan"],
  ["s", "the short talk, and back to the long one"],
  ["o", "all slides"],
  ["b", "blank the screen"],
  ["d", "dark or light"],
  ["l", "hall size or desk size"],
  ["f", "full screen"],
  ["p", "print with the notes; without: the browser's own command"],
];

class Deck {
  constructor() {
    this.all = [...document.querySelectorAll("main > section")];
    this.short = this.kept("short") === "true" && this.hasShort;
    this.steppers = new Map();
    this.hall = true;
    this.typed = "";
    this.theme = null;
    this.speaker = new Speaker(this);
    this.build();
    addEventListener("keydown", (event) => this.key(event), { capture: true });
    addEventListener("hashchange", () => this.follow());
    addEventListener("resize", () => this.fit());
    // A browser that opens an address gives the focus to what it names, once all is there.
    const settled = () => requestAnimationFrame(() => requestAnimationFrame(() => this.focus()));
    addEventListener("load", settled);
    addEventListener("pagehide", () => this.speaker.close());
    this.onPaper();
    this.bySwipe();
    this.fit();
    this.follow();
  }

  // What outlives a reload; a browser may refuse it to a page on disk.
  kept(name, value) {
    try {
      if (value !== undefined) sessionStorage.setItem(name, value);
      return sessionStorage.getItem(name);
    } catch {
      return null;
    }
  }

  get hasShort() {
    return this.all.some((section) => section.dataset.short);
  }
  get sections() {
    return this.short ? this.all.filter((one) => one.dataset.short) : this.all;
  }
  get at() {
    return this.sections.indexOf(this.section);
  }
  get live() {
    return this.steppers.get(this.section) ?? [];
  }

  minutes(section) {
    return Number((this.short ? section.dataset.short : section.dataset.minutes) ?? 0);
  }

  build() {
    const button = (title, text, onclick) =>
      h("button", { type: "button", "aria-label": title, title, onclick }, text);
    this.number = h("span", { class: "number" });
    this.progress = h("div", { class: "progress", "aria-hidden": "true" });
    this.dialog = h("dialog", {});
    this.said = h("p", { class: "toast", role: "status" });
    const bar = h(
      "nav",
      { "aria-label": "Pages" },
      button("Keys (?)", "?", () => this.help()),
      button("All slides (o)", "▦", () => this.overview()),
      button("Page back (PageUp)", "◀", () => this.turn(-1)),
      this.number,
      button("Next page (PageDown)", "▶", () => this.turn(1)),
    );
    document.body.append(bar, this.progress, this.dialog, this.said);
  }

  tell(text) {
    this.said.textContent = text;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      this.said.textContent = "";
    }, 4000);
  }

  // -- pages

  // #slide, #slide/step or #number/step
  follow() {
    const [name, step] = address().split("/");
    const named = this.all.find((one) => one.id === name);
    this.show(named ?? this.sections[Math.max(0, Number(name || 1) - 1)] ?? this.sections.at(-1));
    if (/^\d+$/.test(step ?? "")) this.live[0]?.go(Number(step));
  }

  // Fragments of both columns in the order of the notebook.
  fragments() {
    const parts = [...this.section.querySelectorAll(".fragment")];
    return parts.sort((one, other) => one.dataset.order - other.dataset.order);
  }

  // A fragment more or less, or the next page.
  turn(direction) {
    document.body.classList.remove("blank");
    const parts = this.fragments();
    const shown = parts.filter((part) => part.classList.contains("shown"));
    const part = direction > 0 ? parts[shown.length] : shown.at(-1);
    const next = this.sections[this.at + direction];
    if (part) {
      part.classList.toggle("shown", direction > 0);
      this.speaker.tell();
    } else if (next) {
      this.speaker.began ||= this.speaker.start();
      this.show(next, direction < 0);
    }
  }

  show(section, whole = false) {
    if (this.short && !section.dataset.short) this.short = false;
    this.section = section;
    for (const each of this.all) each.classList.toggle("current", each === section);
    for (const part of this.fragments()) part.classList.toggle("shown", whole);
    this.number.textContent = `${this.at + 1} / ${this.sections.length}`;
    this.progress.style.width = `${(100 * (this.at + 1)) / this.sections.length}%`;
    this.mount();
    this.fitContent();
    section.scrollTop = 0;
    this.focus();
    this.address();
    this.speaker.tell();
  }

  focus() {
    (this.live[0]?.root ?? this.section).focus({ preventScroll: true });
  }

  // Steppers are made when their page is first shown.
  mount() {
    if (this.steppers.has(this.section)) return;
    const hosts = [...this.section.querySelectorAll(".stepper-host")];
    const moved = () => {
      this.address();
      this.speaker.tell();
    };
    this.steppers.set(
      this.section,
      hosts.map((host) => {
        const data = document.getElementById(`document-${host.dataset.document}`).textContent;
        const stepper = mount(host, JSON.parse(data), { moved });
        stepper.root.classList.add("deck");
        stepper.hall(this.hall);
        return stepper;
      }),
    );
  }

  address() {
    const [stepper] = this.live;
    const step = stepper?.at && !stepper.driving ? `/${stepper.at}` : "";
    history.replaceState(null, "", `#${this.section.id}${step}`);
  }

  toShort() {
    if (!this.hasShort) return this.tell("no slide belongs to a short talk");
    const from = this.all.indexOf(this.section);
    this.short = !this.short;
    this.kept("short", this.short);
    this.show(this.all.slice(0, from + 1).findLast((one) => this.sections.includes(one)));
    const sum = this.sections.reduce((all, section) => all + this.minutes(section), 0);
    return this.tell(`${this.short ? "short" : "long"} talk: ${sum} min`);
  }

  // -- fitting

  // A slide is laid out for a hall, 1280 by 720, and grows or shrinks as a whole.
  fit() {
    const share = Math.min(innerWidth / 1280, innerHeight / 720);
    this.scale = share < SMALLEST ? 1 : share;
    document.body.style.setProperty("--scale", this.scale);
    if (this.section) this.fitContent();
  }

  fitContent() {
    this.fitHeading();
    const pictures = [...this.section.querySelectorAll("figure:not(.still) > svg")];
    if (pictures.length) this.grow("--picture", [1.8, 1.6, 1.4, 1.3, 1.2, 1.1, 1, 0.95, 0.9]);
    else if (!this.live.length) this.grow("--grow", [1.35, 1.25, 1.15, 1.08, 1, 0.93, 0.86]);
  }

  // As large as the slide has room for, of what a hall can read.
  grow(name, sizes) {
    const { section } = this;
    const parts = [...section.getElementsByTagName("*")].filter((part) => !part.ownerSVGElement);
    for (const size of sizes) {
      section.style.setProperty(name, size);
      const wide = parts.some(
        (part) =>
          part.getBoundingClientRect().right > innerWidth - 8 ||
          (part.tagName === "PRE" && part.scrollWidth > part.clientWidth + 1),
      );
      if (!wide && section.scrollHeight <= section.clientHeight) return;
    }
  }

  // A stepper right after the heading has the whole slide: the heading stands in its first row,
  // between the margin and the verdict.
  fitHeading() {
    const [stepper] = this.live;
    const heading = this.section.querySelector(
      ":scope > :is(h1, h2, h3):has(+ div > .stepper-host:first-child)",
    );
    if (!stepper || !heading) return;
    const verdict = stepper.driving ? LONGEST_VERDICT : stepper.verdict.offsetWidth;
    const right = stepper.verdict.getBoundingClientRect().right / this.scale;
    heading.style.maxWidth = `${right - verdict - heading.offsetLeft - 16}px`;
    stepper.host.style.setProperty("--deck-heading", `${heading.offsetHeight}px`);
  }

  // -- paper: black on white, and the notes where they are asked for

  onPaper() {
    addEventListener("beforeprint", () => {
      document.body.classList.remove("blank");
      this.theme ??= document.body.dataset.jpThemeLight;
      document.body.dataset.jpThemeLight = "true";
    });
    addEventListener("afterprint", () => {
      document.body.dataset.jpThemeLight = this.theme;
      this.theme = null;
      for (const notes of document.querySelectorAll(".paper-notes")) notes.remove();
    });
  }

  printNotes() {
    for (const section of this.sections) {
      const notes = section.querySelector(":scope > template")?.content.cloneNode(true);
      if (notes) section.append(h("aside", { class: "paper-notes" }, notes));
    }
    print();
  }

  bySwipe() {
    let from = null;
    addEventListener(
      "touchstart",
      (event) => {
        const taken = event.target.closest?.(".stepper-host, pre, dialog, nav");
        from = event.touches.length === 1 && !taken ? event.touches[0] : null;
      },
      { passive: true },
    );
    addEventListener(
      "touchend",
      (event) => {
        if (!from) return;
        const [to] = event.changedTouches;
        const [right, down] = [to.clientX - from.clientX, to.clientY - from.clientY];
        const far = Math.abs(right);
        if (far > SWIPE && far > 2 * Math.abs(down)) this.turn(-Math.sign(right));
      },
      { passive: true },
    );
  }

  // -- keys

  key(event, from = document) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const taken = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    const turns = { PageDown: 1, PageUp: -1 }[event.key];
    if (turns) {
      taken();
      this.dialog.close();
      this.turn(turns);
      return;
    }
    const anywhere = {
      n: () => this.speaker.open(),
      b: () => this.blank(),
      ".": () => this.blank(),
      o: () => this.overview(),
      d: () => this.dark(),
      F5: () => this.full(),
      f: () => this.full(),
      s: () => this.toShort(),
      p: () => this.printNotes(),
    }[event.key];
    const stepper = this.live.find((one) => one.host === document.activeElement);
    const onButton = event.target.closest?.("button, a") && [" ", "Enter"].includes(event.key);
    if (this.dialog.open && !anywhere) return this.inDialog(event, taken);
    if (stepper && !anywhere) return from === document ? undefined : stepper.key(event);
    const action = anywhere ?? (onButton ? null : this.elsewhere(event.key));
    if (!action) return;
    taken();
    action();
  }

  elsewhere(key) {
    if (/^\d$/.test(key)) return () => this.type(key);
    const { typed } = this;
    this.typed = "";
    const to = (at) => () => this.show(this.sections.at(Math.min(at, this.sections.length - 1)));
    const [on, back] = [() => this.turn(1), () => this.turn(-1)];
    return {
      ArrowRight: on,
      ArrowDown: on,
      " ": on,
      ArrowLeft: back,
      ArrowUp: back,
      Home: to(0),
      End: to(Infinity),
      l: () => this.size(),
      "?": () => this.help(),
      Enter: Number(typed) && to(Number(typed) - 1),
    }[key];
  }

  type(digit) {
    this.typed += digit;
    this.tell(`slide ${this.typed}: Enter`);
  }

  // Arrows go from slide to slide in the overview.
  inDialog(event, taken) {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const links = [...this.dialog.querySelectorAll("a")];
    if (!way || !links.length) return;
    taken();
    links.at((links.indexOf(document.activeElement) + way) % links.length).focus();
  }

  blank() {
    document.body.classList.toggle("blank");
    this.speaker.tell();
  }

  dark() {
    const light = document.body.dataset.jpThemeLight !== "true";
    document.body.dataset.jpThemeLight = light;
    this.speaker.tell();
  }

  full() {
    const none = () => this.tell("no full screen here");
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(none);
  }

  size() {
    this.hall = !this.hall;
    document.body.classList.toggle("desk", !this.hall);
    for (const stepper of [...this.steppers.values()].flat()) stepper.hall(this.hall);
    this.fitContent();
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
    const rows = KEYS.flatMap(([key, what]) => [h("dt", {}, key), h("dd", {}, what)]);
    const more = "Each slide has an address, and so has each step of a stepper: #slide/step.";
    this.open("Keys", h("h2", {}, "Keys"), h("dl", {}, rows), h("p", {}, more));
  }

  overview() {
    const link = (section, i) =>
      h(
        "li",
        {},
        h(
          "a",
          {
            href: `#${section.id}`,
            "aria-current": section === this.section ? "page" : false,
            onclick: () => this.dialog.close(),
          },
          h("span", { class: "thumb", "aria-hidden": "true", inert: true }, still(section)),
          h("span", {}, `${i + 1}  ${section.getAttribute("aria-label")}`),
        ),
      );
    this.open("All slides", h("ol", { class: "overview" }, this.sections.map(link)));
    this.dialog.querySelector("[aria-current]")?.focus();
  }
}

// What the address names; as it is written, where it is no proper one.
function address() {
  const written = location.hash.slice(1);
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

// A slide as a picture: steppers stand still, and nothing in it can be found twice.
function still(section) {
  const copy = section.cloneNode(true);
  copy.removeAttribute("tabindex");
  copy.className = `${section.className} preview`;
  for (const part of copy.querySelectorAll("template, .stepper-host, .handout")) part.remove();
  for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id");
  for (const part of copy.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
  return copy;
}

new Deck();
