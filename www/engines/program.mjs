// Browsers and what they need as children of this process: found, started, listened to, ended.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** A browser that is started for the first time makes its profile and caches before it answers. */
const START_MS = 60_000;
/** Whoever does not go when asked. */
const GOODBYE_MS = 3000;

/** Where a program is: as a variable of the environment says, or in a usual place. */
export function found(what, variable, usual) {
  const path = [process.env[variable], ...usual].find((path) => path && existsSync(path));
  assert.ok(path, `there is no ${what} at ${usual.join(" or ")}: install it (CONTRIBUTING.md tells how), or set ${variable}`);
  return path;
}

/** A child whose words are kept for `printed()`; `pipes` more than the usual three, from 3 on. */
export function started(program, args, { env = {}, pipes = 0 } = {}) {
  const stdio = ["ignore", "pipe", "pipe", ...Array.from({ length: pipes }, () => "pipe")];
  // A group of its own, so that its own children end with it.
  const child = spawn(program, args, { stdio, detached: true, env: { ...process.env, ...env } });
  child.said = "";
  for (const stream of child.stdio.filter(Boolean)) {
    stream.setEncoding("utf8");
    stream.on("data", (part) => (child.said += part));
  }
  child.on("error", (error) => (child.said += error.message));
  // Also if the test's own process is stopped.
  const onExit = () => signal(child, "SIGKILL");
  process.once("exit", onExit);
  child.once("exit", () => process.off("exit", onExit));
  return child;
}

/** Waits until it has printed something that fits. */
export async function printed(child, pattern) {
  const end = Date.now() + START_MS;
  while (!pattern.test(child.said) && isThere(child) && Date.now() < end) await pause(20);
  const match = pattern.exec(child.said);
  assert.ok(match, `${child.spawnfile} did not print ${pattern}: ${child.said.slice(-2000)}`);
  return match;
}

export async function ended(child) {
  if (!isThere(child)) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  signal(child, "SIGTERM");
  await Promise.race([gone, pause(GOODBYE_MS)]);
  signal(child, "SIGKILL");
  await gone;
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function isThere(child) {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // It is gone already.
  }
}
