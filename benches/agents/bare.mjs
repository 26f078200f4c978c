// The least that any client here could need: the same requests by `fetch` alone, so many at a time,
// then the last one. What a run needs beyond this is ours, what this needs beyond the ideal is not.

import { now } from "./drive.mjs";

/** Sends the bodies of an earlier run again. Times as `asked` has them. */
export async function bare(baseURL, bodies, places) {
  const queue = bodies.slice(0, -1).map((body) => JSON.stringify(body));
  const began = now();
  const worker = async () => {
    for (let body = queue.shift(); body !== undefined; body = queue.shift()) await send(baseURL, body);
  };
  await Promise.all(Array.from({ length: places }, worker));
  await send(baseURL, JSON.stringify(bodies.at(-1)));
  return { asked: began, ended: now(), read: bodies.length - 1, failed: 0, retries: 0 };
}

async function send(baseURL, body) {
  const response = await fetch(`${baseURL}/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, body });
  await response.text();
}
