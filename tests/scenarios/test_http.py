"""HTTP as it comes over the wire: limits, pipelining, nonsense."""

import json
import socket
import time

import pytest

from kith import API, Account, Server, raw

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
    ("a folded line", b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\nLength : 1\r\n\r\n", 400),
    ("two lengths", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
     400),
    ("a negative length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
    ("length and chunks",
     b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
     400),
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


def post(account: Account, length: int | None, extra: bytes = b"") -> bytes:
    head = f"POST {API}/contacts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    head += f"Authorization: Bearer {account.tokens['access_token']}\r\n"
    if length is not None:
        head += f"Content-Length: {length}\r\n"
    return head.encode() + extra + b"\r\n"


def test_a_body_too_large_is_refused_before_it_is_read(account: Account) -> None:
    begin = time.monotonic()
    answer = raw(account.server.port, post(account, 1024 * 1024 + 1))
    assert statuses(answer) == [413] and time.monotonic() - begin < 5


def test_chunks_too_large_are_refused(account: Account) -> None:
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    answer = raw(account.server.port,
                 post(account, None, b"Transfer-Encoding: chunked\r\n") + chunk * 17)
    assert statuses(answer) == [413]


def test_chunks_are_read(account: Account) -> None:
    chunks = b'5\r\n{"fir\r\n10\r\nst_name":"Chunk"\r\n1\r\n}\r\n0\r\n\r\n'
    octets = post(account, None, b"Transfer-Encoding: chunked\r\n") + chunks + CLOSE
    assert statuses(raw(account.server.port, octets)) == [201, 200]
    assert account.items("contacts")[0]["first_name"] == "Chunk"


def test_expect_100_is_answered_before_the_body(account: Account) -> None:
    body = b'{"first_name":"A"}'
    with socket.create_connection(("127.0.0.1", account.server.port), timeout=10) as connection:
        connection.sendall(post(account, len(body), b"Expect: 100-continue\r\n"))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 201 ")


def test_a_large_body_that_one_may_not_send_is_not_waited_for(account: Account) -> None:
    octets = post(account, 1_000_000, b"Expect: 100-continue\r\n")
    octets = octets.replace(b"Bearer ", b"Bearer x")
    assert statuses(raw(account.server.port, octets))[0] in (100, 401)


def test_pipelined_requests_are_answered_in_order(account: Account) -> None:
    body = json.dumps({"first_name": "P"}).encode()
    create = post(account, len(body)) + body
    octets = HEALTH * 20 + create + HEALTH * 20 + CLOSE
    assert statuses(raw(account.server.port, octets)) == [200] * 20 + [201] + [200] * 21


def test_requests_may_arrive_in_any_pieces(account: Account) -> None:
    body = json.dumps({"first_name": "Pieces"}).encode()
    octets = post(account, len(body)) + body + CLOSE
    for size in (1, 7, 64):
        with socket.create_connection(("127.0.0.1", account.server.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(0, len(octets), size):
                connection.sendall(octets[at : at + size])
            answer = b""
            while part := connection.recv(65536):
                answer += part
        assert statuses(answer) == [201, 200]


def test_http_10_closes(server: Server) -> None:
    answer = raw(server.port, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert b" 200 OK" in answer and b"Connection: close" in answer


def test_a_client_that_has_sent_all_is_answered(server: Server) -> None:
    assert statuses(raw(server.port, HEALTH, half_close=True)) == [200]


def test_head_has_the_length_and_no_body(server: Server) -> None:
    answer = raw(server.port, CLOSE.replace(b"GET", b"HEAD"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: " in head and b"Content-Length: 0" not in head and body == b""


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
