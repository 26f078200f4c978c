// The core path through the demo page: add, ask, cite, reload; with and without a model.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { declaration } from "../test/browser.mjs";
import { KEYS } from "./visitor.mjs";

const SAMPLE = { button: "Volunteer handbook", file: "volunteer-handbook.txt", question: "How long does a loan last?", answer: /A loan lasts seven days/ };
const PDF = basename(declaration.path);

/** A document that is in the library can be removed from it. */
const inLibrary = (file) => new RegExp(`^Remove .*${file.replaceAll(".", "\\.")}$`);

export async function walkThroughPage(visitor, endpoint) {
  await visitor.open("/");
  await addDocuments(visitor);
  await askForQuotes(visitor);
  await openCitation(visitor);
  await connect(visitor, endpoint);
  await askTheModel(visitor, endpoint);
  await comeBack(visitor);
  await visitor.assertContent();
}

async function addDocuments(visitor) {
  await visitor.click("button", SAMPLE.button);
  await visitor.sees("button", inLibrary(SAMPLE.file));
  await visitor.giveFiles(declaration.path);
  await visitor.sees("button", inLibrary(PDF));
}

/** Asks, and waits until there are more sources than before and the next question may be asked. */
async function ask(visitor, question) {
  const before = (await visitor.names("button", /^Source \d/)).length;
  await visitor.fill("Your question", question);
  await visitor.type(KEYS.enter);
  await visitor.until(
    "an answer with sources",
    (page, before) => page.all("button", { source: "^Source \\d" }).length > before && page.all("button", "Stop").length === 0,
    before,
  );
}

async function askForQuotes(visitor) {
  await ask(visitor, SAMPLE.question);
  await visitor.says(/Quotes from your documents/);
  await visitor.says(SAMPLE.answer);
}

async function openCitation(visitor) {
  await visitor.click("button", new RegExp(`^Source \\d+: .*${SAMPLE.file.split(".")[0]}.*, page \\d+$`, "i"));
  await visitor.sees("mark", SAMPLE.answer);
  await visitor.click("button", "Close");
}

async function connect(visitor, endpoint) {
  await visitor.click("button", "Settings");
  await visitor.choose("Answers come from", "custom");
  await visitor.fill("Base URL", endpoint.baseUrl);
  await visitor.fill("Model", "qwen-scripted");
  await visitor.click("button", "Save");
}

async function askTheModel(visitor, endpoint) {
  await ask(visitor, declaration.question);
  const request = (await endpoint.log()).at(-1);
  assert.equal(request.body.stream, true, "the answer was not streamed");
  await visitor.says(/qwen-scripted/);
  await visitor.says(/arbitrary arrest/);
  await visitor.click("button", new RegExp(`^Source \\d+: .*, page ${declaration.page}$`));
  await visitor.says(new RegExp(`Page ${declaration.page} of ${declaration.pages}`));
  await visitor.type(KEYS.escape);
}

/** What is there after a reload is what the page says of itself: everything, or nothing. */
async function comeBack(visitor) {
  await visitor.reload();
  await visitor.sees("textbox", "Your question");
  if (await keepsDocuments(visitor)) {
    for (const file of [SAMPLE.file, PDF]) await visitor.sees("button", inLibrary(file));
  } else {
    assert.deepEqual(await visitor.names("button", /^Remove /), []);
    await visitor.click("button", SAMPLE.button);
    await visitor.sees("button", inLibrary(SAMPLE.file));
  }
  await ask(visitor, SAMPLE.question);
  await visitor.says(SAMPLE.answer);
}

/** The element keeps documents unless it is told to use memory; a page without it keeps none. */
function keepsDocuments(visitor) {
  return visitor.evaluate((page) => {
    const element = [...page.everything()].find(({ localName }) => localName === "qwen-assistant");
    return element !== undefined && element.getAttribute("storage") !== "memory";
  });
}
