// What the site has, in the order in which it is read: parts, and the Markdown files of each. A
// test holds it to the files that are there.

/** Files are named from the repository's root; what is generated, from the site's. */
export const parts = [
  {
    title: "Tutorial",
    says: "From nothing to a widget on a page, in ten minutes.",
    pages: ["docs/tutorial.md"],
  },
  {
    title: "How to",
    says: "One task each, for people who know what they want.",
    pages: ["docs/how-to/endpoints.md", "docs/proxy.md", "docs/how-to/site-index.md", "docs/how-to/frameworks.md", "docs/how-to/tools.md", "docs/how-to/own-model.md", "docs/how-to/scans.md", "docs/how-to/policies.md", "docs/how-to/storage.md", "docs/how-to/large.md"],
  },
  {
    title: "Reference",
    says: "Every call, option, event, code and byte.",
    pages: ["api/assistant.md", "api/tools.md", "api/search.md", "api/proxy.md", "api/widget.md", "api/react.md", "docs/widget.md", "docs/reference/cli.md", "docs/reference/events.md", "docs/errors.md", "docs/index-format.md", "docs/limits.md", "docs/consumers.md"],
  },
  {
    title: "Explanation",
    says: "How it works, and why it is so.",
    pages: ["docs/explanation/levels.md", "docs/explanation/search.md", "docs/explanation/costs.md", "docs/explanation/privacy.md", "docs/security.md", "docs/explanation/when-not.md", "docs/evaluation.md", "docs/benchmarks/goals.md", "docs/benchmarks/eval.md", "docs/benchmarks/readers.md", "docs/benchmarks/search.md", "docs/benchmarks/retrieval.md", "docs/benchmarks/needle.md", "docs/benchmarks/agents.md", "docs/benchmarks/soak.md"],
  },
  {
    title: "The project",
    says: "For those who read or change the code.",
    pages: ["ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  },
];

/** Where a file's page is on the site; nothing for files that are no pages. */
export function addressOf(file) {
  if (file === "docs/index.md") return "index.html";
  if (!file.endsWith(".md")) return undefined;
  if (file.startsWith("docs/")) return file.slice(5).replace(/\.md$/, ".html");
  if (file.startsWith("api/")) return `reference/${file.replace(/\.md$/, ".html")}`;
  return parts.at(-1).pages.includes(file) ? `project/${file.toLowerCase().replace(/\.md$/, ".html")}` : undefined;
}
