// What goes wrong: bad files and bad endpoints. Each case shows what happened, what to do and its
// code, and the documents added before still answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { declaration, SLOW_MS, visit } from "./browser.mjs";
import { empty, gb18030, truncated, zeros } from "./files.mjs";
import { repository, startEndpoint } from "./support.mjs";

const options = { timeout: 4 * SLOW_MS };
const loan = "How long does a loan last?";

/** The sample answers, whatever happened before. */
async function assertStillAnswers(visitor) {
  await visitor.connect(undefined);
  const turn = await visitor.ask(loan, "done");
  assert.match(await turn.locator(".answer-text").textContent(), /seven days/);
}

async function assertProblem(place, code) {
  const problem = place.locator(".problem");
  await problem.waitFor();
  assert.match(await problem.locator("summary code").innerText(), code);
  assert.notEqual(await problem.locator(".problem-what").innerText(), "");
  assert.notEqual(await problem.locator(".problem-todo").innerText(), "");
}

const badFiles = [
  { what: "an empty file", file: () => empty, code: /^read\.empty$/ },
  { what: "zeros named .pdf", file: () => zeros, code: /^read\.(unsupported|damaged)$/ },
  { what: "an encrypted PDF", file: () => `${repository}tests/inputs/pdf/encrypted.pdf`, code: /^read\.encrypted$/ },
];

for (const { what, file, code } of badFiles) {
  test(`${what} is refused in words, with its code`, options, async (t) => {
    const visitor = await visit(t);
    await visitor.addSample();
    await visitor.drop(file());
    const row = visitor.page.locator('.document[data-status="failed"]');
    await assertProblem(row, code);
    await visitor.heard(/was not added/);
    await assertStillAnswers(visitor);
    await visitor.assertContent();
  });
}

test("a truncated PDF is read with a warning, or refused in words", options, async (t) => {
  const visitor = await visit(t);
  await visitor.addSample();
  await visitor.drop(await truncated(declaration.path));
  const row = visitor.page.locator('.document[data-status="ready"], .document[data-status="failed"]', { hasText: "truncated.pdf" });
  await row.waitFor();
  if ((await row.getAttribute("data-status")) === "failed") await assertProblem(row, /^read\.damaged$/);
  else assert.match(await row.locator(".warnings").innerText(), /warning[\s\S]*\.[\s\S]*\w+\.\w+/);
  await assertStillAnswers(visitor);
  await visitor.assertContent();
});

test("a text in GB18030 is read as Chinese", options, async (t) => {
  const visitor = await visit(t);
  await visitor.drop(gb18030);
  await visitor.ready("gb18030.txt");
  const turn = await visitor.ask("借期为几天?", "done");
  assert.match(await turn.locator(".answer-text").textContent(), /借期为三十天/);
  await visitor.assertContent();
});

test("an endpoint that cannot be reached is named as such", options, async (t) => {
  const visitor = await visit(t, { mayComplain: [/ERR_CONNECTION_REFUSED|ERR_UNSAFE_PORT|ERR_FAILED|CORS/] });
  await visitor.addSample();
  await visitor.connect({ baseUrl: "http://127.0.0.1:9/v1" });
  const turn = await visitor.ask(loan, "failed");
  await assertProblem(turn, /^llm\.cors_or_network$/);
  await assertStillAnswers(visitor);
  await visitor.assertContent();
});

test("a refused key is named as such, and not shown", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const visitor = await visit(t, { mayComplain: [/status of 401/] });
  await visitor.addSample();
  await endpoint.faults("401");
  await visitor.connect({ baseUrl: endpoint.baseUrl, key: "sk-wrong-key" });
  const turn = await visitor.ask(loan, "failed");
  await assertProblem(turn, /^llm\.unauthorized$/);
  await turn.locator(".problem summary").click();
  assert.match(await turn.textContent(), /HTTP 401/);
  assert.ok(!(await visitor.page.locator("body").innerText()).includes("sk-wrong-key"));
  await assertStillAnswers(visitor);
  await visitor.assertContent();
});

test("a stream cut in the middle keeps what had arrived", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const visitor = await visit(t, { mayComplain: [/ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION|ERR_EMPTY_RESPONSE/] });
  await visitor.addSample();
  await endpoint.faults({ fault: "cut_mid", kind: "answer" });
  await visitor.connect({ baseUrl: endpoint.baseUrl });
  const turn = await visitor.ask(loan, "failed");
  await assertProblem(turn, /^llm\.(incomplete|cors_or_network)$/);
  assert.match(await turn.locator(".answer-text").textContent(), /A loan lasts/);
  await assertStillAnswers(visitor);
  await visitor.assertContent();
});

test("Read everything without a model is answered in quotes, and says so", options, async (t) => {
  const visitor = await visit(t);
  await visitor.addSample();
  await visitor.page.getByLabel("Level").selectOption("read");
  await visitor.page.getByText("No model is connected").waitFor();
  const turn = await visitor.ask(loan, "done");
  assert.equal(await turn.locator(".label").innerText(), "Quotes from your documents (no model)");
  await visitor.assertContent();
});

test("a question without documents says what is missing", options, async (t) => {
  const visitor = await visit(t);
  const turn = await visitor.ask(loan, "failed");
  await assertProblem(turn, /^agent\.no_documents$/);
  await visitor.assertContent();
});

test("a document can be cancelled while it is read", options, async (t) => {
  const visitor = await visit(t);
  const line = "Lines of a long register, each with its own number and a few words more.\n";
  const bytes = Buffer.from(Array.from({ length: 150_000 }, (_, number) => `${number} ${line}`).join(""));
  await visitor.drop({ name: "register.txt", bytes });
  await visitor.page.getByRole("button", { name: "Cancel register.txt" }).click();
  await visitor.page.locator('.document[data-status="cancelled"]').waitFor();
  await visitor.addSample();
  await assertStillAnswers(visitor);
  await visitor.assertContent();
});
