// What every plot is made of: a picture with its text alternative, marks, lines and scales.
//
// A README shows plots on light and on dark pages, and takes the scheme of its own; so a picture
// brings its background along, and both follow the reader's system. No fonts are loaded.

export const WIDTH = 760;
const PADDING = 14;

/** Told apart by most color-blind readers, and readable on white and on black. */
const COLORS = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#b3a100", "#8c8c8c", "#a6761d", "#9467bd"];
/** Beside its color, everyone has a shape. */
const SHAPES = ["circle", "square", "triangle", "diamond", "cross"];
const STYLE = `
.page{fill:#fff}text{font:12px system-ui,sans-serif;fill:#24292f}.head{font-weight:600}.quiet{fill:#57606a}
.grid{stroke:#8c959f;stroke-opacity:.35}.one{stroke:#57606a;stroke-dasharray:3 3}.goal{stroke:#c2410c;stroke-dasharray:3 3}
@media(prefers-color-scheme:dark){.page{fill:#0d1117}text{fill:#e6edf3}.quiet{fill:#9da7b3}.one{stroke:#9da7b3}.goal{stroke:#ff9b5e}}`;

/** The picture. `description` says in words what is seen, for those who do not see it. */
export function svg({ width = WIDTH, height, title, description }, parts) {
  const [wide, high] = [width, height].map((side) => Math.ceil(side) + 2 * PADDING);
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-PADDING} ${-PADDING} ${wide} ${high}" role="img" aria-labelledby="title description">`;
  const alternative = `<title id="title">${escaped(title)}</title>\n<desc id="description">${escaped(description)}</desc>`;
  const page = `<rect class="page" x="${-PADDING}" y="${-PADDING}" width="${wide}" height="${high}" rx="6"/>`;
  return `${head}\n${alternative}\n<style>${STYLE}\n</style>\n${page}\n${parts.flat().filter(Boolean).join("\n")}\n</svg>\n`;
}

export function text(x, y, content, name = "", anchor = "start") {
  const attributes = `${name && ` class="${name}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}`;
  return `<text x="${round(x)}" y="${round(y)}"${attributes}>${escaped(content)}</text>`;
}

export function line(x1, y1, x2, y2, name) {
  return `<line class="${name}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
}

export function rect(x, y, width, height, fill) {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>`;
}

/** The mark of the engine with this number. */
export function mark(x, y, number, size = 4) {
  const [left, top, right, bottom] = [x - size, y - size, x + size, y + size].map(round);
  const fill = `fill="${color(number)}"`;
  switch (SHAPES[number % SHAPES.length]) {
    case "square": return `<rect x="${left}" y="${top}" width="${2 * size}" height="${2 * size}" ${fill}/>`;
    case "triangle": return `<path d="M${round(x)} ${top}L${right} ${bottom}H${left}Z" ${fill}/>`;
    case "diamond": return `<path d="M${round(x)} ${round(y - size - 1)}L${round(x + size + 1)} ${round(y)}L${round(x)} ${round(y + size + 1)}L${round(x - size - 1)} ${round(y)}Z" ${fill}/>`;
    case "cross": return `<path d="M${left} ${top}L${right} ${bottom}M${right} ${top}L${left} ${bottom}" stroke="${color(number)}" stroke-width="2.5"/>`;
    default: return `<circle cx="${round(x)}" cy="${round(y)}" r="${size}" ${fill}/>`;
  }
}

export function color(number) {
  return COLORS[number % COLORS.length];
}

/** The names with their marks, in lines as wide as the picture; `height` is what they take. */
export function legend(names, top, width = WIDTH) {
  const parts = [];
  let [x, y] = [0, top + 10];
  for (const [number, name] of names.entries()) {
    const wide = 34 + name.length * 7;
    if (x > 0 && x + wide > width) [x, y] = [0, y + 18];
    parts.push(mark(x + 5, y, number, 5), text(x + 16, y + 4, name));
    x += wide;
  }
  return { parts, height: y - top + 14 };
}

/**
 * Rows of marks on one scale: `rows` are `{ label, values: [number or undefined of each name] }`.
 * `ticks` are shown below; `height` is what the panel takes.
 */
export function dots({ left, top, width, title, rows, scale, ticks, label = String, labelWidth = 0, row = 20 }) {
  const bottom = top + 10 + rows.length * row;
  const place = (value) => left + scale(value) * width;
  const parts = [text(left - labelWidth, top, title, "head")];
  for (const tick of ticks) parts.push(line(place(tick), top + 8, place(tick), bottom, "grid"), text(place(tick), bottom + 15, label(tick), "quiet", "middle"));
  for (const [at, { label, values }] of rows.entries()) {
    const y = top + 10 + (at + 0.5) * row;
    if (labelWidth > 0) parts.push(text(left - labelWidth, y + 4, label));
    parts.push(line(left, y, left + width, y, "grid"));
    // The first is ours, and lies above the others.
    for (const [number, value] of [...values.entries()].reverse()) if (Number.isFinite(scale(value))) parts.push(mark(place(value), y, number));
  }
  return { parts, height: bottom - top + 22 };
}

/** Lines over sizes, both axes logarithmic: `lines` are `{ number, points: [[x, y]] }`. */
export function curves({ left, top, width, height, title, lines, xLabel, yLabel = tickLabel }) {
  const points = lines.flatMap(({ points }) => points);
  if (points.length === 0) return [];
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
  const x = logarithmic(span(xs), [left + 8, left + width - 8]);
  const y = logarithmic(span(ys), [top + height - 8, top + 8]);
  const parts = [text(left, top - 6, title, "head")];
  for (const tick of decades(ys)) parts.push(line(left, y(tick), left + width, y(tick), "grid"), text(left - 6, y(tick) + 4, yLabel(tick), "quiet", "end"));
  for (const size of new Set(xs)) parts.push(text(x(size), top + height + 14, xLabel(size), "quiet", "middle"));
  for (const { number, points } of [...lines].reverse()) {
    const path = points.map(([px, py]) => `${round(x(px))},${round(y(py))}`);
    parts.push(`<polyline points="${path.join(" ")}" fill="none" stroke="${color(number)}" stroke-width="2"/>`, ...points.map(([px, py]) => mark(x(px), y(py), number, 3)));
  }
  return parts;
}

/** A position on a line for a number, by its logarithm. */
export function logarithmic([least, most], [from, to]) {
  const [low, high] = [Math.log(least), Math.log(most)];
  return (value) => from + ((Math.log(value) - low) / (high - low || 1)) * (to - from);
}

/** The same in proportion; what is below the scale stands at its beginning. */
export function linear([least, most], [from, to]) {
  return (value) => from + ((Math.max(least, value) - least) / (most - least || 1)) * (to - from);
}

/** The powers of ten that the numbers span. */
export function decades(numbers) {
  const [first, last] = span(numbers).map((number) => Math.log10(number));
  return Array.from({ length: Math.max(0, Math.floor(last) - Math.ceil(first) + 1) }, (_, at) => Number((10 ** (Math.ceil(first) + at)).toPrecision(3)));
}

export const isDrawable = (value) => Number.isFinite(value) && value > 0;
export const span = (numbers) => [Math.min(...numbers), Math.max(...numbers)];
export const round = (value) => Math.round(value * 10) / 10;
export const tickLabel = (value) => (value >= 1 ? value.toLocaleString("en-US") : String(Number(value.toPrecision(1))));
const escaped = (content) => String(content).replace(/&/g, "&amp;").replace(/</g, "&lt;");
