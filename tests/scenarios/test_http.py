"""HTTP on the wire: bodies, pipelining, conditions."""

import contextlib
import json
import socket
import time

import pytest

from kith import API, Account, Server, raw, sign_up
from mailing import wait_until
from raw_http import CHUNKED, CLOSE, HEALTH, in_pieces, post, statuses
from scenario import Scenario, play, table


def test_a_body_too_large_is_refused_before_it_is_read(account: Account) -> None:
    begin = time.monotonic()
    answer = raw(account.server.port, post(account, 1024 * 1024 + 1))
    assert statuses(answer) == [413] and time.monotonic() - begin < 5


def test_expect_100_is_answered_before_the_body(account: Account) -> None:
    body = b'{"first_name":"A"}'
    with socket.create_connection(("127.0.0.1", account.server.port), timeout=10) as connection:
        connection.sendall(post(account, len(body), b"Expect: 100-continue\r\n"))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 201 ")


def test_http_10_clients_get_no_100(account: Account) -> None:
    """HTTP/1.0 clients get no 100 response."""
    body = b'{"first_name":"A"}'
    head = post(account, len(body), b"Expect: 100-continue\r\n").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert statuses(in_pieces(account.server.port, head, body)) == [201]


@pytest.mark.parametrize("authorization", [b"", b"Authorization: Bearer a.b.c\r\n"],
                         ids=["no token", "a made-up token"])
@pytest.mark.parametrize("body", [
    b"Content-Length: 1000000\r\n", b"Content-Length: 1000000\r\nExpect: 100-continue\r\n",
    CHUNKED,
], ids=["length", "expect", "chunks"])
def test_large_bodies_without_credentials_are_refused_at_once(server: Server, authorization: bytes,
                                                              body: bytes) -> None:
    """Large bodies without valid credentials are refused at once."""
    head = f"POST {API}/contacts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    begin = time.monotonic()
    answer = raw(server.port, head.encode() + authorization + body + b"\r\n")
    assert statuses(answer) == [401] and time.monotonic() - begin < 5, answer
    assert b"WWW-Authenticate: Bearer" in answer and b"Connection: close" in answer


def answer_so_far(connection: socket.socket) -> bytes:
    """The data received within a moment."""
    connection.settimeout(0.2)
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def begun(port: int, head: bytes, count: int, body_bytes: int) -> list[socket.socket]:
    """Connections with an incomplete request body."""
    connections = []
    for _ in range(count):
        connections.append(socket.create_connection(("127.0.0.1", port)))
        with contextlib.suppress(OSError):  # refused while sending
            connections[-1].sendall(head + b"[" + b" " * body_bytes)
    return connections


def test_large_bodies_share_a_memory_budget(server: Server, account: Account) -> None:
    """Each body alone is allowed; together they would exceed the memory. An account can use only
    its share, and others can still send their bodies."""
    head = post(account, 5_000_000).replace(b"/contacts ", b"/contacts/batch ")
    create = {"op": "create", "contact": {"first_name": "Large", "notes": "x" * 9_000}}
    large = {"operations": [create] * 100}
    senders = begun(server.port, head, 45, 4_000_000)
    try:
        answers = [answer_so_far(each) for each in senders]
        refused = [each for each in answers if each]
        assert 20 <= len(refused) <= 40
        for answer in refused:
            assert statuses(answer) == [503] and b"Retry-After" in answer, answer
        assert account.create(first_name="Small")["first_name"] == "Small"
        assert account.call("POST", "contacts/batch", large).status == 503
        assert sign_up(server).call("POST", "contacts/batch", large).status == 200
    finally:
        for each in senders:
            each.close()
    create = {"op": "create", "contact": {"first_name": "Large", "notes": "x" * 9_000}}
    wait_until(lambda: account.call("POST", "contacts/batch", large).status == 200)


LENGTH = b"Content-Length: 1000000\r\n"
UNREAD = [
    ("an unknown path", "POST /nope HTTP/1.1", LENGTH, 404, b""),
    ("an unknown path below the API", f"PUT {API}/nope HTTP/1.1", LENGTH, 404, b""),
    ("another method", f"DELETE {API}/contacts HTTP/1.1", LENGTH, 405, b"Allow: GET, HEAD, POST"),
    ("a preflight", f"OPTIONS {API}/contacts HTTP/1.1", LENGTH, 413, b""),
    ("a page", "GET / HTTP/1.1", LENGTH, 413, b""),
    ("a sign-in", f"POST {API}/auth/login HTTP/1.1", LENGTH, 413, b""),
    ("a list", f"GET {API}/contacts HTTP/1.1", LENGTH, 401, b"WWW-Authenticate: Bearer"),
    ("a new contact", f"POST {API}/contacts HTTP/1.1", LENGTH, 401, b"WWW-Authenticate: Bearer"),
    ("a picture", f"PUT {API}/users/me/avatar HTTP/1.1", LENGTH, 401, b"WWW-Authenticate: Bearer"),
    ("a small picture", f"PUT {API}/users/me/avatar HTTP/1.1", b"Content-Length: 9000\r\n", 401,
     b"WWW-Authenticate: Bearer"),
]


