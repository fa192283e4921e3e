"""Rate limits, client addresses, and CORS."""

import re
import socket
from pathlib import Path
from typing import Any

import pytest

from kith import API, PASSWORD, Account, Server, sign_in, sign_up
from mailing import wait_until
from scenario import check_every_answer

SIGNUP = {"username": "A", "password": PASSWORD}


def test_requests_beyond_the_burst_are_429(binary: Path, tmp_path: Path) -> None:
    """A burst is accepted, and further requests get 429."""
    limits = "contacts.read=1/h:5,contacts.create=1/min:3"
    with Server(binary, tmp_path, KITH_RATE_LIMITS=limits) as server:
        account, other = sign_up(server), sign_up(server)
        replies = [account.call("GET", "contacts") for _ in range(7)]
        assert [reply.status for reply in replies] == [200] * 5 + [429] * 2
        assert replies[0].headers["ratelimit-policy"] == '"contacts.read";q=5;w=18000'
        assert re.fullmatch(r'"contacts.read";r=4;t=\d+', replies[0].headers["ratelimit"])
        refused = replies[-1]
        check_every_answer(refused)
        assert refused.json["type"] == "urn:kith:problem:too-many-requests"
        assert 3500 < int(refused.headers["retry-after"]) <= 3600
        assert refused.headers["ratelimit"].startswith('"contacts.read";r=0')
        assert other.call("GET", "contacts").status == 200, "each account has its own limit"
        assert [account.call("POST", "contacts", {"first_name": "A"}).status
                for _ in range(4)] == [201, 201, 201, 429]
        assert account.call("GET", "users/me").status == 200
        assert 'kith_rate_limited_total 3' in server.call("GET", "/metrics").text


def test_a_batch_counts_as_its_operations(binary: Path, tmp_path: Path) -> None:
    """A batch counts as its number of operations."""
    limits = "contacts.create=1/h:10,contacts.write=1/h:3"
    with Server(binary, tmp_path, KITH_RATE_LIMITS=limits) as server:
        account = sign_up(server)
        create = {"op": "create", "contact": {"first_name": "A"}}
        eight = account.call("POST", "contacts/batch", {"operations": [create] * 8})
        assert eight.status == 200
        three = account.call("POST", "contacts/batch", {"operations": [create] * 3})
        assert three.status == 429
        assert len(account.items("contacts")) == 8, "the whole batch is refused"
        delete = [{"op": "delete", "id": each["id"]} for each in eight.json["results"]]
        assert account.call("POST", "contacts/batch", {"operations": delete[:4]}).status == 429
        assert account.call("POST", "contacts/batch", {"operations": delete[:3]}).status == 200


def test_the_defaults_permit_a_first_sync(binary: Path, tmp_path: Path) -> None:
    """The defaults permit a phone's first sync."""
    with Server(binary, tmp_path, KITH_RATE_LIMITS="on") as server:
        account = sign_up(server)
        create = {"op": "create", "contact": {"first_name": "A"}}
        for _ in range(2):
            reply = account.call("POST", "contacts/batch", {"operations": [create] * 1000})
            assert reply.status == 200
        assert account.call("POST", "contacts/batch", {"operations": [create] * 1000}).status == 429
        assert all(account.call("GET", "contacts?limit=1").status == 200 for _ in range(50))


def test_wrong_sign_ins_are_rate_limited(binary: Path, tmp_path: Path) -> None:
    """Wrong sign-ins are rate limited."""
    limits = "login=1/h:12,login.account=1/h:5"
    with Server(binary, tmp_path, KITH_RATE_LIMITS=limits) as server:
        victim = sign_up(server)
        wrong = {"email": victim.email, "password": "wrong password"}
        statuses = [server.call("POST", f"{API}/auth/login", wrong).status for _ in range(6)]
        assert statuses == [401] * 4 + [429] * 2, "the sign-in was one of the five requests"
        unknown = {**wrong, "email": "nobody@example.org"}
        statuses = [server.call("POST", f"{API}/auth/login", unknown).status for _ in range(6)]
        assert statuses == [401] * 5 + [429], "unknown addresses are counted, too"
        assert server.call("POST", f"{API}/auth/login", wrong).status == 429
        assert victim.call("GET", "users/me").status == 200, "sessions stay valid"


