"""A streamed response: the export of a large account."""

import io
import json
import random
import re
import socket
import string
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kith import API, Account, Server, sign_up

CONTACTS = 1200
NOTE_CHARS = 10_000  # the maximum length of notes
ARCHIVE_BYTES_MIN = 8_000_000  # far beyond what the sockets of a connection hold
MEMORY_GROWTH_KIB_MAX = 40_000
EXPORTS_MAX = 24  # of one account: half of the budget
DRAIN_SECONDS_MAX = 12


@pytest.fixture(scope="module")
def large(server: Server) -> Account:
    """An account whose contacts do not compress well."""
    account = sign_up(server)
    noise = random.Random(31)
    letters = string.ascii_letters + string.digits + "-_"
    for _ in range(CONTACTS // 300):
        operations = [{"op": "create", "contact": {
            "first_name": "N", "notes": "".join(noise.choices(letters, k=NOTE_CHARS))}}
            for _ in range(300)]
        assert account.call("POST", "contacts/batch", {"operations": operations}).status == 200
    return account


@contextmanager
def export(account: Account, version: str = "1.1") -> Iterator[socket.socket]:
    """A connection that has requested the export and has a small receive buffer."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    connection.settimeout(30)
    with connection:
        connection.connect(("127.0.0.1", account.server.port))
        connection.sendall(f"POST {API}/users/me/export HTTP/{version}\r\nHost: a\r\n"
                           f"Authorization: Bearer {account.tokens['access_token']}\r\n"
                           "Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        yield connection


def rest_of(connection: socket.socket, pause_seconds: float = 0) -> bytes:
    """The rest of the response. Raises ConnectionResetError for a connection that was cut."""
    answer = b""
    while part := connection.recv(256 * 1024):
        answer += part
        time.sleep(pause_seconds)
    return answer


def unchunked(body: bytes) -> bytes:
    """The content of a complete chunked body (RFC 9112, section 7.1)."""
    content = b""
    while True:
        line, _, body = body.partition(b"\r\n")
        size = int(line, 16)
        content += body[:size]
        assert body[size:size + 2] == b"\r\n"
        body = body[size + 2:]
        if size == 0:
            assert body == b""
            return content


def check(archive: bytes) -> None:
    assert len(archive) > ARCHIVE_BYTES_MIN
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert files.testzip() is None
        assert len(json.loads(files.read("contacts.json"))) == CONTACTS
        assert files.namelist()[-1] == "log.json"


def memory_kib(server: Server, name: str) -> int:
    assert server.process
    text = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    found = re.search(rf"{name}:\s+(\d+) kB", text)
    assert found
    return int(found[1])


def test_a_large_export_uses_little_memory(server: Server, large: Account) -> None:
    assert server.process
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5", encoding="ascii")  # the peak
    before = memory_kib(server, "VmRSS")
    with ThreadPoolExecutor(4) as threads:
        def fetch(_: int) -> bytes:
            with export(large) as connection:
                return rest_of(connection, 0.01)
        answers = list(threads.map(fetch, range(4)))
    # AddressSanitizer keeps what was freed.
    if "asan" not in str(server.binary):
        assert memory_kib(server, "VmHWM") - before < MEMORY_GROWTH_KIB_MAX
    for answer in answers:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ") and b"\r\nTransfer-Encoding: chunked" in head
        assert b"Content-Length" not in head
        check(unchunked(body))


def test_http_10_exports_end_with_the_connection(large: Account) -> None:
    with export(large, "1.0") as connection:
        head, _, body = rest_of(connection).partition(b"\r\n\r\n")
    assert b"\r\nConnection: close" in head and b"Transfer-Encoding" not in head
    check(body)


def test_the_connection_is_reused_after_an_export(server: Server, large: Account) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    for _ in range(2):
        token = "Bearer " + large.tokens["access_token"]
        connection.request("POST", f"{API}/users/me/export", headers={"Authorization": token})
        check(connection.getresponse().read())


def test_disconnected_clients_release_their_memory(large: Account) -> None:
    """Each export holds a part of the budget, of which an account gets half."""
    opened = [export(large) for _ in range(EXPORTS_MAX + 6)]
    try:
        heads = [each.__enter__().recv(12) for each in opened]
    finally:
        for each in opened:
            each.__exit__(None, None, None)
    assert set(heads) == {b"HTTP/1.1 200", b"HTTP/1.1 503"}
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with export(large) as connection:
            answer = rest_of(connection)
        if answer.startswith(b"HTTP/1.1 200"):
            check(unchunked(answer.partition(b"\r\n\r\n")[2]))
            return
    raise AssertionError("the memory of clients that left is still taken")


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_a_failure_midway_resets_the_connection(server: Server, large: Account,
                                                version: str) -> None:
    with export(large, version) as connection:
        begin = connection.recv(1000)
        assert begin.startswith(b"HTTP/1.1 200 ")
        server.sql("alter table audit_log rename to audit_away")  # log.json comes last
        try:
            with pytest.raises(ConnectionResetError):
                rest_of(connection)
        finally:
            server.sql("alter table audit_away rename to audit_log")
    assert "answer cut" in server.diagnostics() + server.output()


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_sigterm_lets_active_readers_finish(server: Server, large: Account, version: str) -> None:
    with export(large, version) as reading, export(large, version) as staring:
        begin = reading.recv(1000)
        assert staring.recv(1000).startswith(b"HTTP/1.1 200 ")
        with ThreadPoolExecutor() as threads:
            started = time.monotonic()
            stopped = threads.submit(server.stop)
            time.sleep(0.5)
            _, _, body = (begin + rest_of(reading)).partition(b"\r\n\r\n")
            check(unchunked(body) if version == "1.1" else body)
            stopped.result()
            assert time.monotonic() - started < DRAIN_SECONDS_MAX
        with pytest.raises(ConnectionResetError):
            rest_of(staring)
    server.start()
