"""Trash, changes, history: no data is lost by accident."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kith import Account, Server, query, sign_up
from scenario import Scenario, play, table

DOUBLE_CLICK_SECONDS = 2.1  # after that, an undo is a new undo
GHOST = "0193c1e2-0000-7000-8000-000000000001"
ASKED = [
    Scenario("an empty trash", "GET", "contacts/trash", 200, holds=('"items":[]',)),
    Scenario("rejects a trash cursor of another list", "GET", "contacts/trash?cursor=abc", 400),
    Scenario("a restore of an unknown contact is 404", "POST", f"contacts/{GHOST}/restore", 404),
    Scenario("a permanent deletion of an unknown contact is 404", "DELETE",
             f"contacts/trash/{GHOST}", 404),
    Scenario("a permanent deletion outside the trash is 404", "DELETE", "contacts/trash/{id}", 404),
    Scenario("a restore of a contact outside the trash changes nothing", "POST",
             "contacts/{id}/restore", 200, holds=('etag: "1-s"',)),
    Scenario("rejects a restore with an old tag", "POST", "contacts/{id}/restore", 412,
             headers={"if_match": '"9-s"'}),
    Scenario("rejects a restore since an invalid time", "POST", "contacts/trash/restore", 422,
             {"deleted_since": "yesterday"}, errors=("deleted_since",)),
    Scenario("requires a time for a restore", "POST", "contacts/trash/restore", 422, {},
             errors=("deleted_since",)),
    Scenario("restore since a time", "POST", "contacts/trash/restore", 200,
             {"deleted_since": "2026-11-24T10:00:00Z"}, holds=('"restored":0',)),
    Scenario("changes from the beginning", "GET", "contacts/changes", 200,
             holds=('"deleted":false', '"has_more":false', '"revision":1')),
    Scenario("an invalid sync token is 410", "GET", "contacts/changes?since=abc", 410,
             holds=("urn:kith:problem:sync-token-unknown",)),
    Scenario("rejects a limit of 501", "GET", "contacts/changes?limit=501", 422,
             errors=("limit",)),
    Scenario("the history of an unknown contact is 404", "GET", f"contacts/{GHOST}/history", 404),
    Scenario("the history of a new contact", "GET", "contacts/{id}/history", 200,
             holds=('"kind":"created"', '"source":"api"', '"differences":[]')),
    Scenario("rejects a revert to a future revision", "POST", "contacts/{id}/revert", 422,
             {"revision": 9},
             errors=("revision",)),
    Scenario("rejects a revert to an invalid revision", "POST", "contacts/{id}/revert", 422,
             {"revision": "one"},
             errors=("revision",)),
    Scenario("a revert to the current revision", "POST", "contacts/{id}/revert", 200,
             {"revision": 1},
             holds=('etag: "1-s"',)),
    Scenario("rejects a revert with an old tag", "POST", "contacts/{id}/revert", 412,
             {"revision": 1},
             {"if_match": '"9-s"'}),
    *[Scenario(f"restore since {time}", "POST", "contacts/trash/restore", 200,
               {"deleted_since": time}, holds=('"restored":0',))
      for time in ("2026-11-24T10:00:00+00:00", "2026-11-24T10:00:00.123456-03:30",
                   "2026-11-24t10:00:00z", "2026-11-24 10:00:00.123456789Z",
                   "2016-12-31T23:59:60Z", "2026-11-24T10:00:00-00:00")],
    *[Scenario(f"restore since {time or 'an empty text'}", "POST", "contacts/trash/restore", 422,
               {"deleted_since": time}, errors=("deleted_since",))
      for time in ("", "2026-11-24", "2026-11-24T10:00:00", "2026-11-24T10:00:00+0100",
                   "2026-11-24T10:00:60Z", "2026-11-24T10:00:00+24:00")],
    Scenario("rejects an undo of an older revision", "POST", "contacts/undo?revision=7", 412),
    Scenario("rejects an undo with an empty revision", "POST", "contacts/undo?revision=", 422,
             errors=("revision",)),
    Scenario("rejects an undo with a bare parameter", "POST", "contacts/undo?revision", 422,
             errors=("revision",)),
    Scenario("rejects an undo with a blank revision", "POST", "contacts/undo?revision=%20", 422,
             errors=("revision",)),
    Scenario("rejects an empty sync token", "GET", "contacts/changes?since=", 422,
             errors=("since",)),
    Scenario("rejects an empty trash cursor", "GET", "contacts/trash?cursor=&limit=", 422,
             errors=("cursor", "limit")),
    Scenario("rejects an empty history cursor", "GET", "contacts/{id}/history?cursor=", 422,
             errors=("cursor",)),
    Scenario("undo", "POST", "contacts/undo?revision=1", 200, holds=('"undone":1',)),
    Scenario("hides jobs from users", "GET", "admin/jobs", 403),
]


@table(*ASKED)
def test_history_requests(row: Scenario, account: Account) -> None:
    """Requests and their responses."""
    ann = account.create()
    play(row, account, {"id": ann["id"]})


FOREIGN = [
    ("POST", "contacts/{}/restore"), ("DELETE", "contacts/trash/{}"),
    ("GET", "contacts/{}/history"), ("POST", "contacts/{}/revert"),
]


@pytest.mark.parametrize("method, path", FOREIGN)
def test_another_accounts_contacts_are_404(account: Account, method: str, path: str) -> None:
    """Another account's contacts are answered with 404."""
    other_account = sign_up(account.server)
    theirs = other_account.create(first_name="Secret")
    deleted = other_account.create(first_name="Secret too")
    other_account.call("DELETE", f"contacts/{deleted['id']}")
    for one in (theirs, deleted):
        body = {"revision": 1} if path.endswith("revert") else None
        reply = account.call(method, path.format(one["id"]), body)
        assert reply.status == 404 and "Secret" not in reply.text
    assert [each["id"] for each in other_account.items("contacts/trash")] == [deleted["id"]]
    token = other_account.call("GET", "contacts/changes").json["next_token"]
    assert account.call("GET", "contacts/changes" + query(since=token)).status == 410


