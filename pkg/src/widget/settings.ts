// What the element was told by its attributes and properties, as one plain object, and what of it
// goes to the assistant. It reads no attributes and starts nothing.

import { own } from "../own.js";
import type { AskOptions, Assistant, AssistantOptions, EndpointOptions, HistoryMessage, Level, StorageOptions } from "../types.js";
import type { PdfjsLoader } from "./source/pdfjs.js";
import type { Connection } from "./state.js";

/** What can be added: a file, a blob with a name, or an address. */
export type Addable = File | URL | string;


export interface Settings {
  mode: "launcher" | "inline";
  /** The page's own assistant, in place of one that the widget makes. */
  assistant: Assistant | undefined;
  options: AssistantOptions;
  baseUrl: string | undefined;
  model: string | undefined;
  /** The address of a prebuilt index. */
  index: string | undefined;
  level: Level | undefined;
  storage: NonNullable<StorageOptions["kind"]>;
  name: string | undefined;
  /** What loads pdf.js, or its address. */
  pdfjs: PdfjsLoader | string | undefined;
  suggestions: readonly string[];
  heading: string | undefined;
}

const levels: readonly string[] = ["auto", "retrieve", "read", "reason", "chat"] satisfies Level[];

const places: readonly string[] = ["auto", "opfs", "indexeddb", "memory"] satisfies Settings["storage"][];

/** Conversations and documents outlive the page unless it says otherwise. */
export function storageOf(text: string | null): Settings["storage"] {
  return places.includes(text ?? "") ? (text as Settings["storage"]) : "auto";
}

export function isLevel(text: string | null | undefined): text is Level {
  return typeof text === "string" && levels.includes(text);
}

/** The assistant is made once with these; endpoint, level and budget are told with each question. */
export function assistantOptions({ options, storage, name }: Settings): AssistantOptions {
  const { endpoint: _, ...rest } = options;
  // Where nothing is to be kept, neither is what the model has read.
  const readings = storage === "memory" ? { readings: "memory" as const } : {};
  return { ...rest, storage: { kind: storage, ...(name === undefined ? {} : { name }), ...readings, ...options.storage } };
}

/** The endpoint by the attributes, over that of the options; undefined where it is the assistant's own business. */
export function endpointOf({ options, baseUrl, model, assistant }: Settings): EndpointOptions | null | undefined {
  const { baseURL = baseUrl, model: name = model, ...rest } = own({ ...own(options).endpoint, ...(baseUrl && { baseURL: baseUrl }), ...(model && { model }) });
  if (baseURL && name) return { ...rest, baseURL, model: name };
  return assistant || options.model ? undefined : null;
}

export function connectionOf(settings: Settings): Connection {
  const endpoint = endpointOf(settings);
  return endpoint === null ? { kind: "none" } : { kind: "model", name: endpoint?.model ?? "" };
}

/** How a question is put: what may have changed since the assistant was made goes along. */
export function askOptions(settings: Settings, level: Level, conversation: { history: HistoryMessage[] } | { session: string }): AskOptions {
  const endpoint = endpointOf(settings);
  const { system, budget, generation, adaptive, protocol, maxTurns, tools } = settings.options;
  const said = Object.fromEntries(Object.entries({ system, budget, generation, adaptive, protocol, maxTurns, tools }).filter(([, value]) => value !== undefined));
  return { ...said, level, ...(endpoint === undefined ? {} : { endpoint }), ...(endpoint === null && "history" in conversation ? {} : conversation) } as AskOptions;
}
