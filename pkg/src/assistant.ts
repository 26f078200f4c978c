import type { Assistant, AssistantOptions } from "./types.js";
export async function createAssistant(_options: AssistantOptions = {}): Promise<Assistant> {
  throw new Error("not yet");
}
