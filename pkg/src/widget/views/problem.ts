// Draws a problem: what happened, what to do, and its code. It must not offer actions.

import { el } from "../dom.js";
import { inWords, type Problem } from "../problems.js";
import type { Translate } from "../strings/translate.js";

export function problemElement(t: Translate, problem: Problem): HTMLElement {
  const { what, todo } = inWords(t, problem);
  return el(
    "div",
    { class: "problem", part: "problem" },
    el("p", { class: "problem-what" }, what),
    todo !== "" && el("p", { class: "problem-todo" }, todo),
    el(
      "details",
      { class: "problem-detail" },
      el("summary", {}, `${t("problem.code")} `, el("code", {}, problem.code)),
      el("p", { attrs: { dir: "auto" } }, problem.detail),
    ),
  );
}
