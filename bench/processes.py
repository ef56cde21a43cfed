"""Runs a program and says what it cost; runs the canned server beside it."""
import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Cost:
    """Of one process and the children it waited for."""

    wall: float
    cpu: float
    peak_mib: float
    started_ns: int  # CLOCK_MONOTONIC, just before the program was started


def run(words, env=None, cwd=None, accepted=(0,)):
    """Runs a program to its end. Its output is shown only where it fails."""
    started = time.monotonic_ns()
    with subprocess.Popen(
        [str(word) for word in words], env=env, cwd=cwd,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as child:
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        ended = time.monotonic_ns()
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in accepted:
        raise RuntimeError(
            f"{' '.join(map(str, words))} ended with {child.returncode}:\n"
            + output.decode(errors="replace")[-4000:])
    return Cost((ended - started) / 1e9, usage.ru_utime + usage.ru_stime,
                usage.ru_maxrss / 1024, started)


class Server:
    """The canned server; `seen` holds its own figures once it has ended."""

    def __init__(self, url):
        self.url = url
        self.seen = None


@contextmanager
def canned_server(build, *options):
    with subprocess.Popen([str(Path(build) / "bench/canned_server"), *map(str, options)],
                          stdout=subprocess.PIPE, text=True) as child:
        server = Server(child.stdout.readline().strip())
        try:
            yield server
        finally:
            child.send_signal(signal.SIGTERM)
            server.seen = json.loads(child.stdout.readline())
