"""Address books."""

import time
from pathlib import Path
from typing import Any

from contract import check_contract
from kith import API, Account, Client, Server, make_app_password, sign_up
from scenario import Scenario, play, table

BATCH = "contacts/batch"
ANN = {"first_name": "Ann"}


def write(name: str, book: object, **expected: object) -> list[Scenario]:
    """A contact with `book`, by every request that writes one. A batch answers 200."""
    contact = {**ANN, "book": book}
    status = expected.pop("status")
    assert isinstance(status, int)
    created = 201 if status == 200 else status
    rows = [("POST", "contacts", created, contact), ("PUT", "contacts/{id}", status, contact),
            ("PATCH", "contacts/{id}", status, {"book": book})]
    return [Scenario(f"{method} with {name}", method, path, code, body, **expected)  # type: ignore
            for method, path, code, body in rows]


@table(*write("the default book", 1, status=200, lacks=('"book"',)),
       *write("null", None, status=200),
       *write("an unknown book", 2, status=422, errors=("book",),
              holds=("is not an address book",)),
       *write("a book with a number of 64 bits", 2**40, status=422, errors=("book",)),
       *write("book 0", 0, status=422, errors=("book",), holds=("must be from 1",)),
       *write("a negative number", -1, status=422, errors=("book",)),
       *write("a fraction", 1.5, status=422, errors=("book",)),
       *write("a text", "1", status=422, errors=("book",), holds=("must be a whole number",)),
       *write("a list", [1], status=422, errors=("book",)),
       Scenario("finds the name written with escapes", "PATCH", "contacts/{id}", 422,
                r'{"\u0062\u006f\u006fk":2}', errors=("book",)),
       Scenario("rejects two books", "PATCH", "contacts/{id}", 422, '{"book":1,"book":1}',
                errors=("book",), holds=("must be given once",)),
       Scenario("reports all errors at once", "PATCH", "contacts/{id}", 422,
                {"book": "x", "email": "x", "unknown": 1}, errors=("book", "email", "unknown")),
       Scenario("rejects an unknown book with If-None-Match: *", "PUT",
                "contacts/0193c1e2-0000-7000-8000-000000000001", 422, {**ANN, "book": 7},
                {"if_none_match": "*"}, errors=("book",)))
def test_contacts_name_their_book(row: Scenario, account: Account) -> None:
    """A contact can name its book; another than an existing one changes nothing."""
    path = f"contacts/{account.create()['id']}"
    before = account.call("GET", path)
    play(row, account, {"id": before.json["id"]})
    if row.status >= 400:
        after = account.call("GET", path)
        assert (after.json, after.etag) == (before.json, before.etag)


def test_operations_of_a_batch_name_their_books(account: Account) -> None:
    """An unknown book fails its operation alone."""
    ids = [account.create()["id"] for _ in range(2)]
    reply = account.call("POST", BATCH, {"operations": [
        {"op": "create", "contact": {**ANN, "book": 1}},
        {"op": "create", "contact": {**ANN, "book": 3}},
        {"op": "replace", "id": ids[0], "contact": {**ANN, "book": 3}},
        {"op": "patch", "id": ids[1], "contact": {"book": 3}},
    ]})
    assert [each["status"] for each in reply.json["results"]] == [201, 422, 422, 422]
    for each in reply.json["results"][1:]:
        assert [error["field"] for error in each["problem"]["errors"]] == ["book"]


def add_book(account: Account, title: str = "Work", **fields: object) -> dict[str, Any]:
    reply = account.call("POST", "books", {"title": title, **fields})
    assert reply.status == 201, reply
    book: dict[str, Any] = reply.json
    return book


def books(account: Account) -> list[tuple[int, str, int]]:
    """The books of an account: number, title and number of contacts."""
    return [(each["id"], each["title"], each["contacts"])
            for each in account.call("GET", "books").json["items"]]


def test_a_new_account_has_the_default_book(account: Account) -> None:
    """The default book is listed without having been created."""
    reply = account.call("GET", "books")
    identifier = account.call("GET", "users/me").json["id"].replace("-", "")
    assert reply.json == {"items": [{
        "id": 1, "title": "Contacts", "description": None, "color": None, "name": "default",
        "url": f"/dav/books/{identifier}/default/", "contacts": 0, "revision": 0,
    }], "next_cursor": None}
    check_contract("GET", "books", reply)


