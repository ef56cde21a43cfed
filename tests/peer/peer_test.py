"""Peers that nobody here wrote meet the product: drives one, exits 0, 1, or 77 (skipped).

peer_test.py sdk|bulk|aimock SHEAF PEERS, where PEERS is the folder that tests/peer/install fills."""
import collections
import http.client
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
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


class Relay(http.server.ThreadingHTTPServer):
    """Passes requests on to one server and notes of each: when it came, the status of its reply,
    the wait that the reply asks for in milliseconds (None: none), and when the reply left."""

    daemon_threads = True

    def __init__(self, url, occupied=False, bare=False):
        super().__init__(("127.0.0.1", 0), RelayHandler)
        self.origin, self.bare, self.log = url, bare, []
        self.occupied = not occupied
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def occupy(self, path, headers, body):
        """Before the first request its like is under way, and takes the server's only place."""
        self.occupied = True
        threading.Thread(target=self.ask, args=(path, headers, body), daemon=True).start()
        while stats(self.origin)["concurrency"]["now"] == 0:
            pass

    def handle_error(self, *_):
        """An SDK that has ended leaves its connections broken."""

    def ask(self, path, headers, body):
        server = http.client.HTTPConnection(urllib.parse.urlsplit(self.origin).netloc)
        try:
            server.request("POST", path, body, headers)
            reply = server.getresponse()
            return reply.status, reply.getheaders(), reply.read()
        except OSError:
            return None
        finally:
            server.close()


class RelayHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        relay, came = self.server, time.monotonic()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {"Authorization": self.headers["Authorization"],
                   "Content-Type": "application/json"}
        if not relay.occupied:
            relay.occupy(self.path, headers, body)
        status, said, text = relay.ask(self.path, headers, body)
        if relay.bare:
            said = [(name, value) for name, value in said if "retry" not in name.lower()]
        asked = dict(said).get("retry-after-ms")
        relay.log.append((came, status, asked and int(asked), time.monotonic()))
        self.send_response_only(status)
        for name, value in said:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def check_waits(name, log, statuses, most_asked):
    """Replies by status; and no attempt comes before the wait that the last reply asked for."""
    check(f"{name}: replies", [status for _, status, _, _ in log], statuses)
    for (_, _, asked, left), (came, _, _, _) in zip(log, log[1:]):
        wanted = asked is None if most_asked is None else 0 < (asked or 0) <= most_asked
        check(f"{name}: the wait asked for, {asked} ms", wanted, True)
        waited = (came - left) * 1000
        check(f"{name}: the SDK waits so long", waited + 1 >= (asked or 0), True)


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
        "busy": "no error", "bare": limited,
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
        servers.start("busy", "--concurrency", "1", "--first-token-ms", "1500")
        servers.start("bare", "--concurrency", "1", "--first-token-ms", "30000")
        relays = {name: Relay(servers.urls[name]) for name in ("429", "500", "503")}
        relays["busy"] = Relay(servers.urls["busy"], occupied=True)
        relays["bare"] = Relay(servers.urls["bare"], occupied=True, bare=True)
        reset, resets = RESET[command[1].name]
        urls = servers.urls | {name: relay.url() for name, relay in relays.items()}
        done = subprocess.run([*command, json.dumps(urls)], stdout=subprocess.PIPE, timeout=120,
                              check=False)
        told = json.loads(done.stdout or "{}")
        answer = "Queue: d\u00e9j\u00e0 vu 1 \U0001f600"
        used = stats(servers.urls["paced"])["tokens"]
        for what, value in expected_of_sdk(answer, used["input"] + used["output"], reset).items():
            check(f"{what} is read by the SDK", told.get(what), value)
        for name, attempts in {"429": 3, "500": 3, "503": 3, "reset": resets, "never": 1,
                               "key": 2}.items():
            check(f"attempts at {name}", stats(servers.urls[name])["requests"], attempts)
        check_waits("429", relays["429"].log, [429] * 3, 200)
        check_waits("500", relays["500"].log, [500] * 3, None)
        check_waits("503", relays["503"].log, [503] * 3, None)
        # Longer than an SDK waits by itself, half a second and then one: only by the header is it
        # served at its second attempt, and without the header it is not that patient.
        check_waits("busy", relays["busy"].log, [429, 200], 1500)
        check_waits("bare", relays["bare"].log, [429] * 3, None)


def sdk(sheaf, peers, folder):
    drive_sdk([peers / "venv/bin/python", HERE / "sdk.py"], sheaf, folder)
    drive_sdk([peers / "venv/bin/node", HERE / "sdk.mjs"], sheaf, folder)


OPENAI_JOB = {"status": "completed", "counts": {"total": 6, "completed": 6, "failed": 0},
              "metadata": {"run": "peer"}, "found": True, "listed": True}
ANTHROPIC_JOB = {"status": "ended", "found": True, "listed": True,
                 "counts": {"processing": 0, "succeeded": 6, "errored": 0, "canceled": 0,
                            "expired": 0}}


def expected_of_bulk(answer):
    refused = {"class": "BadRequestError", "status": 400}
    lost = {"class": "APIConnectionError", "status": None}
    return {
        "openai_chat": OPENAI_JOB, "openai_responses": OPENAI_JOB, "openai_cancel": "cancelled",
        "openai_lost": lost, "responses_text": answer, "responses_stop": refused,
        "anthropic_newer": ANTHROPIC_JOB, "anthropic_older": ANTHROPIC_JOB,
        "anthropic_wrong_key": {"class": "AuthenticationError", "status": 401},
        "anthropic_cancel": {"status": "ended", "canceled": 6},
        "anthropic_twice": refused, "anthropic_lost": lost,
        "anthropic_live": {"text": answer, "stop": "end_turn"},
        "anthropic_sampled_newer": refused, "anthropic_sampled_older": "no error",
        "anthropic_overloaded": {"class": "OverloadedError", "status": 529},
    }


def bulk(sheaf, peers, folder):
    rows = write_rows(folder)
    with Servers(sheaf, HERE / "task.yaml", rows) as servers:
        servers.start("plain", "--key", "right", "--bulk-delay-ms", "50")
        servers.start("slow", "--bulk-delay-ms", "3600000")
        servers.start("lost", "--bulk-accept-then-drop", "1")
        servers.start("overloaded", "--http-503", "1")
        command = [peers / "venv/bin/node", HERE / "bulk.mjs", json.dumps(servers.urls)]
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=120, check=False)
        told = json.loads(done.stdout or "{}")
        for what, value in expected_of_bulk("Queue: d\u00e9j\u00e0 vu 1 \U0001f600").items():
            check(f"{what} is read by the SDK", told.get(what), value)
        # Each SDK sent its lost creation three times, and each time a job was made.
        check("jobs of lost creations", stats(servers.urls["lost"])["bulk"]["jobs"], 6)


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
    lines = out.read_text().splitlines() if out.exists() else []
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
    what, sheaf, peers = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
    if not (peers / "installed").exists():
        print(f"skipped: {peers} is not installed; tests/peer/install does it")
        return 77
    os.environ["NODE_MODULES"] = str(peers / "node_modules")
    os.environ["PATH"] = f"{peers / 'venv/bin'}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        {"sdk": sdk, "bulk": bulk, "aimock": aimock}[what](sheaf, peers, pathlib.Path(folder))
    return 1 if wrong else 0


sys.exit(main())
