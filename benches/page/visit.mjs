// What is done in the demo page while it is watched, told by role and name. Waiting must not keep
// the page busy: what is asked of it while it works is one cheap thing a few times a second.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LOOK_MS = 200;

/** Files as a visitor has them: handing over their bytes would be work for the page. */
export async function onDisk(files, onEnd) {
  const folder = await mkdtemp(join(tmpdir(), "page-files-"));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  return Promise.all(
    files.map(async ({ name, bytes }) => {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return path;
    }),
  );
}

/** Adds files and waits until all can be asked. */
export async function addFiles(page, paths) {
  await page.locator("input[type=file]").first().setInputFiles(paths);
  const removable = page.getByRole("button", { name: /^Remove / });
  await looking(async () => (await removable.count()) >= paths.length);
}

/** Connects the page to an endpoint, by its settings. */
export async function connect(page, baseURL) {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Answers come from").selectOption("custom");
  await page.getByLabel("Base URL").fill(baseURL);
  await page.getByLabel("Model", { exact: true }).fill("qwen-scripted");
  await page.getByRole("button", { name: "Save" }).click();
}

/** Asks and waits for the end of the answer; `Stop` is there as long as it is written. */
export async function ask(page, question) {
  const box = page.getByRole("textbox", { name: "Your question" });
  await box.fill(question);
  await box.press("Enter");
  const stop = page.getByRole("button", { name: "Stop" });
  await stop.waitFor();
  // An element that is held needs not be looked for in a long page.
  const held = await stop.elementHandle();
  await looking(async () => !(await held.isVisible()));
}

async function looking(isDone) {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
