"""The default region of an account: where it comes from, how it changes, and what it means."""

import time
from pathlib import Path

import pytest

from kith import API, PASSWORD, Account, Server, query, sign_in, sign_up
from scenario import Scenario, play, table

ME = [
    Scenario("sets the region", "PATCH", "users/me", 200, {"default_region": "at"},
             holds=('"default_region":"AT"', '"username":"user"')),
    Scenario("clears the region", "PATCH", "users/me", 200, {"default_region": None},
             holds=('"default_region":null',)),
    Scenario("changes only the name", "PATCH", "users/me", 200, {"username": "Zoe"},
             holds=('"username":"Zoe"',)),
    Scenario("accepts Kosovo", "PATCH", "users/me", 200, {"default_region": "XK"},
             holds=('"default_region":"XK"',)),
    Scenario("changes nothing", "PATCH", "users/me", 200, {}, holds=('"username":"user"',)),
    Scenario("rejects a code that is not assigned", "PATCH", "users/me", 422,
             {"default_region": "ZZ"}, errors=("default_region",)),
    Scenario("rejects three letters", "PATCH", "users/me", 422, {"default_region": "AUT"},
             errors=("default_region",)),
    Scenario("rejects an empty code", "PATCH", "users/me", 422, {"default_region": ""},
             errors=("default_region",)),
    Scenario("rejects a number", "PATCH", "users/me", 422, {"default_region": 43},
             errors=("default_region",)),
    Scenario("rejects two faults at once", "PATCH", "users/me", 422,
             {"default_region": "ZZ", "username": None}, errors=("default_region", "username")),
]
LANGUAGES = [("de-AT,de;q=0.9", "AT"), ("de", "DE"), ("de,en-US;q=0.7,en;q=0.3", "DE"),
             ("en-GB", "GB"), ("en", None), ("*", None), ("\x7f;;,", None), (None, None)]


@table(*ME)
def test_the_region_is_changed(row: Scenario, account: Account) -> None:
    play(row, account)


@pytest.mark.parametrize(("languages", "region"), LANGUAGES)
def test_a_new_account_has_the_region_of_the_client(server: Server, languages: str | None,
                                                    region: str | None) -> None:
    email = f"region{LANGUAGES.index((languages, region))}@example.org"
    fields = {"username": "user", "email": email, "password": PASSWORD}
    reply = server.call("POST", f"{API}/auth/signup", fields, accept_language=languages)
    assert reply.status == 201, reply
    assert reply.json["default_region"] == region
    account = sign_in(server, email)
    assert account.call("GET", "users/me").json["default_region"] == region


def keys_of(server: Server) -> list[str]:
    return sorted(key for key, in server.sql("select key from contact_keys where kind = 2"))


def test_another_region_renews_the_keys_of_phone_numbers(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        old = account.create(phone="0676 1234567")
        account.create(phone="+49 30 1234567")
        assert keys_of(server) == ["+49301234567", "761234567"]
        assert account.call("PATCH", "users/me", {"default_region": "AT"}).status == 200
        account.create(phone="0676 7654321")
        assert "+436767654321" in keys_of(server), "at once for new contacts"
        time.sleep(2.1)
        assert server.run("jobs", "recompute_derived").returncode == 0
        assert keys_of(server) == ["+436761234567", "+436767654321", "+49301234567"]
        same = account.call("GET", f"contacts/{old['id']}")
        assert same.etag == old["etag"] and same.json["phone"] == "0676 1234567"
        assert server.run("doctor").returncode == 0
        for text in ("+43 676 1234567", "0676 1234567", "0043 676 1234567", "43 676 12345"):
            found = account.items("contacts/search" + query(q=text))
            assert [each["id"] for each in found] == [old["id"]], text
        account.call("DELETE", f"contacts/{old['id']}")
        account.call("DELETE", f"contacts/trash/{old['id']}")
        assert "+436761234567" not in keys_of(server)
