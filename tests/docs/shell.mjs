// Runs commands of the documents in a folder with files of the names that they use.
//
// `qwen-agent` really runs, with a scripted endpoint in the place of any. `cargo`, `npm` and `node`
// with other scripts, which would build and measure for minutes, are only looked at: whether the
// command of xtask and the script exist.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { pdf } from "../../pkg/test-support/built.mjs";
import { startServer } from "../endpoint/server.mjs";
import { repository } from "./documents.mjs";

const PAGE = '<!doctype html><html lang="en"><title>Terms</title><main><h1 id="cancel">How to cancel</h1><p>The notice period is three months.</p></main></html>';
const CONTRACT = pdf(["The notice period is three months. Who signs is named on page two."]);

/** What readers have of their own, under the names that the documents use. */
const FILES = {
  "contract.pdf": CONTRACT,
  "docs/contract.pdf": CONTRACT,
  "docs/faq.md": "# Questions\n\nThe notice period is three months.\n",
  "shelf/book.md": "# A book\n\nThe treaty was signed in the old mill.\n",
  "corpus.jsonl": '{"id": "1042", "title": "Pump A-1042", "text": "Lifts 40 liters a minute."}\n',
  "dist/index.html": PAGE,
  "dist/drafts/new.html": PAGE,
  "dist/terms.pdf": CONTRACT,
};

/** Programs that stand before the real ones. Node's own path is kept for the command. */
async function programs(folder, endpoint) {
  const { USAGE } = await usage();
  const command = (...words) => `#!/bin/sh\n${words.join("\n")}\n`;
  const qwen = `exec "${process.execPath}" "${join(repository, "tests/docs/command.mjs")}" "${endpoint}" "$@"`;
  const scripts = {
    npx: command('case "$1" in qwen-agent|qwen-agent-wasm) shift;; *) echo "npx $1 is not known" >&2; exit 1;; esac', qwen),
    npm: command('[ "$*" = "install qwen-agent-wasm" ] || { echo "npm $* is not known" >&2; exit 1; }'),
    node: command('case "$1" in pkg/dist/cli.js) shift; ' + qwen + ';; esac', 'while [ "${1#--}" != "$1" ]; do shift; done', `[ -e "${repository}$1" ] || { echo "there is no $1" >&2; exit 1; }`),
    cargo: command('case "$1" in bench|doc|test|fmt|clippy|deny|build) exit 0;; xtask) ;; *) echo "cargo $1 is not known" >&2; exit 1;; esac', `case " ${USAGE.join(" ")} " in *" $2 "*) ;; *) echo "cargo xtask $2 is not known" >&2; exit 1;; esac`),
  };
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), script);
    await chmod(join(folder, name), 0o755);
  }
}

/** The commands that xtask says it has. */
async function usage() {
  const main = await readFile(join(repository, "xtask/src/main.rs"), "utf8");
  const text = /const USAGE: &str = "\\\n([^]*?)";/.exec(main)[1];
  return { USAGE: [...text.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name) };
}

/** A folder as readers have it, where commands are run one after another; gone after the test. */
export async function workplace(t) {
  const folder = await mkdtemp(join(tmpdir(), "qwen-agent-docs-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await startServer({ model: "qwen-plus" });
  t.after(() => server.stop());
  for (const [name, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, "here", name)), { recursive: true });
    await writeFile(join(folder, "here", name), content);
  }
  await mkdir(join(folder, "bin"));
  await programs(join(folder, "bin"), server.baseURL);
  const env = { ...process.env, PATH: `${join(folder, "bin")}:${process.env.PATH}`, HOME: folder, XDG_CACHE_HOME: join(folder, "cache") };
  return { cwd: join(folder, "here"), env };
}

/** Runs commands; rejects with what they complain of. */
export const run = (place, code) => promisify(execFile)("bash", ["-e", "-o", "pipefail", "-c", code.replaceAll("QWEN_API_KEY=…", "QWEN_API_KEY=sk-of-the-tests")], { ...place, timeout: 100_000 });

/** Only reads them: whether they are commands at all. */
export const parse = (code) => promisify(execFile)("bash", ["-n", "-c", code]);
