"""What run.py measures. A case runs every contestant once a round, in an order drawn anew."""
import json
import os
import socket
import ssl
import subprocess
import time
from pathlib import Path

from mixed_text import write_mixed_text
from processes import canned_server, run

ENCODINGS = ("o200k_base", "cl100k_base")
CA_FILE = "/etc/ssl/certs/ca-certificates.crt"
TEXT_FILES = {".py", ".pyi", ".md", ".txt", ".rst", ".js", ".mjs", ".ts", ".json"}
# Their tasks of examples/paper, with reasoning and without.
PACKED_SETS = [name + kind for kind in ("", "-answer-only")
               for name in ("gsm8k", "svamp", "multiarith", "addsub", "aqua", "commonsenseqa",
                            "strategyqa", "rte", "sst5")]
# Who is given more rows than the other clients, to be measured as long.
QUICK_RIVALS = {"aiohttp": 5}
FOLDER = Path(__file__).resolve().parent
SHARED_DATA = FOLDER.parents[1] / "shared/data"

WORDS = ("the invoice of last month came twice and nobody in support could say why it did so "
         "although the contract names one payment a month and the bank shows two of them ").split()


def write_rows(path, count, size=400):
    """Rows of about `size` bytes a line, no two alike; none starts as a label of the task does."""
    with open(path, "w", encoding="utf-8") as out:
        for i in range(count):
            head = f'{{"id": "row-{i:08}", "text": "Ticket {i:08}: '
            text, at = [], i
            length = len(head) + 3
            while length < size:
                text.append(WORDS[at % len(WORDS)])
                length += len(text[-1]) + 1
                at += 1 + i % 7
            out.write(head + " ".join(text) + '."}\n')


