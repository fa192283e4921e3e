"""Search: matches, their order, and freshness."""

import re
import threading
from typing import Any

import pytest

from kith import Account, Server, query, sign_in, sign_up


@pytest.fixture
def account(server: Server) -> Account:
    return sign_up(server)


def names(items: list[dict[str, Any]]) -> list[str]:
    return [each["first_name"] for each in items]


def found(account: Account, text: str) -> list[str]:
    return names(account.items("contacts/search" + query(q=text)))


PEOPLE = [
    ("Łukasz", "Müller", "lm@example.org", "+49 (0)30 1234-567"),
    ("Anna", "Straße", "a_b@example.org", "030/765 43 21"),
    ("Олена", "Шевченко", "100%@example.org", "067 555 01 99"),
    ("伟", "王", "wang@例え.jp", "+86 10 6552 9988"),
    ("José", "O'Neil", None, None),
]
SEARCHES = [
    ("lukasz", ["Łukasz"]), ("ŁUK", ["Łukasz"]), ("muller", ["Łukasz"]), ("mueller", ["Łukasz"]),
    ("müller", ["Łukasz"]), ("MÜLL", ["Łukasz"]), ("strasse", ["Anna"]), ("STRAß", ["Anna"]),
    ("олена", ["Олена"]), ("ШЕВЧ", ["Олена"]), ("王", ["伟"]), ("jose", ["José"]),
    ("o'neil", ["José"]), ("nna", ["Anna"]), ("example.org", ["Łukasz", "Anna", "Олена"]),
    ("%", ["Олена"]), ("_", ["Anna"]), ("a_b", ["Anna"]), ("100%", ["Олена"]), ("\\", []),
    ("030 1234567", ["Łukasz"]), ("+49301234567", ["Łukasz"]), ("0049 30 1234567", ["Łukasz"]),
    ("1234-567", ["Łukasz"]), ("0307654321", ["Anna"]), ("6552", ["伟"]), ("٦٥٥٢", ["伟"]),
    ("+38067 5550199", ["Олена"]), ("anna strasse", ["Anna"]), ("strasse anna", ["Anna"]),
    ("e\u0301", ["José", "Łukasz", "Anna", "Олена"]),
    ("absent", []), ("anna muller", []), ("'; drop table contacts; --", []),
    ("lukasz lm@example.org", ["Łukasz"]), ("anna 030", ["Anna"]), ("anna 7654321", ["Anna"]),
    ("100% example", ["Олена"]), ("*", []), ("a*a", []), ("anna.", ["Anna"]),
    ("anna+", []), ("+86", ["伟"]),
]
BERGS = ["Anna Berg", "Johanna Bergmann"]
JEANS = ["Jean Luc Besson", "Jean-Luc Picard", "Jeanluc Godard"]
MUELLER = ["Jürgen Müller-Schmidt"]
WORDS = [
    ("berg anna", BERGS), ("Berg, Anna", BERGS),
    ("anna berg", BERGS), ("berg ", BERGS),
    (" anna", BERGS), ("anna\tberg", BERGS),
    ("  anna \t\r\n berg ", BERGS),
    ("anna\u00a0berg\u3000", BERGS),
    ("bergmann johanna", ["Johanna Bergmann"]),
    ("jean-luc", JEANS),
    ("jean luc", JEANS),
    ("luc, jean", JEANS),
    ("jeanluc", JEANS), ("picard jeanluc", ["Jean-Luc Picard"]),
    ("山田 太郎", ["太郎 山田"]), ("山田\u3000太郎", ["太郎 山田"]), ("山田、太郎", ["太郎 山田"]),
    ("schmidt mueller", MUELLER), ("müller schmidt", MUELLER),
    ("muellerschmidt jürgen", MUELLER), ("juergen muller", MUELLER),
    ("\"Berg, Anna\" <anna@example.org>", []),
    ("(Berg) Anna", BERGS), ("berg/anna!", BERGS),
    ("山田太郎", ["太郎 山田"]), ("picard.jean", ["Jean-Luc Picard"]),
    ("berg picard", []), ("anna anna anna", BERGS),
    (" ".join(["a"] * 16), ["Anna Berg", "Jean Luc Besson", "Jean-Luc Picard", "Jeanluc Godard",
                            "Johanna Bergmann"]),
    ("a" * 200, []),
]
# Queries without searchable characters.
EMPTY = ["", " ", "\t", "-", " , ", "、", "- ,", "\u0301", "\u0308\u0301", "\u200b"]


