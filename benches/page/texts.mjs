// Texts to be busy with: documents of so many words, and a long answer with all that Markdown has.
// The same numbers give the same texts.

const TOPICS = ["harbor", "orchard", "archive", "workshop", "observatory", "station", "garden", "library", "bridge", "mill"];
const THINGS = ["notice period", "opening hours", "annual fee", "inspection", "guided tour", "repair", "harvest", "inventory", "membership", "delivery"];
const VERBS = ["begins", "ends", "is described", "was changed", "is decided", "is paid for", "was found wanting", "is open to everyone"];

/** Numbers that look random and are not. */
function sequence(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Words that no other text has, so that an index has as many different ones as a real one. */
function name(pick) {
  const syllables = ["ka", "lo", "mir", "ten", "vas", "dor", "el", "sha", "pri", "un", "gor", "bel"];
  return Array.from({ length: 2 + pick(3) }, () => syllables[pick(syllables.length)]).join("");
}

/** `count` documents of about `tokens` tokens together, as files. Every one says where its key lies. */
export function documents(count, tokens) {
  return Array.from({ length: count }, (_, index) => {
    const pick = sequence(index + 1);
    const paragraphs = [`The key of document ${index} lies under stone ${1000 + index}.`];
    // A sentence has about 30 tokens.
    for (let left = tokens / count; left > 0; left -= 5 * 30) {
      const sentences = Array.from({ length: 5 }, () => {
        const [topic, thing, verb] = [TOPICS, THINGS, VERBS].map((list) => list[pick(list.length)]);
        return `The ${thing} of the ${topic} at ${name(pick)} ${verb} in ${1800 + pick(220)}, as ${name(pick)} says in letter ${pick(5000)}.`;
      });
      paragraphs.push(sentences.join(" "));
    }
    return { name: `report-${index}.txt`, bytes: Buffer.from(paragraphs.join("\n\n")) };
  });
}

/** An answer of about `tokens` tokens, whose sentences are numbered from 1. */
export function longAnswer(tokens) {
  const pick = sequence(7);
  let sentences = 0;
  const sentence = () => `Statement ${(sentences += 1)} about the ${TOPICS[pick(TOPICS.length)]} is *brief* and **plain** [1].`;
  const blocks = [];
  // A part has about 154 tokens.
  for (let left = tokens; left > 0; left -= 154) {
    const part = blocks.length / 4;
    blocks.push(
      `## Part ${part + 1}`,
      [sentence(), sentence(), sentence()].join(" "),
      [sentence(), sentence(), sentence()].map((line) => `- ${line}`).join("\n"),
      `\`\`\`js\nconst part = ${part}; // ${"a line of code ".repeat(4)}\n\`\`\``,
    );
  }
  return { text: blocks.join("\n\n"), sentences };
}
