// Our index with the analyzer for all languages.

import { ours } from "./ours.mjs";

export default ours("full");
