"""Starts the real binary and talks to it as a client."""

import itertools
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections import deque
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from databases import Backend, Sqlite, free_port
from machine_speed import slowness

API = "/api/v1"
PASSWORD = "correct horse battery"
START_SECONDS_MAX = 30  # a build with sanitizers on a busy machine
STOP_SECONDS_MAX = 30
# The longest time that a handler of the release build may block an event loop. Other builds
# (without optimization, with sanitizers) are several times slower and have a larger limit.
LOOP_HOLD_MS_MAX = {"release": 50}
LOOP_HOLD_MS_MAX_ELSEWHERE = 2000
_numbers = itertools.count(1)
# Secrets that recent responses contained. No log may contain any of them.
_secrets: deque[str] = deque(maxlen=300)


@dataclass
class Reply:
    """A response."""

    status: int
    headers: dict[str, str]  # names in lower case
    text: str
    body: bytes = b""  # of which `text` is readable

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def etag(self) -> str:
        return self.headers["etag"]

    def errors(self) -> dict[str, str]:
        """The field errors of a problem: field -> message."""
        return {each["field"]: each["message"] for each in self.json.get("errors", [])}


class Server:
    """`kith serve` on a free port with its own data directory and database."""

    backend: Backend = Sqlite()  # set by conftest.py

    def __init__(self, binary: Path, folder: Path, **settings: Any) -> None:
        self.binary, self.folder = binary, folder
        self.settings = {name: str(value) for name, value in settings.items()}
        self.process: subprocess.Popen[bytes] | None = None
        self.ready_line = ""
        self.port = 0
        # A public URL does not contain the port.
        self.listen_port = free_port() if "KITH_PUBLIC_URL" in settings else 0
        folder.mkdir(exist_ok=True)
        # Without it a file of the machine, /etc/kith/kith.env, would be read.
        (folder / ".env").touch()
        if self.data_dir.is_absolute() and self.data_dir.parent.is_dir():
            self.data_dir.mkdir(mode=0o700, exist_ok=True)  # only the default folder is created

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("KITH_")}
        data = {"KITH_LISTEN": f"127.0.0.1:{self.listen_port}",
                "KITH_DATA_DIR": str(self.folder / "data"),
                "KITH_RATE_LIMITS": "off", "KITH_VERIFY_EMAIL": "off",
                "KITH_BACKUP_HOURS": "0"}
        url = self.backend.url(self.data_dir)
        if url:
            data["KITH_DATABASE_URL"] = url
        return {**kept, **data, **self.settings}

    @property
    def data_dir(self) -> Path:
        return Path(self.settings.get("KITH_DATA_DIR", self.folder / "data"))

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Runs a statement directly in the database, for example to simulate that time has
        passed."""
        return self.backend.execute(self.data_dir, statement, *values)

    def run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command of the binary on the same data."""
        return subprocess.run([str(self.binary), *arguments], cwd=self.folder, input=text,
                              env=self.environment(), text=True, capture_output=True, timeout=60)

    def start(self) -> "Server":
        out, err = (self.folder / name for name in ("out.log", "err.log"))
        begin = out.stat().st_size if out.exists() else 0
        with out.open("ab") as stdout, err.open("ab") as stderr:
            self.process = subprocess.Popen([str(self.binary), "serve"], cwd=self.folder,
                                            env=self.environment(), stdout=stdout, stderr=stderr)
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and self.is_alive():
            with out.open("rb") as log:
                log.seek(begin)
                line = log.readline().decode()
            found = re.match(r"Kith is ready at https?://[^:/\s]+(?::(\d+))?", line)
            if found and line.endswith("\n"):
                self.ready_line, self.port = line, int(found[1] or self.listen_port)
                return self
            time.sleep(0.005)
        raise AssertionError("the server did not start:\n" + self.diagnostics())

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> int:
        """Stops the server as a service manager does and returns its exit code."""
        assert self.process
        if self.is_alive():
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS_MAX)
        logs = self.output() + self.diagnostics()
        for secret in [PASSWORD, "$argon2", *_secrets]:
            assert secret not in logs, "a secret is in the log"
        self.check_loops()
        return code

    def check_loops(self) -> None:
        """Checks that the server's watchdog has reported no handler that blocked an event loop."""
        most = LOOP_HOLD_MS_MAX.get(self.binary.parent.name, LOOP_HOLD_MS_MAX_ELSEWHERE)
        found = re.findall(r"loop: (?:still )?held ms=(\d+) route=(\S+)", self.diagnostics())
        held = [(int(ms), route) for ms, route in found if int(ms) >= most]
        if held:
            most = round(most * slowness())
            held = [(ms, route) for ms, route in held if ms >= most]
        assert not held, f"handlers held an event loop for {most} ms or longer: {held}"

    def kill(self) -> None:
        """Kills the server, as a power cut would."""
        assert self.process
        self.process.kill()
        self.process.wait()
        self.check_loops()

    def diagnostics(self) -> str:
        return (self.folder / "err.log").read_text(errors="replace")

    def output(self) -> str:
        return (self.folder / "out.log").read_text(errors="replace")

    def metric(self, sample: str) -> float:
        """The value of a sample in /metrics, named with its labels."""
        text = self.call("GET", "/metrics").text
        found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.MULTILINE)
        assert found, f"{sample} is not in\n{text}"
        return float(found[1])

    def setup_token(self) -> str:
        return self.ready_line.rsplit("#", 1)[1].strip()

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_: object) -> None:
        code = self.stop()
        assert code == 0, f"exit code {code}:\n{self.diagnostics()}"

    def call(self, method: str, path: str, body: Any = None, **headers: str | None) -> Reply:
        """Sends a request on a new connection. A dict or list is sent as JSON, a str or bytes
        unchanged. Header names are written with underscores; None removes a header."""
        return Client(self.port).call(method, path, body, **headers)


