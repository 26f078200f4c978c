/**
 * What is marked on a page: words next to each other in a line become one mark, as a reader would
 * draw it. It only computes.
 */

import type { PageRect } from "../../results.js";

/** How alike two words must lie across their line. */
const SAME_LINE = 0.8;
/** The widest space between words, in heights of the line. */
const WIDEST_SPACE = 1;

/** Rectangles in the order of the text, joined along lines that run across, or up or down as on a page that is turned. */
export function joined(rects: readonly PageRect[]): PageRect[] {
  const marks: PageRect[] = [];
  for (const rect of rects) {
    const last = marks.at(-1);
    if (last && areNeighbors(last, rect)) marks[marks.length - 1] = around(last, rect);
    else marks.push(rect);
  }
  return marks;
}

function areNeighbors(one: PageRect, other: PageRect): boolean {
  if (one.page !== other.page) return false;
  const across = { first: [one.x, one.width], second: [other.x, other.width] } as const;
  const down = { first: [one.y, one.height], second: [other.y, other.height] } as const;
  // Lines of one word stand below each other, too; only what is higher than wide runs downwards.
  return isNext(across, down) || (one.height >= one.width && other.height >= other.width && isNext(down, across));
}

type Extents = Readonly<Record<"first" | "second", readonly [from: number, length: number]>>;

/** One after the other `along` a line, and at the same place across it. */
function isNext(along: Extents, across: Extents): boolean {
  const thickness = Math.max(across.first[1], across.second[1]);
  return -gap(across) >= SAME_LINE * thickness && gap(along) <= WIDEST_SPACE * thickness;
}

/** Below zero where they overlap. */
function gap({ first, second }: Extents): number {
  return Math.max(first[0], second[0]) - Math.min(first[0] + first[1], second[0] + second[1]);
}

function around(one: PageRect, other: PageRect): PageRect {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  const right = Math.max(one.x + one.width, other.x + other.width);
  const bottom = Math.max(one.y + one.height, other.y + other.height);
  return { page: one.page, x, y, width: right - x, height: bottom - y };
}
