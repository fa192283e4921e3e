"""Writes of cards: as vCards, as JSContact, and as patches of it."""

from pathlib import Path
from typing import Any

import pytest

from cards import VCARD, corpus, full, vcard
from contract import check_contract
from kith import Account, Reply, sign_up
from scenario import Scenario, play, table

MERGE = {"content_type": "application/merge-patch+json"}
PATCH = {"content_type": "application/jscontact-patch+json"}
GHOST = "0193c1e2-0000-7000-8000-000000000001"
JANE = vcard("UID:jane-1", "N:Doe;Jane;;;", "FN:Jane Doe",
             "item1.EMAIL;type=INTERNET:a@example.org", "item1.X-ABLabel:Old",
             "EMAIL:b@example.org", "TEL;TYPE=cell:+49 30 1234567",
             "ORG:Acme;Sales", "X-ODD:kept")
CARD = {"@type": "Card", "version": "2.0", "name": {"full": "Jane Doe"},
        "emails": {"a": {"address": "a@example.org", "contexts": {"work": True}},
                   "b": {"address": "b@example.org"}}}


def stored(account: Account, contact: str) -> Reply:
    """The card of a contact, byte for byte."""
    reply = account.call("GET", f"contacts/{contact}", accept="text/vcard")
    assert reply.status == 200, reply
    return reply


def put(account: Account, contact: str, card: bytes, **headers: str) -> Reply:
    return account.call("PUT", f"contacts/{contact}", card, **{**VCARD, **headers})


def create_card(account: Account, card: bytes) -> str:
    reply = account.call("POST", "contacts", card, **VCARD)
    assert reply.status == 201, reply
    check_contract("POST", "contacts", reply)
    contact: str = reply.json["id"]
    return contact


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.name)
def test_a_card_comes_back_byte_for_byte(account: Account, path: Path) -> None:
    """Every card of the corpus, by POST and by PUT, and as what the full form shows."""
    card = path.read_bytes()
    if card.upper().count(b"BEGIN:VCARD") > 1 and b"_multiple_" in path.name.encode():
        assert account.call("POST", "contacts", card, **VCARD).status == 422
        return
    reply = account.call("POST", "contacts", card, **VCARD)
    if reply.status == 422:
        assert reply.json["reason"] == "two_cards", reply
        return
    assert reply.status == 201, reply
    contact = reply.json["id"]
    first = stored(account, contact)
    assert first.body == card
    assert first.etag == '"1-c"'
    assert put(account, contact, card).etag == '"1-s"', "the same bytes change nothing"
    shown = full(account, contact)
    check_contract("GET", f"contacts/{contact}", shown)
    put_back(account, shown.json)
    inlined = account.call("GET", f"contacts/{contact}?view=full&photos=inline").json
    put_back(account, inlined)
    after = stored(account, contact)
    assert (after.body, after.etag) == (card, first.etag)
    for version in ("3.0", "4.0"):
        converted = account.call("GET", f"contacts/{contact}",
                                 accept=f"text/vcard;version={version}")
        assert f"VERSION:{version}" in converted.text
        assert put(account, contact, converted.body).status == 200
        assert put(account, contact, card).status == 200


def put_back(account: Account, shown: dict[str, Any]) -> None:
    """Puts a full form back, which must change nothing."""
    fields = ("first_name", "last_name", "email", "phone", "birthday", "favorite", "notes", "card")
    body = {name: shown[name] for name in fields}
    for method, headers in (("PUT", {}), ("PATCH", MERGE)):
        reply = account.call(method, f"contacts/{shown['id']}?view=full", body, **headers)
        assert reply.status == 200, reply
        assert reply.etag == f'"{shown["revision"]}-f"', reply.text


def test_a_put_of_a_vcard_replaces_the_card(account: Account) -> None:
    ann = account.create(first_name="Ann", favorite=True)
    reply = put(account, ann["id"], JANE)
    check_contract("PUT", f"contacts/{ann['id']}", reply)
    assert (reply.status, reply.etag) == (200, '"2-s"')
    assert (reply.json["first_name"], reply.json["email"]) == ("Jane", "a@example.org")
    assert reply.json["favorite"] is True, "a vCard says nothing of it"
    assert stored(account, ann["id"]).etag == '"2-c"'
    assert put(account, ann["id"], JANE, if_match='"2-c"').status == 200
    assert put(account, ann["id"], JANE, if_match='"2-g1"').status == 412
    assert account.call("POST", "contacts/undo").status == 200
    assert stored(account, ann["id"]).etag == '"3-g1"'