@table(Scenario("creates a book", "POST", "books", 201,
                {"title": "Büro", "description": "Two\nlines", "color": "#aB12ef"},
                holds=('"name":"buro"', '"color":"#AB12EF"', "location: /api/v1/books/3",
                       '"description":"Two\\nlines"', '"contacts":0', '/buro/"')),
       Scenario("creates a book with a name", "POST", "books", 201,
                {"title": "B", "name": "my_book-2"}, holds=('"name":"my_book-2"',)),
       Scenario("requires a title", "POST", "books", 422, {}, errors=("title",)),
       Scenario("rejects a blank title", "POST", "books", 422, {"title": " \u200b"},
                errors=("title",)),
       Scenario("rejects a title of 201 characters", "POST", "books", 422, {"title": "é" * 201},
                errors=("title",), holds=("at most 200",)),
       Scenario("accepts a title of 200 characters", "POST", "books", 201, {"title": "é" * 200}),
       Scenario("rejects control characters", "POST", "books", 422, {"title": "a\u0007b"},
                errors=("title",)),
       Scenario("rejects a long description", "POST", "books", 422,
                {"title": "B", "description": "x" * 1001}, errors=("description",)),
       *[Scenario(f"rejects the colour {color!r}", "POST", "books", 422,
                  {"title": "B", "color": color}, errors=("color",), holds=("#1A2B3C",))
         for color in ("red", "#12345", "#1234567", "#12345g", "123456#", "＃123456")],
       *[Scenario(f"rejects the name {name!r}", "POST", "books", 422,
                  {"title": "B", "name": name}, errors=("name",))
         for name in ("a/b", "..", "A", "a b", "ü", "a%2Fb", "x" * 101)],
       Scenario("rejects unknown fields", "POST", "books", 422, {"title": "B", "default": True},
                errors=("default",)),
       Scenario("rejects a taken title", "POST", "books", 409, {"title": "WORK"},
                holds=("urn:kith:problem:title-taken", '"id":2')),
       Scenario("rejects a taken name", "POST", "books", 409, {"title": "B", "name": "work"},
                holds=("urn:kith:problem:name-taken", '"id":2')),
       Scenario("rejects the name of the default book", "POST", "books", 409,
                {"title": "B", "name": "default"}, holds=("name-taken", '"id":1')),
       Scenario("gets a book", "GET", "books/2", 200, holds=('"title":"Work"', 'etag: "')),
       Scenario("changes a title", "PATCH", "books/2", 200, {"title": "Office"},
                holds=('"title":"Office"', '"name":"work"')),
       Scenario("clears a description", "PATCH", "books/2", 200,
                {"description": None, "color": None}, holds=('"description":null',)),
       Scenario("rejects a title without text", "PATCH", "books/2", 422, {"title": None},
                errors=("title",)),
       Scenario("does not change a name", "PATCH", "books/2", 422, {"name": "x"},
                errors=("name",)),
       Scenario("rejects another book's title", "PATCH", "books/1", 409, {"title": "work"},
                holds=("title-taken",)),
       Scenario("renames the default book", "PATCH", "books/1", 200, {"title": "Family"},
                holds=('"name":"default"',)),
       Scenario("does not delete the default book", "DELETE", "books/1", 403,
                holds=("urn:kith:problem:default-book",)),
       Scenario("rejects If-Match of another revision", "PATCH", "books/2", 412, {"title": "x"},
                {"if_match": '"77-b0"'}, holds=('"current":{', '"title":"Work"')),
       Scenario("deletes only the revision of If-Match", "DELETE", "books/2", 412, None,
                {"if_match": '"77-b0"'}, holds=('"current":{',)),
       Scenario("deletes a book", "DELETE", "books/2", 204),
       *[Scenario(f"finds no book at {path}", method, f"books/{path}", 404, body)
         for path in ("3", "0", "01", "-1", "x", "1.0", "9223372036854775808", "%31x")
         for method, body in (("GET", None), ("PATCH", {"title": "x"}), ("DELETE", None))],
       Scenario("rejects other methods", "PUT", "books/2", 405, {"title": "x"},
                holds=("allow: GET, HEAD",)))
def test_books(row: Scenario, account: Account) -> None:
    """Books by the API."""
    add_book(account)
    play(row, account)


def test_other_accounts_are_out_of_reach(server: Server, account: Account) -> None:
    """Books of other accounts do not exist."""
    add_book(account)
    other = sign_up(server)
    for method, body in (("GET", None), ("PATCH", {"title": "x"}), ("DELETE", None)):
        assert other.call(method, "books/2", body).status == 404
    assert other.call("POST", "contacts", {**ANN, "book": 2}).status == 422
    assert books(other) == [(1, "Contacts", 0)]
    assert books(account) == [(1, "Contacts", 0), (2, "Work", 0)]


