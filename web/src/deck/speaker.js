// The speaker's window: this slide as the hall sees it, the next, notes, a clock and the plan.
// It is drawn from the deck's: pages on disk may not talk to each other otherwise.

import { h } from "../dom.js";
import { copyFor, hostsIn, notesOf, still } from "./slide.js";

export class Speaker {
  /** @type {Window | null} */
  window = null;
  // What open() makes, in that window.
  /** @type {Record<"title" | "now" | "notes" | "next" | "plan" | "time" | "pace", HTMLElement>} */
  parts;
  /** @type {HTMLButtonElement} */
  talk;
  /** @type {number | undefined} */
  ticking;

  /** @param {import("./deck.js").Deck} deck */
  constructor(deck) {
    this.deck = deck;
    /** When the talk began, in milliseconds. */
    this.began = Number(deck.kept("began")) || null;
  }

  get page() {
    return this.window && !this.window.closed ? this.window.document : null;
  }

  start() {
    this.began = Date.now();
    this.deck.kept("began", this.began);
    return this.began;
  }

  close() {
    this.window?.close();
  }

  open() {
    if (this.window && !this.window.closed) {
      this.window.focus();
      return;
    }
    this.window = open("", "", "width=1280,height=800");
    const { page, deck } = this;
    if (!page) {
      deck.tell("the browser did not open a second window");
      return;
    }
    page.title = `Speaker: ${document.title}`;
    page.documentElement.lang = "en";
    const styles = [...document.querySelectorAll("head > style")];
    page.head.append(...styles.map((style) => page.importNode(style, true)));
    page.body.className = "speaker";
    /**
     * @param {string} tag
     * @param {string} name
     * @param {string} [label]
     */
    const part = (tag, name, label) => {
      const made = page.createElement(tag);
      made.className = name;
      if (label) made.setAttribute("aria-label", label);
      return made;
    };
    /** @param {string} text @param {() => void} action */
    const button = (text, action) => {
      const made = page.createElement("button");
      made.textContent = text;
      made.onclick = action;
      return made;
    };
    const parts = {
      title: part("h1", "title"),
      now: part("section", "now", "On the screen"),
      notes: part("section", "notes", "Notes"),
      next: part("section", "next", "Next"),
      plan: part("section", "plan", "Plan"),
      time: part("p", "time"),
      pace: part("p", "pace"),
    };
    this.parts = parts;
    this.talk = button("", () => deck.toShort());
    const again = button("start again at 0:00", () => {
      this.start();
      this.tick();
    });
    const clock = part("section", "clock", "Clock");
    clock.append(parts.time, parts.pace, again, this.talk);
    const main = part("main", "");
    main.append(parts.title, clock, parts.now, parts.notes, parts.plan, parts.next);
    page.body.append(main);
    page.addEventListener("keydown", (event) => deck.key(event, page));
    clearInterval(this.ticking);
    this.ticking = window.setInterval(() => this.tick(), 1000);
    this.tell();
  }

  /** All that stands in the window, anew. */
  tell() {
    const { page, deck, parts } = this;
    if (!page) return;
    const { section, sections, at } = deck;
    page.body.dataset.jpThemeLight = document.body.dataset.jpThemeLight;
    const blank = document.body.classList.contains("blank") ? " · THE SCREEN IS BLANK (b)" : "";
    const label = section.getAttribute("aria-label");
    parts.title.textContent = `${at + 1} / ${sections.length}  ${label}${blank}`;
    this.talk.textContent = deck.short ? "to the long talk (s)" : "to the short talk (s)";
    this.talk.hidden = !deck.hasShort;
    this.mirror(section, page);
    const notes = notesOf(section);
    parts.notes.replaceChildren(notes ? page.importNode(notes, true) : "No notes.");
    this.tellNext(page);
    let sum = 0;
    const lines = sections.map((each, i) => {
      const line = h(
        "li",
        { "aria-current": each === section ? "true" : false },
        h("span", {}, clock(sum * 60)),
        ` ${i + 1}  ${each.getAttribute("aria-label")}`,
      );
      sum += deck.minutes(each);
      return line;
    });
    parts.plan.replaceChildren(page.importNode(h("ol", {}, lines), true));
    parts.plan.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    this.tick();
  }

  /** @param {Document} page */
  tellNext(page) {
    const { section, sections, at } = this.deck;
    const waiting = section.querySelectorAll(".fragment:not(.shown)").length;
    const coming = sections[at + 1];
    const otherwise = coming ? "Next" : "This is the last slide";
    const head = page.createElement("h2");
    head.textContent = waiting ? `Next: ${waiting} more on this slide` : otherwise;
    this.parts.next.replaceChildren(head);
    if (!coming) return;
    const thumb = h("div", { class: "thumb", "aria-hidden": "true" }, still(coming));
    this.parts.next.append(page.importNode(thumb, true));
  }

  /**
   * The slide as it is on the screen, its steppers at their step; it takes no keys of its own.
   * @param {HTMLElement} section
   * @param {Document} page
   */
  mirror(section, page) {
    const copy = copyFor(page, section, "template, .still, .handout");
    const thumb = page.createElement("div");
    thumb.className = "thumb";
    thumb.inert = true;
    thumb.append(copy);
    this.parts.now.replaceChildren(thumb);
    const hosts = hostsIn(copy);
    for (const [i, { shadow }] of this.deck.live.entries()) mirrored(shadow, hosts[i], page);
  }

  /** The clock, and where the plan says that one should be by now. */
  tick() {
    const { deck, parts } = this;
    if (!this.page) {
      clearInterval(this.ticking);
      return;
    }
    const spent = this.began ? (Date.now() - this.began) / 1000 : 0;
    /** @param {HTMLElement[]} sections */
    const sum = (sections) => sections.reduce((all, each) => all + deck.minutes(each), 0) * 60;
    const due = sum(deck.sections.slice(0, deck.at + 1));
    const all = sum(deck.sections);
    const time = new Date().toTimeString().slice(0, 5);
    parts.time.textContent = `${clock(spent)}${all ? ` of ${clock(all)}` : ""} · ${time}`;
    const late = spent > due;
    const pace = late
      ? `${clock(spent - due)} behind: leave this slide`
      : `leave this slide at ${clock(due)}`;
    parts.pace.textContent = all ? pace : "";
    parts.pace.classList.toggle("late", late);
  }
}

/**
 * What a stepper shows, in another document: a sheet belongs to the document that made it.
 * @param {ShadowRoot} shown
 * @param {Element} place
 * @param {Document} page
 */
function mirrored(shown, place, page) {
  const shadow = place.attachShadow({ mode: "open" });
  const style = page.createElement("style");
  const rules = shown.adoptedStyleSheets.flatMap((sheet) => [...sheet.cssRules]);
  style.textContent = rules.map((rule) => rule.cssText).join("\n");
  shadow.append(style, ...[...shown.children].map((part) => page.importNode(part, true)));
  // Neither where a pane stands nor what is selected is in what was copied.
  const [panes, menus] = [shadow.querySelectorAll(".code"), shadow.querySelectorAll("select")];
  for (const [i, pane] of shown.querySelectorAll(".code").entries())
    panes[i].scrollTop = pane.scrollTop;
  for (const [i, menu] of shown.querySelectorAll("select").entries())
    menus[i].selectedIndex = menu.selectedIndex;
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
