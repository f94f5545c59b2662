"""A real SMTP server in a thread: what the site sends arrives here, byte for byte."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller


@dataclass
class Received:
    """One mail as the server took it: who it said it was from and for, and its bytes."""

    sender: str
    to: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content().replace("\r\n", "\n")


@dataclass
class Outbox:
    """Everything that arrived, in order.

    `answer` may refuse: it gets the address and returns a reply, or "" to accept. With `hangs_up` the line breaks after
    the server has taken the mail and before it has said so; with `seconds` it thinks that long before it says so.
    """

    port: int = 0
    mails: list[Received] = field(default_factory=list)
    answer: Callable[[str], str] = lambda address: ""
    hangs_up: bool = False
    seconds: float = 0

    def to(self, address: str) -> list[Received]:
        return [mail for mail in list(self.mails) if address in mail.to]

    def wait_for(self, address: str, *, count: int = 1, seconds: float = 120) -> Received:
        """The newest mail to this address, once there are `count`. Fails when they do not come: on a machine that rests, a
        follower's takes half a minute at worst, as the worker lets decisions settle and looks now and then."""
        until = time.monotonic() + seconds
        while len(found := self.to(address)) < count:
            if time.monotonic() > until:
                pytest.fail(f"{len(found)} of {count} mails to {address} came in {seconds} s")
            time.sleep(0.1)
        return found[-1]

    # aiosmtpd calls these.
    async def handle_RCPT(self, server, session, envelope, address, options):
        if refusal := self.answer(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        await asyncio.sleep(self.seconds)
        if self.hangs_up:
            server.transport.close()
        return "250 OK"


@contextmanager
def running_server() -> Iterator[Outbox]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        outbox = Outbox(port=probe.getsockname()[1])
    controller = Controller(outbox, hostname="127.0.0.1", port=outbox.port)
    controller.start()
    try:
        yield outbox
    finally:
        controller.stop()


@pytest.fixture
def smtp(settings) -> Iterator[Outbox]:
    """Django's mail goes to a server of the test's own."""
    with running_server() as outbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", outbox.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        settings.DEFAULT_FROM_EMAIL = "Wellread <post@wellread.example>"
        yield outbox
