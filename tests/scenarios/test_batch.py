"""Batches of operations, and repeated requests."""

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from kith import API, PASSWORD, Account, Server, sign_in, sign_up
from scenario import Scenario, check_every_answer, play, table

BATCH = "contacts/batch"
FREE = "0193c1e2-0000-7000-8000-0000000000{:02x}"


def ops(*operations: Any) -> dict[str, Any]:
    return {"operations": list(operations)}


def create(**fields: Any) -> dict[str, Any]:
    return {"op": "create", "contact": {"first_name": "N", **fields}}


REFUSED = [
    Scenario("requires operations", "POST", BATCH, 422, {}, errors=("operations",)),
    Scenario("rejects an empty list", "POST", BATCH, 422, ops(), errors=("operations",)),
    Scenario("rejects an object", "POST", BATCH, 422, {"operations": {}}, errors=("operations",),
             holds=("must be a list",)),
    Scenario("rejects invalid JSON", "POST", BATCH, 400, '{"operations":[',
             holds=("line 1, column 16",)),
    Scenario("rejects 1,001 operations", "POST", BATCH, 422, ops(*[create()] * 1001),
             errors=("operations",),
             holds=("at most 1000",)),
    Scenario("rejects an unknown operation", "POST", BATCH, 422,
             ops(create(), {**create(), "op": "upsert"}),
             errors=("operations[1].op",), holds=("create replace patch delete restore",)),
    Scenario("requires an operation", "POST", BATCH, 422, ops({"contact": {"first_name": "A"}}),
             errors=("operations[0].op",)),
    Scenario("rejects a number", "POST", BATCH, 422, ops(create(), 7), errors=("operations[1]",)),
    Scenario("requires an id", "POST", BATCH, 422, ops({"op": "delete"}),
             errors=("operations[0].id",)),
    Scenario("rejects an invalid id", "POST", BATCH, 422, ops({"op": "delete", "id": "1"}),
             errors=("operations[0].id",)),
    Scenario("rejects two operations on one contact", "POST", BATCH, 422,
             ops(create(), {"op": "delete", "id": "{id}"}, {"op": "restore", "id": "{id}"}),
             errors=("operations[2].id",), holds=("another operation of this batch",)),
    Scenario("requires a contact to create", "POST", BATCH, 422, ops({"op": "create"}),
             errors=("operations[0].contact",)),
    Scenario("rejects a contact in a deletion", "POST", BATCH, 422,
             ops({"op": "delete", "id": "{id}", "contact": {}}),
             errors=("operations[0].contact",)),
    Scenario("rejects a text for a contact", "POST", BATCH, 422,
             ops({"op": "create", "contact": "A"}),
             errors=("operations[0].contact",), holds=("must be an object",)),
    Scenario("rejects an id of version 4", "POST", BATCH, 422,
             ops({**create(), "id": "0193c1e2-0000-4000-8000-000000000001"}),
             errors=("operations[0].id",)),
    Scenario("rejects an unknown key", "POST", BATCH, 422, ops({**create(), "if_match": "1"}),
             errors=("operations[0].if_match",)),
    Scenario("rejects a duplicate key", "POST", BATCH, 422,
             '{"operations":[{"op":"create","op":"create","contact":{"first_name":"A"}}]}',
             errors=("operations[0].op",)),
    Scenario("rejects XML", "POST", BATCH, 415, "<a/>", {"content_type": "text/xml"}),
    Scenario("rejects a missing token", "POST", BATCH, 401, ops(create()), {"authorization": None}),
    Scenario("rejects a long idempotency key", "POST", BATCH, 400, ops(create()),
             {"idempotency_key": "k" * 300},
             holds=("Idempotency-Key", "255")),
    Scenario("rejects a blank idempotency key", "POST", BATCH, 400, ops(create()),
             {"idempotency_key": "a b"}),
]


@table(*REFUSED)
def test_malformed_batches_are_refused_as_a_whole(row: Scenario, account: Account) -> None:
    """A malformed batch is refused as a whole."""
    ann = account.create()
    row.body = json.loads(json.dumps(row.body).replace("{id}", ann["id"]))
    play(row, account)
    assert [each["id"] for each in account.items("contacts")] == [ann["id"]]


def run(account: Account, *operations: Any, **headers: str) -> list[dict[str, Any]]:
    reply = account.call("POST", BATCH, ops(*operations), **headers)
    assert reply.status == 200, reply
    return reply.json["results"]


