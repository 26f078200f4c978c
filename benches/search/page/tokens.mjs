// The tokens that every peer gets of Chinese, which most of them cannot cut themselves: runs of
// letters and digits in lower case, and of Han characters and kana every pair of neighbors.

const RUN = /[\p{L}\p{N}]+/gu;
const PARTS = /[\u3040-\u30ff\u3400-\u9fff]+|[^\u3040-\u30ff\u3400-\u9fff]+/g;
const HAN = /[\u3040-\u30ff\u3400-\u9fff]/;

export function tokens(text) {
  const found = [];
  for (const [run] of text.toLowerCase().matchAll(RUN)) {
    if (!HAN.test(run)) {
      found.push(run);
      continue;
    }
    for (const [part] of run.matchAll(PARTS)) {
      if (part.length === 1 || !HAN.test(part)) found.push(part);
      else for (let at = 0; at + 1 < part.length; at += 1) found.push(part.slice(at, at + 2));
    }
  }
  return found;
}
