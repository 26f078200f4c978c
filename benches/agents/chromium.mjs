// Ours in a page of headless Chromium, in its worker. The page comes from a server on loopback
// that lives as long as this; the endpoint is another origin, as it mostly is.

import { FLAGS, executable, serveRepository } from "../browser.mjs";

const PAGE = "/benches/agents/browser/page.html";
/** Nothing else of the repository is served. */
const SERVED = ["benches/agents/", "pkg/dist/"];

/** A browser whose `open()` gives what node.mjs gives, and `version`. */
export async function startChromium() {
  const { chromium } = await import("playwright-core");
  const server = await serveRepository(SERVED);
  const browser = await chromium.launch({ executablePath: executable(), args: FLAGS });
  return {
    version: browser.version(),
    async open(options) {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${server.address().port}${PAGE}`);
      await tab.waitForFunction(() => globalThis.bench);
      await tab.evaluate((given) => globalThis.bench.open(given), options);
      return {
        asked: (question) => tab.evaluate((given) => globalThis.bench.asked(given), question),
        aborted: (question, afterMs) => tab.evaluate(([given, after]) => globalThis.bench.aborted(given, after ?? undefined), [question, afterMs]),
        close: () => tab.close(),
      };
    },
    async close() {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
