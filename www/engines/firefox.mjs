// Firefox by WebDriver BiDi, which it speaks itself, over a WebSocket. What tests do with a
// browser stands in visitor.mjs.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { ended, found, printed, started } from "./program.mjs";

const USUAL = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];

/** So that nothing but the test's pages is asked for, and no other window opens. */
const PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.newtabpage.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage": "about:blank",
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.push.connection.enabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.server": "data:,",
};

/** Starts it with a profile of its own; `preload` runs in every page before the page's scripts. */
export async function startFirefox(t, preload) {
  const program = found("Firefox", "FIREFOX_PATH", USUAL);
  const profile = await mkdtemp(join(tmpdir(), "engines-firefox-"));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  await writeFile(join(profile, "user.js"), lines.join(""));
  const child = started(program, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank"]);
  let socket;
  t.after(async () => {
    socket?.terminate();
    await ended(child);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  const [, address] = await printed(child, /WebDriver BiDi listening on (ws:\S+)/);
  const complaints = [];
  socket = new WebSocket(`${address}/session`, { maxPayload: 1 << 28 });
  const send = await connected(socket, (event) => noteComplaint(event, complaints));
  const { capabilities } = await send("session.new", { capabilities: {} });
  await send("session.subscribe", { events: ["log.entryAdded"] });
  await send("script.addPreloadScript", { functionDeclaration: preload.toString() });
  const { contexts } = await send("browsingContext.getTree", {});
  const { context } = contexts[0];
  return {
    name: "Firefox",
    version: capabilities.browserVersion,
    complaints,
    goto: (url) => send("browsingContext.navigate", { context, url, wait: "complete" }),
    reload: () => send("browsingContext.reload", { context, wait: "complete" }),
    perform: (actions) => send("input.performActions", { context, actions }),
    async execute(source, json) {
      const answer = await send("script.callFunction", {
        functionDeclaration: source,
        awaitPromise: true,
        target: { context },
        arguments: [{ type: "string", value: json }],
      });
      if (answer.type === "success") return answer.result.value;
      throw new Error(`in Firefox: ${answer.exceptionDetails.text}`);
    },
  };
}

function noteComplaint({ method, params }, complaints) {
  if (method === "log.entryAdded" && params.level === "error") complaints.push(params.text);
}

/** Opens the connection; gives what sends a command over it and waits for its answer. */
async function connected(socket, onEvent) {
  const waiting = new Map();
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.on("message", (data) => {
    const message = JSON.parse(data.toString());
    const { id, type } = message;
    if (type === "event") return onEvent(message);
    const { resolve, reject, method } = waiting.get(id);
    waiting.delete(id);
    if (type === "success") resolve(message.result);
    else reject(new Error(`${method}: ${message.error}: ${message.message}`));
  });
  socket.on("close", () => {
    for (const { reject, method } of waiting.values()) reject(new Error(`${method}: Firefox has closed the connection`));
  });
  let id = 0;
  return (method, params) =>
    new Promise((resolve, reject) => {
      waiting.set((id += 1), { resolve, reject, method });
      socket.send(JSON.stringify({ id, method, params }));
    });
}
