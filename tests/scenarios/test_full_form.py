"""Contacts in the full form: with their cards, in JSON and in the media types of cards."""

import pytest

from cards import full
from contract import check_contract
from kith import Account, sign_up
from scenario import Scenario, play, table

ANN = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.org",
       "phone": "+44 20 7946 0000", "birthday": "1990-02-28", "notes": "a\nb"}
KEYS = ["id", "first_name", "last_name", "email", "phone", "birthday", "favorite", "notes",
        "created_at", "updated_at", "revision", "card", "labels", "photo", "book", "display_name",
        "keys"]
FULL_LISTS = ["contacts?view=full", "contacts?view=full&q=ann", "contacts/search?view=full&q=ann",
              "contacts/birthdays?view=full&days=366"]


def test_the_full_form_of_a_simple_contact(account: Account) -> None:
    ann = account.create(**ANN)
    reply = full(account, ann["id"])
    check_contract("GET", f"contacts/{ann['id']}", reply)
    assert list(reply.json) == KEYS
    assert reply.etag == '"1-f"'
    assert reply.headers["vary"] == "Accept"
    assert {key: value for key, value in reply.json.items() if key in ann} == {
        key: value for key, value in ann.items() if key != "etag"}
    assert reply.json["revision"] == 1
    assert reply.json["book"] == 1
    assert (reply.json["labels"], reply.json["photo"]) == ([], None)
    assert reply.json["display_name"] == "Ann Lee"
    assert reply.json["keys"] == [{"kind": "email", "key": "ann@example.org"},
                                  {"kind": "phone", "key": "+442079460000"},
                                  {"kind": "name", "key": "ann lee"}]
    card = reply.json["card"]
    assert card["@type"] == "Card"
    assert card["uid"] == ann["id"]
    assert card["name"]["full"] == "Ann Lee"
    assert card["emails"]["EMAIL-1"]["address"] == "ann@example.org"
    assert card["phones"]["TEL-1"]["number"] == "+44 20 7946 0000"
    assert card["notes"]["NOTE-1"]["note"] == "a\nb"


@pytest.mark.parametrize("path", FULL_LISTS)
def test_lists_give_the_full_form(account: Account, path: str) -> None:
    ids = {account.create(**ANN)["id"] for _ in range(5)}
    items = account.items(f"{path}&limit=2")
    assert {each["id"] for each in items} == ids
    for item in items:
        got = full(account, item["id"]).json
        assert {key: item[key] for key in KEYS} == got
    check_contract("GET", path, account.call("GET", path))


def test_the_trash_gives_the_full_form(account: Account) -> None:
    ann = account.create(**ANN)
    before = full(account, ann["id"]).json
    account.create(first_name="Bob")
    account.call("DELETE", f"contacts/{ann['id']}")
    reply = account.call("GET", "contacts/trash?view=full")
    check_contract("GET", "contacts/trash", reply)
    [item] = reply.json["items"]
    assert list(item) == [*KEYS[:10], "deleted_at", *KEYS[10:]]
    assert item["card"] == before["card"]
    assert [each["first_name"] for each in account.items("contacts?view=full")] == ["Bob"]


def test_changes_give_the_full_form(account: Account) -> None:
    ann, bob = account.create(**ANN), account.create(first_name="Bob")
    account.call("DELETE", f"contacts/{bob['id']}")
    reply = account.call("GET", "contacts/changes?view=full&limit=1")
    check_contract("GET", "contacts/changes", reply)
    [item] = reply.json["items"]
    assert (item["id"], item["revision"], item["deleted"]) == (ann["id"], 1, False)
    assert item["contact"] == full(account, ann["id"]).json
    token = reply.json["next_token"]
    account.call("PUT", f"contacts/{ann['id']}", {"first_name": "A"})
    account.call("DELETE", f"contacts/{ann['id']}")
    page = account.call("GET", f"contacts/changes?view=full&since={token}").json
    assert [(each["id"], each["deleted"], each["contact"]) for each in page["items"]] == [
        (ann["id"], True, None)]


def test_a_page_has_at_most_100_full_forms(account: Account) -> None:
    names = [{"op": "create", "contact": {"first_name": f"N{number:03}"}} for number in range(120)]
    assert account.call("POST", "contacts/batch", {"operations": names}).status == 200
    page = account.call("GET", "contacts?view=full&limit=500").json
    assert len(page["items"]) == 100
    assert len(account.items("contacts?view=full&limit=500")) == 120
    page = account.call("GET", "contacts/changes?view=full").json
    assert (len(page["items"]), page["has_more"]) == (100, True)


