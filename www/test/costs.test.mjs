// Before it is asked, a question that takes many requests says how many.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SLOW_MS, visit } from "./browser.mjs";
import { startEndpoint } from "./support.mjs";

const options = { timeout: 3 * SLOW_MS };

test("levels 2 and 3 tell their cost under the question box, before anything is asked", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const visitor = await visit(t, { env: endpoint.env });
  const { page } = visitor;
  const cost = page.locator("#composer-cost");
  const level = page.getByLabel("Level");
  await level.selectOption("read");
  assert.equal(await cost.isVisible(), false, "there are no documents yet");
  await visitor.addSample();
  await cost.filter({ hasText: /^This takes (up to|about) \d+ requests? and [\d,]+ tokens\.$/ }).waitFor();
  await page.getByRole("textbox", { name: "Your question" }).fill("How long does a loan last?");
  await level.selectOption("reason");
  await cost.filter({ hasText: /^This takes up to [\d,]+ requests and/ }).waitFor();
  await level.selectOption("retrieve");
  await cost.waitFor({ state: "hidden" });
  assert.deepEqual((await endpoint.log()).filter(({ kind }) => kind), []);
  await level.selectOption("read");
  await cost.waitFor();
  const told = Number(/(\d+) request/.exec(await cost.innerText())[1]);
  await visitor.ask("How long does a loan last?", "done");
  const asked = (await endpoint.log()).filter(({ kind }) => kind).length;
  assert.ok(asked > 0 && asked <= told, `${asked} of ${told}`);
  await visitor.connect(undefined);
  await cost.waitFor({ state: "hidden" });
  await visitor.assertContent();
});
