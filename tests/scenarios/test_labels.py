"""Labels: names that an account gives to contacts."""

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cards import VCARD, full, vcard
from contract import check_contract
from kith import PASSWORD, Account, Server, sign_up
from scenario import Scenario, play, table

GHOST = "0193c1e2-0000-7000-8000-000000000001"

ASKED = [
    Scenario("lists labels by name", "GET", "labels", 200,
             holds=('"name":"Choir","color":"#3366CC","book":1,"contacts":1}',
                    '"next_cursor":null')),
    Scenario("lists the labels of a book", "GET", "labels?book=7", 200, holds=('"items":[]',)),
    Scenario("rejects a book that is no number", "GET", "labels?book=x", 422, errors=("book",)),
    Scenario("gets a label", "GET", "labels/{label}", 200,
             holds=('"name":"Choir"', '"contacts":1', 'etag: "')),
    Scenario("an unknown label is 404", "GET", f"labels/{GHOST}", 404),
    Scenario("an id that is none is 404", "GET", "labels/7", 404),
    Scenario("another account's label is 404", "GET", "labels/{other_label}", 404,
             lacks=("Secret",)),
    Scenario("creates a label", "POST", "labels", 201,
             {"name": " Käse  Freunde\u200b ", "color": "#aabbcc"},
             holds=("location: /api/v1/labels/", '"name":"Käse Freunde"', '"color":"#AABBCC"',
                    '"contacts":0')),
    Scenario("rejects a name that is taken", "POST", "labels", 409, {"name": "chóir"},
             holds=("urn:kith:problem:name-taken", '"id":"')),
    Scenario("requires a name", "POST", "labels", 422, {"color": "#AABBCC"}, errors=("name",)),
    Scenario("rejects a blank name", "POST", "labels", 422, {"name": " \u200b"}, errors=("name",)),
    Scenario("rejects a name of 201 characters", "POST", "labels", 422, {"name": "x" * 201},
             errors=("name",)),
    Scenario("rejects line breaks in a name", "POST", "labels", 422, {"name": "a\nb\u0000"},
             errors=("name",)),
    Scenario("rejects Google's star", "POST", "labels", 422, {"name": "* Starred"},
             errors=("name",)),
    Scenario("rejects Google's group of all contacts", "POST", "labels", 422,
             {"name": "myContacts"}, errors=("name",)),
    *[Scenario(f"rejects the colour {color!r}", "POST", "labels", 422,
               {"name": "New", "color": color}, errors=("color",))
      for color in ("red", "#FFF", "#GGGGGG", 7, "#3366CC;")],
    Scenario("rejects a book that does not exist", "POST", "labels", 422,
             {"name": "New", "book": 7}, errors=("book",)),
    Scenario("rejects the book 0", "POST", "labels", 422, {"name": "New", "book": 0},
             errors=("book",)),
    Scenario("rejects unknown members", "POST", "labels", 422, {"name": "New", "contacts": 7},
             errors=("contacts",)),
    Scenario("changes the colour", "PATCH", "labels/{label}", 200, {"color": None},
             holds=('"name":"Choir","color":null',)),
    Scenario("renames", "PATCH", "labels/{label}", 200, {"name": "Band"},
             holds=('"name":"Band"', '"contacts":1')),
    Scenario("renames to another spelling", "PATCH", "labels/{label}", 200, {"name": "CHOIR"},
             holds=('"name":"CHOIR"',)),
    Scenario("rejects the name of another label", "PATCH", "labels/{label}", 409, {"name": "work"},
             holds=("urn:kith:problem:name-taken",)),
    Scenario("rejects a null name", "PATCH", "labels/{label}", 422, {"name": None},
             errors=("name",)),
    Scenario("rejects another book", "PATCH", "labels/{label}", 422, {"book": 2},
             errors=("book",)),
    Scenario("rejects a change with an old tag", "PATCH", "labels/{label}", 412, {"name": "Band"},
             {"if_match": '"1-l"'}),
    Scenario("rejects a deletion with an old tag", "DELETE", "labels/{label}", 412,
             headers={"if_match": '"1-l"'}),
    Scenario("a change of an unknown label is 404", "PATCH", f"labels/{GHOST}", 404, {"name": "x"}),
    Scenario("a deletion of another account's label is 404", "DELETE", "labels/{other_label}", 404),
    Scenario("deletes a label", "DELETE", "labels/{label}", 204),
    Scenario("puts a label on", "PUT", "contacts/{id}/labels/{work}", 200,
             holds=('"id":"{id}"', 'etag: "')),
    Scenario("takes a label off", "DELETE", "contacts/{id}/labels/{label}", 204),
    Scenario("takes off a label that the contact does not have", "DELETE",
             "contacts/{id}/labels/{work}", 204),
    Scenario("an unknown label on a contact is 404", "PUT", f"contacts/{{id}}/labels/{GHOST}", 404),
    Scenario("a label on an unknown contact is 404", "PUT", f"contacts/{GHOST}/labels/{{label}}",
             404),
    Scenario("another account's label on a contact is 404", "PUT",
             "contacts/{id}/labels/{other_label}", 404, lacks=("Secret",)),
    Scenario("a label on another account's contact is 404", "PUT",
             "contacts/{other}/labels/{label}", 404, lacks=("Secret",)),
    Scenario("rejects a label on an old revision", "PUT", "contacts/{id}/labels/{work}", 412,
             headers={"if_match": '"1-s"'}),
    Scenario("lists the contacts of a label", "GET", "contacts?label={label}", 200,
             holds=('"id":"{id}"', '"next_cursor":null')),
    Scenario("no contact has an unknown label", "GET", f"contacts?label={GHOST}", 200,
             holds=('"items":[]',)),
    Scenario("lists no contacts of another account's label", "GET", "contacts?label={other_label}",
             200, holds=('"items":[]',)),
    Scenario("rejects a label that is no id", "GET", "contacts?label=Choir", 422,
             errors=("label",)),
    Scenario("searches the contacts of a label", "GET", "contacts/search?q=ann&label={label}", 200,
             holds=('"id":"{id}"',)),
    Scenario("searches the contacts of an empty label", "GET", "contacts/search?q=ann&label={work}",
             200, holds=('"items":[]',)),
]