PARAMETERS = [
    Scenario("rejects an unknown view", "GET", "contacts?view=half", 422, errors=("view",)),
    Scenario("rejects unknown photos", "GET", "contacts/{id}?photos=big", 422, errors=("photos",)),
    Scenario("the simple view is the default", "GET", "contacts/{id}?view=simple", 200,
             holds=('etag: "1-s"',), lacks=('"card"',)),
    Scenario("another account's contact is missing", "GET", "contacts/{other}?view=full", 404),
    Scenario("another account's card is missing", "GET", "contacts/{other}", 404,
             headers={"accept": "text/vcard"}),
    Scenario("the view is of the JSON only", "GET", "contacts/{id}?view=full", 200,
             headers={"accept": "text/vcard"}, holds=('etag: "1-g1"', "BEGIN:VCARD")),
    Scenario("JSON by name", "GET", "contacts/{id}", 200, headers={"accept": "application/json"},
             holds=('etag: "1-s"', "vary: Accept")),
    Scenario("JSON for all others", "GET", "contacts/{id}", 200, headers={"accept": "image/png"},
             holds=('etag: "1-s"', "content-type: application/json")),
    Scenario("a generated card", "GET", "contacts/{id}", 200, headers={"accept": "text/vcard"},
             holds=('etag: "1-g1"', "content-type: text/vcard; charset=utf-8", "vary: Accept",
                    "VERSION:3.0", "EMAIL;TYPE=INTERNET:ann@example.org")),
    Scenario("a card in version 4.0", "GET", "contacts/{id}", 200,
             headers={"accept": "text/vcard; version=4.0"},
             holds=('etag: "1-v4"', "VERSION:4.0", "BDAY:19900228")),
    Scenario("a card in version 3.0", "GET", "contacts/{id}", 200,
             headers={"accept": 'text/vcard;version="3.0", */*;q=0.1'},
             holds=('etag: "1-v3"', "VERSION:3.0")),
    Scenario("no card in version 2.1", "GET", "contacts/{id}", 200,
             headers={"accept": "text/vcard;version=2.1"}, holds=('etag: "1-s"',)),
    Scenario("JSContact", "GET", "contacts/{id}", 200,
             headers={"accept": "application/jscontact+json"},
             holds=('etag: "1-js"', '"@type":"Card"', '"address":"ann@example.org"',
                    "content-type: application/jscontact+json")),
    Scenario("the weight decides", "GET", "contacts/{id}", 200,
             headers={"accept": "application/json;q=0.5, text/vcard"}, holds=('etag: "1-g1"',)),
    Scenario("a card that the client has", "GET", "contacts/{id}", 304,
             headers={"accept": "text/vcard", "if_none_match": '"1-g1"'},
             holds=('etag: "1-g1"', "vary: Accept"), lacks=("BEGIN",)),
    Scenario("another form that the client has", "GET", "contacts/{id}", 200,
             headers={"accept": "text/vcard", "if_none_match": '"1-s", "1-f", "1-c", "1-v3"'}),
    Scenario("a full form that the client has", "GET", "contacts/{id}?view=full", 304,
             headers={"if_none_match": '"1-f"'}, lacks=("Ann",)),
    Scenario("a full form that the client has not", "GET", "contacts/{id}?view=full", 200,
             headers={"if_none_match": '"1-s"'}),
    Scenario("head", "HEAD", "contacts/{id}", 200, headers={"accept": "text/vcard"},
             holds=('etag: "1-g1"',), lacks=("BEGIN",)),
]


@table(*PARAMETERS)
def test_forms(row: Scenario, account: Account) -> None:
    other = sign_up(account.server).create()
    play(row, account, {"id": account.create(**ANN)["id"], "other": other["id"]})


TAGS = [  # tag, whether a contact with revision 2 and card revision 1 has it
    ('"2-s"', True), ('"2-f"', True), ('"2-v3"', True), ('"2-v4"', True), ('"2-js"', True),
    ('"2"', True), ('"1-g1"', True), ('"1-s"', False), ('"2-g1"', False), ('"1-c"', False),
    ('"2-c"', False), ('"1-f"', False), ('"2-x"', False), ('"1-g2"', False), ('W/"2-s"', False)]


@pytest.mark.parametrize("tag, is_known", TAGS)
def test_a_tag_matches_revisions_of_its_kind_only(account: Account, tag: str,
                                                  is_known: bool) -> None:
    """A favourite raises the revision of the contact, but not that of its card."""
    ann = account.create(first_name="Ann")
    path = f"contacts/{ann['id']}"
    assert account.call("PATCH", f"{path}/favorite", {"favorite": True}).etag == '"2-s"'
    assert account.call("GET", path, accept="text/vcard").etag == '"1-g1"'
    for view in ("", "?view=full"):
        assert account.call("GET", path + view, if_match=tag).status == (200 if is_known else 412)
    excluded = account.call("PATCH", path, {"notes": "n"}, if_none_match=tag)
    assert excluded.status == (412 if is_known or tag == 'W/"2-s"' else 200)
    if excluded.status == 412:
        changed = account.call("PATCH", path, {"notes": "n"}, if_match=tag)
        assert changed.status == (200 if is_known else 412)
