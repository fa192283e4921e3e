"""App passwords, which phones and scripts sign in with."""

import base64
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kith import (API, PASSWORD, Account, Client, Reply, Server, make_app_password, raw, sign_in,
                  sign_up)
from mailing import wait_until
from scenario import Scenario, play, table

PATH = "users/me/app-passwords"


def call_with(server: Server, authorization: str, method: str, path: str,
              body: object = None) -> Reply:
    return Client(server.port).call(method, f"{API}/{path}", body, authorization=authorization)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


PROOF = {"current_password": PASSWORD}
REQUESTS = [
    Scenario("requires a name", "POST", PATH, 422, {"name": " ", "scope": "api", **PROOF},
             errors=("name",)),
    Scenario("rejects an empty body", "POST", PATH, 422, {},
             errors=("name", "scope", "current_password")),
    Scenario("rejects an unknown scope", "POST", PATH, 422, {"name": "A", "scope": "root", **PROOF},
             errors=("scope",)),
    Scenario("rejects the scope everything", "POST", PATH, 422,
             {"name": "A", "scope": "everything", **PROOF}, errors=("scope",)),
    Scenario("rejects a chosen secret", "POST", PATH, 422,
             {"name": "A", "scope": "api", "password": PASSWORD, **PROOF}, errors=("password",)),
    Scenario("rejects a wrong password", "POST", PATH, 422,
             {"name": "A", "scope": "api", "current_password": "wrong password"},
             errors=("current_password",)),
    Scenario("rejects a long name", "POST", PATH, 422, {"name": "A" * 101, "scope": "api", **PROOF},
             errors=("name",)),
    Scenario("an unknown id is 404", "DELETE", PATH + "/0193c1e2-0000-7000-8000-000000000000", 404),
    Scenario("a malformed id is 404", "DELETE", PATH + "/7", 404),
]


@table(*REQUESTS)
def test_requests(row: Scenario, account: Account) -> None:
    play(row, account)
    assert account.call("GET", PATH).json["items"] == []


def test_scopes_limit_app_passwords(server: Server, account: Account) -> None:
    """What each scope may, read, write and the account itself."""
    may = {"dav": (403, 403, 403, 403), "dav:read": (403, 403, 403, 403),
           "api:read": (200, 403, 200, 403), "api": (200, 201, 200, 403)}
    for scope, expected in may.items():
        bearer = "Bearer " + make_app_password(account, scope)["password"]
        found = (call_with(server, bearer, "GET", "contacts").status,
                 call_with(server, bearer, "POST", "contacts", {"first_name": "A"}).status,
                 call_with(server, bearer, "GET", "users/me").status,
                 call_with(server, bearer, "GET", "auth/sessions").status)
        assert found == expected, scope
        refused = call_with(server, bearer, "GET", PATH)
        assert refused.status == 403 and refused.json["type"].endswith("insufficient-scope")


def test_an_app_password_has_no_administrative_rights(server: Server) -> None:
    """An administrator's app password has no administrative rights."""
    account = sign_up(server)
    assert server.run("user", "role", account.email, "admin").returncode == 0
    bearer = "Bearer " + make_app_password(account, "api")["password"]
    assert call_with(server, bearer, "GET", "admin/users").status == 403
    assert call_with(server, bearer, "GET", "admin/audit").status == 403


def test_app_passwords_are_accepted_in_every_spelling(server: Server, account: Account) -> None:
    """An app password is accepted in every common spelling."""
    secret = make_app_password(account, "api:read")["password"]
    assert len(secret.replace("-", "")) == 24
    for typed in (secret, secret.replace("-", ""), secret.upper(), secret.replace("-", " ")):
        assert call_with(server, basic(account.email, typed), "GET", "contacts").status == 200
    assert call_with(server, basic(account.email.upper(), secret), "GET", "contacts").status == 200


def test_invalid_credentials_are_rejected(server: Server, account: Account) -> None:
    """Wrong and malformed credentials are rejected."""
    secret = make_app_password(account, "api")["password"]
    other = sign_up(server)
    for wrong in (basic(other.email, secret), basic("", secret), basic(account.email, PASSWORD),
                  basic(account.email, secret[:-1]), basic(account.email, secret + "a"),
                  "Basic " + secret, "Basic", "Basic !!", "Bearer " + secret[:-1] + "!",
                  "Bearer " + "a" * 24, "Digest " + secret):
        reply = call_with(server, wrong, "GET", "contacts")
        assert reply.status == 401, wrong
        assert reply.headers["www-authenticate"].startswith("Bearer")
        assert secret not in reply.text


