"""Slow, silent and greedy clients: memory stays bounded, and steady clients are served."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from kith import API, Account, Server, sign_up
from mailing import wait_until

READERS = 40
GROWTH_BYTES_MAX = 300 * 1024 * 1024
STEADY_SECONDS = 36  # longer than the grace period and the longest silence
CUT_SECONDS_MAX = 34  # the same plus a few sweeps
BYTES_PER_SECOND = 12 * 1024
TICKS_PER_SECOND = 4
IN_FLIGHT = 'kith_http_large_bytes{of="answers"}'


def fill(account: Account, contacts: int) -> None:
    """Creates contacts with the longest notes."""
    create = {"op": "create", "contact": {"first_name": "Long", "notes": "€" * 10_000}}
    for _ in range(contacts // 100):
        reply = account.call("POST", "contacts/batch", {"operations": [create] * 100})
        assert reply.status == 200, reply


def peak_bytes(server: Server) -> int:
    assert server.process
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found
    return int(found[1]) * 1024


def open_unread(account: Account, path: str) -> socket.socket:
    """A connection with a pending request, a small window and an unread response."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
    connection.settimeout(10)
    connection.connect(("127.0.0.1", account.server.port))
    token = account.tokens["access_token"]
    connection.sendall(f"GET {API}/{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                       f"Authorization: Bearer {token}\r\n\r\n".encode())
    return connection


def rest_of(connection: socket.socket) -> bytes:
    answer = b""
    while part := connection.recv(1 << 20):
        answer += part
    return answer


def test_unread_large_responses_use_bounded_memory(binary: Path, tmp_path: Path) -> None:
    """Memory used to grow by 2.4 GB. Responses beyond the budget are refused, and small ones
    continue."""
    # The memory that AddressSanitizer keeps in quarantine would be counted.
    settings = {"ASAN_OPTIONS": "quarantine_size_mb=1"}
    with Server(binary, tmp_path, **settings) as server, ExitStack() as connections:
        account = sign_up(server)
        fill(account, 200)
        assert account.call("GET", "contacts?limit=200").status == 200
        before = peak_bytes(server)
        readers = [connections.enter_context(open_unread(account, "contacts?limit=200"))
                   for _ in range(READERS)]
        for reader in readers:
            assert reader.recv(16, socket.MSG_PEEK).startswith(b"HTTP/1.1 ")
        growth = peak_bytes(server) - before
        print(f"grew by {growth / 1024 / 1024:.0f} MiB")
        assert growth < GROWTH_BYTES_MAX
        assert server.metric(IN_FLIGHT) > 0
        assert account.call("GET", "users/me").status == 200
        assert account.create(first_name="Small")["first_name"] == "Small"
        answers = [rest_of(reader) for reader in readers]
        for answer in answers:
            head, _, body = answer.partition(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", head)
            assert length and len(body) == int(length[1]), head
            assert head.startswith(b"HTTP/1.1 200 ") or (
                head.startswith(b"HTTP/1.1 503 ") and b"Retry-After: " in head), head
        assert answers[0].startswith(b"HTTP/1.1 200 ")
        wait_until(lambda: server.metric(IN_FLIGHT) == 0)
        assert account.call("GET", "contacts?limit=200").status == 200


def send_slowly(account: Account, bytes_per_second: int) -> tuple[bytes, float]:
    """Sends a body at a fixed rate. Returns the response and the seconds until it arrived."""
    size = BYTES_PER_SECOND * STEADY_SECONDS
    body = b'{"first_name":"Steady"}'.ljust(size)
    token = account.tokens["access_token"]
    begin = time.monotonic()
    with socket.create_connection(("127.0.0.1", account.server.port), timeout=20) as connection:
        connection.sendall(f"POST {API}/contacts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                           f"Content-Type: application/json\r\nContent-Length: {size}\r\n"
                           f"Authorization: Bearer {token}\r\n\r\n".encode())
        step = max(1, bytes_per_second // TICKS_PER_SECOND)
        connection.settimeout(1 / TICKS_PER_SECOND)
        for at in range(0, size, step):
            connection.sendall(body[at : at + step])
            try:
                answer = connection.recv(65536)
                return answer, time.monotonic() - begin
            except TimeoutError:
                pass
        connection.settimeout(20)
        return connection.recv(65536), time.monotonic() - begin


def read_slowly(account: Account) -> bool:
    """Reads a large response slowly for a while, then the rest. Returns whether it was complete."""
    with open_unread(account, "contacts?limit=100") as connection:
        answer = b""
        end = time.monotonic() + STEADY_SECONDS
        while time.monotonic() < end:
            answer += connection.recv(BYTES_PER_SECOND // TICKS_PER_SECOND)
            time.sleep(1 / TICKS_PER_SECOND)
        answer += rest_of(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    return length is not None and len(body) == int(length[1])


def stay_silent(account: Account) -> bool:
    """Reads nothing for a while. Returns whether the response was cut off."""
    with open_unread(account, "contacts?limit=100") as connection:
        time.sleep(CUT_SECONDS_MAX)
        try:
            return len(rest_of(connection)) < 1_000_000
        except ConnectionResetError:
            return True


def test_steady_clients_are_served_and_silent_ones_disconnected(binary: Path,
                                                                tmp_path: Path) -> None:
    """Slow but steady clients are served, others are disconnected. A picture of 4.5 MB at 1 Mbit/s
    used to get 408 after 33 seconds."""
    with Server(binary, tmp_path) as server, ThreadPoolExecutor() as threads:
        account = sign_up(server)
        fill(account, 100)
        steady = threads.submit(send_slowly, account, BYTES_PER_SECOND)
        too_slow = threads.submit(send_slowly, account, 1)
        slow_reader = threads.submit(read_slowly, account)
        silent_reader = threads.submit(stay_silent, account)
        answer, seconds = too_slow.result()
        assert answer.startswith(b"HTTP/1.1 408 ") and seconds < CUT_SECONDS_MAX, (answer, seconds)
        answer, seconds = steady.result()
        assert answer.startswith(b"HTTP/1.1 201 ") and seconds > CUT_SECONDS_MAX, (answer, seconds)
        assert slow_reader.result(), "a slow reader was cut off"
        assert silent_reader.result(), "a silent reader was not cut off"
