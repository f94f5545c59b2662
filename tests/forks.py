"""Python processes that work on a running site's database beside each other, real ones, of which any may be killed.

To begin a process and read Django and all our code takes a second; so one process does that and every other is its
fork. `python -m tests.forks <number of its socket>` is that process.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
THROUGH = "-- through --"


class Forks:
    """`run(code)` gives back what the code printed; `start(code)` gives a process to talk to."""

    def __init__(self, environment: dict[str, str], begin: str = "") -> None:
        """`begin` is code that the first process runs; the others have its names."""
        self.line, its_end = socket.socketpair()
        environment = environment | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}"}
        with its_end:
            self.first = subprocess.Popen(
                [sys.executable, "-m", "tests.forks", str(its_end.fileno()), begin],
                cwd=ROOT, env=environment, pass_fds=[its_end.fileno()], stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def start(self, code: str) -> "Fork":
        line, its_end = socket.socketpair()
        with its_end:
            socket.send_fds(self.line, [b"."], [its_end.fileno()])
        return Fork(line, code)

    def run(self, code: str) -> str:
        return self.start(code).result()

    def close(self) -> None:
        self.line.close()
        self.first.wait(timeout=30)


class Fork:
    """One process: its standard input and output are one socket, whose other end is here."""

    def __init__(self, line: socket.socket, code: str) -> None:
        self.line = line
        line.settimeout(120)
        self.file = line.makefile("rw", encoding="utf-8")
        self.pid = int(self.hear())
        self.say(json.dumps(code))

    def say(self, words: str) -> None:
        self.file.write(f"{words}\n")
        self.file.flush()

    def hear(self) -> str:
        return self.file.readline().rstrip("\n")

    def result(self) -> str:
        """What it has still to print, once it has come to its end; it must be the end of its code."""
        printed, end, _nothing = self.file.read().rpartition(THROUGH)
        self.close()
        assert end, "the process failed; what it said of it stands in the captured output"
        return printed.strip()

    def lives(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.file.read()  # the other end is closed when nothing is left of it
        self.close()

    def close(self) -> None:
        self.file.close()
        self.line.close()


def main(number: str, begin: str) -> None:
    import django

    django.setup()
    names: dict[str, Any] = {}
    exec(begin, names)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks here how one of them has ended
    with socket.socket(fileno=int(number)) as requests:
        while ends := socket.recv_fds(requests, 1, 1)[1]:
            if not os.fork():
                requests.close()
                become(ends[0], names)
                return
            os.close(ends[0])


def become(end: int, names: dict[str, Any]) -> None:
    """What a new process does with its life."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(end, 0)
    os.dup2(end, 1)
    os.close(end)
    print(os.getpid(), flush=True)  # noqa: T201
    exec(json.loads(input()), names)
    print(THROUGH, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
