// Whether everybody can use it: rules of axe in every state, light and dark; a phone of 320 px;
// the keyboard alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SLOW_MS, visit } from "./browser.mjs";
import { startParrot } from "./model.mjs";
import { startEndpoint } from "./support.mjs";

const options = { timeout: 3 * SLOW_MS };
const loan = "How long does a loan last?";

async function assertAccessible(visitor, state) {
  const violations = await visitor.page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`);
  });
  assert.deepEqual(violations, [], state);
}

async function assertFits(visitor, state) {
  const [content, window] = await visitor.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `${state}: ${content} px of content in ${window} px`);
}

/** Walks through the page's states; the model's answer has all that answers may have. */
async function walk(t, contextOptions, check) {
  const text = "In short: **seven days** [1].\n\n- renewable *twice* [1]\n- not when reserved [9]\n\n```\na very long line of code that must scroll and not widen the page\n```";
  const { env } = await startParrot(t, text);
  const visitor = await visit(t, { env, context: contextOptions, withAxe: true });
  const { page } = visitor;
  await check(visitor, "empty");
  await visitor.drop({ name: "empty.txt", bytes: Buffer.alloc(0) });
  await page.locator('.document[data-status="failed"]').waitFor();
  await visitor.addSample();
  await check(visitor, "with documents");
  await page.getByRole("button", { name: "Settings" }).click();
  await check(visitor, "settings");
  await page.keyboard.press("Escape");
  const turn = await visitor.ask(loan, "done");
  await turn.getByText("Why this answer").click();
  await check(visitor, "answered");
  await turn.locator(".marker").first().click();
  await page.locator("#source mark").first().waitFor();
  await check(visitor, "source open");
  await visitor.assertContent();
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing, ${colorScheme}`, options, (t) => walk(t, { colorScheme }, assertAccessible));
}

/** All states of the widget in one language, found by what does not depend on it. */
async function walkIn(t, locale, colorScheme) {
  const endpoint = await startEndpoint(t);
  const visitor = await visit(t, { env: endpoint.env, withAxe: true, context: { colorScheme }, mayComplain: [/status of 401/] });
  const { page } = visitor;
  await page.locator("qwen-assistant").evaluate((element, locale) => element.setAttribute("locale", locale), locale);
  await page.locator(`.panel[lang="${locale}"]`).waitFor();
  const check = (state) => assertAccessible(visitor, `${state}, ${locale}, ${colorScheme}`);
  const ask = async (status) => {
    const before = await page.locator(".turn").count();
    await page.locator("#question").fill(loan);
    await page.locator("#question").press("Enter");
    const turn = page.locator(".turn").nth(before);
    await turn.and(page.locator(`[data-status="${status}"]`)).waitFor();
    return turn;
  };
  await check("empty");
  await visitor.addSample();
  await check("documents");
  await page.locator(".drop-buttons .button").last().click();
  await check("dialog");
  await page.keyboard.press("Escape");
  await endpoint.faults("401");
  await ask("failed");
  await check("error");
  await endpoint.faults({ fault: "stall", kind: "answer" });
  const answering = await ask("running");
  await answering.locator(".answer-text").getByText("A loan").waitFor();
  await check("answering");
  await page.locator(".button-stop").click();
  const turn = await ask("done");
  await turn.locator("details summary").last().click();
  await check("answered");
  await turn.locator(".marker").first().click();
  await page.locator("#source mark").first().waitFor();
  await check("source open");
  await page.keyboard.press("Escape");
  await page.locator("#open-sessions").click();
  await page.locator(".session").first().waitFor();
  await check("sessions");
  await page.locator(".session-tools .button").first().click();
  await check("a session is renamed");
  await visitor.assertContent();
}

for (const [locale, colorScheme] of [["en", "light"], ["en", "dark"], ["ar", "light"], ["ar", "dark"]]) {
  test(`axe finds nothing in any state, ${locale}, ${colorScheme}`, options, (t) => walkIn(t, locale, colorScheme));
}

