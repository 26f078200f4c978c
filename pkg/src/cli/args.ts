/**
 * Arguments: `util.parseArgs` with messages that say what to do.
 *
 * It reads no file and starts nothing.
 */

import { parseArgs, type ParseArgsConfig } from "node:util";
import type { CommandName } from "./help.js";

/** Wrong usage: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "usage";
  readonly retryable = false;
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Option values by name, and the rest. */
export type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>>;

/** Parses the arguments of a command; unknown options are errors with a hint. */
export function parse<O extends Options>(command: CommandName, args: string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${explain(error, args, options)} (see qwen-agent ${command} --help)`);
  }
}

/** A whole number from 1. */
export function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`${name} must be a whole number from 1, not "${text}"`);
  return Number(text);
}

export function oneOf<T extends string>(name: string, text: string | undefined, values: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new UsageError(`${name} must be one of ${values.join(", ")}, not "${text}"`);
  return found;
}

/** The password that `--password-env` names: arguments are visible to every process of the machine. */
export function passwordFrom(variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const password = process.env[variable];
  if (password === undefined) throw new UsageError(`the environment has no variable ${variable}, which --password-env names`);
  return password;
}

function explain(error: unknown, args: string[], options: Options): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const message = error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error);
  if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") return message;
  const quoted = /'([^']+)'/.exec(message)?.[1] ?? args.find((arg) => arg.startsWith("-")) ?? "";
  const unknown = quoted.split(/[ =,]/)[0] ?? "";
  const near = nearest(unknown, Object.keys(options).map((name) => `--${name}`));
  const positional = `to pass it as a value, put it after "--"`;
  return `unknown option ${unknown}; ${near === undefined ? positional : `did you mean ${near}?`}`;
}

function nearest(word: string, candidates: string[]): string | undefined {
  const scored = candidates.map((candidate) => ({ candidate, edits: distance(word, candidate) }));
  scored.sort((left, right) => left.edits - right.edits);
  const best = scored[0];
  return best !== undefined && best.edits <= 3 ? best.candidate : undefined;
}

/** Levenshtein's. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, char] of [...left].entries()) {
    const next = [i + 1];
    for (let j = 0; j < right.length; j++) {
      const replaced = (row[j] ?? 0) + (char === right[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
