/**
 * Runs a program in a worker of its own, which is ended afterwards, whatever it is doing.
 *
 * A fresh worker and a fresh interpreter for every program: nothing is left of one for the next.
 * What the program can do is decided in `guest.ts`; here are the time-outs that hold even if the
 * interpreter itself hangs.
 */

import { aborted, fail } from "../../errors.js";
import { workerPort, type Port } from "../../ports.js";
import { checked, compiled, read } from "../../wasm-bytes.js";
import type { CompiledWasm } from "../../wasm-types.js";
import { byBlob, byThread, byUrl, type WayTo } from "../../ways.js";
import type { FromSandbox, Job, Outcome } from "./job.js";

/** For unusual hosting. */
export interface SandboxFiles {
  worker?: string | URL;
  wasm?: string | URL;
}

export type Program = Omit<Job, "wasm">;

/** A worker that has not said that it is ready by then never will. */
export const START_MS = 20_000;
/** The interpreter looks at the clock by itself; a worker that is this much over its time, making the interpreter included, hangs. */
export const GRACE_MS = 2_000;

/** @throws QwenAgentError `worker.blocked`, `wasm.load`, `wasm.csp`, `tool.timeout`, `tool.failed`, `aborted` */
export async function runInSandbox(program: Program, files: SandboxFiles, signal: AbortSignal): Promise<Outcome> {
  const wasm = interpreter(files.wasm);
  wasm.catch(() => {});
  const port = await start(waysToSandbox(files.worker), signal);
  try {
    return await ask(port, { ...program, wasm: await wasm }, signal);
  } finally {
    port.close();
  }
}

const interpreters = new Map<string, Promise<CompiledWasm>>();

/** The interpreter, compiled once for all programs. */
function interpreter(source: string | URL | undefined): Promise<CompiledWasm> {
  const url = source === undefined ? new URL("../../vendor/quickjs/quickjs.wasm", import.meta.url) : new URL(source, globalThis.location?.href);
  const known = interpreters.get(url.href);
  if (known) return known;
  const loading = read(url).then((bytes) => compiled(checked(bytes, url.href)));
  interpreters.set(url.href, loading);
  // A lost connection should not spoil the next try.
  loading.catch(() => interpreters.delete(url.href));
  return loading;
}

function waysToSandbox(worker: string | URL | undefined): WayTo<Job>[] {
  if (typeof Worker === "undefined") return byThread(worker ?? besideUs());
  if (worker !== undefined) {
    const url = new URL(worker, globalThis.location?.href);
    return [byUrl(url), byBlob(() => url)];
  }
  return [bundled, byBlob(besideUs)];
}

const bundled: WayTo<Job> = {
  replaceable: true,
  // Bundlers look for exactly this expression.
  start: async () => workerPort(new Worker(new URL("./sandbox-worker.js", import.meta.url), { type: "module" })),
};

// Written so that bundlers do not take the file for an asset and copy it as it is.
function besideUs(): URL {
  const here = import.meta.url;
  return new URL("sandbox-worker.js", here);
}

/** The first way whose worker says that it is ready. */
async function start(ways: WayTo<Job>[], signal: AbortSignal): Promise<Listening> {
  let failure: unknown;
  for (const way of ways) {
    if (signal.aborted) throw aborted(signal);
    try {
      const port = listening(await way.start());
      try {
        await port.next(START_MS, signal, () => fail("worker.blocked", "the sandbox's worker does not start"));
        return port;
      } catch (error) {
        port.close();
        throw error;
      }
    } catch (error) {
      failure = error;
    }
  }
  if (signal.aborted) throw aborted(signal);
  const reason = failure instanceof Error ? `: ${failure.message}` : "";
  throw fail("worker.blocked", `the sandbox's worker could not be started${reason}`, failure);
}

async function ask(port: Listening, job: Job, signal: AbortSignal): Promise<Outcome> {
  port.post(job);
  const late = () => fail("tool.timeout", `the program was stopped after ${job.timeoutMs / 1000} s`);
  const message = await port.next(job.timeoutMs + GRACE_MS, signal, late);
  if (message.kind === "done") return message.outcome;
  throw fail("tool.failed", message.kind === "failed" ? `the sandbox failed: ${message.message}` : "the sandbox said what makes no sense");
}

interface Listening extends Pick<Port<Job>, "post" | "close"> {
  /** The next message, which must come in time. */
  next(ms: number, signal: AbortSignal, late: () => Error): Promise<FromSandbox>;
}

function listening(port: Port<Job>): Listening {
  let onMessage: (message: FromSandbox) => void = () => {};
  let onFailure: (error: Error) => void = () => {};
  let dead: Error | undefined;
  port.listen((data) => onMessage(data as FromSandbox), (error) => {
    dead = error;
    onFailure(error);
  });
  return {
    post: (job) => port.post(job),
    close: () => port.close(),
    async next(ms, signal, late) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stop = (): void => onFailure(aborted(signal));
      try {
        return await new Promise<FromSandbox>((resolve, reject) => {
          onMessage = resolve;
          onFailure = reject;
          timer = setTimeout(() => reject(late()), ms);
          signal.addEventListener("abort", stop, { once: true });
          if (signal.aborted) stop();
          else if (dead) reject(dead);
        });
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
      }
    },
  };
}
