// Draws a problem: what happened, what to do, and its code. It must not offer actions.

import { el } from "../dom.ts";
import type { Problem } from "../problems.ts";

export function problemElement(problem: Problem): HTMLElement {
  return el(
    "div",
    { class: "problem" },
    el("p", { class: "problem-what" }, problem.what),
    problem.todo !== "" && el("p", { class: "problem-todo" }, problem.todo),
    el(
      "details",
      { class: "problem-detail" },
      el("summary", {}, "Code ", el("code", {}, problem.code)),
      el("p", { attrs: { dir: "auto" } }, problem.detail),
    ),
  );
}
