// How long the page's own thread was busy at a time, as Chromium tells: tasks of more than 50 ms,
// in which a click or a key waits, and the longest time without a frame.

/** Runs in the page before its scripts. */
export function watchTasks() {
  const seen = { tasks: [], longestGap: 0 };
  const note = (entries) => seen.tasks.push(...entries.map(({ startTime, duration }) => ({ startTime, duration })));
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "longtask" });
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    seen.longestGap = Math.max(seen.longestGap, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  globalThis.busy = {
    /** What has been seen since it was asked last. */
    take() {
      note(observer.takeRecords());
      const taken = { tasks: seen.tasks, longestGap: seen.longestGap };
      Object.assign(seen, { tasks: [], longestGap: 0 });
      return taken;
    },
  };
}

/** What the page's thread did while `work` was done. */
export async function tasksDuring(page, work) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const cpuSeconds = async () => (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "ThreadTime").value;
  await page.evaluate(() => globalThis.busy.take());
  const cpuBefore = await cpuSeconds();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const cpuMs = 1000 * ((await cpuSeconds()) - cpuBefore);
  const { tasks, longestGap } = await page.evaluate(() => globalThis.busy.take());
  const durations = tasks.map(({ duration }) => duration);
  return {
    wallMs,
    // Unlike times by the clock, it does not grow with what else the machine does.
    cpuMs,
    over50: durations.length,
    longestMs: durations.length > 0 ? Math.max(...durations) : undefined,
    // What is beyond 50 ms is what a visitor waits for.
    blockedMs: durations.reduce((sum, duration) => sum + duration - 50, 0),
    longestGapMs: longestGap,
  };
}

/** The pass in which least else was going on. */
export function quietest(passes) {
  return passes.toSorted((a, b) => a.blockedMs - b.blockedMs || a.longestGapMs - b.longestGapMs)[0];
}

/** It in words, for one line. */
export function inWords({ wallMs, cpuMs, over50, longestMs, blockedMs, longestGapMs }) {
  const tasks = over50 === 0 ? "no task of more than 50 ms" : `${over50} tasks of more than 50 ms, the longest ${Math.round(longestMs)} ms, blocked ${Math.round(blockedMs)} ms`;
  return `${tasks}; longest time between two frames ${Math.round(longestGapMs)} ms; the page's thread worked ${(cpuMs / 1000).toFixed(2)} of ${(wallMs / 1000).toFixed(1)} s`;
}
