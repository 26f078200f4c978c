// The examples of the documentation, as programs of a user: each is compiled strictly against the
// packed package.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { project, repository, run } from "./prepare.mjs";

/** Every block in TypeScript, with where it stands. */
export async function blocks() {
  const docs = (await readdir(join(repository, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
  const found = [];
  for (const path of ["README.md", "pkg/README.md", ...docs]) {
    const text = await readFile(join(repository, path), "utf8");
    for (const match of text.matchAll(/^```(tsx?)\n([^]*?)^```/gm)) found.push({ path, line: text.slice(0, match.index).split("\n").length, kind: match[1], code: match[2] });
  }
  return found;
}

/** What the compiler says; nothing if all is well. */
export async function compile(examples) {
  const types = join(repository, "pkg/node_modules/@types");
  const options = { strict: true, noEmit: true, target: "es2022", module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom", "dom.iterable", "esnext.disposable"], jsx: "react-jsx", skipLibCheck: false, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, resolveJsonModule: true };
  const files = { "ambient.d.ts": await readFile(fileURLToPath(new URL("ambient.d.ts", import.meta.url)), "utf8") };
  const programs = { web: [], node: [] };
  for (const [index, { path, line, kind, code }] of examples.entries()) {
    const name = `${path.replace(/[/.]/g, "-")}-line-${line}-${index}.${kind}`;
    // Where Node's names are used, its types are there, and nowhere else.
    programs[/node:|\bprocess\b|\bDeno\b|\bBun\b/.test(code) ? "node" : "web"].push(name);
    // Short ones go on from the examples before them.
    const isWhole = /^(import|export)\b/m.test(code);
    const head = /\bcreateAssistant\b/.test(code) ? 'import { createAssistant } from "qwen-agent-wasm";\n' : "export {};\n";
    files[name] = isWhole ? code : head + code;
  }
  const folder = await project("quick", "typescript", files);
  const said = [];
  for (const [kind, names] of Object.entries(programs)) {
    if (names.length === 0) continue;
    const config = { compilerOptions: { ...options, types: kind === "node" ? ["node"] : [], typeRoots: [types], paths: { react: [join(types, "react/index.d.ts")], "react/jsx-runtime": [join(types, "react/jsx-runtime.d.ts")] } }, files: ["ambient.d.ts", ...names] };
    const file = `tsconfig.${kind}.json`;
    await writeFile(join(folder, file), JSON.stringify(config));
    await run("quick", folder, ["typescript", "-p", file]).catch(({ stdout, stderr }) => said.push(stdout + stderr));
  }
  return said.join("");
}
