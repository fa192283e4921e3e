"""Power cuts between a request and its response: a repeat under the same key takes effect once."""

import contextlib
import threading
import time
from pathlib import Path
from typing import Any, Iterator

import pytest

from kith import API, Account, Client, Server, sign_in, sign_up


def batch(number: int, count: int) -> dict[str, Any]:
    return {"operations": [{"op": "create", "contact": {"first_name": f"B{number} {i}"}}
                           for i in range(count)]}


def send_until_gone(account: Account, requests: list[tuple[str, Any, str]],
                    answers: dict[str, str]) -> None:
    client = Client(account.server.port, account.tokens["access_token"])
    try:
        for path, body, key in requests:
            reply = client.call("POST", f"{API}/{path}", body, idempotency_key=key)
            assert reply.status in (200, 201), reply
            answers[key] = reply.text
    except OSError:
        return
    except Exception as broken:  # noqa: BLE001  (the connection breaks in many ways)
        if not type(broken).__module__.startswith("http"):
            raise


def wind_back_leases(server: Server) -> None:
    """Simulates that the lease of the dead process has expired."""
    server.sql("update idempotency_keys set lease_until = 0")


@pytest.mark.parametrize("seconds", [0.15, 0.4])
def test_a_repeat_after_a_kill_takes_effect_once(binary: Path, tmp_path: Path,
                                                 seconds: float) -> None:
    """A request that a kill interrupted takes effect once when it is repeated."""
    server = Server(binary, tmp_path).start()
    account = sign_up(server)
    wanted = {
        "lone": [("contacts", {"first_name": f"L{i}"}, f"lone-{i}") for i in range(2000)],
        "many": [("contacts/batch", batch(i, 250), f"many-{i}") for i in range(100)],
    }
    answers: dict[str, str] = {}
    threads = [threading.Thread(target=send_until_gone, args=(account, each, answers))
               for each in wanted.values()]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    server.kill()
    for thread in threads:
        thread.join()
    wind_back_leases(server)
    with server:
        account = sign_in(server, account.email)
        expected = 0
        for requests in wanted.values():
            done = [request for request in requests if request[2] in answers]
            for path, body, key in requests[: len(done) + 1]:  # the last one was interrupted
                reply = account.call("POST", path, body, idempotency_key=key)
                assert reply.status in (200, 201), reply
                if key in answers:
                    assert reply.text == answers[key], "the original response"
                expected += len(body.get("operations", [0]))
        found = [each["first_name"] for each in account.items("contacts?limit=500")]
        assert len(found) == len(set(found)) == expected


@pytest.mark.parametrize("seconds", [0.05, 0.12, 0.25])
def test_a_kill_during_a_batch_leaves_whole_operations(binary: Path, tmp_path: Path,
                                                       seconds: float) -> None:
    """A contact exists with its history and its revision, or not at all."""
    server = Server(binary, tmp_path).start()
    account = sign_up(server)
    requests = [("contacts/batch", batch(i, 1000), f"k{i}") for i in range(50)]
    answers: dict[str, str] = {}
    thread = threading.Thread(target=send_until_gone, args=(account, requests, answers))
    thread.start()
    time.sleep(seconds)
    server.kill()
    thread.join()
    with server:
        account = sign_in(server, account.email)
        changes: list[dict[str, Any]] = []
        token = None
        while True:
            path = "contacts/changes" + (f"?since={token}" if token else "")
            page = account.call("GET", path).json
            changes, token = changes + page["items"], page["next_token"]
            if not page["has_more"]:
                break
        found = {each["id"] for each in account.items("contacts?limit=500")}
        assert {each["id"] for each in changes} == found
        assert sorted(each["revision"] for each in changes) == list(range(1, len(found) + 1))
        assert len(found) % 100 == 0, "a transaction is complete or absent"
        assert len(found) >= 1000 * len(answers)
        for each in changes[-3:]:
            entries = account.items(f"contacts/{each['id']}/history")
            assert [entry["revision"] for entry in entries] == [each["revision"]]


@contextlib.contextmanager
def full_for(server: Server, name: str) -> Iterator[None]:
    """Inside the `with` block, the database refuses contacts with that first name as if it were
    full."""
    for statement in (
            "create function no_room() returns trigger language plpgsql as "
            "$$ begin raise exception using errcode = '53100'; end $$",
            "create trigger no_room before insert or update on contacts for each row "
            f"when (new.first_name = '{name}') execute function no_room()"):
        server.sql(statement)
    yield
    server.sql("drop trigger no_room on contacts")
    server.sql("drop function no_room()")


def named(count: int, odd: int) -> list[dict[str, Any]]:
    return [{"op": "create", "contact": {"first_name": "Odd" if i == odd else f"N{i}"}}
            for i in range(count)]


