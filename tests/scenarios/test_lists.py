"""Lists, search and birthdays."""

import json
import random
from calendar import isleap
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from kith import Account, query
from scenario import Scenario, play, table

QUERIES = [
    Scenario("an empty list", "GET", "contacts", 200, holds=('"items":[]', '"next_cursor":null'),
             lacks=("link:",)),
    Scenario("rejects limit 0", "GET", "contacts?limit=0", 422, errors=("limit",),
             holds=("1 to 500",)),
    Scenario("rejects limit 501", "GET", "contacts?limit=501", 422, errors=("limit",)),
    Scenario("rejects a limit that is not a number", "GET", "contacts?limit=ten", 422,
             errors=("limit",)),
    Scenario("rejects an unknown sort", "GET", "contacts?sort=id", 422, errors=("sort",),
             holds=("favorites",)),
    Scenario("rejects favorite=maybe", "GET", "contacts?favorite=maybe", 422, errors=("favorite",)),
    Scenario("rejects an unknown key", "GET", "contacts?offset=3&page=2", 422,
             errors=("offset", "page")),
    Scenario("rejects a key twice", "GET", "contacts?limit=1&limit=2", 422, errors=("limit",)),
    Scenario("rejects an invalid cursor", "GET", "contacts?cursor=abc", 400,
             holds=("urn:kith:problem:malformed", "cursor")),
    # A client with an empty variable gets an error instead of starting over endlessly.
    Scenario("rejects an empty cursor", "GET", "contacts?cursor=", 422, errors=("cursor",)),
    Scenario("rejects a cursor without a value", "GET", "contacts?cursor", 422, errors=("cursor",)),
    Scenario("rejects an empty cursor of a search", "GET", "contacts/search?q=a&cursor=", 422,
             errors=("cursor",)),
    Scenario("rejects empty parameters", "GET", "contacts?limit=&sort=&favorite=&cursor=", 422,
             errors=("limit", "sort", "favorite", "cursor")),
    Scenario("rejects empty parameters of birthdays", "GET",
             "contacts/birthdays?days=&tz=&feb29=&limit=&cursor=", 422,
             errors=("days", "tz", "feb29", "limit", "cursor")),
    Scenario("rejects an empty query", "GET", "contacts/search?q=", 422, errors=("q",)),
    Scenario("accepts an empty filter", "GET", "contacts?q=", 200, holds=('"items":[]',)),
    Scenario("accepts a blank filter", "GET", "contacts?q=%20%20", 200, holds=('"items":[]',)),
    Scenario("rejects a long cursor", "GET", "contacts?cursor=" + "a" * 2000, 400),
    Scenario("rejects a bad escape", "GET", "contacts?q=%zz", 400),
    Scenario("rejects invalid UTF-8", "GET", "contacts?q=%ff", 400,
             holds=("percent-encoded UTF-8",)),
    Scenario("rejects NUL", "GET", "contacts?q=%00", 422, errors=("q",)),
    Scenario("rejects a long search", "GET", "contacts/search?q=" + "a" * 201, 422, errors=("q",)),
    Scenario("requires a query", "GET", "contacts/search", 422, errors=("q",),
             holds=("is required",)),
    Scenario("rejects days -1", "GET", "contacts/birthdays?days=-1", 422, errors=("days",)),
    Scenario("rejects days 367", "GET", "contacts/birthdays?days=367", 422, errors=("days",)),
    Scenario("rejects an unknown zone", "GET", "contacts/birthdays?tz=Mars/Base", 422,
             errors=("tz",)),
    Scenario("rejects an unknown leap day rule", "GET", "contacts/birthdays?feb29=feb27", 422,
             errors=("feb29",)),
    Scenario("reports all invalid parameters", "GET",
             "contacts/birthdays?days=x&tz=x&feb29=x&limit=x", 422,
             errors=("days", "tz", "feb29", "limit")),
    Scenario("rejects a missing token", "GET", "contacts", 401, headers={"authorization": None}),
]


@table(*QUERIES)
def test_query(row: Scenario, account: Account) -> None:
    play(row, account)


def names(items: list[dict[str, Any]]) -> list[str]:
    return [" ".join(filter(None, (each["first_name"], each["last_name"]))) for each in items]