def test_errors_distinguish_passwords_and_refresh_tokens(account: Account) -> None:
    """And no answer tells whether the account's password was right."""
    right, wrong = (call_with(account.server, basic(account.email, password), "GET", "contacts")
                    for password in (PASSWORD, "another password"))
    assert right.json["detail"] == wrong.json["detail"]
    assert "password of the account is not accepted" in right.json["detail"]
    bearer = "Bearer " + account.tokens["refresh_token"]
    detail = call_with(account.server, bearer, "GET", "contacts").json["detail"]
    assert "neither a valid access token nor an app password" in detail, detail


BEARER = 'Bearer realm="kith"'
INVALID_TOKEN = 'Bearer realm="kith", error="invalid_token"'
BASIC = 'Basic realm="kith", charset="UTF-8"'
CHALLENGES = [
    ("no credentials", None, [BEARER], "no credentials"),
    ("an empty header", "", [BEARER], "no credentials"),
    ("another scheme", "JWT x", [BEARER], "Use Bearer"),
    ("a custom scheme", "Token a.b.c", [BEARER], "Use Bearer"),
    ("Digest", 'Digest username="a"', [BEARER], "or Basic"),
    ("a token without a scheme", "a.b.c", [BEARER], "Use Bearer"),
    ("Bearer alone", "Bearer", [BEARER], "Use Bearer"),
    ("Bearer and blanks", "Bearer   ", [BEARER], "Use Bearer"),
    ("Bearer and a tab", "Bearer\ta.b.c", [BEARER], "Use Bearer"),
    ("an invalid token", "Bearer a.b.c", [INVALID_TOKEN], "access token"),
    ("a token after two blanks", "Bearer  a.b.c", [INVALID_TOKEN], "access token"),
    ("two tokens", "Bearer a.b.c a.b.c", [INVALID_TOKEN], "access token"),
    ("a scheme in other letters", "bEARER a.b.c", [INVALID_TOKEN], "access token"),
    ("an unknown app password", "Bearer " + "a" * 24, [INVALID_TOKEN], "app password"),
    ("a bearer token of another form", "Bearer x", [INVALID_TOKEN],
     "neither a valid access token nor an app password"),
    ("Basic alone", "Basic", [BASIC, BEARER], "malformed"),
    ("Basic that is not base64", "Basic !!", [BASIC, BEARER], "malformed"),
    ("Basic without a colon", "Basic YQ==", [BASIC, BEARER], "malformed"),
    ("Basic with a wrong password", basic("a@example.org", "a" * 24), [BASIC, BEARER],
     "app password"),
    ("Basic with an account's password", basic("a@example.org", PASSWORD), [BASIC, BEARER],
     "The password of the account is not accepted here"),
]


@pytest.mark.parametrize("sent, challenges, detail", [row[1:] for row in CHALLENGES],
                         ids=[row[0] for row in CHALLENGES])
def test_challenges_name_the_required_credentials(server: Server, sent: str | None,
                                                  challenges: list[str], detail: str) -> None:
    """401 responses name the required credentials."""
    header = b"" if sent is None else b"Authorization: " + sent.encode() + b"\r\n"
    answer = raw(server.port, f"GET {API}/contacts HTTP/1.1\r\nHost: a\r\n".encode() + header +
                 b"Connection: close\r\n\r\n").decode()
    assert answer.startswith("HTTP/1.1 401 ")
    assert re.findall("WWW-Authenticate: (.*)\r", answer) == challenges
    assert detail in answer.partition('"detail":')[2], answer


def test_an_insufficient_scope_is_explained(server: Server, account: Account) -> None:
    """A token with an insufficient scope gets an explanation."""
    secret = make_app_password(account, "api:read")["password"]
    reply = call_with(server, "Bearer " + secret, "POST", "contacts", {"first_name": "A"})
    assert reply.status == 403
    assert reply.headers["www-authenticate"] == 'Bearer realm="kith", error="insufficient_scope"'


