// What a log of the endpoint says of a run. Plain functions; times are milliseconds.

/** How long reading and one answer after it must take: with `places` at a time, `latencyMs` each. */
export function ideal({ reads, places, latencyMs }) {
  return (Math.ceil(reads / places) + 1) * latencyMs;
}

/** The most requests that were open at once. */
export function peak(entries) {
  const changes = entries.flatMap(({ times }) => [[times.arrived, 1], [times.closed ?? times.ended ?? Infinity, -1]]);
  // Who leaves at the same moment makes room.
  changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let [open, most] = [0, 0];
  for (const [, change] of changes) most = Math.max(most, (open += change));
  return most;
}

/** A run as client and server saw it. */
export function scheduled(seen, log, { places, latencyMs }) {
  const entries = log.filter(({ times }) => times?.ended);
  const reads = entries.filter(({ kind }) => kind === "read");
  const waves = Math.ceil(reads.length / places);
  const wallMs = seen.ended - seen.asked;
  const idealMs = ideal({ reads: reads.length, places, latencyMs });
  const first = Math.min(...reads.map(({ times }) => times.arrived));
  const last = Math.max(...reads.map(({ times }) => times.ended));
  const serviceMs = mean(reads.map(({ times }) => times.ended - times.arrived));
  return {
    calls: entries.length,
    peak: peak(entries),
    wallMs,
    idealMs,
    ratio: wallMs / idealMs,
    /** By the number of calls alone, as if the answer need not wait for the last reading. */
    plainRatio: wallMs / (Math.ceil(entries.length / places) * latencyMs),
    readRatio: (last - first) / (waves * latencyMs),
    /** From the question to its first request. */
    leadMs: first - seen.asked,
    serviceMs,
    /** What a wave of requests takes beyond the time at the server. */
    betweenMs: (last - first) / waves - serviceMs,
  };
}

/** From the first byte of the answer at the server to its first text at the client. */
export function firstByteMs(seen, log) {
  const answer = log.findLast(({ kind, times }) => kind === "answer" && times?.firstByte);
  return seen.firstText - answer.times.firstByte;
}

/** From the call of abort to the last socket's end; `open` sockets were concerned. */
export function abortMs(at, log) {
  const open = log.filter(({ times }) => times && times.arrived <= at && !(times.ended <= at));
  const late = log.filter(({ times }) => times && times.arrived > at).length;
  return { open: open.length, late, ms: Math.max(...open.map(({ times }) => times.closed ?? Infinity)) - at };
}

/** What faults did to a run: how often they struck, what was asked again, what was lost. */
export function struck(seen, log, chunks) {
  const reads = log.filter(({ kind }) => kind === "read");
  const faulty = reads.filter(({ fault }) => fault !== undefined);
  return {
    struck: faulty.length,
    refused: faulty.filter(({ fault }) => /^(429|503)/.test(fault)).length,
    requests: log.length,
    repeated: Math.max(0, reads.length - chunks),
    retries: seen.retries,
    read: seen.read,
    lost: seen.failed,
    peak: peak(log.filter(({ times }) => times)),
    wallMs: seen.ended - seen.asked,
  };
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Of several runs the one in the middle by time, and the quickest's ratio beside it. */
export function middle(runs) {
  const sorted = [...runs].sort((a, b) => a.wallMs - b.wallMs);
  return { ...sorted[(sorted.length - 1) >> 1], best: sorted[0].ratio };
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
