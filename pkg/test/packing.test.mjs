// How the package is packed: small enough, and every byte of the wasm comes out again.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { applyPatch } from "../dist/patch.js";
import { inlinedCopy } from "../dist/inline.js";
import { moduleLoader, vocabularyLoader } from "../dist/load.js";
import { unpackVocabulary } from "../dist/packed-vocabulary.js";
import { makePatch } from "../scripts/patch.mjs";
import { readerGlue } from "../scripts/reader-glue.mjs";
import { packVocabulary } from "../scripts/vocabulary.mjs";
import { requireBuilt, root } from "../test-support/built.mjs";
import { rejectsWith } from "../test-support/helpers.mjs";

/** What npm loads. */
const MOST_BYTES = 4_000_000;

before(requireBuilt);

const built = (name) => readFile(`${root}wasm/${name}`);
const packed = (name) => readFile(`${root}dist/wasm/${name}`);
const inflate = async (bytes) => Uint8Array.from(inflateRawSync(bytes)).buffer;
const patched = async (base, patch) => Buffer.from(await applyPatch(base, Uint8Array.from(patch), inflate));

test("the tarball is at most four megabytes", async () => {
  const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root });
  const [{ size, files }] = JSON.parse(stdout);
  for (const name of ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "dist/THIRD-PARTY.txt"]) assert.ok(files.some(({ path }) => path === name), name);
  assert.ok(size > 1_000_000 && size <= MOST_BYTES, `${size} bytes`);
});

test("the package tells what it contains, of which version and under what licence", async () => {
  const bom = JSON.parse(await readFile(`${root}dist/sbom.cdx.json`, "utf8"));
  assert.deepEqual([bom.bomFormat, bom.metadata.component.name], ["CycloneDX", "qwen-agent-wasm"]);
  const text = await readFile(`${root}dist/THIRD-PARTY.txt`, "utf8");
  const locked = await readFile(`${root}../Cargo.lock`, "utf8");
  const crates = bom.components.filter(({ purl }) => purl.startsWith("pkg:cargo/"));
  for (const { name, version } of crates) {
    assert.ok(locked.includes(`name = "${name}"\nversion = "${version}"`), name);
    assert.ok(text.includes(`\n${name} ${version} (`), name);
  }
  for (const name of ["hayro-syntax", "encoding_rs", "brotli-decompressor", "quick-xml"]) assert.ok(crates.some((crate) => crate.name === name), name);
  for (const name of ["proptest", "syn", "wasm-bindgen-macro"]) assert.ok(!crates.some((crate) => crate.name === name), name);
  for (const name of ["marked", "quickjs-wasi", "highlight.js", "@cfworker/json-schema"]) assert.ok(bom.components.some(({ purl }) => purl.startsWith(`pkg:npm/${name.replace("@", "%40")}@`)), name);
  for (const { name, licenses } of bom.components) assert.match(licenses[0].expression, /^[\w.() +-]+$/, name);
});

test("scripts are packed without comments, but for what bundlers read", async () => {
  assert.doesNotMatch(await readFile(`${root}dist/assistant.js`, "utf8"), /^\s*(\/\/|\/\*|\*)/m);
  assert.match(await readFile(`${root}dist/assistant.d.ts`, "utf8"), /\/\*\*/);
  assert.match(await readFile(`${root}dist/widget/source/pdfjs.js`, "utf8"), /webpackIgnore: true[\s\S]*@vite-ignore/);
});

test("what is packed into scripts for bundlers is the wasm", async () => {
  const { Decoder } = await import("../dist/vendor/lzma/decoder.js");
  const { InputBuffer, OutputBuffer } = await import("../dist/vendor/lzma/streams.js");
  for (const name of ["core", "readers", "pdf"]) {
    const { default: text } = await import(`../dist/wasm/${name}-inline.js`);
    const output = new OutputBuffer();
    new Decoder().decompress(new InputBuffer(Buffer.from(text, "base64")), output);
    assert.ok(Buffer.from(output.toArray()).equals(await built(`${name}_bg.wasm`)), name);
  }
});

test("where the wasm files are missing, the scripts take their place", async (t) => {
  let missed = 0;
  const { readFile: real } = process.getBuiltinModule("node:fs/promises");
  t.mock.method(process.getBuiltinModule("node:fs/promises"), "readFile", async (path, ...more) => {
    // As a development server does that knows no such file.
    if (String(path).endsWith("_bg.wasm")) {
      missed += 1;
      return Buffer.from("<!doctype html>");
    }
    return real(path, ...more);
  });
  await rejectsWith(moduleLoader()("core"), "wasm.load");
  missed = 0;
  const load = moduleLoader({}, inlinedCopy);
  for (const name of ["core", "readers", "pdf"]) assert.ok((await load(name)) instanceof WebAssembly.Module, name);
  // Its base is unpacked, too.
  assert.ok((await load("pdf-cjk")) instanceof WebAssembly.Module);
  assert.equal(missed, 4);
});

