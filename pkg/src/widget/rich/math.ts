/**
 * Formulas in TeX as MathML nodes, which browsers lay out themselves; Temml is loaded with the first.
 *
 * The TeX comes from a model: what would fetch, link or name anything is refused, and what cannot be
 * read, or would take too long, is shown as it was written. No markup is ever made of it.
 */

import type { MathTree } from "../../vendor/temml/temml.js";

/** More is no formula. */
const MOST_CHARACTERS = 5_000;

/** Macros may be replaced so often; those that TeX itself is made of are among them. */
const MOST_EXPANSIONS = 500;

/** A formula that defines macros can make much of little, and must be short. */
const MOST_WITH_MACROS = 500;
const DEFINES = /\\([egx]?def|(re)?newcommand|providecommand|let|futurelet)(?![A-Za-z])/;

/** Environments that stand on lines of their own; models write them within lines, too. */
const OWN_LINES = /\\begin\{(equation|align|alignat|gather|CD)\*?\}/;

/** In em, and in points: no formula covers the page with black. */
const MOST_SIZE: [number, number] = [40, 400];

/**
 * An element: a `span.math` with the formula, or a `div.math-display` if it is on lines of its own, as
 * `display` asks for; or a `code` with the TeX. Rejects only if Temml cannot be loaded.
 */
export async function renderMath(tex: string, display: boolean): Promise<HTMLElement> {
  const displayMode = display || OWN_LINES.test(tex);
  const { toTree } = await import("../../vendor/temml/temml.js");
  if (tex.length > (DEFINES.test(tex) ? MOST_WITH_MACROS : MOST_CHARACTERS)) return asWritten(tex);
  let formula: Node;
  try {
    const tree = toTree(tex, { displayMode, throwOnError: true, trust: false, maxExpand: MOST_EXPANSIONS, maxSize: MOST_SIZE });
    formula = stylesAsProperties(tree).toNode();
  } catch {
    // Not only for TeX that is wrong: groups a thousand deep end the stack.
    return asWritten(tex);
  }
  const around = document.createElement(displayMode ? "div" : "span");
  around.className = displayMode ? "math math-display" : "math";
  around.append(formula);
  withoutNames(around);
  if (displayMode) (watch ??= new ResizeObserver(reachable)).observe(around);
  return around;
}

/** For all formulas; it forgets those that are gone from the page. */
let watch: ResizeObserver | undefined;

/** A formula that is too wide for its place is scrolled, by keyboard, too; others are no stop on its way. */
function reachable(changes: ResizeObserverEntry[]): void {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
}

function asWritten(tex: string): HTMLElement {
  const code = document.createElement("code");
  code.className = "math-source";
  code.textContent = tex;
  return code;
}

/** Some come as a `style` attribute, which a strict Content-Security-Policy forbids to be set. */
function stylesAsProperties(tree: MathTree): MathTree {
  const { attributes, style } = tree;
  if (attributes?.["style"] !== undefined && style) {
    for (const declaration of attributes["style"].split(";")) {
      const [name = "", value] = declaration.split(":");
      if (value) style[name.trim()] = value.trim();
    }
    delete attributes["style"];
  }
  tree.children?.forEach(stylesAsProperties);
  return tree;
}

/** Numbers of equations are names and links in TeX; in a page with other answers they would collide. */
function withoutNames(around: HTMLElement): void {
  for (const named of around.querySelectorAll("[id]")) named.removeAttribute("id");
  for (const link of around.querySelectorAll("a")) link.replaceWith(...link.childNodes);
}

/**
 * For a constructed style sheet. Browsers draw MathML by their own rules; these add what they lack:
 * a font with mathematical signs where the system has one, columns of equations, and struck out terms.
 */
export const mathStyles = `
math {
  font-family: "Cambria Math", "STIX Two Math", "Latin Modern Math", "Noto Sans Math", math;
  font-style: normal;
  font-weight: normal;
  line-height: normal;
  letter-spacing: normal;
}
.math-display {
  overflow-x: auto;
  overflow-y: hidden;
  padding-block: 0.25em;
  text-align: center;
}
math.tml-display { display: block math; inline-size: 100%; }
.math mtable { math-style: inherit; }
.math .tml-left { text-align: left; text-align: -webkit-left; }
.math .tml-right { text-align: right; text-align: -webkit-right; }
.math .tml-jot mtd { padding-block: 0.3em; }
.math menclose { display: inline-block; position: relative; padding-block: 0.5ex; }
.math .tml-cancel, .math .tml-xcancel {
  position: absolute;
  inset: 0;
  --line: transparent calc(50% - 0.04em), currentColor calc(50% - 0.03em) calc(50% + 0.03em), transparent calc(50% + 0.04em);
  background: linear-gradient(to bottom right, var(--line));
}
.math .tml-xcancel { background: linear-gradient(to bottom right, var(--line)), linear-gradient(to bottom left, var(--line)); }
.math .tml-cancel.downstrike { background: linear-gradient(to bottom left, var(--line)); }
.math .tml-cancel.sout { background: linear-gradient(currentColor, currentColor) center / 100% 0.06em no-repeat; }
.math .tml-overline { border-block-start: 0.065em solid; padding-block-start: 0.1em; }
.math .tml-underline { border-block-end: 0.065em solid; padding-block-end: 0.1em; }
.math .tml-fbox { border: 1px solid; padding: 3pt; }
`;