def test_each_operation_has_its_own_result(account: Account) -> None:
    a, b, c, d = (account.create(first_name=name, phone="1") for name in "ABCD")
    account.call("DELETE", f"contacts/{d['id']}")
    results = run(
        account,
        create(first_name="My E"),
        create(first_name="F", email="bad", birthday="2023-02-29"),
        {"op": "replace", "id": a["id"], "contact": {"first_name": "AA"}},
        {"op": "patch", "id": b["id"], "contact": {"phone": None, "notes": "n"}, "revision": 2},
        {"op": "patch", "id": c["id"], "contact": {"notes": "n"}, "revision": 1},
        {"op": "restore", "id": d["id"]},
        {"op": "delete", "id": FREE.format(1)},
        {"op": "create", "id": FREE.format(2), "contact": {"last_name": "Mine"}},
        {"op": "patch", "id": FREE.format(3), "contact": {"fax": "1"}},
    )
    assert [each["status"] for each in results] == [201, 422, 200, 200, 412, 200, 404, 201, 404]
    assert results[0]["contact"]["favorite"] is True
    assert {each["field"] for each in results[1]["problem"]["errors"]} == {"email", "birthday"}
    assert results[2]["contact"]["phone"] is None
    assert results[3]["contact"]["notes"] == "n"
    assert results[4]["problem"]["current"]["first_name"] == "C"
    assert results[7]["id"] == FREE.format(2)
    for each in results:
        if each["contact"]:
            shown = account.call("GET", f"contacts/{each['id']}")
            assert shown.json == each["contact"]
            assert shown.etag == f'"{each["revision"]}-s"'
        else:
            assert each["problem"]["type"].startswith("urn:kith:problem:")
    deleted = run(account, {"op": "delete", "id": a["id"]})
    assert (deleted[0]["status"], deleted[0]["contact"]) == (204, None)
    names = sorted(each["first_name"] or each["last_name"] for each in account.items("contacts"))
    assert names == ["B", "C", "D", "Mine", "My E"]


def test_a_batch_accepts_1000_operations(account: Account) -> None:
    """A batch accepts 1,000 operations."""
    results = run(account, *(create(first_name=f"N{i}") for i in range(1000)))
    assert [each["contact"]["first_name"] for each in results] == [f"N{i}" for i in range(1000)]
    assert len(account.items("contacts?limit=500")) == 1000
    results = run(account, *({"op": "delete", "id": each["id"]} for each in results))
    assert {each["status"] for each in results} == {204}
    assert account.items("contacts") == []


def test_results_beyond_4_mib_omit_the_contacts(account: Account) -> None:
    """Results beyond 4 MiB omit the contacts."""
    notes = "\N{BIRTHDAY CAKE}" * 10_000
    ids = []
    for _ in range(5):
        reply = account.call("POST", BATCH, ops(*[create(notes=notes)] * 60))
        ids += [each["id"] for each in reply.json["results"]]
    star = {"contact": {"favorite": True}}
    patches = [{"op": "patch", "id": each, **star} for each in ids]
    reply = account.call("POST", BATCH, ops(*patches))
    results = reply.json["results"]
    assert [each["status"] for each in results] == [200] * 300
    assert results[0]["contact"]["notes"] == notes
    assert results[-1]["contact"] is None and results[-1]["revision"] > 0
    assert len(reply.text.encode()) < 5 * 1024 * 1024
    assert account.call("GET", f"contacts/{ids[-1]}").json["favorite"] is True
    stale = [{**each, "revision": 1} for each in patches]
    results = account.call("POST", BATCH, ops(*stale)).json["results"]
    assert {each["status"] for each in results} == {412}
    assert "current" in results[0]["problem"] and "current" not in results[-1]["problem"]


def test_an_operation_with_a_taken_id_fails_alone(account: Account) -> None:
    """An operation with a taken id fails without affecting the others."""
    first = {"op": "create", "id": FREE.format(4), "contact": {"first_name": "A"}}
    other = {"op": "create", "id": FREE.format(5), "contact": {"first_name": "B"}}
    assert [each["status"] for each in run(account, first)] == [201]
    assert [each["status"] for each in run(account, first, other)] == [409, 201]