def label(account: Account, name: str, **more: Any) -> str:
    """Creates a label. Returns its id."""
    reply = account.call("POST", "labels", {"name": name, **more})
    assert reply.status == 201, reply
    return str(reply.json["id"])


def put_on(account: Account, contact: str, label_id: str) -> None:
    assert account.call("PUT", f"contacts/{contact}/labels/{label_id}").status == 200


def shown_labels(account: Account) -> dict[str, int]:
    """The names of the labels and their numbers of contacts."""
    return {each["name"]: each["contacts"] for each in account.items("labels")}


@table(*ASKED)
def test_label_requests(row: Scenario, account: Account) -> None:
    """Requests and their responses."""
    other = sign_up(account.server)
    ann = account.create()
    ids = {"id": ann["id"], "label": label(account, "Choir", color="#3366cc"),
           "work": label(account, "Work"), "other_label": label(other, "Secret"),
           "other": other.create(first_name="Secret")["id"]}
    put_on(account, ids["id"], ids["label"])
    row.holds = tuple(each.replace("{id}", ids["id"]) for each in row.holds)
    play(row, account, ids)


def test_a_label_takes_its_contacts_along(account: Account) -> None:
    """Renaming and deleting a label keep its contacts; undo takes both back."""
    choir = label(account, "Choir")
    made = [account.create(first_name=f"N{i}")["id"] for i in range(120)]
    for each in made:
        put_on(account, each, choir)
    account.call("DELETE", f"contacts/{made[0]}")
    assert shown_labels(account) == {"Choir": 119}
    assert account.call("PATCH", f"labels/{choir}", {"name": "Band"}).json["contacts"] == 119
    assert len(account.items(f"contacts?label={choir}&limit=50")) == 119
    assert account.call("POST", "contacts/undo").json == {"undone": 120, "skipped": 0}
    assert shown_labels(account) == {"Choir": 119}
    assert account.call("DELETE", f"labels/{choir}").status == 204
    assert shown_labels(account) == {}
    assert len(account.items("contacts")) == 119
    restored = account.call("POST", f"contacts/{made[0]}/restore")
    assert restored.status == 200
    assert shown_labels(account) == {"Choir": 1}, "its card says so"


