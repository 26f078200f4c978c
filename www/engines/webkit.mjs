// WebKitGTK by its WebDriver, on a screen that nobody sees. What tests do with a browser stands in
// visitor.mjs.

import { createServer } from "node:net";
import { ended, found, pause, printed, started } from "./program.mjs";

/** How often a driver that has just been started is asked whether it is there. */
const TRIES = 100;

/** Starts it; there is no way to run something before the page's scripts. */
export async function startWebKit(t) {
  const driver = found("WebKitWebDriver", "WEBKIT_WEBDRIVER_PATH", ["/usr/bin/WebKitWebDriver"]);
  const screen = started(found("Xvfb", "XVFB_PATH", ["/usr/bin/Xvfb"]), ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], { pipes: 1 });
  let child;
  let goodbye = async () => {};
  t.after(async () => {
    // The browser first, then what it stands on.
    await goodbye().catch(() => {});
    if (child) await ended(child);
    await ended(screen);
  });
  const [, display] = await printed(screen, /^(\d+)$/m);
  const port = await freePort();
  const env = { DISPLAY: `:${display}`, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1", NO_AT_BRIDGE: "1" };
  child = started(driver, [`--port=${port}`, "--host=local"], { env });
  const send = sender(`http://127.0.0.1:${port}`);
  await answering(send);
  const { sessionId, capabilities } = await send("POST", "/session", { capabilities: { alwaysMatch: {} } });
  const path = `/session/${sessionId}`;
  goodbye = () => send("DELETE", path);
  const post = (command, body) => send("POST", `${path}/${command}`, body);
  await post("timeouts", { script: 120_000, pageLoad: 60_000 });
  return {
    name: "WebKitGTK",
    version: capabilities.browserVersion,
    complaints: [],
    goto: (url) => post("url", { url }),
    reload: () => post("refresh", {}),
    perform: (actions) => post("actions", { actions }),
    async execute(source, json) {
      const script = `const done = arguments[1]; (${source})(arguments[0]).then((value) => done({ value }), (error) => done({ error: \`\${error} \${error.stack}\` }));`;
      const { value, error } = await post("execute/async", { script, args: [json] });
      if (error !== undefined) throw new Error(`in WebKitGTK: ${error}`);
      return value;
    },
  };
}

function sender(origin) {
  return async (method, path, body) => {
    const content = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(origin + path, { method, ...content });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  };
}

async function answering(send) {
  for (let tries = 1; ; tries++) {
    try {
      return await send("GET", "/status");
    } catch (error) {
      if (tries === TRIES) throw error;
      await pause(50);
    }
  }
}

/** The driver cannot choose one itself. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
