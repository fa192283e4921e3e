"""Administration: the accounts of others, and the audit log."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import pytest

from kith import API, PASSWORD, Account, Server, query, sign_in, sign_up
from scenario import Scenario, play, table

USERS = "admin/users"


@dataclass
class Staff:
    """A server with one account of each role."""

    server: Server
    admin: Account
    moderator: Account
    user: Account

    def id_of(self, account: Account) -> str:
        users = self.admin.items(USERS + query(q=account.email))
        return next(str(each["id"]) for each in users if each["email"] == account.email)

    def change(self, by: Account, whom: Account, **changes: str) -> int:
        return by.call("PATCH", f"{USERS}/{self.id_of(whom)}", changes).status


def with_role(server: Server, role: str) -> Account:
    account = sign_up(server, role)
    assert server.run("user", "role", account.email, role).returncode == 0
    return account


@pytest.fixture(scope="module")
def staff(server: Server) -> Staff:
    staff = Staff(server, *(with_role(server, role) for role in ("admin", "moderator", "user")))
    time.sleep(1.1)  # roles assigned by another process
    return staff


@pytest.fixture
def member(staff: Staff) -> Account:
    """An account for a test that changes it."""
    return sign_up(staff.server, "member")


UNKNOWN = "0193c1e2-0000-7000-8000-000000000000"
OF_USER = [
    Scenario("may not list accounts", "GET", USERS, 403),
    Scenario("may not get an account", "GET", USERS + "/{moderator}", 403),
    Scenario("may not create an account", "POST", USERS, 403,
             {"username": "A", "email": "made@example.org", "password": PASSWORD}),
    Scenario("may not change the own role", "PATCH", USERS + "/{user}", 403, {"role": "admin"}),
    Scenario("may not suspend an account", "PATCH", USERS + "/{moderator}", 403,
             {"status": "suspended"}),
    Scenario("may not delete an account", "DELETE", USERS + "/{moderator}", 403),
    Scenario("may not read the audit log", "GET", "admin/audit", 403),
]
OF_MODERATOR = [
    Scenario("may list accounts", "GET", USERS, 200, holds=("contact_count",)),
    Scenario("may get an account", "GET", USERS + "/{user}", 200, lacks=("$argon2", "password")),
    Scenario("an unknown account is 404", "GET", f"{USERS}/{UNKNOWN}", 404),
    Scenario("a malformed id is 404", "GET", USERS + "/7", 404),
    Scenario("may not create an account", "POST", USERS, 403,
             {"username": "A", "email": "made@example.org", "password": PASSWORD}),
    Scenario("may not change the own role", "PATCH", USERS + "/{moderator}", 403,
             {"role": "admin"}),
    Scenario("may not change another account's role", "PATCH", USERS + "/{user}", 403,
             {"role": "moderator"}),
    Scenario("may not suspend an administrator", "PATCH", USERS + "/{admin}", 403,
             {"status": "suspended"}),
    Scenario("may not delete an account", "DELETE", USERS + "/{user}", 403),
    Scenario("may not read the audit log", "GET", "admin/audit", 403),
]
OF_ADMIN = [
    Scenario("may list accounts", "GET", USERS, 200, lacks=("$argon2", "password")),
    Scenario("rejects a limit of 501", "GET", USERS + "?limit=501", 422, errors=("limit",)),
    Scenario("rejects an unknown role", "GET", USERS + "?role=king", 422, errors=("role",)),
    Scenario("rejects an invalid cursor", "GET", USERS + "?cursor=x", 422, errors=("cursor",)),
    Scenario("rejects empty parameters", "GET", USERS + "?role=&status=&limit=&cursor=", 422,
             errors=("role", "status", "limit", "cursor")),
    Scenario("accepts an empty filter", "GET", USERS + "?q=", 200),
    Scenario("rejects empty parameters of the audit log", "GET",
             "admin/audit?account=&action=&limit=&cursor=", 422,
             errors=("account", "action", "limit", "cursor")),
    Scenario("rejects an unknown parameter", "GET", USERS + "?rolle=user", 422, errors=("rolle",)),
    Scenario("a change of an unknown account is 404", "PATCH", f"{USERS}/{UNKNOWN}", 404,
             {"role": "admin"}),
    Scenario("a deletion of an unknown account is 404", "DELETE", f"{USERS}/{UNKNOWN}", 404),
    Scenario("rejects an unknown status", "PATCH", USERS + "/{user}", 422, {"status": "asleep"},
             errors=("status",)),
    Scenario("rejects a change of the address", "PATCH", USERS + "/{user}", 422,
             {"email": "x@example.org"}, errors=("email",)),
    Scenario("accepts an empty change", "PATCH", USERS + "/{user}", 200, {}),
    Scenario("rejects a taken address", "POST", USERS, 409,
             {"username": "A", "email": "{user_email}", "password": PASSWORD}, errors=("email",)),
    Scenario("requires a password", "POST", USERS, 422,
             {"username": "A", "email": "made@example.org"},
             errors=("password",)),
    Scenario("rejects a guessable password", "POST", USERS, 422,
             {"username": "A", "email": "made@example.org", "password": "password1"},
             errors=("password",)),
    Scenario("rejects a role change of the last administrator", "PATCH", USERS + "/{admin}", 409,
             {"role": "user"}),
    Scenario("rejects a suspension of the last administrator", "PATCH", USERS + "/{admin}", 409,
             {"status": "suspended"}),
    Scenario("rejects a deletion of the last administrator", "DELETE", USERS + "/{admin}", 409),
    Scenario("may read the audit log", "GET", "admin/audit?limit=1", 200,
             holds=('"action":', "next_cursor")),
    Scenario("may filter the audit log by action", "GET", "admin/audit?action=role_changed", 200,
             holds=("user -> moderator", "command line"), lacks=("signed_up",)),
    Scenario("rejects an unknown action", "GET", "admin/audit?action=dreamed", 422,
             errors=("action",)),
]


def play_as(row: Scenario, account: Account, staff: Staff) -> None:
    ids = {name: staff.id_of(getattr(staff, name)) for name in ("admin", "moderator", "user")}
    if isinstance(row.body, dict) and row.body.get("email") == "{user_email}":
        row = Scenario(**{**vars(row), "body": {**row.body, "email": staff.user.email}})
    play(row, account, ids)


@table(*OF_USER)
def test_users_are_denied_administration(row: Scenario, staff: Staff) -> None:
    """Users are denied administration."""
    play_as(row, staff.user, staff)


@table(*OF_MODERATOR)
def test_moderators_may_do_what_the_table_says(row: Scenario, staff: Staff) -> None:
    """Moderators are granted and denied the operations in the table."""
    play_as(row, staff.moderator, staff)


@table(*OF_ADMIN)
def test_administrators_may_do_what_the_table_says(row: Scenario, staff: Staff) -> None:
    """Administrators are granted the operations in the table."""
    play_as(row, staff.admin, staff)


def test_accounts_are_searched_filtered_and_paged(staff: Staff) -> None:
    made = [sign_up(staff.server, f"zoe{number}x").email for number in range(5)]
    found = staff.admin.items(USERS + query(q="ZOÉ", limit=2))
    assert [each["email"] for each in found] == made[::-1]
    assert not staff.admin.items(USERS + query(q="ZOÉ", role="admin"))
    assert staff.change(staff.moderator, sign_in(staff.server, made[0]), status="suspended") == 200
    suspended = staff.admin.items(USERS + query(q="ZOÉ", status="suspended"))
    assert [each["email"] for each in suspended] == made[:1]
    roles = {each["role"] for each in staff.admin.items(USERS + query(role="moderator", limit=1))}
    assert roles == {"moderator"}


def test_accounts_show_their_number_of_contacts(staff: Staff, member: Account) -> None:
    ann, bob = member.create(), member.create(first_name="Bob")
    assert member.call("DELETE", f"contacts/{bob['id']}").status == 204
    path = f"{USERS}/{staff.id_of(member)}"
    assert staff.admin.call("GET", path).json["contact_count"] == 2
    assert member.call("DELETE", f"contacts/trash/{bob['id']}").status == 204
    assert staff.admin.call("GET", path).json["contact_count"] == 1
    assert member.call("PUT", f"contacts/{ann['id']}", {"first_name": "Ann"}).status == 200
    put = {"method": "PUT", "path": f"contacts/{UNKNOWN}", "body": {"first_name": "Cy"}}
    assert member.call(**put, if_none_match="*").status == 201
    assert member.call(**put, if_none_match="*").status in (409, 412)
    assert staff.admin.call("GET", path).json["contact_count"] == 2


def test_a_suspension_takes_effect_at_once(staff: Staff, member: Account) -> None:
    """A suspension takes effect at once."""
    refresh = {"refresh_token": member.tokens["refresh_token"]}
    login = {"email": member.email, "password": PASSWORD}
    member.create()
    assert staff.change(staff.moderator, member, status="suspended") == 200
    assert member.call("GET", "contacts").status == 401
    assert member.call("POST", "auth/refresh", refresh, authorization=None).status == 401
    refused = staff.server.call("POST", f"{API}/auth/login", login)
    assert (refused.status, refused.json["type"].rsplit(":", 1)[1]) == (403, "account-suspended")
    wrong = staff.server.call("POST", f"{API}/auth/login", {**login, "password": "wrong password"})
    assert wrong.status == 401, "a wrong password reveals nothing"
    assert staff.change(staff.moderator, member, status="active") == 200
    assert len(sign_in(staff.server, member.email).items("contacts")) == 1


def test_a_role_change_takes_effect_at_once(staff: Staff, member: Account) -> None:
    """A change of role takes effect at once."""
    assert member.call("GET", USERS).status == 403
    assert staff.change(staff.admin, member, role="moderator") == 200
    assert member.call("GET", USERS).status == 200
    assert staff.change(staff.admin, member, role="user") == 200
    assert member.call("GET", USERS).status == 403


def test_an_account_is_created_and_deleted(staff: Staff) -> None:
    fields = {"username": "Made", "email": "made-for@example.org", "password": PASSWORD,
              "role": "moderator"}
    made = staff.admin.call("POST", USERS, fields)
    assert made.status == 201 and made.json["role"] == "moderator", made
    assert made.json["verified_at"], "addresses set by administrators are verified"
    path = made.headers["location"]
    assert staff.admin.call("GET", path).json == made.json
    account = sign_in(staff.server, "made-for@example.org")
    assert staff.admin.call("DELETE", path).status == 204
    assert staff.admin.call("GET", path).status == 404
    assert account.call("GET", "users/me").status == 401


def test_the_audit_log_has_actor_action_and_address(staff: Staff, member: Account) -> None:
    """The audit log contains actor, action and network address."""
    member_id = staff.id_of(member)
    staff.change(staff.moderator, member, status="suspended")
    staff.change(staff.admin, member, status="active", role="moderator")
    assert staff.admin.call("DELETE", f"{USERS}/{member_id}").status == 204
    assert staff.admin.call("DELETE", f"{USERS}/{member_id}").status == 404
    entries = staff.admin.items("admin/audit" + query(account=member_id, limit=2))
    told = [(each["action"], each["actor"], each["detail"]) for each in entries]
    admin, moderator = staff.id_of(staff.admin), staff.id_of(staff.moderator)
    both = {("reinstated", admin, None), ("role_changed", admin, "user -> moderator")}
    assert told[0] == ("erased", admin, None)
    assert set(told[1:3]) == both
    assert told[3] == ("suspended", moderator, None)
    assert [action for action, *_ in told[4:]] == ["signed_in", "signed_up"]
    assert {each["address"] for each in entries} == {"127.0.0.1"}


def test_the_audit_log_has_stolen_sessions(staff: Staff, member: Account) -> None:
    """The audit log contains stolen sessions."""
    token = {"refresh_token": member.tokens["refresh_token"]}
    assert member.call("POST", "auth/refresh", token, authorization=None).status == 200
    staff.server.sql("update refresh_tokens set spent_at = spent_at - 60000000")
    assert member.call("POST", "auth/refresh", token, authorization=None).status == 401
    entries = staff.admin.items("admin/audit" + query(account=staff.id_of(member)))
    assert entries[0]["action"] == "session_stolen"


def test_old_audit_entries_are_deleted(binary: Path, tmp_path: Path) -> None:
    """Old audit entries are deleted."""
    with Server(binary, tmp_path, KITH_AUDIT_DAYS="1") as server:
        account = with_role(server, "admin")
        time.sleep(1.1)
        assert account.items("admin/audit")
        assert server.run("jobs", "purge_audit").returncode == 0
        assert account.items("admin/audit"), "the entries are not old"


@pytest.fixture
def console(binary: Path, tmp_path: Path) -> Iterator[Server]:
    server = Server(binary, tmp_path)
    for name, *more in (("a", "--admin"), ("b",)):
        done = server.run("user", "add", f"{name}@example.org", *more, "--password-stdin",
                          text=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr
    yield server


def test_the_command_line_manages_accounts(console: Server) -> None:
    """The command line offers the same operations."""
    assert console.run("user", "suspend", "b@example.org").returncode == 0
    assert " suspended " in console.run("user", "list").stdout
    assert console.run("user", "reinstate", "b@example.org").returncode == 0
    last = console.run("user", "suspend", "a@example.org")
    assert last.returncode == 1 and "last administrator" in last.stderr
    assert console.run("user", "delete", "b@example.org").returncode == 2, "--yes is required"
    assert console.run("user", "delete", "b@example.org", "--yes").returncode == 0
    assert "b@example.org" not in console.run("user", "list").stdout
    last = console.run("user", "delete", "a@example.org", "--yes")
    assert last.returncode == 1 and "last administrator" in last.stderr


def test_changes_by_the_command_line_take_effect_within_a_second(staff: Staff,
                                                                 member: Account) -> None:
    """Changes by the command line take effect within a second."""
    assert staff.server.run("user", "suspend", member.email).returncode == 0
    deadline = time.monotonic() + 1.5
    while member.call("GET", "users/me").status != 401:
        assert time.monotonic() < deadline
        time.sleep(0.05)
