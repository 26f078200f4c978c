// Lets the page open without a network, from its second visit on: keeps the built files of one
// version and serves them from there. It must touch nothing but this page's own files; questions
// and answers never pass through its cache.
//
// The build (build/offline.ts) puts the version and the list of files in place of two words here.

const cacheName = "qwen-agent-demo-__VERSION__";
/** Paths beside this script. */
const files = __FILES__;
/** Addresses below this one are the page's. */
const home = new URL("./", self.location.href);
const known = new Set(files.map((file) => new URL(file, home).href));

self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOldVersions()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  url.search = "";
  url.hash = "";
  if (request.mode === "navigate" && url.href === home.href) return event.respondWith(newestOrKept(request, home.href));
  if (!known.has(url.href)) return;
  // Files under assets/ carry a hash of their content in their names: what is kept is right.
  if (url.pathname.startsWith(`${home.pathname}assets/`)) event.respondWith(keptOrFetched(request, url.href));
  else event.respondWith(newestOrKept(request, url.href));
});

/** All or nothing: a version that is not whole is never used. */
async function keepFiles() {
  const cache = await caches.open(cacheName);
  await cache.addAll(["./", ...files].map((file) => new Request(new URL(file, home), { cache: file.startsWith("assets/") ? "default" : "no-cache" })));
}

/** Runs when no page of the last version is open any more. */
async function forgetOldVersions() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("qwen-agent-demo-") && name !== cacheName).map((name) => caches.delete(name)));
}

async function keptOrFetched(request, address) {
  return (await kept(address)) ?? fetch(request);
}

async function newestOrKept(request, address) {
  try {
    return await fetch(request);
  } catch (error) {
    const response = await kept(address);
    if (response) return response;
    throw error;
  }
}

async function kept(address) {
  const cache = await caches.open(cacheName);
  return cache.match(address);
}
