"""Address books."""

from kith import Account
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

