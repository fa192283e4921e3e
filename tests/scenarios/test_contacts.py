"""Single contacts: create, get, replace, change, delete."""

import json
import socket
import threading
import time
import unicodedata
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest

from kith import Account, Client, Server, sign_up
from scenario import Scenario, play, table

CONTACTS = "contacts"
MERGE = {"content_type": "application/merge-patch+json"}
ANN = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.org",
       "phone": "+44 20 7946 0000", "birthday": "1990-02-28", "favorite": True, "notes": "a\nb"}
KEYS = ["id", "first_name", "last_name", "email", "phone", "birthday", "favorite", "notes",
        "created_at", "updated_at"]
TOMORROW = (date.today() + timedelta(days=2)).isoformat()  # in every time zone


def nested(depth: int) -> str:
    return '{"first_name":"A","x":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


CREATE = [
    Scenario("all fields", "POST", CONTACTS, 201, ANN,
             holds=('location: /api/v1/contacts/', 'etag: "', '"notes":"a\\nb"')),
    Scenario("a first name is enough", "POST", CONTACTS, 201, {"first_name": "A"},
             holds=('"last_name":null', '"email":null', '"favorite":false')),
    Scenario("text is kept as NFC", "POST", CONTACTS, 201, {"first_name": "Zoe\u0308"},
             holds=("Zoë",), lacks=("e\u0308",)),
    Scenario("any script", "POST", CONTACTS, 201, {"first_name": "李", "last_name": "عمر 👩‍👩‍👧"},
             holds=("李", "عمر 👩‍👩‍👧")),
    Scenario("a birthday without a year", "POST", CONTACTS, 201,
             {"first_name": "A", "birthday": "--02-29"}, holds=('"birthday":"--02-29"',)),
    Scenario("29 February of a leap year", "POST", CONTACTS, 201,
             {"first_name": "A", "birthday": "2024-02-29"}, holds=('"birthday":"2024-02-29"',)),
    Scenario("null clears", "POST", CONTACTS, 201, {"first_name": "A", "email": None},
             holds=('"email":null',)),
    Scenario("the first word My makes a favourite", "POST", CONTACTS, 201,
             {"first_name": "my mother"}, holds=('"favorite":true',)),
    Scenario("Mykola does not make a favourite", "POST", CONTACTS, 201, {"first_name": "Mykola"},
             holds=('"favorite":false',)),
    Scenario("SQL is text", "POST", CONTACTS, 201,
             {"first_name": "'; drop table contacts; --"}, holds=("'; drop table contacts; --",)),
    Scenario("HTML is text", "POST", CONTACTS, 201, {"first_name": "<b>A</b>"},
             holds=("<b>A</b>", "content-type: application/json")),
    Scenario("a name of 200", "POST", CONTACTS, 201, {"first_name": "ü" * 200}),
    Scenario("JSON with a charset", "POST", CONTACTS, 201, {"first_name": "A"},
             {"content_type": "application/json; charset=utf-8"}),
    Scenario("reads a depth of 32", "POST", CONTACTS, 422, nested(32), errors=("x",)),
    Scenario("rejects a depth of 33", "POST", CONTACTS, 400, nested(33), holds=("32 deep",)),
    Scenario("rejects a missing body", "POST", CONTACTS, 400, "", holds=("line 1, column 1",)),
    Scenario("rejects truncated JSON", "POST", CONTACTS, 400, '{\n"first_name": ',
             holds=("line 2",)),
    Scenario("rejects a trailing comma", "POST", CONTACTS, 400, '{"first_name":"A",}',
             holds=("urn:kith:problem:malformed", "line 1, column 19")),
    Scenario("JSON with a byte order mark", "POST", CONTACTS, 201,
             b'\xef\xbb\xbf{"first_name":"A"}', holds=('"first_name":"A"',)),
    Scenario("rejects two byte order marks", "POST", CONTACTS, 400,
             b'\xef\xbb\xbf\xef\xbb\xbf{"first_name":"A"}', holds=("line 1, column 1",)),
    Scenario("rejects many nested values", "POST", CONTACTS, 422,
             "{" + '"a":{},' * 140_000 + '"first_name":"A"}', holds=("is not a known field",)),
    Scenario("rejects two objects", "POST", CONTACTS, 400, '{"first_name":"A"}{}',
             holds=("only white space may follow the JSON value",)),
    Scenario("rejects an array", "POST", CONTACTS, 422, "[1,2]", errors=("body",)),
    Scenario("rejects invalid UTF-8", "POST", CONTACTS, 400, b'{"first_name":"\xff"}'),
    Scenario("rejects overlong UTF-8", "POST", CONTACTS, 400, b'{"first_name":"\xc0\xaf"}'),
    Scenario("rejects a surrogate in UTF-8", "POST", CONTACTS, 400,
             b'{"first_name":"\xed\xa0\x80"}'),
    Scenario("rejects a lone surrogate escape", "POST", CONTACTS, 400, r'{"first_name":"\ud800"}'),
    Scenario("rejects NUL", "POST", CONTACTS, 422, r'{"first_name":"a\u0000b"}',
             errors=("first_name",)),
    Scenario("rejects a control character", "POST", CONTACTS, 422, r'{"first_name":"a\u001bb"}',
             errors=("first_name",)),
    Scenario("a newline in a name becomes a blank", "POST", CONTACTS, 201,
             r'{"first_name":"a\nb"}', holds=('"first_name":"a b"',)),
    Scenario("rejects a duplicate key", "POST", CONTACTS, 422,
             '{"first_name":"A","first_name":"B"}',
             errors=("first_name",), holds=("must be given once",)),
    Scenario("rejects an unknown key", "POST", CONTACTS, 422, {"first_name": "A", "fax": "1"},
             errors=("fax",), holds=("is not a known field",)),
    Scenario("rejects read-only keys", "POST", CONTACTS, 422, {"first_name": "A", "id": "1"},
             errors=("id",)),
    Scenario("reports all invalid fields", "POST", CONTACTS, 422,
             {"first_name": "", "last_name": "x" * 201, "email": "no", "phone": 5,
              "birthday": "2023-02-29", "favorite": "yes", "notes": "n" * 10_001, "z": 1},
             errors=("first_name", "last_name", "email", "phone", "birthday", "favorite", "notes",
                     "z")),
    Scenario("rejects an empty contact", "POST", CONTACTS, 422, {}, errors=("first_name",),
             holds=("is required",)),
    Scenario("rejects a blank name", "POST", CONTACTS, 422, {"first_name": "  "},
             errors=("first_name",)),
    Scenario("rejects an invisible name", "POST", CONTACTS, 422,
             {"first_name": "\u200b\u00a0\u00ad"},
             errors=("first_name",)),
    Scenario("rejects month 13", "POST", CONTACTS, 422,
             {"first_name": "A", "birthday": "2026-13-01"},
             errors=("birthday",)),
    Scenario("rejects a birthday in the future", "POST", CONTACTS, 422,
             {"first_name": "A", "birthday": TOMORROW}, errors=("birthday",)),
    Scenario("rejects 30 February without a year", "POST", CONTACTS, 422,
             {"first_name": "A", "birthday": "--02-30"}, errors=("birthday",)),
    Scenario("rejects an invalid e-mail address", "POST", CONTACTS, 422,
             {"first_name": "A", "email": "a@b@c"},
             errors=("email",)),
    Scenario("rejects a number for a text", "POST", CONTACTS, 422, {"first_name": 1},
             errors=("first_name",), holds=("must be a text",)),
    Scenario("rejects XML", "POST", CONTACTS, 415, "<a/>", {"content_type": "application/xml"}),
    Scenario("rejects a missing media type", "POST", CONTACTS, 415, "{}", {"content_type": None}),
    Scenario("rejects a missing token", "POST", CONTACTS, 401, {"first_name": "A"},
             {"authorization": None},
             holds=("www-authenticate: Bearer",)),
    Scenario("rejects an unknown scheme", "POST", CONTACTS, 401, {"first_name": "A"},
             {"authorization": "Basic YTpi"}),
    Scenario("rejects an invalid token", "POST", CONTACTS, 401, {"first_name": "A"},
             {"authorization": "Bearer a.b.c"}),
]


