// Runs in the page, a plain one: assistants that are used over and over, widgets that come and go.
// It uses what the package exports, and throws as soon as something is not as it should be.

import { createAssistant } from "/pkg/dist/index.js";
import { stored } from "./stored.mjs";

const NAME = "soak";
/** How many different texts there are: what is kept by content must come to an end. */
const TEXTS = 20;
/** An assistant lives for so many cycles where it is disposed of. */
const LIFE = 10;
const LEVELS = ["retrieve", "read"];
/** As many as a life has cycles, so that what is measured after some lives is comparable. */
const FILES = ["md/garden-notes.md", "html/blog.html", "csv/cities.csv", "docx/features.docx", "xlsx/dates.xlsx", "pptx/table.pptx", "pdf/sections.pdf", "json/station.json", "md/setup-de.md", "csv/bestellungen.csv"];

let endpoint;
let files;
/** One lives through all cycles, in memory; another stores, and is made anew again and again. */
let lasting;
let passing;

async function begin(baseURL) {
  endpoint = { baseURL, model: "qwen-scripted" };
  files = await Promise.all(FILES.map(async (path) => ({ name: path.split("/")[1], blob: await (await fetch(`/tests/inputs/${path}`)).blob() })));
  lasting = await createAssistant({ endpoint, storage: { readings: false } });
  passing = await create();
}

/** `send` is a page's own fetch. */
function create({ send, ...more } = {}) {
  return createAssistant({ endpoint: send ? { ...endpoint, fetch: send } : endpoint, storage: { kind: "auto", name: NAME, persist: false }, ...more });
}

async function cycles(from, to) {
  for (let cycle = from; cycle < to; cycle++) {
    await use(lasting, cycle);
    if (cycle % LIFE === LIFE - 1) {
      await passing.dispose();
      passing = await create();
      await withoutWorker(cycle);
    }
    await use(passing, cycle);
  }
}

/** The host in the page ends with its assistant, too. */
async function withoutWorker(cycle) {
  const qa = await create({ worker: false, send: (url, init) => fetch(url, init) });
  await use(qa, cycle);
  await qa.dispose();
}

/** Adds a file and a text, asks, looks, and takes both out again. */
async function use(qa, cycle) {
  const { name, blob } = files[cycle % files.length];
  await qa.documents.add(new File([blob], name)).done;
  const text = textOf(cycle % TEXTS);
  await qa.documents.add(new File([text], "text.txt", { type: "text/plain" })).done;
  await ask(qa, cycle);
  const [hit] = await qa.search(`lighthouse number ${cycle % TEXTS}`, { why: cycle % 2 === 0 });
  expect(hit?.documentId === "text.txt", `the text is found, not ${hit?.documentId}`);
  await qa.documents.page("text.txt", 1);
  await qa.documents.chunks(name);
  expect((await qa.documents.list()).length === 2, "there are two documents");
  for (const id of [name, "text.txt"]) expect(await qa.documents.remove(id), `${id} was there`);
  expect((await qa.documents.list()).length === 0, "all documents were removed");
}

async function ask(qa, cycle) {
  // Every third as a turn of a conversation.
  const session = cycle % 3 === 2 ? (await qa.sessions.create()).id : undefined;
  const run = qa.ask(`What is the color of lighthouse number ${cycle % TEXTS}?`, { level: LEVELS[cycle % LEVELS.length], ...(session ? { session } : {}) });
  await answered(run, cycle);
  if (session) expect(await qa.sessions.remove(session), "the session was there");
}

async function answered(run, cycle) {
  if (cycle % 5 !== 4) {
    const { text, citations } = await run.result;
    expect(/lighthouse/.test(text) && citations.length > 0, `an answer with a citation came, not ${text}`);
    return;
  }
  // Every fifth is left in the middle, each time somewhere else.
  let seen = 0;
  for await (const _ of run) if (seen++ === cycle % 4) break;
  // One that was over already is none to leave.
  await run.result.catch(({ code }) => expect(code === "aborted", `a run that was left is aborted, not ${code}`));
}

function textOf(number) {
  const lines = Array.from({ length: 12 }, (_, line) => `Line ${line} of letter ${number} tells of ships, storms and keepers, and of year ${1800 + ((7 * number + line) % 200)}.`);
  return `The color of lighthouse number ${number} is shade ${1000 + number}.\n\n${lines.join(" ")}`;
}

/** Elements that are put into the page, opened, given a text, asked, and taken out again. */
async function widgets(from, to) {
  await import("/pkg/dist/widget/index.js");
  for (let cycle = from; cycle < to; cycle++) {
    const element = document.createElement("qwen-assistant");
    const attributes = { "base-url": endpoint.baseURL, model: endpoint.model, mode: cycle % 2 === 0 ? "inline" : "launcher", storage: "memory", open: "" };
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    const happens = (type) => new Promise((resolve) => element.addEventListener(type, ({ detail }) => resolve(detail), { once: true }));
    const ready = happens("qa-ready");
    document.body.append(element);
    const { assistant } = await ready;
    await assistant.documents.add(new File([textOf(cycle % TEXTS)], "text.txt", { type: "text/plain" })).done;
    const [started, ended] = [happens("qa-run-start"), happens("qa-run-end")];
    await element.ask(`What is the color of lighthouse number ${cycle % TEXTS}?`);
    await started;
    // Every fourth is taken out while it answers.
    if (cycle % 4 !== 3) expect((await ended).status === "done", "the question was answered");
    element.remove();
  }
}

async function end() {
  await lasting.dispose();
  await passing.dispose();
}

/** What the origin's own measure says; it is there where pages are isolated. */
async function ownMeasure() {
  return (await performance.measureUserAgentSpecificMemory?.())?.bytes;
}

function expect(holds, what) {
  if (!holds) throw new Error(`soak: it should be so that ${what}`);
}

globalThis.soak = { begin, cycles, widgets, end, stored, ownMeasure };
