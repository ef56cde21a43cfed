"""A client under full load for a long time: its memory does not grow, no descriptor leaks.

soak_load.py SHEAF, with SOAK_SECONDS (1800). Every row is new, so the index of rows grows by
right: 20.8 bytes for each row that the server was asked are taken off each sample. One row a
request keeps all connections busy at a rate at which that correction is small. The slope of the
rest is by least squares over all but the first fifth, and of these the last quarter has no more
descriptors open than the first. Exits 1 on a breach, and where the load was not full."""
import json
import os
import pathlib
import signal
import sys
import tempfile
import time
import urllib.request

from soak import Client, Server, row

SECONDS = float(os.environ.get("SOAK_SECONDS", "1800"))
EVERY = 2.0
ROW_BYTES = 20.8  # of the client's index, as bench/rows_memory_bench shows
CHUNK = 100
IN_FLIGHT = 64  # as the task says
LATENCY = 0.1
LEAST_SHARE = 0.5  # of the requests that so many in flight make at this latency
MOST_SLOPE = 0.1  # MB a minute
INTERRUPTED = 130  # the exit status of a run that was told to stop


def rows():
    first = 0
    while True:
        yield b"".join(row(i, i) for i in range(first, first + CHUNK))
        first += CHUNK


def slope(samples):
    times, sizes = [sample[0] for sample in samples], [sample[1] for sample in samples]
    middle, mean = sum(times) / len(times), sum(sizes) / len(sizes)
    spread = sum((at - middle) ** 2 for at in times)
    return sum((at - middle) * (size - mean) for at, size in zip(times, sizes)) / spread


def asked(url):
    with urllib.request.urlopen(url.removesuffix("/v1") + "/stats") as reply:
        return json.load(reply)["asked"]


def watch(client, url):
    """(minutes, MB beyond the index, descriptors, MB in all), every few seconds."""
    samples, began = [], time.monotonic()
    while time.monotonic() - began < SECONDS and client.is_running():
        resident = client.resident_bytes()
        samples.append(((time.monotonic() - began) / 60,
                        (resident - ROW_BYTES * asked(url)) / 1e6, client.descriptors(),
                        resident / 1e6))
        time.sleep(EVERY)
    return samples


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("SOAK_FOLDER")) as name:
        folder = pathlib.Path(name)
        with Server(sys.argv[1], "--first-token-ms", f"{LATENCY * 1000:.0f}") as server:
            client = Client(sys.argv[1], server, "-", rows(), "--checkpoint", folder / "soak.sheaf",
                            "--order", "completion", "--batch-size", "1")
            samples = watch(client, server.url)
            rows_asked = asked(server.url)
            if client.is_running():
                client.process.send_signal(signal.SIGINT)
            status, usage = client.finish()
    if len(samples) < SECONDS / EVERY / 2:
        print(f"the run ended early, exit {status}")
        return 1
    steady = samples[len(samples) // 5:]
    quarter = max(1, len(steady) // 4)
    open_files = [sample[2] for sample in steady]
    grown, share = slope(steady), rows_asked * LATENCY / IN_FLIGHT / SECONDS
    broken = [what for what, holds in (
        ("memory", grown < MOST_SLOPE),
        ("descriptors", min(open_files[-quarter:]) <= max(open_files[:quarter])),
        ("load", share >= LEAST_SHARE),
        ("exit status", status == INTERRUPTED)) if not holds]
    print(f"{SECONDS:.0f} s, exit {status}, {rows_asked:,} rows, {share:.0%} of full load: "
          f"{steady[0][3]:.1f} MB to {steady[-1][3]:.1f} MB resident, {grown:+.3f} MB a minute "
          f"beyond the index; descriptors {min(open_files)} to "
          f"{max(open_files)}; CPU {usage.ru_utime + usage.ru_stime:.0f} s: "
          f"{'BROKEN: ' + ', '.join(broken) if broken else 'kept'}")
    return 1 if broken else 0


sys.exit(main())
