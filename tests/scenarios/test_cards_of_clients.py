"""Odd cards that programs wrote, and what the REST API makes of them. `tests/data/cards/cases.md`
is the table of expected results; what needs CardDAV or an import is judged elsewhere."""

import json
import re
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kith import API, Account, Reply

CARDS = Path(__file__).parents[1] / "data" / "cards"
VCARD = {"content_type": "text/vcard"}
Case = dict[str, Any]


def read_cases() -> dict[str, Case]:
    """The rows of the table: file -> expectations."""
    cases = {}
    for line in (CARDS / "cases.md").read_text(encoding="utf-8").splitlines():
        row = re.fullmatch(r"\| (\S+\.vcf) \| .* \| `(\{.*\})` \|", line)
        if row and (CARDS / row[1]).exists() and "import" not in (case := json.loads(row[2])):
            cases[row[1]] = case
    assert len(cases) >= 13
    return cases


CASES = read_cases()
# Group cards become labels, and their members are found by UID: CardDAV decides that.
PERSONS = {name: case for name, case in CASES.items() if case.get("listed", True)}


def create(account: Account, name: str) -> dict[str, Any]:
    reply = account.call("POST", "contacts", (CARDS / name).read_bytes(), **VCARD)
    assert reply.status == 201, reply
    return {**reply.json, "etag": reply.etag}


def card(account: Account, contact: dict[str, Any], version: str = "") -> bytes:
    """The card as it is stored, or converted to a version."""
    media_type = "text/vcard" + (f"; version={version}" if version else "")
    connection = HTTPConnection("127.0.0.1", account.server.port, timeout=30)
    connection.request("GET", f"{API}/contacts/{contact['id']}", headers={
        "Authorization": "Bearer " + account.tokens["access_token"], "Accept": media_type})
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, body
    return body


def lines_of(text: bytes) -> list[str]:
    return re.sub(rb"\r?\n[ \t]", b"", text).decode().splitlines()


def without_revisions(text: bytes) -> bytes:
    """The card without the values of REV, which an edit moves."""
    return re.sub(rb"(?mi)^(REV[^:\r\n]*:)[^\r\n]*", rb"\1", text)


def replaced(text: bytes, pairs: list[list[str]]) -> bytes:
    for old, new in pairs:
        assert text.count(old.encode()) == 1, old
        text = text.replace(old.encode(), new.encode())
    return text


def check_simple(reply: Reply | dict[str, Any], expected: dict[str, Any]) -> None:
    shown = reply if isinstance(reply, dict) else reply.json
    assert {name: shown[name] for name in expected} == expected


@pytest.mark.parametrize("name", PERSONS)
def test_the_bytes_come_back(account: Account, name: str) -> None:
    contact = create(account, name)
    assert card(account, contact) == (CARDS / name).read_bytes()
    put = account.call("PUT", f"contacts/{contact['id']}", (CARDS / name).read_bytes(), **VCARD)
    assert put.status == 200 and put.etag == contact["etag"], "nothing changed"


@pytest.mark.parametrize("name", PERSONS)
def test_the_simple_form_is_shown(account: Account, name: str) -> None:
    contact, case = create(account, name), PERSONS[name]
    check_simple(contact, case.get("simple", {}))
    body = {field: contact[field] for field in ("first_name", "last_name", "email", "phone",
                                                "birthday", "notes", "favorite")}
    before = card(account, contact)
    assert account.call("PUT", f"contacts/{contact['id']}", body).status == 200
    assert card(account, contact) == before, "the same form changes no byte"
    if case.get("photo"):
        assert account.call("GET", f"contacts/{contact['id']}?view=full").json["photo"]


@pytest.mark.parametrize("name", [name for name, case in PERSONS.items() if "edits" in case])
def test_edits_touch_their_lines_only(account: Account, name: str) -> None:
    contact, expected = create(account, name), (CARDS / name).read_bytes()
    for edit in PERSONS[name]["edits"]:
        changed = account.call("PATCH", f"contacts/{contact['id']}", edit["patch"])
        assert changed.status == 200, changed
        expected = replaced(expected, edit["replace"])
        assert without_revisions(card(account, contact)) == without_revisions(expected)
        check_simple(changed, edit.get("simple", {}))


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@pytest.mark.parametrize("name", PERSONS)
def test_conversions_have_the_expected_lines(account: Account, name: str, version: str) -> None:
    case, key = PERSONS[name], "v" + version[0]
    contact = create(account, name)
    lines = lines_of(card(account, contact, version))
    for pattern in case.get(key, []):
        assert any(re.search(pattern, line, re.IGNORECASE) for line in lines), (pattern, lines)
    for pattern in case.get(key + "_not", []):
        assert not any(re.search(pattern, line, re.IGNORECASE) for line in lines), pattern
    if case.get(key + "_same"):
        assert card(account, contact, version) == (CARDS / name).read_bytes()


@pytest.mark.parametrize("name", [name for name, case in PERSONS.items() if "search" in case])
def test_texts_find_the_contact(account: Account, name: str) -> None:
    contact = create(account, name)
    for text in PERSONS[name]["search"]:
        found = account.call("GET", f"contacts/search?q={quote(text)}").json["items"]
        assert [each["id"] for each in found] == [contact["id"]], text
