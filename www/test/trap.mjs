// Worker scripts that die where a test says: by a real trap of wasm, or by hanging until the page
// takes them for dead. The package has no hook for that; the test's server puts a few lines before
// the worker's own.

/** What goes before the script of a worker. `plan` is what it begins with, see `prelude()`. */
export function withTrap(script, plan) {
  return `(${prelude})(${JSON.stringify(plan ?? null)});\n${script}`;
}

/**
 * Runs in the worker, before it starts. A plan is `{ steps: [[place, count]…], how }`: each place
 * must be reached so many times, one after the other, then it dies. A place is an export of wasm, or
 * "call" for any of them, "instantiate readers", "fetch" or "put". Pages send plans by the channel.
 */
function prelude(plan) {
  const channel = new BroadcastChannel("trap");
  channel.onmessage = ({ data }) => {
    if (!data.steps) return;
    plan = data;
    channel.postMessage({ armed: self.name });
  };
  // (module (func (export "trap") unreachable))
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11];
  const { trap } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports;
  const reach = (...names) => {
    const step = plan?.steps[0];
    if (!step || !names.includes(step[0]) || --step[1] > 0) return;
    plan.steps.shift();
    if (plan.steps.length > 0) return;
    if (plan.how === "panic") trap();
    channel.postMessage({ hangs: true });
    for (;;);
  };

  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (module, imports) => {
    const instance = await instantiate(module, imports);
    const isCore = "library_new" in instance.exports;
    if (!isCore) reach("instantiate readers");
    const wrapped = Object.entries(instance.exports).map(([name, value]) => {
      if (typeof value !== "function" || name.startsWith("__")) return [name, value];
      return [name, (...given) => (reach(name, "call"), value(...given))];
    });
    return { module, instance: { exports: Object.fromEntries(wrapped) } };
  };
  const { fetch } = self;
  self.fetch = (...given) => (reach("fetch"), fetch(...given));
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...given) {
    reach("put");
    return put.apply(this, given);
  };
}