def test_lists_of_a_label_in_every_order(account: Account) -> None:
    """Lists with a label have the order of the list, in pages without gaps or duplicates."""
    choir = label(account, "Choir")
    made = [account.create(first_name=f"N{i % 7}", last_name=f"{i}", favorite=i % 3 == 0)["id"]
            for i in range(25)]
    for each in made[::2]:
        put_on(account, each, choir)
    for sort in ("favorites", "name", "created", "updated"):
        for favorite in ("", "&favorite=true", "&favorite=false"):
            query = f"sort={sort}{favorite}"
            wanted = [each["id"] for each in account.items(f"contacts?{query}")
                      if each["id"] in made[::2]]
            got = account.items(f"contacts?{query}&label={choir}&limit=4")
            assert [each["id"] for each in got] == wanted, query
    found = account.items(f"contacts/search?q=n&label={choir}&limit=3")
    assert {each["id"] for each in found} == set(made[::2])
    listed = account.items(f"contacts?q=n&sort=name&label={choir}&limit=3")
    assert {each["id"] for each in listed} == set(made[::2])
    cursor = account.call("GET", f"contacts?label={choir}&limit=1").json["next_cursor"]
    assert account.call("GET", f"contacts?limit=1&cursor={cursor}").status == 400
    work = label(account, "Work")
    assert account.call("GET", f"contacts?label={work}&limit=1&cursor={cursor}").status == 400


def test_a_repeated_creation_makes_one_label(account: Account) -> None:
    """An idempotency key makes one label."""
    replies = [account.call("POST", "labels", {"name": "Choir"}, idempotency_key="k1")
               for _ in range(3)]
    assert {reply.status for reply in replies} == {201}
    assert len({reply.json["id"] for reply in replies}) == 1
    assert shown_labels(account) == {"Choir": 0}


def test_a_label_change_moves_the_tag_of_the_contact(account: Account) -> None:
    """Clients that sync see the contact as changed; a repeat changes nothing."""
    ann = account.create()
    choir = label(account, "Choir")
    token = account.call("GET", "contacts/changes").json["next_token"]
    first = account.call("PUT", f"contacts/{ann['id']}/labels/{choir}", if_match=ann["etag"])
    assert first.status == 200 and first.etag != ann["etag"]
    again = account.call("PUT", f"contacts/{ann['id']}/labels/{choir}", if_match=first.etag)
    assert again.etag == first.etag
    changed = account.call("GET", f"contacts/changes?since={token}").json["items"]
    assert [each["id"] for each in changed] == [ann["id"]]


def test_many_labels_at_once(account: Account) -> None:
    """Requests at the same time all take effect."""
    ann = account.create()
    labels = [label(account, f"L{i}") for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(
            lambda each: account.call("PUT", f"contacts/{ann['id']}/labels/{each}").status, labels))
    done = statuses.count(200)
    assert set(statuses) <= {200, 409} and done >= 1
    assert sum(shown_labels(account).values()) == done


