"""Sign-up, sign-in, sessions, and the first administrator."""

import base64
import json
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier
from typing import Any, Callable

import pytest

from contract import check_contract
from kith import API, PASSWORD, Account, Reply, Server, sign_in, sign_up
from scenario import Scenario, check_every_answer, play, table

NEW = {"username": "Ann", "email": "new@example.org", "password": PASSWORD}
AUTH = [
    Scenario("sign up", "POST", "auth/signup", 201, NEW,
             holds=('"email":"new@example.org"', '"role":"user"', "location: /api/v1/users/me"),
             lacks=(PASSWORD, "password", "hash")),
    Scenario("rejects a taken address", "POST", "auth/signup", 409,
             {**NEW, "email": "{mine}"}, lacks=(PASSWORD,)),
    Scenario("rejects a taken address in capitals", "POST", "auth/signup", 409,
             {**NEW, "email": "{MINE}"}),
    Scenario("reports all invalid fields", "POST", "auth/signup", 422,
             {"username": "", "email": "x", "password": "short", "role": "admin"},
             errors=("username", "email", "password", "role"), lacks=("short",)),
    Scenario("rejects an empty body", "POST", "auth/signup", 422, {},
             errors=("username", "email", "password")),
    Scenario("rejects a password of 129 characters", "POST", "auth/signup", 422,
             {**NEW, "password": "p" * 129},
             errors=("password",)),
    Scenario("rejects a guessable password", "POST", "auth/signup", 422,
             {**NEW, "email": "easy@example.org", "password": "password123"},
             errors=("password",), holds=("easy to guess",)),
    Scenario("rejects a password made of the name", "POST", "auth/signup", 422,
             {"username": "Zbigniew", "email": "zbigniew.k@example.org",
              "password": "zbigniew.k1"}, errors=("password",)),
    Scenario("rejects a client's own verification", "POST", "auth/signup", 422,
             {**NEW, "verified_at": "2026-01-01T00:00:00Z", "status": "active"},
             errors=("verified_at", "status")),
    Scenario("rejects a wrong password", "POST", "auth/login", 401,
             {"email": "{mine}", "password": "wrong password"},
             holds=("urn:kith:problem:unauthenticated",)),
    Scenario("rejects an unknown address", "POST", "auth/login", 401,
             {"email": "nobody@example.org", "password": PASSWORD}),
    Scenario("rejects an invalid address", "POST", "auth/login", 422, {"password": PASSWORD}),
    Scenario("accepts a form", "POST", "auth/login", 200,
             "grant_type=password&username={mine}&password=correct+horse+battery",
             {"content_type": "application/x-www-form-urlencoded"},
             holds=('"token_type":"Bearer"', '"expires_in":900', "cache-control: no-store")),
    Scenario("rejects XML", "POST", "auth/login", 415, "<a/>", {"content_type": "text/xml"}),
    Scenario("rejects an invalid refresh token", "POST", "auth/refresh", 401,
             {"refresh_token": "x" * 43}),
    Scenario("requires a refresh token", "POST", "auth/refresh", 422, {},
             errors=("refresh_token",)),
    Scenario("me", "GET", "users/me", 200, holds=('"email":"{mine}"', '"role":"user"'),
             lacks=("password", "hash")),
    Scenario("rejects a missing token", "GET", "users/me", 401, headers={"authorization": None}),
    Scenario("rejects a token in the query", "GET", "users/me?access_token=abc", 401,
             headers={"authorization": None}),
    Scenario("rejects an invalid setup token", "POST", "setup", 403, {"token": "x" * 43, **NEW},
             holds=("urn:kith:problem:setup-link-invalid",)),
]


@table(*AUTH)
def test_auth(row: Scenario, account: Account) -> None:
    def fill(value):  # replaces {mine} with the account's address
        if isinstance(value, str):
            return value.replace("{mine}", account.email).replace("{MINE}", account.email.upper())
        return {k: fill(v) for k, v in value.items()} if isinstance(value, dict) else value

    row.body, row.holds = fill(row.body), tuple(fill(each) for each in row.holds)
    play(row, account)


