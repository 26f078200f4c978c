// The program that every project has: documents of three readers, a question, what it answers. It
// is what a page would do, without any configuration.

/** `specifier` is how the package is imported. */
export function app(specifier = "qwen-agent-wasm", tools = "qwen-agent-wasm/tools") {
  return `import { createAssistant } from ${JSON.stringify(specifier)};
import { codeInterpreter, ToolBox } from ${JSON.stringify(tools)};

export async function ask(bytesOfPdf) {
  const qa = await createAssistant();
  const bytes = new TextEncoder().encode("# Lease\\n\\nThe rent is 900 euros a month.\\n\\nThe notice period is three months. Notice must be given in writing.\\n");
  await qa.documents.add({ name: "lease.md", bytes }).done;
  await qa.documents.add({ name: "animals.pdf", bytes: bytesOfPdf }).done;
  const { text, citations, extractive } = await qa.ask("How long is the notice period?").result;
  const hits = await qa.search("walrus");
  await qa.dispose();
  const box = new ToolBox([codeInterpreter()], { consent: () => true });
  const program = await box.call({ id: "1", name: "code_interpreter", arguments: { code: "console.log(6 * 7)" } });
  return { text, program: program.content ?? program.error.code + ": " + program.error.message, extractive, citations: citations.map(({ documentId, quote, verified }) => ({ documentId, quote, verified })), hits: hits.map(({ documentId }) => documentId) };
}
`;
}

/** Runs it in a page: the answer, or what went wrong, is there for the test. */
export const main = (ask = "./app.js") => `import { ask } from ${JSON.stringify(ask)};

const pdf = Uint8Array.from(atob(document.documentElement.dataset.pdf), (char) => char.charCodeAt(0));
ask(pdf).then((answer) => (window.answer = answer), (error) => (window.answer = { failed: String(error?.code) + ": " + String(error?.message ?? error) }));
`;

/** The page; \`head\` is what loads the program. */
export const page = (head, pdf) => `<!doctype html>
<html lang="en" data-pdf="${Buffer.from(pdf).toString("base64")}">
<meta charset="utf-8">
<title>A consumer</title>
${head}
</html>
`;
