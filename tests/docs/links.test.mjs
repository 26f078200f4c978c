// Links of the documents lead somewhere: to a file that is there, and to a heading in it. Addresses
// of the web are not asked.
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { posix, join } from "node:path";
import { test } from "node:test";
import { documents, repository, textOf } from "./documents.mjs";

/** Markdown without what is code. */
const prose = (text) => text.replace(/^( *)```[^]*?^\1```$/gm, "").replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, "_"));

/** As hosts of repositories name headings. */
const slug = (heading) => heading.trim().toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "").replace(/ /g, "-");

function anchorsOf(text) {
  const seen = new Map();
  return new Set([...text.replace(/^( *)```[^]*?^\1```$/gm, "").matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const name = slug(heading);
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name}-${times}`;
  }));
}

/** What is wrong with the links of a text that stands at `path`. */
async function troubles(path, text) {
  const found = [];
  for (const [, href] of prose(text).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(href)) continue;
    const [file, hash] = href.split("#", 2);
    const target = file === "" ? path : posix.join(posix.dirname(path), file);
    if (file !== "" && !(await stat(join(repository, target)).catch(() => undefined))) found.push(`${path}: ${href} is not there`);
    else if (hash !== undefined && !anchorsOf(file === "" ? text : await textOf(target)).has(hash)) found.push(`${path}: ${href} has no such heading`);
  }
  return found;
}

test("every link of the documents leads to a file and a heading that are there", async () => {
  const found = [];
  let links = 0;
  for (const path of await documents()) {
    const text = await textOf(path);
    links += (text.match(/\]\(/g) ?? []).length;
    found.push(...(await troubles(path, text)));
  }
  assert.deepEqual(found, []);
  assert.ok(links > 70, `${links} links`);
});

test("a link to nothing is found", async () => {
  const found = await troubles("docs/x.md", "[a](nowhere.md) [b](errors.md#no-such) [c](#here) [d](errors.md#the-endpoint) `[e](code.md)`\n\n# Here\n");
  assert.deepEqual(found, ["docs/x.md: nowhere.md is not there", "docs/x.md: errors.md#no-such has no such heading"]);
});
