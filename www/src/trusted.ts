// Lets the assistant start its worker under Trusted Types. The policy must only ever pass
// addresses of this page's own origin, and never markup or code.

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

declare global {
  interface Window {
    trustedTypes?: PolicyFactory;
  }
}

/** Without this default policy, `new Worker(url)` throws under `require-trusted-types-for`. */
export function allowOwnWorkers(): void {
  window.trustedTypes?.createPolicy("default", {
    createScriptURL(url) {
      const target = new URL(url, document.baseURI);
      if (target.origin === location.origin && target.protocol !== "blob:") return target.href;
      throw new TypeError("only scripts of this page's own origin may run");
    },
  });
}
