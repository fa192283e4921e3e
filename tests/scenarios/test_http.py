"""HTTP as it comes over the wire: limits, pipelining, nonsense."""

import contextlib
import json
import socket
import time

import pytest

from kith import API, Account, Server, raw
from mailing import wait_until
from scenario import Scenario, play, table

PAUSE_SECONDS = 0.003  # long enough for the server to read what was sent before
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: kith\r\n\r\n"
CLOSE = b"GET /healthz HTTP/1.1\r\nHost: kith\r\nConnection: close\r\n\r\n"


def statuses(answer: bytes) -> list[int]:
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


REFUSED = [
    ("nonsense", b"hello\r\n\r\n", 400),
    ("a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32, 400),
    ("no Host", b"GET / HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ("a version to come", b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 400),
    ("a space before the colon", b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    ("two lengths", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
     400),
    ("a negative length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
    ("length and chunks",
     b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
     400),
    ("chunks in HTTP/1.0",
     b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("a length in a trailer",
     b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"0\r\nContent-Length: 1\r\n\r\n", 400),
    ("another scheme", b"GET ftp://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("an unknown coding", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    ("a URL of 9 KiB", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("a header of 17 KiB", b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 17_000 + b"\r\n\r\n", 431),
    ("101 header fields", b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 101 + b"\r\n", 431),
]


@pytest.mark.parametrize("octets, status", [row[1:] for row in REFUSED],
                         ids=[row[0] for row in REFUSED])
def test_is_refused_and_the_connection_closed(server: Server, octets: bytes, status: int) -> None:
    answer = raw(server.port, octets)
    assert statuses(answer) == [status], answer
    assert b"application/problem+json" in answer and b"Connection: close" in answer, answer


@pytest.mark.parametrize("target", ["http://kith/healthz", "HTTP://[::1]:80/healthz?x",
                                    "https://kith/healthz"])
def test_an_absolute_target_is_its_path(server: Server, target: str) -> None:
    answer = raw(server.port, CLOSE.replace(b"/healthz", target.encode()))
    assert statuses(answer) == [200] and b'"status":"ok"' in answer, answer


def test_a_folded_line_is_one_value(account: Account) -> None:
    """RFC 9112, section 5.2: a fold is refused or stands for a blank; here for a blank."""
    octets = (f"GET {API}/users/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
              f"Authorization: Bearer\r\n {account.tokens['access_token']}\r\n\r\n").encode()
    answer = raw(account.server.port, octets)
    assert statuses(answer) == [200] and account.email.encode() in answer, answer


CHUNKED = b"Transfer-Encoding: chunked\r\n"
LAST = b"Connection: close\r\n"


def post(account: Account, length: int | None, extra: bytes = b"") -> bytes:
    """The header of a POST of a contact, with the fields `extra`."""
    head = f"POST {API}/contacts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    head += f"Authorization: Bearer {account.tokens['access_token']}\r\n"
    if length is not None:
        head += f"Content-Length: {length}\r\n"
    return head.encode() + extra + b"\r\n"


def in_pieces(port: int, *pieces: bytes) -> bytes:
    """Sends each piece by itself and reads until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(PAUSE_SECONDS)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def octets_of(text: bytes) -> list[bytes]:
    return [bytes([octet]) for octet in text]


def test_a_body_too_large_is_refused_before_it_is_read(account: Account) -> None:
    begin = time.monotonic()
    answer = raw(account.server.port, post(account, 1024 * 1024 + 1))
    assert statuses(answer) == [413] and time.monotonic() - begin < 5


def test_chunks_too_large_are_refused(account: Account) -> None:
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    answer = raw(account.server.port, post(account, None, CHUNKED) + chunk * 17)
    assert statuses(answer) == [413]


CHUNKS = b'5\r\n{"fir\r\n10\r\nst_name":"Chunk"\r\n1\r\n}\r\n0\r\n\r\n'


def test_chunks_are_read(account: Account) -> None:
    octets = post(account, None, CHUNKED) + CHUNKS + CLOSE
    assert statuses(raw(account.server.port, octets)) == [201, 200]
    assert account.items("contacts")[0]["first_name"] == "Chunk"


def test_chunks_may_arrive_in_any_pieces(account: Account) -> None:
    """A body of the last chunk alone used to end the process when it came in pieces."""
    head = post(account, None, CHUNKED + LAST)
    halves = [[CHUNKS[:at], CHUNKS[at:]] for at in range(1, len(CHUNKS))]
    last_chunk = [CHUNKS[:-5], b"0\r\n", b"\r", b"\n"]
    for pieces in [*halves, octets_of(CHUNKS), last_chunk]:
        answer = in_pieces(account.server.port, head, *pieces)
        assert statuses(answer) == [201], (pieces, answer)
    assert len(account.items("contacts?limit=500")) == len(halves) + 2
    answer = in_pieces(account.server.port, head, b"0\r\n", b"\r", b"\n")
    assert statuses(answer) == [400], "no chunk at all is no JSON"


TRAILERS = [
    ("a type for no type", b"Content-Type: application/json", b"Content-Type: text/plain",
     b"Content-Type: application/json\r\n", 415),
    ("a type beside the type", b"", b"", b"Content-Type: text/plain\r\n", 201),
    ("a token for no token", b"Authorization", b"X", b"Authorization: Bearer {token}\r\n", 401),
    ("more than the header has room for", b"Host", b"X: " + b"x" * 12_000 + b"\r\nHost",
     b"Y: " + b"y" * 12_000 + b"\r\n", 201),
    ("more fields than a header may have", b"", b"", b"X: y\r\n" * 200, 201),
    ("nonsense", b"", b"", b"X : y\r\n", 400),
]


@pytest.mark.parametrize("before, after, trailer, status", [row[1:] for row in TRAILERS],
                         ids=[row[0] for row in TRAILERS])
def test_trailers_are_read_over(account: Account, before: bytes, after: bytes, trailer: bytes,
                                status: int) -> None:
    """Nothing in them counts, and nothing of the header is lost by them. `before` stands as `after`
    in the header."""
    token = account.tokens["access_token"].encode()
    head = post(account, None, CHUNKED + LAST).replace(before, after, 1)
    body = CHUNKS[:-2] + trailer.replace(b"{token}", token) + b"\r\n"
    answer = raw(account.server.port, head + body)
    assert statuses(answer) == [status], answer


def test_a_trailer_of_20_kib_harms_nothing(account: Account) -> None:
    """It is refused once more than a header's octets of it wait for a rest that need not come."""
    head = post(account, None, CHUNKED + LAST) + CHUNKS[:-2] + b"X: " + b"x" * 17_000
    rest = b"x" * 3000 + b"\r\n\r\n"
    assert statuses(raw(account.server.port, head)) == [431]
    assert statuses(raw(account.server.port, head + rest)) in ([201], [431])


def flood(port: int, begin: bytes, more: bytes) -> bytes:
    """Sends `more` behind `begin` for as long as the server lets it; what the server answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(begin)
        deadline = time.monotonic() + 10
        try:
            while time.monotonic() < deadline:
                connection.sendall(more)
        except ConnectionError:
            return connection.recv(65536)
    raise AssertionError("the client was not cut off")


@pytest.mark.parametrize("begin", [b"", b"5;", CHUNKS[:-2] + b"X: "],
                         ids=["size", "extension", "trailer"])
def test_what_has_no_end_is_refused(account: Account, begin: bytes) -> None:
    """Also when the client goes on and on; it used to fill the memory."""
    head = post(account, None, CHUNKED)
    assert statuses(flood(account.server.port, head + begin, b"0" * 50_000)) == [431]


def test_expect_100_is_answered_before_the_body(account: Account) -> None:
    body = b'{"first_name":"A"}'
    with socket.create_connection(("127.0.0.1", account.server.port), timeout=10) as connection:
        connection.sendall(post(account, len(body), b"Expect: 100-continue\r\n"))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 201 ")


def test_http_10_knows_no_100(account: Account) -> None:
    body = b'{"first_name":"A"}'
    head = post(account, len(body), b"Expect: 100-continue\r\n").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert statuses(in_pieces(account.server.port, head, body)) == [201]


@pytest.mark.parametrize("authorization", [b"", b"Authorization: Bearer a.b.c\r\n"],
                         ids=["no token", "a made-up token"])
@pytest.mark.parametrize("body", [
    b"Content-Length: 1000000\r\n", b"Content-Length: 1000000\r\nExpect: 100-continue\r\n",
    CHUNKED,
], ids=["length", "expect", "chunks"])
def test_a_strangers_large_body_is_not_waited_for(server: Server, authorization: bytes,
                                                  body: bytes) -> None:
    head = f"POST {API}/contacts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    begin = time.monotonic()
    answer = raw(server.port, head.encode() + authorization + body + b"\r\n")
    assert statuses(answer) == [401] and time.monotonic() - begin < 5, answer
    assert b"WWW-Authenticate: Bearer" in answer and b"Connection: close" in answer


def answer_so_far(connection: socket.socket) -> bytes:
    """What has come within a moment."""
    connection.settimeout(0.2)
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def test_large_bodies_have_a_limit_together(server: Server, account: Account) -> None:
    """Each alone is allowed; all together they would be more than the machine has."""
    head = post(account, 5_000_000).replace(b"/contacts ", b"/contacts/batch ")
    senders = []
    try:
        for _ in range(45):
            senders.append(socket.create_connection(("127.0.0.1", server.port)))
            with contextlib.suppress(OSError):  # refused while it sends
                senders[-1].sendall(head + b"[" + b" " * 4_000_000)
        answers = [answer_so_far(each) for each in senders]
        refused = [each for each in answers if each]
        assert 1 <= len(refused) <= 30
        for answer in refused:
            assert statuses(answer) == [503] and b"Retry-After" in answer, answer
        assert account.create(first_name="Small")["first_name"] == "Small"
    finally:
        for each in senders:
            each.close()
    create = {"op": "create", "contact": {"first_name": "Large", "notes": "x" * 9_000}}
    wait_until(lambda: account.call("POST", "contacts/batch",
                                    {"operations": [create] * 100}).status == 200)


def test_pipelined_requests_are_answered_in_order(account: Account) -> None:
    body = json.dumps({"first_name": "P"}).encode()
    create = post(account, len(body)) + body
    octets = HEALTH * 20 + create + HEALTH * 20 + CLOSE
    assert statuses(raw(account.server.port, octets)) == [200] * 20 + [201] + [200] * 21


def test_requests_may_arrive_in_any_pieces(account: Account) -> None:
    body = json.dumps({"first_name": "Pieces"}).encode()
    octets = post(account, len(body)) + body + CLOSE
    for size in (1, 7, 64):
        pieces = [octets[at : at + size] for at in range(0, len(octets), size)]
        assert statuses(in_pieces(account.server.port, *pieces)) == [201, 200]


def test_http_10_closes(server: Server) -> None:
    answer = raw(server.port, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert b" 200 OK" in answer and b"Connection: close" in answer


def test_a_client_that_has_sent_all_is_answered(server: Server) -> None:
    assert statuses(raw(server.port, HEALTH, half_close=True)) == [200]


def test_head_has_the_length_and_no_body(server: Server) -> None:
    answer = raw(server.port, CLOSE.replace(b"GET", b"HEAD"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: " in head and b"Content-Length: 0" not in head and body == b""


@pytest.mark.parametrize("accepted, packed", [
    ("gzip", True), ("br, GZIP;q=0.1", True), ("gzip;q=0", False), ("gzip; q=0.000, br", False),
    ("identity", False),
])
def test_pages_are_packed_for_who_can_unpack(server: Server, accepted: str, packed: bool) -> None:
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
    Scenario("a stranger among them", "PATCH", "contacts/{id}", 200, {"notes": "n"},
             {"if_match": '"abc", "1-s"'}),
    Scenario("none of several", "PATCH", "contacts/{id}", 412, {"notes": "n"},
             {"if_match": '"3-s", "2-s"'}),
    Scenario("weak ones never", "PATCH", "contacts/{id}", 412, {"notes": "n"},
             {"if_match": 'W/"1-s", W/"3-s"'}),
    Scenario("get what one has seen", "GET", "contacts/{id}", 200,
             headers={"if_match": '"3-s", "1-s"'}),
    Scenario("get what has changed", "GET", "contacts/{id}", 412, headers={"if_match": '"3-s"'},
             holds=("urn:kith:problem:precondition-failed", '"revision":1')),
    Scenario("changed before unchanged", "GET", "contacts/{id}", 412,
             headers={"if_match": '"3-s"', "if_none_match": '"1-s"'}),
    Scenario("unchanged after seen", "GET", "contacts/{id}", 304,
             headers={"if_match": '"1-s"', "if_none_match": '"1-s"'}),
]


@table(*CONDITIONS)
def test_conditions(row: Scenario, account: Account) -> None:
    play(row, account, {"id": account.create()["id"]})


def test_methods_are_told(server: Server) -> None:
    reply = server.call("OPTIONS", f"{API}/contacts")
    assert reply.status in (204, 405) and "GET" in reply.headers["allow"]


def test_connections_that_come_and_go_leave_nothing(server: Server) -> None:
    for octets in (b"", b"GET", HEALTH[:-2], post_head()):
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(octets)
    assert server.call("GET", "/healthz").status == 200


def post_head() -> bytes:
    return f"POST {API}/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{{".encode()
