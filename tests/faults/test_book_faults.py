"""A power cut while an address book is deleted."""

import http.client
import threading
import time
from pathlib import Path

import pytest

from kith import Account, Server, sign_in, sign_up

COUNT = 1000


def fill(account: Account) -> None:
    assert account.call("POST", "books", {"title": "Work"}).status == 201
    operations = [{"op": "create", "contact": {"first_name": f"N{i}", "book": 2}}
                  for i in range(COUNT)]
    reply = account.call("POST", "contacts/batch", {"operations": operations})
    assert {each["status"] for each in reply.json["results"]} == {201}


def delete(account: Account) -> None:
    try:
        account.call("DELETE", "books/2")
    except (OSError, http.client.HTTPException):
        pass  # the server was killed


@pytest.mark.parametrize("milliseconds", [0, 5, 15, 40, 90])
def test_a_kill_during_the_deletion_of_a_book(binary: Path, tmp_path: Path,
                                              milliseconds: int) -> None:
    """The book exists with the rest of its contacts, a repeat deletes it, and one undo brings
    everything back."""
    server = Server(binary, tmp_path).start()
    account = sign_up(server)
    fill(account)
    deleting = threading.Thread(target=delete, args=(account,))
    deleting.start()
    time.sleep(milliseconds / 1000)
    server.kill()
    deleting.join()
    with server:
        account = sign_in(server, account.email)
        left = account.call("GET", "books").json["items"][1:]
        trash = len(account.items("contacts/trash?limit=200"))
        assert trash + sum(each["contacts"] for each in left) == COUNT
        assert account.call("DELETE", "books/2").status == (204 if left else 404)
        assert [each["id"] for each in account.call("GET", "books").json["items"]] == [1]
        assert len(account.items("contacts/trash?limit=200")) == COUNT
        assert account.call("POST", "contacts/undo").json == {"undone": COUNT, "skipped": 0}
        books = account.call("GET", "books").json["items"]
        assert [(each["id"], each["contacts"]) for each in books] == [(1, 0), (2, COUNT)]
