"""Power cuts, shutdowns and slow clients: no acknowledged write is lost."""

import json
import re
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kith import API, Account, Client, Server, raw, sign_in, sign_up


class Writer(threading.Thread):
    """Creates contacts until the server is gone, and records the acknowledged ones."""

    def __init__(self, account: Account, name: str) -> None:
        super().__init__()
        self.account, self.name_ = account, name
        self.acknowledged: list[str] = []
        self.attempted = 0

    def run(self) -> None:
        client = Client(self.account.server.port, self.account.tokens["access_token"])
        try:
            while True:
                self.attempted += 1
                reply = client.call("POST", f"{API}/contacts",
                                    {"first_name": f"{self.name_} {self.attempted}"})
                assert reply.status == 201, reply
                self.acknowledged.append(reply.json["id"])
        except OSError:
            return
        except Exception as broken:  # noqa: BLE001  (the connection breaks in many ways)
            if not type(broken).__module__.startswith("http"):
                raise


@pytest.mark.parametrize("seconds", [0.2, 0.5, 0.9])
def test_a_kill_loses_no_acknowledged_contact(binary: Path, tmp_path: Path, seconds: float) -> None:
    """A kill loses no acknowledged contact."""
    server = Server(binary, tmp_path).start()
    account = sign_up(server)
    writers = [Writer(account, f"W{i}") for i in range(8)]
    for writer in writers:
        writer.start()
    time.sleep(seconds)
    server.kill()
    for writer in writers:
        writer.join()
    acknowledged = [id for writer in writers for id in writer.acknowledged]
    attempted = sum(writer.attempted for writer in writers)
    assert len(acknowledged) > 0
    with server:
        found = sign_in(server, account.email).items("contacts?limit=500")
        kept = {each["id"] for each in found}
        assert set(acknowledged) <= kept
        assert len(acknowledged) <= len(kept) <= attempted
        assert all(each["first_name"].startswith("W") for each in found)
    if server.backend.name == "sqlite":
        assert server.sql("pragma integrity_check") == [("ok",)]


def test_a_start_succeeds_after_a_kill_during_the_first_start(binary: Path, tmp_path: Path) -> None:
    """A start after a kill during the first start succeeds, whatever the first start had
    created."""
    for milliseconds in (1, 3, 6, 10, 15, 25):
        server = Server(binary, tmp_path / str(milliseconds))
        process = subprocess.Popen([str(binary), "serve"], cwd=server.folder,
                                   env=server.environment(), stdout=subprocess.DEVNULL)
        time.sleep(milliseconds / 1000)
        process.kill()
        process.wait()
        with server:
            assert sign_up(server).create()["first_name"] == "Ann"


def test_concurrent_starts_migrate_once(binary: Path, tmp_path: Path) -> None:
    """Concurrent starts run each migration once."""
    server = Server(binary, tmp_path)
    processes = [subprocess.Popen([str(binary), "migrate"], cwd=tmp_path,
                                  env=server.environment(), stderr=subprocess.PIPE)
                 for _ in range(8)]
    for process in processes:
        assert process.wait(60) == 0, process.stderr.read()


def test_sigterm_waits_for_requests_in_flight(binary: Path, tmp_path: Path) -> None:
    """SIGTERM waits for requests in flight."""
    server = Server(binary, tmp_path).start()
    account = sign_up(server)
    body = json.dumps({"first_name": "In flight"}).encode()
    head = (f"POST {API}/contacts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {account.tokens['access_token']}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    idle = socket.create_connection(("127.0.0.1", server.port))
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head + body[:5])
        time.sleep(0.2)
        server.process.terminate()
        time.sleep(0.5)
        connection.sendall(body[5:])
        answer = connection.recv(65536)
    idle.close()
    assert b" 201 Created" in answer and b"Connection: close" in answer, answer
    assert server.process.wait(20) == 0
    with server:
        found = sign_in(server, account.email).items("contacts")
        assert [each["first_name"] for each in found] == ["In flight"]


def test_sigterm_does_not_wait_for_idle_connections(binary: Path, tmp_path: Path) -> None:
    """SIGTERM does not wait for idle connections."""
    with Server(binary, tmp_path) as server:
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
        assert server.call("GET", "/healthz").status == 200
        begin = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begin < 5
    for connection in idle:
        connection.close()


CUT_OFF_SECONDS_MAX = 38  # the longest limit is 30 s, plus a sweep, the response and lingering


