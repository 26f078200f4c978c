// Our index over plain words.

import { ours } from "./ours.mjs";

export default ours("words");
