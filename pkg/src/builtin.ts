/**
 * Node, where this is Node.
 *
 * By way of `globalThis`: in place of the bare name some bundlers put a stand-in, or end with an
 * error because they have none. Nothing here runs on import.
 */

/** Its `process`, in which a page's stand-in for it does not count. */
export function node(): NodeJS.Process | undefined {
  const found = globalThis.process as NodeJS.Process | undefined;
  return typeof found?.getBuiltinModule === "function" ? found : undefined;
}