def test_a_put_creates_under_the_id_of_the_client(account: Account) -> None:
    reply = put(account, GHOST, JANE, if_none_match="*")
    assert (reply.status, reply.json["id"]) == (201, GHOST)
    assert put(account, GHOST, JANE, if_none_match="*").status == 412
    other = put(account, GHOST.replace("1", "2"), JANE, if_none_match="*")
    assert other.status in (409, 422), other


def test_a_taken_uid_is_refused_with_its_contact(account: Account) -> None:
    jane = create_card(account, JANE)
    ann = account.create()
    for reply in (account.call("POST", "contacts", JANE, **VCARD), put(account, ann["id"], JANE),
                  account.call("POST", "contacts", {"card": {**CARD, "uid": "jane-1"}})):
        assert reply.status == 409, reply
        assert reply.json["type"] == "urn:kith:problem:uid-taken"
        assert reply.json["id"] == jane
    assert len(account.items("contacts")) == 2
    assert sign_up(account.server).call("POST", "contacts", JANE, **VCARD).status == 201


BAD_CARDS = [
    ("text", b"hello", "not_a_card"), ("nothing", b"", "not_a_card"),
    ("a calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "not_a_card"),
    ("HTML", b"<html>", "not_a_card"), ("NUL", JANE.replace(b"kept", b"a\0b"), "nul_byte"),
    ("UTF-16", JANE.decode().encode("utf-16"), "utf16"),
    ("two cards", JANE + JANE, "two_cards"),
    ("too many lines", vcard("FN:A", *["X-A:1"] * 100_001), "too_many_lines"),
    ("too many components", b"BEGIN:VCARD\r\n" * 300 + b"END:VCARD\r\n" * 300, "too_deep"),
]


@pytest.mark.parametrize("name, card, reason", BAD_CARDS, ids=[row[0] for row in BAD_CARDS])
def test_a_bad_card_is_refused_with_its_place(account: Account, name: str, card: bytes,
                                              reason: str) -> None:
    jane = create_card(account, JANE)
    for reply in (account.call("POST", "contacts", card, **VCARD), put(account, jane, card)):
        assert reply.status == 422, (name, reply)
        problem = reply.json
        assert (problem["type"], problem["reason"]) == ("urn:kith:problem:invalid-card", reason)
        assert problem["line"] >= 1 and problem["column"] >= 1
    assert stored(account, jane).body == JANE
    assert len(account.items("contacts")) == 1


def test_a_vcard_may_be_larger_than_json(account: Account) -> None:
    photo = "A" * 3_000_000
    card = vcard("FN:Jane", f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}")
    contact = create_card(account, card)
    assert stored(account, contact).body == card
    reply = account.call("POST", "contacts", {"notes": "A" * 1_100_000})
    assert reply.status == 413, reply
    reply = account.call("POST", "contacts", b"A" * (10 * 1024 * 1024 + 1), **VCARD)
    assert reply.status == 413, reply


WRITES = [
    Scenario("creates from a card", "POST", "contacts?view=full", 201, {"card": CARD},
             holds=('"first_name":"Jane Doe"', '"address":"b@example.org"', 'etag: "2-f"')),
    Scenario("lays the fields over the card", "POST", "contacts?view=full", 201,
             {"card": CARD, "email": "n@example.org", "notes": "n"},
             holds=('"email":"n@example.org"', '"address":"b@example.org"', '"notes":"n"'),
             lacks=("a@example.org",)),
    Scenario("rejects a card without a name", "POST", "contacts", 422,
             {"card": {"@type": "Card", "version": "2.0"}}, errors=("/card/name",)),
    Scenario("a card with an address has a name", "POST", "contacts", 201,
             {"card": {"emails": {"a": {"address": "a@example.org"}}}},
             holds=('"first_name":"a@example.org"',)),
    Scenario("rejects emails of another shape", "POST", "contacts", 422,
             {"card": {**CARD, "emails": [1]}}, errors=("/card/emails",)),
    Scenario("rejects an address of another type", "POST", "contacts", 422,
             {"card": {**CARD, "emails": {"a/b": {"address": 1}}}},
             errors=("/card/emails/a~1b/address",)),
    Scenario("rejects a card that is a text", "POST", "contacts", 422, {"card": "BEGIN:VCARD"},
             errors=("card", "first_name"), holds=("must be an object",)),
    Scenario("rejects null for a card", "PATCH", "contacts/{id}", 422, {"card": None}, dict(MERGE),
             errors=("card",)),
    Scenario("rejects a bad field beside a card", "POST", "contacts", 422,
             {"card": CARD, "email": "no"}, errors=("email",)),
    Scenario("patches one address", "PATCH", "contacts/{id}?view=full", 200,
             {"card": {"emails": {"EMAIL-2": {"address": "n@example.org"}}}}, dict(MERGE),
             holds=('"address":"n@example.org"', '"address":"a@example.org"')),
    Scenario("removes an entry", "PATCH", "contacts/{id}?view=full", 200,
             {"card": {"emails": {"EMAIL-1": None}}}, dict(MERGE),
             holds=('"email":"b@example.org"',), lacks=("a@example.org",)),
    Scenario("patches by pointers", "PATCH", "contacts/{id}?view=full", 200,
             {"card": {"emails/EMAIL-2/address": "n@example.org"}, "notes": "n"}, dict(PATCH),
             holds=('"address":"n@example.org"', '"address":"a@example.org"', '"notes":"n"')),
    Scenario("rejects a pointer to nothing", "PATCH", "contacts/{id}", 422,
             {"card": {"emails/none/address": "n@example.org"}}, dict(PATCH)),
    Scenario("rejects a patch that leaves no name", "PATCH", "contacts/{id}", 422,
             {"card": {"name": None, "emails": None, "phones": None, "organizations": None}},
             dict(MERGE), errors=("/card/name",)),
    Scenario("fields and card in one patch", "PATCH", "contacts/{id}?view=full", 200,
             {"first_name": "Joan", "card": {"phones": None}}, dict(MERGE),
             holds=('"first_name":"Joan"', '"full":"Joan Doe"', 'etag: "2-f"'), lacks=("+49 30",)),
    Scenario("replaces the card", "PUT", "contacts/{id}?view=full", 200, {"card": CARD},
             holds=('"address":"a@example.org"',), lacks=("Acme", "+49 30", "X-ODD", "x-odd")),
    Scenario("a put without a card keeps it", "PUT", "contacts/{id}?view=full", 200,
             {"first_name": "Jane", "last_name": "Doe"},
             holds=("b@example.org", "x-odd"), lacks=("a@example.org", "+49 30")),
    Scenario("rejects another media type", "PUT", "contacts/{id}", 415, "x",
             {"content_type": "text/plain"}),
    Scenario("another account's contact is missing", "PATCH", "contacts/{other}", 404,
             {"card": {"phones": None}}, dict(MERGE)),
    Scenario("another account's card is missing", "PUT", "contacts/{other}", 404, JANE,
             dict(VCARD)),
    Scenario("rejects deep JSON", "POST", "contacts", 400,
             '{"card":' + '{"a":' * 40 + "1" + "}" * 41, holds=("32 deep",)),
    Scenario("rejects NUL in a card", "POST", "contacts", 201, {"card": {"name": {"full": "a\0b"}}},
             holds=('"first_name":"ab"',)),
]


@table(*WRITES)
def test_writes_of_cards(row: Scenario, account: Account) -> None:
    contact = create_card(account, JANE)
    other = create_card(sign_up(account.server), JANE)
    before = stored(account, contact)
    reply = play(row, account, {"id": contact, "other": other})
    if reply.status >= 400:
        after = stored(account, contact)
        assert (after.body, after.etag) == (before.body, before.etag)
        assert len(account.items("contacts")) == 1


def test_a_patch_touches_only_its_lines(account: Account) -> None:
    contact = create_card(account, JANE)
    account.call("PATCH", f"contacts/{contact}", {
        "card": {"emails": {"EMAIL-1": {"address": "n@example.org"}}}}, **MERGE)
    assert stored(account, contact).body == JANE.replace(b"a@example.org", b"n@example.org")
    account.call("POST", "contacts/undo")
    assert stored(account, contact).body == JANE


def test_a_card_patch_of_a_simple_contact(account: Account) -> None:
    ann = account.create(first_name="Ann", email="ann@example.org")
    path = f"contacts/{ann['id']}"
    shown = full(account, ann["id"]).json
    put_back(account, shown)
    assert stored(account, ann["id"]).etag == '"1-g1"', "it is still generated"
    reply = account.call("PATCH", path + "?view=full", {
        "card": {"phones": {"p": {"number": "+49 30 1", "contexts": {"work": True}}}}}, **MERGE)
    assert reply.status == 200, reply
    assert reply.json["phone"] == "+49 30 1"
    assert stored(account, ann["id"]).etag == '"2-c"'


def test_batches_take_cards(account: Account) -> None:
    jane = create_card(account, JANE)
    reply = account.call("POST", "contacts/batch", {"operations": [
        {"op": "create", "contact": {"card": CARD}},
        {"op": "patch", "id": jane, "contact": {"card": {"phones": None}}},
        {"op": "create", "contact": {"card": {"emails": 1}}},
        {"op": "create", "contact": {"card": {}}}]})
    check_contract("POST", "contacts/batch", reply)
    results = reply.json["results"]
    assert [each["status"] for each in results] == [201, 200, 422, 422]
    assert results[0]["contact"]["email"] == "a@example.org"
    assert results[1]["contact"]["phone"] is None
    assert results[2]["problem"]["errors"][0]["field"] == "/card/emails"
    assert account.call("POST", "contacts/undo").status == 200
    assert stored(account, jane).body == JANE
    assert len(account.items("contacts")) == 1


def test_writes_answer_in_the_full_form(account: Account) -> None:
    made = account.call("POST", "contacts?view=full", {"first_name": "Ann"})
    check_contract("POST", "contacts", made)
    assert (made.status, made.etag, made.json["card"]["name"]["full"]) == (201, '"1-f"', "Ann")
    path = f"contacts/{made.json['id']}"
    assert made.headers["location"] == f"/api/v1/{path}"
    for method, number in (("PUT", 2), ("PATCH", 3)):
        reply = account.call(method, path + "?view=full", {"first_name": f"Ann {number}"},
                             content_type="application/json")
        check_contract(method, path, reply)
        assert (reply.status, reply.etag) == (200, f'"{number}-f"')
        assert reply.json == full(account, made.json["id"]).json


def test_full_pages_are_small(account: Account) -> None:
    """A page ends when its cards have about 1 MiB, and its answers share a bounded memory."""
    photo = "A" * 700_000
    for number in range(12):
        create_card(account, vcard(f"FN:Jane {number:02}", f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}"))
    sizes = []
    cursor = ""
    while True:
        page = account.call("GET", "contacts?view=full&photos=inline&sort=name" + cursor).json
        sizes.append(len(page["items"]))
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sizes == [1] * 12
    assert len(account.call("GET", "contacts?view=full").json["items"]) in range(4, 7)
    assert len(account.items("contacts?view=full")) == 12
    found = account.items("contacts/search?view=full&q=jane")
    assert len(found) == 12
    token, changed = "", 0
    while True:
        page = account.call("GET", f"contacts/changes?view=full{token}").json
        changed += len(page["items"])
        token = f"&since={page['next_token']}"
        if not page["has_more"]:
            break
    assert changed == 12


def test_creations_are_idempotent(account: Account) -> None:
    keyed = {"idempotency_key": "a-key", **VCARD}
    first = account.call("POST", "contacts?view=full", JANE, **keyed)
    again = account.call("POST", "contacts?view=full", JANE, **keyed)
    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json
    assert len(account.items("contacts")) == 1


def test_a_card_of_many_lines(account: Account) -> None:
    """Large cards are stored and shown; JSON edits only those of usual size."""
    card = vcard("FN:Jane", *[f"TEL:{number}" for number in range(20_000)])
    contact = create_card(account, card)
    assert len(full(account, contact).json["card"]["phones"]) == 20_000
    assert account.call("GET", "contacts?view=full").status == 200
    assert stored(account, contact).body == card
    edit = {"card": {"phones": {"TEL-20000": None}}}
    reply = account.call("PATCH", f"contacts/{contact}", edit, **MERGE)
    assert reply.status == 422 and "text/vcard" in reply.errors()["/card"], reply
    assert stored(account, contact).body == card
    few = create_card(account, vcard("FN:Joan", *[f"TEL:{number}" for number in range(3_000)]))
    edit = {"card": {"phones": {"TEL-3000": None}}}
    assert account.call("PATCH", f"contacts/{few}", edit, **MERGE).status == 200
    assert len(full(account, few).json["card"]["phones"]) == 2_999
