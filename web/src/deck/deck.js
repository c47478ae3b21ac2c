// The deck: turns the pages of a talk, which vmlesson/show/deck.py writes.
//
// PageUp and PageDown always turn the page.  Arrows are the stepper's while it has the focus.

import { elements, h } from "../dom.js";
import { documentOf, mount } from "../pages.js";
import { hostsIn, notesOf, still } from "./slide.js";
import { Speaker } from "./speaker.js";

/** @typedef {import("../stepper.js").Stepper} Stepper */

// Of a race that is driven, in pixels of a hall; it changes from step to step.
const LONGEST_VERDICT = 486;
// In a narrower window, a phone held upright, a slide is not shrunk: it scrolls.
const NARROW = 640;
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

export class Deck {
  /** Of each slide that was shown. @type {Map<HTMLElement, Stepper[]>} */
  steppers = new Map();
  hall = true;
  /** Whether the window is too narrow for a hall's slide. */
  small = false;
  /** The digits of a slide's number. */
  typed = "";
  /** That of the screen, while a page is printed. @type {string | undefined} */
  theme;
  /** The slide that is shown. @type {HTMLElement} */
  section;
  /** How large slides are, compared with a hall's. */
  scale = 1;
  /** @type {number | undefined} */
  telling;

  constructor() {
    this.all = elements(document, "main > section");
    this.short = this.kept("short") === "true" && this.hasShort;
    this.speaker = new Speaker(this);
    this.number = h("span", { class: "number" });
    this.progress = h("div", { class: "progress", "aria-hidden": "true" });
    this.dialog = h("dialog", {});
    this.said = h("p", { class: "toast", role: "status" });
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

  /**
   * What outlives a reload; a browser may refuse it to a page on disk.
   * @param {string} name
   * @param {unknown} [value]
   */
  kept(name, value) {
    try {
      if (value !== undefined) sessionStorage.setItem(name, String(value));
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

  /** @param {HTMLElement} section */
  minutes(section) {
    return Number((this.short ? section.dataset.short : section.dataset.minutes) ?? 0);
  }

  build() {
    /** @param {string} title @param {string} text @param {() => void} onclick */
    const button = (title, text, onclick) =>
      h("button", { type: "button", "aria-label": title, title, onclick }, text);
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

  /** @param {string} text */
  tell(text) {
    this.said.textContent = text;
    clearTimeout(this.telling);
    this.telling = window.setTimeout(() => {
      this.said.textContent = "";
    }, 4000);
  }

  // -- pages

  /** To #slide, #slide/step or #number/step. */
  follow() {
    const [name, step] = address().split("/");
    const named = this.all.find((one) => one.id === name);
    const { sections } = this;
    const numbered = sections[Math.max(0, Number(name || 1) - 1)];
    this.show(named ?? numbered ?? sections[sections.length - 1]);
    if (/^\d+$/.test(step ?? "")) this.live[0]?.go(Number(step));
  }

  /** Fragments of both columns in the order of the notebook. */
  fragments() {
    const parts = elements(this.section, ".fragment");
    return parts.sort((one, other) => Number(one.dataset.order) - Number(other.dataset.order));
  }

  /**
   * A fragment more or less, or the next page.
   * @param {number} direction
   */
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

  /**
   * @param {HTMLElement} section
   * @param {boolean} whole
   */
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

  /** Steppers are made when their page is first shown. */
  mount() {
    if (this.steppers.has(this.section)) return;
    const moved = () => {
      this.address();
      this.speaker.tell();
    };
    this.steppers.set(
      this.section,
      hostsIn(this.section).map((host) => {
        const stepper = mount(host, documentOf(host.dataset.document), { moved });
        stepper.root.classList.add("deck");
        stepper.hall(this.inHall);
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
    const upTo = this.all.slice(0, this.all.indexOf(this.section) + 1);
    this.short = !this.short;
    this.kept("short", this.short);
    const { sections } = this;
    this.show(upTo.findLast((one) => sections.includes(one)) ?? sections[0]);
    const sum = sections.reduce((all, section) => all + this.minutes(section), 0);
    return this.tell(`${this.short ? "short" : "long"} talk: ${sum} min`);
  }

  // -- fitting

  /** A slide is laid out for a hall, 1280 by 720, and grows or shrinks as a whole. */
  fit() {
    const was = this.inHall;
    this.small = innerWidth < NARROW;
    this.scale = this.small ? 1 : Math.min(innerWidth / 1280, innerHeight / 720);
    document.body.classList.toggle("small", this.small);
    document.body.style.setProperty("--scale", String(this.scale));
    if (was !== this.inHall) this.fitSteppers();
    if (this.section) this.fitContent();
  }

  get inHall() {
    return this.hall && !this.small;
  }

  fitSteppers() {
    for (const stepper of [...this.steppers.values()].flat()) stepper.hall(this.inHall);
  }

  fitContent() {
    for (const name of ["--picture", "--grow"]) this.section.style.removeProperty(name);
    if (this.small) return;
    this.fitHeading();
    const pictures = [...this.section.querySelectorAll("figure:not(.still) > svg")];
    if (pictures.length) this.grow("--picture", [1.8, 1.6, 1.4, 1.3, 1.2, 1.1, 1, 0.95, 0.9]);
    else if (!this.live.length) this.grow("--grow", [1.35, 1.25, 1.15, 1.08, 1, 0.93, 0.86]);
  }

  /**
   * As large as the slide has room for, of what a hall can read.
   * @param {string} name
   * @param {number[]} sizes
   */
  grow(name, sizes) {
    const { section } = this;
    const parts = [...section.querySelectorAll(":not(svg *)")];
    /** @param {number} size */
    const fits = (size) => {
      section.style.setProperty(name, String(size));
      const wide = parts.some(
        (part) =>
          part.getBoundingClientRect().right > innerWidth - 6 * this.scale ||
          (part.tagName === "PRE" && part.scrollWidth > part.clientWidth + 1),
      );
      return !wide && section.scrollHeight <= section.clientHeight;
    };
    // Rather a size at which no line of output is broken, if it is still a large one; or no word.
    for (const kept of ["lines", "words", ""]) {
      section.dataset.kept = kept;
      if (sizes.some((size) => (kept !== "lines" || size > 1.1) && fits(size))) break;
    }
    delete section.dataset.kept;
  }

  /**
   * A stepper right after the heading has the whole slide: the heading stands in its first row,
   * between the margin and the verdict.
   */
  fitHeading() {
    const [stepper] = this.live;
    /** @type {HTMLElement | null} */
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
      this.theme = undefined;
      for (const notes of document.querySelectorAll(".paper-notes")) notes.remove();
    });
  }

  printNotes() {
    for (const section of this.sections) {
      const notes = notesOf(section)?.cloneNode(true);
      if (notes) section.append(h("aside", { class: "paper-notes" }, notes));
    }
    print();
  }

  bySwipe() {
    /** @type {Touch | null} */
    let from = null;
    addEventListener(
      "touchstart",
      (event) => {
        const taken = within(event, ".stepper-host, pre, dialog, nav");
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

  /**
   * A key, of this window or of the speaker's.
   * @param {KeyboardEvent} event
   * @param {Document} from
   */
  key(event, from = document) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const taken = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (event.key === "PageDown" || event.key === "PageUp") {
      taken();
      this.dialog.close();
      this.turn(event.key === "PageDown" ? 1 : -1);
      return;
    }
    /** @type {Record<string, () => void>} */
    const everywhere = {
      n: () => this.speaker.open(),
      b: () => this.blank(),
      ".": () => this.blank(),
      o: () => this.overview(),
      d: () => this.dark(),
      F5: () => this.full(),
      f: () => this.full(),
      s: () => this.toShort(),
      p: () => this.printNotes(),
    };
    const anywhere = everywhere[event.key];
    const stepper = this.live.find((one) => one.host === document.activeElement);
    const onButton = within(event, "button, a") && [" ", "Enter"].includes(event.key);
    if (this.dialog.open && !anywhere) {
      this.inDialog(event, taken);
      return;
    }
    if (stepper && !anywhere) {
      if (from !== document) stepper.key(event);
      return;
    }
    const action = anywhere ?? (onButton ? null : this.elsewhere(event.key));
    if (!action) return;
    taken();
    action();
  }

  /**
   * What a key does that no stepper has.
   * @param {string} key
   * @returns {(() => void) | undefined}
   */
  elsewhere(key) {
    if (/^\d$/.test(key)) return () => this.type(key);
    const { typed } = this;
    this.typed = "";
    const { sections } = this;
    /** @param {number} at */
    const to = (at) => () => {
      this.tell("");
      this.show(sections[Math.min(at, sections.length - 1)]);
    };
    const [on, back] = [() => this.turn(1), () => this.turn(-1)];
    /** @type {Record<string, (() => void) | undefined>} */
    const actions = {
      ArrowRight: on,
      ArrowDown: on,
      " ": on,
      ArrowLeft: back,
      ArrowUp: back,
      Home: to(0),
      End: to(Infinity),
      l: () => this.size(),
      "?": () => this.help(),
      Enter: Number(typed) ? to(Number(typed) - 1) : undefined,
    };
    return actions[key];
  }

  /** @param {string} digit */
  type(digit) {
    this.typed += digit;
    this.tell(`slide ${this.typed}: Enter`);
  }

  /**
   * Arrows go from slide to slide in the overview.
   * @param {KeyboardEvent} event
   * @param {() => void} taken
   */
  inDialog(event, taken) {
    const arrow = /^Arrow(?:(Right|Down)|Left|Up)$/.exec(event.key);
    const links = [...this.dialog.querySelectorAll("a")];
    if (!arrow || !links.length) return;
    taken();
    const here = links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    links.at((here + (arrow[1] ? 1 : -1)) % links.length)?.focus();
  }

  blank() {
    document.body.classList.toggle("blank");
    this.speaker.tell();
  }

  dark() {
    const light = document.body.dataset.jpThemeLight !== "true";
    document.body.dataset.jpThemeLight = String(light);
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
    this.fitSteppers();
    this.fitContent();
    this.tell(this.hall ? "hall size" : "desk size");
  }

  // -- dialogs

  /**
   * @param {string} label
   * @param {Node[]} content
   */
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
    /** @param {HTMLElement} section @param {number} i */
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
    /** @type {HTMLElement | null} */
    const here = this.dialog.querySelector("[aria-current]");
    here?.focus();
  }
}

/** What the address names; as it is written, where it is no proper one. */
function address() {
  const written = location.hash.slice(1);
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

/**
 * Whether an event is of a part of an element such.
 * @param {Event} event
 * @param {string} selector
 */
const within = ({ target }, selector) => target instanceof Element && target.closest(selector);

new Deck();
