"""What Qwen-Agent's keyword search finds on the question sets, as JSON on standard output.

The package's own functions cut texts and questions into keywords, and rank_bm25 ranks, as its
tool does for a question whose keywords no model has chosen. Run by `cargo xtask bench retrieval
--reference`, which installs the packages; measures are those of `tests/retrieval/measure.rs`.
"""

import importlib.metadata
import json
import math
import sys
from pathlib import Path

from qwen_agent.tools.search_tools.keyword_search import parse_keyword, split_text_into_keywords
from rank_bm25 import BM25Okapi


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure(folder, name):
    passages = rows(folder / f"{name}.passages.jsonl")
    # A title counts twice, as it does in the engines that this is compared with.
    texts = ["\n".join([p["title"], p["title"], p["text"]]) if p["title"] else p["text"] for p in passages]
    index = BM25Okapi([split_text_into_keywords(text) for text in texts])
    ndcg = recall = 0.0
    queries = rows(folder / f"{name}.queries.jsonl")
    for query in queries:
        scores = index.get_scores(parse_keyword(query["q"]))
        places = sorted((place for place, score in enumerate(scores) if score > 0), key=lambda place: -scores[place])
        ranking = [passages[place]["id"] for place in places if passages[place]["text"] != query["q"]]
        wanted = set(query["gold"])
        gain = lambda place: 1 / math.log2(place + 2)
        found = sum(gain(place) for place, passage in enumerate(ranking[:10]) if passage in wanted)
        ndcg += found / sum(gain(place) for place in range(min(10, len(wanted))))
        recall += len(wanted & set(ranking[:5])) / min(5, len(wanted))
    return {"ndcg": ndcg / len(queries), "recall": recall / len(queries)}


def main():
    folder = Path(sys.argv[1])
    names = sorted(path.name.removesuffix(".passages.jsonl") for path in folder.glob("*.passages.jsonl"))
    packages = ["qwen-agent", "rank-bm25", "jieba", "snowballstemmer"]
    sets = {}
    for name in names:
        print(name, file=sys.stderr)
        sets[name] = measure(folder, name)
    versions = {package: importlib.metadata.version(package) for package in packages}
    print(json.dumps({"versions": versions, "sets": sets}, indent=1))


main()
