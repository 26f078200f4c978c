/**
 * JSON schemas: whether one can describe a tool's arguments, and whether arguments fit it.
 *
 * The rules are a library's (@cfworker/json-schema, which interprets schemas: it needs no `eval`,
 * so a strict Content-Security-Policy is no obstacle). Only the words for the model are ours.
 */

import { Validator } from "../vendor/json-schema/index.js";
import { fail } from "../errors.js";
import { shorten } from "./text.js";
import type { ObjectSchema } from "./types.js";

/** Faults that are told at once: a model mends few at a time. */
const MAX_FAULTS = 5;
/** Of one fault, in UTF-16 units: schemas with long enumerations would fill the prompt. */
const MAX_FAULT_LENGTH = 200;

/** A function that says why arguments do not fit. @throws QwenAgentError `usage` */
export function checker(schema: ObjectSchema, name: string): (args: unknown) => string | undefined {
  requireObjectSchema(schema, name);
  let validator: Validator;
  try {
    validator = new Validator(schema, "2020-12", false);
    requirePatterns(schema);
  } catch (error) {
    throw fail("usage", `the parameters of the tool ${name} are not a JSON schema: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  return (args) => {
    const { valid, errors } = validator.validate(args);
    return valid ? undefined : explain(errors);
  };
}

/** @throws QwenAgentError `usage` */
export function requireObjectSchema(schema: unknown, name: string): asserts schema is ObjectSchema {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema) || !("type" in schema) || schema.type !== "object") {
    throw fail("usage", `the parameters of the tool ${name} must be a JSON schema of the type "object"`);
  }
  try {
    JSON.stringify(schema);
  } catch (error) {
    throw fail("usage", `the parameters of the tool ${name} cannot be written as JSON`, error);
  }
}

/** Keywords whose values are data, not schemas. */
const DATA = new Set(["const", "enum", "default", "examples"]);

// The validator compiles a pattern only when it meets a value for it: too late to tell the page's author.
function requirePatterns(schema: unknown): void {
  if (typeof schema !== "object" || schema === null) return;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "pattern" && typeof value === "string") new RegExp(value, "u");
    if (keyword === "patternProperties") Object.keys(value as object).forEach((pattern) => new RegExp(pattern, "u"));
    if (!DATA.has(keyword)) requirePatterns(value);
  }
}

interface Fault {
  keyword: string;
  instanceLocation: string;
  error: string;
}

// The validator tells each fault again at every level above it; the innermost are the useful ones.
function explain(faults: Fault[]): string {
  const inner = faults.filter(({ keyword }) => keyword !== "properties" && keyword !== "items" && keyword !== "prefixItems");
  const told = (inner.length > 0 ? inner : faults).slice(0, MAX_FAULTS);
  return told.map(({ instanceLocation, error }) => `${instanceLocation.replace(/^#/, "") || "arguments"}: ${shorten(error, MAX_FAULT_LENGTH)}`).join(" ");
}
