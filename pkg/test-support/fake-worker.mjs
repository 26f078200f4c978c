// A worker thread like dist/worker.js, over the fake modules.
import { parentPort } from "node:worker_threads";
import { Answering } from "../dist/answering.js";
import { createHost } from "../dist/host.js";
import { parentThreadPort } from "../dist/ports.js";
import { fakeModules } from "./fake-wasm.mjs";

const answering = new Answering(parentThreadPort(parentPort), () => createHost(fakeModules().modules));
process.on("uncaughtException", (error) => answering.panic(error));
