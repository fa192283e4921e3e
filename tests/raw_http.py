"""Hand-written HTTP: requests in pieces, and their responses."""

import socket
import time

from kith import API, Account

PAUSE_SECONDS = 0.003  # long enough for the server to read the previous piece
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: kith\r\n\r\n"
CLOSE = b"GET /healthz HTTP/1.1\r\nHost: kith\r\nConnection: close\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LAST = b"Connection: close\r\n"
CHUNKS = b'5\r\n{"fir\r\n10\r\nst_name":"Chunk"\r\n1\r\n}\r\n0\r\n\r\n'


def statuses(answer: bytes) -> list[int]:
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def post(account: Account, length: int | None, extra: bytes = b"") -> bytes:
    """The header of a POST of a contact, with the fields in `extra`."""
    head = f"POST {API}/contacts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    head += f"Authorization: Bearer {account.tokens['access_token']}\r\n"
    if length is not None:
        head += f"Content-Length: {length}\r\n"
    return head.encode() + extra + b"\r\n"


def in_pieces(port: int, *pieces: bytes) -> bytes:
    """Sends each piece separately and reads until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(PAUSE_SECONDS)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def single_bytes(text: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in text]