def test_the_51st_book_is_refused(account: Account) -> None:
    """An account has at most 50 books."""
    for number in range(2, 51):
        add_book(account, f"Book {number}")
    reply = account.call("POST", "books", {"title": "One more"})
    assert (reply.status, reply.json["type"]) == (403, "urn:kith:problem:too-many-books")
    assert account.call("DELETE", "books/9").status == 204
    assert add_book(account, "One more")["id"] == 51


def test_entity_tags(account: Account) -> None:
    """A tag changes with the properties and with the number of contacts; conditions compare the
    revision of the properties."""
    created = account.call("POST", "books", {"title": "Work"})
    first = account.call("GET", "books/2")
    assert created.etag == first.etag
    assert account.call("GET", "books/2", if_none_match=first.etag).status == 304
    account.create(book=2)
    second = account.call("GET", "books/2", if_none_match=first.etag)
    assert (second.status, second.json["contacts"]) == (200, 1)
    changed = account.call("PATCH", "books/2", {"title": "Office"}, if_match=first.etag)
    assert changed.status == 200
    assert changed.json["revision"] == second.json["revision"] + 2, "the contact is in between"
    assert account.call("DELETE", "books/2", if_match=first.etag).status == 412
    assert account.call("DELETE", "books/2", if_match=changed.etag).status == 204


def test_a_repeated_creation_makes_one_book(account: Account) -> None:
    """A request with an idempotency key takes effect once."""
    replies = [account.call("POST", "books", {"title": "Work"}, idempotency_key="k")
               for _ in range(2)]
    assert [each.status for each in replies] == [201, 201]
    assert replies[0].json == replies[1].json
    assert books(account) == [(1, "Contacts", 0), (2, "Work", 0)]


def test_a_contact_moves_between_books(account: Account) -> None:
    """A move is one change, which the history and undo take back."""
    add_book(account)
    ann = account.create()
    before = account.call("GET", f"contacts/{ann['id']}")
    moved = account.call("PATCH", f"contacts/{ann['id']}", {"book": 2})
    assert (moved.status, set(moved.json)) == (200, set(before.json))
    assert int(moved.etag.strip('"').split("-")[0]) == \
        int(before.etag.strip('"').split("-")[0]) + 1
    assert [count for _, _, count in books(account)] == [0, 1]
    assert account.call("POST", "contacts/undo").json == {"undone": 1, "skipped": 0}
    assert [count for _, _, count in books(account)] == [1, 0]
    put = account.call("PUT", f"contacts/{ann['id']}", {**ANN, "book": 2})
    assert put.status == 200
    assert account.call("PUT", f"contacts/{ann['id']}", ANN).status == 200
    assert [count for _, _, count in books(account)] == [0, 1], "without `book` it stays"
    history = account.call("GET", f"contacts/{ann['id']}/history").json["items"]
    reverted = account.call("POST", f"contacts/{ann['id']}/revert",
                            {"revision": history[-1]["revision"]})
    assert reverted.status == 200
    assert [count for _, _, count in books(account)] == [1, 0]


def test_deleting_a_book_moves_its_contacts_to_the_trash(account: Account) -> None:
    """All contacts are deleted in one change group; an undo brings them and the book back."""
    add_book(account, color="#112233", description="At work")
    kept = account.create()
    operations = [{"op": "create", "contact": {"first_name": f"N{i}", "book": 2}}
                  for i in range(350)]
    assert account.call("POST", BATCH, {"operations": operations}).status == 200
    token = account.call("GET", "contacts/changes?limit=200").json
    while token["has_more"]:
        token = account.call("GET", f"contacts/changes?limit=200&since={token['next_token']}").json
    before = account.call("GET", "books/2").json
    assert account.call("DELETE", "books/2").status == 204
    assert account.call("DELETE", "books/2").status == 404
    assert books(account) == [(1, "Contacts", 1)]
    assert [each["id"] for each in account.items("contacts")] == [kept["id"]]
    assert len(account.items("contacts/trash?limit=200")) == 350
    changes = account.call("GET", f"contacts/changes?since={token['next_token']}").json
    assert all(each["deleted"] for each in changes["items"])
    assert account.call("POST", "contacts", {**ANN, "book": 2}).status == 422
    assert account.call("POST", "contacts/undo").json == {"undone": 350, "skipped": 0}
    after = account.call("GET", "books/2").json
    assert {**after, "revision": 0} == {**before, "revision": 0}
    assert after["revision"] > before["revision"]


