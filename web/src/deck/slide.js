// A slide of the deck: its parts, and copies of it.

import { elements } from "../dom.js";

/** Where its steppers are. @param {HTMLElement} slide */
export const hostsIn = (slide) => elements(slide, ".stepper-host");

/** What its speaker says. @param {HTMLElement} slide */
export function notesOf(slide) {
  /** @type {HTMLTemplateElement | null} */
  const notes = slide.querySelector(":scope > template");
  return notes?.content;
}

/**
 * A copy for a page; it takes no keys, and nothing in it can be found twice.
 * @param {Document} page
 * @param {HTMLElement} slide
 * @param {string} left selects what is left out
 */
export function copyFor(page, slide, left) {
  const copy = page.importNode(slide, true);
  copy.className = `${slide.className} preview`;
  for (const part of copy.querySelectorAll(left)) part.remove();
  for (const name of ["id", "tabindex"])
    for (const part of [copy, ...copy.querySelectorAll(`[${name}]`)]) part.removeAttribute(name);
  return copy;
}

/** A slide as a picture: steppers stand still, also in the slide that is shown. @param {HTMLElement} slide */
export function still(slide) {
  const copy = copyFor(document, slide, "template, .stepper-host, .handout");
  copy.classList.remove("current");
  return copy;
}