def test_an_account_has_at_most_1000_labels(account: Account) -> None:
    """The 1,001st label is refused."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: label(account, f"L{i}"), range(1000)))
    reply = account.call("POST", "labels", {"name": "One more"})
    assert reply.status == 403 and "too-many-labels" in reply.json["type"]
    assert len(account.items("labels")) == 1000


@pytest.mark.parametrize("method, path", [("POST", "labels"), ("PATCH", "labels/{}"),
                                          ("DELETE", "labels/{}")])
def test_a_deleted_account_has_no_labels(account: Account, method: str, path: str) -> None:
    """Requests of a deleted account are refused."""
    choir = label(account, "Choir")
    put_on(account, account.create()["id"], choir)
    assert account.call("DELETE", "users/me", {"password": PASSWORD}).status == 204
    body = None if method == "DELETE" else {"name": "x"}
    assert account.call(method, path.format(choir), body).status == 401


WRITTEN = [
    Scenario("names and ids", "PATCH", "contacts/{id}", 200,
             {"labels": ["New", {"name": "Newer", "color": None}, {"id": "{work}"}]}),
    Scenario("none", "PATCH", "contacts/{id}", 200, {"labels": []}),
    Scenario("rejects a text in place of the list", "PATCH", "contacts/{id}", 422,
             {"labels": "Choir"}, errors=("labels",)),
    Scenario("rejects a number", "PATCH", "contacts/{id}", 422, {"labels": ["Choir", 7]},
             errors=("labels[1]",)),
    Scenario("rejects an empty name", "PATCH", "contacts/{id}", 422, {"labels": [" "]},
             errors=("labels[0]",)),
    Scenario("rejects an empty object", "PATCH", "contacts/{id}", 422, {"labels": [{}]},
             errors=("labels[0].name",)),
    Scenario("rejects a long name", "PATCH", "contacts/{id}", 422, {"labels": ["x" * 201]},
             errors=("labels[0].name",)),
    Scenario("rejects a reserved name", "PATCH", "contacts/{id}", 422, {"labels": ["Starred"]},
             errors=("labels[0].name",)),
    Scenario("rejects an unknown id", "PATCH", "contacts/{id}", 422,
             {"labels": [{"id": GHOST}]}, errors=("labels[0].id",)),
    Scenario("rejects another account's label", "PATCH", "contacts/{id}", 422,
             {"labels": [{"id": "{other_label}"}]}, errors=("labels[0].id",), lacks=("Secret",)),
    Scenario("rejects 1,001 labels", "PATCH", "contacts/{id}", 422,
             {"labels": [f"L{i}" for i in range(1001)]}, errors=("labels",)),
    Scenario("rejects more labels than there is room for", "PATCH", "contacts/{id}", 403,
             {"labels": [f"L{i}" for i in range(1000)]},
             holds=("urn:kith:problem:too-many-labels",)),
    Scenario("a new contact", "POST", "contacts", 201,
             {"first_name": "Bea", "labels": ["Choir", "Work"]}),
    Scenario("rejects a new contact with an unknown label", "POST", "contacts", 422,
             {"first_name": "Bea", "labels": [{"id": GHOST}]}, errors=("labels[0].id",)),
    Scenario("a replaced contact", "PUT", "contacts/{id}", 200,
             {"first_name": "Bea", "labels": [{"id": "{work}"}]}),
]


@table(*WRITTEN)
def test_labels_in_writes(row: Scenario, account: Account) -> None:
    """Contacts are written with their labels."""
    other = sign_up(account.server)
    ids = {"id": account.create()["id"], "label": label(account, "Choir"),
           "work": label(account, "Work"), "other_label": label(other, "Secret")}
    put_on(account, ids["id"], ids["label"])
    text = json.dumps(row.body)
    for name, value in ids.items():
        text = text.replace("{" + name + "}", value)
    play(dataclasses.replace(row, body=json.loads(text)), account, ids)
    shown = shown_labels(account)
    expected = {"names and ids": {"Choir": 0, "New": 1, "Newer": 1, "Work": 1},
                "none": {"Choir": 0, "Work": 0}, "a new contact": {"Choir": 2, "Work": 1},
                "a replaced contact": {"Choir": 0, "Work": 1}}
    assert shown == expected.get(row.name, {"Choir": 1, "Work": 0})


def test_labels_and_fields_are_one_change(account: Account) -> None:
    """Labels in a write take effect in the same revision, and writing them back changes nothing."""
    ann = account.create(labels=["Choir"])
    changed = account.call("PATCH", f"contacts/{ann['id']}", {"phone": "1", "labels": ["Work"]})
    assert changed.status == 200
    assert shown_labels(account) == {"Choir": 0, "Work": 1}
    again = account.call("PATCH", f"contacts/{ann['id']}", {"labels": ["work"]})
    assert again.etag == changed.etag
    history = account.items(f"contacts/{ann['id']}/history")
    assert [each["kind"] for each in history] == ["changed", "created"]
    assert account.call("POST", "contacts/undo").json["undone"] == 2, "and the new label"
    assert shown_labels(account) == {"Choir": 1}


def test_labels_in_a_batch(account: Account) -> None:
    """Operations of a batch have labels."""
    ann = account.create()
    reply = account.call("POST", "contacts/batch", {"operations": [
        {"op": "create", "contact": {"first_name": "Bea", "labels": ["A", "B"]}},
        {"op": "patch", "id": ann["id"], "contact": {"labels": [{"name": "B"}]}},
        {"op": "create", "contact": {"first_name": "Cid", "labels": [7]}}]})
    assert [each["status"] for each in reply.json["results"]] == [201, 200, 422]
    assert shown_labels(account) == {"A": 1, "B": 2}


@pytest.mark.parametrize("card", [
    vcard("FN:Choir", "N:Choir", "X-ADDRESSBOOKSERVER-KIND:group"),
    vcard("FN:Choir", "kind:Group", f"MEMBER:urn:uuid:{GHOST}", version="4.0")])
def test_a_group_card_is_no_contact(account: Account, card: bytes) -> None:
    """Cards of groups are refused where contacts are written, and change nothing."""
    ann = account.create()
    put = account.call("PUT", f"contacts/{ann['id']}", card, **VCARD)
    post = account.call("POST", "contacts", card, **VCARD)
    for reply in (put, post):
        assert reply.status == 422 and reply.json["type"].endswith(":group-card"), reply
        assert "/api/v1/labels" in reply.json["detail"]
    assert account.call("GET", f"contacts/{ann['id']}").etag == ann["etag"]
    assert len(account.items("contacts")) == 1 and shown_labels(account) == {}


def test_a_group_as_jscontact_is_no_contact(account: Account) -> None:
    """The card of a group is refused in every form."""
    card = {"@type": "Card", "version": "2.0", "kind": "group", "name": {"full": "Choir"}}
    ann = account.create()
    for method, path in (("POST", "contacts"), ("PUT", f"contacts/{ann['id']}")):
        reply = account.call(method, path, {"card": card})
        assert reply.status == 422 and reply.json["type"].endswith(":group-card"), reply
    patched = account.call("PATCH", f"contacts/{ann['id']}", {"card": {"kind": "group"}})
    assert patched.status == 422 and patched.json["type"].endswith(":group-card"), patched


def test_categories_of_a_vcard_are_labels(account: Account) -> None:
    """CATEGORIES of a card make labels; putting labels on and off edits that line alone."""
    lines = ["UID:jane", "N:Doe;Jane;;;", "FN:Jane Doe", "CATEGORIES:Choir,Käse"]
    jane = account.call("POST", "contacts", vcard(*lines, "X-OTHER:kept"), **VCARD).json["id"]
    assert shown_labels(account) == {"Choir": 1, "Käse": 1}
    put_on(account, jane, label(account, "Work"))
    stored = account.call("GET", f"contacts/{jane}", accept="text/vcard").body
    assert stored == vcard(*lines[:3], "CATEGORIES:Choir,Käse,Work", "X-OTHER:kept")
    account.call("PATCH", f"contacts/{jane}", {"labels": []})
    stored = account.call("GET", f"contacts/{jane}", accept="text/vcard").body
    assert stored == vcard(*lines[:3], "X-OTHER:kept")


def test_the_full_form_has_the_labels(account: Account) -> None:
    """The full form has the labels of a contact, by name, in every list; it can be written back."""
    work = label(account, "Work", color="#3366CC")
    ann = account.create(labels=["work", "Äpfel"], birthday="--02-29")["id"]
    account.create(first_name="Bob", birthday="--02-29")
    reply = full(account, ann)
    check_contract("GET", f"contacts/{ann}", reply)
    labels = reply.json["labels"]
    assert [each["name"] for each in labels] == ["Äpfel", "Work"]
    assert labels[1] == {"id": work, "name": "Work", "color": "#3366CC"}
    for path in ("contacts?", "contacts?q=n&", "contacts/search?q=n&",
                 "contacts/birthdays?days=366&"):
        shown = {each["first_name"]: each["labels"] for each in account.items(path + "view=full")}
        assert shown["Ann"] == labels and shown.get("Bob", []) == [], path
    changed = account.call("GET", "contacts/changes?view=full").json["items"]
    assert [each["contact"]["labels"] for each in changed
            if each["id"] == ann and each["contact"]] == [labels]
    assert account.call("PATCH", f"contacts/{ann}", {"labels": labels}).etag == \
        reply.etag.replace("-f", "-s")
    account.call("DELETE", f"contacts/{ann}")
    [trashed] = account.items("contacts/trash?view=full")
    assert trashed["labels"] == labels


def test_history_and_trash_keep_labels(account: Account) -> None:
    """Revert, trash and restore bring the labels of a contact back."""
    ann = account.create(labels=["Choir"])
    path = f"contacts/{ann['id']}"
    account.call("PATCH", path, {"labels": ["Work"]})
    assert account.call("POST", f"{path}/revert", {"revision": 1}).status == 200
    assert shown_labels(account) == {"Choir": 1, "Work": 0}
    account.call("DELETE", path)
    assert shown_labels(account) == {"Choir": 0, "Work": 0}
    assert account.call("POST", f"{path}/restore").status == 200
    assert shown_labels(account) == {"Choir": 1, "Work": 0}


def test_labels_of_books(account: Account) -> None:
    """A label belongs to a book, and is hidden while the book is deleted."""
    book = account.call("POST", "books", {"title": "Two"}).json["id"]
    label(account, "Choir")
    other = label(account, "Choir", book=book)
    assert [each["id"] for each in account.items(f"labels?book={book}")] == [other]
    ann = account.create()["id"]
    refused = account.call("PUT", f"contacts/{ann}/labels/{other}")
    assert refused.status == 422, refused
    account.call("PATCH", f"contacts/{ann}", {"book": book})
    put_on(account, ann, other)
    assert account.call("DELETE", f"books/{book}").status == 204
    assert [each["book"] for each in account.items("labels")] == [1]
    assert account.call("POST", "contacts/undo").status == 200
    assert [each["contacts"] for each in account.items(f"labels?book={book}")] == [1]


@pytest.mark.parametrize("role, statuses", [("owner", (201, 200, 200, 204)),
                                            ("graded", (201, 403, 403, 403))])
def test_roles_of_labels(binary: Path, tmp_path: Path, role: str,
                         statuses: tuple[int, ...]) -> None:
    """With the graded policy, users create labels but do not change or delete them."""
    with Server(binary, tmp_path, KITH_ROLE_POLICY=role) as server:
        sign_up(server)  # the administrator
        account = sign_up(server)
        ann = account.create()["id"]
        made = account.call("POST", "labels", {"name": "Choir"})
        choir = made.json["id"]
        replies = (made, account.call("PUT", f"contacts/{ann}/labels/{choir}"),
                   account.call("PATCH", f"labels/{choir}", {"name": "Band"}),
                   account.call("DELETE", f"labels/{choir}"))
        assert tuple(each.status for each in replies) == statuses


def test_surplus_names_of_a_card_do_not_lock_the_list(server: Server) -> None:
    """Names beyond the limit stay in the card. Changes of its other labels are still possible."""
    account = sign_up(server)
    names = ",".join(f"c{number}" for number in range(1001))
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nCATEGORIES:{names}\r\nEND:VCARD\r\n"
    made = account.call("POST", "contacts", card.encode(), content_type="text/vcard")
    assert made.status == 201, made
    first = account.call("GET", "labels").json["items"][0]
    assert account.call("DELETE", f"labels/{first['id']}").status == 204
    second = account.call("GET", "labels").json["items"][0]
    path = f"contacts/{made.json['id']}/labels/{second['id']}"
    assert account.call("DELETE", path).status in (200, 204)