def offline():
    """The environment of every client: no proxy, no key but a made one."""
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return env | {"NO_PROXY": "127.0.0.1", "OPENAI_API_KEY": "none",
                  "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


class Bench:
    """Where the programs are, and how much they are given to do."""

    def __init__(self, build, folder, sizes):
        self.build = build
        self.folder = folder
        self.sizes = sizes
        self.rivals = {name: words for name, words in self.known_rivals().items()
                       if Path(words[0]).exists() and Path(words[-1]).exists()}

    def known_rivals(self):
        """Name -> interpreter, client, and what must be there for it."""
        installed = self.build / "rivals"
        python = installed / "venv/bin/python3"
        packages = next(installed.glob("venv/lib/python3*/site-packages"), installed / "none")
        node = next((Path(folder) / "node" for folder in os.get_exec_path()
                     if (Path(folder) / "node").exists()), Path("node"))
        clients = FOLDER / "rivals"
        return {
            "aiohttp": (python, clients / "aiohttp_client.py", packages / "aiohttp"),
            "openai (Python)": (python, clients / "openai_client.py", packages / "openai"),
            "openai (Node)": (node, clients / "openai_client.mjs",
                              installed / "node_modules/openai"),
            "LiteLLM": (python, clients / "litellm_client.py", packages / "litellm"),
        }

    def rows(self, count):
        path = self.folder / f"rows-{count}.jsonl"
        if not path.exists():
            write_rows(path, count)
        return path

    def sheaf(self, url, rows, *more):
        return [self.build / "apps/cli/sheaf", "run", FOLDER / "task.yaml", rows, "-o",
                self.folder / "out.jsonl", "--base-url", url, "-q", *more]

    def run_sheaf(self, url, rows, *more):
        self.forget_results()
        return run(self.sheaf(url, rows, *more), env=offline())

    def forget_results(self):
        for path in self.folder.glob("out.jsonl*"):
            path.unlink()

    def run_rival(self, name, url, rows, concurrency):
        interpreter, client, _ = self.rivals[name]
        return run([interpreter, client, url, rows, self.folder / "rival.jsonl", concurrency],
                   env=offline(), cwd=self.build / "rivals")

    def contestants(self, case):
        """Name -> what measures it once."""
        return getattr(self, f"{case}_contestants")()

    # One request for 16 rows against one for each row, every reply at once.

    def pipeline_contestants(self):
        all_of = {"sheaf, b=16": self.pipeline_ours, "sheaf, b=1": self.pipeline_singles,
                  "floor": self.pipeline_floor}
        return all_of | {name: lambda name=name: self.pipeline_rival(name) for name in self.rivals}

    def pipeline_ours(self):
        count = self.sizes["rows"]
        with canned_server(self.build) as server:
            cost = self.run_sheaf(server.url, self.rows(count))
        return self.per_row(cost.cpu, cost, count, server.seen)

    def pipeline_singles(self):
        count = self.sizes["rival_rows"] * 5
        with canned_server(self.build) as server:
            cost = self.run_sheaf(server.url, self.rows(count), "--batch-size", "1")
        return self.per_row(cost.cpu, cost, count, server.seen)

    def pipeline_floor(self):
        count = self.sizes["rows"]
        with canned_server(self.build) as server:
            address = server.url.split("/")[2]
            body = 16 * 400
            cost = run([self.build / "bench/floor_client", address, count // 16, 64, body])
        return self.per_row(cost.cpu, cost, count, server.seen)

    def pipeline_rival(self, name):
        """Without its start: an interpreter is loaded once, however many rows there are."""
        count = self.sizes["rival_rows"] * QUICK_RIVALS.get(name, 1)
        with canned_server(self.build) as server:
            idle = self.run_rival(name, server.url, os.devnull, 64)
            cost = self.run_rival(name, server.url, self.rows(count), 64)
        return self.per_row(cost.cpu - idle.cpu, cost, count, server.seen)

    @staticmethod
    def per_row(cpu, cost, count, seen):
        if seen["answers"] != count:
            raise RuntimeError(f"{seen['answers']} answers to {count} rows")
        return {"rows": count, "us_per_row": cpu / count * 1e6,
                "us_per_request": cpu / seen["requests"] * 1e6, "rows_per_cpu_second": count / cpu,
                "wall": cost.wall, "peak_mib": cost.peak_mib,
                "server_us": seen["cpu_seconds"] / seen["requests"] * 1e6}

    # 256 requests in flight, each reply after 100 ms.

    def efficiency_contestants(self):
        all_of = {"sheaf, b=1": lambda: self.efficiency_ours(1),
                  "sheaf, b=16": lambda: self.efficiency_ours(16)}
        if "aiohttp" in self.rivals:
            all_of["aiohttp"] = self.efficiency_rival
        return all_of

    def efficiency_ours(self, size):
        rows = self.rows(self.sizes["waiting_requests"] * size)
        with canned_server(self.build, "--delay-ms", 100) as server:
            cost = self.run_sheaf(server.url, rows, "--concurrency", 256, "--batch-size", size)
        return self.of_ideal(cost, server.seen)

    def efficiency_rival(self):
        rows = self.rows(self.sizes["waiting_requests"])
        with canned_server(self.build, "--delay-ms", 100) as server:
            cost = self.run_rival("aiohttp", server.url, rows, 256)
        return self.of_ideal(cost, server.seen)

    @staticmethod
    def of_ideal(cost, seen):
        ideal = seen["requests"] / 256 * seen["mean_latency_ms"] / 1000
        sending = (seen["last_reply_ns"] - seen["first_request_ns"]) / 1e9
        return {"requests": seen["requests"], "latency_ms": seen["mean_latency_ms"],
                "ideal": ideal, "wall": cost.wall, "of_ideal": ideal / cost.wall,
                "of_ideal_sending": ideal / sending, "cpu": cost.cpu,
                "peak_mib": cost.peak_mib, "in_flight": seen["peak_waiting"]}

    # From the start of the program to its first byte at the server.

    def start_contestants(self):
        return {"plain HTTP": self.start_plain, "TLS": self.start_tls, "CA file": self.load_ca}

    def start_plain(self):
        rows = self.rows(16)
        with canned_server(self.build) as server:
            cost = self.run_sheaf(server.url, rows)
        return {"ms": (server.seen["first_byte_ns"] - cost.started_ns) / 1e6}

    def start_tls(self):
        """To the first byte of the handshake."""
        self.forget_results()
        words = list(map(str, self.sheaf("https://127.0.0.1:{}/v1", self.rows(16))))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            started = time.monotonic_ns()
            with subprocess.Popen([word.replace("{}", str(port)) for word in words],
                                  env=offline(), stderr=subprocess.DEVNULL) as child:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1)
                    came = time.monotonic_ns()
                child.kill()
        return {"ms": (came - started) / 1e6}

    @staticmethod
    def load_ca():
        """The library that checks certificates, reading the system's, as a client has to."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        started = time.monotonic_ns()
        context.load_verify_locations(CA_FILE)
        return {"ms": (time.monotonic_ns() - started) / 1e6}

    # The same command once more, every row answered.

    def resume_contestants(self):
        return {"sheaf": self.resume}

    def resume(self):
        rows = self.rows(self.sizes["finished_rows"])
        out = self.folder / "finished.jsonl"
        with canned_server(self.build) as server:
            words = self.sheaf(server.url, rows)
            words[words.index("-o") + 1] = out
            if not out.exists():
                run(words, env=offline())
            cost = run(words, env=offline())
        return {"rows": self.sizes["finished_rows"], "wall": cost.wall, "cpu": cost.cpu,
                "peak_mib": cost.peak_mib}

    # Texts line by line to the number of their tokens, or to the tokens.

    def tokens_contestants(self):
        client = self.build / "bench/tokens_client"
        all_of = {f"sheaf, {what}": lambda what=what: self.tokens_of(
            lambda encoding, text: [client, encoding, what, text]) for what in ("count", "ids")}
        python = self.build / "rivals/venv/bin/python3"
        if next(self.build.glob("rivals/venv/lib/python3*/site-packages/tiktoken"), None):
            rival, tables = FOLDER / "rivals/tiktoken_client.py", FOLDER.parent / "build/encodings"
            all_of["tiktoken"] = lambda: self.tokens_of(
                lambda encoding, text: [python, rival, encoding, text, tables])
        return all_of

    def texts(self):
        """Name -> file."""
        texts = {name: self.folder / f"{name}.txt" for name in ("packages", "mixed", "shared data")}
        if not texts["mixed"].exists():
            size = self.sizes["text_bytes"]
            texts["packages"].write_bytes(self.installed_text(size))
            write_mixed_text(texts["mixed"], size)
            texts["shared data"].write_bytes(b"".join(
                path.read_bytes() for path in sorted(SHARED_DATA.glob("*.jsonl"))))
        return {name: path for name, path in texts.items() if path.stat().st_size}

    def installed_text(self, size):
        """Sources and documents of the other clients' packages, each file once."""
        text = bytearray()
        for path in sorted((self.build / "rivals").rglob("*")):
            if path.suffix not in TEXT_FILES or not path.is_file():
                continue
            text += path.read_bytes().decode("utf-8", "ignore").encode()
            if len(text) >= size:
                break
        return bytes(text[:size]).decode("utf-8", "ignore").encode()

    def tokens_of(self, words):
        """(Encoding, text) -> what the client that `words` names says of it."""
        told = {}
        for encoding in ENCODINGS:
            for name, path in self.texts().items():
                done = subprocess.run([str(word) for word in words(encoding, path)],
                                      env=offline(), capture_output=True, text=True, check=True)
                told[encoding, name] = json.loads(done.stdout)
        return told

    # Lengths of samples to batches that a model takes.

    def packing_contestants(self):
        all_of = {"made lengths": lambda: self.packing("lengths", self.sizes["lengths"])}
        if SHARED_DATA.exists():
            all_of["shared data"] = lambda: {name: self.packing(
                "rows", FOLDER.parent / f"examples/paper/{name}.yaml",
                SHARED_DATA / f"{name.removesuffix('-answer-only')}.jsonl")
                for name in PACKED_SETS}
        return all_of

    def packing(self, *words):
        client = [self.build / "bench/packing_client", *words]
        done = subprocess.run([str(word) for word in client], env=offline(), capture_output=True,
                              text=True, check=True)
        return json.loads(done.stdout)