@pytest.mark.parametrize("line, length, status, header", [row[1:] for row in UNREAD],
                         ids=[row[0] for row in UNREAD])
def test_large_bodies_without_credentials_use_no_memory(server: Server, account: Account, line: str,
                                                        length: bytes, status: int,
                                                        header: bytes) -> None:
    """Large bodies of callers without credentials are refused at once and use none of the memory
    for signed-in callers."""
    head = line.encode() + b"\r\nHost: a\r\nContent-Type: application/json\r\n" + length + b"\r\n"
    connections = begun(server.port, head, 140, 0)
    try:
        create = {"op": "create", "contact": {"first_name": "Large", "notes": "x" * 9_000}}
        large = {"operations": [create] * 50}
        assert account.call("POST", "contacts/batch", large).status == 200
        for answer in map(answer_so_far, connections[::20]):
            assert statuses(answer) == [status] and header in answer, answer
            assert b"Connection: close" in answer
    finally:
        for each in connections:
            each.close()


def test_chunked_bodies_without_credentials_have_the_small_limit(server: Server,
                                                                 account: Account) -> None:
    """Chunked bodies of callers without credentials are read up to the limit for small bodies."""
    head = b"POST /nope HTTP/1.1\r\nHost: a\r\n" + CHUNKED + b"\r\n"
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    assert statuses(raw(server.port, head + chunk * 3)) == [413]
    connections = begun(server.port, head, 140, 0)
    large = b" " * 900_000
    sent = post(account, len(large)) + large
    assert statuses(raw(server.port, sent, half_close=True)) == [400], "it was read as JSON"
    for each in connections:
        each.close()


def test_routes_that_read_no_body_accept_only_small_ones(account: Account) -> None:
    """Routes that read no body accept only a small one."""
    for line in (f"GET {API}/contacts", f"DELETE {API}/contacts/{account.create()['id']}"):
        large = post(account, 20_000).replace(f"POST {API}/contacts".encode(), line.encode())
        assert statuses(raw(account.server.port, large)) == [413]
        small = post(account, 2, b"Connection: close\r\n").replace(
            f"POST {API}/contacts".encode(), line.encode())
        assert statuses(raw(account.server.port, small + b"{}"))[0] in (200, 204)


def test_pipelined_requests_are_answered_in_order(account: Account) -> None:
    body = json.dumps({"first_name": "P"}).encode()
    create = post(account, len(body)) + body
    sent = HEALTH * 20 + create + HEALTH * 20 + CLOSE
    assert statuses(raw(account.server.port, sent)) == [200] * 20 + [201] + [200] * 21


def test_requests_may_arrive_in_pieces(account: Account) -> None:
    body = json.dumps({"first_name": "Pieces"}).encode()
    sent = post(account, len(body)) + body + CLOSE
    for size in (1, 7, 64):
        pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
        assert statuses(in_pieces(account.server.port, *pieces)) == [201, 200]


