// What of the widget's lazy parts needs no browser; the rest is tested in www/test.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { requireBuilt, root } from "../test-support/built.mjs";

before(requireBuilt);

const rect = (x, y, width, height, page = 1) => ({ page, x, y, width, height });

test("words of a line are marked as one, words of different lines are not", async () => {
  const { joined } = await import("../dist/widget/source/pdf-marks.js");
  const cases = [
    ["nothing", [], []],
    ["three words", [rect(0, 0, 30, 10), rect(33, 0, 20, 10), rect(57, 1, 10, 10)], [rect(0, 0, 67, 11)]],
    ["from right to left", [rect(33, 0, 20, 10), rect(0, 0, 30, 10)], [rect(0, 0, 53, 10)]],
    ["the end of one line and the begin of the next", [rect(80, 0, 30, 10), rect(0, 12, 30, 10)], [rect(80, 0, 30, 10), rect(0, 12, 30, 10)]],
    ["a long word above a short one", [rect(0, 0, 60, 10), rect(0, 12, 20, 10), rect(23, 12, 20, 10)], [rect(0, 0, 60, 10), rect(0, 12, 43, 10)]],
    ["a heading above a word as long", [rect(0, 0, 70, 16), rect(0, 30, 60, 14), rect(63, 30, 20, 14)], [rect(0, 0, 70, 16), rect(0, 30, 83, 14)]],
    ["cells far apart", [rect(0, 0, 30, 10), rect(90, 0, 30, 10)], [rect(0, 0, 30, 10), rect(90, 0, 30, 10)]],
    ["downwards, on a page that is turned", [rect(0, 0, 10, 30), rect(0, 33, 10, 20)], [rect(0, 0, 10, 53)]],
    ["two pages", [rect(0, 0, 30, 10), rect(33, 0, 20, 10, 2)], [rect(0, 0, 30, 10), rect(33, 0, 20, 10, 2)]],
    ["a small word beside a large one", [rect(0, 0, 30, 30), rect(33, 20, 20, 10)], [rect(0, 0, 30, 30), rect(33, 20, 20, 10)]],
  ];
  for (const [name, given, expected] of cases) assert.deepEqual(joined(given), expected, name);
});

test("the language of code is the first word after its fence", async () => {
  const { languageIn } = await import("../dist/widget/rich/highlight.js");
  for (const [info, language] of [["js", "js"], [" Python ", "python"], ["rust,ignore", "rust"], ["c++ title=a", "c++"], ["{.html .x}", "html"], ["", ""], ["<b>", ""]]) {
    assert.equal(languageIn(info), language, info);
  }
});

test("the address of pdf.js tells where its worker and its fonts are", async (t) => {
  const { pdfjsFrom } = await import("../dist/widget/source/pdfjs.js");
  const folder = await mkdtemp(join(tmpdir(), "pdfjs-"));
  t.after(() => rm(folder, { recursive: true }));
  // Stand-ins of a few letters.
  const at = async (path, workerSrc = "") => {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `export const getDocument = 1, GlobalWorkerOptions = { workerSrc: "${workerSrc}" };`);
    const { GlobalWorkerOptions, assets } = await pdfjsFrom(pathToFileURL(file))();
    const short = (address) => address?.replace(pathToFileURL(folder).href, "");
    return [short(GlobalWorkerOptions.workerSrc), short(assets)];
  };
  assert.deepEqual(await at("pdf.min.mjs"), ["/pdf.worker.min.mjs", undefined]);
  assert.deepEqual(await at("pdfjs-dist@6/build/pdf.mjs"), ["/pdfjs-dist@6/build/pdf.worker.mjs", "/pdfjs-dist@6/"]);
  assert.deepEqual(await at("mine/pdf.mjs", "mine"), ["mine", undefined]);
  await assert.rejects(pdfjsFrom("https://a.example/viewer.js")(), { name: "PdfError", code: "pdf.unavailable" });
});

test("what is bundled has its licences beside it, and asks for nothing else", async () => {
  for (const [name, libraries] of [["highlight", ["devlop", "highlight.js", "lowlight"]], ["temml", ["temml"]]]) {
    const [script, licence] = await Promise.all([`${name}.js`, "LICENSE"].map((file) => readFile(`${root}dist/vendor/${name}/${file}`, "utf8")));
    for (const library of libraries) assert.match(licence, new RegExp(`^${library.replace(".", "\\.")} \\d`, "m"));
    assert.match(licence, /Copyright/);
    // Not shown in full if it does.
    assert.ok(!/(^|[;}\n])import[\s"'{*(]/.test(script), `${name} imports something`);
  }
});