class Client:
    """A keep-alive connection."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.token = token

    def call(self, method: str, path: str, body: Any = None, **headers: str | None) -> Reply:
        sent: dict[str, str | None] = {}
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent.update({name.replace("_", "-").title(): value for name, value in headers.items()})
        kept = {name: value for name, value in sent.items() if value is not None}
        self.connection.request(method, path, body=body, headers=kept)
        response = self.connection.getresponse()
        content = response.read()
        text = content.decode(errors="replace")
        _secrets.extend(re.findall(r'"(?:access_token|refresh_token|password)":"([^"]+)"', text))
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, text, content)


@dataclass
class Account:
    """A signed-in account."""

    server: Server
    email: str
    tokens: dict[str, Any] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **headers: str | None) -> Reply:
        """As `Client.call`, with the token. A path without a leading slash is below the API."""
        path = path if path.startswith("/") else f"{API}/{path}"
        client = Client(self.server.port, self.tokens["access_token"])
        return client.call(method, path, body, **headers)

    def create(self, **fields: Any) -> dict[str, Any]:
        """Creates a contact. The first name, which has a default, is the only required field."""
        reply = self.call("POST", "contacts", {"first_name": "Ann", **fields})
        assert reply.status == 201, reply
        return {**reply.json, "etag": reply.etag}

    def items(self, path: str) -> list[dict[str, Any]]:
        """All items of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            query = "" if cursor is None else ("&" if "?" in path else "?") + urlencode(
                {"cursor": cursor})
            reply = self.call("GET", path + query)
            assert reply.status == 200, reply
            found += reply.json["items"]
            cursor = reply.json["next_cursor"]
            if cursor is None:
                return found


def make_app_password(account: Account, scope: str, name: str = "A phone",
                      password: str = PASSWORD) -> dict[str, str]:
    body = {"name": name, "scope": scope, "current_password": password}
    reply = account.call("POST", "users/me/app-passwords", body)
    assert reply.status == 201, reply
    made: dict[str, str] = reply.json
    return made


def sign_in(server: Server, email: str, password: str = PASSWORD) -> Account:
    reply = server.call("POST", f"{API}/auth/login", {"email": email, "password": password})
    assert reply.status == 200, reply
    return Account(server, email, reply.json)


def sign_up(server: Server, name: str = "user") -> Account:
    """Creates an account with a new address."""
    email = f"{name}{next(_numbers)}@example.org"
    fields = {"username": name, "email": email, "password": PASSWORD}
    reply = server.call("POST", f"{API}/auth/signup", fields)
    assert reply.status == 201, reply
    return sign_in(server, email)


def raw(port: int, data: bytes, *, seconds: float = 10, half_close: bool = False) -> bytes:
    """Sends bytes unchanged and reads until the server closes the connection or sends nothing
    more."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while part := connection.recv(65536):
                answer += part
        except (TimeoutError, ConnectionResetError):
            pass
        return answer


def query(**parameters: Any) -> str:
    return "?" + urlencode(parameters)


def path_of(url: str) -> str:
    """The path and query of a link."""
    parts = urlsplit(url)
    return parts.path + ("?" + parts.query if parts.query else "")