def test_http_10_closes_the_connection(server: Server) -> None:
    answer = raw(server.port, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert b" 200 OK" in answer and b"Connection: close" in answer


def test_a_half_closed_client_is_answered(server: Server) -> None:
    """A client that has closed its sending side gets its response."""
    assert statuses(raw(server.port, HEALTH, half_close=True)) == [200]


def test_head_has_the_length_and_no_body(server: Server) -> None:
    answer = raw(server.port, CLOSE.replace(b"GET", b"HEAD"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: " in head and b"Content-Length: 0" not in head and body == b""


@pytest.mark.parametrize("accepted, packed", [
    ("gzip", True), ("br, GZIP;q=0.1", True), ("gzip;q=0", False), ("gzip; q=0.000, br", False),
    ("identity", False),
])
def test_pages_are_compressed_on_request(server: Server, accepted: str, packed: bool) -> None:
    """Pages are compressed for clients that accept it."""
    path = "/assets/favicon.svg"
    reply = server.call("HEAD", path, accept_encoding=accepted)
    assert ("content-encoding" in reply.headers) == packed, reply
    if not packed:
        assert "<svg" in server.call("GET", path, accept_encoding=accepted).text


CONDITIONS = [
    Scenario("one of several", "PATCH", "contacts/{id}", 200, {"notes": "n"},
             {"if_match": '"3-s", "1-s"'}, holds=('etag: "2-s"',)),
    Scenario("in any order", "PATCH", "contacts/{id}", 200, {"notes": "n"},
             {"if_match": '"1-s","3-s" , "7-s"'}),
    Scenario("replace one of several", "PUT", "contacts/{id}", 200, {"first_name": "B"},
             {"if_match": '"3-s", "1-s"'}),
    Scenario("delete one of several", "DELETE", "contacts/{id}", 204,
             headers={"if_match": '"3-s", "1-s"'}),
    Scenario("a foreign tag among several", "PATCH", "contacts/{id}", 200, {"notes": "n"},
             {"if_match": '"abc", "1-s"'}),
    Scenario("rejects tags of which none matches", "PATCH", "contacts/{id}", 412, {"notes": "n"},
             {"if_match": '"3-s", "2-s"'}),
    Scenario("rejects weak tags", "PATCH", "contacts/{id}", 412, {"notes": "n"},
             {"if_match": 'W/"1-s", W/"3-s"'}),
    Scenario("get with a matching If-Match", "GET", "contacts/{id}", 200,
             headers={"if_match": '"3-s", "1-s"'}),
    Scenario("rejects a get with an old If-Match", "GET", "contacts/{id}", 412,
             headers={"if_match": '"3-s"'},
             holds=("urn:kith:problem:precondition-failed", '"revision":1')),
    Scenario("checks If-Match before If-None-Match", "GET", "contacts/{id}", 412,
             headers={"if_match": '"3-s"', "if_none_match": '"1-s"'}),
    Scenario("checks If-None-Match after If-Match", "GET", "contacts/{id}", 304,
             headers={"if_match": '"1-s"', "if_none_match": '"1-s"'}),
]


@table(*CONDITIONS)
def test_conditions(row: Scenario, account: Account) -> None:
    play(row, account, {"id": account.create()["id"]})


def test_405_lists_the_allowed_methods(server: Server) -> None:
    """405 responses list the allowed methods."""
    reply = server.call("OPTIONS", f"{API}/contacts")
    assert reply.status in (204, 405) and "GET" in reply.headers["allow"]


def test_early_disconnects_do_not_disturb_the_server(server: Server) -> None:
    """Clients that disconnect early do not disturb the server."""
    for sent in (b"", b"GET", HEALTH[:-2], post_head()):
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(sent)
    assert server.call("GET", "/healthz").status == 200


ENCODED = [
    Scenario("rejects gzip", "POST", "contacts", 415, {"first_name": "A"},
             {"content_encoding": "gzip"},
             holds=("accept-encoding: identity", "urn:kith:problem:unsupported-content-coding")),
    Scenario("rejects br, gzip", "PATCH", "users/me", 415, {"username": "a"},
             {"content_encoding": "br, gzip"}, holds=("accept-encoding: identity",)),
    Scenario("rejects a picture", "PUT", "users/me/avatar", 415, "x",
             {"content_type": "image/png", "content_encoding": "deflate"},
             holds=("accept-encoding: identity",)),
    Scenario("identity twice", "POST", "contacts", 201, {"first_name": "A"},
             {"content_encoding": "identity, Identity"}),
    Scenario("identity and gzip", "POST", "contacts", 415, {"first_name": "A"},
             {"content_encoding": "identity, gzip"}),
    Scenario("identity", "POST", "contacts", 201, {"first_name": "A"},
             {"content_encoding": "identity"}),
    Scenario("Identity", "POST", "contacts", 201, {"first_name": "A"},
             {"content_encoding": "Identity"}),
    Scenario("no body", "GET", "contacts", 200, headers={"content_encoding": "gzip"}),
    Scenario("rejects another media type", "POST", "contacts", 415, "x",
             {"content_type": "text/plain"},
             lacks=("accept-encoding",)),
]


@table(*ENCODED)
def test_content_codings_except_identity_are_refused(row: Scenario, account: Account) -> None:
    """RFC 9110, sections 8.4 and 12.5.3."""
    play(row, account, {})


def post_head() -> bytes:
    return f"POST {API}/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{{".encode()
