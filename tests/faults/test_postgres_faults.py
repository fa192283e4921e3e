"""PostgreSQL stops, hangs, refuses requests or is shared."""

import contextlib
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from databases import Cluster, connect, free_port
from kith import API, PASSWORD, Account, Client, Server, sign_up
from mailing import wait_until

pytestmark = pytest.mark.postgres_only


class Writer(threading.Thread):
    """Creates contacts, whatever the responses are, until it is stopped."""

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account, self.stopping = account, False
        self.acknowledged: list[str] = []
        self.statuses: list[int] = []
        self.without_retry_after = 0

    def run(self) -> None:
        client = Client(self.account.server.port, self.account.tokens["access_token"])
        while not self.stopping:
            reply = client.call("POST", f"{API}/contacts", {"first_name": "W"})
            self.statuses.append(reply.status)
            if reply.status == 201:
                self.acknowledged.append(reply.json["id"])
            self.without_retry_after += reply.status == 503 and "retry-after" not in reply.headers


def wait_for_answer(account: Account, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while account.call("GET", "contacts").status != 200:
        assert time.monotonic() < deadline, account.server.diagnostics()
        time.sleep(0.05)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_postgres_restart_loses_no_acknowledged_contact(binary: Path, tmp_path: Path,
                                                          mode: str) -> None:
    """A restart of PostgreSQL loses no acknowledged contact."""
    with Cluster() as cluster:
        with Server(binary, tmp_path, KITH_DATABASE_URL=cluster.url()) as server:
            account = sign_up(server)
            writers = [Writer(account if i == 0 else sign_up(server)) for i in range(4)]
            for writer in writers:
                writer.start()
            time.sleep(0.5)
            cluster.stop(mode)
            time.sleep(0.7)
            refused = account.call("GET", "contacts")
            assert refused.status == 503 and "retry-after" in refused.headers
            assert server.call("GET", "/readyz").status == 503
            assert server.call("GET", "/healthz").status == 200
            cluster.start()
            wait_for_answer(account, 4)  # 2 s, doubled for a busy machine
            time.sleep(0.5)
            for writer in writers:
                writer.stopping = True
            for writer in writers:
                writer.join()
                assert set(writer.statuses) <= {201, 500, 503}
                assert writer.statuses[-1] == 201 and writer.statuses.count(500) <= 2
                assert writer.without_retry_after == 0
                kept = {each["id"] for each in writer.account.items("contacts?limit=500")}
                assert set(writer.acknowledged) <= kept
                assert len(kept) <= len(writer.acknowledged) + writer.statuses.count(500)
            assert server.metric('kith_database_disconnects_total{lane="write"}') >= 1
            assert server.metric('kith_database_failures_total{lane="point",kind="refused"}') >= 1
            wait_until(lambda: server.metric('kith_database_pending{lane="write"}') == 0)


def test_a_locked_row_delays_no_other_account(server: Server, account: Account) -> None:
    """A locked row delays no other account."""
    other = sign_up(server)
    mine = account.create()
    with contextlib.closing(connect(server.backend.url(server.data_dir))) as session:
        session.autocommit = False
        session.cursor().execute(
            "select 1 from account_rev r join accounts a on a.id = r.account_id "
            "where a.email = %s for update", (account.email,))
        with ThreadPoolExecutor() as pool:
            held = [pool.submit(account.call, "POST", "contacts", {"first_name": "B"})
                    for _ in range(8)]
            time.sleep(0.2)
            for _ in range(20):
                begun = time.monotonic()
                assert other.create()["first_name"] == "Ann"
                assert other.call("GET", "contacts").status == 200
                assert account.call("GET", f"contacts/{mine['id']}").status == 200
                assert time.monotonic() - begun < 1
            session.rollback()
            assert {each.result().status for each in held} <= {201, 503}
    account.create()


def test_a_scan_beyond_its_deadline_is_503(server: Server, account: Account) -> None:
    """A scan beyond its deadline is answered with 503."""
    account.create()
    path = "contacts?sort=name&favorite=false"  # a list without a matching index
    assert account.call("GET", path).status == 200  # opens the connection
    with contextlib.closing(connect(server.backend.url(server.data_dir))) as session:
        session.autocommit = False
        session.cursor().execute("lock table contacts in access exclusive mode")
        with ThreadPoolExecutor() as pool:
            search = pool.submit(account.call, "GET", path)
            assert account.call("GET", "users/me").status == 200, "point reads have their own lane"
            reply = search.result()
        session.rollback()
    assert reply.status == 503 and "retry-after" in reply.headers
    assert account.call("GET", path).status == 200


def test_the_server_works_with_few_connections(binary: Path, tmp_path: Path) -> None:
    """The server continues with few connections."""
    with Cluster() as cluster:
        cluster.execute("create role few login connection limit 3")
        cluster.execute("grant all on schema public to few")
        url = cluster.url().replace("kith@", "few@")
        with Server(binary, tmp_path, KITH_DATABASE_URL=url, KITH_THREADS=1) as server:
            account = sign_up(server)
            with ThreadPoolExecutor(16) as pool:
                made = list(pool.map(lambda _: account.create(), range(64)))
                found = list(pool.map(lambda each: account.call("GET", f"contacts/{each['id']}"),
                                      made))
            assert {each.status for each in found} == {200}


def test_concurrent_demotions_keep_one_administrator(binary: Path, tmp_path: Path,
                                                     server: Server) -> None:
    """When the last administrators leave at the same time through different instances, one of them
    is refused."""
    url = server.backend.url(tmp_path)
    with Server(binary, tmp_path / "a", KITH_DATABASE_URL=url) as first, \
            Server(binary, tmp_path / "b", KITH_DATABASE_URL=url) as second:
        stayed = sign_up(first)
        for _ in range(8):
            other = sign_up(second)
            for each in (stayed, other):
                assert first.run("user", "role", each.email, "admin").returncode == 0
            with ThreadPoolExecutor() as pool:
                replies = list(pool.map(lambda each: each.call(
                    "DELETE", "users/me", {"password": PASSWORD}), (stayed, other)))
            assert sorted(each.status for each in replies) == [204, 409]
            stayed = stayed if replies[0].status == 409 else other


def test_concurrent_uses_of_a_setup_link_make_one_administrator(binary: Path, tmp_path: Path,
                                                                server: Server) -> None:
    """Of two concurrent users of one set-up link, one becomes administrator."""
    for number in range(5):
        url = server.backend.url(tmp_path / str(number))
        with Server(binary, tmp_path / f"{number}a", KITH_DATABASE_URL=url) as first, \
                Server(binary, tmp_path / f"{number}b", KITH_DATABASE_URL=url) as second:
            def set_up(server: Server, name: str) -> int:
                body = {"token": second.setup_token(), "username": name,
                        "email": f"{name}@example.org", "password": PASSWORD}
                return server.call("POST", f"{API}/setup", body).status

            with ThreadPoolExecutor() as pool:
                statuses = sorted(pool.map(set_up, (first, second), ("ann", "bob")))
            assert statuses in ([201, 403], [201, 409])


def test_the_responsive_host_is_used(binary: Path, tmp_path: Path, server: Server) -> None:
    """Of several hosts, the responsive one is used."""
    url = server.backend.url(tmp_path)
    alive = url.split("@")[1].split("/")[0]
    url = url.replace(alive, f"127.0.0.1:{free_port()},{alive}")
    with Server(binary, tmp_path, KITH_DATABASE_URL=url) as several:
        assert sign_up(several).create()["first_name"] == "Ann"


def test_a_silent_server_is_considered_dead(binary: Path, tmp_path: Path) -> None:
    """A server whose processes are stopped while its connections stay open is considered dead."""
    with Cluster() as cluster:
        with Server(binary, tmp_path, KITH_DATABASE_URL=cluster.url()) as server:
            account = sign_up(server)
            pids = [str(pid) for pid, in server.backend.execute_at(
                cluster.url(), "select pid from pg_stat_activity where application_name = 'kith'")]
            subprocess.run(["kill", "-STOP", *pids], check=True)
            with ThreadPoolExecutor() as pool:
                reply = pool.submit(account.call, "GET", "contacts")
                assert server.call("GET", "/healthz").status == 200
                assert reply.result().status in (200, 503)
            wait_for_answer(account, 12)
            subprocess.run(["kill", "-CONT", *pids], check=True)