def test_app_passwords_show_their_last_use_and_can_be_revoked(server: Server,
                                                              account: Account) -> None:
    """The list shows the last use, and a deleted app password is rejected."""
    made = make_app_password(account, "api", "Old phone")
    kept = make_app_password(account, "api", "New phone")
    bearer = "Bearer " + made["password"]
    assert call_with(server, bearer, "GET", "contacts").status == 200
    wait_until(lambda: account.call("GET", PATH).json["items"][1]["last_used_at"])
    new, old = account.call("GET", PATH).json["items"]
    assert (new["name"], old["name"]) == ("New phone", "Old phone")
    assert new["last_used_at"] is None and old["last_used_at"] >= old["created_at"]
    assert old["last_address"] == "127.0.0.1"
    assert "password" not in old and "secret_hash" not in old
    assert account.call("DELETE", f"{PATH}/{made['id']}").status == 204
    assert call_with(server, bearer, "GET", "contacts").status == 401
    assert account.call("DELETE", f"{PATH}/{made['id']}").status == 404
    assert call_with(server, "Bearer " + kept["password"], "GET", "contacts").status == 200


def test_another_account_cannot_revoke_an_app_password(account: Account, server: Server) -> None:
    """Another account cannot delete it."""
    made = make_app_password(account, "api")
    assert sign_up(server).call("DELETE", f"{PATH}/{made['id']}").status == 404
    assert len(account.call("GET", PATH).json["items"]) == 1


def test_app_passwords_are_stored_as_digests(server: Server, account: Account) -> None:
    """The database contains only a digest."""
    secret = make_app_password(account, "api")["password"].replace("-", "")
    assert secret.encode() not in server.backend.content(server.data_dir)
    assert secret not in server.output() + server.diagnostics()


def test_a_suspension_blocks_app_passwords(server: Server, account: Account) -> None:
    """A suspension blocks app passwords, too."""
    bearer = "Bearer " + make_app_password(account, "api")["password"]
    assert call_with(server, bearer, "GET", "contacts").status == 200
    assert server.run("user", "suspend", account.email).returncode == 0
    time.sleep(1.1)  # done by another process
    assert call_with(server, bearer, "GET", "contacts").status == 401
    assert server.run("user", "reinstate", account.email).returncode == 0
    time.sleep(1.1)
    assert call_with(server, bearer, "GET", "contacts").status == 200


def test_the_number_of_app_passwords_is_limited(account: Account) -> None:
    for number in range(100):
        make_app_password(account, "dav", f"Phone {number}")
    body = {"name": "One more", "scope": "dav", "current_password": PASSWORD}
    assert account.call("POST", PATH, body).status == 409


def test_concurrent_creations_cannot_exceed_the_limit(account: Account) -> None:
    """Concurrent creations cannot exceed the limit."""
    for number in range(95):
        make_app_password(account, "dav", f"Phone {number}")
    body = {"name": "At once", "scope": "dav", "current_password": PASSWORD}
    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(lambda _: account.call("POST", PATH, body).status, range(10)))
    assert sorted(statuses) == [201] * 5 + [409] * 5
    assert len(account.call("GET", PATH).json["items"]) == 100


def test_a_scope_applies_to_batches(server: Server, account: Account) -> None:
    ann, bob = account.create(), account.create()
    operations = [{"op": "delete", "id": ann["id"]},
                  {"op": "create", "contact": {"first_name": "B"}},
                  {"op": "patch", "id": bob["id"], "contact": {"notes": "n"}}]
    for scope, expected in (("api:read", [403, 403, 403]), ("api", [204, 201, 200])):
        bearer = "Bearer " + make_app_password(account, scope)["password"]
        reply = call_with(server, bearer, "POST", "contacts/batch", {"operations": operations})
        assert [each["status"] for each in reply.json["results"]] == expected, scope


def test_password_resets_revoke_app_passwords(server: Server, account: Account) -> None:
    """A change of the password by the user keeps app passwords. A change by an administrator
    deletes them."""
    bearer = "Bearer " + make_app_password(account, "api")["password"]
    change = {"current_password": PASSWORD, "new_password": "another horse battery"}
    assert account.call("PUT", "users/me/password", change).status == 204
    assert call_with(server, bearer, "GET", "contacts").status == 200
    done = server.run("user", "passwd", account.email, "--password-stdin", text=PASSWORD + "\n")
    assert done.returncode == 0
    time.sleep(1.1)
    assert call_with(server, bearer, "GET", "contacts").status == 401
    assert sign_in(server, account.email).call("GET", PATH).json["items"] == []
