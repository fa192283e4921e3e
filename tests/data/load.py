"""Loads generated contacts into a running server through its API.

    python3 tests/data/load.py http://127.0.0.1:8080 me@example.org 10000   (password from stdin)
"""

import json
import re
import selectors
import socket
import sys
import time
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import Any, Iterable, Iterator
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))
from people import people  # noqa: E402

CONNECTIONS = 64
IN_FLIGHT_MAX = 16  # unanswered requests of one connection


def encode(token: str, contacts: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Each contact as a POST request."""
    head = ("POST /api/v1/contacts HTTP/1.1\r\nHost: kith\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: ")
    for contact in contacts:
        body = json.dumps(contact, ensure_ascii=False).encode()
        yield head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body


class Pipe:
    """One connection with several requests in flight. Only the status lines are read."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.in_flight = 0
        self.rest = b""

    def send(self, requests: Iterator[bytes]) -> None:
        batch = list(islice(requests, IN_FLIGHT_MAX - self.in_flight))
        self.in_flight += len(batch)
        self.socket.sendall(b"".join(batch))

    def receive(self) -> int:
        """The number of creates that were answered."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("the server closed the connection")
        text = self.rest + part
        statuses = re.findall(rb"HTTP/1\.1 (\d{3}) ", text)
        created = statuses.count(b"201")
        if created != len(statuses):
            raise RuntimeError(text[:500].decode(errors="replace"))
        self.rest = text[-12:]  # shorter than a status line, so no line is counted twice
        self.in_flight -= created
        return created


def load(address: tuple[str, int], token: str, contacts: Iterable[dict[str, Any]]) -> int:
    """Creates all of `contacts` with many requests in flight, and returns their number."""
    requests = encode(token, contacts)
    selector = selectors.DefaultSelector()
    open_pipes = 0
    for _ in range(CONNECTIONS):
        pipe = Pipe(address)
        pipe.send(requests)
        if pipe.in_flight:
            selector.register(pipe.socket, selectors.EVENT_READ, pipe)
            open_pipes += 1
    created = 0
    while open_pipes:
        for key, _ in selector.select():
            created += key.data.receive()
            key.data.send(requests)
            if key.data.in_flight == 0:
                selector.unregister(key.fileobj)
                key.fileobj.close()
                open_pipes -= 1
    return created


def sign_in(address: tuple[str, int], email: str, password: str) -> str:
    """An access token."""
    connection = HTTPConnection(*address)
    connection.request("POST", "/api/v1/auth/login",
                       json.dumps({"email": email, "password": password}),
                       {"Content-Type": "application/json"})
    reply = json.loads(connection.getresponse().read())
    if "access_token" not in reply:
        raise SystemExit(reply.get("detail", "sign-in failed"))
    return reply["access_token"]


def main() -> None:
    url, email, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or 80)
    token = sign_in(address, email, sys.stdin.readline().rstrip("\n"))
    begin = time.monotonic()
    created = load(address, token, people(count))
    seconds = time.monotonic() - begin
    print(f"{created} contacts in {seconds:.1f} s: {created / seconds:.0f}/s")


if __name__ == "__main__":
    main()
