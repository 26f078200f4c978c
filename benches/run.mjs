// What every record of a measurement says of its circumstances.

import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";

/** `command` is what a reader would type to measure the same. */
export function circumstances(command) {
  return {
    date: new Date().toISOString().slice(0, 10),
    command,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    /** Times of a busy machine say less. */
    load: loadavg()[0],
    node: process.versions.node,
    version: JSON.parse(readFileSync(new URL("../pkg/package.json", import.meta.url), "utf8")).version,
  };
}

/** The same as rows of a table. */
export function circumstanceRows({ date, command, cores, cpu, load, node, chromium, version }) {
  return [
    ["date", date],
    ["command", `\`${command}\``],
    ["machine", `${cores} cores, ${cpu}`],
    ["load before", load.toFixed(1)],
    ["Node", node],
    ...(chromium ? [["Chromium", chromium]] : []),
    ["qwen-agent-wasm", version],
  ];
}
