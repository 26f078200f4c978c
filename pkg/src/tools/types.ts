/**
 * The words of tools: what a tool is, how it is called, and what comes back.
 *
 * Only types live here. They name nothing of the worker: tools run in the thread that defined
 * them, since their functions belong to the page.
 */

/** A JSON value: what models send and what tools may give back. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A JSON schema (draft 2020-12) whose type is `object`. @example { type: "object", properties: { from: { type: "string" } }, required: ["from"] } */
export type ObjectSchema = { readonly type: "object" } & { readonly [keyword: string]: unknown };

/** The arguments of a call; they were checked against the tool's schema. */
export type ToolArguments = { [name: string]: Json };

/** What `run` is given besides its arguments. */
export interface ToolContext {
  /** Aborted when the run is stopped and when the tool's time is over. Pass it on to `fetch` and the like. */
  signal: AbortSignal;
  /** The id of the call, as the model gave it. */
  id: string;
}

/** What the page is asked before a tool with side effects runs. */
export interface ConsentRequest {
  id: string;
  name: string;
  description: string;
  /** A copy: changing it changes nothing. */
  arguments: ToolArguments;
}

/** Says whether a call may run. Anything but `true`, and throwing, is a no. */
export type ConsentHook = (request: ConsentRequest, context: { signal: AbortSignal }) => boolean | Promise<boolean>;

/** What `defineTool()` takes. */
export interface ToolDefinition<Arguments extends object = ToolArguments> {
  /** How the model calls it: 1 to 64 of `a-z A-Z 0-9 _ -`. @example "exchange_rate" */
  name: string;
  /** What it does and when to use it, in a sentence or two: all the model knows of it. */
  description: string;
  /** JSON schema of the arguments; its type is `object`. Default: no arguments. */
  parameters?: ObjectSchema;
  /**
   * Does the work. What it returns becomes text for the model: a string as it is, anything else as
   * JSON. What it throws becomes a short message for the model, so it should hold no secret.
   */
  run: (args: Arguments, context: ToolContext) => unknown;
  /** Milliseconds until the call is given up (`tool.timeout`). Default: 30,000. @example 5000 */
  timeoutMs?: number;
  /** The longest result, in UTF-16 units; more is cut, with a note that says so. Default: 16,000, about 4,000 tokens of English. */
  maxResultLength?: number;
  /** Whether it changes or sends anything: then each call needs the page's consent. Default: false. */
  sideEffects?: boolean;
  /** Asked before each call, in place of the box's hook. Default: none. */
  consent?: ConsentHook;
  /** Whether arguments are checked against `parameters` before `run`. Default: true; false where a server checks them itself. */
  validate?: boolean;
}

/** A tool that was checked. Made by `defineTool()` and by the built-in ones. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly parameters: ObjectSchema;
  readonly timeoutMs: number;
  readonly maxResultLength: number;
  readonly sideEffects: boolean;
  readonly consent?: ConsentHook;
  /** Why arguments do not fit `parameters`, in words for the model; `undefined` if they do. */
  readonly check: (args: unknown) => string | undefined;
  readonly run: (args: ToolArguments, context: ToolContext) => unknown;
}

/** A tool as the model is told of it. */
export interface ToolSpec {
  name: string;
  description: string;
  parameters: ObjectSchema;
}

/** A call by the model. */
export interface ToolCall {
  id: string;
  name: string;
  /** Parsed JSON. */
  arguments: unknown;
}

/** Why a call gave nothing, as a stable word; docs/errors.md explains each. */
export type ToolErrorCode = "tool.unknown" | "tool.invalid_arguments" | "tool.refused" | "tool.timeout" | "tool.failed" | "tool.aborted";

/** What a call gave: text for the model, or a short reason why there is none. */
export type ToolReply = { id: string; content: string } | { id: string; error: { code: ToolErrorCode; message: string } };
