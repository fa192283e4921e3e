"""KITH_ACCOUNT_BYTES_MAX: the size of the cards and the history of an account."""

import json
from pathlib import Path
from typing import Iterator

import pytest

from cards import VCARD, vcard
from contract import check_contract
from kith import Account, Reply, Server, sign_up
from pictures import noise
from scenario import check_every_answer
from test_avatars import BINARY

MOST = 100_000


@pytest.fixture(scope="module")
def small(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("small")
    with Server(binary, folder, KITH_ACCOUNT_BYTES_MAX=str(MOST)) as server:
        yield server


@pytest.fixture
def full(small: Server) -> Account:
    """An account with room for less than 10,000 bytes."""
    account = sign_up(small)
    for _ in range(2):
        assert post(account, 46_000).status == 201
    return account


def card(size: int, filler: str = "x") -> bytes:
    return vcard("N:;Ann;;;", "FN:Ann", "X-ODD:" + filler * size)


def post(account: Account, size: int) -> Reply:
    return account.call("POST", "contacts", card(size), **VCARD)


def check_refusal(reply: Reply, method: str, path: str) -> None:
    assert reply.status == 507, reply
    assert reply.json["type"] == "urn:kith:problem:quota-exceeded"
    assert f"at most {MOST} bytes" in reply.json["detail"]
    check_every_answer(reply)
    check_contract(method, path, reply)


def test_a_card_beyond_the_limit_is_refused(full: Account) -> None:
    """A card beyond the limit is refused, by every request that writes one."""
    check_refusal(post(full, 10_000), "POST", "contacts")
    ann = full.create()
    path = f"contacts/{ann['id']}"
    check_refusal(full.call("PUT", path, card(10_000), **VCARD), "PUT", path)
    full_card = {"@type": "Card", "version": "2.0", "name": {"full": "Ann"},
                 "notes": {str(i): {"note": "n" * 5000} for i in range(3)}}
    check_refusal(full.call("PATCH", path, {"card": full_card},
                            content_type="application/merge-patch+json"), "PATCH", path)
    check_refusal(full.call("PUT", path + "/photo", noise(500), **BINARY), "PUT",
                  path + "/photo")
    assert full.call("GET", path).etag == ann["etag"], "nothing was written"


def test_simple_contacts_and_smaller_cards_are_written(full: Account) -> None:
    """Contacts without a card have a limit of their own, and a smaller card makes room."""
    ann = full.create(notes="n" * 9000)
    assert full.call("PATCH", f"contacts/{ann['id']}", {"notes": "m" * 9000}).status == 200
    first = full.items("contacts?sort=created")[-1]
    path = f"contacts/{first['id']}"
    assert full.call("PUT", path, card(10), **VCARD).status == 200
    assert full.call("DELETE", path).status == 204
    assert full.call("POST", path + "/restore").status == 200


def test_cards_deleted_permanently_make_room(full: Account) -> None:
    """The trash counts."""
    first = full.items("contacts")[0]
    assert full.call("DELETE", f"contacts/{first['id']}").status == 204
    assert post(full, 10_000).status == 507
    assert full.call("DELETE", f"contacts/trash/{first['id']}").status == 204
    assert post(full, 10_000).status == 201


def test_a_batch_writes_the_cards_that_fit(small: Server) -> None:
    """Each operation of a batch is refused by itself."""
    account = sign_up(small)
    shown = {"@type": "Card", "version": "2.0", "name": {"full": "Ann"},
             "notes": {str(i): {"note": "n" * 9000} for i in range(4)}}
    operations = [{"op": "create", "contact": {"card": shown}} for _ in range(4)]
    operations.append({"op": "create", "contact": {"first_name": "Ann"}})
    reply = account.call("POST", "contacts/batch", {"operations": operations})
    assert [each["status"] for each in reply.json["results"]] == [201, 201, 507, 507, 201]
    assert "quota-exceeded" in json.dumps(reply.json)


def test_a_revert_to_a_card_that_does_not_fit_is_refused(full: Account) -> None:
    """A revert to a larger card needs room for it."""
    first = full.items("contacts?view=full")[0]
    path = f"contacts/{first['id']}"
    assert full.call("PUT", path, card(10), **VCARD).status == 200
    assert post(full, 20_000).status == 201
    assert post(full, 20_000).status == 201
    reply = full.call("POST", f"{path}/revert", {"revision": first["revision"]})
    check_refusal(reply, "POST", f"{path}/revert")


def test_zero_is_no_limit(binary: Path, tmp_path: Path) -> None:
    """With 0, cards are counted but never refused; a limit set later refuses larger ones."""
    server = Server(binary, tmp_path, KITH_ACCOUNT_BYTES_MAX="0")
    with server:
        account = sign_up(server)
        assert post(account, 3 * MOST).status == 201
    server.settings["KITH_ACCOUNT_BYTES_MAX"] = str(MOST)
    with server:
        assert post(account, 10).status == 507
        assert account.create()["first_name"] == "Ann"
        done = server.run("doctor")
        assert "over 90 % of KITH_ACCOUNT_BYTES_MAX: 1" in done.stdout, done


def test_a_negative_limit_is_refused(binary: Path, tmp_path: Path) -> None:
    """A negative limit is refused at start-up."""
    done = Server(binary, tmp_path, KITH_ACCOUNT_BYTES_MAX="-1").run("doctor")
    assert done.returncode != 0
    assert "KITH_ACCOUNT_BYTES_MAX" in done.stderr and "must be 0 or more" in done.stderr
