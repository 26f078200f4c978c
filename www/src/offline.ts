/// <reference types="vite/client" />
// Registers the service worker, so that the page opens without a network next time. It must never
// be in the way: a browser that has none, or refuses it, shows the page as before.

/** Call it when the page is ready: keeping its files should not delay the first visit. */
export function workOffline(): void {
  if (import.meta.env.DEV || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("./service-worker.js").catch(() => {});
}
