// The consumers: how each makes a page of the same program, without any configuration.
//
// A cell gives the address of its page. `set` names the tools that it needs; those of `all` are
// large, and tried by `cargo xtask test --all`. Where the code interpreter's files are left behind,
// or its worker is not allowed, `interpreter` is false.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { app, main, page } from "./app.mjs";
import { packed, project, run, tools } from "./prepare.mjs";
import { serve } from "./serve.mjs";
import { pdf } from "../../pkg/test-support/built.mjs";

const PDF = pdf(["The walrus sleeps on the first page."]);
const SCRIPT = '<script type="module" src="/main.js"></script>';
const PROGRAM = { "app.js": app(), "main.js": main() };

/** A project with a page beside its program, as Vite and Parcel take it. */
const withPage = (set, name, head = SCRIPT.replace("/main", "./main")) => project(set, name, { ...PROGRAM, "index.html": page(head, PDF) });

/** A project whose script is made by `command`, into `dist/`, and its page there. */
function bundled(set, name, command, head = SCRIPT) {
  return async (t) => {
    const folder = await project(set, name, { "src/app.js": app(), "src/index.js": main(), "dist/index.html": page(head, PDF) });
    await run(set, folder, command);
    return serve(t, join(folder, "dist"));
  };
}

/** Starts a server of a tool; its address once it has said it. */
async function started(t, set, folder, [program, script, ...args]) {
  const path = join(await tools(set), "node_modules", program, script);
  const child = spawn(process.execPath, [path, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", FORCE_COLOR: "0" } });
  const ended = once(child, "exit");
  t.after(async () => {
    // A server that waits for its connections to close would wait for the page, which closes later.
    child.kill("SIGKILL");
    await ended;
  });
  let said = "";
  const address = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
        const match = /http:\/\/(127\.0\.0\.1|localhost):\d+/.exec(said);
        if (match) resolve(match[0]);
      });
    }
    ended.then(() => reject(new Error(`${program} ended: ${said}`)));
  });
  return address;
}

/** A page and, on another origin, the package, as from a CDN; `policy` is the page's. */
function acrossOrigins(policy) {
  return async (t) => {
    const cdn = await serve(t, await packed(), { headers: { "access-control-allow-origin": "*" }, fallback: false });
    const folder = await project("quick", policy ? "cdn-policy" : "cdn", { "app.js": app(`${cdn}/dist/index.js`, `${cdn}/dist/tools/index.js`), "main.js": main(), "index.html": page(SCRIPT, PDF) });
    return serve(t, folder, { headers: policy ? { "content-security-policy": policy(cdn) } : {} });
  };
}

export const cells = [
  {
    name: "no bundler, an import map",
    set: "quick",
    async open(t) {
      const at = "/node_modules/qwen-agent-wasm/dist";
      const map = JSON.stringify({ imports: { "qwen-agent-wasm": `${at}/index.js`, "qwen-agent-wasm/tools": `${at}/tools/index.js` } });
      return serve(t, await withPage("quick", "import-map", `<script type="importmap">${map}</script>\n${SCRIPT}`));
    },
  },
  { name: "another origin, without a policy", set: "quick", open: acrossOrigins() },
  {
    name: "another origin, with a policy that allows blob: workers",
    set: "quick",
    open: acrossOrigins((cdn) => `default-src 'none'; script-src 'self' ${cdn} 'wasm-unsafe-eval'; connect-src ${cdn}; worker-src blob:`),
  },
  {
    name: "another origin, with a policy without workers",
    set: "quick",
    interpreter: false,
    open: acrossOrigins((cdn) => `default-src 'none'; script-src 'self' ${cdn} 'wasm-unsafe-eval'; connect-src ${cdn}; worker-src 'none'`),
  },
  { name: "esbuild, ES modules", tool: "esbuild", set: "quick", interpreter: false, open: bundled("quick", "esbuild", ["esbuild", "src/index.js", "--bundle", "--format=esm", "--splitting", "--outdir=dist"], SCRIPT.replace("main", "index")) },
  { name: "esbuild, its defaults", tool: "esbuild", set: "quick", interpreter: false, open: bundled("quick", "esbuild-classic", ["esbuild", "src/index.js", "--bundle", "--outfile=dist/main.js"], '<script defer src="/main.js"></script>') },
  { name: "Rollup with node-resolve", tool: "rollup", set: "quick", interpreter: false, open: bundled("quick", "rollup", ["rollup", "src/index.js", "--dir", "dist", "--format", "es", "--plugin", "node-resolve"], SCRIPT.replace("main", "index")) },
  {
    name: "Vite, build",
    tool: "vite",
    set: "quick",
    async open(t) {
      const folder = await withPage("quick", "vite-build");
      await run("quick", folder, ["vite", "build"]);
      return serve(t, join(folder, "dist"));
    },
  },
  {
    name: "Vite, development server",
    tool: "vite",
    set: "quick",
    async open(t) {
      return started(t, "quick", await withPage("quick", "vite-dev"), ["vite", "bin/vite.js", "--host", "127.0.0.1", "--port", "0", "--clearScreen", "false"]);
    },
  },
  // Their development servers put the package's scripts together elsewhere, without its files.
  ...["vite-5", "vite-7"].map((tool) => ({
    name: `${tool.replace("vite-", "Vite ")}, development server`,
    tool,
    set: "all",
    interpreter: false,
    async open(t) {
      return started(t, "all", await withPage("all", `${tool}-dev`), [tool, "bin/vite.js", "--host", "127.0.0.1", "--port", "0", "--clearScreen", "false"]);
    },
  })),
  { name: "webpack 5", tool: "webpack", set: "all", open: bundled("all", "webpack", ["webpack", "--mode", "production"], '<script defer src="/main.js"></script>') },
  {
    name: "Parcel 2",
    tool: "parcel",
    set: "all",
    async open(t) {
      const folder = await withPage("all", "parcel");
      await run("all", folder, ["parcel", "build", "index.html", "--no-cache"]);
      return serve(t, join(folder, "dist"));
    },
  },
  ...["", "--webpack"].map((bundler) => ({
    name: `Next, build and start${bundler ? ", with webpack" : ""}`,
    tool: "next",
    set: "all",
    async open(t) {
      const folder = await project("all", bundler ? "next-webpack" : "next", {
        "app/layout.js": `export default ({ children }) => <html lang="en" data-pdf="${PDF.toString("base64")}"><body>{children}</body></html>;\n`,
        "app/page.js": '"use client";\nimport { useEffect } from "react";\nexport default function Page() {\n  useEffect(() => void import("./main.js"), []);\n  return <p>A consumer</p>;\n}\n',
        "app/app.js": app(),
        "app/main.js": main(),
      });
      await run("all", folder, ["next", "build", ...(bundler ? [bundler] : [])]);
      return started(t, "all", folder, ["next", "dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", "0"]);
    },
  })),
];
