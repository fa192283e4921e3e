"""Framing of requests: heads, lengths, chunks, and malformed messages."""

import socket
import time
from pathlib import Path

import pytest

from kith import API, Account, Server, raw, sign_up
from raw_http import (CHUNKED, CHUNKS, CLOSE, HEALTH, LAST, in_pieces, single_bytes, post, statuses)


REFUSED = [
    ("nonsense", b"hello\r\n\r\n", 400),
    ("a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32, 400),
    ("no Host", b"GET / HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ("two Authorizations", b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\n"
     b"authorization: Bearer b\r\n\r\n", 400),
    ("HTTP/2.0", b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    ("HTTP/3.0", b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    ("HTTP/0.9", b"GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
    ("a version of two digits", b"GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400),
    ("HTTP in lower case", b"GET / http/1.1\r\nHost: a\r\n\r\n", 400),
    ("an unknown expectation", b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", 417),
    ("a second expectation",
     b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, 200-ok\r\n\r\n", 417),
    ("an asterisk of another method", b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("an asterisk and a query", b"OPTIONS *?a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
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
    *[(f"a cookie of {size} bytes",
       b"GET / HTTP/1.1\r\nHost: a\r\nCookie: a=" + b"c" * size + b"\r\n\r\n", 431)
      for size in (16_384, 20_000, 33_000, 66_000)],
    ("a name of 20 KiB", b"GET / HTTP/1.1\r\nHost: a\r\n" + b"n" * 20_000 + b": x\r\n\r\n", 431),
    ("many fields of 4,000 bytes",
     b"GET / HTTP/1.1\r\nHost: a\r\n" + (b"X: " + b"a" * 4_000 + b"\r\n") * 5 + b"\r\n", 431),
    ("a URL of 20 KiB", b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("a URL of 66 KiB", b"GET /" + b"a" * 66_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("a long URL and a long header",
     b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nX: " + b"a" * 17_000 + b"\r\n\r\n", 414),
    ("a method of 20 KiB", b"A" * 20_000 + b" / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("101 header fields", b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 101 + b"\r\n", 431),
    ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("no version", b"GET /\r\nHost: a\r\n\r\n", 400),
    ("two blanks in the request line", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a blank after the version", b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
    ("a tab in the request line", b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a blank before the method", b" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a blank line before the fields", b"GET / HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n", 400),
    ("LF instead of CRLF", b"GET / HTTP/1.1\nHost: a\n\n", 400),
    ("LF after a field", b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400),
    ("CR within a field", b"GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n", 400),
    ("NUL within a field", b"GET / HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n", 400),
    ("NUL in the URL", b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a field without a name", b"GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400),
    ("a line without a colon", b"GET / HTTP/1.1\r\nHost: a\r\nXy\r\n\r\n", 400),
    ("an invalid Host", b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    ("a Host with user information", b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
    ("a fragment", b"GET /healthz#x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("an empty authority", b"GET http:///healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a port without a host", b"GET http://:80/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("user information", b"GET http://u:p@a/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("an absolute URL with a fragment", b"GET http://a#/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
]


@pytest.mark.parametrize("sent, status", [row[1:] for row in REFUSED],
                         ids=[row[0] for row in REFUSED])
def test_malformed_requests_close_the_connection(server: Server, sent: bytes, status: int) -> None:
    """Malformed requests are refused and the connection is closed."""
    answer = raw(server.port, sent)
    assert statuses(answer) == [status], answer
    assert b"application/problem+json" in answer and b"Connection: close" in answer, answer


@pytest.mark.parametrize("target", ["http://kith/healthz", "HTTP://[::1]:80/healthz?x",
                                    "https://kith/healthz"])
def test_an_absolute_target_is_routed_by_its_path(server: Server, target: str) -> None:
    """An absolute request target is routed by its path."""
    answer = raw(server.port, CLOSE.replace(b"/healthz", target.encode()))
    assert statuses(answer) == [200] and b'"status":"ok"' in answer, answer


@pytest.mark.parametrize("version", [b"HTTP/1.2", b"HTTP/1.9"])
def test_a_later_minor_version_is_served(server: Server, version: bytes) -> None:
    answer = raw(server.port, CLOSE.replace(b"HTTP/1.1", version))
    assert statuses(answer) == [200] and answer.startswith(b"HTTP/1.1 "), answer


@pytest.mark.parametrize("target", ["/%68ealthz", "/healt%68%7A", "http://kith/%68ealthz?x=%68"])
def test_unreserved_characters_may_be_encoded(server: Server, target: str) -> None:
    answer = raw(server.port, CLOSE.replace(b"/healthz", target.encode()))
    assert statuses(answer) == [200] and b'"status":"ok"' in answer, answer


def test_options_lists_the_methods_of_the_server(server: Server) -> None:
    sent = CLOSE.replace(b"GET /healthz", b"OPTIONS *")
    answer = raw(server.port, sent)
    assert statuses(answer) == [204], answer
    assert b"Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n" in answer, answer


@pytest.mark.parametrize("path", ["/healthz", f"{API}/contacts", "/nope"])
def test_unknown_methods_are_not_implemented(server: Server, path: str) -> None:
    sent = HEALTH.replace(b"GET /healthz", b"BREW " + path.encode()) + CLOSE
    assert statuses(raw(server.port, sent)) == [501, 200]


def test_a_folded_line_is_joined(account: Account) -> None:
    """RFC 9112, section 5.2: a fold is refused or replaced by blanks. Kith replaces it."""
    sent = (f"GET {API}/users/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
              f"Authorization: Bearer\r\n {account.tokens['access_token']}\r\n\r\n").encode()
    answer = raw(account.server.port, sent)
    assert statuses(answer) == [200] and account.email.encode() in answer, answer


TO_EMPTY_PATH = ["http://kith?/healthz", "http://kith?a=/healthz", "http://kith:80?x/healthz"]


@pytest.mark.parametrize("target", TO_EMPTY_PATH)
def test_the_query_of_an_absolute_target_is_not_a_path(server: Server, target: str) -> None:
    """The query of an absolute target without a path is not used as a path."""
    asked = raw(server.port, CLOSE.replace(b"/healthz", target.encode()))
    page = raw(server.port, CLOSE.replace(b"/healthz", b"/"))
    assert b'"status":"ok"' not in asked and statuses(asked) == statuses(page), asked


def test_empty_lines_before_a_request_are_ignored(server: Server) -> None:
    """RFC 9112, section 2.2: old clients send an empty line after a body."""
    assert statuses(raw(server.port, b"\r\n\r\n" + HEALTH + b"\r\n" + CLOSE)) == [200, 200]


WRONG_LENGTHS = [b"5, 5", b"5,5", b"+5", b"-0", b"0x5", b"", b" ", b"5 5", b"5\t5", b"5.0", b"5e0",
                 b"5;", b"99999999999999999999999", "٥".encode()]


@pytest.mark.parametrize("length", WRONG_LENGTHS)
def test_invalid_lengths_are_refused(server: Server, length: bytes) -> None:
    head = f"POST {API}/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: ".encode()
    answer = raw(server.port, head + length + b"\r\n\r\nhello")
    assert statuses(answer) == [400] and b"Connection: close" in answer, answer


@pytest.mark.parametrize("fields", [b"Content-Length: 2\r\nContent-Length: 2\r\n",
                                    b"Content-Length: 2\r\ncontent-length: 02\r\n",
                                    b"Content-Length: 0\r\nX: y\r\nContent-Length: 0\r\n"])
def test_repeated_lengths_are_refused(server: Server, fields: bytes) -> None:
    """Repeated or listed lengths are refused."""
    head = f"POST {API}/auth/login HTTP/1.1\r\nHost: a\r\n".encode()
    assert statuses(raw(server.port, head + fields + b"\r\n{}" + HEALTH)) == [400]


CODINGS = [
    (b"gzip", 400), (b"identity", 400), (b"", 400), (b"chunked, gzip", 400), (b"xchunked", 400),
    (b"chunked, chunked", 400), (b"chunked;q=1", 400), (b"gzip, chunked", 501),
    (b"gzip\r\nTransfer-Encoding: chunked", 501), (b"chunked\r\nTransfer-Encoding: chunked", 400),
    (b"chunked\r\nTransfer-Encoding: gzip", 400), (b"\x0bchunked", 400),
    (b"gzip, chunked\r\nContent-Length: 5", 400), (b"gzip\r\nContent-Length: 5", 400),
]


@pytest.mark.parametrize("value, status", CODINGS)
def test_other_transfer_codings_are_refused(server: Server, value: bytes, status: int) -> None:
    """RFC 9112, sections 6.1 and 6.3."""
    head = f"POST {API}/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ".encode()
    answer = raw(server.port, head + value + b"\r\n\r\n0\r\n\r\n" + HEALTH)
    assert statuses(answer) == [status] and b"Connection: close" in answer, answer


def test_large_chunked_bodies_are_refused(account: Account) -> None:
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    answer = raw(account.server.port, post(account, None, CHUNKED) + chunk * 17)
    assert statuses(answer) == [413]


def test_chunks_are_read(account: Account) -> None:
    sent = post(account, None, CHUNKED) + CHUNKS + CLOSE
    assert statuses(raw(account.server.port, sent)) == [201, 200]
    assert account.items("contacts")[0]["first_name"] == "Chunk"


BAD_CHUNKS = [
    b"-1\r\na\r\n0\r\n\r\n", b"+1\r\na\r\n0\r\n\r\n", b" 1\r\na\r\n0\r\n\r\n",
    b"1 \r\na\r\n0\r\n\r\n",
    b"0x1\r\na\r\n0\r\n\r\n", b"\r\n\r\n", b"g\r\n\r\n", b"1\na\n0\n\n", b"1\r\nab\r\n0\r\n\r\n",
    b"1\r\na\n0\r\n\r\n", b"10000000000000000\r\na\r\n0\r\n\r\n", b"1;\r\na\r\n0\r\n\r\n",
    b"1;a=\nb\r\na\r\n0\r\n\r\n", b'1;a="\n"\r\na\r\n0\r\n\r\n', b'1;a="\\\n"\r\na\r\n0\r\n\r\n',
    b'1;a="\0"\r\na\r\n0\r\n\r\n', b'1;a="\r"\r\na\r\n0\r\n\r\n', b'1\r\na\r\n0;a="\n"\r\n\r\n',
    b'1;a="\r\na"\r\n0\r\n\r\n', b"1\r\na\r\n0\r\nX: a\nb\r\n\r\n", b"1\r\na\r\n0\r\n X: y\r\n\r\n",
]


@pytest.mark.parametrize("chunks", BAD_CHUNKS)
def test_malformed_chunks_are_refused(account: Account, chunks: bytes) -> None:
    for pieces in ([chunks + CLOSE], single_bytes(chunks) + [CLOSE]):
        answer = in_pieces(account.server.port, post(account, None, CHUNKED), *pieces)
        assert statuses(answer) == [400], answer


def test_a_large_chunk_is_refused_at_its_size(account: Account) -> None:
    head = post(account, None, CHUNKED)
    for size in (b"7fffffffffffffff", b"ffffffffffffffff", b"100001"):
        assert statuses(raw(account.server.port, head + size + b"\r\n")) == [413]


def test_one_byte_chunks_are_read_and_endless_framing_is_refused(account: Account) -> None:
    body = b'{"first_name":"%s"}' % (b"B" * 100)
    small = b"".join(b"00000001\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    assert statuses(raw(account.server.port, post(account, None, CHUNKED + LAST) + small)) == [201]
    extended = b"1;x=" + b"y" * 1_000 + b"\r\na\r\n"
    assert statuses(raw(account.server.port, post(account, None, CHUNKED) + extended * 30)) == [431]


def test_chunks_may_arrive_in_pieces(account: Account) -> None:
    """A body of only the last chunk used to crash the process when it arrived in pieces."""
    head = post(account, None, CHUNKED + LAST)
    halves = [[CHUNKS[:at], CHUNKS[at:]] for at in range(1, len(CHUNKS))]
    last_chunk = [CHUNKS[:-5], b"0\r\n", b"\r", b"\n"]
    for pieces in [*halves, single_bytes(CHUNKS), last_chunk]:
        answer = in_pieces(account.server.port, head, *pieces)
        assert statuses(answer) == [201], (pieces, answer)
    assert len(account.items("contacts?limit=500")) == len(halves) + 2
    answer = in_pieces(account.server.port, head, b"0\r\n", b"\r", b"\n")
    assert statuses(answer) == [400], "an empty body is not JSON"


TRAILERS = [
    ("a trailer does not add a type", b"Content-Type: application/json",
     b"Content-Type: text/plain",
     b"Content-Type: application/json\r\n", 415),
    ("a trailer does not replace the type", b"", b"", b"Content-Type: text/plain\r\n", 201),
    ("a trailer does not add a token", b"Authorization", b"X", b"Authorization: Bearer {token}\r\n",
     401),
    ("a large header and a large trailer", b"Host", b"X: " + b"x" * 12_000 + b"\r\nHost",
     b"Y: " + b"y" * 12_000 + b"\r\n", 201),
    ("100 fields", b"", b"", b"X: y\r\n" * 100, 201),
    ("more fields than a header may have", b"", b"", b"X: y\r\n" * 101, 431),
    ("more bytes than a header may have", b"", b"", (b"X: " + b"y" * 2_000 + b"\r\n") * 9, 431),
    ("a malformed trailer", b"", b"", b"X : y\r\n", 400),
]


@pytest.mark.parametrize("before, after, trailer, status", [row[1:] for row in TRAILERS],
                         ids=[row[0] for row in TRAILERS])
def test_trailers_are_ignored(account: Account, before: bytes, after: bytes, trailer: bytes,
                              status: int) -> None:
    """Trailers are ignored, and no header field is lost. `before` is the header counterpart of
    `after`."""
    token = account.tokens["access_token"].encode()
    head = post(account, None, CHUNKED + LAST).replace(before, after, 1)
    body = CHUNKS[:-2] + trailer.replace(b"{token}", token) + b"\r\n"
    answer = raw(account.server.port, head + body)
    assert statuses(answer) == [status], answer


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"], ids=["unfinished", "whole"])
def test_a_trailer_of_20_kib_is_refused(account: Account, end: bytes) -> None:
    head = post(account, None, CHUNKED + LAST) + CHUNKS[:-2] + b"X: " + b"x" * 20_000
    assert statuses(raw(account.server.port, head + end)) == [431]


def flood(port: int, begin: bytes, more: bytes) -> bytes:
    """Sends `more` after `begin` for as long as the server reads; returns the response."""
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
def test_endless_input_is_refused(account: Account, begin: bytes) -> None:
    """Endless input is refused, even if the client keeps sending. It used to fill the memory."""
    head = post(account, None, CHUNKED)
    assert statuses(flood(account.server.port, head + begin, b"0" * 50_000)) == [431]


def test_a_large_head_in_two_pieces_is_refused(binary: Path, tmp_path: Path) -> None:
    """The buffer of the head used to move, so its views dangled and showed the
    data of other requests."""
    with Server(binary, tmp_path, KITH_THREADS=1) as server:
        victim = sign_up(server, "victim")
        head = b"PATCH http://h/api/v1/users/me HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
        head += b"j" * len(victim.tokens["access_token"]) + b"\r\nX-Pad: " + b"p" * 3_000
        head += b"\r\nContent-Type: application/json\r\nContent-Length: 25\r\n"
        head += (b"X: " + b"x" * 4_000 + b"\r\n") * 3
        assert len(head) < 16_384
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as attacker:
                attacker.sendall(head)
                time.sleep(0.03)
                attacker.sendall(b"Y: " + b"y" * 9_000 + b"\r\n\r\n")
                for _ in range(80):
                    assert victim.call("GET", "users/me").status == 200
                attacker.sendall(b'{"username":"taken over"}')
                answer = attacker.recv(65536)
            assert statuses(answer) == [431] and b"Connection: close" in answer, answer
        assert victim.call("GET", "users/me").json["username"] == "victim"
