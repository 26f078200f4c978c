// The examples of the documentation, as programs of a user: each is compiled strictly against the
// packed package.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { blocks as all } from "../docs/documents.mjs";
import { project, repository, run } from "./prepare.mjs";

/** Every block in TypeScript or JavaScript, with where it stands. */
export const blocks = async () => (await all()).filter(({ kind }) => ["ts", "tsx", "js"].includes(kind));

const AMBIENT = ["ambient.d.ts", "modules.d.ts"];

/** What the compiler says; nothing if all is well. */
export async function compile(examples) {
  const types = join(repository, "pkg/node_modules/@types");
  const options = { strict: true, noEmit: true, target: "es2022", module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom", "dom.iterable", "esnext.disposable"], jsx: "react-jsx", skipLibCheck: false, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, resolveJsonModule: true };
  // Scripts cannot say that an element is there, or of what type a parameter is.
  const script = { allowJs: true, checkJs: true, strictNullChecks: false, exactOptionalPropertyTypes: false, noImplicitAny: false };
  const files = {};
  for (const name of AMBIENT) files[name] = await readFile(fileURLToPath(new URL(name, import.meta.url)), "utf8");
  const programs = { web: [], node: [], script: [], "node-script": [] };
  for (const [index, { path, line, kind, code }] of examples.entries()) {
    const name = `${path.replace(/[/.]/g, "-")}-line-${line}-${index}.${kind}`;
    // Where Node's names are used, its types are there, and nowhere else.
    const isNode = /node:|\bprocess\b|\bDeno\b|\bBun\b|\bvite\b/.test(code);
    programs[kind === "js" ? (isNode ? "node-script" : "script") : isNode ? "node" : "web"].push(name);
    // Short ones go on from the examples before them.
    const isWhole = /^(import|export)\b/m.test(code);
    const head = /\bcreateAssistant\b/.test(code) ? 'import { createAssistant } from "qwen-agent-wasm";\n' : "export {};\n";
    files[name] = isWhole ? code : head + code;
  }
  const folder = await project("quick", "typescript", files);
  const said = [];
  for (const [kind, names] of Object.entries(programs)) {
    if (names.length === 0) continue;
    const isNode = kind.startsWith("node");
    const config = { compilerOptions: { ...options, ...(kind.endsWith("script") ? script : {}), types: isNode ? ["node"] : [], typeRoots: [types], paths: { react: [join(types, "react/index.d.ts")], "react/jsx-runtime": [join(types, "react/jsx-runtime.d.ts")] } }, files: [...AMBIENT, ...names] };
    const file = `tsconfig.${kind}.json`;
    await writeFile(join(folder, file), JSON.stringify(config));
    await run("quick", folder, ["typescript", "-p", file]).catch(({ stdout, stderr }) => said.push(stdout + stderr));
  }
  return said.join("");
}
