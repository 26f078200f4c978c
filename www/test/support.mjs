// What the tests share: the demo server and fake endpoints as children or in this process, each
// on a free port and stopped by its test. It must start nothing by itself.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

export const www = fileURLToPath(new URL("..", import.meta.url));
export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** A missing build is a failure that says what to do, never a skipped test. */
export function assertBuilt() {
  assert.ok(existsSync(`${www}dist/index.html`), "www/dist is missing: run `npm run build` in www before its tests");
}

/** A child gets this long to print its address. */
const START_MS = 15_000;
/** No child outlives a test run by more than this, whatever happens to the run. */
const MAX_SECONDS = 600;

/** Starts www/server.mjs; `env` names the endpoint, `args` are further options. */
export async function startDemo(t, { env = {}, args = [] } = {}) {
  assertBuilt();
  const child = spawn(
    process.execPath,
    [`${www}server.mjs`, "--port", "0", "--max-seconds", String(MAX_SECONDS), "--until-stdin-closes", ...args],
    { stdio: ["pipe", "pipe", "pipe"], env: { ...cleanEnv(), ...env } },
  );
  const output = collect(child);
  stopAfter(t, child);
  const match = await printed(child, output, /http:\/\/127\.0\.0\.1:\d+/);
  return { url: match[0], child, output };
}

/** Starts the repository's scripted endpoint, whose answers are the best sentences of their prompts. */
export async function startEndpoint(t, args = []) {
  const path = `${repository}tests/endpoint/server.mjs`;
  assert.ok(existsSync(path), "tests/endpoint/server.mjs is missing: the browser tests need the scripted endpoint");
  const child = spawn(process.execPath, [path, "--max-seconds", String(MAX_SECONDS), ...args], { stdio: ["pipe", "pipe", "pipe"], env: cleanEnv() });
  const output = collect(child);
  stopAfter(t, child);
  const match = await printed(child, output, /"listening":\s*(\d+)/);
  const origin = `http://127.0.0.1:${match[1]}`;
  const admin = async (path, body) => {
    const request = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(`${origin}/__admin/${path}`, request);
    assert.ok(response.ok, `the scripted endpoint refused ${path}: ${response.status}`);
    return response.json();
  };
  return {
    baseUrl: `${origin}/v1`,
    /** The environment in which the demo server proxies to it. */
    env: { QWEN_BASE_URL: `${origin}/v1`, QWEN_MODEL: "qwen-scripted" },
    /** The next requests go wrong so, each by the name of its fault. */
    faults: (...faults) => admin("faults", faults),
    log: () => admin("log"),
  };
}

/** An endpoint in this process that answers with `answer(request, response, body)`. */
export async function startUpstream(t, answer) {
  const seen = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString("utf8");
    seen.push({ method: request.method, path: request.url, headers: request.headers, body });
    await answer(request, response, body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${server.address().port}/v1`, seen };
}

export async function until(condition, what, milliseconds = 5000) {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`waited ${milliseconds} ms for ${what}`);
}

/** The endpoint of whoever runs the tests must not get into them. */
function cleanEnv() {
  const { QWEN_BASE_URL: _base, QWEN_MODEL: _model, QWEN_API_KEY: _key, ...rest } = process.env;
  return rest;
}

function collect(child) {
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (part) => (output.text += part));
  }
  return output;
}

async function printed(child, output, pattern) {
  await until(() => pattern.test(output.text) || child.exitCode !== null, `a child to print ${pattern}`, START_MS);
  const match = pattern.exec(output.text);
  assert.ok(match, `a child ended with ${child.exitCode}: ${output.text}`);
  return match;
}

function stopAfter(t, child) {
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  });
}
