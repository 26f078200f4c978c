// A thousand times the same: what is held by then. Assistants first, then the widget, on pages of
// their own.

import { judged } from "./flat.mjs";
import { figuresOf } from "./watch.mjs";

/** Longer than the quiet moments after which a library is copied and its parts are merged. */
const QUIET_MS = 3000;
/** In how many steps the cycles are done; after each it is measured. */
const STEPS = 20;

/**
 * The points of a soak, and what is to be said of each figure. `run` names what the page does. The
 * page's own measure takes Chromium many seconds, so it is taken only if asked for.
 */
export async function soak(page, { cycles, steps = STEPS, quietMs = QUIET_MS, measuresItself = true, baseURL, run, log }) {
  const quiet = () => new Promise((resolve) => setTimeout(resolve, quietMs));
  await page.evaluate((baseURL) => globalThis.soak.begin(baseURL), baseURL);
  const points = [];
  const step = Math.max(1, Math.round(cycles / steps));
  for (let cycle = 0; cycle < cycles; ) {
    const to = Math.min(cycles, cycle + step);
    await page.evaluate(([run, from, to]) => globalThis.soak[run](from, to), [run, cycle, to]);
    cycle = to;
    await quiet();
    const records = await page.evaluate(() => globalThis.soak.stored());
    const figures = { ...(await figuresOf(page)), ...records };
    points.push({ cycle, figures });
    log(`${run} ${cycle}: ${JSON.stringify(figures)}`);
  }
  const ownBytes = measuresItself ? await page.evaluate(() => globalThis.soak.ownMeasure()) : undefined;
  await page.evaluate(() => globalThis.soak.end());
  await quiet();
  return { run, cycles, points, figures: judged(points), ownBytes, workersAfter: page.workers.size };
}
