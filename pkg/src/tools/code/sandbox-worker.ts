/**
 * The sandbox's worker: runs one program, says how it ended, and is ended by the page.
 *
 * An entry of its own, like `worker.ts`: it acts when it is run and exports nothing.
 */

import { node } from "../../builtin.js";
import { parentThreadPort, scopePort, type DedicatedScope, type Port } from "../../ports.js";
import { runGuest } from "./guest.js";
import type { FromSandbox, Job } from "./job.js";

start();

function start(): void {
  const threads = node()?.getBuiltinModule("node:worker_threads");
  const port: Port<FromSandbox> = threads?.parentPort ? parentThreadPort(threads.parentPort) : scopePort(globalThis as unknown as DedicatedScope);
  port.listen((data) => void answer(port, data as Job), () => {});
  port.post({ kind: "ready" });
}

async function answer(port: Port<FromSandbox>, job: Job): Promise<void> {
  try {
    port.post({ kind: "done", outcome: await runGuest(job) });
  } catch (error) {
    port.post({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}
