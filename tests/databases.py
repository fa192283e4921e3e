"""The storage of servers under test: SQLite files, or databases of a temporary PostgreSQL cluster
made from Debian's packages. Also a program: `databases.py COMMAND...` runs a command with
KITH_TEST_POSTGRES set to the location of the cluster."""

import contextlib
import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, ContextManager, Iterator, Protocol

BINARIES = Path("/usr/lib/postgresql/15/bin")
OPTIONS = ["max_connections=200", "listen_addresses=127.0.0.1", "unix_socket_directories="]
# Tests stop the server but not the machine, so nothing has to be flushed to disk.
FAST = ["fsync=off", "full_page_writes=off", "shared_buffers=64MB"]
# Settings of a server with enough memory, without checkpoints during a measurement.
DURABLE = ["fsync=on", "synchronous_commit=on", "shared_buffers=1GB", "max_wal_size=8GB",
           "checkpoint_timeout=1h"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def as_postgres(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return [*(["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []), *command]


class Cluster:
    """A temporary PostgreSQL server. A cluster that is not durable loses writes when the machine
    stops, but is fast."""

    def __init__(self, *options: str, password: str = "", durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kith-postgres-"))
        self.port, self.password = free_port(), password
        self.options = [*OPTIONS, *(DURABLE if durable else FAST), *options]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._make()

    def _make(self) -> None:
        password = self.password
        secret = self.folder / "password"
        secret.write_text(password or "unused")
        secret.chmod(0o644)
        self._run("initdb", "-D", self._data(), "-U", "kith", "--encoding=UTF8",
                  "--locale=C.UTF-8", "--no-sync", f"--pwfile={secret}",
                  "--auth=" + ("scram-sha-256" if password else "trust"))

    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(as_postgres(str(BINARIES / program), *arguments), text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")
        assert done.returncode == 0, done.stderr

    def start(self) -> "Cluster":
        options = " ".join(f"-c {each}" for each in [*self.options, f"port={self.port}"])
        self._run("pg_ctl", "-D", self._data(), "-w", "-l", str(self.folder / "data" / "log"),
                  "-o", options, "start")
        return self

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", self._data(), "-w", "-m", mode, "stop")

    @property
    def process(self) -> int:
        """The parent process of the server."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def log(self) -> str:
        return (self.folder / "data" / "log").read_text(errors="replace")

    def url(self, database: str = "postgres") -> str:
        """KITH_DATABASE_URL of the server with this data folder."""
        login = f"kith:{self.password}" if self.password else "kith"
        return f"postgres://{login}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Runs a statement directly in the database; parameters are question marks."""
        with contextlib.closing(connect(self.url(database))) as connection:
            connection.cursor().execute(statement)

    def __enter__(self) -> "Cluster":
        return self.start()

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(AssertionError):  # a test may have stopped it
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


class Standby(Cluster):
    """A standby of another server, which must be running and have no password."""

    def __init__(self, primary: Cluster) -> None:
        self.primary = primary
        super().__init__()

    def _make(self) -> None:
        self._run("pg_basebackup", "-D", self._data(), "-d", self.primary.url(), "-R", "-c", "fast")

    def promote(self) -> None:
        self._run("pg_ctl", "-D", self._data(), "-w", "promote")


class Redis:
    """A temporary Redis server without persistence."""

    def __init__(self, *options: str, password: str = "") -> None:
        self.port, self.options, self.password = free_port(), options, password
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        login = f":{self.password}@" if self.password else ""
        return f"redis://{login}127.0.0.1:{self.port}/0"

    def start(self) -> "Redis":
        secret = ["--requirepass", self.password] if self.password else []
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             *secret, *self.options], stdout=subprocess.DEVNULL)
        for _ in range(500):
            if self.call("PING") == "PONG":
                return self
            time.sleep(0.02)
        raise AssertionError("redis-server did not start")

    def call(self, *command: str) -> str:
        """Runs redis-cli and returns its output."""
        login = ["-a", self.password, "--no-auth-warning"] if self.password else []
        done = subprocess.run(["redis-cli", "-p", str(self.port), *login, *command], text=True,
                              capture_output=True, timeout=20)
        return done.stdout.strip()

    def send_signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def stop(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> "Redis":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def connect(url: str) -> Any:
    """A connection in autocommit mode."""
    import psycopg2  # only needed by tests on PostgreSQL

    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection


class Backend(Protocol):
    """A kind of database."""

    name: str

    def url(self, data_dir: Path) -> str:
        """KITH_DATABASE_URL of the server with that data folder."""

    def execute(self, data_dir: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Runs a statement behind the server's back; parameters are question marks."""

    def writes_held(self, data_dir: Path, table: str) -> ContextManager[None]:
        """Blocks all writes to the table inside the `with` block."""

    def failing(self, data_dir: Path, event: str, text: str) -> ContextManager[None]:
        """Makes an event (`delete on contacts`) fail with this text inside the `with` block."""

    def content(self, data_dir: Path) -> bytes:
        """All stored bytes. On SQLite this includes deleted data that is not overwritten yet."""

    def dump(self, data_dir: Path) -> str:
        """All current rows."""


class Sqlite:
    """A file in the data folder."""

    name = "sqlite"

    def url(self, data_dir: Path) -> str:
        return ""

    def execute(self, data_dir: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(data_dir / "kith.db", timeout=10)) as database:
            with database:
                return database.execute(statement, values).fetchall()

    @contextlib.contextmanager
    def writes_held(self, data_dir: Path, table: str) -> Iterator[None]:
        database = sqlite3.connect(data_dir / "kith.db", isolation_level=None)
        database.execute("begin immediate")
        yield
        database.execute("rollback")
        database.close()

    @contextlib.contextmanager
    def failing(self, data_dir: Path, event: str, text: str) -> Iterator[None]:
        self.execute(data_dir, f"create trigger failing before {event} "
                               f"begin select raise(abort, '{text}'); end")
        yield
        self.execute(data_dir, "drop trigger failing")

    def content(self, data_dir: Path) -> bytes:
        return b"".join(path.read_bytes() for path in data_dir.glob("kith.db*"))

    def dump(self, data_dir: Path) -> str:
        with contextlib.closing(sqlite3.connect(data_dir / "kith.db", timeout=10)) as database:
            return "\n".join(database.iterdump())


class Postgres:
    """A database in a cluster for each data folder."""

    name = "postgres"

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.made: set[str] = set()

    def url(self, data_dir: Path) -> str:
        name = "kith_" + hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
        if name not in self.made:
            self.made.add(name)
            self.cluster.execute(f"create database {name}")
        return self.cluster.url(name)

    def execute(self, data_dir: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.execute_at(self.url(data_dir), statement, *values)

    @staticmethod
    def execute_at(url: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Runs a statement in the given database."""
        with contextlib.closing(connect(url)) as connection:
            cursor = connection.cursor()
            cursor.execute(statement.replace("?", "%s"), values or None)
            rows = cursor.fetchall() if cursor.description else []
        return [tuple(bytes(each) if isinstance(each, memoryview) else each for each in row)
                for row in rows]

    @contextlib.contextmanager
    def writes_held(self, data_dir: Path, table: str) -> Iterator[None]:
        with contextlib.closing(connect(self.url(data_dir))) as connection:
            connection.autocommit = False
            connection.cursor().execute(f"lock table {table} in share mode")
            yield
            # Otherwise the server would finish the statement although its client is gone.
            connection.cursor().execute("select pg_terminate_backend(pid) from pg_stat_activity "
                                        "where wait_event_type = 'Lock'")
            connection.rollback()

    @contextlib.contextmanager
    def failing(self, data_dir: Path, event: str, text: str) -> Iterator[None]:
        self.execute(data_dir, "create function failing() returns trigger language plpgsql as "
                               f"$$ begin raise exception '{text}'; end $$")
        self.execute(data_dir, f"create trigger failing before {event} "
                               "for each row execute function failing()")
        yield
        self.execute(data_dir, "drop function failing cascade")

    def content(self, data_dir: Path) -> bytes:
        return self.dump(data_dir).encode()

    def dump(self, data_dir: Path) -> str:
        tables = self.execute(data_dir, "select tablename from pg_tables "
                                        "where schemaname = 'public'")
        rows = [repr(self.execute(data_dir, f"select * from {name}")) for name, in tables]
        return "\n".join(rows)


def main() -> int:
    with Cluster() as cluster, Redis() as redis:
        environment = {**os.environ, "KITH_TEST_POSTGRES": cluster.url(),
                       "KITH_TEST_REDIS": redis.url}
        return subprocess.run(sys.argv[1:], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
