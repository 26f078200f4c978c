// Finding and compiling wasm: what is accepted, and what the errors say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { explainCompileError } from "../dist/compile.js";
import { moduleLoader } from "../dist/load.js";
import { rejectsWith } from "../test-support/helpers.mjs";

const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

test("bytes, a compiled module and a response are all taken", async () => {
  const compiled = await WebAssembly.compile(EMPTY_MODULE);
  for (const source of [EMPTY_MODULE, EMPTY_MODULE.buffer, compiled, new Response(EMPTY_MODULE)]) {
    const module = await moduleLoader({ core: source })("core");
    assert.ok(module instanceof WebAssembly.Module);
  }
});

test("a module is loaded once", async () => {
  const load = moduleLoader({ core: new Response(EMPTY_MODULE) });
  assert.equal(await load("core"), await load("core"));
});

test("a page in place of the file is recognized", async () => {
  await rejectsWith(moduleLoader({ core: new Response("<!doctype html>") })("core"), "wasm.load");
  await rejectsWith(moduleLoader({ core: new Response("", { status: 404 }) })("core"), "wasm.load");
});

test("a broken module is an error that says so", async () => {
  await rejectsWith(moduleLoader({ core: Uint8Array.of(0, 0x61, 0x73, 0x6d, 9, 9, 9, 9) })("core"), "wasm.load");
});

test("a forbidding content security policy is told apart", () => {
  for (const message of [
    "WebAssembly.compile(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive",
    "call to WebAssembly.compile() blocked by CSP",
    "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source",
  ]) {
    const error = explainCompileError(new WebAssembly.CompileError(message));
    assert.equal(error.code, "wasm.csp");
    assert.match(error.message, /wasm-unsafe-eval/);
  }
});
