// Opens an address in the visitor's browser, where there is one. It must never fail the server: a
// machine without a screen just gets the address printed, as everyone does.

import { spawn } from "node:child_process";

/** `env.BROWSER` wins, as it does for other programs that open pages. */
export function openInBrowser(url, env = process.env, platform = process.platform) {
  const command = browserCommand(env, platform);
  if (!command) return;
  const [program, ...args] = command;
  const child = spawn(program, [...args, url], { stdio: "ignore", detached: true, env });
  child.on("error", () => console.error(`the page could not be opened by ${program}; open ${url} yourself`));
  child.unref();
}

function browserCommand(env, platform) {
  if (env.BROWSER) return [env.BROWSER];
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["explorer"];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : undefined;
}
