// `qwen-agent index` over a built static site: addresses, pages that are not to be listed, globs.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { addressOf, isUnlisted, pathFilter, siteOf } from "../dist/cli/site.js";
import { requireBuilt, run } from "../test-support/built.mjs";

const page = (head, text) => `<!doctype html><html lang=en><head><title>T</title>${head}</head><body><h1 id=top>Heading</h1><p>${text}</p></body></html>`;
const FILES = {
  "index.html": page("", "The wombat digs a burrow."),
  "home.html": page('<link rel="canonical" href="/">', "The wombat digs a burrow."),
  "guide/index.html": page('<link rel="canonical" href="https://elsewhere.example/guide">', "The koala sleeps in a tree."),
  "guide/secret.html": page('<meta name="robots" content="noindex, nofollow">', "The narwhal sings."),
  "guide/notes ü.md": "# Notes\n\nThe walrus naps.",
  "node_modules/x/readme.md": "A package.",
  ".hidden/a.md": "Hidden.",
};

let folder;
const here = (...parts) => join(folder, ...parts);

before(async () => {
  requireBuilt();
  folder = await mkdtemp(join(tmpdir(), "qwen-agent-site-"));
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(here("site", name)), { recursive: true });
    await writeFile(here("site", name), text);
  }
});
after(() => folder && rm(folder, { recursive: true }));

const hitsOf = async (index, query) => JSON.parse((await run(["search", index, query, "--json"])).stdout).hits;

test("pages get their canonical address, or that of their place on the site, and are indexed once", async () => {
  const { code, stderr } = await run(["index", here("site"), "-o", here("site.qai"), "--site", "https://example.org/docs"]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /indexed 4 documents/);
  assert.match(stderr, /guide\/secret\.html is left out: it says "noindex"/);
  const urls = async (query) => (await hitsOf(here("site.qai"), query)).map(({ document, url }) => [document, url]);
  assert.deepEqual(await urls("koala tree"), [["guide/index.html", "https://elsewhere.example/guide"]]);
  assert.deepEqual((await urls("walrus naps"))[0], ["guide/notes ü.md", "https://example.org/docs/guide/notes%20%C3%BC.md"]);
  assert.deepEqual((await urls("wombat burrow")).slice(0, 2), [["home.html", "https://example.org/"], ["index.html", "https://example.org/docs/"]]);
  assert.deepEqual(await urls("narwhal"), []);
  const asked = await run(["ask", "--index", here("site.qai"), "Where does the koala sleep?"]);
  assert.match(asked.stdout, /^ {4}https:\/\/elsewhere\.example\/guide#top:~:text=The%20koala/m);
});

test("two pages of one address are one document", async () => {
  const args = ["index", here("site", "index.html"), here("site", "home.html"), "-o", here("one.qai"), "--site", "https://example.org/"];
  const { stderr } = await run(args);
  assert.match(stderr, /index\.html is left out: home\.html has the same address, https:\/\/example\.org\/\n/);
  assert.match(stderr, /indexed 1 documents/);
});

test("the same site gives the same bytes, and without --site only canonical addresses are kept", async () => {
  for (const name of ["a.qai", "b.qai"]) await run(["index", here("site"), "-o", here(name)]);
  assert.deepEqual(await readFile(here("a.qai")), await readFile(here("b.qai")));
  assert.equal((await hitsOf(here("a.qai"), "walrus"))[0].url, undefined);
  assert.equal((await hitsOf(here("a.qai"), "koala"))[0].url, "https://elsewhere.example/guide");
});

test("globs choose files", async () => {
  const { stderr } = await run(["index", here("site"), "-o", here("c.qai"), "--include", "*.html", "--exclude", "guide/**"]);
  assert.match(stderr, /indexed 2 documents/);
  for (const [glob, path, expected] of [
    ["*.md", "a/b/c.md", true],
    ["*.md", "a.mdx", false],
    ["a/*.md", "a/b/c.md", false],
    ["a/**/*.md", "a/c.md", true],
    ["./a/", "a/b/c.md", true],
    ["drafts/", "x/drafts/y.md", true],
    ["v?.x", "v1.x", true],
    ["v?.x", "v1+x", false],
  ]) {
    assert.equal(pathFilter([glob])(path), expected, `${glob} ${path}`);
    assert.equal(pathFilter([], [glob])(path), !expected, `${glob} ${path}`);
  }
});

test("addresses and directives are read as servers and search engines do", async () => {
  const site = siteOf("https://example.org/docs?x#y");
  for (const [id, expected] of [["index.html", ""], ["a/INDEX.HTM", "a/"], ["a/myindex.html", "a/myindex.html"], ["100%.md", "100%25.md"]]) {
    assert.equal(addressOf(site, id), `https://example.org/docs/${expected}`);
  }
  const unlisted = (html) => isUnlisted(new TextEncoder().encode(html));
  assert.ok(unlisted("<META content='none' NAME=Robots>"));
  assert.ok(!unlisted("<meta name=robots content='index, noindexing'>"));
  assert.ok(!unlisted("<!-- <meta name=robots content=noindex> --><body><meta name=robots content=noindex>"));
  assert.ok(!unlisted("<script>'<meta name=robots content=noindex>'</script>"));
  const { code, stderr } = await run(["index", here("site"), "-o", here("d.qai"), "--site", "docs"]);
  assert.equal(code, 2);
  assert.match(stderr, /--site must be an address/);
});
