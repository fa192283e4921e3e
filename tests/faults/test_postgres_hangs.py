"""PostgreSQL, or a host in its place, accepts data and never responds."""

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kith import Account, Server, sign_up
from mailing import wait_until
from wire import READY, Wire, black_hole

pytestmark = pytest.mark.postgres_only


@pytest.fixture(name="way")
def make_way(tmp_path: Path, server: Server) -> Iterator[tuple[str, Wire]]:
    """The URL of a database, and the wire to it."""
    url = server.backend.url(tmp_path)
    with contextlib.closing(Wire(int(url.rsplit(":", 1)[1].split("/")[0]))) as wire:
        yield url.replace(f":{wire.target}/", f":{wire.port}/"), wire


def seconds_of(account: Account, method: str, path: str, body: object = None) -> float:
    """The time until a request is refused because the database is unavailable."""
    begin = time.monotonic()
    reply = account.call(method, path, body)
    assert reply.status == 503 and "retry-after" in reply.headers, reply
    return time.monotonic() - begin


def test_a_host_that_drops_packets_delays_one_connection(binary: Path, tmp_path: Path,
                                                         server: Server) -> None:
    """A host that drops packets delays only one connection."""
    url = server.backend.url(tmp_path)
    alive = url.split("@")[1].split("/")[0]
    with black_hole() as port:
        url = url.replace(alive, f"127.0.0.1:{port},{alive}")
        begin = time.monotonic()
        with Server(binary, tmp_path, KITH_DATABASE_URL=url, KITH_THREADS=3) as several:
            assert time.monotonic() - begin < 9, "the first of four waits for 5 s"
            begin = time.monotonic()
            account = sign_up(several)
            account.create()
            account.items("contacts?sort=name&favorite=false")
            assert time.monotonic() - begin < 4


@pytest.mark.parametrize("after", [b"", READY], ids=["at once", "accepted"])
def test_requests_to_a_hanging_server_are_refused_at_their_deadline(binary: Path, tmp_path: Path,
                                                                    way: tuple[str, Wire],
                                                                    after: bytes) -> None:
    """Requests that wait for a hanging server are refused at their deadline."""
    url, wire = way
    with Server(binary, tmp_path, KITH_DATABASE_URL=url) as hanging:
        account = sign_up(hanging)
        account.create()
        wire.hang(after)
        with ThreadPoolExecutor() as pool:
            reads = [pool.submit(seconds_of, account, "GET", "contacts") for _ in range(4)]
            writes = [pool.submit(seconds_of, account, "POST", "contacts", {"first_name": "B"})
                      for _ in range(4)]
            time.sleep(0.5)
            begin = time.monotonic()
            assert hanging.metric('kith_database_pending{lane="point"}') >= 1
            assert time.monotonic() - begin < 3, "metrics do not need the database"
            assert max(each.result() for each in reads) < 6.5
            assert max(each.result() for each in writes) < 11.5
        wire.recover()
        wait_until(lambda: account.call("GET", "contacts").status == 200)
        wait_until(lambda: account.call("POST", "contacts", {"first_name": "C"}).status == 201)


@pytest.mark.parametrize("after", [b"", READY], ids=["at once", "accepted"])
def test_a_hanging_server_does_not_delay_the_shutdown(binary: Path, tmp_path: Path,
                                                      way: tuple[str, Wire], after: bytes) -> None:
    """A hanging server does not delay the shutdown."""
    url, wire = way
    hanging = Server(binary, tmp_path, KITH_DATABASE_URL=url).start()
    account = sign_up(hanging)
    wire.hang(after)
    assert seconds_of(account, "GET", "contacts") < 6.5
    time.sleep(1.2)  # another attempt has begun
    begin = time.monotonic()
    assert hanging.stop() == 0
    assert time.monotonic() - begin < 3


def test_the_start_retries_when_the_database_hangs(binary: Path, tmp_path: Path,
                                                   way: tuple[str, Wire]) -> None:
    """The start retries when the database accepts a connection and hangs, like a pooler whose
    server is down."""
    url, wire = way
    wire.hang(READY)
    late = Server(binary, tmp_path, KITH_DATABASE_URL=url)
    with ThreadPoolExecutor(1) as pool:
        started = pool.submit(late.start)
        wait_until(lambda: (late.folder / "err.log").exists() and
                   "waiting for it" in late.diagnostics())
        wire.recover()
        started.result()
    assert late.stop() == 0