def send_slowly(port: int, begin: bytes) -> tuple[bytes, float]:
    """Sends one byte per second after `begin`. Returns the response and the time until it
    arrived."""
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        start = time.monotonic()
        connection.sendall(begin)
        while (seconds := time.monotonic() - start) < CUT_OFF_SECONDS_MAX:
            try:
                connection.sendall(b"y")
                return connection.recv(4096), time.monotonic() - start
            except TimeoutError:
                continue
    return b"not cut off", seconds


def send_without_reading(port: int, begin: bytes, more: bytes) -> tuple[bytes, float]:
    """Sends `more` after `begin` repeatedly without reading. Returns the response and the time
    until sending failed."""
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        start, waiting = time.monotonic(), begin
        while (seconds := time.monotonic() - start) < CUT_OFF_SECONDS_MAX:
            try:
                waiting = waiting[connection.send(waiting) :] or more
            except TimeoutError:
                continue
            except ConnectionError:
                return connection.recv(4096), seconds
    return b"not cut off", seconds


def resident_mib(server: Server) -> int:
    status = (Path("/proc") / str(server.process.pid) / "status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def test_slow_clients_are_disconnected_in_time(binary: Path, tmp_path: Path) -> None:
    """Clients that are slow, never pause or never read are disconnected when their time is over.
    Until then they use only their buffers and delay no other client. All cases run at once, because
    they take long."""
    with Server(binary, tmp_path, KITH_THREADS=1) as server, ThreadPoolExecutor() as threads:
        token = sign_up(server).tokens["access_token"]
        head = (f"POST {API}/contacts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                f"Authorization: Bearer {token}\r\n").encode()
        # A route that accepts 8 MiB, so that the size of the body does not end the request.
        chunked = head.replace(b"/contacts", b"/contacts/batch")
        chunked += b"Transfer-Encoding: chunked\r\n\r\n"
        chunks = (b"1;" + b"x" * 16_000 + b"\r\ny\r\n") * 8  # more framing than body
        get = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 10
        rows = [
            ("a slow header", 10, b" 408 ", (send_slowly, head + b"X: ")),
            ("a slow body", 30, b" 408 ", (send_slowly, head + b"Content-Length: 999\r\n\r\n")),
            ("a body that hardly grows", 0, b" 431 ", (send_without_reading, chunked, chunks)),
            ("unread responses", 30, b" 200 ", (send_without_reading, get, get)),
        ]
        running = [threads.submit(client, server.port, *sent) for *_, (client, *sent) in rows]
        while not all(each.done() for each in running):
            begin = time.monotonic()
            assert server.call("GET", "/healthz").status == 200
            assert time.monotonic() - begin < 2
            assert resident_mib(server) < 400  # a build with sanitizers takes 100 and more
            time.sleep(0.5)
        for (name, limit, status, _), each in zip(rows, running):
            answer, seconds = each.result()
            assert status in answer, (name, answer)
            assert limit - 1 < seconds < limit + 8, name


def test_a_full_log_pipe_blocks_no_request(binary: Path, tmp_path: Path) -> None:
    """Requests continue while the pipe of the access log is full, which takes a few hundred
    lines."""
    environment = Server(binary, tmp_path, KITH_THREADS=2).environment()
    get = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    last = get.replace(b"Host", b"Connection: close\r\nHost")
    with subprocess.Popen([str(binary), "serve"], cwd=tmp_path, env=environment,
                          stdout=subprocess.PIPE) as process:
        try:
            port = int(re.search(rb"http://[^:]+:(\d+)", process.stdout.readline())[1])
            for _ in range(20):
                assert raw(port, get * 199 + last).count(b"HTTP/1.1 200 OK") == 200
            process.terminate()
            lines = process.stdout.read().splitlines()
            assert process.wait(20) == 0
        finally:
            process.kill()
    assert 100 < len(lines) < 4000
    assert all(re.search(rb" GET /healthz 200 \d+B \S+ms \S{36}$", line) for line in lines)


@pytest.mark.sqlite_only
def test_a_full_disk_fails_writes_and_keeps_reads(binary: Path, tmp_path: Path) -> None:
    """When the database cannot grow beyond a process limit, writes fail and reads continue."""
    with Server(binary, tmp_path) as server:
        def limit(size: str) -> None:
            command = ["prlimit", f"--pid={server.process.pid}", f"--fsize={size}"]
            subprocess.run(command, check=True)

        account = sign_up(server)
        first = account.create()
        limit("1:unlimited")
        failed = account.call("POST", "contacts", {"first_name": "B"})
        assert failed.status in (500, 503), failed
        assert "sqlite" not in failed.text.lower()
        assert account.call("GET", f"contacts/{first['id']}").status == 200
        limit("unlimited")
        assert account.create()["first_name"] == "Ann"