def test_unknown_addresses_and_wrong_passwords_get_the_same_response(server: Server,
                                                                     account: Account) -> None:
    """An unknown address and a wrong password get the same text in about the same time, so that the
    response does not reveal which addresses have an account."""
    seconds: dict[str, list[float]] = {account.email: [], "nobody@example.org": []}
    details = set()
    for _ in range(8):
        for email, spent in seconds.items():
            begin = time.perf_counter()
            reply = server.call("POST", f"{API}/auth/login",
                                {"email": email, "password": "wrong password"})
            spent.append(time.perf_counter() - begin)
            assert reply.status == 401
            details.add(reply.json["detail"])
    assert len(details) == 1
    known, unknown = (statistics.median(spent) for spent in seconds.values())
    assert 0.4 < known / unknown < 2.5, (known, unknown)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """The results of concurrent calls."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def refresh(server: Server, token: str) -> Reply:
    return server.call("POST", f"{API}/auth/refresh", {"refresh_token": token})


def test_a_refresh_rotates_the_token(server: Server, account: Account) -> None:
    first = account.tokens["refresh_token"]
    reply = refresh(server, first)
    assert reply.status == 200 and reply.json["refresh_token"] != first
    account.tokens = reply.json
    assert account.call("GET", "users/me").status == 200


def test_a_spent_refresh_token_ends_the_session(server: Server, account: Account) -> None:
    """Both the owner and the attacker have to sign in again."""
    first = account.tokens["refresh_token"]
    second = refresh(server, first).json["refresh_token"]
    server.sql("update refresh_tokens set spent_at = spent_at - 11000000")  # time has passed
    assert refresh(server, first).status == 401
    assert refresh(server, second).status == 401
    other = sign_in(server, account.email)
    assert other.call("GET", "users/me").status == 200


def test_a_spent_refresh_token_is_judged_when_its_body_is_complete(server: Server,
                                                                   account: Account) -> None:
    """A header that is sent early does not extend the grace period of 10 s."""
    first = account.tokens["refresh_token"]
    assert refresh(server, first).status == 200
    server.sql("update refresh_tokens set spent_at = spent_at - 8000000")  # time has passed
    body = json.dumps({"refresh_token": first}).encode()
    head = (f"POST {API}/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(head)
        time.sleep(3)
        connection.sendall(body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 401 ")


def test_parallel_refreshes_get_tokens_of_one_session(server: Server, account: Account) -> None:
    """Two browser tabs that wake up together must not sign each other out."""
    for _ in range(10):
        token = sign_in(server, account.email).tokens["refresh_token"]
        replies = at_once([lambda: refresh(server, token)] * 4)
        assert [reply.status for reply in replies] == [200] * 4, replies
        assert len({reply.json["refresh_token"] for reply in replies}) == 4
        for reply in replies:
            assert refresh(server, reply.json["refresh_token"]).status == 200


def wait_until_refused(account: Account) -> None:
    """Waits until the call is refused. Another process may have made the change: a principal is
    looked up again after a second."""
    deadline = time.monotonic() + 5
    while account.call("GET", "users/me").status != 401:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_signing_out_ends_only_this_session(server: Server, account: Account) -> None:
    other = sign_in(server, account.email)
    assert account.call("POST", "auth/logout").status == 204
    assert account.call("GET", "users/me").status == 401
    assert refresh(server, account.tokens["refresh_token"]).status == 401
    assert other.call("GET", "users/me").status == 200


@pytest.mark.parametrize("part, change", [
    (0, {"alg": "none"}), (0, {"alg": "RS256"}), (1, {"exp": 9_999_999_999}), (1, {"sub": "x"}),
])
def test_a_modified_token_is_refused(account: Account, part: int, change: dict) -> None:
    parts = account.tokens["access_token"].split(".")
    decoded = json.loads(base64.urlsafe_b64decode(parts[part] + "=="))
    text = json.dumps({**decoded, **change}).encode()
    parts[part] = base64.urlsafe_b64encode(text).decode().rstrip("=")
    for token in (".".join(parts), ".".join(parts[:2]) + "."):
        assert account.call("GET", "users/me", authorization="Bearer " + token).status == 401


def test_no_secret_is_logged_or_stored(server: Server) -> None:
    account = sign_up(server, "secretive")
    account.call("GET", "contacts?q=privatename")
    server.call("POST", f"{API}/auth/login", {"email": account.email, "password": PASSWORD + "x"})
    time.sleep(1)  # by then the access log is written
    logs = server.output() + server.diagnostics()
    stored = server.backend.content(server.data_dir)
    for secret in (PASSWORD, account.tokens["access_token"], account.tokens["refresh_token"]):
        assert secret not in logs
        assert secret.encode() not in stored
    assert "privatename" not in logs and account.email not in logs
    assert "GET /api/v1/contacts 200" in logs


def test_the_setup_link_creates_the_first_administrator(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path) as server:
        assert "create the first administrator within 30 minutes: http://127.0.0.1" in (
            server.ready_line)
        new = {"token": server.setup_token(), **NEW}
        bad = server.call("POST", f"{API}/setup", {**new, "password": "short"})
        assert bad.status == 422, "an invalid request does not use up the link"
        made = server.call("POST", f"{API}/setup", new)
        assert (made.status, made.json["role"]) == (201, "admin")
        again = server.call("POST", f"{API}/setup", {**new, "email": "b@example.org"})
        check_every_answer(again)
        assert again.status in (403, 409)
        assert sign_in(server, NEW["email"]).call("GET", "users/me").json["role"] == "admin"
    with Server(binary, tmp_path) as server:
        assert "administrator" not in server.ready_line


def set_up(server: Server, email: str) -> Reply:
    new = {**NEW, "token": server.setup_token(), "email": email}
    return server.call("POST", f"{API}/setup", new)


def test_the_site_reports_whether_it_has_an_administrator(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path) as server:
        site = {"has_administrator": False, "signup": "open", "signup_domains": []}
        assert site.items() <= server.call("GET", f"{API}/site").json.items()
        assert set_up(server, NEW["email"]).status == 201
        assert server.call("GET", f"{API}/site").json["has_administrator"] is True


def test_checking_the_setup_link_does_not_use_it_up(binary: Path, tmp_path: Path) -> None:
    def check(token: str) -> Reply:
        reply = server.call("POST", f"{API}/setup/check", {"token": token})
        check_contract("POST", "setup/check", reply)
        return reply

    with Server(binary, tmp_path) as server:
        for _ in range(2):
            reply = check(server.setup_token())
            left = datetime.fromisoformat(reply.json["expires_at"]) - datetime.now(timezone.utc)
            assert reply.status == 200 and timedelta(minutes=29) < left < timedelta(minutes=31)
        wrong = check("x" * 43)
        assert wrong.status == 403 and wrong.json["type"].endswith(":setup-link-invalid")
        server.sql("update one_time_tokens set expires_at = 1")
        assert check(server.setup_token()).status == 403, "the link has expired"
    with Server(binary, tmp_path) as server:
        assert set_up(server, NEW["email"]).status == 201
        assert check(server.setup_token()).status == 409


def test_concurrent_uses_of_the_setup_link_make_one_administrator(binary: Path,
                                                                  tmp_path: Path) -> None:
    """Of many concurrent users of one set-up link, one becomes administrator."""
    with Server(binary, tmp_path) as server:
        emails = [f"ann{i}@example.org" for i in range(4)]
        replies = at_once([lambda email=email: set_up(server, email) for email in emails])
        statuses = sorted(reply.status for reply in replies)
        assert statuses[0] == 201 and set(statuses[1:]) <= {403, 409}, replies
        made = [email for email, reply in zip(emails, replies) if reply.status == 201]
        listed = server.run("user", "list").stdout.splitlines()[1:]
        assert [line.split()[1:3] for line in listed] == [[made[0], "admin"]], "the link is used up"


def test_a_failed_attempt_does_not_use_up_the_setup_link(binary: Path, tmp_path: Path) -> None:
    """The set-up link stays valid when its sign-up fails because another sign-up took the
    address."""
    with Server(binary, tmp_path) as server:
        def sign_up_first() -> Reply:
            return server.call("POST", f"{API}/auth/signup", NEW)

        def set_up_a_moment_later() -> Reply:
            time.sleep(0.01)
            return set_up(server, NEW["email"])

        signed_up, made = at_once([sign_up_first, set_up_a_moment_later])
        assert sorted((signed_up.status, made.status)) == [201, 409], (signed_up, made)
        assert made.status == 201 or set_up(server, "other@example.org").status == 201


def test_a_restart_invalidates_the_setup_link(binary: Path, tmp_path: Path) -> None:
    """A restart invalidates the set-up link."""
    with Server(binary, tmp_path) as server:
        old = server.setup_token()
    with Server(binary, tmp_path) as server:
        assert server.setup_token() != old
        assert server.call("POST", f"{API}/setup", {"token": old, **NEW}).status == 403


def test_graded_roles_limit_changes_and_deletions(binary: Path, tmp_path: Path) -> None:
    """KITH_ROLE_POLICY=graded: users create and read, moderators change, administrators delete."""
    with Server(binary, tmp_path, KITH_ROLE_POLICY="graded") as server:
        account = sign_up(server)
        ann = account.create()
        path = f"contacts/{ann['id']}"
        may = {"user": (403, 403), "moderator": (200, 403), "admin": (200, 204)}
        for role, (change, delete) in may.items():
            assert server.run("user", "role", account.email, role).returncode == 0
            time.sleep(1.2)  # changed by another process
            assert account.call("PATCH", path, {"notes": role}).status == change, role
            assert account.call("DELETE", path).status == delete, role


def test_a_username_is_its_shortened_address_by_default(binary: Path, tmp_path: Path) -> None:
    """The name of an account made by command is its address, unless one is given."""
    email = "a" * 60 + "@" + "b" * 60 + ".example.org"
    server = Server(binary, tmp_path)
    assert len(email) > 100
    for command in (("user", "add", email), ("user", "passwd", email)):
        done = server.run(*command, text=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr
    with server:
        me = sign_in(server, email).call("GET", "users/me").json
        assert (me["email"], me["username"]) == (email, email[:100])


def test_sign_ins_beyond_the_queue_are_refused(server: Server, account: Account) -> None:
    """With about two seconds of hashing queued, further sign-ins are refused at once, and reads
    continue."""
    barrier = Barrier(100)

    def log_in(_: int) -> Reply:
        barrier.wait()
        return server.call("POST", f"{API}/auth/login",
                           {"email": account.email, "password": "wrong password"})

    with ThreadPoolExecutor(100) as pool:
        pending = [pool.submit(log_in, number) for number in range(100)]
        while not any(each.done() for each in pending):
            time.sleep(0.001)
        assert account.call("GET", "contacts").status == 200
        replies = [each.result() for each in pending]
    refused = [reply for reply in replies if reply.status == 503]
    assert {reply.status for reply in replies} == {401, 503}
    assert 1 <= len(refused) <= 60
    for reply in refused:
        assert int(reply.headers["retry-after"]) >= 1
        check_every_answer(reply)


def test_a_password_is_the_same_on_every_keyboard(server: Server) -> None:
    """macOS and browsers send decomposed letters, phones a no-break space."""
    account = sign_up(server)
    composed, decomposed = "Zürich bei Nacht é", "Zu\u0308rich\u00a0bei Nacht e\u0301"
    reply = account.call("PUT", "users/me/password",
                         {"current_password": PASSWORD, "new_password": decomposed})
    assert reply.status == 204, reply
    for password in (composed, decomposed):
        assert sign_in(server, account.email, password).tokens
    reply = server.call("POST", f"{API}/auth/login",
                        {"email": account.email, "password": composed.replace("Z", "z")})
    assert reply.status == 401, reply
