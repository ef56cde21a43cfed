"""Peak memory of a client at many rows: within 64 MB and 24 bytes a row, 26 with --no-dedup.

soak_rows.py SHEAF, with SOAK_ROWS (10,000,000). Exits 1 on a breach."""
import os
import pathlib
import sys
import tempfile

from soak import Client, Server, row

ROWS = int(os.environ.get("SOAK_ROWS", "10000000"))
CHUNK = 1000


def rows():
    for first in range(0, ROWS, CHUNK):
        yield b"".join(row(i, i) for i in range(first, min(first + CHUNK, ROWS)))


def measure(sheaf, folder, bytes_a_row, *flags):
    with Server(sheaf) as server:
        client = Client(sheaf, server, folder / "out.jsonl", rows(), *flags)
        status, usage = client.finish()
    written = sum(1 for _ in (folder / "out.jsonl").open("rb")) if status == 0 else 0
    peak, most = usage.ru_maxrss * 1024 / 1e6, 64 + bytes_a_row * ROWS / 1e6
    held = status == 0 and written == ROWS and peak <= most
    print(f"{' '.join(flags) or 'as it stands'}: exit {status}, {written:,} results, peak "
          f"{peak:.1f} MB of {most:.1f}, CPU {usage.ru_utime + usage.ru_stime:.0f} s: "
          f"{'kept' if held else 'BROKEN'}", flush=True)
    return held


def main():
    kept = True
    for bytes_a_row, *flags in ([24], [26, "--no-dedup"]):
        with tempfile.TemporaryDirectory(dir=os.environ.get("SOAK_FOLDER")) as folder:
            kept = measure(sys.argv[1], pathlib.Path(folder), bytes_a_row, *flags) and kept
    return 0 if kept else 1


sys.exit(main())