@pytest.mark.postgres_only
def test_a_repeat_completes_a_partly_failed_batch(account: Account) -> None:
    """A repeat completes a batch that failed in part."""
    body = {"operations": named(350, odd=120)}
    with full_for(account.server, "Odd"):
        first = account.call("POST", "contacts/batch", body, idempotency_key="part")
    assert first.status == 200 and "idempotency-replayed" not in first.headers
    results = first.json["results"]
    failed = [i for i, each in enumerate(results) if each["status"] == 507]
    assert failed == list(range(100, 200)), "one transaction"
    changed = results[3]["id"]
    account.call("PATCH", f"contacts/{changed}", {"notes": "since"})
    other = account.call("POST", "contacts/batch", {"operations": named(2, 0)},
                         idempotency_key="part")
    assert other.status == 422, "another request"
    again = account.call("POST", "contacts/batch", body, idempotency_key="part").json["results"]
    assert {each["status"] for each in again} == {201}
    assert [again[i] for i in range(350) if i not in failed] == [
        results[i] for i in range(350) if i not in failed], "the operations that had succeeded"
    assert account.call("GET", f"contacts/{changed}").json["notes"] == "since"
    assert len(account.items("contacts?limit=500")) == 350
    kept = account.call("POST", "contacts/batch", body, idempotency_key="part")
    assert kept.headers["idempotency-replayed"] == "true" and kept.json["results"] == again

@pytest.mark.postgres_only
def test_a_repeat_completes_a_partly_failed_undo(account: Account) -> None:
    """A repeat completes an undo that failed half-way."""
    count = 1000
    made = account.call("POST", "contacts/batch", {"operations": named(count, odd=30)})
    ids = [each["id"] for each in made.json["results"]]
    changes = [{"op": "patch", "id": id, "contact": {"notes": "changed"}} for id in ids]
    assert account.call("POST", "contacts/batch", {"operations": changes}).status == 200
    with full_for(account.server, "Odd"):
        for _ in range(2):
            failed = account.call("POST", "contacts/undo", idempotency_key="undo")
            assert failed.status == 507, failed
        left = [each for each in account.items("contacts?limit=500") if each["notes"]]
        assert 0 < len(left) < count, "half-way"
    done = account.call("POST", "contacts/undo", idempotency_key="undo")
    assert (done.status, done.json) == (200, {"undone": count, "skipped": 0})
    assert {each["notes"] for each in account.items("contacts?limit=500")} == {None}
    kept = account.call("POST", "contacts/undo", idempotency_key="undo")
    assert kept.json == done.json and kept.headers["idempotency-replayed"] == "true"
    assert {each["notes"] for each in account.items("contacts?limit=500")} == {None}
    time.sleep(2.1)
    assert account.call("POST", "contacts/undo").json == {"undone": count, "skipped": 0}
    assert {each["notes"] for each in account.items("contacts?limit=500")} == {"changed"}


@pytest.mark.postgres_only
def test_a_repeat_completes_a_partly_failed_restore(account: Account) -> None:
    """A repeat completes a restore that failed half-way."""
    count = 1000
    made = account.call("POST", "contacts/batch", {"operations": named(count, odd=count - 10)})
    deletions = [{"op": "delete", "id": each["id"]} for each in made.json["results"]]
    assert account.call("POST", "contacts/batch", {"operations": deletions}).status == 200
    body = {"deleted_since": "2020-01-01T00:00:00Z"}
    with full_for(account.server, "Odd"):
        failed = account.call("POST", "contacts/trash/restore", body, idempotency_key="restore")
        assert failed.status == 507
        assert 0 < len(account.items("contacts?limit=500")) < count
    done = account.call("POST", "contacts/trash/restore", body, idempotency_key="restore")
    assert done.json == {"restored": count}
    assert account.call("POST", "contacts/undo").json["undone"] == count, "one change"


@pytest.mark.postgres_only
def test_an_undo_on_a_full_disk_is_an_error(account: Account) -> None:
    """An undo of one change on a full disk reports an error."""
    odd = account.create(first_name="Odd")
    account.call("PATCH", f"contacts/{odd['id']}", {"notes": "n"})
    with full_for(account.server, "Odd"):
        assert account.call("POST", "contacts/undo").status == 507
        keyed = account.call("POST", "contacts/undo", idempotency_key="k")
        assert keyed.status == 507
    account.call("DELETE", f"contacts/{odd['id']}")
    with full_for(account.server, "Odd"):
        restored = account.call("POST", "contacts/trash/restore",
                                {"deleted_since": "2020-01-01T00:00:00Z"})
        assert restored.status == 507
