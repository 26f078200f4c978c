/**
 * What `--help` prints. Text only.
 */

export type CommandName = "inspect" | "index" | "search" | "ask";

const ENVIRONMENT = `Environment:
  QWEN_API_KEY    the key, sent as "Authorization: Bearer …"; never an argument
  QWEN_BASE_URL   default of --base-url
  QWEN_MODEL      default of --model
`;

const EXIT = `Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
Results go to stdout; progress, warnings and errors to stderr.
`;

export const HELP: Record<CommandName | "top", string> = {
  top: `qwen-agent: answers questions about documents, with a Qwen model or without any

Usage:
  qwen-agent inspect FILE                     show what is read from a file
  qwen-agent index PATH... -o FILE            make an index of files and folders
  qwen-agent search INDEX QUERY               find passages, without a model
  qwen-agent ask (--index INDEX | FILE...) QUESTION
                                              answer, with sources

  qwen-agent COMMAND --help                   options and examples of a command
  qwen-agent --help | --version

Examples:
  qwen-agent index docs -o docs.qai
  qwen-agent search docs.qai "notice period"
  QWEN_API_KEY=... qwen-agent ask --index docs.qai --base-url https://example.com/v1 --model qwen-plus "What is the notice period?"

${ENVIRONMENT}
${EXIT}`,

  inspect: `qwen-agent inspect: show what is read from a file, and how it is cut into chunks

Usage:
  qwen-agent inspect FILE [options]

Options:
  --format text|md|json   text: the pages, a form feed between them (default)
                          md: the blocks as Markdown
                          json: pages, blocks, chunks, tokens, warnings
  --json                  the same as --format json
  --password-env VAR      the environment variable that holds the file's password
  -h, --help

Offsets in JSON are UTF-16 code units within a page's text; pages count from 1.

Examples:
  qwen-agent inspect contract.pdf
  qwen-agent inspect contract.pdf --json > contract.json
  PDF_PASSWORD=... qwen-agent inspect secret.pdf --password-env PDF_PASSWORD

${EXIT}`,

  index: `qwen-agent index: make an index of files and folders

Usage:
  qwen-agent index PATH... -o FILE [options]

Folders are read recursively and in sorted order, without names that begin with a dot and
without node_modules.
A document's id is its path below the folder that all paths have in common.
In a .jsonl file each line is a document: {"id": "...", "title": "...", "text": "..."};
"url" may say where it is visited.
Files that cannot be read are reported on stderr and left out.
A web page keeps its canonical address, so that answers link to it. Pages that say "noindex" and
further pages of one address are left out.

Options:
  -o, --output FILE       where to write the index (.qai)
  --strict                fail, and write nothing, if a file cannot be read
  --site ADDRESS          where the files are published: each gets the address of its path below
                          that, if it names no canonical one itself
  --include GLOB          only files whose path matches (may be repeated); "*" is any part of a
                          name, "**" any folders, a pattern without "/" holds in every folder
  --exclude GLOB          not these (may be repeated)
  --password-env VAR      the environment variable that holds the password of encrypted files
  -h, --help

Examples:
  qwen-agent index docs -o docs.qai
  qwen-agent index handbook.pdf faq.md -o site.qai --strict
  qwen-agent index corpus.jsonl -o corpus.qai
  qwen-agent index dist -o dist/site.qai --site https://example.org/ --include "*.html"

${EXIT}`,

  search: `qwen-agent search: find passages, without a model

Usage:
  qwen-agent search INDEX QUERY [options]
  qwen-agent search INDEX --queries FILE.jsonl [options]

Options:
  -k N                    at most N hits (default 10)
  --json                  {"query", "hits": [{document, title, url, page, span, spans, score, text}]}
  --queries FILE          many queries in one process: each line {"id": "...", "q": "..."};
                          each output line {"id", "hits": [...]}; "-" reads standard input
  --why                   what each term gave: its part of the score, weight, idf, frequency
  -h, --help

Examples:
  qwen-agent search docs.qai "notice period"
  qwen-agent search docs.qai "notice period" -k 3 --json
  qwen-agent search docs.qai --queries queries.jsonl -k 100 > hits.jsonl

${EXIT}`,

  ask: `qwen-agent ask: answer a question about documents, with sources

Usage:
  qwen-agent ask --index INDEX QUESTION [options]
  qwen-agent ask FILE... QUESTION [options]

Without an endpoint the answer is extractive: quotes, labelled so, and no network.

Options:
  --index INDEX           an index made by "qwen-agent index"
  --level LEVEL           auto (default), retrieve: the best passages in one prompt,
                          read: every chunk on its own first, reason: step by step,
                          by questions of the model's own, which are shown on stderr,
                          chat: the model alone, without the documents
  --adaptive              at level read, stop reading when more is unlikely to be found
  --max-turns N           at level reason, ask the model at most N times (default 12)
  --protocol P            how the model calls tools at level reason: auto (default),
                          native: by the fields of the protocol, nous or react: in the text
  --base-url URL          the endpoint, up to and without /chat/completions
  --model M               the model's name there
  --system TEXT           standing instructions: tone, role, language
  --json                  events as JSON lines; the last is the "finish" event
  --context-tokens N      the window that prompts must fit (default 8192)
  --max-output-tokens N   the longest answer (default 1024)
  --max-requests N        fail before sending more than N requests (default 2000)
  --max-tokens N          end before the run costs more than N tokens (default: no limit)
  --estimate              print what the question would cost, and ask nothing
  --transcript FILE       append the conversation as a line of JSON, for fine-tuning
  --verified-only         with --transcript: only if every citation is verified
  --no-cache              keep no replies of parts that were read, and use none
  --concurrency N         requests at the same time (default 4)
  --password-env VAR      the environment variable that holds the password of encrypted files
  -h, --help

At level read, the model's reply on each part is kept for a month below
$XDG_CACHE_HOME/qwen-agent-wasm/readings (~/.cache/...), so that a run that was interrupted
goes on where it was. They hold quotes from your documents; delete the folder to forget them.

${ENVIRONMENT}
Examples:
  qwen-agent ask contract.pdf "What is the notice period?"
  qwen-agent ask --index docs.qai --base-url http://localhost:11434/v1 --model qwen3:8b "Who signs?"
  qwen-agent ask --index docs.qai --level read --estimate "Who signs?"
  qwen-agent ask --index docs.qai --json "Who signs?" | tail -1
  qwen-agent ask --index docs.qai --level reason "Where was the founder of the firm born?"

${EXIT}`,
};