def test_search_finds_parts_of_fields(account: Account) -> None:
    for first, last, email, phone in PEOPLE:
        account.create(first_name=first, last_name=last, email=email, phone=phone)
    for text, expected in SEARCHES:
        for path in ("contacts/search", "contacts"):
            found = account.items(path + query(q=text))
            assert sorted(each["first_name"] for each in found) == sorted(expected), text


def test_all_words_must_match_in_any_order(account: Account) -> None:
    """All words must match, in any order and in any field, with any separators."""
    for name in ("Anna/Berg", "Johanna/Bergmann", "Jean-Luc/Picard", "Jean Luc/Besson",
                 "Jeanluc/Godard", "太郎/山田", "Jürgen/Müller-Schmidt"):
        first, last = name.split("/")
        account.create(first_name=first, last_name=last)
    for text, expected in WORDS:
        for path in ("contacts/search", "contacts"):
            found = account.items(path + query(q=text))
            names = [f"{each['first_name']} {each['last_name']}" for each in found]
            assert sorted(names) == sorted(expected), text


def test_a_search_requires_a_query(account: Account) -> None:
    """A search requires a searchable query; a list ignores an empty one."""
    for name in ("Ann", "Bea"):
        account.create(first_name=name)
    for text in EMPTY:
        reply = account.call("GET", "contacts/search" + query(q=text))
        assert reply.status == 422 and reply.json["errors"][0]["field"] == "q", text
        assert names(account.items("contacts" + query(q=text))) == ["Ann", "Bea"], text
    assert account.call("GET", "contacts/search").status == 422
    for text in (" ".join("abcdefghijklmnopq"), "a" * 201, "a\x01b", "\x00"):
        for path in ("contacts/search", "contacts"):
            reply = account.call("GET", path + query(q=text))
            assert reply.status == 422 and reply.json["errors"][0]["field"] == "q", text


def test_the_phrase_comes_first(account: Account) -> None:
    """Contacts with the phrase come before favourites with scattered words, on all pages."""
    for first, last, favorite in [("Berg", "Anna", True), ("Anna", "Berg", False),
                                  ("Zoe Anna", "Bergmann", False), ("Johanna", "Amberg", False),
                                  ("Anna", "Amberg", False), ("Berta", "Berg", True)]:
        account.create(first_name=first, last_name=last, favorite=favorite)
    best = ["Anna Berg", "Zoe Anna Bergmann", "Berg Anna", "Anna Amberg", "Johanna Amberg"]
    for limit in (1, 2, 3, 50):
        found = account.items(f"contacts/search?q=anna%20berg&limit={limit}")
        assert [f"{each['first_name']} {each['last_name']}" for each in found] == best, limit


def test_a_page_is_bounded_in_bytes(account: Account) -> None:
    notes = "n" * 10_000
    operations = [{"op": "create", "contact": {"first_name": f"Ann {i:03}", "notes": notes}}
                  for i in range(250)]
    for part in (operations[:80], operations[80:160], operations[160:]):
        assert account.call("POST", "contacts/batch", {"operations": part}).status == 200
    for path in ("contacts/search?q=ann", "contacts?q=ann"):
        page = account.call("GET", path + "&limit=500")
        assert len(page.text.encode()) < 1.1 * 1024 * 1024 and 90 < len(page.json["items"]) < 110
        assert page.json["next_cursor"]
        whole = names(account.items(path + "&limit=500"))
        assert whole == [f"Ann {i:03}" for i in range(250)]


