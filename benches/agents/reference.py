"""Qwen-Agent's ParallelDocQA on one file and question, as JSON on the last line of output.

Usage: reference.py BASE_URL FILE QUESTION [CHUNKS]

Time begins with the call and ends with the answer: importing the package does not count. Its chunks
have the size that the package gives them; with CHUNKS they are made smaller until there are as many.
"""

import importlib.metadata
import json
import logging
import os
import sys
import tempfile
import time


def tokens_for(chunks, file):
    """The largest size of a chunk that cuts the file into at least so many."""
    from qwen_agent.tools.doc_parser import DocParser

    parser = DocParser()
    few, enough = 1000, 50
    while few - enough > 1:
        middle = (few + enough) // 2
        record = parser.call({"url": file}, parser_page_size=middle, max_ref_token=middle)
        if len(record["raw"]) < chunks:
            few = middle
        else:
            enough = middle
    return enough


def main():
    base_url, file, question, *chunks = sys.argv[1:]
    file = os.path.abspath(file)
    with tempfile.TemporaryDirectory() as workspace:
        # Or it would remember the file from the last time.
        os.environ["QWEN_AGENT_DEFAULT_WORKSPACE"] = workspace
        from qwen_agent.agents import ParallelDocQA
        from qwen_agent.agents.doc_qa import parallel_doc_qa

        logging.disable(logging.CRITICAL)
        if chunks:
            parallel_doc_qa.PARALLEL_CHUNK_SIZE = tokens_for(int(chunks[0]), file)
        size = parallel_doc_qa.PARALLEL_CHUNK_SIZE
        model = {"model": "qwen-scripted", "model_server": base_url, "api_key": "none", "generate_cfg": {"max_retries": 0}}
        agent = ParallelDocQA(llm=model)
        content = [{"text": question}, {"file": file}]
        started = time.perf_counter()
        *_, last = agent.run([{"role": "user", "content": content}])
        seconds = time.perf_counter() - started
    version = importlib.metadata.version("qwen-agent")
    told = {"seconds": seconds, "answer": last[-1]["content"], "chunkTokens": size, "version": version, "python": sys.version.split()[0]}
    print(json.dumps(told))


main()
