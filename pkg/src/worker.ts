/**
 * A worker that is a host.
 *
 * This file is an entry of its own and acts when it is run. It exports nothing.
 */

import { startWorker } from "./worker-start.js";

startWorker();
