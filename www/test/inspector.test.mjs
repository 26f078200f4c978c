// The inspector of the demo page: why a passage is found, and the passages of a document.
// Items are read as textContent: their innerText is empty until the browser has laid them out,
// which it puts off (content-visibility).

import assert from "node:assert/strict";
import { test } from "node:test";
import { declaration, SLOW_MS, visit } from "./browser.mjs";

const options = { timeout: 2 * SLOW_MS };

async function open(t, settings = {}) {
  const visitor = await visit(t, settings);
  await visitor.addSample();
  await visitor.drop(declaration.path);
  await visitor.ready("rights-en.pdf");
  return visitor;
}

test("it begins with the last question, and the terms of a passage add up to its score", options, async (t) => {
  const visitor = await open(t);
  const { page } = visitor;
  await visitor.ask(declaration.question, "done");
  await page.getByRole("button", { name: "Inspector" }).click();
  const dialog = page.getByRole("dialog", { name: "Inspector" });
  assert.equal(await dialog.getByLabel("Search for").inputValue(), declaration.question);
  const first = dialog.getByRole("listitem").first();
  await first.waitFor();
  assert.match(await first.textContent(), /arrest/i);
  assert.ok((await first.locator("mark").allInnerTexts()).some((text) => /arrest/i.test(text)));
  const score = Number(/score ([\d.]+)/.exec(await first.textContent())[1]);
  await first.getByText(/^Why:/).click();
  const rows = await first.getByRole("row").allInnerTexts();
  const parts = rows.slice(1).map((row) => Number(/([\d.]+) \(/.exec(row)[1]));
  const sum = parts.reduce((one, other) => one + other, 0);
  const rest = (await first.getByText(/that weigh less/).count()) > 0;
  assert.ok(rest ? sum < score + 0.1 : Math.abs(sum - score) < 0.1, `${parts} for ${score}`);
  await visitor.assertContent();
});

test("passages of one document, in their order; a search in it alone; nonsense finds nothing", options, async (t) => {
  const visitor = await open(t);
  const { page } = visitor;
  await page.getByRole("button", { name: "Inspector" }).click();
  const dialog = page.getByRole("dialog", { name: "Inspector" });
  await dialog.getByLabel("In", { exact: true }).selectOption("rights-en.pdf");
  await dialog.getByText(/passages, in reading order/).waitFor();
  const items = await dialog.getByRole("listitem").allTextContents();
  assert.ok(items.length > 2);
  assert.match(items[0], /^Passage 1 · page 1/);
  await dialog.getByLabel("Search for").fill("arbitrary arrest");
  await dialog.getByRole("button", { name: "Search" }).click();
  await dialog.getByText(/by BM25/).waitFor();
  assert.match((await dialog.getByRole("listitem").allTextContents())[0], /arrest/);
  await dialog.getByLabel("Search for").fill("qqqqzzzz xxxyyy");
  await dialog.getByLabel("Search for").press("Enter");
  await dialog.getByText("No passage has any of these words.").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await visitor.assertContent();
});

for (const colorScheme of ["light", "dark"]) {
  test(`it has no accessibility violation, ${colorScheme}`, options, async (t) => {
    const visitor = await open(t, { withAxe: true, context: { colorScheme } });
    const { page } = visitor;
    await visitor.ask(declaration.question, "done");
    await page.getByRole("button", { name: "Inspector" }).click();
    const first = page.getByRole("dialog", { name: "Inspector" }).getByRole("listitem").first();
    await first.getByText(/^Why:/).click();
    const { violations } = await page.evaluate(() => window.axe.run(document));
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), []);
  });
}
