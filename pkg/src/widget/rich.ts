// The door to what is loaded only when an answer has it: formulas drawn as MathML, code in colors.
// Whoever calls must be content with a failure: then the text stays as it was written.

/** A formula in TeX as MathML; `display`: on a line of its own. */
export async function renderMath(tex: string, display: boolean): Promise<Node> {
  const { renderMath } = await import("./rich/math.js");
  return renderMath(tex, display);
}

/** Code with its parts in elements to color; undefined for languages that are not known. */
export async function highlight(code: string, language: string): Promise<Node | undefined> {
  const { highlight } = await import("./rich/highlight.js");
  return highlight(code, language);
}
