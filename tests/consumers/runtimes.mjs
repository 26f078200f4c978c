// The proxy in the runtimes of servers: a page's question goes through it to a scripted model, and
// comes back as a stream; what may not pass is refused; a page that goes away is noticed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { execute, project, run, tools } from "./prepare.mjs";
import { startServer } from "../endpoint/server.mjs";

const KEY = "sk-of-the-site-0123456789";

/** As docs/proxy.md has it for each, on a free port, which is printed. */
const SERVE = {
  workerd: 'export default { fetch: (request) => proxy(request) };\n',
  node: 'import { createServer } from "node:http";\nimport { toNodeHandler } from "qwen-agent-wasm/proxy";\nconst server = createServer(toNodeHandler(proxy)).listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));\n',
  deno: 'Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(`port ${port}`) }, (request, { remoteAddr }) => proxy(request, { client: remoteAddr.hostname }));\n',
  bun: 'const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 120, fetch: (request, server) => proxy(request, { client: server.requestIP(request)?.address }) });\nconsole.log(`port ${server.port}`);\n',
};

/** Cloudflare's runtime, which takes one script and a configuration. */
const WORKERD = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .site), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const site :Workerd.Worker = (
  modules = [(name = "site.mjs", esModule = embed "site.mjs")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["enable_request_signal"],
);
`;

const ARGUMENTS = { node: ["serve.mjs"], deno: ["run", "--allow-net", "--allow-read", "--no-remote", "--cached-only", "serve.mjs"], bun: ["run", "serve.mjs"], workerd: ["serve", "--control-fd=1", "config.capnp"] };

/** Starts it there and sends what pages and others send. */
export async function servesProxy(t, runtime) {
  const program = await programOf(runtime);
  const upstream = await startServer({ requireKey: true });
  t.after(() => upstream.stop());
  const folder = await project(runtime === "node" ? "quick" : "all", `proxy-${runtime}`, {
    "serve.mjs": `import { createProxy } from "qwen-agent-wasm/proxy";\nconst proxy = createProxy({ baseURL: ${JSON.stringify(upstream.baseURL)}, apiKey: "${KEY}", models: ["qwen-scripted"], origins: ["https://docs.example.com"], maxBodyBytes: 20_000, rateLimit: { requests: 9 } });\n${SERVE[runtime]}`,
  });
  if (runtime === "workerd") {
    await writeFile(join(folder, "config.capnp"), WORKERD);
    await run("quick", folder, ["esbuild", "serve.mjs", "--bundle", "--format=esm", "--outfile=site.mjs"]);
  }
  const child = spawn(program, ARGUMENTS[runtime], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const origin = `http://127.0.0.1:${await portOf(child, ended)}`;
  await exchange(origin, upstream);
  const { stdout } = await execute(program, ["--version"]);
  return { version: /\d+[\d.-]+\d/.exec(stdout)[0] };
}

async function exchange(origin, upstream) {
  const question = { model: "qwen-scripted", stream: true, messages: [{ role: "user", content: "Say something." }] };
  const post = (body, headers = {}, init = {}) => fetch(`${origin}/api/qwen/chat/completions`, { method: "POST", headers: { "content-type": "application/json", origin, ...headers }, body: JSON.stringify(body), ...init });
  const refused = async (promise, status, code) => {
    const response = await promise;
    const text = await response.text();
    assert.deepEqual([response.status, JSON.parse(text).error.code, text.includes(KEY)], [status, code, false]);
    return response;
  };
  const answer = await post(question, { origin: "https://docs.example.com", cookie: "a=b" });
  assert.equal(answer.headers.get("access-control-allow-origin"), "https://docs.example.com");
  assert.match(await answer.text(), /data: \[DONE\]/);
  assert.equal(upstream.state.log[0].authorization, true);
  assert.equal(upstream.state.log[0].headers.cookie, undefined);
  assert.deepEqual((await (await fetch(`${origin}/models`)).json()).data.map(({ id }) => id), ["qwen-scripted"]);
  await refused(post(question, { origin: "https://evil.example" }), 403, "origin_not_allowed");
  await refused(post({ ...question, model: "qwen-max" }), 403, "model_not_allowed");
  await refused(post({ ...question, filler: "x".repeat(30_000) }), 413, "body_too_large");
  upstream.state.faults.push("401", "redirect");
  await refused(post(question), 401, "upstream_unauthorized");
  await refused(post(question), 502, "upstream_redirected");
  // Words come before all are said, and nobody goes on speaking to a page that went away.
  upstream.state.settings.perTokenMs = 50;
  const gone = new AbortController();
  const reader = (await post(question, {}, { signal: gone.signal })).body.getReader();
  assert.ok((await reader.read()).value.length > 0);
  gone.abort();
  const asked = upstream.state.log.at(-1);
  for (let times = 0; times < 200 && !asked.aborted; times++) await later(10);
  assert.equal(asked.aborted, true);
  upstream.state.settings.perTokenMs = 0;
  upstream.state.faults.push("context_length");
  await refused(post(question), 400, "context_length_exceeded");
  assert.equal((await post(question)).status, 200);
  const limited = await refused(post(question), 429, "rate_limited");
  assert.ok(Number(limited.headers.get("retry-after")) > 0);
}

async function portOf(child, ended) {
  let said = "";
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
        const match = /\bport"?[ :]+(\d+)/.exec(said);
        if (match) resolve(Number(match[1]));
      });
    }
    ended.then(() => reject(new Error(`the server ended: ${said}`)));
  });
}

/** The binary of its npm package: their own scripts for it are not run on installing. */
async function programOf(runtime) {
  if (runtime === "node") return process.execPath;
  const modules = join(await tools("all"), "node_modules");
  if (runtime === "workerd") return binary(runtime, join(modules, "@cloudflare", `workerd-${{ win32: "windows" }[process.platform] ?? process.platform}-${process.arch === "x64" ? "64" : process.arch}`, "bin/workerd"));
  const os = { linux: "linux", darwin: "darwin", win32: "win32" }[process.platform];
  const libc = runtime === "deno" && os === "linux" ? "-glibc" : "";
  const cpu = runtime === "bun" && process.arch === "arm64" ? "aarch64" : process.arch;
  const name = runtime === "deno" ? `@deno/${os}-${cpu}${libc}/deno` : `@oven/bun-${os === "win32" ? "windows" : os}-${cpu}/bin/bun`;
  return binary(runtime, join(modules, name));
}

async function binary(runtime, name) {
  const path = name + (process.platform === "win32" ? ".exe" : "");
  await access(path).catch(() => assert.fail(`${path} is missing: npm delivers no ${runtime} for this machine`));
  return path;
}
