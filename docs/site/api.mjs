// The reference of the JavaScript API, as Markdown, from the types and their comments.
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Application } from "typedoc";
import { slug } from "./markdown.mjs";

/** An entry of the package: its source, and its page. */
const ENTRIES = [
  { source: "index", page: "assistant", name: "qwen-agent-wasm" },
  { source: "tools", page: "tools", name: "qwen-agent-wasm/tools" },
  { source: "search-index", page: "search", name: "qwen-agent-wasm/search" },
  { source: "proxy", page: "proxy", name: "qwen-agent-wasm/proxy" },
  { source: "widget", page: "widget", name: "qwen-agent-wasm/widget" },
  { source: "react", page: "react", name: "qwen-agent-wasm/react" },
];

/** The pages by their names (`api/assistant.md`), with their text. `work` is a folder of its own. */
export async function reference(repository, work) {
  const source = join(repository, "pkg/src");
  await rm(work, { recursive: true, force: true });
  const application = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: ["index.ts", "tools/index.ts", "search-index.ts", "proxy/index.ts", "widget/index.ts", "react.ts"].map((file) => join(source, file)),
    tsconfig: join(repository, "pkg/tsconfig.json"),
    basePath: source,
    // The package's own build checks its types.
    skipErrorChecking: true,
    readme: "none",
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    disableSources: true,
    disableGit: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    router: "module",
    useCodeBlocks: true,
    parametersFormat: "table",
    groupOrder: ["Functions", "Classes", "Interfaces", "Type Aliases", "*"],
    logLevel: "Warn",
  });
  const project = await application.convert();
  if (!project) throw new Error("the types could not be read");
  await application.outputs.writeOutput({ name: "markdown", path: work }, project);
  const pages = new Map();
  for (const file of await readdir(work)) {
    const entry = ENTRIES.find(({ source }) => file === `${source}.md`);
    if (!entry) continue;
    const text = await readFile(join(work, file), "utf8");
    pages.set(`api/${entry.page}.md`, tidied(text, entry));
  }
  if (pages.size !== ENTRIES.length) throw new Error(`the reference has ${pages.size} of ${ENTRIES.length} entries`);
  return pages;
}

/** With the names that users import by, and links to the pages as they are called here. */
function tidied(text, { name }) {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slug(heading.replace(/\\/g, "")));
  // It counts names of another kind, too, when it tells two headings apart.
  const found = text.replace(/\]\(#([a-z0-9]+)-1\)/g, (link, id) => (headings.filter((other) => other === id).length === 1 ? `](#${id})` : link));
  return ENTRIES.reduce((sofar, { source, page }) => sofar.replaceAll(`](${source}.md`, `](${page}.md`), found.replace(/^# .*\n/, `# \`${name}\`\n`));
}
