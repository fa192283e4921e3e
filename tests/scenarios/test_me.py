"""The user's own account: name, password, and deletion."""

from pathlib import Path

from kith import API, PASSWORD, Account, Server, sign_in, sign_up
from scenario import Scenario, play, table

NEW = "another horse battery"
ME = [
    Scenario("changes the name", "PATCH", "users/me", 200, {"username": "Änna"},
             holds=('"username":"Änna"',)),
    Scenario("rejects a blank name", "PATCH", "users/me", 422, {"username": " "},
             errors=("username",)),
    Scenario("rejects a change of the role", "PATCH", "users/me", 422,
             {"username": "A", "role": "admin"},
             errors=("role",)),
    Scenario("rejects a change of the address", "PATCH", "users/me", 422,
             {"username": "A", "email": "a@b.org"},
             errors=("email",)),
    Scenario("changes the password", "PUT", "users/me/password", 204,
             {"current_password": PASSWORD, "new_password": NEW}),
    Scenario("rejects a wrong current password", "PUT", "users/me/password", 422,
             {"current_password": "wrong password", "new_password": NEW},
             errors=("current_password",), lacks=("wrong password", NEW)),
    Scenario("rejects a short password", "PUT", "users/me/password", 422,
             {"current_password": PASSWORD, "new_password": "short"}, errors=("new_password",)),
    Scenario("rejects a guessable password", "PUT", "users/me/password", 422,
             {"current_password": PASSWORD, "new_password": "password123"},
             errors=("new_password",)),
    Scenario("rejects an empty body", "PUT", "users/me/password", 422, {},
             errors=("current_password", "new_password")),
    Scenario("deletes the account", "DELETE", "users/me", 204, {"password": PASSWORD}),
    Scenario("rejects a deletion with a wrong password", "DELETE", "users/me", 422,
             {"password": "wrong password"}, errors=("password",)),
    Scenario("rejects a deletion without a body", "DELETE", "users/me", 415),
]


@table(*ME)
def test_me(row: Scenario, account: Account) -> None:
    play(row, account)
    if row.status >= 400:
        assert sign_in(account.server, account.email).call("GET", "users/me").status == 200


def test_a_password_change_ends_the_other_sessions(server: Server, account: Account) -> None:
    """A password change ends the other sessions."""
    other = sign_in(server, account.email)
    change = {"current_password": PASSWORD, "new_password": NEW}
    assert account.call("PUT", "users/me/password", change).status == 204
    assert account.call("GET", "users/me").status == 200
    assert other.call("GET", "users/me").status == 401
    old = {"email": account.email, "password": PASSWORD}
    assert server.call("POST", f"{API}/auth/login", old).status == 401
    assert sign_in(server, account.email, NEW).call("GET", "users/me").status == 200


def test_deleting_an_account_deletes_all_its_data(binary: Path, tmp_path: Path) -> None:
    """Deleting an account deletes all its data."""
    with Server(binary, tmp_path) as server:
        account = sign_up(server, "farewell")
        ann = account.create(first_name="Unforgettable", notes="private words")
        account.call("PATCH", f"contacts/{ann['id']}", {"notes": "other private words"},
                     idempotency_key="k")
        account.call("POST", "contacts", {"first_name": "Keyed words"}, idempotency_key="k")
        account.call("DELETE", f"contacts/{ann['id']}")
        account.call("DELETE", f"contacts/trash/{ann['id']}")
        assert account.call("DELETE", "users/me", {"password": PASSWORD}).status == 204
        assert account.call("GET", "users/me").status == 401
        assert account.call("GET", "contacts").status == 401
        body = {"email": account.email, "password": PASSWORD}
        assert server.call("POST", f"{API}/auth/login", body).status == 401
        refreshed = server.call("POST", f"{API}/auth/refresh",
                                {"refresh_token": account.tokens["refresh_token"]})
        assert refreshed.status == 401
        again = {"username": "A", "email": account.email, "password": PASSWORD}
        assert server.call("POST", f"{API}/auth/signup", again).status == 201, "it is unused"
        assert sign_in(server, account.email).items("contacts") == []
    for table_name in ("contacts", "contact_changes", "contact_tombstones", "idempotency_keys",
                       "refresh_tokens"):
        owner = "account_id <> (select id from accounts)"
        count = server.sql(f"select count(*) from {table_name} where {owner}")
        assert count == [(0,)], table_name


def test_the_last_administrator_cannot_be_deleted(binary: Path, tmp_path: Path) -> None:
    """The last administrator cannot be deleted."""
    with Server(binary, tmp_path) as server:
        first, second = sign_up(server), sign_up(server)
        for each in (first, second):
            assert server.run("user", "role", each.email, "admin").returncode == 0
        assert first.call("DELETE", "users/me", {"password": PASSWORD}).status == 204
        assert second.call("DELETE", "users/me", {"password": PASSWORD}).status == 409
        assert second.call("GET", "users/me").status == 200
