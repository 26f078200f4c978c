// What our index has to reach, and whether it does.
//
// A goal is `times` a peer (the peer's figure divided by ours is at least that), `slower` than the
// floor (ours divided by it is at most that), `asGood` as the floor, whose BM25 is exact, or at `most` or at `least` a number. `corpus` is the key of a result: a corpus, or `en100` with its chunks.

const FULL = "ours, full";
const WORDS = "ours, words";
const GROWN = "en100/200000";
const FIVE = "en100/10000";

const times = (corpus, figure, mode, goals) => Object.entries(goals).map(([against, times]) => ({ corpus, figure, mode, against, times }));
const most = (corpus, figure, full, words) => [{ corpus, figure, mode: FULL, most: full }, { corpus, figure, mode: WORDS, most: words }];
const least = (corpus, figure, mode, least) => ({ corpus, figure, mode, least });

export const GOALS = [
  ...times("en5", "build", FULL, { MiniSearch: 4, FlexSearch: 2.5, "SQLite FTS5": 1 }),
  ...times("en5", "build", WORDS, { MiniSearch: 10, FlexSearch: 7, "SQLite FTS5": 2.5 }),
  { corpus: "en5", figure: "build", mode: WORDS, against: "bare floor", slower: 1.5 },
  ...times("zh5", "build", FULL, { MiniSearch: 25, FlexSearch: 3.5, "SQLite FTS5": 4 }),
  ...times("zh5", "build", WORDS, { MiniSearch: 25, FlexSearch: 3.5, "SQLite FTS5": 4 }),
  ...times(GROWN, "build", FULL, { FlexSearch: 4 }),
  ...times(GROWN, "build", WORDS, { FlexSearch: 10, "SQLite FTS5": 4 }),
  ...most(GROWN, "growth", 1.25, 1.25),
  ...times("en5", "short", FULL, { FlexSearch: 1, MiniSearch: 50 }),
  ...times("en5", "short", WORDS, { FlexSearch: 3 }),
  ...times(GROWN, "short", FULL, { FlexSearch: 3 }),
  ...times(GROWN, "short", WORDS, { FlexSearch: 3 }),
  ...times("en5", "long2000", FULL, { FlexSearch: 3, MiniSearch: 500 }),
  ...times("en5", "long2000", WORDS, { FlexSearch: 8, MiniSearch: 1000 }),
  ...most("en5", "savedPerByte", 0.9, 0.3),
  ...most("zh5", "savedPerByte", 1, 0.9),
  ...most("en5", "load", 10, 3),
  ...most(GROWN, "load", 60, 30),
  ...most("en5", "memoryPerSaved", 1.5, 1.5),
  ...most("zh5", "memoryPerSaved", 1.5, 1.5),
  least("en5", "hit1", FULL, 0.65),
  least("en5", "hit10", FULL, 0.88),
  { corpus: "en5", figure: "hit1", mode: WORDS, against: "bare floor", asGood: true },
  { corpus: "en5", figure: "hit10", mode: WORDS, against: "bare floor", asGood: true },
];

/** Every goal whose figures were measured: with `measured`, and whether it is `met`. */
export function judged(results) {
  return GOALS.flatMap((goal) => {
    const ours = withDerived(results, goal.corpus, goal.mode)[goal.figure];
    const theirs = goal.against && results[goal.corpus]?.[goal.against]?.[goal.figure];
    const measured = measuredFor(goal, ours, theirs);
    const limit = goal.slower ?? goal.most;
    const met = limit === undefined ? measured >= (goal.times ?? goal.least ?? 1) : measured <= limit;
    return Number.isFinite(measured) ? [{ ...goal, measured, met }] : [];
  });
}

function measuredFor({ against, slower, asGood }, ours, theirs) {
  if (!against) return ours;
  return slower || asGood ? ours / theirs : theirs / ours;
}

function withDerived(results, corpus, mode) {
  const figures = results[corpus]?.[mode] ?? {};
  return { ...figures, memoryPerSaved: (figures.addedLoaded * 1e6) / figures.savedBytes, growth: growth(results, corpus, mode) };
}

/** How much more a byte takes of 100 MB than of 5 MB of the same text: 1 is linear. */
function growth(results, corpus, mode) {
  const small = results[FIVE]?.[mode];
  const large = results[corpus]?.[mode];
  return large?.build / large?.textBytes / (small?.build / small?.textBytes);
}
