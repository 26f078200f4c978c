// Writes what the matrix found, for people: docs/consumers.md.

const NAMES = { node: "Node", deno: "Deno", bun: "Bun", workerd: "Cloudflare's workerd" };

/**
 * `rows` are the cells that answered, `servers` the runtimes that the proxy ran in; one that fails
 * ends the run before this.
 */
export function report(rows, servers) {
  const lines = rows.map(({ name, version, work, wasm, set, program }) => `| ${name}${version ? ` (${version})` : ""} | ✓ | ${work} | ${wasm} | ${program ? "✓" : "–"} | ${set === "all" ? "`--all`" : "always"} |`);
  return `# In which pages it works

The package as npm packs it, used without configuration: a bare \`import\`, no plugin, no copied file, no option.
Each page is opened in headless Chromium, adds a Markdown file and a PDF, and asks a question; it passes if the answer cites the right sentence.
Written on ${new Date().toISOString().slice(0, 10)} by \`node tests/consumers/run.mjs --all --record\`.

| consumer | answers | the work is done in | wasm comes from | code interpreter | tested |
| --- | --- | --- | --- | --- | --- |
${lines.join("\n")}

*Worker (address)*: the worker's own file. *Worker (Blob)*: browsers refuse workers of another origin, and some bundlers leave the file behind; a Blob takes its place, which a policy must allow (\`worker-src blob:\`). *Page*: where no worker is allowed; everything works, on the page's thread.
*Copies*: scripts with the modules inside, loaded only where the \`.wasm\` files cannot be had. \`qwen-agent-wasm/slim\` does without them.
A policy needs \`'wasm-unsafe-eval'\` in \`script-src\`; without it no WebAssembly runs, and the error is \`wasm.csp\`.

The proxy of \`qwen-agent-wasm/proxy\` was asked in ${servers.map(({ runtime, version }) => `${NAMES[runtime]} ${version}`).join(", ")}: streams, refusals, limits, pages that go away. Its recipe for Next is compiled, not run.

What has no copy, since few need it: the vocabulary (tokens are then estimated), the character maps for old PDFs in Chinese, Japanese and Korean, and the code interpreter of \`qwen-agent-wasm/tools\`. Where a bundler leaves files behind, serve those yourself; [the list of files](../README.md#installation) tells which.
`;
}
