/**
 * The host in Node's own thread, for the command.
 *
 * The same handler as in a worker, called directly: no messages, no copies. It is not part of the
 * package's public face.
 */

import { aborted, fail, toQwenAgentError } from "./errors.js";
import { createHost } from "./host.js";
import { moduleLoader, vocabularyLoader } from "./load.js";
import { wasmModules } from "./modules.js";
import type { Call, Method, Methods } from "./protocol.js";
import type { Readings } from "./readings.js";
import type { WasmModules } from "./wasm-types.js";

export interface LocalCallOptions<M extends Method> {
  signal: AbortSignal;
  /** The host waits for what it returns before it goes on. */
  onEvent?: (event: Methods[M]["event"]) => void | Promise<void>;
}

export interface LocalHost {
  readonly modules: WasmModules;
  call<M extends Method>(method: M, params: Methods[M]["params"], options: LocalCallOptions<M>): Promise<Methods[M]["result"]>;
}

/** `readings` is where replies of parts that were read are kept. Default: nowhere. */
export function localHost(readings?: Readings): LocalHost {
  const modules = wasmModules(moduleLoader(), vocabularyLoader());
  const handler = createHost(modules, readings ? { readings } : {});
  return {
    modules,
    async call(method, params, { signal, onEvent }) {
      if (signal.aborted) throw aborted(signal);
      try {
        // One call of one method: the compiler cannot see that both came from the same M.
        const { result } = await handler({ method, params } as Call, {
          signal,
          async emit(event) {
            if (signal.aborted) throw aborted(signal);
            await (onEvent as ((event: unknown) => void | Promise<void>) | undefined)?.(event);
          },
          headers: () => Promise.reject(fail("llm.bad_request", "the command has no headers function")),
          // The command recognizes nothing: pages without text keep their warning.
          ocr: async () => "",
          tool: () => Promise.reject(fail("tool.unknown", "the command has no tools of its own")),
        });
        return result as Methods[typeof method]["result"];
      } catch (error) {
        throw signal.aborted ? aborted(signal) : toQwenAgentError(error);
      }
    },
  };
}
