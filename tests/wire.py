"""Network connections that fail."""

import contextlib
import select
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

READY = b"Z\0\0\0\5I"  # sent by PostgreSQL after authentication


@contextlib.contextmanager
def black_hole() -> Iterator[int]:
    """A port whose accept queue is full, so that the kernel drops new connections."""
    with socket.socket() as listener, contextlib.ExitStack() as knocking:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            each = knocking.enter_context(socket.socket())
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


class Wire:
    """A forwarded port whose connections can be cut or blocked."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.stuck_after: bytes | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
                self.pairs.append((near, far))
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        said = b""
        with contextlib.suppress(OSError, ValueError), near, far:
            while self.stuck_after is None or self.stuck_after not in said:
                for source in select.select([near, far], [], [])[0]:
                    part = source.recv(512)  # small, so that responses are cut in the middle
                    if not part:
                        return
                    (far if source is near else near).sendall(part)
                    said = said[-len(READY):] + part if source is far else said
            threading.Event().wait()  # blocks forever, so that both stay open

    def cut(self) -> None:
        pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for each in pair:
                with contextlib.suppress(OSError):  # the reset may arrive at once
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    each.shutdown(socket.SHUT_RDWR)

    def hang(self, after: bytes) -> None:
        """Cuts the existing connections. New connections are forwarded until the other end has sent
        `after`, and then hang."""
        self.stuck_after = after
        self.cut()

    def recover(self) -> None:
        """New connections work again."""
        self.stuck_after = None

    def close(self) -> None:
        self.listener.close()
        self.cut()


class TlsWire(Wire):
    """Adds TLS to a PostgreSQL server without it. The last TLS record of a response has the maximum
    length, as servers newer than Debian's may send it."""

    RECORD = 16384
    PREFACE = 8  # bytes of the request for encryption
    SILENCE = 0.005  # s without data: the response has ended

    def __init__(self, port: int, certificates: Path) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
        super().__init__(port)

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        near.recv(self.PREFACE, socket.MSG_WAITALL)
        near.sendall(b"S")
        with contextlib.suppress(OSError), far, \
                self.context.wrap_socket(near, server_side=True) as encrypted:
            while True:
                readable = select.select([encrypted, far], [], [])[0]
                if encrypted in readable:
                    said = encrypted.recv(self.RECORD)
                    if not said:
                        return
                    far.sendall(said)
                if far in readable:
                    answer = self._answer(far)
                    if not answer:
                        return
                    last = answer[-self.RECORD:]
                    encrypted.sendall(answer[:-len(last)])  # in records as long, and the rest
                    encrypted.sendall(last)

    def _answer(self, far: socket.socket) -> bytes:
        answer = b""
        while select.select([far], [], [], self.SILENCE)[0]:
            part = far.recv(self.RECORD)
            if not part:
                break
            answer += part
        return answer
