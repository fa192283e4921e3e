"""Several instances share a database: state is visible on all of them, and shared work is done
once."""

import contextlib
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from instances import at, make_instances, running
from kith import API, Account, Reply, Server, sign_in, sign_up
from load import check_kept, load
from mailing import administrator, change_password, make_due, multiply, wait_until
from smtp_sink import Sink

MIGRATIONS = Path(__file__).parents[2] / "migrations"
RECHECK_SECONDS = 1.0  # limits::principal_recheck_interval


@pytest.fixture(scope="module")
def three(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    with running(make_instances(binary, tmp_path_factory.mktemp("three"), 3)) as servers:
        yield servers


def test_one_of_several_starting_instances_migrates(binary: Path, tmp_path: Path) -> None:
    """When instances start at the same time, one of them migrates."""
    expected = len({path.name[:4] for path in MIGRATIONS.glob("*.sql")})
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        with running(make_instances(binary, folder, 3)) as servers:
            words = f"database: migrated from=0 to={expected}"
            told = [words in each.diagnostics() for each in servers]
            assert sorted(told) == [False, False, True]
            versions = servers[0].sql("select version from schema_migrations order by version")
            assert versions == [(version,) for version in range(1, expected + 1)]
            account = sign_up(servers[0])
            for each in servers:
                assert each.call("GET", "/readyz").status == 200
                assert at(each, account).create()["first_name"] == "Ann"
            assert len(account.items("contacts")) == 3


def test_idempotency_keys_are_valid_on_every_instance(three: list[Server]) -> None:
    """An idempotency key is valid on every instance."""
    account = sign_up(three[0])
    first, *others = [at(each, account).call("POST", "contacts", {"first_name": "Kim"},
                                             idempotency_key="one") for each in three]
    assert first.status == 201 and "idempotency-replayed" not in first.headers
    for again in others:
        assert again.headers["idempotency-replayed"] == "true"
        assert (again.status, again.text, again.etag) == (201, first.text, first.etag)
    changed = at(three[1], account).call("POST", "contacts", {"first_name": "Lee"},
                                         idempotency_key="one")
    assert changed.status == 422
    assert len(account.items("contacts")) == 1


def test_concurrent_requests_with_one_key_run_once(three: list[Server]) -> None:
    """Of two concurrent requests with the same key, one runs."""
    account = sign_up(three[0])
    with ThreadPoolExecutor(3) as pool:
        for number in range(10):
            def create(server: Server) -> Reply:
                return at(server, account).call("POST", "contacts", {"first_name": "Kim"},
                                                idempotency_key=f"at-once-{number}")

            replies = list(pool.map(create, three))
            assert {each.status for each in replies} <= {201, 409}
            made = [each for each in replies if each.status == 201]
            assert len({each.json["id"] for each in made}) == 1
            assert sum("idempotency-replayed" not in each.headers for each in made) == 1
    assert len(account.items("contacts")) == 10


def test_sessions_are_valid_on_all_instances(three: list[Server]) -> None:
    """A session works on all instances."""
    def refresh(server: Server, token: str) -> Reply:
        return server.call("POST", f"{API}/auth/refresh", {"refresh_token": token})

    account = sign_up(three[0])
    first = account.tokens["refresh_token"]
    second = refresh(three[1], first).json["refresh_token"]
    newest = refresh(three[2], second)
    assert newest.status == 200
    for each in three:
        assert at(each, account).call("GET", "users/me").status == 200
    # Time has passed, and a spent token is used again.
    three[0].sql("update refresh_tokens set spent_at = spent_at - 11000000 "
                 "where spent_at is not null")
    assert refresh(three[1], first).status == 401
    for each in three:
        assert refresh(each, newest.json["refresh_token"]).status == 401
    time.sleep(RECHECK_SECONDS + 0.1)
    for each in three:
        assert at(each, account).call("GET", "users/me").status == 401


def seconds_until(status: int, account: Account, path: str) -> float:
    begin = time.monotonic()
    wait_until(lambda: account.call("GET", path).status == status, seconds=5)
    return time.monotonic() - begin


def test_revoked_rights_are_revoked_on_all_instances(three: list[Server]) -> None:
    """Revoked rights are revoked on all instances."""
    chief, other = (administrator(three[0]) for _ in range(2))
    other_id = other.call("GET", "users/me").json["id"]
    elsewhere = [at(each, other) for each in three[1:]]
    for each in elsewhere:
        wait_until(lambda: each.call("GET", "admin/jobs").status == 200)
    changed = chief.call("PATCH", f"admin/users/{other_id}", {"role": "user"})
    assert changed.status == 200, changed
    assert other.call("GET", "admin/jobs").status == 403, "at once, where it was changed"
    for each in elsewhere:
        assert seconds_until(403, each, "admin/jobs") < RECHECK_SECONDS + 0.5
    suspended = chief.call("PATCH", f"admin/users/{other_id}", {"status": "suspended"})
    assert suspended.status == 200, suspended
    assert other.call("GET", "users/me").status == 401
    for each in elsewhere:
        assert seconds_until(401, each, "users/me") < RECHECK_SECONDS + 0.5


def test_each_mail_is_sent_by_one_instance(binary: Path, tmp_path: Path) -> None:
    """Each queued mail is sent by one instance."""
    with Sink() as sink:
        servers = make_instances(binary, tmp_path, 3, KITH_SMTP_URL=sink.url())
        with running(servers):
            sink.answers = ["451 4.3.0 later"]
            change_password(sign_up(servers[0]))
            waiting = "select count(*) from mail_outbox where error is not null"
            wait_until(lambda: servers[0].sql(waiting) == [(1,)])
            multiply(servers[0], 99)
            sink.seconds_a_message = 0.05  # so that one instance alone would not send all of them
            make_due(servers[0])
            sink.wait_for(100, seconds=30)
            unsent = "select count(*) from mail_outbox where sent_at is null"
            wait_until(lambda: servers[0].sql(unsent) == [(0,)])
            time.sleep(1.2)  # another poll of the outbox
            shares = [each.diagnostics().count("sent through") for each in servers]
    assert len(sink.ids()) == len(set(sink.ids())) == 100
    assert sum(shares) == 100 and max(shares) < 100, shares


def test_each_job_is_run_by_one_instance(binary: Path, tmp_path: Path) -> None:
    """Each job is run by one instance."""
    def runs(servers: list[Server]) -> dict[str, int]:
        counted: dict[str, int] = {}
        for each in servers:
            metrics = each.call("GET", "/metrics").text
            for job, count in re.findall(
                    r'kith_job_runs_total\{name="(\w+)",result="\w+"\} (\d+)', metrics):
                counted[job] = counted.get(job, 0) + int(count)
        return counted

    with running(make_instances(binary, tmp_path, 3)) as servers:
        wait_until(lambda: 0 not in runs(servers).values())
        time.sleep(2)  # all instances have polled by now
        assert set(runs(servers).values()) == {1}, runs(servers)


@pytest.mark.postgres_only
def test_a_kill_of_one_instance_loses_no_contact(binary: Path, tmp_path: Path) -> None:
    """Clients of the other instances see no error."""
    servers = make_instances(binary, tmp_path, 3)
    with contextlib.ExitStack() as stack:
        for each in servers[1:]:
            stack.enter_context(each)
        servers[0].start()
        accounts = [sign_up(each) for each in servers]
        shared = [at(each, accounts[0]) for each in servers[1:]]  # all instances write to it
        with load([*accounts, *shared]) as workers:
            time.sleep(1)
            servers[0].kill()
            time.sleep(1)
        for worker in workers:
            broken = [each for each in worker.failures if worker.account.server is not servers[0]]
            assert broken == []
            assert len(worker.acknowledged) > 0
        kept = [at(servers[1], each) for each in accounts]
        check_kept(workers, kept)
        with servers[0]:
            again = sign_in(servers[0], accounts[0].email)
            assert again.create()["first_name"] == "Ann"
            check_kept(workers, kept)
