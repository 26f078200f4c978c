// Serves the built site on loopback: plain files, whole or in part, as any server of files does.
//
//   node docs/site/serve.mjs [--folder FOLDER] [--port N] [--open]
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openInBrowser } from "../../www/server/open.mjs";
import { serveFile } from "../../www/server/static.mjs";

const { values } = parseArgs({ options: { folder: { type: "string", default: fileURLToPath(new URL("../../target/site", import.meta.url)) }, port: { type: "string", default: "8127" }, open: { type: "boolean", default: false } } });
const server = createServer((request, response) => serveFile(values.folder, request.url.split("?", 1)[0], request, response));
server.on("error", ({ message }) => {
  console.error(`docs: ${message}`);
  process.exitCode = 1;
});
server.listen(Number(values.port), "127.0.0.1", () => {
  const address = `http://127.0.0.1:${server.address().port}/`;
  console.log(address);
  if (values.open) openInBrowser(address);
});
