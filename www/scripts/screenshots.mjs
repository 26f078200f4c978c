// Takes the pictures of docs/images from the built page, in headless Chromium, so that they show
// what is there: node scripts/screenshots.mjs. It starts the scripted endpoint of the tests.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const images = `${repository}docs/images/`;
const question = "What does the declaration say about arbitrary arrest?";

/** A program of ours that prints where it listens, and ends with this one. */
async function start(args, env = {}) {
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
  let text = "";
  for await (const [part] of on(child.stdout)) {
    text += part;
    const port = /"listening":\s*(\d+)|127\.0\.0\.1:(\d+)/.exec(text);
    if (port) return { origin: `http://127.0.0.1:${port[1] ?? port[2]}`, stop: () => child.stdin.end() };
  }
  throw new Error(`${args[0]} did not start`);
}

async function* on(stream) {
  for (;;) yield await once(stream, "data");
}

const endpoint = await start([`${repository}tests/endpoint/server.mjs`, "--max-seconds", "120"]);
const demo = await start([`${repository}www/server.mjs`, "--port", "0", "--max-seconds", "120", "--until-stdin-closes"], { QWEN_BASE_URL: `${endpoint.origin}/v1`, QWEN_MODEL: "qwen-scripted", QWEN_API_KEY: "none" });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

/** The page with documents, a question answered, and its source open. */
async function answered({ locale = "en", sample = /Human Rights/, ask = question, viewport = { width: 1280, height: 800 }, colorScheme = "light", source = true }) {
  const context = await browser.newContext({ locale, viewport, colorScheme, reducedMotion: "reduce", deviceScaleFactor: viewport.width < 600 ? 2 : 1 });
  const page = await context.newPage();
  await page.goto(demo.origin);
  await page.locator("#page[data-ready]").waitFor();
  if (locale !== "en") await page.locator("qwen-assistant").evaluate((element, locale) => element.setAttribute("locale", locale), locale);
  await page.getByRole("button", { name: sample }).click();
  await page.locator('.document[data-status="ready"]').waitFor();
  const box = page.locator("qwen-assistant textarea").first();
  await box.fill(ask);
  await box.press("Enter");
  await page.locator('.turn[data-status="done"]').waitFor();
  if (source) {
    await page.locator(".marker").first().click();
    await page.locator('#source [part~="pdf-mark"], #source mark').first().waitFor();
  }
  await page.waitForTimeout(500);
  return page;
}

async function picture(name, page) {
  await page.screenshot({ path: `${images}${name}.png` });
  await page.context().close();
  console.log(name);
}

await picture("demo", await answered({}));
await picture("dark", await answered({ colorScheme: "dark" }));
await picture("arabic", await answered({ locale: "ar", sample: /الإعلان/, ask: "ماذا يقول الإعلان عن التعليم؟" }));
await picture("phone", await answered({ viewport: { width: 360, height: 740 }, source: false }));
await picture("phone-source", await answered({ viewport: { width: 360, height: 740 } }));
const page = await answered({ source: false });
await page.getByRole("button", { name: "Inspector" }).click();
await page.locator(".inspected-item").first().waitFor();
await picture("inspector", page);
await browser.close();
demo.stop();
endpoint.stop();
