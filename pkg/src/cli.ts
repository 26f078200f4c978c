#!/usr/bin/env node
/**
 * The command `qwen-agent`: chooses the subcommand, and turns errors and signals into exit codes.
 *
 * Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted. What subcommands do is in `cli/`.
 */

import { readFile } from "node:fs/promises";
import { UsageError } from "./cli/args.js";
import { ask } from "./cli/ask.js";
import { HELP, type CommandName } from "./cli/help.js";
import { index } from "./cli/index-command.js";
import { inspect } from "./cli/inspect.js";
import { endQuietlyWithoutReader, note, printError, write } from "./cli/output.js";
import { search } from "./cli/search.js";
import { toQwenAgentError } from "./errors.js";

/** What a subcommand is: its arguments in, its exit code out. */
export type Command = (args: string[], signal: AbortSignal) => Promise<number>;

const COMMANDS: Record<CommandName, Command> = { inspect, index, search, ask };

async function main(args: string[], signal: AbortSignal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    await write(HELP.top, process.stderr);
    return 2;
  }
  if (name === "--help" || name === "-h" || name === "help") return help(rest[0]);
  if (name === "--version" || name === "-V") return version();
  if (!isCommand(name)) throw new UsageError(`there is no command "${name}"; commands are ${Object.keys(COMMANDS).join(", ")}`);
  const ownOptions = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (ownOptions.includes("--help") || ownOptions.includes("-h")) return help(name);
  return COMMANDS[name](rest, signal);
}

async function help(name: string | undefined): Promise<number> {
  if (name !== undefined && !isCommand(name)) throw new UsageError(`there is no command "${name}"`);
  await write(name === undefined ? HELP.top : HELP[name]);
  return 0;
}

async function version(): Promise<number> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  const manifest: unknown = JSON.parse(text);
  const known = typeof manifest === "object" && manifest !== null && "version" in manifest;
  await write(`${known ? String(manifest.version) : "unknown"}\n`);
  return 0;
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

function exitCode(thrown: unknown, signal: AbortSignal): number {
  if (signal.aborted) {
    note("cancelled");
    return 130;
  }
  const error = toQwenAgentError(thrown);
  if (thrown instanceof UsageError || error.code === "usage") {
    note(error.message);
    return 2;
  }
  printError(error);
  return 1;
}

endQuietlyWithoutReader();
const interrupt = new AbortController();
process.once("SIGINT", () => {
  interrupt.abort();
  // The second time nobody wants to wait.
  process.once("SIGINT", () => process.exit(130));
});
// A panic inside a task of wasm's own surfaces here and would leave its promise hanging.
const crash = (thrown: unknown): never => {
  printError(toQwenAgentError(thrown));
  process.exit(1);
};
process.on("uncaughtException", crash);
process.on("unhandledRejection", crash);

void main(process.argv.slice(2), interrupt.signal)
  .catch((thrown: unknown) => exitCode(thrown, interrupt.signal))
  // Connections that are kept alive would keep the process, too.
  .then((code) => process.stdout.write("", () => process.exit(code)));