test("a window of 320 px needs no sideways scrolling, and axe finds nothing there", options, (t) =>
  walk(t, { viewport: { width: 320, height: 568 } }, async (visitor, state) => {
    await assertFits(visitor, state);
    await assertAccessible(visitor, state);
  }),
);

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in the steps of an answer, and they fit a phone, ${colorScheme}`, options, async (t) => {
    const { env } = await startEndpoint(t);
    const visitor = await visit(t, { env, withAxe: true, context: { colorScheme, viewport: { width: 320, height: 568 } } });
    await visitor.addSample();
    await visitor.page.getByLabel("Level").selectOption("reason");
    const turn = await visitor.ask(loan, "done");
    await turn.getByText("1 step").click();
    await turn.locator(".step-result").waitFor();
    await assertFits(visitor, "steps open");
    await assertAccessible(visitor, "steps open");
    await visitor.assertContent();
  });
}

test("the keyboard alone is enough", options, async (t) => {
  const visitor = await visit(t);
  const { page } = visitor;
  const reach = async (name) => {
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate(() => window.focused().getAttribute("aria-label") ?? window.focused().textContent);
      if (name.test(label)) return;
    }
    assert.fail(`Tab never reached ${name}`);
  };
  await reach(/^Volunteer handbook$/);
  await page.keyboard.press("Enter");
  await visitor.ready("volunteer-handbook.txt");
  await reach(/^How long does a loan last\?$/);
  await page.keyboard.press("Enter");
  await page.locator('.turn[data-status="done"]').waitFor();
  assert.equal(await page.evaluate(() => window.focused().className), "question");
  await page.locator("#question").focus();
  await page.keyboard.type("first");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second");
  assert.equal(await page.locator("#question").inputValue(), "first\nsecond");
  await page.keyboard.press("Shift+Tab");
  await page.evaluate(() => window.focused().blur());
  await reach(/^Source 1: /);
  await page.keyboard.press("Enter");
  await page.locator("#source mark").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#source").waitFor({ state: "hidden" });
  assert.match(await page.evaluate(() => window.focused().getAttribute("aria-label")), /^Source 1: /);
  await visitor.assertContent();
});

test("the focus stays nearby when what was pressed disappears", options, async (t) => {
  const visitor = await visit(t);
  const { page } = visitor;
  await visitor.drop({ name: "first.txt", bytes: Buffer.from("The mill grinds oats.") }, { name: "second.txt", bytes: Buffer.from("The mill grinds rye.") });
  await visitor.ready("first.txt");
  await visitor.ready("second.txt");
  const focused = () => page.evaluate(() => window.focused().getAttribute("aria-label") ?? window.focused().id);
  await page.getByRole("button", { name: "Remove first.txt" }).press("Enter");
  await visitor.document("first.txt").waitFor({ state: "detached" });
  assert.equal(await focused(), "Remove second.txt");
  await visitor.ask("What does the mill grind?", "done");
  await page.getByRole("button", { name: "New conversation" }).press("Enter");
  await page.locator(".turn").waitFor({ state: "detached" });
  assert.equal(await focused(), "conversation-title");
  await page.getByRole("button", { name: "Remove second.txt" }).press("Enter");
  await visitor.document("second.txt").waitFor({ state: "detached" });
  assert.equal(await focused(), "library-title");
  await visitor.assertContent();
});

test("on a phone the open source keeps the rest out of reach", options, async (t) => {
  const visitor = await visit(t, { context: { viewport: { width: 360, height: 740 } } });
  const { page } = visitor;
  await visitor.addSample();
  const turn = await visitor.ask(loan, "done");
  await turn.locator(".marker").first().click();
  await page.locator("#source mark").first().waitFor();
  const inert = () => page.evaluate(() => [".bar-top", ".library", ".conversation"].map((name) => document.querySelector("qwen-assistant").shadowRoot.querySelector(name).inert));
  assert.deepEqual(await inert(), [true, true, true]);
  await page.getByRole("button", { name: "Close" }).click();
  await page.locator("#source").waitFor({ state: "hidden" });
  assert.deepEqual(await inert(), [false, false, false]);
  await visitor.assertContent();
});
