"""A mail server for tests that stores messages and fails on request."""

import asyncio
import email
import email.policy
import ssl
import subprocess
import threading
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from kith import free_port

USER, PASSWORD = "kith", "s3cret p%ss/word"
URL_LOGIN = "kith:s3cret%20p%25ss%2Fword"
HANG_SECONDS = 30


class Sink:
    """A mail server whose port stays the same when it is stopped and started again.

    `answers` are given to recipients in sequence, then 250. Each is an SMTP reply, `drop` (the
    connection closes), `hang`, or `hold` (the message is stored, and is acknowledged when `release`
    is called)."""

    def __init__(self, tls: ssl.SSLContext | None = None, implicit: bool = False,
                 login: bool = False) -> None:
        self.port = free_port()
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.answers: list[str] = []
        self.seconds_a_message = 0.0
        self._released = threading.Event()
        self._holding = False
        self.options: dict[str, Any] = {}
        if tls and implicit:
            self.options["ssl_context"] = tls
        elif tls:
            self.options |= {"tls_context": tls, "require_starttls": True}
        if login:
            self.options |= {"authenticator": self._authenticate, "auth_required": True,
                             "auth_require_tls": tls is not None and not implicit}
        self._controller: Controller | None = None

    def start(self) -> "Sink":
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **self.options)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller:
            self._released.set()
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> "Sink":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, host: str = "127.0.0.1", login: str = "", query: str = "tls=off",
            scheme: str = "smtp") -> str:
        return f"{scheme}://{login + '@' if login else ''}{host}:{self.port}?{query}".rstrip("?")

    def release(self) -> None:
        self._released.set()

    def ids(self) -> list[str]:
        """The Message-IDs in order of arrival."""
        return [message["Message-ID"] for message in self.messages]

    def wait_for(self, count: int, seconds: float = 15) -> list[EmailMessage]:
        deadline = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.messages) >= count, f"{len(self.messages)} of {count} mails came"
        return self.messages

    # Callbacks of aiosmtpd.

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str,
                      data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    async def handle_RCPT(self, server: Any, _session: Any, envelope: Any, address: str,
                          _options: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 ok"
        self._holding = answer == "hold"
        if answer == "drop":
            server.transport.abort()
        if answer == "hang":
            await asyncio.sleep(HANG_SECONDS)
        if answer[0].isdigit() and not answer.startswith("250"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.recipients += envelope.rcpt_tos
        self.messages.append(email.message_from_bytes(envelope.content,
                                                      policy=email.policy.default))
        await asyncio.sleep(self.seconds_a_message)
        while self._holding and not self._released.is_set():
            await asyncio.sleep(0.02)
        return "250 taken"


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate and key for `localhost`, and the file that a client has to trust."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context, cert


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")
