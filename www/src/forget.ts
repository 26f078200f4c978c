// Deletes all that the page has kept on the device: documents, conversations, what a model has read.
// It must leave nothing behind, also where a part of it fails.

import type { Assistant } from "qwen-agent-wasm";
import type { QwenAssistantElement } from "qwen-agent-wasm/widget";

/** For the assistant of `widget`, whichever it is at the time. Rejects with the first failure. */
export function forgetAll(widget: QwenAssistantElement): () => Promise<void> {
  let assistant: Assistant | undefined;
  widget.addEventListener("qa-ready", ({ detail }) => (assistant = detail.assistant));
  return async () => {
    const done = await Promise.allSettled([assistant?.storage.clear(), assistant?.sessions.clear(), assistant?.readings.clear()]);
    for (const part of done) if (part.status === "rejected") throw part.reason;
  };
}
