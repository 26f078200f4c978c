// Packs the package as npm would publish it, and makes projects that have it in node_modules, with
// tools as their lock file names them. All of it lies below target/consumers, which git ignores.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL("./", import.meta.url));
export const repository = join(here, "../..");
const place = join(repository, "target/consumers");

export const execute = (program, args, options = {}) => promisify(execFile)(program, args, { maxBuffer: 1 << 26, timeout: 300_000, env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CI: "1" }, ...options });

let packing;

/** The folder of the package, as it comes out of its tarball. */
export function packed() {
  packing ??= (async () => {
    const folder = join(place, `package-${process.pid}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const { stdout } = await execute("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: join(repository, "pkg") });
    await execute("tar", ["-xzf", join(folder, JSON.parse(stdout)[0].filename), "-C", folder]);
    return join(folder, "package");
  })();
  return packing;
}

/** What a run leaves behind is not for the next. */
export async function clean() {
  await rm(join(place, `package-${process.pid}`), { recursive: true, force: true });
}

const installing = new Map();

/** Installs the tools of `quick/` or `all/`, unless they are there; where they are. */
export function tools(set) {
  if (!installing.has(set)) installing.set(set, install(set));
  return installing.get(set);
}

async function install(set) {
  const folder = join(place, set);
  const lock = await readFile(join(here, set, "package-lock.json"), "utf8");
  const installed = await readFile(join(folder, "package-lock.json"), "utf8").catch(() => "");
  const isComplete = await stat(join(folder, "node_modules/.package-lock.json")).catch(() => undefined);
  if (lock === installed && isComplete) return folder;
  await mkdir(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json", ".npmrc"]) await cp(join(here, set, file), join(folder, file));
  await execute("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder, timeout: 900_000 });
  return folder;
}

/** A project of these files, whose name is `name`, with the package installed. */
export async function project(set, name, files) {
  const folder = join(await tools(set), "projects", name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await cp(await packed(), join(folder, "node_modules/qwen-agent-wasm"), { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module", version: "0.0.0" }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Runs a tool of the set, as npx would. */
export async function run(set, folder, [program, ...args]) {
  const { bin } = JSON.parse(await readFile(join(await tools(set), "node_modules", program, "package.json"), "utf8"));
  return execute(process.execPath, [join(await tools(set), "node_modules", program, typeof bin === "string" ? bin : (bin[program] ?? Object.values(bin)[0])), ...args], { cwd: folder });
}

/** The version of a tool that is installed. */
export async function version(set, program) {
  return JSON.parse(await readFile(join(await tools(set), "node_modules", program, "package.json"), "utf8")).version;
}
