// The speaker's window: this slide as the hall sees it, the next, notes, a clock and the plan.
// It is drawn from the deck's: pages on disk may not talk to each other otherwise.

class Speaker {
  constructor(deck) {
    this.deck = deck;
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
    if (this.page) return this.window.focus();
    this.window = open("", "", "width=1280,height=800");
    const { page, deck } = this;
    if (!page) return deck.tell("the browser did not open a second window");
    page.title = `Speaker: ${document.title}`;
    page.documentElement.lang = "en";
    const styles = [...document.querySelectorAll("head > style")];
    page.head.append(...styles.map((style) => page.importNode(style, true)));
    page.body.className = "speaker";
    const part = (tag, name, label) => {
      const made = page.createElement(tag);
      made.className = name;
      if (label) made.setAttribute("aria-label", label);
      return made;
    };
    const button = (text, action) => {
      const made = part("button", "");
      made.textContent = text;
      made.onclick = action;
      return made;
    };
    this.title = part("h1", "title");
    this.now = part("section", "now", "On the screen");
    this.notes = part("section", "notes", "Notes");
    this.next = part("section", "next", "Next");
    this.plan = part("section", "plan", "Plan");
    this.time = part("p", "time");
    this.pace = part("p", "pace");
    this.talk = button("", () => deck.toShort());
    const again = button("start again at 0:00", () => {
      this.start();
      this.tick();
    });
    const clock = part("section", "clock", "Clock");
    clock.append(this.time, this.pace, again, this.talk);
    const main = part("main", "");
    main.append(this.title, clock, this.now, this.notes, this.plan, this.next);
    page.body.append(main);
    page.addEventListener("keydown", (event) => deck.key(event, page));
    clearInterval(this.ticking);
    this.ticking = setInterval(() => this.tick(), 1000);
    return this.tell();
  }

  // All that stands in the window, anew.
  tell() {
    const { page, deck } = this;
    if (!page) return;
    const { section, sections, at } = deck,
      into = (part) => page.importNode(part, true);
    page.body.dataset.jpThemeLight = document.body.dataset.jpThemeLight;
    const blank = document.body.classList.contains("blank") ? " · THE SCREEN IS BLANK (b)" : "";
    const label = section.getAttribute("aria-label");
    this.title.textContent = `${at + 1} / ${sections.length}  ${label}${blank}`;
    this.talk.textContent = deck.short ? "to the long talk (s)" : "to the short talk (s)";
    this.talk.hidden = !deck.hasShort;
    this.mirror(section);
    const template = section.querySelector(":scope > template");
    this.notes.replaceChildren(template ? into(template.content) : "No notes.");
    const waiting = section.querySelectorAll(".fragment:not(.shown)").length;
    const coming = sections[at + 1];
    const head = page.createElement("h2");
    head.textContent = waiting
      ? `Next: ${waiting} more on this slide`
      : coming
        ? "Next"
        : "This is the last slide";
    this.next.replaceChildren(head);
    if (coming) {
      const thumb = h("div", { class: "thumb", "aria-hidden": "true" }, still(coming));
      this.next.append(into(thumb));
    }
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
    this.plan.replaceChildren(into(h("ol", {}, lines)));
    this.plan.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    this.tick();
  }

  // The slide as it is on the screen, its steppers at their step; it takes no keys of its own.
  mirror(section) {
    const { page } = this;
    const copy = page.importNode(section, true);
    copy.className = `${section.className} preview`;
    copy.removeAttribute("tabindex");
    for (const part of copy.querySelectorAll("template, .still, .handout")) part.remove();
    for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id");
    const thumb = page.createElement("div");
    thumb.className = "thumb";
    thumb.inert = true;
    thumb.append(copy);
    this.now.replaceChildren(thumb);
    const hosts = [...copy.querySelectorAll(".stepper-host")];
    for (const [i, stepper] of this.deck.live.entries()) copied(stepper.host, hosts[i], page);
  }

  // The clock, and where the plan says that one should be by now.
  tick() {
    const { deck } = this;
    if (!this.page) return clearInterval(this.ticking);
    const spent = this.began ? (Date.now() - this.began) / 1000 : 0;
    const sum = (sections) => sections.reduce((all, each) => all + deck.minutes(each), 0) * 60;
    const due = sum(deck.sections.slice(0, deck.at + 1)),
      all = sum(deck.sections);
    const time = new Date().toTimeString().slice(0, 5);
    this.time.textContent = `${clock(spent)}${all ? ` of ${clock(all)}` : ""} · ${time}`;
    const late = spent > due;
    this.pace.textContent = !all
      ? ""
      : late
        ? `${clock(spent - due)} behind: leave this slide`
        : `leave this slide at ${clock(due)}`;
    this.pace.classList.toggle("late", late);
    return undefined;
  }
}

// What a stepper shows, in another document: a sheet belongs to the document that made it.
function copied(host, place, page) {
  const shadow = place.attachShadow({ mode: "open" });
  const style = page.createElement("style");
  const rules = host.shadowRoot.adoptedStyleSheets.flatMap((sheet) => [...sheet.cssRules]);
  style.textContent = rules.map((rule) => rule.cssText).join("\n");
  const parts = [...host.shadowRoot.children];
  shadow.append(style, ...parts.map((part) => page.importNode(part, true)));
  // Neither where a pane stands nor what is selected is in what was copied.
  const [panes, menus] = [".code", "select"].map((name) => [...shadow.querySelectorAll(name)]);
  for (const [i, pane] of host.shadowRoot.querySelectorAll(".code").entries())
    panes[i].scrollTop = pane.scrollTop;
  for (const [i, menu] of host.shadowRoot.querySelectorAll("select").entries())
    menus[i].selectedIndex = menu.selectedIndex;
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
