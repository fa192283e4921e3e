"""E-mail verification, changes of the address, and password resets."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Iterator

import pytest

from contract import check_contract
from kith import API, PASSWORD, Account, Reply, Server, make_app_password, sign_in, sign_up
from mailing import Postbox
from scenario import Scenario, check_every_answer, play, table
from smtp_sink import Sink, text_of

NEW = "another horse battery"
HOUR, DAY = 3_600 * 1_000_000, 86_400 * 1_000_000


@pytest.fixture(scope="module")
def strict(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that requires verified addresses and has its own host name."""
    with Server(binary, tmp_path_factory.mktemp("strict"), KITH_VERIFY_EMAIL="on",
                KITH_PUBLIC_URL="https://kith.example.org") as server:
        yield server
        assert server.is_alive(), server.diagnostics()


@pytest.fixture(scope="module")
def post(strict: Server) -> Postbox:
    return Postbox(strict)


def ask(server: Server, path: str, body: dict[str, str]) -> Reply:
    reply = server.call("POST", f"{API}/{path}", body)
    check_every_answer(reply)
    return reply


def kind_of(reply: Reply) -> str:
    kind: str = reply.json["type"].rsplit(":", 1)[1]
    return kind


def sign_up_unverified(server: Server, name: str) -> str:
    email = f"{name}@example.org"
    fields = {"username": name, "email": email, "password": PASSWORD}
    reply = ask(server, "auth/signup", fields)
    assert (reply.status, reply.json["verified_at"]) == (201, None), reply
    return email


def login(server: Server, email: str, password: str = PASSWORD) -> Reply:
    return ask(server, "auth/login", {"email": email, "password": password})


def verified(server: Server, post: Postbox, name: str) -> Account:
    email = sign_up_unverified(server, name)
    assert ask(server, "auth/verify", {"token": post.token(email)}).status == 200
    return sign_in(server, email)


def grow_older(server: Server, micros: int) -> None:
    server.sql("update one_time_tokens set expires_at = expires_at - ?", micros)


# --- confirming an address ----------------------------------------------------------------------


def test_signing_in_requires_a_verified_address(strict: Server, post: Postbox) -> None:
    """Signing in requires a verified address."""
    email = sign_up_unverified(strict, "confirm")
    refused = login(strict, email)
    assert (refused.status, kind_of(refused)) == (403, "email-not-verified")
    assert login(strict, email, "wrong password").status == 401, "a wrong password reveals nothing"
    mail = post.wait(email)
    assert mail["Subject"] == "Confirm your e-mail address"
    token = post.token(email)
    text = mail.get_body(("plain",)).get_content()
    assert f"https://kith.example.org/auth/verify/{token}" in text
    page = strict.call("GET", f"/auth/verify/{token}")
    assert page.status == 200 and "text/html" in page.headers["content-type"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert login(strict, email).status == 403, "loading the page does not use up the link"
    done = ask(strict, "auth/verify", {"token": token})
    assert (done.status, done.json) == (200, {"email": email})
    assert sign_in(strict, email).call("GET", "users/me").json["verified_at"]
    again = ask(strict, "auth/verify", {"token": token})
    assert (again.status, kind_of(again)) == (403, "link-invalid")


def test_concurrent_uses_of_a_link_succeed_once(strict: Server, post: Postbox) -> None:
    """Of two concurrent uses of a link, one succeeds."""
    email = sign_up_unverified(strict, "twice")
    body = {"token": post.token(email)}
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: ask(strict, "auth/verify", body).status, range(8)))
    assert sorted(replies) == [200] + [403] * 7


def test_a_verification_link_is_valid_for_a_day(strict: Server, post: Postbox) -> None:
    """A verification link is valid for a day."""
    email = sign_up_unverified(strict, "late")
    token = post.token(email)
    grow_older(strict, DAY)
    assert ask(strict, "auth/verify", {"token": token}).status == 403
    assert ask(strict, "auth/verify/resend", {"email": email}).status == 202
    assert ask(strict, "auth/verify", {"token": post.token(email, 2)}).status == 200
    assert sign_in(strict, email)


