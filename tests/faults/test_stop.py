"""SIGTERM under load: pending requests are answered, and the process ends in time."""

import contextlib
import ctypes
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from databases import connect
from kith import API, Account, Client, Server, sign_in, sign_up
from load import check_kept, load


def test_every_request_is_answered_under_load(binary: Path, tmp_path: Path) -> None:
    """The workers end when the server accepts no more connections. Until then each request is
    answered."""
    server = Server(binary, tmp_path, KITH_THREADS=2).start()
    accounts = [sign_up(server) for _ in range(3)]
    for _ in range(2):
        with load(accounts, server.port) as workers:
            time.sleep(0.7)
            begin = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - begin < 5
        assert [failure for worker in workers for failure in worker.failures] == []
        assert min(worker.requests for worker in workers) > 5
        server.start()
        accounts = [sign_in(server, each.email) for each in accounts]
        check_kept(workers, accounts)
    assert server.stop() == 0


PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
ANY_THREAD = 0x4000_0000  # __WALL


def hold_main_thread(process: int) -> None:
    """Stops only the main thread, which runs the only loop, as a handler that never returns
    would."""
    libc = ctypes.CDLL(None, use_errno=True)
    for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
        assert libc.ptrace(request, process, None, None) == 0, os.strerror(ctypes.get_errno())
    _, status = os.waitpid(process, ANY_THREAD)
    assert os.WIFSTOPPED(status)


@pytest.mark.parametrize("second", [None, signal.SIGTERM, signal.SIGINT])
def test_a_server_with_a_blocked_loop_ends_in_time(binary: Path, tmp_path: Path,
                                                   second: signal.Signals | None) -> None:
    """A server whose loop is blocked ends in time."""
    server = Server(binary, tmp_path, KITH_THREADS=1).start()
    assert server.process
    hold_main_thread(server.process.pid)
    begin = time.monotonic()
    server.process.terminate()
    time.sleep(1)
    assert server.is_alive(), "it tries to finish what is in flight"
    if second:
        server.process.send_signal(second)
    code = server.process.wait(15)
    took = time.monotonic() - begin
    assert (code, took < 5) == ((128 + second, True) if second else (0, False))
    assert took < 11


@contextlib.contextmanager
def insertions_held(server: Server, seconds: float) -> Iterator[None]:
    """Blocks the creation of contacts for the given time. Then all waiting requests continue."""
    if server.backend.name == "sqlite":
        database = sqlite3.connect(server.data_dir / "kith.db", isolation_level=None,
                                   check_same_thread=False)
        database.execute("begin immediate")
        end = lambda: database.execute("rollback")  # noqa: E731
    else:
        database = connect(server.backend.url(server.data_dir))
        database.autocommit = False
        database.cursor().execute("lock table contacts in share mode")
        end = database.rollback
    timer = threading.Timer(seconds, end)
    timer.start()
    yield
    timer.join()
    database.close()


def test_a_waiting_write_is_answered(binary: Path, tmp_path: Path) -> None:
    """A write that waits for the database at SIGTERM is answered."""
    server = Server(binary, tmp_path).start()
    accounts = [sign_up(server) for _ in range(3)]

    def create(account: Account) -> int:
        return account.call("POST", "contacts", {"first_name": "Slow"}).status

    with ThreadPoolExecutor(3) as pool, insertions_held(server, 1.5):
        replies = [pool.submit(create, each) for each in accounts]
        time.sleep(0.3)
        assert not any(each.done() for each in replies)
        begin = time.monotonic()
        assert server.stop() == 0
        assert 1 < time.monotonic() - begin < 10
        assert [each.result() for each in replies] == [201] * 3
    with server:
        for each in accounts:
            assert len(sign_in(server, each.email).items("contacts")) == 1


def test_a_draining_server_serves_and_is_not_ready(binary: Path, tmp_path: Path) -> None:
    """While draining, the server serves requests and reports that it is not ready."""
    server = Server(binary, tmp_path, KITH_DRAIN_SECONDS=2).start()
    account = sign_up(server)
    client = Client(server.port, account.tokens["access_token"])
    before = client.call("GET", "/readyz")
    assert before.status == 200 and "connection" not in before.headers
    begin = time.monotonic()
    server.process.terminate()
    time.sleep(0.3)
    reply = client.call("GET", f"{API}/contacts")
    assert reply.status == 200 and reply.headers["connection"] == "close"
    refused = server.call("GET", "/readyz")
    assert refused.status == 503 and "retry-after" in refused.headers
    assert account.create()["first_name"] == "Ann"
    assert server.call("GET", "/healthz").status == 200
    assert server.process.wait(10) == 0
    assert 2 <= time.monotonic() - begin < 5


@pytest.mark.parametrize("seconds", [0, 60])
def test_a_second_signal_ends_the_server_at_once(binary: Path, tmp_path: Path,
                                                 seconds: int) -> None:
    """A second signal ends the process at once."""
    server = Server(binary, tmp_path, KITH_DRAIN_SECONDS=seconds).start()
    account = sign_up(server)
    with ThreadPoolExecutor(1) as pool, insertions_held(server, 1.5):
        waiting = pool.submit(account.call, "POST", "contacts", {"first_name": "Slow"})
        time.sleep(0.2)
        server.process.terminate()
        time.sleep(0.3)
        assert server.is_alive()
        begin = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(10) == 128 + signal.SIGINT
        assert time.monotonic() - begin < 1
        assert waiting.exception() is not None
