// Asks one question and notes when what happened. The same in Node and in a page.

/** Milliseconds since 1970, in parts, comparable between the processes of one machine. */
export const now = () => performance.timeOrigin + performance.now();

/** @typedef {(question: string, onEvent: (event: object) => void, signal?: AbortSignal) => Promise<object>} Ask */

/** By the package: the assistant works in a worker. @returns {Ask} */
export const byAssistant = (assistant, options) => async (question, onEvent, signal) => {
  const run = assistant.ask(question, { ...options, signal });
  for await (const event of run) onEvent(event);
  return run.result;
};

/** As the command asks: in its own thread. @returns {Ask} */
export const byHost = (host, request) => (question, onEvent, signal) =>
  host.call("ask", { request: { ...request, question }, callHeaders: false }, { onEvent, signal: signal ?? new AbortController().signal });

/** `{ asked, firstText?, ended, read, failed, retries, text?, requests?, error? }`; times as `now()` has them. */
export async function asked(ask, question) {
  const seen = { asked: now(), read: 0, failed: 0, retries: 0 };
  try {
    const answer = await ask(question, (event) => notice(seen, event));
    Object.assign(seen, { text: answer.text, requests: answer.usage.requests });
  } catch (error) {
    seen.error = error.code ?? error.name;
  }
  seen.ended = now();
  return seen;
}

function notice(seen, event) {
  if (event.type === "text") seen.firstText ??= now();
  if (event.type === "retry") seen.retries += 1;
  if (event.type !== "chunk-read") return;
  seen.read += 1;
  if (event.failed) seen.failed += 1;
}

/** Aborts a run after some milliseconds, or at its first text. Gives when. */
export async function abortedRun(ask, question, afterMs) {
  const controller = new AbortController();
  let at;
  const abort = () => {
    at ??= now();
    controller.abort();
  };
  if (afterMs !== undefined) setTimeout(abort, afterMs);
  const onEvent = (event) => void (afterMs === undefined && event.type === "text" && abort());
  await ask(question, onEvent, controller.signal).then(() => {}, () => {});
  return at;
}
