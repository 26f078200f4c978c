// Says every error in words: what happened, and what one can do about it. It must decide nothing
// and hide nothing: the code always stays visible.

export interface Problem {
  code: string;
  what: string;
  todo: string;
  /** The original message, for those who want to know exactly. */
  detail: string;
}

type Words = readonly [what: string, todo: string];

/** By code, as in docs/errors.md; a test compares the two. */
const words: ReadonlyMap<string, Words> = new Map<string, Words>(Object.entries({
  "read.empty": ["The file is empty.", "Choose a file that has something in it."],
  "read.encrypted": ["The document is protected by a password.", "Save a copy without a password and add that."],
  "read.damaged": ["The file is damaged or incomplete.", "Download or export it again, then add the new copy."],
  "read.unsupported": ["This kind of file cannot be read.", "Convert it to a PDF, an office file or text, or paste the text itself."],
  "read.too_large": ["The file is too large to be read here.", "Split it into smaller files."],
  "read.needs_charset": ["The text's encoding could not be recognised.", "Save it as UTF-8 and add it again."],
  "read.needs_readers": ["The reader for this format could not be loaded.", "Reload the page and try again."],
  "read.fetch": ["The document could not be downloaded.", "Check your connection, or add the file itself."],
  "index.foreign": ["This is not a saved library.", "Choose a file that this page has saved."],
  "index.damaged": ["The saved library is damaged.", "Add the original documents again."],
  "index.newer": ["The saved library comes from a newer version.", "Reload the page to get the newest version."],
  "index.analyzer": ["The saved library was made in a way this version no longer reads.", "Add the original documents again."],
  "index.fetch": ["The index of this site cannot be loaded.", "Check the connection, then try again."],
  "index.changed": ["The index of this site was replaced meanwhile.", "Reload the page."],
  "index.full": ["The library is full.", "Remove a document that you no longer need."],
  "llm.cors_or_network": [
    "The model's endpoint cannot be reached from this page.",
    "Check that it is running, that the address in the settings is right, and that it allows this page (CORS).",
  ],
  "llm.timeout": ["The model did not answer in time.", "Ask again, or choose a faster model."],
  "llm.unauthorized": ["The endpoint did not accept the key.", "Check the key in the settings."],
  "llm.forbidden": ["The endpoint refuses this request.", "Check that your key may use this model."],
  "llm.not_found": ["The endpoint does not know this model or address.", "Check the model's name and the base URL in the settings."],
  "llm.rate_limited": ["The endpoint is receiving too many requests.", "Wait a moment and ask again."],
  "llm.quota": ["The account at the endpoint has no quota left.", "Check your plan there, or use another endpoint."],
  "llm.server": ["The endpoint had an error of its own.", "Ask again; if it stays so, look at the server's log."],
  "llm.bad_request": ["The endpoint did not accept the request.", "Check the model's name, or try another model."],
  "llm.context_length": ["The question and its passages are too long for this model.", "Ask a shorter question, or choose a model with a larger window."],
  "llm.incomplete": ["The answer was cut off before its end.", "What had arrived is shown. Ask again for the whole answer."],
  "llm.refused": ["The model declined to answer.", "Put the question differently."],
  "plan.fallback": ["The model gave no plan for the search, so your own words were searched for.", "A larger model plans better."],
  "context.reduced": ["The model reads less at a time than expected, so fewer passages were used.", "Set the model's window in the settings of the endpoint."],
  "prompt.truncated": ["The endpoint seems to cut long prompts without saying so.", "Enlarge its window."],
  "reading.invented": ["Some quotes were left out.", "The model gave sentences that do not stand in your documents."],
  "reading.limited": ["Not all parts of your documents were read.", "Ask about fewer documents if something is missing."],
  "reading.failed": ["Some parts of your documents could not be read by the model.", "Ask again if the answer may be in them."],
  "reading.not_understood": ["Some replies of the model could not be understood and were left out.", "Try a larger model."],
  "answer.truncated": ["The answer reached the longest length allowed.", "Ask for the rest of it."],
  "answer.filtered": ["The endpoint's content filter cut the answer.", "Put the question differently."],
  "llm.protocol": ["The endpoint's answer could not be understood.", "Check that the base URL belongs to an OpenAI-compatible API."],
  "llm.headers": ["The headers for the endpoint could not be made.", "Check the settings and try again."],
  "agent.no_documents": ["There is no document to look in yet.", "Add a document, or try the sample."],
  "agent.empty_question": ["The question is empty.", "Write a question first."],
  "agent.reading_failed": ["The model failed on too many parts of the documents.", "Ask again, or choose Retrieve; the endpoint may be overloaded."],
  "budget.requests": ["The answer would take more model requests than allowed.", "Ask about fewer documents, or choose Retrieve."],
  "tool.unknown": ["The model called a tool that does not exist.", "A larger model does that less often."],
  "tool.invalid_arguments": ["The model called a tool in a way that the tool does not understand.", "The model was told, and may try again."],
  "tool.refused": ["A tool was not allowed to do what the model wanted.", "Allow it if it should, and ask again."],
  "tool.timeout": ["A tool gave no result in time.", "Ask again."],
  "tool.failed": ["A tool failed.", "The details say why; the model was told."],
  "tool.aborted": ["A tool was stopped with the answer.", ""],
  "mcp.unreachable": ["The server with the tools cannot be reached.", "Check its address and headers, and that it allows this page (CORS)."],
  "mcp.protocol": ["The server with the tools could not be understood.", "Check that its address is that of an MCP server over streamable HTTP."],
  "internal.panic": ["Something in the reader went wrong.", "Your other documents are safe. Reload the page if it happens again."],
  "internal.invalid_request": ["The page asked for something impossible.", "Reload the page and try again."],
  "wasm.load": ["The part that reads documents could not be loaded.", "Check your connection and reload the page."],
  "wasm.csp": ["This site's security policy forbids WebAssembly.", "The site must allow 'wasm-unsafe-eval' in script-src."],
  "worker.blocked": ["The browser does not let this page work in the background.", "Check the site's security policy (worker-src)."],
  "budget.tokens": ["The answer has used up the tokens it may cost.", "Ask about fewer documents, or choose Retrieve."],
  "storage.unavailable": ["This browser does not keep anything for this page.", "What you see works until you close the page. A private window or blocked site data is the usual reason."],
  "storage.quota": ["There is no room left to store this file.", "Remove documents that you no longer need, or free space on the device."],
  "storage.locked": ["Another tab is changing the documents and does not come to an end.", "Close it, then try again."],
  "storage.newer": ["Your documents were stored by a newer version of this page.", "Reload the page to get it. Nothing is lost."],
  "tool.unused": ["Tools were given, but this level does not use them.", "Choose Step by step."],
  "worker.died": ["The background worker stopped and was replaced.", "Your documents are still there; try again."],
  aborted: ["Stopped.", ""],
  disposed: ["The assistant was closed.", "Reload the page."],
  "key.exposed": ["A key was about to be used in an unsafe way.", "Use this page's proxy, or a key of your own."],
  usage: ["The page used the assistant wrongly.", "Reload the page and try again."],
}));

const unknown: Words = ["Something unexpected went wrong.", "Try again; if it stays so, reload the page."];

/** What the page shows for anything that was thrown. */
export function problemFrom(error: unknown): Problem {
  const code = textOf(error, "code") ?? "unknown";
  const [what, todo] = words.get(code) ?? unknown;
  const status = numberOf(error, "status");
  const message = textOf(error, "message") ?? String(error);
  return { code, what, todo, detail: status === undefined ? message : `${message} (HTTP ${status})` };
}

export function isAbort(error: unknown): boolean {
  return textOf(error, "code") === "aborted" || textOf(error, "name") === "AbortError";
}

/** What a failed answer had already said. */
export function partialText(error: unknown): string {
  return textOf(error, "partialText") ?? "";
}

/** One sentence for the live region. */
export function spoken(problem: Problem): string {
  return [problem.what, problem.todo].filter(Boolean).join(" ");
}

function textOf(value: unknown, key: string): string | undefined {
  const found = property(value, key);
  return typeof found === "string" && found !== "" ? found : undefined;
}

function numberOf(value: unknown, key: string): number | undefined {
  const found = property(value, key);
  return typeof found === "number" ? found : undefined;
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<string, unknown>)[key];
}
