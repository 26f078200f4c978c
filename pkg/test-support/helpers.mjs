// What several tests need: assistants over the fake modules, in this thread and in a worker thread.
import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { Answering } from "../dist/answering.js";
import { createLinkedAssistant } from "../dist/linked-assistant.js";
import { createHost } from "../dist/host.js";
import { channelPort, threadPort } from "../dist/ports.js";
import { fakeModules } from "./fake-wasm.mjs";

const loadModule = async () => new ArrayBuffer(0);

/** An assistant whose host is in this thread, so that the fake can be looked at. */
export async function assistantHere(options = {}) {
  const fake = fakeModules();
  const way = {
    replaceable: false,
    async start() {
      const { port1, port2 } = new MessageChannel();
      new Answering(channelPort(port2), () => createHost(fake.modules));
      return channelPort(port1);
    },
  };
  return { fake, qa: await createLinkedAssistant(options, { ways: [way], loadModule }) };
}

/** An assistant whose host is a worker thread, so that it can die. */
export async function assistantInThread(options = {}, quietMs = 20) {
  const threads = [];
  const way = {
    replaceable: true,
    async start() {
      const thread = new Worker(new URL("./fake-worker.mjs", import.meta.url));
      threads.push(thread);
      return threadPort(thread);
    },
  };
  return { threads, qa: await createLinkedAssistant(options, { ways: [way], loadModule, quietMs }) };
}

export const bytes = (text) => new TextEncoder().encode(text);

export const file = (name, text = `text of ${name}`) => ({ name, bytes: bytes(text) });

export const rejectsWith = (promise, code) => assert.rejects(promise, (error) => {
  assert.equal(error.name, "QwenAgentError");
  assert.equal(error.code, code, error.message);
  return true;
});

export const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}
