// The `pdf` crate, in the native program of pdf-crate/. It measures itself, since starting a
// process and passing text are not reading; and it ends itself after a file that takes too long.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../pdf-crate/", import.meta.url));
const PROGRAM = `${FOLDER}target/release/pdf-crate-text${process.platform === "win32" ? ".exe" : ""}`;
const NEWLINE = 10;

let running;

export async function open({ seconds }) {
  if (!existsSync(PROGRAM)) throw new Error("its program is not built: cargo build --release in benches/readers/pdf-crate");
  const manifest = await readFile(`${FOLDER}Cargo.toml`, "utf8");
  process.on("exit", () => running?.child.kill("SIGKILL"));
  return { version: /^pdf = "=(.*)"$/m.exec(manifest)?.[1], read: (_bytes, _name, path) => read(path, seconds) };
}

async function read(path, seconds) {
  running ??= start(seconds);
  running.child.stdin.write(`${path}\n`);
  const { outcome, ms, content } = await running.answer();
  if (outcome === "ok") return { text: content, ms };
  throw Object.assign(new Error(content || outcome), { outcome, code: outcome === "error" ? "PdfError" : outcome });
}

function start(seconds) {
  const child = spawn(PROGRAM, [String(seconds)], { stdio: ["pipe", "pipe", "ignore"] });
  let received = Buffer.alloc(0);
  let settle;
  const look = () => {
    const answer = parse(received);
    if (!answer || !settle) return;
    received = received.subarray(answer.bytes);
    settle(answer);
    settle = undefined;
  };
  child.stdout.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    look();
  });
  // The next file gets a new one.
  const lost = () => {
    running = undefined;
    settle?.({ outcome: "crash", content: "the program ended" });
  };
  child.on("error", lost);
  child.on("exit", lost);
  child.stdin.on("error", () => {});
  const answer = () => new Promise((resolve) => {
    settle = resolve;
    look();
  });
  return { child, answer };
}

/** One answer out of what was received, or nothing while it is not complete. */
function parse(received) {
  const end = received.indexOf(NEWLINE);
  if (end < 0) return undefined;
  const [outcome, ms, length] = received.subarray(0, end).toString("latin1").split(" ");
  const bytes = end + 1 + Number(length);
  if (received.length < bytes) return undefined;
  return { outcome, ms: Number(ms), content: received.subarray(end + 1, bytes).toString("utf8"), bytes };
}