def test_a_verified_address_gets_no_further_link(strict: Server, post: Postbox) -> None:
    """A verified address gets no further link."""
    account = verified(strict, post, "done")
    assert ask(strict, "auth/verify/resend", {"email": account.email}).status == 202
    time.sleep(1.5)
    assert len(post.mails(account.email)) == 1


def test_tokens_are_stored_as_digests(strict: Server, post: Postbox) -> None:
    token = post.token(sign_up_unverified(strict, "digest"))
    strict.call("GET", f"/auth/verify/{token}")
    time.sleep(1.2)  # the mail was sent and its contents deleted
    assert token not in strict.backend.dump(strict.data_dir)
    assert token not in strict.output() + strict.diagnostics()


REQUESTS = [
    Scenario("requires a token", "POST", "auth/verify", 422, {}, errors=("token",)),
    Scenario("rejects an invalid token", "POST", "auth/verify", 403, {"token": "x" * 43},
             holds=("link-invalid",)),
    Scenario("rejects an empty token", "POST", "auth/verify", 403, {"token": ""}),
    Scenario("accepts a resend to an unknown address", "POST", "auth/verify/resend", 202,
             {"email": "nobody@example.org"}),
    Scenario("rejects a resend to an invalid address", "POST", "auth/verify/resend", 422,
             {"email": "x"},
             errors=("email",)),
    Scenario("accepts a forgotten password of an unknown address", "POST", "auth/password/forgot",
             202,
             {"email": "nobody@example.org"}),
    Scenario("rejects a forgotten password without an address", "POST", "auth/password/forgot", 422,
             {},
             errors=("email",)),
    Scenario("rejects a reset with an invalid token", "POST", "auth/password/reset", 403,
             {"token": "x" * 43, "password": NEW}, holds=("link-invalid",), lacks=(NEW,)),
    Scenario("rejects a reset to a short password", "POST", "auth/password/reset", 422,
             {"token": "x" * 43, "password": "short"}, errors=("password",)),
    Scenario("requires the password for another address", "PUT", "users/me/email", 422,
             {"email": "a@example.org"}, errors=("current_password",)),
    Scenario("rejects another address with a wrong password", "PUT", "users/me/email", 422,
             {"email": "a@example.org", "current_password": "wrong password"},
             errors=("current_password",)),
    Scenario("rejects an invalid new address", "PUT", "users/me/email", 422,
             {"email": "a@", "current_password": PASSWORD}, errors=("email",)),
    Scenario("rejects another address without credentials", "PUT", "users/me/email", 401,
             {"email": "a@example.org", "current_password": PASSWORD},
             {"authorization": None}),
]


@table(*REQUESTS)
def test_requests(row: Scenario, account: Account) -> None:
    play(row, account)


# --- a forgotten password -----------------------------------------------------------------------


def test_a_forgotten_password_is_replaced(strict: Server, post: Postbox) -> None:
    account = verified(strict, post, "forgot")
    app = make_app_password(account, "api")
    assert ask(strict, "auth/password/forgot", {"email": account.email}).status == 202
    token = post.token(account.email, 2)
    assert strict.call("GET", f"/auth/reset/{token}").status == 200
    guessable = ask(strict, "auth/password/reset", {"token": token, "password": "password123"})
    assert guessable.status == 422, "the link is not used up"
    done = ask(strict, "auth/password/reset", {"token": token, "password": NEW})
    assert (done.status, done.json) == (200, {"email": account.email})
    assert account.call("GET", "users/me").status == 401, "all sessions have ended"
    refresh = {"refresh_token": account.tokens["refresh_token"]}
    assert ask(strict, "auth/refresh", refresh).status == 401
    with_app = strict.call("GET", f"{API}/contacts", authorization="Bearer " + app["password"])
    assert with_app.status == 401
    assert login(strict, account.email).status == 401
    assert sign_in(strict, account.email, NEW)
    assert post.wait(account.email, 3)["Subject"] == "Your password was changed"
    again = ask(strict, "auth/password/reset", {"token": token, "password": PASSWORD})
    assert (again.status, kind_of(again)) == (403, "link-invalid")


