// Builds the documentation site, and the index that its question box asks.
//
//   node docs/site/build.mjs [--out FOLDER] [--address URL] [--base-url URL --model NAME]
//
// --address is where the site will be, for the links of answers. With --base-url and --model,
// answers are written by a model behind that address; without, they are quotes from the pages.
// The package must be built: the site carries it.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { Eleventy } from "@11ty/eleventy";
import { reference } from "./api.mjs";
import { config, repository } from "./eleventy.config.mjs";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(repository, "target/site") },
    address: { type: "string", default: "http://127.0.0.1:8127/" },
    "base-url": { type: "string" },
    model: { type: "string" },
  },
});
if (Boolean(values["base-url"]) !== Boolean(values.model)) throw new Error("--base-url and --model go together");

const here = join(repository, "docs/site");
const out = resolve(values.out);
const { version } = JSON.parse(await readFile(join(repository, "pkg/package.json"), "utf8"));
const settings = { version, baseURL: values["base-url"], model: values.model };

await rm(out, { recursive: true, force: true });
const pages = await reference(repository, join(out, "api"));
await rm(join(out, "api"), { recursive: true });

process.chdir(here);
const assets = new Set();
const eleventy = new Eleventy("theme", relative(here, out), { configPath: null, config: (given) => config(given, { pages, settings, assets }) });
await eleventy.write();

for (const file of assets) {
  const place = join(out, file.replace(/^docs\//, ""));
  await mkdir(dirname(place), { recursive: true });
  await cp(join(repository, file), place);
}
for (const file of ["site.css", "site.js", "icon.svg"]) await cp(join(here, "theme", file), join(out, "theme", file));
// What pages load of the package: no types, no command, no copies for bundlers.
await cp(join(repository, "pkg/dist"), join(out, "qwen-agent-wasm"), { recursive: true, filter: (path) => !/\.d\.ts$|-inline\.js$|\/cli(\.js|$)|\/proxy(\/|$)/.test(path) });

const index = [join(repository, "pkg/dist/cli.js"), "index", out, "--site", values.address, "--include", "*.html", "--strict", "-o", join(out, "docs.qai")];
const { stderr } = await promisify(execFile)(process.execPath, index);
process.stderr.write(stderr);