def delete(account: Account, contact: dict[str, Any]) -> None:
    assert account.call("DELETE", f"contacts/{contact['id']}").status == 204


def test_a_deleted_contact_can_be_restored(account: Account) -> None:
    """A deleted contact can be restored."""
    made = [account.create(first_name=f"N{i}", phone=str(i)) for i in range(5)]
    for each in made[:4]:
        delete(account, each)
    trash = account.items("contacts/trash?limit=3")
    assert [each["id"] for each in trash] == [each["id"] for each in reversed(made[:4])]
    assert all(each["deleted_at"] == each["updated_at"] for each in trash)
    reply = account.call("POST", f"contacts/{made[1]['id']}/restore")
    assert reply.status == 200 and reply.json["phone"] == "1"
    assert account.call("GET", f"contacts/{made[1]['id']}").json == reply.json
    assert account.items("contacts?q=n1") == [reply.json]
    since = next(each["deleted_at"] for each in trash if each["id"] == made[2]["id"])
    reply = account.call("POST", "contacts/trash/restore", {"deleted_since": since})
    assert reply.json == {"restored": 2}
    assert [each["id"] for each in account.items("contacts/trash")] == [made[0]["id"]]
    assert len(account.items("contacts")) == 4


def test_permanent_deletion_deletes_the_history(account: Account) -> None:
    """Permanent deletion also deletes the history."""
    gone = account.create(first_name="Gone", notes="private words")
    account.call("PATCH", f"contacts/{gone['id']}", {"notes": "other private words"})
    token = account.call("GET", "contacts/changes").json["next_token"]
    delete(account, gone)
    assert account.call("DELETE", f"contacts/trash/{gone['id']}").status == 204
    assert account.call("DELETE", f"contacts/trash/{gone['id']}").status == 404
    assert account.call("POST", f"contacts/{gone['id']}/restore").status == 404
    assert account.items("contacts/trash") == []
    changes = account.call("GET", "contacts/changes" + query(since=token)).json
    assert [(each["id"], each["deleted"]) for each in changes["items"]] == [(gone["id"], True)]
    assert account.call("POST", "contacts/undo").status == 409, "there is nothing left to undo"


