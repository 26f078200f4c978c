/**
 * The one thing that the sandbox's programs find beside the language: a console.
 *
 * This is source text for the interpreter, which is why it is a string. It runs before the program
 * and gives a function that writes any value as text. A program may break it, and harms only its
 * own output.
 */

/** An expression: `(print, maxLength) => inspect`. */
export const PRELUDE = String.raw`((print, maxLength) => {
  "use strict";
  const { stringify } = JSON;
  const { isArray } = Array;
  const ownKeys = Reflect.ownKeys;
  // Of values in one text, of items in one list, of levels: a text for a model, not a dump.
  const MOST_VALUES = 2000, MOST_ITEMS = 100, MOST_LEVELS = 5;

  const inspect = (top) => {
    let values = 0;
    const path = [];
    const items = (list, open, close) => {
      const shown = list.slice(0, MOST_ITEMS).map((item) => item());
      if (list.length > MOST_ITEMS) shown.push("… " + (list.length - MOST_ITEMS) + " more");
      return shown.length === 0 ? open.trimEnd() + close.trimStart() : open + shown.join(", ") + close;
    };
    const write = (value) => {
      if (typeof value === "string") return stringify(value.length > maxLength ? value.slice(0, maxLength) + "…" : value);
      if (typeof value === "bigint") return value + "n";
      if (typeof value === "function") return "[Function " + (value.name || "(anonymous)") + "]";
      if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
      if (++values > MOST_VALUES) return "…";
      if (path.includes(value)) return "[Circular]";
      if (value instanceof Error) return describe(value);
      if (value instanceof Date || value instanceof RegExp) return String(value instanceof Date && !isNaN(value) ? value.toISOString() : value);
      if (path.length >= MOST_LEVELS) return isArray(value) ? "[Array]" : "[Object]";
      path.push(value);
      try {
        return container(value);
      } finally {
        path.pop();
      }
    };
    const container = (value) => {
      if (isArray(value)) return items(first(value, value.length, (index) => () => write(value[index])), "[", "]");
      if (ArrayBuffer.isView(value) && "length" in value) return value.constructor.name + " " + items(first(value, value.length, (index) => () => write(value[index])), "[", "]");
      if (value instanceof Map) return "Map(" + value.size + ") " + items([...value].map(([key, item]) => () => write(key) + " => " + write(item)), "{ ", " }");
      if (value instanceof Set) return "Set(" + value.size + ") " + items([...value].map((item) => () => write(item)), "{ ", " }");
      const name = value.constructor?.name;
      const keys = ownKeys(value).filter((key) => Object.getOwnPropertyDescriptor(value, key)?.enumerable);
      const parts = keys.map((key) => () => (typeof key === "string" && /^[\w$]+$/.test(key) ? key : typeof key === "string" ? stringify(key) : String(key)) + ": " + write(value[key]));
      return (name && name !== "Object" ? name + " " : "") + items(parts, "{ ", " }");
    };
    // Long arrays are not walked to their ends only to say that they are long.
    const first = (list, length, item) => {
      const shown = [];
      for (let index = 0; index < length && index < MOST_ITEMS; index++) shown.push(item(index));
      if (length > MOST_ITEMS) shown.length = length;
      return shown;
    };
    const describe = (error) => {
      const head = error.name + ": " + error.message;
      const where = String(error.stack ?? "").split("\n").filter((line) => line.includes("program.js")).slice(0, 3);
      return [head, ...where].join("\n");
    };
    try {
      return write(top).slice(0, maxLength + 1);
    } catch {
      return "[a value that cannot be shown]";
    }
  };
  const say = (...args) => {
    print(args.map((arg) => (typeof arg === "string" ? arg : inspect(arg))).join(" ").slice(0, maxLength + 1));
  };
  globalThis.console = { log: say, info: say, debug: say, warn: say, error: say, table: say, dir: say };
  return inspect;
})`;
