// Where a peer does better than ours: a line for each corpus and figure, with everyone who does.

import { table } from "../readers/markdown.mjs";
import { PEERS } from "./engines.mjs";
import { COMPARED } from "./figures.mjs";

const OURS = "ours, full";
const HITS = [["hit1", "hit@1"], ["hit10", "hit@10"]];

/** As parts of the page; `number` prints a figure and `title` names a result's key. */
export function losses(results, { number, title }) {
  const rows = Object.entries(results).flatMap(([key, engines]) => [...COMPARED, ...HITS].flatMap(([figure, name]) => {
    const ours = engines[OURS]?.[figure];
    const better = PEERS.filter((peer) => isBetter(figure, engines[peer.name]?.[figure], ours));
    return better.length === 0 ? [] : [[name, title(key), number(ours), better.map((peer) => `${peer.name} ${number(engines[peer.name][figure])}`).join(", ")]];
  }));
  if (rows.length === 0) return [];
  return ["## Where a peer is better", `Every figure in which a peer is ahead of ${OURS}: milliseconds, bytes, megabytes and shares.`, table(["figure", "corpus", "ours", "better"], rows)];
}

/** Of times, sizes and memory the less is better, of hits the more. */
function isBetter(figure, theirs, ours) {
  if (!Number.isFinite(theirs) || !Number.isFinite(ours)) return false;
  return HITS.some(([name]) => name === figure) ? theirs > ours : theirs < ours;
}
