// One glue for all modules that read files. wasm-bindgen writes the same script for each of them,
// with the instance in a variable of the script; here it is in a variable of a function, so that
// one script serves all, and a worker does not carry it three times.

/** `glues` are wasm-bindgen's scripts by module name. Throws if they differ in more than the name. */
export function readerGlue(glues) {
  const [first, ...others] = Object.entries(glues).map(([name, script]) => [name, asFunction(name, script)]);
  for (const [name, made] of others) if (made !== first[1]) throw new Error(`the glue of ${name} differs from that of ${first[0]}: they export different things`);
  return first[1];
}

function asFunction(name, script) {
  const exported = [...script.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, word]) => word);
  const body = [
    [`/* @ts-self-types="./${name}.d.ts" */\n`, ""],
    [`"./${name}_bg.js": import0`, "[`./${module}_bg.js`]: import0"],
    // The bytes always come from outside: without an address here, bundlers see each file once.
    [`module_or_path = new URL('${name}_bg.wasm', import.meta.url);`, "throw new Error('the wasm is not given');"],
    ["export { initSync, __wbg_init as default };", ""],
  ].reduce(replacedOnce, script.replace(/^export (?=class|function)/gm, ""));
  if (/^export\b|import\.meta|_bg\./m.test(body.replace("_bg.js`", ""))) throw new Error(`the glue of ${name} has parts that are not known here`);
  return `/** The glue of a module that reads files, with an instance of its own. */\nexport function readerGlue(module) {\n${body.trim()}\nreturn { ${exported.join(", ")}, default: __wbg_init };\n}\n`;
}

function replacedOnce(script, [text, by]) {
  if (script.split(text).length !== 2) throw new Error(`wasm-bindgen's glue does not have exactly one ${JSON.stringify(text)}`);
  return script.replace(text, () => by);
}