def test_lists_can_be_sorted(account: Account) -> None:
    for first, favorite in [("Zoë", False), ("Ängel", False), ("Bob", True), ("anna", False),
                            ("Ülo", True)]:
        account.create(first_name=first, favorite=favorite)
    first = account.items("contacts")[0]
    account.call("PATCH", f"contacts/{first['id']}", {"notes": "new"})
    assert names(account.items("contacts")) == ["Bob", "Ülo", "Ängel", "anna", "Zoë"]
    assert names(account.items("contacts?sort=name")) == ["Ängel", "anna", "Bob", "Ülo", "Zoë"]
    assert names(account.items("contacts?sort=created")) == ["Ülo", "anna", "Bob", "Ängel", "Zoë"]
    assert names(account.items("contacts?sort=updated"))[0] == "Bob"
    assert names(account.items("contacts?favorite=true")) == ["Bob", "Ülo"]
    assert names(account.items("contacts?favorite=false&sort=created")) == ["anna", "Ängel", "Zoë"]


@pytest.mark.parametrize("sort", ["favorites", "name", "created", "updated"])
def test_lists_without_favourites_skip_them(account: Account, sort: str) -> None:
    """The list without favourites starts after them, and the filter applies to every page."""
    for i in range(120):
        account.create(first_name=f"F{i:03}", favorite=True)
        if i % 40 == 0:
            account.create(first_name=f"N{i:03}")
    expected = ["N000", "N040", "N080"]
    if sort in ("created", "updated"):
        expected.reverse()
    for limit in (1, 2, 3, 50):
        path = f"contacts?favorite=false&sort={sort}&limit={limit}"
        assert names(account.items(path)) == expected
        assert names(account.items(path + "&q=n")) == expected
    favorites = account.items(f"contacts?favorite=true&sort={sort}&limit=7")
    assert len(favorites) == 120 and all(each["favorite"] for each in favorites)


@pytest.mark.parametrize("sort", ["favorites", "name", "created", "updated"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 500])
def test_pages_contain_each_contact_once(account: Account, sort: str, limit: int) -> None:
    """Pages contain each contact once, also with equal sort keys."""
    for i in range(7):
        account.create(first_name="Same", favorite=i % 2 == 0)
    whole = account.items(f"contacts?sort={sort}&limit=500")
    paged = account.items(f"contacts?sort={sort}&limit={limit}")
    assert [each["id"] for each in paged] == [each["id"] for each in whole]
    assert len(whole) == 7


def create_large(account: Account, count: int, **fields: Any) -> list[str]:
    """The ids of new contacts with the longest notes, with four bytes per character."""
    operations = [{"op": "create", "contact": {"first_name": f"N{i:03}", "notes": "🎂" * 10_000,
                                               **fields}} for i in range(count)]
    text = json.dumps({"operations": operations}, ensure_ascii=False)
    results = account.call("POST", "contacts/batch", text).json["results"]
    assert [each["status"] for each in results] == [201] * count
    return [each["id"] for each in results]


def pages(account: Account, path: str) -> list[list[dict[str, Any]]]:
    """The pages of a list, following its links. No page is much larger than 1 MiB."""
    found = []
    while path:
        reply = account.call("GET", path)
        assert reply.status == 200, reply
        assert len(reply.text.encode()) < 1_200_000
        found.append(reply.json["items"])
        link = reply.headers.get("link", "")
        path = link[1 : link.index(">")] if link else ""
        assert bool(link) == (reply.json["next_cursor"] is not None)
    return found


@pytest.mark.parametrize("path", ["contacts?limit=500&sort=name",
                                  "contacts?limit=500&favorite=false",
                                  "contacts?limit=500&sort=created",
                                  "contacts/birthdays?limit=500&days=366"])
def test_pages_of_large_contacts_are_bounded_in_bytes(account: Account, path: str) -> None:
    made = create_large(account, 60, birthday="1990-05-17")
    found = pages(account, path)
    assert len(found) == 3
    items = [each for page in found for each in page]
    assert sorted(each["id"] for each in items) == sorted(made)
    assert all(each["notes"] == "🎂" * 10_000 for each in items)


def test_pages_of_a_large_trash_are_bounded_in_bytes(account: Account) -> None:
    made = create_large(account, 60)
    account.call("POST", "contacts/batch",
                 {"operations": [{"op": "delete", "id": each} for each in made]})
    found = pages(account, "contacts/trash?limit=500")
    assert len(found) == 3
    assert [each["id"] for page in found for each in page] == made[::-1]


