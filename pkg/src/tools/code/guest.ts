/**
 * Runs one program in an interpreter of its own: QuickJS in WebAssembly.
 *
 * The program sees the language and a console, and nothing of the realm it runs in: no network, no
 * storage, no page, no timers, no modules. Only strings leave the interpreter. Time and memory are
 * bounded here; that this very thread may hang is `sandbox.ts`'s care.
 */

import { EvalFlags, JSException, QuickJS, type JSValueHandle } from "../../vendor/quickjs/index.js";
import type { Job, Outcome } from "./job.js";
import { PRELUDE } from "./prelude.js";

/** Native stack that a program may use: deep recursion then ends in a RangeError, not in a trap. */
const STACK_BYTES = 256 * 1024;
/** WASI's "bad file descriptor": whatever the interpreter wants to write goes nowhere. */
const BADF = 8;

const CUT = " … [the rest of the line is cut]";

const STALLED = "the program waits for a promise that nothing settles; there are no timers and there is no network";

export async function runGuest(job: Job): Promise<Outcome> {
  // Making the interpreter takes none of the program's time.
  let deadline = Infinity;
  let late = false;
  const vm = await QuickJS.create({
    wasm: job.wasm,
    wasi: () => ({ fd_write: () => BADF }),
    memoryLimit: job.memoryBytes,
    maxStackSize: STACK_BYTES,
    timezoneOffset: 0,
    interruptHandler: () => (late ||= performance.now() > deadline),
  });
  const lines = new Lines(job.maxLength);
  let end: Outcome["end"];
  try {
    const write = furnish(vm, job.maxLength, lines);
    deadline = performance.now() + job.timeoutMs;
    end = await run(vm, job.code, write);
  } catch (error) {
    end = { kind: "thrown", text: thrownText(error) };
  }
  // What the program ran into after its time was over is of no interest.
  return { output: lines.text, droppedLines: lines.dropped, end: late ? { kind: "timeout" } : end };
}

/** Puts the console in place, and gives what writes any value as text. */
function furnish(vm: QuickJS, maxLength: number, lines: Lines): (value: JSValueHandle) => string {
  const print = vm.newFunction("print", (line) => {
    lines.add(line?.toString() ?? "");
    return vm.getUndefined();
  });
  const setUp = vm.evalCode(PRELUDE, "prelude.js");
  const inspect = vm.callFunction(setUp, vm.getUndefined(), print, vm.newNumber(maxLength));
  return (value) => vm.callFunction(inspect, vm.getUndefined(), value).toString();
}

async function run(vm: QuickJS, code: string, write: (value: JSValueHandle) => string): Promise<Outcome["end"]> {
  // With top-level await; the promise is of an object that holds the value of the last expression.
  let settled = await settle(vm, vm.evalCode(code, "program.js", EvalFlags.ASYNC));
  if (settled && "value" in settled) {
    const last = settled.value.getProp("value");
    settled = last.isPromise ? await settle(vm, last) : { value: last };
  }
  if (!settled) return { kind: "thrown", text: STALLED };
  if ("error" in settled) return { kind: "thrown", text: write(settled.error) };
  return { kind: "value", text: settled.value.isUndefined ? undefined : write(settled.value) };
}

/** What a promise of the program came to when nothing is left to do; `undefined` if it waits on. */
async function settle(vm: QuickJS, promise: JSValueHandle): Promise<{ value: JSValueHandle } | { error: JSValueHandle } | undefined> {
  vm.executePendingJobs();
  if (promise.promiseState === 0) return undefined;
  const settling = vm.resolvePromise(promise);
  vm.executePendingJobs();
  return settling;
}

/** The lines of the console, up to a length. */
class Lines {
  text = "";
  dropped = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(line: string): void {
    const room = this.#max - this.text.length;
    if (line.length <= room) this.text += `${line}\n`;
    // The head of the first line that does not fit says more than nothing does.
    else if (this.dropped === 0 && room > CUT.length) this.text += `${line.slice(0, room - CUT.length)}${CUT}\n`;
    else this.dropped += 1;
  }
}

function thrownText(error: unknown): string {
  if (error instanceof JSException) return `${error.name}: ${error.message}`;
  // The wasm stack is used up, by text nested too deeply for instance: a trap, not an exception of the program.
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