def test_search_has_pages(account: Account) -> None:
    for i in range(9):
        account.create(first_name=f"Ann {i}", favorite=i % 3 == 0)
    account.create(first_name="Bob")
    whole = account.items("contacts/search?q=ann")
    assert len(whole) == 9 and [each["favorite"] for each in whole][:3] == [True] * 3
    assert account.items("contacts/search?q=ann&limit=2") == whole


def test_search_ranks_the_best_matches_first(account: Account) -> None:
    """The order is: favourites, matches at the beginning of a word, then by name."""
    for name, favorite in [("Hanna", False), ("Zoe Anna", False), ("Anna", False),
                           ("Johanna", True), ("Anna-Z", True), ("Berta", False)]:
        account.create(first_name=name, favorite=favorite)
    best = ["Anna-Z", "Johanna", "Anna", "Zoe Anna", "Hanna"]
    assert found(account, "anna") == best
    for limit in (1, 2, 3):
        assert names(account.items(f"contacts/search?q=anna&limit={limit}")) == best
    assert names(account.items("contacts?q=anna")) == ["Anna-Z", "Johanna", "Anna", "Hanna",
                                                       "Zoe Anna"]
    assert names(account.items("contacts?q=anna&sort=created&limit=2")) == [
        "Anna-Z", "Johanna", "Anna", "Zoe Anna", "Hanna"]
    assert names(account.items("contacts?q=anna&favorite=false&sort=name")) == [
        "Anna", "Hanna", "Zoe Anna"]


def test_search_names_the_matching_field(account: Account) -> None:
    """The response names the matching field."""
    contact = account.create(first_name="Jürgen", last_name="Krüger", email="boss@example.org",
                             phone="+49 30 1234567")
    contact.pop("etag")
    for text, field in [("jurg", "name"), ("gen krug", "name"), ("boss", "email"),
                        ("030123", "phone"), ("30 12", "phone"), ("krüger jürgen", "name"),
                        ("boss krüger", "email"), ("jürgen 030123", "phone"),
                        ("example.org 1234567 jürg", "email")]:
        assert account.items("contacts/search" + query(q=text)) == [{**contact, "matched": field}]
    assert account.items("contacts?q=boss") == [contact]


def test_the_index_reflects_every_kind_of_change(account: Account) -> None:
    """The index reflects every kind of change."""
    assert found(account, "ann") == []
    contact = account.create(first_name="Ann")
    path = f"contacts/{contact['id']}"
    assert found(account, "ann") == ["Ann"]
    account.call("PATCH", path, {"first_name": "Bea"})
    assert found(account, "ann") == [] and found(account, "bea") == ["Bea"]
    assert account.call("POST", "contacts/undo").status == 200
    assert found(account, "ann") == ["Ann"] and found(account, "bea") == []
    account.call("PUT", path, {"first_name": "Cat", "email": "x@ann.example"})
    assert found(account, "ann") == ["Cat"]
    account.call("DELETE", path)
    assert found(account, "ann") == []
    assert account.call("POST", f"{path}/restore").status == 200
    assert found(account, "ann") == ["Cat"]
    account.call("DELETE", path)
    account.call("DELETE", "contacts/trash")
    assert found(account, "ann") == []
    operations = [{"op": "create", "contact": {"first_name": f"Ann {i}"}} for i in range(700)]
    assert account.call("POST", "contacts/batch", {"operations": operations}).status == 200
    assert len(found(account, "ann")) == 700


def test_search_finds_no_other_accounts_contacts(server: Server, account: Account) -> None:
    """A search finds no other account's contacts."""
    other = sign_up(server)
    other.create(first_name="Secretive")
    assert found(account, "secretive") == []
    cursor_owner = [other.create(first_name=f"Ann {i}") for i in range(3)]
    cursor = other.call("GET", "contacts/search?q=ann&limit=1").json["next_cursor"]
    for path in ("contacts/search?q=ann&cursor=", "contacts?q=ann&cursor="):
        assert account.call("GET", path + cursor).status == 400
    for path in ("contacts/search?q=an&cursor=", "contacts?q=ann&cursor="):
        assert other.call("GET", path + cursor).status == 400
    assert len(cursor_owner) == 3


