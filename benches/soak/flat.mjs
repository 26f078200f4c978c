// Whether a figure stays the same over a long time: how much it grows from the middle to the end.
// It knows nothing of what is measured.

/** A figure that grows by more than this over the second half is not flat. */
export const MOST_GROWTH = 0.01;

/**
 * How much `figure` of the points grows over their second half, as a share of its mean there: by the
 * lines that fit its two quarters best, of which the flatter counts. What leaks, grows in both; what
 * an engine makes once, such as a larger table, is in one of them.
 */
export function growth(points, figure) {
  const last = points.at(-1)?.cycle ?? 0;
  const between = (from, to) => points.filter(({ cycle, figures }) => cycle >= from * last && cycle <= to * last && figures[figure] !== undefined);
  const slopes = [between(0.5, 0.75), between(0.75, 1)].map((quarter) => slope(quarter, figure));
  const level = mean(between(0.5, 1).map(({ figures }) => figures[figure]));
  const flatter = Math.min(...slopes);
  return flatter === 0 ? 0 : (flatter * last) / 2 / level;
}

function slope(points, figure) {
  if (points.length < 2) throw new Error(`${figure} was measured less than twice in a quarter`);
  const values = points.map(({ figures }) => figures[figure]);
  const [meanCycle, meanValue] = [mean(points.map(({ cycle }) => cycle)), mean(values)];
  const across = points.reduce((sum, { cycle }, index) => sum + (cycle - meanCycle) * (values[index] - meanValue), 0);
  return across / points.reduce((sum, { cycle }) => sum + (cycle - meanCycle) ** 2, 0);
}

/** Every figure with its growth, and whether it is flat. Falling is no trouble. */
export function judged(points) {
  const figures = Object.keys(points.at(-1).figures);
  return figures.map((figure) => {
    const grows = growth(points, figure);
    return { figure, growth: grows, flat: grows < MOST_GROWTH };
  });
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