test("pdf-cjk is pdf and its patch, beside the package or as options say", async () => {
  const [pdf, patch, whole] = await Promise.all([packed("pdf_bg.wasm"), packed("pdf-cjk.bin"), built("pdf-cjk_bg.wasm")]);
  assert.ok((await patched(pdf, patch)).equals(whole));
  for (const sources of [{}, { pdf, "pdf-cjk": patch }, { pdf: new Response(pdf), "pdf-cjk": patch }, { "pdf-cjk": whole }]) {
    assert.ok((await moduleLoader(sources)("pdf-cjk")) instanceof WebAssembly.Module, Object.keys(sources).join());
  }
  await rejectsWith(moduleLoader({ pdf: await packed("readers_bg.wasm"), "pdf-cjk": patch })("pdf-cjk"), "wasm.load");
  await rejectsWith(moduleLoader({ "pdf-cjk": Buffer.from("<!doctype html>") })("pdf-cjk"), "wasm.load");
  await rejectsWith(moduleLoader({ pdf: patch })("pdf"), "wasm.load");
});

test("a patch makes any file of any other, and tells a wrong base and damage", async () => {
  let seed = 7;
  const random = (length) => Buffer.from(Array.from({ length }, () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16));
  const text = Buffer.from("The quick brown fox jumps over the lazy dog. ".repeat(400));
  const moved = Buffer.concat([text.subarray(9000), random(500), text.subarray(0, 9000)]);
  for (let at = 0; at < moved.length; at += 37) moved[at] += 1;
  for (const [base, fresh] of [[text, moved], [moved, text], [random(5000), random(3000)], [text, Buffer.alloc(0)], [Buffer.alloc(0), text], [random(3), random(3)]]) {
    const patch = makePatch(base, fresh);
    assert.ok((await patched(base, patch)).equals(fresh));
    await assert.rejects(patched(Buffer.concat([base, Buffer.from("!")]), patch), /another file/);
  }
  const patch = makePatch(text, moved);
  assert.ok(patch.length < moved.length / 4, `${patch.length} of ${moved.length}`);
  await assert.rejects(patched(text, text), /no patch/);
  const cut = Buffer.from(patch);
  cut.writeUInt32LE(1, 5 + 12);
  await assert.rejects(patched(text, cut), /damaged/);
});

test("the vocabulary comes out as it was, and is smaller than deflated", async () => {
  const file = await readFile(`${root}../assets/qwen-vocabulary/merges.bin`);
  const packed = await readFile(`${root}dist/assets/qwen-vocabulary.bin`);
  assert.ok(Buffer.from(await vocabularyLoader()()).equals(file));
  assert.ok(packed.length < 0.9 * deflateRawSync(file).length, `${packed.length} bytes`);
  await assert.rejects(unpackVocabulary(Buffer.from("<!doctype html>")), /no packed vocabulary/);
  await assert.rejects(unpackVocabulary(packed.subarray(0, packed.length / 2)), /damaged/);
  for (const at of [9 + 11, 300, packed.length - 5000]) {
    const damaged = Buffer.from(packed);
    damaged[at] ^= 1;
    await assert.rejects(unpackVocabulary(damaged), /damaged/, `byte ${at}`);
  }
});

test("a vocabulary of any merges is packed, and none whose tokens are made of later ones", async () => {
  let seed = 3;
  const random = (below) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % below;
  for (const merges of [0, 1, 2, 9000]) {
    const file = Buffer.alloc(268 + 6 * merges, 7);
    file.writeUInt32LE(merges, 8);
    const put = (merge, half, rank) => [0, 1, 2].forEach((byte) => (file[268 + (3 * half + byte) * merges + merge] = rank >> (8 * byte)));
    for (let merge = 0; merge < merges; merge++) for (const half of [0, 1]) put(merge, half, merge % 3 ? random(256 + merge) : 255 + merge);
    assert.ok(Buffer.from(await unpackVocabulary(packVocabulary(file))).equals(file), `${merges} merges`);
    if (merges === 0) continue;
    put(0, 1, 256);
    assert.throws(() => packVocabulary(file), /later/);
  }
});

test("one glue serves the modules that read files, each with an instance of its own", async () => {
  const { readerGlue: glueOf } = await import("../dist/wasm/reader-glue.js");
  const [readers, again] = [glueOf("readers"), glueOf("readers")];
  await readers.default({ module_or_path: await WebAssembly.compile(await packed("readers_bg.wasm")) });
  assert.match(readers.version(), /^\d/);
  assert.throws(() => again.version());
  const pdf = glueOf("pdf");
  await pdf.default({ module_or_path: await WebAssembly.compile(await packed("pdf_bg.wasm")) });
  assert.equal(pdf.version(), readers.version());
  await assert.rejects(glueOf("pdf").default(), /not given/);
});

test("glues that differ, or that are not as known, end the build", async () => {
  const pdf = await readFile(`${root}wasm/pdf.js`, "utf8");
  const readers = await readFile(`${root}wasm/readers.js`, "utf8");
  assert.throws(() => readerGlue({ pdf, readers: `${readers}\nexport function more() {}` }), /differs/);
  assert.throws(() => readerGlue({ pdf: `${pdf}\nexport { other };` }), /not known/);
  assert.throws(() => readerGlue({ pdf: pdf.replace("import.meta.url", "document.baseURI") }), /exactly one/);
});