def test_a_reset_link_is_valid_for_an_hour(strict: Server, post: Postbox) -> None:
    """A reset link is valid for an hour."""
    account = verified(strict, post, "slow")
    ask(strict, "auth/password/forgot", {"email": account.email})
    token = post.token(account.email, 2)
    grow_older(strict, HOUR)
    reply = ask(strict, "auth/password/reset", {"token": token, "password": NEW})
    assert reply.status == 403
    assert sign_in(strict, account.email)


def test_a_reset_verifies_the_address(strict: Server, post: Postbox) -> None:
    """A password reset also verifies the address."""
    email = sign_up_unverified(strict, "both")
    post.wait(email)
    ask(strict, "auth/password/forgot", {"email": email})
    reset = {"token": post.token(email, 2), "password": NEW}
    assert ask(strict, "auth/password/reset", reset).status == 200
    assert sign_in(strict, email, NEW)


def test_a_link_is_valid_only_for_its_purpose(strict: Server, post: Postbox) -> None:
    """A link is valid only for its purpose."""
    token = post.token(sign_up_unverified(strict, "purpose"))
    assert ask(strict, "auth/password/reset", {"token": token, "password": NEW}).status == 403
    assert ask(strict, "auth/verify", {"token": token}).status == 200


def test_suspended_accounts_cannot_reset_their_password(strict: Server, post: Postbox) -> None:
    """Suspended accounts cannot reset their password."""
    account = verified(strict, post, "suspended")
    ask(strict, "auth/password/forgot", {"email": account.email})
    token = post.token(account.email, 2)
    assert strict.run("user", "suspend", account.email).returncode == 0
    reset = {"token": token, "password": NEW}
    assert ask(strict, "auth/password/reset", reset).status == 403
    ask(strict, "auth/password/forgot", {"email": account.email})
    time.sleep(1.5)
    assert len(post.mails(account.email)) == 2


# --- another address ----------------------------------------------------------------------------


def change_email(account: Account, email: str) -> Reply:
    return account.call("PUT", "users/me/email", {"email": email, "current_password": PASSWORD})


def test_a_changed_address_takes_effect_after_verification(strict: Server, post: Postbox) -> None:
    """A changed address takes effect after verification."""
    account = verified(strict, post, "moving")
    ask(strict, "auth/password/forgot", {"email": account.email})
    reset = post.token(account.email, 2)
    assert change_email(account, "moved@example.org").status == 202
    assert account.call("GET", "users/me").json["email"] == account.email, "not changed yet"
    token = post.token("moved@example.org")
    assert ask(strict, "auth/verify", {"token": token}).json == {"email": "moved@example.org"}
    assert account.call("GET", "users/me").json["email"] == "moved@example.org"
    post.wait(account.email, 4)
    subjects = [mail["Subject"] for mail in post.mails(account.email)]
    assert subjects[2:] == ["A new e-mail address for your account",
                            "The e-mail address of your account was changed"]
    assert login(strict, account.email).status == 401
    assert sign_in(strict, "moved@example.org")
    stale = ask(strict, "auth/password/reset", {"token": reset, "password": NEW})
    assert stale.status == 403, "links to the previous address are invalid"
    assert sign_up_unverified(strict, "moving") == account.email, "the old address is unused"


def test_another_accounts_address_is_refused(strict: Server, post: Postbox) -> None:
    """Another account's address is refused."""
    account = verified(strict, post, "greedy")
    taken = verified(strict, post, "owner").email
    assert change_email(account, taken.upper()).status == 409
    assert change_email(account, "between@example.org").status == 202
    token = post.token("between@example.org")
    sign_up_unverified(strict, "between")  # another account took the address
    assert ask(strict, "auth/verify", {"token": token}).status == 409
    assert account.call("GET", "users/me").json["email"] == account.email


@pytest.mark.parametrize("how", ["change", "command", "suspension"])
def test_security_changes_invalidate_a_pending_address_change(how: str, strict: Server,
                                                              post: Postbox) -> None:
    """A password change, a new password by command and a suspension each invalidate a pending
    change of address that an attacker has requested."""
    account = verified(strict, post, "stolen-" + how)
    thief = f"thief-{how}@example.org"
    assert change_email(sign_in(strict, account.email), thief).status == 202
    token = post.token(thief)
    if how == "change":
        change = {"current_password": PASSWORD, "new_password": NEW}
        assert account.call("PUT", "users/me/password", change).status == 204
    elif how == "command":
        done = strict.run("user", "passwd", account.email, "--password-stdin", text=NEW + "\n")
        assert done.returncode == 0, done.stderr
    else:
        assert strict.run("user", "suspend", account.email).returncode == 0
        assert strict.run("user", "reinstate", account.email).returncode == 0
    assert ask(strict, "auth/verify", {"token": token}).status == 403
    assert sign_in(strict, account.email, PASSWORD if how == "suspension" else NEW)