def test_a_sync_client_receives_all_changes_in_order(account: Account) -> None:
    """A syncing client receives all changes in order."""
    first, second, third = (account.create(first_name=name) for name in "ABC")
    start = account.call("GET", "contacts/changes?limit=2").json
    assert start["has_more"] and len(start["items"]) == 2
    rest = account.call("GET", "contacts/changes" + query(since=start["next_token"])).json
    assert [each["id"] for each in rest["items"]] == [third["id"]]
    token = rest["next_token"]
    quiet = account.call("GET", "contacts/changes" + query(since=token)).json
    assert (quiet["items"], quiet["has_more"]) == ([], False)
    account.call("PATCH", f"contacts/{second['id']}", {"notes": "x"})
    delete(account, first)
    account.call("PATCH", f"contacts/{third['id']}", {"first_name": "C"})  # changes nothing
    heard = account.call("GET", "contacts/changes" + query(since=token)).json["items"]
    assert [(each["id"], each["deleted"]) for each in heard] == [
        (second["id"], False), (first["id"], True)]
    account.call("POST", f"contacts/{first['id']}/restore")
    heard = account.call("GET", "contacts/changes" + query(since=token)).json["items"]
    assert [(each["id"], each["deleted"]) for each in heard] == [
        (second["id"], False), (first["id"], False)]


