"""Power cuts, shutdowns and slow clients: nothing that was acknowledged is lost."""

import json
import socket
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from kith import API, Account, Client, Server, sign_in, sign_up


class Writer(threading.Thread):
    """Creates contacts until the server is gone; remembers what was acknowledged."""

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
def test_kill_loses_nothing_acknowledged(binary: Path, tmp_path: Path, seconds: float) -> None:
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
    with sqlite3.connect(tmp_path / "data" / "kith.db") as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)


def test_kill_during_the_first_start(binary: Path, tmp_path: Path) -> None:
    """Whatever a start had made when it was killed, the next one works."""
    for milliseconds in (1, 3, 6, 10, 15, 25):
        server = Server(binary, tmp_path / str(milliseconds))
        process = subprocess.Popen([str(binary), "serve"], cwd=server.folder,
                                   env=server.environment(), stdout=subprocess.DEVNULL)
        time.sleep(milliseconds / 1000)
        process.kill()
        process.wait()
        with server:
            assert sign_up(server).create()["first_name"] == "Ann"


def test_migrations_by_many_at_once(binary: Path, tmp_path: Path) -> None:
    server = Server(binary, tmp_path)
    processes = [subprocess.Popen([str(binary), "migrate"], cwd=tmp_path,
                                  env=server.environment(), stderr=subprocess.PIPE)
                 for _ in range(8)]
    for process in processes:
        assert process.wait(60) == 0, process.stderr.read()


def test_sigterm_answers_what_is_in_flight(binary: Path, tmp_path: Path) -> None:
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


def test_sigterm_does_not_wait_for_the_idle(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path) as server:
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
        assert server.call("GET", "/healthz").status == 200
        begin = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begin < 5
    for connection in idle:
        connection.close()


@pytest.mark.parametrize("octets", [
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100,
], ids=["header"])
def test_a_client_of_one_byte_a_second_is_cut_off(binary: Path, tmp_path: Path,
                                                  octets: bytes) -> None:
    with Server(binary, tmp_path) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=1) as connection:
            begin, answer = time.monotonic(), b""
            for octet in octets:
                try:
                    connection.sendall(bytes([octet]))
                    answer = connection.recv(4096)
                    break
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            assert time.monotonic() - begin < 16
        assert answer == b"" or b" 408 " in answer, answer
        assert server.call("GET", "/healthz").status == 200


def test_one_who_does_not_read_is_cut_off_alone(binary: Path, tmp_path: Path) -> None:
    """A pipelining client that never reads holds no more than its buffer, and nobody up."""
    with Server(binary, tmp_path, KITH_THREADS=1) as server:
        greedy = socket.create_connection(("127.0.0.1", server.port), timeout=2)
        request = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"
        try:
            for _ in range(3000):
                greedy.sendall(request * 10)
        except TimeoutError:
            pass
        begin = time.monotonic()
        assert server.call("GET", "/healthz").status == 200
        assert time.monotonic() - begin < 2
        status = (Path("/proc") / str(server.process.pid) / "status").read_text()
        resident_kib = int(status.split("VmRSS:")[1].split()[0])
        assert resident_kib < 400 * 1024, status  # a build with sanitizers takes 100 MiB and more
        greedy.close()


def test_a_full_disk_is_told_and_nothing_breaks(binary: Path, tmp_path: Path) -> None:
    """The database may not grow beyond a limit of the process: writes fail, reads go on."""
    with Server(binary, tmp_path) as server:
        def limit(octets: str) -> None:
            command = ["prlimit", f"--pid={server.process.pid}", f"--fsize={octets}"]
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