def test_address_changes_take_effect_at_once_without_verification(server: Server,
                                                                  account: Account) -> None:
    """Without required verification, a change of address takes effect at once."""
    reply = change_email(account, "at-once@example.org")
    assert (reply.status, reply.json["email"]) == (200, "at-once@example.org")
    assert sign_in(server, "at-once@example.org")
    other = sign_up(server)
    assert change_email(other, "AT-ONCE@example.org").status == 409
    notice = Postbox(server).wait(account.email)
    assert notice["Subject"] == "The e-mail address of your account was changed"
    capitals = change_email(sign_in(server, "at-once@example.org"), "At-Once@example.org")
    assert capitals.json["email"] == "At-Once@example.org", "the same address in another spelling"


# --- sign-up policies ---------------------------------------------------------------------------


def fields_of(email: str) -> dict[str, str]:
    return {"username": "A", "email": email, "password": PASSWORD}


def site_of(server: Server) -> dict[str, Any]:
    """The public description of the server, which the start page shows."""
    reply = server.call("GET", f"{API}/site")
    assert reply.status == 200, reply
    check_contract("GET", "site", reply)
    site: dict[str, Any] = reply.json
    return site


def test_sign_up_can_be_closed(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path, KITH_SIGNUP="closed") as server:
        reply = ask(server, "auth/signup", fields_of("a@example.org"))
        assert (reply.status, kind_of(reply)) == (403, "signup-closed")
        assert site_of(server)["signup"] == "closed"
        done = server.run("user", "add", "b@example.org", "--password-stdin", text=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr
        assert sign_in(server, "b@example.org")


def test_sign_up_can_be_limited_to_domains(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path, KITH_SIGNUP="example.org, bücher.example",
                KITH_VERIFY_EMAIL="on") as server:
        for email, status in (("a@example.org", 201), ("b@EXAMPLE.ORG", 201),
                              ("c@xn--bcher-kva.example", 201), ("d@example.com", 422),
                              ("e@sub.example.org", 422)):
            assert ask(server, "auth/signup", fields_of(email)).status == status, email
        site = site_of(server)
        assert site["signup"] == "domains"
        assert site["signup_domains"] == ["example.org", "xn--bcher-kva.example"]
    for wrong in ({"KITH_SIGNUP": "not a domain"}, {"KITH_SIGNUP": "example.org"},
                  {"KITH_SIGNUP_CONCEAL": "on"}):
        refused = Server(binary, tmp_path, **wrong).run("config")
        assert refused.returncode == 2 and "KITH_SIGNUP" in refused.stderr, refused


def test_an_address_cannot_leave_the_allowed_domains(binary: Path, tmp_path: Path) -> None:
    """An address cannot be changed to a domain that KITH_SIGNUP excludes."""
    with Server(binary, tmp_path, KITH_SIGNUP="example.org", KITH_VERIFY_EMAIL="on") as server:
        account = verified(server, Postbox(server), "staying")
        reply = change_email(account, "away@example.com")
        assert reply.status == 422 and set(reply.errors()) == {"email"}


def test_concealed_sign_up_reveals_no_account(binary: Path, tmp_path: Path) -> None:
    """New and known addresses get the same response; the owner of a known one gets a mail."""
    with Server(binary, tmp_path, KITH_SIGNUP_CONCEAL="on", KITH_VERIFY_EMAIL="on") as server:
        post = Postbox(server)
        first = ask(server, "auth/signup", fields_of("a@example.org"))
        assert login(server, "a@example.org").status == 401, "403 would reveal a new address"
        token = post.token("a@example.org")
        assert ask(server, "auth/verify", {"token": token}).status == 200
        again = ask(server, "auth/signup", {**fields_of("A@example.org"), "password": NEW})
        other = ask(server, "auth/signup", fields_of("c@example.org"))
        for reply in (first, again, other):
            assert (reply.status, reply.text) == (202, "")
            assert "location" not in reply.headers
        assert post.wait("a@example.org", 2)["Subject"] == "You already have an account"
        assert sign_in(server, "a@example.org"), "the password is unchanged"
        guessable = {**fields_of("a@example.org"), "password": "password123"}
        assert ask(server, "auth/signup", guessable).status == 422
        account = sign_in(server, "a@example.org")
        ask(server, "auth/signup", fields_of("b@example.org"))
        assert change_email(account, "b@example.org").status == 202
        assert post.wait("b@example.org", 2)["Subject"] == "You already have an account"


# --- concealed responses ------------------------------------------------------------------------


def seconds(server: Server, path: str, email: str) -> float:
    body = {"email": email}
    if path == "auth/login":
        body["password"] = "wrong password"
    begin = time.perf_counter()
    server.call("POST", f"{API}/{path}", body)
    return time.perf_counter() - begin


@pytest.mark.parametrize("path", ["auth/password/forgot", "auth/verify/resend", "auth/login"])
def test_response_times_reveal_no_account(path: str, strict: Server) -> None:
    """Response times do not reveal known addresses. `./dev bench` requires a tenth with 500 pairs;
    on a busy machine this test detects a difference of a third."""
    email = sign_up_unverified(strict, "time-" + path.replace("/", "-"))
    pairs = [(seconds(strict, path, email), seconds(strict, path, "nobody@example.org"))
             for _ in range(15)]
    known, unknown = (statistics.median(each) for each in zip(*pairs))
    assert 0.66 < known / unknown < 1.5, (known, unknown)


def test_mails_to_one_address_are_rate_limited(binary: Path, tmp_path: Path) -> None:
    """Mails to one address are rate limited."""
    with Server(binary, tmp_path, KITH_RATE_LIMITS="signup=1000/min") as server:
        for email in ("known@example.org", "unknown@example.org"):
            if email.startswith("known"):
                assert ask(server, "auth/signup", fields_of(email)).status == 201
            statuses = [ask(server, "auth/password/forgot", {"email": email}).status
                        for _ in range(5)]
            assert statuses == [202, 202, 202, 429, 429], "for unknown addresses, too"


def test_moderators_can_resend_the_link(strict: Server, post: Postbox) -> None:
    """Moderators can resend the link."""
    email = sign_up_unverified(strict, "waiting")
    post.wait(email)
    boss = verified(strict, post, "boss")
    assert strict.run("user", "role", boss.email, "moderator").returncode == 0
    time.sleep(1.1)
    waiting, = boss.items("admin/users?q=waiting")
    path = f"admin/users/{waiting['id']}/verification"
    assert boss.call("POST", path).status == 202
    assert ask(strict, "auth/verify", {"token": post.token(email, 2)}).status == 200
    assert boss.call("POST", path).status == 409, "the address is already verified"
    unknown = "admin/users/0193c1e2-0000-7000-8000-000000000000/verification"
    assert boss.call("POST", unknown).status == 404


def test_auto_requires_verification_with_a_mail_server(binary: Path, tmp_path: Path) -> None:
    """KITH_VERIFY_EMAIL=auto requires verification if mails can be sent."""
    with Sink() as sink, Server(binary, tmp_path, KITH_SMTP_URL=sink.url(),
                                KITH_VERIFY_EMAIL="auto") as server:
        email = sign_up_unverified(server, "auto")
        assert login(server, email).status == 403
        message, = sink.wait_for(1)
        token = text_of(message).split("/auth/verify/")[1].split()[0]
        assert ask(server, "auth/verify", {"token": token}).status == 200
        assert login(server, email).status == 200
    with Server(binary, tmp_path / "without", KITH_VERIFY_EMAIL="auto") as server:
        assert sign_up(server)


def test_accounts_created_by_administrators_are_verified(strict: Server, post: Postbox) -> None:
    """Accounts created by administrators and by commands are verified."""
    done = strict.run("user", "add", "by-command@example.org", "--password-stdin",
                      text=PASSWORD + "\n")
    assert done.returncode == 0
    assert sign_in(strict, "by-command@example.org")