def test_the_history_has_actor_and_differences(account: Account) -> None:
    """The history lists kind, revision, actor and differences of each change."""
    me = account.call("GET", "users/me").json["id"]
    ann = account.create(first_name="Ann", phone="1")
    path = f"contacts/{ann['id']}"
    account.call("PATCH", path, {"phone": "2", "notes": "n"})
    account.call("PUT", path, {"first_name": "Anna", "notes": "n"})
    delete(account, ann)
    account.call("POST", path + "/restore")
    entries = account.items(path + "/history?limit=2")
    assert [each["kind"] for each in entries] == [
        "restored", "deleted", "changed", "changed", "created"]
    assert [each["revision"] for each in entries] == [5, 4, 3, 2, 1]
    assert {each["actor"] for each in entries} == {me}

    def differences(entry: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
        return {each["field"]: (each["before"], each["after"]) for each in entry["differences"]}

    assert differences(entries[2]) == {"first_name": ("Ann", "Anna"), "phone": ("2", None)}
    assert differences(entries[3]) == {"phone": ("1", "2"), "notes": (None, "n")}


def test_a_revert_restores_the_previous_values(account: Account) -> None:
    """A revert restores the values of a revision."""
    versions = [account.create(first_name="My A", favorite=False, birthday="--02-29")]
    path = f"contacts/{versions[0]['id']}"
    for body in ({"first_name": "B", "favorite": False}, {"phone": "\"1\\", "email": "a@b.org"},
                 {"birthday": None, "notes": "a\n\"b\""}, {"email": None, "first_name": "Mykola"}):
        reply = account.call("PATCH", path, body)
        versions.append(reply.json)
    for revision in (1, 4, 2, 5, 3, 1):
        reply = account.call("POST", path + "/revert", {"revision": revision})
        assert reply.status == 200, reply
        wanted = versions[revision - 1]
        for name in ("first_name", "last_name", "email", "phone", "birthday", "favorite", "notes"):
            assert reply.json[name] == wanted[name], (revision, name)


def test_undo_reverts_each_kind_of_change(account: Account) -> None:
    """Undo reverts each kind of change."""
    ann = account.create(first_name="Ann", phone="1")
    path = f"contacts/{ann['id']}"

    def undo() -> dict[str, int]:
        reply = account.call("POST", "contacts/undo")
        assert reply.status == 200, reply
        return reply.json

    def redo() -> dict[str, int]:
        time.sleep(DOUBLE_CLICK_SECONDS)
        return undo()

    account.call("PATCH", path, {"first_name": "My Ann", "phone": None})
    assert undo() == {"undone": 1, "skipped": 0}
    assert account.call("GET", path).json["phone"] == "1"
    assert account.call("GET", path).json["favorite"] is False
    assert redo() == {"undone": 1, "skipped": 0}, "an undo can be undone"
    assert account.call("GET", path).json["first_name"] == "My Ann"
    delete(account, ann)
    undo()
    assert account.call("GET", path).status == 200
    redo()
    assert account.call("GET", path).status == 404
    account.call("POST", path + "/restore")
    undo()
    assert [each["id"] for each in account.items("contacts/trash")] == [ann["id"]]
    new = account.create(first_name="New")
    undo()
    assert account.call("GET", f"contacts/{new['id']}").status == 404


def test_one_undo_reverts_a_whole_batch(account: Account) -> None:
    """One undo reverts a whole batch."""
    kept = [account.create(first_name=f"K{i}", phone=str(i)) for i in range(120)]
    before = account.items("contacts?limit=500")
    operations = [{"op": "patch", "id": each["id"], "contact": {"phone": "x"}}
                  for each in kept[:60]]
    operations += [{"op": "delete", "id": each["id"]} for each in kept[60:]]
    operations += [{"op": "create", "contact": {"first_name": f"N{i}"}} for i in range(150)]
    reply = account.call("POST", "contacts/batch", {"operations": operations})
    assert {each["status"] for each in reply.json["results"]} == {200, 204, 201}
    revision = reply.json["results"][5]["revision"]
    undone = account.call("POST", f"contacts/undo?revision={revision}")
    assert undone.json == {"undone": 270, "skipped": 0}

    def facts(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {each["id"]: {**each, "updated_at": None} for each in items}

    assert facts(account.items("contacts?limit=500")) == facts(before)


def test_a_double_click_undoes_once(account: Account) -> None:
    """A double click on undo reverts one change."""
    kept = [account.create(first_name=f"K{i}") for i in range(20)]
    batch = [{"op": "patch", "id": each["id"], "contact": {"notes": "x"}} for each in kept]
    assert account.call("POST", "contacts/batch", {"operations": batch}).status == 200
    with ThreadPoolExecutor(4) as pool:  # concurrently
        replies = list(pool.map(lambda _: account.call("POST", "contacts/undo"), range(4)))
    replies.append(account.call("POST", "contacts/undo"))  # just finished
    replies.append(account.call("POST", "contacts/undo", idempotency_key="another"))
    assert [(each.status, each.json) for each in replies] == [
        (200, {"undone": 20, "skipped": 0})] * 6
    assert {each["notes"] for each in account.items("contacts")} == {None}
    time.sleep(DOUBLE_CLICK_SECONDS)
    assert account.call("POST", "contacts/undo", idempotency_key="another").json["undone"] == 20
    assert {each["notes"] for each in account.items("contacts")} == {None}, "stored under the key"
    assert account.call("POST", "contacts/undo").json == {"undone": 20, "skipped": 0}
    assert {each["notes"] for each in account.items("contacts")} == {"x"}, "a redo"


def test_an_undo_after_another_change_is_a_new_undo(account: Account) -> None:
    """An undo after another change is a new undo."""
    ann = account.create()
    path = f"contacts/{ann['id']}"
    account.call("PATCH", path, {"notes": "a"})
    assert account.call("POST", "contacts/undo").json["undone"] == 1
    account.call("PATCH", path, {"notes": "b"})
    assert account.call("POST", "contacts/undo").json["undone"] == 1
    assert account.call("GET", path).json["notes"] is None


def test_a_revision_guards_an_undo(account: Account) -> None:
    ann = account.create()
    path = f"contacts/{ann['id']}"
    changed = account.call("PATCH", path, {"notes": "a"})
    guarded = f"contacts/undo?revision={changed.etag.split('-')[0][1:]}"
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: account.call("POST", guarded), range(4)))
    assert sorted(each.status for each in replies) == [200, 412, 412, 412]
    undone = account.call("GET", path)
    assert undone.json["notes"] is None
    redo = f"contacts/undo?revision={undone.etag.split('-')[0][1:]}"
    assert account.call("POST", redo).json == {"undone": 1, "skipped": 0}, "it is deliberate"
    assert account.call("GET", path).json["notes"] == "a"


def test_an_undo_of_thousands_is_complete(account: Account) -> None:
    """An undo of thousands of contacts is complete."""
    for part in range(2):
        operations = [{"op": "create", "contact": {"first_name": f"N{part} {i}"}}
                      for i in range(1000)]
        assert account.call("POST", "contacts/batch", {"operations": operations}).status == 200
    assert account.call("POST", "contacts/undo").json == {"undone": 1000, "skipped": 0}
    assert len(account.items("contacts?limit=500")) == 1000
    since = account.items("contacts/trash?limit=500")[-1]["deleted_at"]
    reply = account.call("POST", "contacts/trash/restore", {"deleted_since": since})
    assert reply.json == {"restored": 1000}
    assert len(account.items("contacts?limit=500")) == 2000


