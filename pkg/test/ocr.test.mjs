// Scanned pages read by a model that sees: what is sent, and what becomes of every answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ocrByModel } from "../dist/index.js";

const KEY = "sk-a-key-of-nobody";
const page = (signal = new AbortController().signal) => ({ page: 3, file: new Blob(["%PDF"]), signal });
const reply = (content) => Response.json({ choices: [{ message: { content } }] });

/** `answers` are given one after another; each is a response, or makes one. */
function model(answers, more = {}) {
  const asked = [];
  const fetch = async (address, init) => {
    asked.push({ address, ...init, body: JSON.parse(init.body) });
    const answer = answers[asked.length - 1];
    return typeof answer === "function" ? answer(init) : answer;
  };
  const draw = async () => new Blob([Uint8Array.of(1, 2, 3)], { type: "image/png" });
  return { asked, ocr: ocrByModel({ baseURL: "https://models.example/v1/", model: "qwen-vl-ocr", apiKey: KEY, fetch, draw, ...more }) };
}

test("a page is sent as a picture, and what the model reads is its text", async () => {
  const { asked, ocr } = model([reply("Rent is due monthly.\n\nPets are not kept.")], { headers: { "x-site": "a" } });
  assert.equal(await ocr(page()), "Rent is due monthly.\n\nPets are not kept.");
  const [{ address, method, redirect, headers, body }] = asked;
  assert.deepEqual([address, method, redirect], ["https://models.example/v1/chat/completions", "POST", "error"]);
  assert.deepEqual(headers, { "x-site": "a", "content-type": "application/json", authorization: `Bearer ${KEY}` });
  const [{ image_url }, { text }] = body.messages[0].content;
  assert.equal(image_url.url, "data:image/png;base64,AQID");
  assert.match(text, /Transcribe/);
  assert.deepEqual([body.model, body.stream], ["qwen-vl-ocr", false]);
});

test("fences, empty answers and answers that are none", async () => {
  for (const [content, expected] of [["```markdown\na\nb\n```", "a\nb"], ["  a  ", "a"], ["", ""], [null, ""], ["x".repeat(300_000), "x".repeat(200_000)]]) {
    assert.equal(await model([reply(content)]).ocr(page()), expected);
  }
  for (const answer of [Response.json({}), new Response("<html>"), Response.json([])]) assert.equal(await model([answer]).ocr(page()), "");
});

test("a busy endpoint is asked again; what it does not take leaves the page empty", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const busy = () => new Response(KEY, { status: 429 });
  const { asked, ocr } = model([busy, busy, () => reply("read")]);
  const text = ocr(page());
  for (let wait = 0; wait < 2; wait++) {
    while (asked.length === wait) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(4000);
  }
  assert.equal(await text, "read");
  assert.equal(asked.length, 3);
  const strange = model([() => new Response(KEY, { status: 400 })]);
  assert.equal(await strange.ocr(page()), "");
  assert.equal(strange.asked.length, 1);
});

test("what no page can change is an error with its code, without the key", async () => {
  const echo = (status) => () => new Response(KEY, { status, headers: { "x-key": KEY } });
  const broken = () => Promise.reject(new TypeError(`cannot fetch with ${KEY}`));
  for (const [answer, code] of [[echo(401), "llm.unauthorized"], [echo(403), "llm.forbidden"], [echo(404), "llm.not_found"], [echo(413), "llm.bad_request"], [broken, "llm.cors_or_network"]]) {
    const error = await model([answer]).ocr(page()).catch((reason) => reason);
    assert.equal(error.code, code);
    assert.ok(!`${error.message} ${error.stack} ${error.cause}`.includes(KEY), code);
  }
  assert.throws(() => ocrByModel({ baseURL: "https://models.example/v1", model: "m" }), /pdfjs/);
  assert.throws(() => ocrByModel({ model: "m", draw: () => "" }), /baseURL/);
  assert.throws(() => ocrByModel({ baseURL: "https://models.example/v1", draw: () => "" }), /model is missing/);
});

test("a page that cannot be drawn stays empty; pdf.js that is not there is an error; stopping stops", async () => {
  const failing = (code) => ({ draw: () => Promise.reject(Object.assign(new Error(code), { name: "PdfError", code })) });
  assert.equal(await model([], failing("pdf.damaged")).ocr(page()), "");
  await assert.rejects(model([], failing("pdf.unavailable")).ocr(page()), /pdf\.unavailable/);
  const over = new AbortController();
  const hangs = ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const text = model([hangs]).ocr(page(over.signal));
  setTimeout(() => over.abort(new Error("not wanted any more")), 20);
  await assert.rejects(text, /not wanted any more/);
});