def test_pages_of_a_large_history_are_bounded_in_bytes(account: Account) -> None:
    contact = account.create(notes="first")
    for i in range(40):
        notes = f"{i:02}" + "🎂" * 9_990
        assert account.call("PATCH", f"contacts/{contact['id']}", {"notes": notes}).status == 200
    found = pages(account, f"contacts/{contact['id']}/history?limit=500")
    assert len(found) == 4
    entries = [each for page in found for each in page]
    assert len(entries) == 41 and entries[-1]["kind"] == "created"
    after = [each["differences"][0]["after"][:2] for each in entries[:-1]]
    assert after == [f"{i:02}" for i in reversed(range(40))]
    before = [each["differences"][0]["before"][:2] for each in entries[:-1]]
    assert before == [f"{i:02}" for i in reversed(range(39))] + ["fi"]


def test_link_names_the_next_page(account: Account) -> None:
    for i in range(3):
        account.create(first_name=f"A{i}")
    reply = account.call("GET", "contacts?limit=2&sort=name&q=a")
    link = reply.headers["link"]
    assert link.endswith('; rel="next"')
    following = account.call("GET", link[1 : link.index(">")])
    assert names(following.json["items"]) == ["A2"]
    assert "link" not in following.headers


def test_writes_do_not_shift_the_page(account: Account) -> None:
    """Contacts added before the cursor or deleted after it do not shift the page."""
    made = [account.create(first_name=f"N{i:02}") for i in range(10)]
    page = account.call("GET", "contacts?limit=5&sort=name").json
    account.create(first_name="N00 again")
    account.call("DELETE", f"contacts/{made[7]['id']}")
    rest = account.items("contacts?limit=5&sort=name&cursor=" + page["next_cursor"])
    assert names(rest) == ["N05", "N06", "N08", "N09"]


def test_a_cursor_of_another_list_is_refused(account: Account) -> None:
    """A cursor of another list is refused."""
    for i in range(3):
        account.create(first_name=f"A{i}")
    cursor = account.call("GET", "contacts?limit=1&sort=name").json["next_cursor"]
    tampered = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    for path in ["contacts?sort=created&cursor=" + cursor, "contacts?sort=name&cursor=" + tampered,
                 "contacts/birthdays?cursor=" + cursor]:
        assert account.call("GET", path).status == 400, path


def oracle(birthday: str, today: date, days: int, feb29: str) -> int | None:
    """Days until the birthday within the window, computed by iterating over the days."""
    month, day = int(birthday[-5:-3]), int(birthday[-2:])
    for ahead in range(days + 1):
        at = today + timedelta(days=ahead)
        moved = (month, day) == (2, 29) and not isleap(at.year)
        on = ((2, 28) if feb29 == "feb28" else (3, 1)) if moved else (month, day)
        if (at.month, at.day) == on:
            return ahead
    return None


def test_birthdays_equal_a_day_by_day_computation(account: Account) -> None:
    """The birthday list equals a day-by-day computation."""
    rng = random.Random(29)
    born = ["2000-02-29", "--02-29", "1999-12-31", "2000-01-01", "--02-28", "--03-01"]
    born += [(date(1950, 1, 1) + timedelta(days=rng.randrange(25_000))).isoformat()
             for _ in range(60)]
    made = {account.create(birthday=each)["id"]: each for each in born}
    today = datetime.now(timezone.utc).date()
    for days in (0, 1, 7, 31, 120, 366):
        for feb29 in ("feb28", "mar1"):
            found = account.items(f"contacts/birthdays?days={days}&feb29={feb29}&limit=7")
            expected = {id: ahead for id, birthday in made.items()
                        if (ahead := oracle(birthday, today, days, feb29)) is not None}
            assert {each["id"]: each["days_left"] for each in found} == expected
            assert [each["days_left"] for each in found] == sorted(expected.values())
            for each in found:
                next_day = today + timedelta(days=each["days_left"])
                assert each["next_birthday"] == next_day.isoformat()
                year = made[each["id"]][:4]
                turns = None if year.startswith("--") else next_day.year - int(year)
                assert each["turns"] == turns


def test_birthdays_use_the_date_in_the_zone(account: Account) -> None:
    """At the boundary between two days, the birthday is today in one zone and still to come in
    another."""
    tz = "Pacific/Kiritimati"  # UTC+14; Pacific/Niue is UTC-11, so the dates always differ
    for offset in range(-1, 3):
        day = datetime.now(timezone.utc).date() + timedelta(days=offset)
        account.create(first_name=str(offset), birthday="--" + day.isoformat()[5:])
    ahead = account.items(f"contacts/birthdays?days=0&tz={tz}")
    behind = account.items("contacts/birthdays?days=0&tz=Pacific/Niue")
    assert len(ahead) == len(behind) == 1
    assert int(ahead[0]["first_name"]) - int(behind[0]["first_name"]) in (1, 2)
