// The tutorial, done as it says: its files are written, its commands are run in their order with
// the packed package in the place of the one to be installed, and its page is asked in Chromium,
// first without a model and then with one.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { newPage } from "./browser.mjs";
import { execute, packed } from "./prepare.mjs";
import { startServer } from "../endpoint/server.mjs";
import { blocks, excuseOf, placeOf } from "../docs/documents.mjs";

const QUESTION = "When may hoses be used?";

export async function tutorial(t) {
  const home = await mkdtemp(join(tmpdir(), "qwen-agent-tutorial-"));
  t.after(() => rm(home, { recursive: true, force: true }));
  const port = await freePort();
  const endpoint = await startServer({ model: "qwen-plus" });
  t.after(() => endpoint.stop());
  const env = { ...process.env, QWEN_BASE_URL: endpoint.baseURL, npm_config_offline: "true", npm_config_audit: "false", npm_config_fund: "false", npm_config_install_links: "true" };
  // Readers have their key and a free port; the package is not published yet.
  const asHere = async (text) => text.replaceAll("8080", String(port)).replaceAll("QWEN_API_KEY=…", "QWEN_API_KEY=sk-of-the-tests").replaceAll("npm install qwen-agent-wasm", `npm install ${await packed()}`);
  let cwd = home;
  const steps = (await blocks()).filter(({ path }) => path === "docs/tutorial.md");
  const served = [];
  for (const step of steps) {
    const code = await asHere(step.code);
    if (step.title) {
      await mkdir(dirname(join(cwd, step.title)), { recursive: true });
      await writeFile(join(cwd, step.title), code);
    } else if (step.remark?.startsWith("serves")) {
      const address = await started(t, code, { cwd, env });
      served.push(step.remark);
      await asked(t, address, step.remark === "serves with a model" ? endpoint : undefined);
      await stopped();
    } else if (!excuseOf(step)) {
      const { stdout } = await execute("bash", ["-e", "-c", `${code}\necho; pwd`], { cwd, env }).catch((error) => assert.fail(`${placeOf(step)}: ${error.message}`));
      cwd = stdout.trim().split("\n").at(-1);
      if (code.includes("search")) assert.match(stdout, /^1\. Rules of the allotment[^]*Hoses may be used before nine/);
    }
  }
  assert.deepEqual(served, ["serves", "serves with a model"]);
}

/** The tutorial's server, until it is told to stop. */
let child;

async function started(t, code, options) {
  // By exec, so that what is stopped is the server and not the shell around it.
  child = spawn("bash", ["-c", code.replace(/\bnode (?=server)/, "exec node ")], { ...options, stdio: ["ignore", "pipe", "inherit"] });
  t.after(stopped);
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  return line.trim();
}

async function stopped() {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, "exit");
}

/** Does what the reader is told to, and sees what is promised. */
async function asked(t, address, endpoint) {
  const page = await newPage(t);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(address);
  await page.locator("qwen-assistant [part~=launcher]").click();
  await page.getByRole("textbox").last().fill(QUESTION);
  await page.keyboard.press("Enter");
  const turn = page.locator('qwen-assistant .turn[data-status="done"]');
  await turn.waitFor({ timeout: 20_000 }).catch(async () => assert.fail(`no answer: ${await page.locator("qwen-assistant [part~=panel]").textContent()}`));
  const answer = await turn.locator(".answer-text").textContent();
  assert.match(answer, /hose/i);
  await turn.locator(".marker").first().click();
  await page.locator("qwen-assistant [part~=source]").getByText("before nine in the morning").first().waitFor();
  assert.deepEqual(complaints, []);
  assert.equal(endpoint ? endpoint.state.log.length > 0 : true, true);
  // The key went to the model's server, and the page never had it.
  if (endpoint) assert.equal(endpoint.state.log.every(({ authorization }) => authorization), true);
  assert.equal((await page.content()).includes("sk-of-the-tests"), false);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