def test_a_cursor_stays_valid_when_its_contact_is_deleted(account: Account) -> None:
    """A cursor stays valid when its contact is deleted."""
    made = [account.create(first_name=f"Ann {i}") for i in range(6)]
    page = account.call("GET", "contacts/search?q=ann&limit=3").json
    account.call("DELETE", f"contacts/{made[2]['id']}")
    account.create(first_name="Ann 0 again")
    rest = account.items(f"contacts/search?q=ann&limit=3&cursor={page['next_cursor']}")
    assert names(rest) == ["Ann 3", "Ann 4", "Ann 5"]


def test_writes_are_found_at_once(account: Account) -> None:
    """Clients that write and search on all loops find their own and each other's words."""
    failures: list[str] = []

    def write_and_search(client: int) -> None:
        mine = sign_in(account.server, account.email)
        for i in range(30):
            word = f"w{client}x{i}z"
            contact = mine.create(first_name=word)
            if found(mine, word) != [word]:
                failures.append(f"{word} is not found")
            mine.call("PATCH", f"contacts/{contact['id']}", {"first_name": f"v{word}"})
            if found(mine, f"v{word}") != [f"v{word}"]:
                failures.append(f"v{word} is not found")
            if i % 3 == 0:
                mine.call("DELETE", f"contacts/{contact['id']}")
                if found(mine, word):
                    failures.append(f"{word} is found")

    threads = [threading.Thread(target=write_and_search, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(found(account, "w")) == 4 * 20


def test_the_index_is_correct_after_tombstones_were_purged(server: Server,
                                                           account: Account) -> None:
    """The index is correct after tombstones were purged."""
    for name in ("Forgotten 0", "Forgotten 1"):
        account.create(first_name=name)
    assert len(found(account, "forgotten")) == 2
    server.sql("update account_rev set rev = rev + 2, forgotten_rev = rev + 1 where account_id in "
               "(select account_id from contacts where first_name = 'Forgotten 1')")
    server.sql("delete from contacts where first_name = 'Forgotten 1'")
    assert found(account, "forgotten") == ["Forgotten 0"]


def test_the_index_follows_a_restored_database(server: Server, account: Account) -> None:
    """The index follows a database that was restored or replaced by a lagging standby."""
    for name in ("Restored 0", "Restored 1"):
        account.create(first_name=name)
    assert len(found(account, "restored")) == 2
    server.sql("update account_rev set rev = rev - 1 where account_id in "
               "(select account_id from contacts where first_name = 'Restored 1')")
    server.sql("delete from contacts where first_name = 'Restored 1'")
    assert found(account, "restored") == ["Restored 0"]


def test_metrics_report_the_indexes(server: Server, account: Account) -> None:
    """The metrics report the indexes."""
    account.create(first_name="Ann")
    found(account, "ann")
    text = server.call("GET", "/metrics").text
    for row in ("kith_search_indexes", "kith_search_index_bytes", "kith_search_loads_total"):
        value = re.search(rf"^{row} ([0-9.e+]+)$", text, re.MULTILINE)
        assert value and float(value[1]) >= 1, text


def test_evicted_indexes_are_loaded_again(binary: Any, tmp_path: Any) -> None:
    """Evicted indexes are loaded again."""
    with Server(binary, tmp_path, KITH_SEARCH_MEMORY_MIB=1) as server:
        accounts = [sign_up(server) for _ in range(3)]
        long_name = {"last_name": "long" * 50}
        operations = [{"op": "create", "contact": {"first_name": f"Ann {i}", **long_name}}
                      for i in range(1000)]
        for account in accounts:
            for _ in range(2):
                assert account.call("POST", "contacts/batch",
                                    {"operations": operations}).status == 200
        for _ in range(2):
            for account in accounts:
                reply = account.call("GET", "contacts/search?q=ann&limit=500")
                assert len(reply.json["items"]) == 500
        text = server.call("GET", "/metrics").text
        loads = re.search(r"^kith_search_loads_total ([0-9]+)$", text, re.MULTILINE)
        assert loads and int(loads[1]) > 3, text
