"""Peers that nobody here wrote meet the product: drives one, exits 0, 1, or 77 (skipped).

peer_test.py sdk|aimock SHEAF PEERS, where PEERS is the folder that tests/peer/install fills."""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROWS = 100
wrong = []


def check(what, said, expected):
    ok = said == expected
    print(f"{'ok' if ok else 'not ok'} - {what}" + ("" if ok else f": {said!r}, not {expected!r}"))
    if not ok:
        wrong.append(what)


def stats(url):
    with urllib.request.urlopen(url.removesuffix("/v1") + "/stats") as reply:
        return json.load(reply)


class Servers:
    """Simulated servers by the name of their case."""

    def __init__(self, sheaf, task, rows):
        self.command = [sheaf, "simulate", task, rows]
        self.running, self.urls = [], {}

    def start(self, name, *flags):
        server = subprocess.Popen([*self.command, *flags], stdout=subprocess.PIPE, text=True)
        self.running.append(server)
        self.urls[name] = server.stdout.readline().split()[3]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.running:
            server.terminate()
            server.wait()
            server.stdout.close()


def write_rows(folder):
    path = folder / "rows.jsonl"
    with path.open("w") as rows:
        for i in range(1, ROWS + 1):
            gold = f"d\u00e9j\u00e0 vu {i} \U0001f600"
            rows.write(json.dumps({"id": i, "text": f"peer row {i}", "gold": gold}) + "\n")
    return path


def error(name, status, kind, code=None):
    return {"class": name, "status": status, "code": code, "type": kind, "request_id": True}


# A reset in a body: the one SDK buffers it and asks again, the other has handed the reply out.
RESET = {"sdk.py": ("APIConnectionError", 3), "sdk.mjs": ("TypeError", 1)}


def expected_of_sdk(answer, total, reset):
    stream = {"role": "assistant", "text": answer, "finish": "stop", "pieces": True}
    server = error("InternalServerError", 500, "server_error")
    limited = error("RateLimitError", 429, "requests", "rate_limit_exceeded")
    refused = error("AuthenticationError", 401, "invalid_request_error", "invalid_api_key")
    return {
        "models": ["simulated"], "answer": answer, "finish": "stop", "total": total,
        "stream": {**stream, "total": total},
        "stream_bare": {**stream, "total": None},
        "stream_paced": {**stream, "total": None},
        "completion_stream": answer.removeprefix("Queue:"),
        "400": error("BadRequestError", 400, "invalid_request_error"),
        "401": refused, "stream_401": refused,
        "404": {**error("NotFoundError", 404, "invalid_request_error"), "request_id": False},
        "429": limited, "never": {**limited, "type": "tokens"},
        "500": server, "503": {**server, "status": 503},
        "reset": {"class": reset, "status": None, "code": None, "type": None,
                  "request_id": False},
    }


def drive_sdk(command, sheaf, folder):
    rows = write_rows(folder)
    with Servers(sheaf, HERE / "task.yaml", rows) as servers:
        servers.start("plain")
        servers.start("paced", "--first-token-ms", "20", "--tokens-per-second", "200")
        servers.start("key", "--key", "another")
        servers.start("never", "--tokens-per-minute", "1")
        for name, fault in {"429": "http-429", "500": "http-500", "503": "http-503",
                            "reset": "reset"}.items():
            servers.start(name, f"--{fault}", "1")
        reset, resets = RESET[command[1].name]
        done = subprocess.run([*command, json.dumps(servers.urls)], stdout=subprocess.PIPE,
                              timeout=120, check=False)
        told = json.loads(done.stdout or "{}")
        answer = "Queue: d\u00e9j\u00e0 vu 1 \U0001f600"
        used = stats(servers.urls["paced"])["tokens"]
        for what, value in expected_of_sdk(answer, used["input"] + used["output"], reset).items():
            check(f"{what} is read by the SDK", told.get(what), value)
        for name, attempts in {"429": 3, "500": 3, "503": 3, "reset": resets, "never": 1,
                               "key": 2}.items():
            check(f"attempts at {name}", stats(servers.urls[name])["requests"], attempts)


def sdk(sheaf, peers, folder):
    drive_sdk([peers / "venv/bin/python", HERE / "sdk.py"], sheaf, folder)
    drive_sdk([peers / "venv/bin/node", HERE / "sdk.mjs"], sheaf, folder)


def run_against(sheaf, peers, folder, faults):
    """The results by id, the run's exit code and the mock's journal."""
    name = "-".join(faults) or "plain"
    out = folder / f"{name}.jsonl"
    mock = subprocess.Popen([peers / "venv/bin/node", HERE / "aimock.mjs", json.dumps(faults)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = mock.stdout.readline().strip()
    run = subprocess.run([sheaf, "run", HERE / "task.yaml", folder / "rows.jsonl", "-o", out,
                          "--base-url", f"{url}/v1", "-q", "--max-retries", "12"],
                         env={**os.environ, "OPENAI_API_KEY": "any"}, timeout=120, check=False)
    mock.stdin.write("\n")
    mock.stdin.flush()
    journal = json.loads(mock.stdout.readline())
    mock.stdin.close()
    mock.wait()
    mock.stdout.close()
    with out.open() as lines:
        return run.returncode, [json.loads(line) for line in lines], journal


def aimock(sheaf, peers, folder):
    write_rows(folder)
    kinds = {"dropRate": "drop", "malformedRate": "malformed", "disconnectRate": "disconnect",
             "rateLimitRate": "rateLimit"}
    for faults in [{}, *({kind: 0.2} for kind in kinds)]:
        name = "".join(faults) or "no fault"
        began = time.monotonic()
        code, results, journal = run_against(sheaf, peers, folder, faults)
        met = collections.Counter(entry["fault"] for entry in journal)
        print(f"# {name}: {len(journal)} requests, {dict(met)}, {time.monotonic() - began:.1f} s")
        check(f"{name}: exit code", code, 0)
        check(f"{name}: every row once, in order", [row["id"] for row in results],
              [str(i) for i in range(1, ROWS + 1)])
        strays = [row for row in results if row["answer"] != f"nonce {row['id']}"]
        check(f"{name}: every answer its own row's", strays[:3], [])
        check(f"{name}: the fault was met", any(met[kind] for kind in map(kinds.get, faults)),
              bool(faults))
        served = sum(entry["status"] == 200 and entry["fault"] is None for entry in journal)
        check(f"{name}: answered requests", served, ROWS // 4)


def main():
    what, sheaf, peers = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    if not (peers / "installed").exists():
        print(f"skipped: {peers} is not installed; tests/peer/install does it")
        return 77
    os.environ["NODE_MODULES"] = str(peers / "node_modules")
    os.environ["PATH"] = f"{peers / 'venv/bin'}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        {"sdk": sdk, "aimock": aimock}[what](sheaf, peers, pathlib.Path(folder))
    return 1 if wrong else 0


sys.exit(main())
