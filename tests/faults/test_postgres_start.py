"""Kith is started before PostgreSQL and retries if waiting can help."""

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from databases import Cluster, connect
from kith import Server, sign_up
from mailing import wait_until

pytestmark = pytest.mark.postgres_only


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster(password="right-horse") as running:
        yield running


@contextlib.contextmanager
def stopped(cluster: Cluster) -> Iterator[None]:
    cluster.stop()
    try:
        yield
    finally:
        cluster.start()


def waits(server: Server) -> bool:
    log = server.folder / "err.log"
    return log.exists() and "database: waiting for it" in server.diagnostics()


def test_the_start_retries_until_the_database_is_up(binary: Path, tmp_path: Path,
                                                    cluster: Cluster) -> None:
    """The start retries until the server is up."""
    server = Server(binary, tmp_path, KITH_DATABASE_URL=cluster.url())
    with ThreadPoolExecutor(1) as pool:
        with stopped(cluster):
            started = pool.submit(server.start)
            wait_until(lambda: waits(server))
            time.sleep(1)
            assert server.is_alive() and not started.done()
        begin = time.monotonic()
        started.result()
    assert time.monotonic() - begin < 2
    assert sign_up(server).create()["first_name"] == "Ann"
    assert server.diagnostics().count("waiting for it") == 1
    assert "right-horse" not in server.diagnostics()
    assert server.stop() == 0


def test_sigterm_ends_a_waiting_start(binary: Path, tmp_path: Path, cluster: Cluster) -> None:
    """SIGTERM ends a start that is waiting for the database."""
    server = Server(binary, tmp_path, KITH_DATABASE_URL=cluster.url())
    with ThreadPoolExecutor(1) as pool, stopped(cluster):
        started = pool.submit(server.start)
        wait_until(lambda: waits(server))
        begin = time.monotonic()
        server.process.terminate()
        assert server.process.wait(10) != 0
        assert time.monotonic() - begin < 1
        assert started.exception() is not None


def test_the_start_retries_until_a_connection_is_free(binary: Path, tmp_path: Path,
                                                      cluster: Cluster) -> None:
    """The start retries until a connection is free."""
    cluster.execute("create role late login password 'right-horse' connection limit 4")
    cluster.execute("create database room owner late")
    url = cluster.url("room").replace("kith:", "late:")
    server = Server(binary, tmp_path, KITH_DATABASE_URL=url, KITH_THREADS=1)
    with ThreadPoolExecutor(1) as pool:
        with contextlib.ExitStack() as others:
            for _ in range(4):
                others.enter_context(contextlib.closing(connect(url)))
            started = pool.submit(server.start)
            wait_until(lambda: waits(server))
            time.sleep(0.3)
            assert server.is_alive() and not started.done()
        started.result()
    assert sign_up(server).create()["first_name"] == "Ann"
    assert server.stop() == 0


@pytest.mark.parametrize("change, told", [
    (lambda url: url.replace("right", "wrong"), "password authentication failed"),
    (lambda url: url.replace("/postgres", "/missing"), "missing"),
])
def test_a_permanent_error_ends_the_start_with_one_line(binary: Path, tmp_path: Path,
                                                        cluster: Cluster, change,
                                                        told: str) -> None:
    """If waiting cannot help, the start fails at once with a one-line error that contains no
    password."""
    url = change(cluster.url())
    begin = time.monotonic()
    done = Server(binary, tmp_path / "b", KITH_DATABASE_URL=url).run("serve")
    assert time.monotonic() - begin < 5
    assert done.returncode == 1 and told in done.stderr, done
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "right" not in done.stderr + done.stdout and "wrong" not in done.stderr
    shown = Server(binary, tmp_path / "c", KITH_DATABASE_URL=url).run("config").stdout
    assert "right" not in shown and "wrong" not in shown
    assert "********@127.0.0.1" in shown