def test_only_trusted_proxies_forward_addresses(binary: Path, tmp_path: Path) -> None:
    """Forwarded addresses count only from trusted proxies."""
    def sign_ups(server: Server, *hops: str) -> list[int]:
        return [server.call("POST", f"{API}/auth/signup",
                            {**SIGNUP, "email": f"{number}{len(hop)}{hop[-1]}@example.org"},
                            x_forwarded_for=hop).status for number, hop in enumerate(hops)]

    with Server(binary, tmp_path / "a", KITH_RATE_LIMITS="signup=1/h:2") as server:
        assert sign_ups(server, "192.0.2.1", "192.0.2.2", "192.0.2.3") == [201, 201, 429]
    with Server(binary, tmp_path / "b", KITH_RATE_LIMITS="signup=1/h:2",
                KITH_TRUSTED_PROXIES="127.0.0.0/8") as server:
        assert sign_ups(server, "192.0.2.1", "9.9.9.9, 192.0.2.1", "192.0.2.1", "192.0.2.2",
                        "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1") == [
            201, 201, 429, 201, 201, 201, 429, 201]
    assert "192.0.2.2 POST /api/v1/auth/signup 201" in server.output()


FORGED = [
    ("X-Forwarded-For", {"x_forwarded_for": "192.0.2.1", "forwarded": "for={}"}),
    ("X-Forwarded-For", {"x_forwarded_for": "192.0.2.1", "x_real_ip": "{}"}),
    ("X-Forwarded-For", {"x_forwarded_for": "{}, 192.0.2.1"}),
    ("X-Forwarded-For", {"forwarded": "for={}", "x_real_ip": "{}"}),
    ("Forwarded", {"x_forwarded_for": "{}", "forwarded": "for=192.0.2.1"}),
    ("Forwarded", {"forwarded": 'for={};by=", for=192.0.2.1'}),
    ("X-Real-IP", {"x_forwarded_for": "{}", "x_real_ip": "192.0.2.1", "forwarded": "for={}"}),
]


@pytest.mark.parametrize("header, sent", FORGED, ids=[str(row[1]) for row in FORGED])
def test_clients_behind_a_proxy_cannot_forge_their_address(binary: Path, tmp_path: Path,
                                                           header: str,
                                                           sent: dict[str, str]) -> None:
    """Wrong sign-ins with different forged headers beside the proxy's header."""
    with Server(binary, tmp_path, KITH_RATE_LIMITS="login=1/h:4",
                KITH_TRUSTED_PROXIES="127.0.0.0/8", KITH_CLIENT_ADDRESS_HEADER=header) as server:
        statuses = []
        for number in range(10):
            forged = {name: value.format(f"198.51.100.{number}") for name, value in sent.items()}
            wrong = {"email": f"a{number}@example.org", "password": "wrong password"}
            statuses.append(server.call("POST", f"{API}/auth/login", wrong, **forged).status)
    assert statuses == [401] * 4 + [429] * 6


def opened(port: int, count: int) -> list[socket.socket]:
    return [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(count)]


def is_answered(connection: socket.socket) -> bool:
    """Whether a request on the connection is answered. A connection that was closed at once gets no
    response."""
    try:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        return connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    except ConnectionError:
        return False


def has_one_connection(server: Server) -> bool:
    """Whether only this request's connection is open. It is refused while the others are."""
    try:
        return server.metric("kith_connections") == 1
    except ConnectionError:
        return False


@pytest.mark.parametrize("proxies, most", [("", 5), ("10.0.0.0/8", 5), ("127.0.0.1", 20)])
def test_connections_per_address_are_limited(binary: Path, tmp_path: Path, proxies: str,
                                             most: int) -> None:
    with Server(binary, tmp_path, KITH_CONNECTIONS_PER_ADDRESS=5,
                KITH_TRUSTED_PROXIES=proxies) as server:
        connections = opened(server.port, 20)
        assert sum(is_answered(each) for each in connections) == most
        for each in connections:
            each.close()
        wait_until(lambda: has_one_connection(server))
        refused = server.metric('kith_connections_refused_total{limit="address"}')
        assert refused >= 20 - most and (refused == 0) == (most == 20)
    assert ("connections: refused address=127.0.0.1 open=5" in server.diagnostics()) == (most == 5)


