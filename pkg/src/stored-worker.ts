/**
 * A worker that is a host and stores documents. Beside `worker.ts`, since bundlers cannot split a
 * worker's code, and most pages store nothing.
 *
 * This file is an entry of its own and acts when it is run. It exports nothing.
 */

import { openStored } from "./storage/open.js";
import { readAgain } from "./storage/read-again.js";
import { startWorker } from "./worker-start.js";

startWorker({ storing: { openStored, readAgain } });