@table(*CREATE)
def test_create(row: Scenario, account: Account) -> None:
    reply = play(row, account)
    if reply.status == 201:
        assert list(reply.json) == KEYS
        assert account.call("GET", reply.headers["location"]).json == reply.json
    else:
        assert account.items(CONTACTS) == [], "nothing may be half-written"


ONE = [
    Scenario("get", "GET", "contacts/{id}", 200, holds=('etag: "1-s"', '"email":"ann@')),
    Scenario("get with the current tag is 304", "GET", "contacts/{id}", 304,
             headers={"if_none_match": '"1-s"'}, holds=('etag: "1-s"',), lacks=("ann@",)),
    Scenario("get with an old tag returns the contact", "GET", "contacts/{id}", 200,
             headers={"if_none_match": '"0-s"'}),
    Scenario("one of many tags matches", "GET", "contacts/{id}", 304,
             headers={"if_none_match": '"7-s", W/"1-s"'}),
    Scenario("head", "HEAD", "contacts/{id}", 200, holds=('etag: "1-s"',), lacks=("ann@",)),
    Scenario("replace", "PUT", "contacts/{id}", 200, {"first_name": "B"},
             holds=('"first_name":"B"', '"email":null', '"favorite":false', 'etag: "2-s"')),
    Scenario("replace with the current tag", "PUT", "contacts/{id}", 200, {"first_name": "B"},
             {"if_match": '"1-s"'}),
    Scenario("rejects a replacement with an old tag", "PUT", "contacts/{id}", 412,
             {"first_name": "B"},
             {"if_match": '"9-s"'}, holds=("urn:kith:problem:precondition-failed",)),
    Scenario("replace with If-Match: *", "PUT", "contacts/{id}", 200, {"first_name": "B"},
             {"if_match": "*"}),
    Scenario("rejects a foreign tag", "PUT", "contacts/{id}", 412, {"first_name": "B"},
             {"if_match": '"abc"'}),
    Scenario("rejects an invalid replacement", "PUT", "contacts/{id}", 422,
             {"first_name": 1, "email": "x"},
             errors=("first_name", "email")),
    Scenario("change one field", "PATCH", "contacts/{id}", 200, {"last_name": "May"}, MERGE,
             holds=('"first_name":"Ann"', '"last_name":"May"', '"email":"ann@')),
    Scenario("change as plain JSON", "PATCH", "contacts/{id}", 200, {"last_name": "May"}),
    Scenario("null clears a field", "PATCH", "contacts/{id}", 200,
             {"email": None, "last_name": None},
             MERGE, holds=('"email":null', '"last_name":null')),
    Scenario("rejects a change that removes all names", "PATCH", "contacts/{id}", 422,
             {"first_name": None, "last_name": None}, MERGE, errors=("first_name",)),
    Scenario("a last name is enough", "PATCH", "contacts/{id}", 200, {"first_name": None}, MERGE,
             holds=('"first_name":null',)),
    Scenario("rejects a change with an old tag", "PATCH", "contacts/{id}", 412,
             {"last_name": "May"},
             {**MERGE, "if_match": '"9-s"'}),
    Scenario("rejects an invalid change", "PATCH", "contacts/{id}", 422, {"email": "x", "y": 1},
             MERGE,
             errors=("email", "y")),
    Scenario("rejects another media type for a change", "PATCH", "contacts/{id}", 415, "{}",
             {"content_type": "application/json-patch+json"}),
    Scenario("mark a favourite", "PATCH", "contacts/{id}/favorite", 200, {"favorite": False},
             holds=('"favorite":false', '"first_name":"Ann"')),
    Scenario("rejects a mark without a value", "PATCH", "contacts/{id}/favorite", 422, {},
             errors=("favorite",)),
    Scenario("rejects a mark with other fields", "PATCH", "contacts/{id}/favorite", 422,
             {"favorite": True, "email": "a@b.org"}, errors=("email",)),
    Scenario("delete", "DELETE", "contacts/{id}", 204, lacks=("ann@",)),
    Scenario("rejects a deletion with an old tag", "DELETE", "contacts/{id}", 412,
             headers={"if_match": '"9-s"'}),
    Scenario("rejects POST to a contact", "POST", "contacts/{id}", 405, {"first_name": "A"},
             holds=("allow: GET, HEAD, PUT, PATCH, DELETE",)),
    Scenario("delete them all", "DELETE", "contacts", 405, holds=("allow: GET, HEAD, POST",)),
    Scenario("an unknown method", "BREW", "contacts/{id}", 501),
    Scenario("an unknown path", "GET", "contacts/{id}/spouse", 404),
    Scenario("a slash too many", "GET", "contacts/{id}/", 404),
]