@pytest.mark.parametrize("name, value", [
    ("KITH_RATE_LIMITS", "contacts=1/s"), ("KITH_TRUSTED_PROXIES", "proxy"),
    ("KITH_CORS_ORIGINS", "*"), ("KITH_CORS_ORIGINS", "https://a.example/"),
    ("KITH_CORS_ORIGINS", "null"), ("KITH_CLIENT_ADDRESS_HEADER", "X-Forwarded-For, Forwarded"),
    ("KITH_CLIENT_ADDRESS_HEADER", "X Y"), ("KITH_CONNECTIONS_PER_ADDRESS", "-1"),
])
def test_invalid_settings_are_refused(binary: Path, tmp_path: Path, name: str, value: str) -> None:
    """Invalid settings are refused."""
    run = Server(binary, tmp_path, **{name: value}).run("config")
    assert run.returncode == 2 and run.stderr.startswith(name + " must be"), run


@pytest.fixture(scope="module")
def open_server(binary: Path, tmp_path_factory: Any):
    origins = "https://app.example.org, http://localhost:5173"
    with Server(binary, tmp_path_factory.mktemp("cors"), KITH_CORS_ORIGINS=origins) as server:
        yield server


def test_allowed_origins_may_read_responses(open_server: Server) -> None:
    account = sign_up(open_server)
    for origin in ("https://app.example.org", "http://localhost:5173"):
        for reply in (account.call("POST", "contacts", {"first_name": "A"}, origin=origin),
                      account.call("POST", "contacts", {"first_name": 1}, origin=origin),
                      open_server.call("GET", f"{API}/contacts", origin=origin)):
            assert reply.headers["access-control-allow-origin"] == origin
            assert reply.headers["access-control-allow-credentials"] == "true"
            exposed = reply.headers["access-control-expose-headers"]
            for name in ("ETag", "Link", "Location", "RateLimit", "Retry-After", "X-Request-Id"):
                assert name in exposed
            assert "Origin" in reply.headers["vary"]


@pytest.mark.parametrize("origin", [
    "https://evil.example.org", "https://app.example.org.evil.example", "null",
    "http://app.example.org", "https://app.example.org:8443", "HTTPS://APP.EXAMPLE.ORG",
])
def test_other_origins_get_no_cors_headers(open_server: Server, origin: str) -> None:
    """Other origins get no CORS headers."""
    reply = open_server.call("GET", f"{API}/contacts", origin=origin)
    assert "access-control-allow-origin" not in reply.headers
    assert "Origin" in reply.headers["vary"]


def test_preflights_of_allowed_origins_are_answered(open_server: Server, server: Server) -> None:
    asked = {"origin": "https://app.example.org", "access_control_request_method": "PATCH"}
    path = f"{API}/contacts/0193c1e2-0000-7000-8000-000000000001"
    reply = open_server.call("OPTIONS", path, **asked)
    assert reply.status == 204
    assert "PATCH" in reply.headers["access-control-allow-methods"]
    assert "If-Match" in reply.headers["access-control-allow-headers"]
    assert int(reply.headers["access-control-max-age"]) == 7200
    assert reply.headers["access-control-allow-origin"] == asked["origin"]
    for other in (open_server.call("OPTIONS", path, **{**asked, "origin": "https://evil.example"}),
                  server.call("OPTIONS", path, **asked)):
        assert not any(name.startswith("access-control") for name in other.headers)
    assert "vary" not in server.call("GET", f"{API}/contacts").headers


def test_users_list_and_end_their_sessions(server: Server, account: Account) -> None:
    """Users can list and end their sessions."""
    body = {"email": account.email, "password": PASSWORD}
    phone = Account(server, account.email, server.call(
        "POST", f"{API}/auth/login", body, user_agent="Phone/1.0 (ünïcode)").json)
    tablet = sign_in(server, account.email)
    items = account.call("GET", "auth/sessions").json["items"]
    assert len(items) == 3 and [each["current"] for each in items].count(True) == 1
    assert all(each["address"] == "127.0.0.1" for each in items)
    current = next(each for each in phone.call("GET", "auth/sessions").json["items"]
                   if each["current"])
    assert account.call("DELETE", f"auth/sessions/{current['id']}").status == 204
    assert phone.call("GET", "users/me").status == 401
    assert account.call("DELETE", f"auth/sessions/{current['id']}").status == 404
    other_account = sign_up(server)
    mine = next(each for each in items if each["current"])
    assert other_account.call("DELETE", f"auth/sessions/{mine['id']}").status == 404
    assert account.call("DELETE", "auth/sessions").status == 204
    for each in (account, tablet):
        assert each.call("GET", "users/me").status == 401
        refreshed = server.call("POST", f"{API}/auth/refresh",
                                {"refresh_token": each.tokens["refresh_token"]})
        assert refreshed.status == 401
    assert other_account.call("GET", "users/me").status == 200
