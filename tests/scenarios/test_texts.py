"""Texts as users type them: trimming, normalization, and search in other spellings."""

from typing import Any

import pytest

from kith import API, PASSWORD, Account, Server, query, sign_up


@pytest.fixture
def account(server: Server) -> Account:
    return sign_up(server)


CLEANED = [
    (" Anna ", "Anna"), ("\u200bAnna\u200b", "Anna"), ("Anna\u00a0", "Anna"),
    ("\ufeffAnna\u2060", "Anna"), ("\u202aAnna\u202c", "Anna"), ("Anna  Maria", "Anna Maria"),
    ("Anna\tMaria\r\n", "Anna Maria"), ("山田\u3000太郎", "山田 太郎"), ("❤️\u200b", "❤️"),
    ("👩\u200d👩\u200d👧 ", "👩\u200d👩\u200d👧"), (" علی\u200cرضا", "علی\u200cرضا"),
    ("x" * 200 + "  ", "x" * 200), ("\ufa19田", "\ufa19田"), ("\u212bse", "\u212bse"),
    ("Zoe\u0308 ", "Zoë"), ("\u2800Anna\u2800Maria\u2800", "Anna Maria"),
]


@pytest.mark.parametrize(("sent", "kept"), CLEANED)
def test_names_are_trimmed(account: Account, sent: str, kept: str) -> None:
    """Names are trimmed."""
    made = account.create(first_name="B")
    changed = account.call("PATCH", f"contacts/{made['id']}", {"first_name": sent},
                           content_type="application/merge-patch+json")
    assert (changed.status, changed.json["first_name"]) == (200, kept)
    assert account.create(last_name=sent)["last_name"] == kept


def test_other_fields_are_trimmed(account: Account) -> None:
    """Other fields are trimmed."""
    made = account.create(first_name="A", phone=" +49  30\u00a012 \u200e",
                          email="\u200bm\u00fcller@example.org\u200b", notes="\n a  b\n\n c \n")
    assert made["phone"] == "+49 30 12"
    assert made["email"] == "müller@example.org"
    assert made["notes"] == "a  b\n\n c"
    blank = account.create(first_name="A", phone=" \u200b", notes="\n \u2060")
    assert (blank["phone"], blank["notes"]) == (None, None)


CONTACT_EMAILS = [
    ("müller@example.org", True), ("анна@пошта.укр", True), ("用户@例子.中国", True),
    ("o'brien+a.b@example.org", True), ("mü ller@example.org", False),
    ('"a b"@example.org', True), ("a@[192.0.2.1]", True), ("a@sub_domain.example.org", True),
    ("mü\u200bller@example.org", False), ("müller", False), ("@example.org", False),
]


@pytest.mark.parametrize(("email", "is_kept"), CONTACT_EMAILS)
def test_contact_addresses_may_have_any_script(account: Account, email: str, is_kept: bool) -> None:
    """E-mail addresses of contacts accept any script."""
    reply = account.call("POST", "contacts", {"first_name": "A", "email": email})
    assert reply.status == (201 if is_kept else 422)
    if is_kept:
        assert reply.json["email"] == email


@pytest.mark.parametrize("copied", [
    "mailto:anna@example.org", "Anna <anna@example.org>", '"Berg, Anna" <anna@example.org>',
    "anna@example.org.", "\u2800anna@example.org"])
def test_links_and_names_around_an_address_are_removed(account: Account, copied: str) -> None:
    """Links and names around an address are removed."""
    assert account.create(first_name="A", email=copied)["email"] == "anna@example.org"


def test_invisible_characters_in_usernames_are_removed(server: Server, account: Account) -> None:
    """Invisible characters are removed from usernames, except those that shape others."""
    for sent, kept in [("An\u200bna\u2060", "Anna"), ("An\u202ena", "Anna"),
                       ("علی\u200cرضا", "علی\u200cرضا"), ("❤️ A", "❤️ A")]:
        assert sign_up(server).call("PATCH", "users/me", {"username": sent}).json[
            "username"] == kept


@pytest.mark.parametrize("end", ["\u200b", " ", "\u00a0", "\ufeff", "\u202c", "\u2060", "\u200e"])
def test_account_addresses_are_trimmed(server: Server, end: str) -> None:
    """An account's address is trimmed of invisible characters."""
    email = f"ends{ord(end):x}@example.org"
    for sent, status in ((email + end, 201), (end + email, 409)):
        reply = server.call("POST", f"{API}/auth/signup",
                            {"username": "A", "email": sent, "password": PASSWORD})
        assert reply.status == status
        if status == 201:
            assert f'"email":"{email}"' in reply.text
    login = server.call("POST", f"{API}/auth/login", {"email": end + email, "password": PASSWORD})
    assert login.status == 200


def test_apostrophes_distinguish_accounts(server: Server) -> None:
    """Addresses that differ in an apostrophe are different accounts."""
    for email in ("o'neill@example.org", "oneill@example.org"):
        reply = server.call("POST", f"{API}/auth/signup",
                            {"username": "A", "email": email, "password": PASSWORD})
        assert reply.status == 201


STORED: list[dict[str, Any]] = [
    {"first_name": "Nora", "last_name": "O’Brien"}, {"first_name": "Rory", "last_name": "O'Neil"},
    {"first_name": "ดู"}, {"first_name": "กัน"}, {"first_name": "مصطفى"}, {"first_name": "محمـــد"},
    {"first_name": "علی"}, {"first_name": "کریم"}, {"first_name": "ヤマダ"}, {"first_name": "さくら"},
    {"first_name": "Əli"}, {"first_name": "Jean‐Luc"}, {"first_name": "\ufa19"},
    {"first_name": "Kari", "phone": "22 86 44 00"},
    {"first_name": "Bert", "phone": "+49 30 1234567"},
    {"first_name": "Mia", "phone": "0172 1234567"},
    {"first_name": "Sam", "phone": "+1 202 555 0147"},
    {"first_name": "Ext", "phone": "+44 20 7946 0958 ext. 12"},
]
SEARCHES = [
    ("O'Brien", ["Nora"]), ("obrien", ["Nora"]), ("O’Neil", ["Rory"]), ("ดี", []), ("กิน", []),
    ("مصطفي", ["مصطفى"]), ("محمد", ["محمـــد"]), ("علي", ["علی"]), ("كريم", ["کریم"]),
    ("やまだ", ["ヤマダ"]), ("ｻｸﾗ", ["さくら"]), ("eli", ["Əli"]), ("jean-luc", ["Jean‐Luc"]),
    ("神", ["\ufa19"]),
    ("+47 22 86 44 00", ["Kari"]), ("0047 22864400", ["Kari"]), ("tel:+49301234567", ["Bert"]),
    ("030/123 45-67", ["Bert"]), ("+49 (0)30 1234567", ["Bert"]), ("+43 30 1234567", []),
    ("+49 172", ["Mia"]), ("tel:+49-172-1234567", ["Mia"]), ("+44 7202 555 0147", []),
    ("(202) 555–0147", ["Sam"]), ("020 7946 0958", ["Ext"]), ("+44 20 79460958 x12", ["Ext"]),
    ("+44 20 79460958 x13", []),
]


def test_search_matches_common_spellings(account: Account) -> None:
    """Search matches common spellings."""
    for each in STORED:
        account.create(**each)
    for text, expected in SEARCHES:
        found = account.items("contacts/search" + query(q=text))
        assert [each["first_name"] for each in found] == expected, text
