"""Periodic jobs: purges, and how administrators monitor them."""

import re
import time
from pathlib import Path

import pytest

from kith import Account, Server, query, sign_up

DAY = 86_400 * 1_000_000
NAMES = ["purge_audit", "purge_avatars", "purge_history", "purge_idempotency_keys", "purge_mail",
         "purge_thumbnails", "purge_tokens", "purge_tombstones", "purge_trash", "recompute_derived",
         "recount_histories"]


def rewind(server: Server, *statements: str) -> None:
    """Changes the database directly, as if time had passed."""
    for statement in statements:
        server.sql(statement)


@pytest.fixture
def own_server(binary: Path, tmp_path: Path):
    with Server(binary, tmp_path, KITH_TRASH_DAYS=30, KITH_TOMBSTONE_DAYS=60,
                KITH_HISTORY_DAYS=90) as server:
        yield server


def test_the_trash_is_emptied_after_trash_days(own_server: Server) -> None:
    """Contacts are deleted permanently after KITH_TRASH_DAYS."""
    account = sign_up(own_server)
    old, young = account.create(first_name="Old"), account.create(first_name="Young")
    token = account.call("GET", "contacts/changes").json["next_token"]
    for each in (old, young):
        account.call("DELETE", f"contacts/{each['id']}")
    rewind(own_server, f"update contacts set deleted_at = deleted_at - {31 * DAY} "
                       "where first_name = 'Old'")
    run = own_server.run("jobs", "purge_trash")
    assert (run.returncode, run.stdout) == (0, "purge_trash: done\n"), run
    assert [each["id"] for each in account.items("contacts/trash")] == [young["id"]]
    changes = account.call("GET", "contacts/changes" + query(since=token)).json["items"]
    assert [(each["id"], each["deleted"]) for each in changes] == [
        (old["id"], True), (young["id"], True)], "a purge is not reported as a change"
    rewind(own_server, f"update contact_tombstones set deleted_at = deleted_at - {30 * DAY}")
    assert own_server.run("jobs").returncode == 0
    stale = account.call("GET", "contacts/changes" + query(since=token))
    assert (stale.status, stale.json["type"]) == (410, "urn:kith:problem:sync-token-too-old")
    assert account.call("GET", "contacts/changes").json["items"] == []


def test_zero_trash_days_keep_the_trash(binary: Path, tmp_path: Path) -> None:
    """KITH_TRASH_DAYS=0 keeps the trash."""
    with Server(binary, tmp_path, KITH_TRASH_DAYS=0) as server:
        account = sign_up(server)
        old = account.create()
        account.call("DELETE", f"contacts/{old['id']}")
        rewind(server, "update contacts set deleted_at = 1")
        assert server.run("jobs").returncode == 0
        assert len(account.items("contacts/trash")) == 1


def test_old_history_keys_and_sessions_are_deleted(own_server: Server) -> None:
    """Old history, keys and sessions are deleted."""
    account = sign_up(own_server)
    ann = account.create()
    path = f"contacts/{ann['id']}"
    account.call("PATCH", path, {"notes": "1"})
    account.call("POST", "contacts", {"first_name": "K"}, idempotency_key="k")
    rewind(own_server, f"update contact_changes set changed_at = changed_at - {91 * DAY}",
           f"update idempotency_keys set created_at = created_at - {DAY}")
    account.call("PATCH", path, {"notes": "2"})
    assert own_server.run("jobs").returncode == 0
    assert [each["differences"][0]["before"] for each in account.items(path + "/history")] == ["1"]
    again = account.call("POST", "contacts", {"first_name": "K"}, idempotency_key="k")
    assert "idempotency-replayed" not in again.headers
    rewind(own_server, "update sessions set expires_at = 1")
    assert own_server.run("jobs", "purge_tokens").returncode == 0
    time.sleep(1.1)  # limits::principal_recheck_interval
    assert account.call("GET", "users/me").status == 401


def test_an_unknown_job_is_refused(own_server: Server) -> None:
    """An unknown job is refused."""
    run = own_server.run("jobs", "purge_everything")
    assert (run.returncode, run.stderr) == (1, "kith: unknown job: purge_everything\n")


def administrator(server: Server) -> Account:
    account = sign_up(server)
    assert server.run("user", "role", account.email, "admin").returncode == 0
    deadline = time.monotonic() + 5
    while account.call("GET", "admin/jobs").status != 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    return account


