"""Connections to PostgreSQL: encrypted, cut in the middle, and switched to another host."""

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from certificates import make_authority, make_certificate
from databases import Cluster, Standby, as_postgres
from kith import API, Account, Client, Server, sign_in, sign_up
from mailing import wait_until
from wire import TlsWire, Wire

pytestmark = pytest.mark.postgres_only


class TlsCluster(Cluster):
    """A cluster with a certificate for 127.0.0.1, signed by its own authority."""

    def __init__(self) -> None:
        super().__init__("ssl=on", "ssl_cert_file=server.pem", "ssl_key_file=server.key")

    def _make(self) -> None:
        super()._make()
        self.authority = make_authority(self.folder / "tls")
        make_certificate(self.folder / "tls", "IP:127.0.0.1")
        for name in ("server.pem", "server.key"):
            target = self.folder / "data" / name
            shutil.copy(self.folder / "tls" / name, target)
            target.chmod(0o600)
            if as_postgres():
                shutil.chown(target, "postgres", "postgres")


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1].split("/")[0])


@pytest.fixture(scope="module")
def tls() -> Iterator[TlsCluster]:
    with TlsCluster() as cluster:
        yield cluster


@pytest.mark.parametrize("options", ["sslmode=require",
                                     "sslmode=verify-full&sslrootcert={authority}"])
def test_the_connection_is_encrypted(binary: Path, tmp_path: Path, tls: TlsCluster,
                                     options: str) -> None:
    """The connection is encrypted."""
    url = tls.url() + "?" + options.format(authority=tls.authority)
    with Server(binary, tmp_path, KITH_DATABASE_URL=url) as server:
        assert sign_up(server).create()["first_name"] == "Ann"
        encrypted = server.backend.execute_at(
            tls.url(), "select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) "
                       "where application_name = 'kith'")
        assert encrypted == [(True,)]


@pytest.mark.parametrize("host, authority, told", [
    ("127.0.0.1", "other", "certificate verify failed"),
    ("localhost", "right", "does not match host name"),
])
def test_an_untrusted_certificate_is_rejected(binary: Path, tmp_path: Path, tls: TlsCluster,
                                              host: str, authority: str, told: str) -> None:
    """A server with an untrusted certificate is rejected."""
    path = tls.authority if authority == "right" else make_authority(tmp_path / "other")
    url = f"{tls.url()}?sslmode=verify-full&sslrootcert={path}".replace("127.0.0.1", host)
    begin = time.monotonic()
    done = Server(binary, tmp_path, KITH_DATABASE_URL=url).run("migrate")
    assert done.returncode == 1 and told in done.stderr, done
    assert time.monotonic() - begin < 5, "waiting would not help"


def test_long_tls_records_are_read_completely(binary: Path, tmp_path: Path, server: Server) -> None:
    """A TLS record that does not fit into libpq's free buffer space is read in parts, and the
    socket does not signal the second part. libpq 15.18 left it there, and the read timed out."""
    make_authority(tmp_path / "tls")
    make_certificate(tmp_path / "tls", "IP:127.0.0.1")
    url = server.backend.url(tmp_path / "data")
    with contextlib.closing(TlsWire(port_of(url), tmp_path / "tls")) as wire:
        through = url.replace(f":{wire.target}/", f":{wire.port}/") + "?sslmode=require"
        with Server(binary, tmp_path, KITH_DATABASE_URL=through) as encrypted:
            account = sign_up(encrypted)
            account.create(first_name="A", notes="王" * 10_000)  # 30,000 bytes, buffer of 32 KiB
            account.create(first_name="B", notes="n" * 4000)
            begin = time.monotonic()
            assert len(account.items("contacts")) == 2
            assert time.monotonic() - begin < 1


