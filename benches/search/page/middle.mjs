// One number for several runs of the same thing.

/**
 * The mean of the middle half. The browser's clock goes in steps of 5 µs, which a mean evens out
 * and a median of few runs does not; and what other programs disturbed is in the outer quarters.
 */
export function middle(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const quarter = Math.floor(sorted.length / 4);
  const kept = sorted.slice(quarter, sorted.length - quarter);
  return kept.reduce((sum, time) => sum + time, 0) / kept.length;
}