def test_a_restored_contact_brings_its_book_back(account: Account) -> None:
    """Restoring a single contact of a deleted book."""
    add_book(account)
    ids = [account.create(book=2)["id"] for _ in range(2)]
    assert account.call("DELETE", "books/2").status == 204
    add_book(account)
    assert account.call("POST", f"contacts/{ids[0]}/restore").status == 200
    assert books(account) == [(1, "Contacts", 0), (2, "Work (2)", 1), (3, "Work", 0)]


LISTS = ["contacts?", "contacts?sort=name&", "contacts?sort=created&", "contacts?sort=updated&",
         "contacts?favorite=true&", "contacts?favorite=false&sort=name&", "contacts?q=ann&",
         "contacts?q=ann&sort=updated&", "contacts/search?q=ann&",
         "contacts/birthdays?days=366&"]


def test_lists_of_a_book(account: Account) -> None:
    """Each list has the contacts of a book, page by page, or of all without `book`."""
    add_book(account)
    add_book(account, "Empty")
    operations = [{"op": "create", "contact": {"first_name": f"Ann {i % 7}", "book": 1 + i % 2,
                                               "favorite": i % 3 == 0, "birthday": "1990-05-17"}}
                  for i in range(24)]
    made = account.call("POST", BATCH, {"operations": operations}).json["results"]
    home = {each["id"]: 1 + i % 2 for i, each in enumerate(made)}
    for path in LISTS:
        everything = [each["id"] for each in account.items(f"{path}limit=50")]
        assert everything, path
        for book in (1, 2):
            wanted = [each for each in everything if home[each] == book]
            for limit in (1, 5, 50):
                found = account.items(f"{path}book={book}&limit={limit}")
                assert [each["id"] for each in found] == wanted, (path, book, limit)
        assert account.items(f"{path}book=3") == [], path


def test_a_search_follows_a_contact_to_another_book(account: Account) -> None:
    """The index learns of a move."""
    add_book(account)
    ids = [account.create()["id"] for _ in range(3)]
    assert len(account.items("contacts/search?q=ann&book=1")) == 3
    assert account.call("PATCH", f"contacts/{ids[0]}", {"book": 2}).status == 200
    assert [each["id"] for each in account.items("contacts/search?q=ann&book=2")] == [ids[0]]
    assert len(account.items("contacts/search?q=ann&book=1")) == 2
    assert account.call("DELETE", "books/2").status == 204
    assert account.items("contacts/search?q=ann&book=2") == []


def test_a_cursor_is_of_its_book(account: Account) -> None:
    """A cursor of one book is refused in the list of another, and in the list of all."""
    add_book(account)
    for _ in range(2):
        account.create(birthday="1990-05-17")
    for path in LISTS[:4] + LISTS[6:]:
        cursor = account.call("GET", f"{path}limit=1&book=1").json["next_cursor"]
        for other in ("", "&book=2"):
            reply = account.call("GET", f"{path}limit=1&cursor={cursor}{other}")
            assert reply.status == 400, (path, other)


@table(*[Scenario(f"rejects book={book} in {path}", "GET", f"{path}book={book}", 422,
                  errors=("book",))
         for path in ("contacts?", "contacts/search?q=a&", "contacts/birthdays?")
         for book in ("0", "-1", "x", "", "99999999999")])
def test_book_parameters(row: Scenario, account: Account) -> None:
    """A book in a query is a number."""
    play(row, account)


def test_permissions(tmp_path: Path, binary: Path) -> None:
    """Under the graded policy users create books, moderators change them, and administrators
    delete them."""
    with Server(binary, tmp_path, KITH_ROLE_POLICY="graded") as server:
        user = sign_up(server)
        add_book(user)
        assert user.call("PATCH", "books/2", {"title": "x"}).status == 403
        assert user.call("DELETE", "books/2").status == 403
        assert server.run("user", "role", user.email, "moderator").returncode == 0
        time.sleep(1.2)  # changed by another process
        assert user.call("PATCH", "books/2", {"title": "x"}).status == 200
        assert user.call("DELETE", "books/2").status == 403
        reader = Client(server.port, make_app_password(user, "api:read")["password"])
        assert reader.call("GET", f"{API}/books").status == 200
        assert reader.call("POST", f"{API}/books", {"title": "x"}).status == 403


def test_creations_are_limited_like_contacts(tmp_path: Path, binary: Path) -> None:
    """Books count against the limit of creations."""
    with Server(binary, tmp_path, KITH_RATE_LIMITS="contacts.create=1/h:2") as server:
        account = sign_up(server)
        add_book(account, "A")
        account.create()
        assert account.call("POST", "books", {"title": "B"}).status == 429
