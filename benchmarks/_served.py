"""The site as its own web server serves it, in a process of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from config.management.commands.start import web

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    address: str
    process: psutil.Process

    def processor_seconds(self) -> float:
        """What it and its workers have computed so far."""
        times = [each.cpu_times() for each in [self.process, *self.process.children(recursive=True)]]
        return sum(each.user + each.system for each in times)


@contextmanager
def served(**settings: str) -> Iterator[str]:
    """The address of the site, with these variables in its environment, while it runs."""
    with ours(**settings) as server:
        yield server.address


@contextmanager
def ours(**settings: str) -> Iterator[Server]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "site")])
    with running("benchmarks._timed:application", PYTHONPATH=paths, **settings) as server:
        yield server


@contextmanager
def running(application: str, *, python: str = sys.executable, **settings: str) -> Iterator[Server]:
    """Any WSGI application behind the web server of production."""
    port = free_port()
    own = {"config.wsgi:application": application, sys.executable: python}
    command = [own.get(part, part) for part in web(port)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=sys.stderr)
    try:
        address = f"http://localhost:{port}"
        wait_for(address, process)
        yield Server(address, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=15)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _n in range(300):
        if process.poll() is not None:
            raise RuntimeError("The web server did not start; its reason stands above.")
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("The web server did not answer within half a minute.")
