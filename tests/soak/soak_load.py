"""A client under full load for a long time: its memory does not grow, no descriptor leaks.

soak_load.py SHEAF, with SOAK_SECONDS (1800). Rows have new ids and repeat the texts of a fixed
set with --no-dedup, so that neither an index of texts nor one of samples may grow: what grows is a
leak. The slope is by least squares over all but the first fifth. Exits 1 on a breach."""
import os
import pathlib
import signal
import sys
import tempfile
import time

from soak import Client, Server, row

SECONDS = float(os.environ.get("SOAK_SECONDS", "1800"))
EVERY = 2.0
TEXTS = 50_000
CHUNK = 100
MOST_SLOPE = 0.1  # MB a minute


def rows():
    first = 0
    while True:
        yield b"".join(row(i, i % TEXTS) for i in range(first, first + CHUNK))
        first += CHUNK


def slope(samples):
    times, sizes = [at for at, _, _ in samples], [size for _, size, _ in samples]
    middle, mean = sum(times) / len(times), sum(sizes) / len(sizes)
    spread = sum((at - middle) ** 2 for at in times)
    return sum((at - middle) * (size - mean) for at, size in zip(times, sizes)) / spread


def watch(client):
    """(minutes, MB, descriptors), every few seconds."""
    samples, began = [], time.monotonic()
    while time.monotonic() - began < SECONDS and client.is_running():
        samples.append(((time.monotonic() - began) / 60, client.resident_bytes() / 1e6,
                        client.descriptors()))
        time.sleep(EVERY)
    return samples


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("SOAK_FOLDER")) as name:
        folder = pathlib.Path(name)
        with Server(sys.argv[1], folder, "--first-token-ms", "100") as server:
            client = Client(sys.argv[1], server, "-", rows(), "--checkpoint", folder / "soak.sheaf",
                            "--no-dedup", "--order", "completion")
            samples = watch(client)
            if client.is_running():
                client.process.send_signal(signal.SIGINT)
            status, usage = client.finish()
    if len(samples) < SECONDS / EVERY / 2:
        print(f"the run ended early, exit {status}")
        return 1
    steady = samples[len(samples) // 5:]
    grown, open_files = slope(steady), {count for _, _, count in steady}
    kept = grown < MOST_SLOPE and max(open_files) - min(open_files) <= 64
    print(f"{SECONDS:.0f} s, exit {status}, {len(samples)} samples: {steady[0][1]:.1f} MB to "
          f"{steady[-1][1]:.1f} MB, {grown:+.3f} MB a minute; descriptors {min(open_files)} to "
          f"{max(open_files)}; CPU {usage.ru_utime + usage.ru_stime:.0f} s: "
          f"{'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


sys.exit(main())
