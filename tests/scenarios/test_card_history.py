"""The history of stored cards: what a change did to the members of the card."""

from pathlib import Path
from typing import Any, Iterator

import pytest

from kith import Account, Server, sign_up

VCARD = {"content_type": "text/vcard"}
CARD = (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Berg\r\nN:Berg;Anna;;;\r\n"
        b"EMAIL;TYPE=WORK:anna@example.org\r\nTITLE:Engineer\r\nREV:2026-01-01T00:00:00Z\r\n"
        b"END:VCARD\r\n")


@pytest.fixture
def own_server(binary: Path, tmp_path: Path) -> Iterator[Server]:
    with Server(binary, tmp_path) as server:
        yield server


def differences(account: Account, contact: dict[str, Any]) -> list[dict[str, tuple[Any, Any]]]:
    """Of each change, newest first: field -> values before and after."""
    return [{each["field"]: (each["before"], each["after"]) for each in entry["differences"]}
            for entry in account.items(f"contacts/{contact['id']}/history")]


def test_a_history_shows_changed_members_of_the_card(account: Account) -> None:
    """The simple fields come first. REV is not shown, though every edit moves it."""
    contact = account.call("POST", "contacts", CARD, **VCARD).json
    path = f"contacts/{contact['id']}"
    assert account.call("PUT", path, CARD.replace(b"Engineer", b"Director"), **VCARD).status == 200
    assert account.call("PATCH", path, {"email": "new@example.org"}).status == 200
    email, title, creation = differences(account, contact)
    assert list(email) == ["email", "card/emails"]
    assert email["email"] == ("anna@example.org", "new@example.org")
    before, after = email["card/emails"]
    assert [each["address"] for each in before.values()] == ["anna@example.org"]
    assert [each["address"] for each in after.values()] == ["new@example.org"]
    assert list(title) == ["card/titles"]
    assert [[each["name"] for each in value.values()] for value in title["card/titles"]] == [
        ["Engineer"], ["Director"]]
    assert creation == {}


def test_a_card_that_becomes_stored_is_compared_with_its_generated_one(account: Account) -> None:
    contact = account.create(first_name="Anna", email="anna@example.org")
    card = {"titles": {"TITLE-1": {"name": "Engineer"}}}
    assert account.call("PATCH", f"contacts/{contact['id']}", {"card": card}).status == 200
    changed, creation = differences(account, contact)
    assert changed["card/titles"][0] is None and "card/emails" not in changed, changed
    assert creation == {}
    assert account.call("POST", "contacts/undo", {}).status == 200
    undone = differences(account, contact)[0]
    assert undone["card/titles"][1] is None, undone


def test_simple_contacts_show_their_fields_only(account: Account) -> None:
    contact = account.create(first_name="Anna", email="anna@example.org")
    account.call("PATCH", f"contacts/{contact['id']}", {"email": "new@example.org"})
    assert differences(account, contact) == [{"email": ("anna@example.org", "new@example.org")}, {}]


def test_each_page_shows_its_own_changes_of_a_card(account: Account) -> None:
    contact = account.call("POST", "contacts", CARD, **VCARD).json
    path = f"contacts/{contact['id']}"
    for number in range(5):
        account.call("PATCH", path, {"email": f"a{number}@example.org"})
    told, cursor = [], ""
    while True:
        page = account.call("GET", f"{path}/history?limit=2{cursor}").json
        told += [each["after"] for entry in page["items"] for each in entry["differences"]
                 if each["field"] == "card/emails"]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    addresses = [next(iter(value.values()))["address"] for value in told]
    assert addresses == [f"a{number}@example.org" for number in (4, 3, 2, 1, 0)]


def test_data_of_the_card_are_named_by_their_hash(account: Account) -> None:
    with_sound = CARD.replace(b"TITLE:", b"SOUND;ENCODING=b:" + b"QUJD" * 1000 + b"\r\nTITLE:")
    contact = account.call("POST", "contacts", CARD, **VCARD).json
    account.call("PUT", f"contacts/{contact['id']}", with_sound, **VCARD)
    changed = differences(account, contact)[0]
    assert list(changed) == ["card/media"]
    uris = [each["uri"] for each in changed["card/media"][1].values()]
    assert uris[0].startswith("ni:///sha-256;") and len(uris[0]) < 100


def test_a_card_that_became_too_large_loses_nothing_in_its_history(account: Account) -> None:
    """A card of too many lines is not shown there, and is not taken for an empty one."""
    contact = account.call("POST", "contacts", CARD, **VCARD).json
    many = b"".join(b"X-LINE:%d\r\n" % number for number in range(4_100))
    large = CARD.replace(b"TITLE:", many + b"TITLE:")
    assert account.call("PUT", f"contacts/{contact['id']}", large, **VCARD).status == 200
    assert differences(account, contact)[0] == {}


def test_a_damaged_card_hides_no_history(own_server: Server) -> None:
    """Earlier bytes that cannot be read hide the members of the card alone."""
    account = sign_up(own_server)
    contact = account.call("POST", "contacts", CARD, **VCARD).json
    account.call("PATCH", f"contacts/{contact['id']}", {"email": "new@example.org"})
    own_server.sql("update contact_changes set old_card = ? where old_card is not null", b"damaged")
    assert differences(account, contact) == [{"email": ("anna@example.org", "new@example.org")}, {}]
    assert "cannot be read" in own_server.diagnostics()