def test_roles_apply_to_each_operation(binary: Any, tmp_path: Any) -> None:
    """The role is checked for each operation."""
    with Server(binary, tmp_path, KITH_ROLE_POLICY="graded") as server:
        account = sign_up(server)
        ann = account.create()
        results = run(account, create(), {"op": "patch", "id": ann["id"], "contact": {}},)
        assert [each["status"] for each in results] == [201, 403]
        results = run(account, {"op": "delete", "id": ann["id"]})
        assert results[0]["problem"]["type"] == "urn:kith:problem:forbidden"
        assert account.call("POST", "contacts/undo").status == 403


def test_bodies_of_8_mib_are_accepted(account: Account) -> None:
    notes = "n" * 9000
    assert {each["status"] for each in run(account, *[create(notes=notes)] * 800)} == {201}
    reply = account.call("POST", BATCH, b" " * (8 * 1024 * 1024 + 1))
    assert reply.status == 413
    assert account.call("POST", "contacts", b" " * (1024 * 1024 + 1)).status == 413


REPEATED = [("contacts", {"first_name": "Once"}), (BATCH, ops(create(first_name="Once")))]


@pytest.mark.parametrize("path, body", REPEATED)
def test_a_key_takes_effect_once(account: Account, path: str, body: Any) -> None:
    """Requests with the same key take effect once."""
    first = account.call("POST", path, body, idempotency_key="k-1")
    again = account.call("POST", path, body, idempotency_key="k-1")
    assert (again.status, again.text) == (first.status, first.text)
    for name in ("etag", "location", "content-type"):
        assert again.headers.get(name) == first.headers.get(name)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    other = account.call("POST", path, {**body, "x": 1}, idempotency_key="k-1")
    assert (other.status, list(other.errors())) == (422, ["Idempotency-Key"])
    elsewhere = account.call("POST", "contacts/undo", idempotency_key="k-1")
    assert elsewhere.status == 422
    check_every_answer(elsewhere)
    assert len(account.items("contacts")) == 1
    other_account = sign_up(account.server)
    assert other_account.call("POST", path, body, idempotency_key="k-1").status == first.status
    assert len(other_account.items("contacts")) == 1, "keys belong to an account"


def test_a_refused_request_releases_its_key(account: Account) -> None:
    """A refused request releases its key."""
    bad = account.call("POST", "contacts", {"first_name": 1}, idempotency_key="k")
    assert bad.status == 422 and list(bad.errors()) == ["first_name"]
    good = account.call("POST", "contacts", {"first_name": "A"}, idempotency_key="k")
    assert good.status == 201


def test_a_sign_up_may_be_repeated(server: Server) -> None:
    new = {"username": "R", "email": "repeated@example.org", "password": PASSWORD}
    first = server.call("POST", f"{API}/auth/signup", new, idempotency_key="signup-r")
    again = server.call("POST", f"{API}/auth/signup", new, idempotency_key="signup-r")
    assert (first.status, again.status, again.text) == (201, 201, first.text)
    assert server.call("POST", f"{API}/auth/signup", new).status == 409
    assert sign_in(server, new["email"]).call("GET", "users/me").status == 200


def test_concurrent_requests_with_one_key_take_effect_once(account: Account) -> None:
    """Concurrent requests with the same key take effect once."""
    body = ops(*(create(first_name=f"S{i}") for i in range(300)))
    replies = []

    def send() -> None:
        replies.append(account.call("POST", BATCH, body, idempotency_key="same"))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.status for reply in replies} <= {200, 409}
    for reply in replies:
        if reply.status == 409:
            assert reply.json["type"] == "urn:kith:problem:request-in-flight"
    assert len(account.items("contacts?limit=500")) == 300


def test_keys_are_stored_as_hashes(account: Account) -> None:
    """The database contains only the hash of a key."""
    account.call("POST", "contacts", {"first_name": "A"}, idempotency_key="very-secret-key")
    stored = account.server.backend.content(account.server.data_dir)
    assert b"very-secret-key" not in stored


def test_long_folded_names_do_not_block_the_loop(binary: Path, tmp_path: Path) -> None:
    name = "\ufdfa" * 200  # each becomes 18 characters in the searchable text
    with Server(binary, tmp_path, KITH_THREADS="1") as server:
        account = sign_up(server)
        run(account, *[create(first_name=name, last_name=name)] * 1000)
        held = [int(ms) for ms in re.findall(r"loop: (?:still )?held ms=(\d+) route=\S*batch",
                                             server.diagnostics())]
        assert max(held, default=0) < 50 * (1 if binary.parent.name == "release" else 4), held