def test_a_412_contains_the_current_contact(account: Account) -> None:
    """A 412 response contains the current contact."""
    ann = account.create()
    newest = account.call("PATCH", f"contacts/{ann['id']}", {"notes": "by another client"}).json
    for method in ("PUT", "PATCH", "DELETE"):
        body = None if method == "DELETE" else {"first_name": "B"}
        reply = account.call(method, f"contacts/{ann['id']}", body, if_match=ann["etag"])
        assert (reply.status, reply.json["current"], reply.json["revision"]) == (412, newest, 2)


def test_a_client_chooses_the_id(account: Account) -> None:
    path = "contacts/0193c1e2-aaaa-7000-8000-00000000000a"
    new = {"if_none_match": "*"}
    made = account.call("PUT", path, {"first_name": "Chosen"}, **new)
    assert made.status == 201 and made.headers["location"].endswith(path)
    assert account.call("GET", path).json == made.json
    again = account.call("PUT", path, {"first_name": "Other"}, **new)
    assert (again.status, again.json["current"]) == (412, made.json)
    assert account.call("PUT", path, {"first_name": "Replaced"}).status == 200
    account.call("DELETE", path)
    assert account.call("PUT", path, {"first_name": "Other"}, **new).status == 409
    assert account.call("PUT", path, {"first_name": "Other"}).status == 404
    other_account = sign_up(account.server)
    created = other_account.call("PUT", path, {"first_name": "Mine"}, **new)
    assert created.status == 201, "ids of other accounts are not revealed"
    for wrong in ("0193c1e2-aaaa-4000-8000-00000000000a", "00000000-0000-0000-0000-000000000000"):
        reply = account.call("PUT", f"contacts/{wrong}", {"first_name": "A"}, **new)
        assert (reply.status, list(reply.errors())) == (422, ["id"])


def test_a_sync_client_misses_no_change_during_writes(account: Account) -> None:
    """A client that syncs in small pages while eight writers are active misses no change."""
    held: dict[str, int] = {}
    token: str | None = None

    def sync() -> bool:
        nonlocal token
        parameters = {"limit": 3, **({"since": token} if token else {})}
        page = account.call("GET", "contacts/changes" + query(**parameters)).json
        for each in page["items"]:
            if each["deleted"]:
                held.pop(each["id"], None)
            else:
                held[each["id"]] = each["revision"]
        token = page["next_token"]
        return page["has_more"]

    def write(number: int) -> None:
        for i in range(12):
            made = account.create(first_name=f"W{number} {i}")
            if i % 3 == 0:
                account.call("DELETE", f"contacts/{made['id']}")
            if i % 6 == 0:
                account.call("POST", f"contacts/{made['id']}/restore")
            if i % 4 == 0:
                account.call("PATCH", f"contacts/{made['id']}", {"notes": str(i)})

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write, number) for number in range(8)]
        while not all(each.done() for each in writers):
            sync()
        for each in writers:
            each.result()
    while sync():
        pass
    found = {each["id"] for each in account.items("contacts?limit=500")}
    assert set(held) == found and len(found) == 8 * 10
    deadline = time.monotonic() + 5
    for id, revision in held.items():
        assert account.call("GET", f"contacts/{id}").etag == f'"{revision}-s"'
        assert time.monotonic() < deadline


def test_zero_days_disable_the_history(binary: Any, tmp_path: Any) -> None:
    """KITH_HISTORY_DAYS=0 keeps no history."""
    with Server(binary, tmp_path, KITH_HISTORY_DAYS=0) as server:
        account = sign_up(server)
        ann = account.create()
        path = f"contacts/{ann['id']}"
        assert account.call("PATCH", path, {"notes": "n"}).etag == '"2-s"'
        assert account.items(path + "/history") == []
        assert account.call("POST", "contacts/undo").status == 409
        assert account.call("POST", path + "/revert", {"revision": 1}).status == 422
        delete(account, ann)
        assert account.call("POST", path + "/restore").status == 200
