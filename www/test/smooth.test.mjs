// Whether the page stays usable while it works: a million tokens are added and a very long answer
// streams. How long it was busy is told, not judged, since that is the machine's to say; what must
// hold is that the work is done elsewhere and that nothing is lost. Benchmarks measure the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inWords, tasksDuring, watchTasks } from "../../benches/page/tasks.mjs";
import { documents, longAnswer } from "../../benches/page/texts.mjs";
import { addFiles, ask, onDisk } from "../../benches/page/visit.mjs";
import { SLOW_MS, visit } from "./browser.mjs";
import { startParrot } from "./model.mjs";

const options = { timeout: 3 * SLOW_MS };

test("a million tokens are read in a worker, and all of them can be asked", options, async (t) => {
  const visitor = await watched(t);
  const { page } = visitor;
  const files = documents(10, 1_000_000);
  const paths = await onDisk(files, (remove) => t.after(remove));
  t.diagnostic(inWords(await tasksDuring(page, () => addFiles(page, paths))));
  assert.deepEqual(page.workers().map((worker) => /worker/.test(worker.url())), [true]);
  const rows = await Promise.all(files.map(({ name }) => visitor.ready(name)));
  const tokens = rows.map((row) => Number(/([\d,]+) tokens/.exec(row)[1].replaceAll(",", "")));
  assert.ok(tokens.reduce((sum, one) => sum + one, 0) > 900_000, rows.join("\n"));
  const turn = await visitor.ask("Where does the key of document 7 lie?", "done");
  assert.match(await turn.textContent(), /The key of document 7 lies under stone 1007/);
  await visitor.assertContent();
});

test("of an answer of 20,000 tokens that comes at once, every sentence is shown, in order", options, async (t) => {
  const { text, sentences } = longAnswer(20_000);
  const parrot = await startParrot(t, text);
  const visitor = await watched(t, { env: parrot.env });
  const { page } = visitor;
  await visitor.addSample();
  t.diagnostic(inWords(await tasksDuring(page, () => ask(page, "What is said about the harbor?"))));
  // Not innerText: what is out of view is there, but not laid out.
  const shown = await page.locator('.turn[data-status="done"]').textContent();
  const numbers = [...shown.matchAll(/Statement (\d+) about/g)].map(([, number]) => Number(number));
  assert.deepEqual(numbers, Array.from({ length: sentences }, (_, index) => index + 1));
  await visitor.assertContent();
});

async function watched(t, how) {
  const visitor = await visit(t, how);
  await visitor.page.evaluate(watchTasks);
  return visitor;
}
