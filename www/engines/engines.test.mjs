// The core path in Firefox and in WebKitGTK: through the demo page, and with the package alone.
// Everything else about the page is tested in Chromium.

import { test } from "node:test";
import { startEndpoint } from "../test/support.mjs";
import { startFirefox } from "./firefox.mjs";
import { tryLibrary } from "./library.mjs";
import { walkThroughPage } from "./page.mjs";
import { startSite } from "./site.mjs";
import { Visitor, watch } from "./visitor.mjs";
import { startWebKit } from "./webkit.mjs";

const options = { timeout: 240_000 };

for (const start of [startFirefox, startWebKit]) {
  const name = start === startFirefox ? "Firefox" : "WebKitGTK";

  test(`${name}: add, ask, cite and reload in the demo page`, options, async (t) => {
    const visitor = await newVisitor(t, start);
    await walkThroughPage(visitor, await startEndpoint(t));
  });

  test(`${name}: the package reads, finds, counts, streams and stops`, options, async (t) => {
    const visitor = await newVisitor(t, start);
    await tryLibrary(visitor, await startEndpoint(t));
  });
}

async function newVisitor(t, start) {
  const visitor = new Visitor(await start(t, watch), await startSite(t));
  t.diagnostic(`${visitor.session.name} ${visitor.session.version}`);
  return visitor;
}
