#!/usr/bin/env python3
"""Shows that nano_corpus writes what a run sends, byte for byte, and replies that a run reads as the
right answers: `corpus_test.py NANO_CORPUS SHEAF`."""
import json
import re
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from nano.grammar import HELD, TRAIN
from nano.rows import make, makers

TASKS = Path(__file__).parent / "tasks"
CORPUS, SHEAF = (Path(word).resolve() for word in sys.argv[1:3])
SIZES = (1, 2, 5, 12)


class Server(HTTPServer):
    """Gives every prompt the reply it has for it, and keeps what was asked."""

    def __init__(self, replies):
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies, self.asked = replies, []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        choice = {"text": self.server.replies.get(body["prompt"], ""), "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = json.dumps({"choices": [choice], "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def corpus(task, rows, **options):
    words = [CORPUS, "--task", TASKS / f"{task}.yaml", "--rows", rows]
    for name, value in options.items():
        words += ["--" + name.replace("_", "-"), str(value)]
    return [json.loads(line) for line in subprocess.check_output(words).splitlines()]


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def shown(row, own):
    """Where the row's sample stands among those of the batch; -1 where it does not."""
    lines = [rf"\w+(\[\d+\])?: {re.escape(text)}$" for name, text in row.items()
             if name in ("text", "premise", "question", "claim")]
    found = re.search("^" + "\n".join(lines), own, flags=re.M)
    return found.start() if found else -1


class Corpus(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def distinct(self, task, size):
        """A text with its own exemplars, and its rows in their order."""
        rows = list({json.dumps(row): row for row in make(task, HELD, 200)}.values())
        write(self.folder / "all.jsonl", rows)
        for text in corpus(task, self.folder / "all.jsonl", texts=50, min_batch=size, max_batch=size,
                           worked="own"):
            own = text["prompt"].rsplit("\n\n", 1)[1]
            there = sorted((shown(row, own), i) for i, row in enumerate(rows)
                           if shown(row, own) >= 0)
            if len(there) == size:
                return text, [rows[i] for _, i in there]
        self.fail("no text of distinct rows")

    def run_on(self, task, rows, size, replies):
        write(self.folder / "rows.jsonl", rows)
        server = Server(replies)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        out = self.folder / "out.jsonl"
        out.unlink(missing_ok=True)
        subprocess.run([SHEAF, "run", TASKS / f"{task}.yaml", self.folder / "rows.jsonl", "-o", out,
                        "--batch-size", str(size), "--checkpoint", self.folder / f"{task}{size}",
                        "--model", "sheaf-nano",
                        "--base-url", f"http://127.0.0.1:{server.server_port}/v1"], check=True,
                       capture_output=True, timeout=60)
        return server.asked, [json.loads(line) for line in out.read_text().splitlines()]

    def test_prompts_and_stops_are_a_runs_and_replies_are_read_as_the_right_answers(self):
        for task in makers(TRAIN):
            for size in SIZES:
                with self.subTest(task=task, size=size):
                    text, rows = self.distinct(task, size)
                    asked, results = self.run_on(task, rows, size, {text["prompt"]: text["reply"]})
                    self.assertEqual([body["prompt"] for body in asked], [text["prompt"]])
                    self.assertEqual(asked[0]["stop"], text["stop"])
                    answers = [str(result["answer"]) for result in results]
                    yes_no = {"True": "yes", "False": "no"} if task in ("facts", "same") else {}
                    self.assertEqual([yes_no.get(a, a) for a in answers], text["values"])

    def test_worked_is_where_exemplars_are_answered(self):
        rows = self.folder / "rows.jsonl"
        write(rows, make("arithmetic", TRAIN, 100))
        for text in corpus("arithmetic", rows, texts=200):
            for begin, end in text["worked"]:
                part = text["prompt"][begin:end]
                self.assertTrue(part.startswith("A") and part.endswith(".\n\n"), part)
            groups = text["prompt"].count("\n\n") - (not text["worked"]) * ("Samples" in text["prompt"])
            self.assertLessEqual(len(text["worked"]), groups)

    def test_the_same_seed_gives_the_same_texts(self):
        rows = self.folder / "rows.jsonl"
        write(rows, make("facts", TRAIN, 100))
        first, again, other = (corpus("facts", rows, texts=20, seed=seed) for seed in (3, 3, 4))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
