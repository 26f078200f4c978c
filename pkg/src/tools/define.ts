/**
 * Makes a tool of what a page writes down, and says at once what is wrong with it.
 *
 * It runs nothing: that is the tool box's part.
 */

import { fail } from "../errors.js";
import { checker, requireObjectSchema } from "./schema.js";
import type { ObjectSchema, Tool, ToolArguments, ToolDefinition } from "./types.js";

/** Models of every endpoint accept these. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_RESULT_LENGTH = 16_000;
/** `setTimeout` takes no more, and would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const NO_ARGUMENTS: ObjectSchema = { type: "object", properties: {}, additionalProperties: false };

/**
 * Defines a tool.
 *
 * The type of the arguments is what you say it is: the schema is what guarantees it.
 *
 * @throws QwenAgentError `usage` if the name, the description, the schema or a limit is wrong
 *
 * @example
 * ```ts
 * const rate = defineTool<{ from: string; to: string }>({
 *   name: "exchange_rate",
 *   description: "Today's exchange rate between two currencies.",
 *   parameters: {
 *     type: "object",
 *     properties: { from: { type: "string", pattern: "^[A-Z]{3}$" }, to: { type: "string", pattern: "^[A-Z]{3}$" } },
 *     required: ["from", "to"],
 *   },
 *   run: async ({ from, to }, { signal }) => (await fetch(`/rates/${from}/${to}`, { signal })).json(),
 * });
 * ```
 */
export function defineTool<Arguments extends object = ToolArguments>(definition: ToolDefinition<Arguments>): Tool {
  const { name, description, parameters = NO_ARGUMENTS, run, validate = true } = definition;
  if (typeof name !== "string" || !NAME.test(name)) throw fail("usage", `a tool's name has 1 to 64 letters, digits, "_" and "-", which ${JSON.stringify(name)} has not`);
  if (typeof description !== "string" || description.trim() === "") throw fail("usage", `the tool ${name} needs a description: it is all the model knows of it`);
  if (typeof run !== "function") throw fail("usage", `the tool ${name} needs a function run`);
  if (!validate) requireObjectSchema(parameters, name);
  const tool: Tool = {
    name,
    description,
    parameters,
    timeoutMs: positive(definition.timeoutMs ?? DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS, "timeoutMs", name),
    maxResultLength: positive(definition.maxResultLength ?? DEFAULT_MAX_RESULT_LENGTH, Number.MAX_SAFE_INTEGER, "maxResultLength", name),
    sideEffects: definition.sideEffects ?? definition.consent !== undefined,
    ...(definition.consent ? { consent: definition.consent } : {}),
    check: validate ? checker(parameters, name) : () => undefined,
    // The schema has checked what the type only claims.
    run: (args, context) => run(args as unknown as Arguments, context),
  };
  return Object.freeze(tool);
}

function positive(value: number, max: number, option: string, name: string): number {
  if (typeof value === "number" && value > 0 && value <= max) return value;
  throw fail("usage", `${option} of the tool ${name} must be above 0 and at most ${max}`);
}
