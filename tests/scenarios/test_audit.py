"""The audit log has exactly one entry for each action, also when requests race."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Callable

from kith import API, PASSWORD, Account, Reply, Server, make_app_password, sign_in, sign_up


def at_once(calls: list[Callable[[], Reply]]) -> list[int]:
    """The statuses of concurrent calls."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Reply]) -> int:
        barrier.wait()
        return call().status

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def entries(server: Server, account: Account | None = None) -> Counter[str]:
    rows = server.sql("select action, account_id from audit_log")
    if account is None:
        return Counter(action for action, _ in rows)
    own = server.sql("select account_id from account_emails where email_key = "
                     f"'{account.email.lower()}'")[0][0]
    return Counter(action for action, owner in rows if bytes(owner) == bytes(own))


def test_concurrent_uses_of_a_setup_link_make_one_entry(binary: Path, tmp_path: Path) -> None:
    """Concurrent uses of a set-up link make one entry."""
    with Server(binary, tmp_path) as server:
        def set_up(number: int) -> Reply:
            return server.call("POST", f"{API}/setup", {
                "token": server.setup_token(), "username": "Ann", "password": PASSWORD,
                "email": f"ann{number}@example.org"})

        statuses = at_once([lambda number=number: set_up(number) for number in range(6)])
        assert statuses.count(201) == 1, statuses
        assert entries(server) == {"created": 1}


def test_concurrent_revocations_make_one_entry(server: Server, account: Account) -> None:
    """Concurrent deletions of an app password make one entry."""
    ids = [make_app_password(account, "api")["id"] for _ in range(3)]
    statuses = at_once([
        lambda each=each: account.call("DELETE", f"users/me/app-passwords/{each}")
        for each in ids for _ in range(3)])
    assert Counter(statuses) == {204: 3, 404: 6}
    found = entries(server, account)
    assert (found["app_password_made"], found["app_password_revoked"]) == (3, 3)


def test_concurrent_sign_outs_make_one_entry(server: Server, account: Account) -> None:
    """Concurrent ends of a session make one entry."""
    for _ in range(3):
        sign_in(server, account.email)
    ids = [each["id"] for each in account.call("GET", "auth/sessions").json["items"]
           if not each["current"]]
    statuses = at_once([lambda each=each: account.call("DELETE", f"auth/sessions/{each}")
                        for each in ids for _ in range(3)])
    assert Counter(statuses) == {204: len(ids), 404: 2 * len(ids)}
    assert entries(server, account)["session_ended"] == len(ids)


def test_concurrent_sign_outs_everywhere_make_one_entry(server: Server, account: Account) -> None:
    """Concurrent sign-outs everywhere make one entry."""
    at_once([lambda: account.call("DELETE", "auth/sessions") for _ in range(4)])
    assert entries(server, account)["signed_out_everywhere"] == 1


def test_concurrent_reuses_of_a_token_make_one_entry(server: Server, account: Account) -> None:
    """Concurrent reuses of a spent token make one entry."""
    def refresh() -> Reply:
        return server.call("POST", f"{API}/auth/refresh", {"refresh_token": token})

    token = account.tokens["refresh_token"]
    assert refresh().status == 200
    server.sql("update refresh_tokens set spent_at = spent_at - 11000000")
    assert set(at_once([refresh for _ in range(4)])) == {401}
    assert entries(server, account)["session_stolen"] == 1


def test_concurrent_password_changes_make_one_entry(server: Server) -> None:
    """Concurrent password changes make one entry."""
    account = sign_up(server)

    def change(number: int) -> Reply:
        return account.call("PUT", "users/me/password", {
            "current_password": PASSWORD, "new_password": f"{PASSWORD} {number} again"})

    statuses = at_once([lambda number=number: change(number) for number in range(4)])
    assert entries(server, account)["password_changed"] == sum(
        200 <= status < 300 for status in statuses), statuses


def test_concurrent_address_changes_make_one_entry_each(server: Server) -> None:
    """Concurrent changes of the address make one entry for each change."""
    account = sign_up(server)
    new = [f"moved{number}-{account.email}" for number in range(3)]

    def change(email: str) -> Reply:
        return account.call("PUT", "users/me/email", {"email": email, "current_password": PASSWORD})

    statuses = at_once([lambda email=email: change(email) for email in [*new, *new]])
    assert all(200 <= status < 300 for status in statuses), statuses
    own = server.sql("select id, email from accounts where email like "
                     f"'moved_-{account.email}'")[0]
    steps = [detail.split(" -> ") for action, owner, detail in server.sql(
        "select action, account_id, detail from audit_log order by id")
        if action == "email_changed" and bytes(owner) == bytes(own[0])]
    # Each entry's old address is another entry's new one: the changes form a path in some order.
    assert all(before != after for before, after in steps), steps
    starts, ends = Counter(step[0] for step in steps), Counter(step[1] for step in steps)
    assert starts - ends == Counter([account.email]), steps
    assert ends - starts == Counter([own[1]]), steps


def test_concurrent_deletions_of_an_account_make_one_entry(server: Server) -> None:
    """Concurrent deletions of an account make one entry."""
    account = sign_up(server)
    account_id = account.call("GET", "users/me").json["id"].replace("-", "")
    at_once([lambda: account.call("DELETE", "users/me", {"password": PASSWORD})
             for _ in range(4)])
    found = Counter(action for action, owner in
                    server.sql("select action, account_id from audit_log")
                    if bytes(owner).hex() == account_id)
    assert found["erased"] == 1, found