@table(*ONE)
def test_requests_for_one_contact(row: Scenario, account: Account) -> None:
    """Requests for one contact."""
    ann = account.create(**ANN)
    before = account.items(CONTACTS)
    reply = play(row, account, {"id": ann["id"]})
    if row.method == "DELETE" and reply.status == 204:
        assert account.items(CONTACTS) == []
    elif reply.status >= 400:
        assert account.items(CONTACTS) == before, "nothing may be half-written"


NOBODYS = [
    "{other}", "{deleted}", "018f3e3e-0000-7000-8000-000000000000", "not-a-uuid", "1", "%00",
    "018f3e3e000070008000000000000000", "..%2f..%2fetc",
]


@pytest.mark.parametrize("one", NOBODYS)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "PATCH favorite"])
def test_another_accounts_contact_is_404(server: Server, account: Account, one: str,
                                         method: str) -> None:
    """Another account's contact is answered with 404."""
    other_account = sign_up(server)
    theirs = other_account.create(first_name="Secret")
    gone = account.create()
    account.call("DELETE", f"contacts/{gone['id']}")
    path = "contacts/" + one.format(other=theirs["id"], deleted=gone["id"])
    verb, _, part = method.partition(" ")
    body = {"GET": None, "DELETE": None}.get(
        verb, {"favorite": True} if part else {"first_name": "B"})
    reply = account.call(verb, path + (f"/{part}" if part else ""), body)
    assert (reply.status, reply.json["type"]) == (404, "urn:kith:problem:not-found")
    assert "Secret" not in reply.text
    assert other_account.call("GET", f"contacts/{theirs['id']}").json["first_name"] == "Secret"


