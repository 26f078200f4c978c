// The door to what is loaded only when an answer has it: formulas drawn as MathML, code in colors,
// each with its style sheet. Whoever calls must be content with a failure: then the text stays as it
// was written.

/** What takes the place of a text as it was written, and the style sheet that it needs. */
export interface Drawn {
  node: Node;
  styles: string;
}

/** A formula in TeX as MathML; `display`: on a line of its own. */
export async function renderMath(tex: string, display: boolean): Promise<Drawn> {
  const { renderMath, mathStyles } = await import("./rich/math.js");
  return { node: await renderMath(tex, display), styles: mathStyles };
}

/** Code with its parts in elements to color; undefined for languages that are not known. */
export async function highlight(code: string, language: string): Promise<Drawn | undefined> {
  const { highlight, highlightStyles } = await import("./rich/highlight.js");
  const node = await highlight(code, language);
  return node && { node, styles: highlightStyles };
}

const adopted = new WeakMap<ShadowRoot, Set<string>>();

/** Gives the widget that an element stands in a further style sheet, once. */
export function adoptStyles(element: Element, styles: string): void {
  const root = element.getRootNode();
  if (!(root instanceof ShadowRoot)) return;
  const there = adopted.get(root) ?? new Set();
  adopted.set(root, there);
  if (there.has(styles)) return;
  there.add(styles);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
