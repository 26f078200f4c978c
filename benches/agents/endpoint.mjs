// The scripted endpoint of the tests as a server with a fixed latency and a number of places, in a
// process of its own. It notes when each request came, was begun, got its first byte and ended.
//
// Prints {"listening": port}; stops when its standard input closes, or after an hour.

import { setTimeout as later } from "node:timers/promises";
import { startServer } from "../../tests/endpoint/server.mjs";
import { now } from "./drive.mjs";
import { Places } from "./places.mjs";
import { replyTo } from "./replies.mjs";

const MOST_SECONDS = 3600;

const places = new Places();
let reads = 0;

const hooks = {
  arrive(entry, response) {
    const times = { arrived: now() };
    // Kept apart from what the tests' log has.
    entry.times = times;
    const write = response.write;
    response.write = (...args) => {
      times.firstByte ??= now();
      return write.apply(response, args);
    };
    response.on("finish", () => (times.ended = now()));
    response.on("close", () => (times.closed = now()));
    entry.closed = new Promise((resolve) => response.on("close", resolve));
  },

  async pace(state, entry) {
    const { latencyMs, slots } = state.settings;
    const giveBack = await places.take(slots);
    entry.times.begun = now();
    // Who hung up while waiting gives it back at once.
    void entry.closed.then(giveBack);
    await until(entry.times.begun + latencyMs);
  },

  /** Faults strike every so many readings, each kind at its own place among them. */
  reply(body, state) {
    const said = replyTo(body);
    if (said.kind !== "read") return said;
    if (state.settings.restart) reads = 0;
    state.settings.restart = false;
    reads += 1;
    const due = state.settings.faults.find(({ every, offset }) => reads % every === offset);
    if (due) state.faults.push({ fault: due.fault, kind: "read" });
    return said;
  },
};

/** Timers know whole milliseconds only, a wave of requests less. */
async function until(due) {
  await later(Math.max(0, Math.floor(due - now()) - 1));
  while (now() < due) await new Promise((resolve) => setImmediate(resolve));
}

const { port } = await startServer({ latencyMs: 50, slots: 6, faults: [], hooks });
console.log(JSON.stringify({ listening: port }));
process.stdin.resume().on("close", () => process.exit(0));
setTimeout(() => process.exit(0), MOST_SECONDS * 1000);
