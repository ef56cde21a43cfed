"""What the soaks share: a server that knows no rows, a client fed through a pipe, and /proc."""
import os
import pathlib
import subprocess
import threading

TASK = pathlib.Path(__file__).resolve().parents[2] / "bench/task.yaml"


def row(number, text):
    return (f'{{"id": "row-{number}", "text": "Message number {text} about a thing that does not '
            'work as the customer hoped it would."}\n').encode()


class Server:
    """`sheaf simulate` in a process of its own."""

    def __init__(self, sheaf, *flags):
        self.process = subprocess.Popen([sheaf, "simulate", TASK, *flags],
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[3]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Client:
    """`sheaf run` on rows that `rows` makes on the way; `output` is a path or "-"."""

    def __init__(self, sheaf, server, output, rows, *flags):
        self.process = subprocess.Popen(
            [sheaf, "run", TASK, "-", "-o", output, "--base-url", server.url, "-q", *flags],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            env={**os.environ, "OPENAI_API_KEY": "any"})
        self.feeder = threading.Thread(target=self.feed, args=(rows,))
        self.feeder.start()

    def feed(self, rows):
        try:
            for lines in rows:
                self.process.stdin.write(lines)
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def is_running(self):
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def finish(self):
        """Its exit status and what it used."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.feeder.join()
        return self.process.returncode, usage

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))
