"""The site as its own web server serves it, in a process of its own; each answer says how long it took to make."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.wsgi import application as site

ROOT = Path(__file__).resolve().parent.parent


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    began = time.perf_counter()

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        took = (time.perf_counter() - began) * 1000
        return start_response(status, [*headers, ("Server-Timing", f"app;dur={took:.2f}")], *rest)

    return site(environ, start)


@contextmanager
def served(**settings: str) -> Iterator[str]:
    """The address of the site, with these variables in its environment, while it runs."""
    from config.management.commands.start import web  # the server's process imports this module before it has models

    port = free_port()
    command = ["benchmarks._served:application" if part == "config.wsgi:application" else part for part in web(port)]
    environment = {**os.environ, **settings, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")])}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr)
    try:
        address = f"http://localhost:{port}"
        wait_for(address, process)
        yield address
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