def test_a_deleted_contact_is_in_no_list(account: Account) -> None:
    """A deleted contact appears in no list."""
    soon = "--" + (date.today() + timedelta(days=1)).isoformat()[5:]
    gone = account.create(first_name="Gone", birthday=soon)
    kept = account.create(first_name="Kept", birthday=soon)
    assert account.call("DELETE", f"contacts/{gone['id']}").status == 204
    for path in ("contacts", "contacts/search?q=e", "contacts/birthdays?days=3"):
        assert [each["id"] for each in account.items(path)] in ([kept["id"]], []), path
    assert account.items("contacts/search?q=gone") == []
    assert account.call("DELETE", f"contacts/{gone['id']}").status == 404


def test_a_change_sets_updated_at(account: Account) -> None:
    """A change sets updated_at and keeps created_at."""
    ann = account.create()
    assert ann["created_at"] == ann["updated_at"]
    changed = account.call("PATCH", f"contacts/{ann['id']}", {"last_name": "Lee"}).json
    assert changed["created_at"] == ann["created_at"]
    assert changed["updated_at"] > ann["updated_at"]


def test_revisions_are_counted_per_account(account: Account) -> None:
    """Revisions are counted per account."""
    first, second = account.create(), account.create()
    assert (first["etag"], second["etag"]) == ('"1-s"', '"2-s"')
    reply = account.call("PATCH", f"contacts/{first['id']}", {"notes": "x"})
    assert reply.etag == '"3-s"'


