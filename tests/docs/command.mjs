// The command, with the endpoint of the tests in place of the one that a document names.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [endpoint, ...given] = process.argv.slice(2);
const at = given.indexOf("--base-url");
if (at !== -1) given[at + 1] = endpoint;
const { status } = spawnSync(process.execPath, [fileURLToPath(new URL("../../pkg/dist/cli.js", import.meta.url)), ...given], { stdio: "inherit" });
process.exitCode = status ?? 1;