class Writer(threading.Thread):
    """Creates contacts with and without keys, and ignores the responses."""

    def __init__(self, account: Account, name: str) -> None:
        super().__init__()
        self.account, self.name_, self.stopping = account, name, False
        self.acknowledged: list[str] = []
        self.unknown: list[str] = []
        self.statuses: list[int] = []

    def run(self) -> None:
        client = Client(self.account.server.port, self.account.tokens["access_token"])
        while not self.stopping:
            name = f"{self.name_}-{len(self.statuses)}"
            keyed = len(self.statuses) % 2 == 0
            reply = client.call("POST", f"{API}/contacts", {"first_name": name},
                                idempotency_key=name if keyed else None)
            self.statuses.append(reply.status)
            if reply.status == 201:
                self.acknowledged.append(name)
            else:
                assert "retry-after" in reply.headers or reply.status != 503, reply
                if keyed:
                    self.unknown.append(name)


@contextlib.contextmanager
def writing(accounts: list[Account]) -> Iterator[list[Writer]]:
    writers = [Writer(account, f"w{number}") for number, account in enumerate(accounts)]
    for each in writers:
        each.start()
    try:
        yield writers
    finally:
        for each in writers:
            each.stopping = True
        for each in writers:
            each.join()


def test_cut_connections_lose_no_acknowledged_contact(binary: Path, tmp_path: Path,
                                                      server: Server) -> None:
    """Acknowledged contacts are preserved. Unacknowledged ones exist once after a repeat."""
    url = server.backend.url(tmp_path / "data")
    with contextlib.closing(Wire(port_of(url))) as wire:
        through = url.replace(f":{wire.target}/", f":{wire.port}/")
        with Server(binary, tmp_path, KITH_DATABASE_URL=through) as cut:
            accounts = [sign_up(cut) for _ in range(3)]
            with writing(accounts) as writers:
                def cut_again() -> bool:
                    time.sleep(0.15)
                    wire.cut()
                    return sum(len(each.acknowledged) for each in writers) > 10

                for _ in range(10):
                    cut_again()
                wait_until(cut_again, seconds=60)  # a slow machine acknowledges few between cuts
            assert {status for each in writers for status in each.statuses} <= {201, 500, 503}
            # As if the leases of the keys had expired.
            server.backend.execute_at(url, "update idempotency_keys set lease_until = 0")
            for writer in writers:
                def repeat(name: str) -> bool:
                    reply = writer.account.call("POST", "contacts", {"first_name": name},
                                                idempotency_key=name)
                    assert reply.status in (201, 503), reply
                    return reply.status == 201

                for name in writer.unknown:
                    wait_until(lambda: repeat(name), seconds=2)
                wait_until(lambda: writer.account.call("GET", "contacts").status == 200, seconds=2)
                kept = [each["first_name"] for each in
                        writer.account.items("contacts?limit=500")]
                assert len(kept) == len(set(kept)), "a request took effect twice"
                assert set(writer.acknowledged) | set(writer.unknown) <= set(kept)


def test_writes_continue_on_a_promoted_standby(binary: Path, tmp_path: Path) -> None:
    """Writes continue after the promotion of a standby."""
    with Cluster() as primary, Standby(primary) as standby:
        # So that acknowledged writes are on both servers.
        primary.execute("alter system set synchronous_standby_names = '*'")
        primary.execute("select pg_reload_conf()")
        hosts = f"127.0.0.1:{standby.port},127.0.0.1:{primary.port}"
        url = f"postgres://kith@{hosts}/postgres?target_session_attrs=read-write"
        with Server(binary, tmp_path, KITH_DATABASE_URL=url) as server:
            accounts = [sign_up(server) for _ in range(2)]
            with writing(accounts) as writers:
                time.sleep(0.5)
                primary.stop("immediate")
                time.sleep(0.3)
                standby.promote()
                promoted = [len(each.acknowledged) for each in writers]
                begin = time.monotonic()
                wait_until(lambda: all(len(each.acknowledged) > count
                                       for each, count in zip(writers, promoted)))
                assert time.monotonic() - begin < 2
            for writer in writers:
                account = sign_in(server, writer.account.email)
                kept = [each["first_name"] for each in account.items("contacts?limit=500")]
                assert set(writer.acknowledged) <= set(kept)
                assert len(kept) == len(set(kept))