def test_if_match_prevents_lost_updates(account: Account) -> None:
    """Eight clients read, append a letter and write under If-Match: no letter is lost."""
    ann = account.create(notes="-")

    def add(letter: str) -> None:
        client = Client(account.server.port, account.tokens["access_token"])
        while True:
            seen = client.call("GET", f"/api/v1/contacts/{ann['id']}")
            body = {"notes": seen.json["notes"] + letter}
            reply = client.call("PATCH", f"/api/v1/contacts/{ann['id']}", body,
                                if_match=seen.etag)
            if reply.status == 200:
                return
            assert reply.status == 412, reply

    threads = [threading.Thread(target=add, args=(letter,)) for letter in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    notes = account.call("GET", f"contacts/{ann['id']}").json["notes"]
    assert sorted(notes) == list("-abcdefgh")


def test_concurrent_patches_all_take_effect(account: Account) -> None:
    """Concurrent PATCH requests without conditions all take effect."""
    ann = account.create()
    fields = {"last_name": "Lee", "email": "a@example.org", "phone": "123", "notes": "n"}
    replies = []

    def patch(name: str) -> None:
        replies.append(account.call("PATCH", f"contacts/{ann['id']}", {name: fields[name]}))

    threads = [threading.Thread(target=patch, args=(name,)) for name in fields]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.status for reply in replies} == {200}
    assert fields.items() <= account.call("GET", f"contacts/{ann['id']}").json.items()


def random_text(random: Random, chars_max: int, *, lines: bool = False) -> str:
    """Assigned characters of all of Unicode in NFC, with visible ends and without runs of
    blanks."""
    blocks = [(0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x52F), (0x590, 0x6FF), (0x900, 0xDFF),
              (0x2000, 0x2BFF), (0x3040, 0x9FFF), (0xAC00, 0xD7A3), (0xE000, 0xFFEF),
              (0x1F300, 0x1FAFF), (0x20000, 0x2A6DF)]
    codes = (random.randint(*random.choice(blocks)) for _ in range(random.randint(1, chars_max)))
    known = (char for char in map(chr, codes) if unicodedata.category(char) not in ("Cn", "Cc"))
    text = "x " + "".join(char for char in known if lines or not char.isspace())
    end = ("\n" if lines else "") + random.choice("\"'\\%_<&;")
    return unicodedata.normalize("NFC", text)[:chars_max - len(end)] + end


def random_contact(random: Random) -> dict[str, Any]:
    birthday = random.choice(["1900-01-01", "2024-02-29", "--02-29", "--12-31", None])
    email = random.choice(["a'b+c@example.org", "x@bücher.example", None])
    return {"first_name": random_text(random, 200),
            "last_name": random.choice([random_text(random, 200), None]),
            "email": email, "phone": random.choice([random_text(random, 50), None]),
            "birthday": birthday, "favorite": random.random() < 0.5,
            "notes": random.choice([random_text(random, 1000, lines=True), None])}


def test_a_stored_contact_equals_the_sent_one(account: Account) -> None:
    """A property test: a stored contact equals the one that was sent, also after it is sent
    again."""
    random = Random(20261124)
    kept = {}
    for _ in range(100):
        contact = random_contact(random)
        made = account.call("POST", "contacts", contact)
        assert made.status == 201, (contact, made)
        assert contact.items() <= made.json.items()
        assert account.call("GET", made.headers["location"]).json == made.json
        put = account.call("PUT", made.headers["location"], contact)
        assert {**put.json, "updated_at": None} == {**made.json, "updated_at": None}
        kept[made.json["id"]] = put.json
    assert {each["id"]: each for each in account.items("contacts?limit=7")} == kept


def test_created_at_is_the_end_of_the_request(account: Account) -> None:
    """The time of a create is the end of its request: a slow body must not backdate a change."""
    body = b'{"first_name":"Slow"}'
    with socket.create_connection(("127.0.0.1", account.server.port), timeout=10) as connection:
        connection.sendall(b"POST /api/v1/contacts HTTP/1.1\r\nHost: kith\r\n"
                           b"Content-Type: application/json\r\nConnection: close\r\n"
                           b"Authorization: Bearer " + account.tokens["access_token"].encode()
                           + b"\r\nContent-Length: %d\r\n\r\n" % len(body))
        time.sleep(1)
        sent_at = datetime.now(timezone.utc)
        connection.sendall(body)
        assert connection.recv(65536).startswith(b"HTTP/1.1 201 ")
    made = account.items("contacts")[0]
    assert datetime.fromisoformat(made["created_at"].replace("Z", "+00:00")) >= sent_at