def test_jobs_run_automatically_and_are_listed(own_server: Server) -> None:
    """Jobs run automatically and are listed."""
    account = administrator(own_server)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        items = account.call("GET", "admin/jobs").json["items"]
        if [each["name"] for each in items if each["succeeded_at"]] == NAMES:
            break
        time.sleep(0.2)
    assert [each["name"] for each in items] == NAMES
    for each in items:
        assert each["due_at"] > each["finished_at"] >= each["started_at"]
        assert (each["failures"], each["error"]) == (0, None)
    metrics = own_server.call("GET", "/metrics").text
    counts = re.findall(r'kith_job_runs_total\{name="(\w+)",result="succeeded"\} (\d+)', metrics)
    assert sorted(name for name, count in counts if count == "1") == NAMES
    ended = own_server.metric('kith_job_last_success_timestamp_seconds{name="purge_mail"}')
    assert 0 <= time.time() - ended < 600


def test_a_failed_job_is_reported_and_delays_no_other(own_server: Server) -> None:
    """A failed job is reported and delays no other job."""
    account = administrator(own_server)
    account.call("POST", "contacts", {"first_name": "K"}, idempotency_key="k")
    rewind(own_server, "update idempotency_keys set created_at = 1")
    with own_server.backend.failing(own_server.data_dir, "delete on idempotency_keys",
                                    "no deletion today"):
        run = own_server.run("jobs")
    assert run.returncode == 1
    assert "purge_tokens: done" in run.stdout and "purge_trash: done" in run.stdout
    items = {each["name"]: each for each in account.call("GET", "admin/jobs").json["items"]}
    failed = items["purge_idempotency_keys"]
    # The server may have run the job by itself too.
    assert failed["failures"] >= 1 and "no deletion today" in failed["error"]
    assert failed["succeeded_at"] is None or failed["succeeded_at"] < failed["finished_at"]
    assert own_server.run("jobs").returncode == 0
    items = {each["name"]: each for each in account.call("GET", "admin/jobs").json["items"]}
    assert items["purge_idempotency_keys"]["failures"] == 0


def test_a_valid_lease_prevents_another_run(own_server: Server) -> None:
    """A valid lease prevents another instance from running the job."""
    assert own_server.run("jobs").returncode == 0
    rewind(own_server, "update jobs set lease_until = 9223372036854775807 "
                       "where name = 'purge_trash'")
    run = own_server.run("jobs", "purge_trash")
    assert run.stdout == "purge_trash: another instance is running it\n"
    rewind(own_server, "update jobs set lease_until = 1")
    assert own_server.run("jobs", "purge_trash").stdout == "purge_trash: done\n"


def test_derived_columns_of_an_older_version_are_recomputed(own_server: Server) -> None:
    """The job recomputes the derived columns of an older version."""
    account = sign_up(own_server)
    made = [account.create(first_name=f"Zoë {number}") for number in range(250)]
    token = ""
    while True:
        page = account.call("GET", "contacts/changes" + (query(since=token) if token else "")).json
        token = page["next_token"]
        if not page["has_more"]:
            break

    def found() -> int:
        return len(account.call("GET", "contacts/search" + query(q="zoe", limit=500)).json["items"])

    own_server.stop()
    rewind(own_server, "update contacts set derived_version = 0, sort_key = id, "
                       "search_text = replace(search_text, 'zoe', 'old')")
    looked = own_server.run("doctor").stdout
    assert "250 of 250 contacts with outdated sort or search columns" in looked, looked
    own_server.start()
    assert own_server.call("GET", "/readyz").status == 200, "ready before the recomputation"
    deadline = time.monotonic() + 20
    while found() < 250 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found() == 250
    assert own_server.metric("kith_contacts_recomputed_total") == 250
    assert own_server.metric("kith_contacts_outdated") == 0
    again = account.call("GET", f"contacts/{made[0]['id']}")
    assert (again.etag, again.json["updated_at"]) == (made[0]["etag"], made[0]["updated_at"])
    changes = account.call("GET", "contacts/changes" + query(since=token)).json
    assert changes["items"] == [], "sync clients see no change"
    names = [each["first_name"] for each in account.items("contacts" + query(sort="name"))]
    assert names == sorted(names)
    assert "contacts   250 contacts checked" in own_server.run("doctor").stdout
