"""Upgrades of a database of schema 10, the oldest that is supported, with 100,000 contacts."""

import contextlib
import hashlib
import sqlite3
import time
from pathlib import Path
from typing import Any, Iterator, Protocol
from uuid import UUID

import pytest

from databases import Postgres, connect
from kith import Server, sign_in, sign_up

MIGRATIONS = Path(__file__).parents[2] / "migrations"
SCHEMA = 10
SIZES = {1: 1_000, 2: 100_000}  # contacts of the accounts; the job begins with the first
UPGRADE_SECONDS_MAX = 120  # of a build without optimization on a busy machine
NOW = 1_700_000_000_000_000


class Database(Protocol):
    """An open database; parameters are question marks."""

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]: ...

    def script(self, text: str) -> None: ...


class SqliteFile:
    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.database.execute(statement, values).fetchall()

    def script(self, text: str) -> None:
        self.database.executescript(text)

    def close(self) -> None:
        self.database.close()


class PostgresDatabase:
    def __init__(self, url: str) -> None:
        self.connection = connect(url)

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        if values:
            statement = statement.replace("%", "%%").replace("?", "%s")
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []

    def script(self, text: str) -> None:
        self.connection.cursor().execute(text)

    def close(self) -> None:
        self.connection.close()


@contextlib.contextmanager
def opened(server: Server) -> Iterator[Database]:
    if isinstance(server.backend, Postgres):
        database: Any = PostgresDatabase(server.backend.url(server.data_dir))
    else:
        database = SqliteFile(server.data_dir / "kith.db")
    yield database
    database.close()


def migrate(database: Database, name: str) -> None:
    """Makes a database of the old schema, as the program of that time did."""
    database.run("create table schema_migrations (version bigint primary key, name text not null, "
                 "sha256 text not null, applied_at bigint not null)")
    steps = [path for path in sorted(MIGRATIONS.glob("*.sql"))
             if not path.name.endswith(".postgres.sql")]
    for number, path in enumerate(steps[:SCHEMA], start=1):
        text = path.read_text(encoding="utf-8")
        other = path.with_suffix(".postgres.sql")
        postgres = other.read_text(encoding="utf-8") if other.exists() else text
        database.script(postgres if name == "postgres" else text)
        database.run("insert into schema_migrations values (?, ?, ?, ?)", number,
                     path.stem.split("_", 1)[1],
                     hashlib.sha256((text + "\0" + postgres).encode()).hexdigest(), NOW)


def account_id(number: int) -> bytes:
    return bytes([0, number]) + bytes(14)


def add_account(database: Database, number: int, count: int, password_hash: str) -> None:
    """Adds an account with contacts, of which every tenth is a favourite and every fiftieth in the
    trash; of one, the history has a change."""
    owner, email = account_id(number), f"old{number}@example.org"
    database.run("insert into accounts (id, username, email, role, password_hash, created_at, "
                 "updated_at, verified_at) values (?, 'Old', ?, 'user', ?, ?, ?, ?)",
                 owner, email, password_hash, NOW, NOW, NOW)
    database.run("insert into account_emails values (?, ?)", email, owner)
    database.run("insert into account_rev (account_id, rev, contact_count) values (?, ?, ?)",
                 owner, count, count)
    new_id = {"SqliteFile": "cast(? || printf('%015d', i) as blob)",
              "PostgresDatabase": "?::bytea || convert_to(lpad(i::text, 15, '0'), 'UTF8')"}[
                  type(database).__name__]
    database.run(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < ?) "
        "insert into contacts (account_id, id, rev, deleted_at, not_favorite, birth_key, sort_key, "
        "search_text, phone_digits, first_name, last_name, email, phone, birthday, favorite, "
        f"created_at, updated_at) select ?, {new_id}, i, "
        f"case when i % 50 = 0 then {NOW} end, case when i % 10 = 0 then 0 else 1 end, 517, "
        "?, 'old text', '', 'Änna ' || i, 'Müller', 'A' || i || '@Example.org', "
        "'+49 30 ' || (1000000 + i), '1990-05-17', case when i % 10 = 0 then 1 else 0 end, "
        f"{NOW}, {NOW} from n", count, owner, bytes([number]), b"old key")
    database.run("insert into contact_changes (account_id, rev, contact_id, previous_rev, "
                 "changed_at, unit, actor, door, kind, old_values) "
                 f"select account_id, rev, id, 0, {NOW}, 0, account_id, 'rest', 'created', null "
                 "from contacts where account_id = ? and rev = 1", owner)


def hash_of_password(binary: Path, folder: Path) -> str:
    """PASSWORD as the server hashes it."""
    with Server(binary, folder) as server:
        sign_up(server)
        return str(server.sql("select password_hash from accounts")[0][0])


def revisions(server: Server) -> list[tuple[Any, ...]]:
    return server.sql("select account_id, count(*), sum(rev), max(rev) from contacts "
                      "group by account_id order by account_id")


def test_an_old_database_is_upgraded(binary: Path, tmp_path: Path) -> None:
    """Contacts get cards, keys and revisions of cards; sync tokens stay valid, because no revision
    changes. The job computes the rest while the server answers."""
    password_hash = hash_of_password(binary, tmp_path / "other")
    server = Server(binary, tmp_path / "old")
    with opened(server) as database:
        migrate(database, server.backend.name)
        for number, count in SIZES.items():
            add_account(database, number, count, password_hash)
    before = revisions(server)
    begin = time.monotonic()
    migrated = server.run("migrate")
    assert migrated.returncode == 0, migrated
    seconds = time.monotonic() - begin
    assert seconds < UPGRADE_SECONDS_MAX
    assert server.sql("select count(*) from contacts where card_rev <> rev or book <> 1 "
                      "or has_card <> 0 or uid_key is not null or resource is not null") == [(0,)]
    with server:
        for number in SIZES:
            check_account(server, number)
        wait_for_keys(server, account_id(1), SIZES[1])
        found = sign_in(server, "old1@example.org").items("contacts/search?q=anna%20777")
        assert [each["first_name"] for each in found] == ["Änna 777"]
        # Each account has one change since: contact 3 has the next revision.
        assert revisions(server) == [(owner, count, total + count + 1 - 3, last + 1)
                                     for owner, count, total, last in before]


def check_account(server: Server, number: int) -> None:
    """The contacts are there at once, one can be edited, and tokens are valid."""
    account = sign_in(server, f"old{number}@example.org")
    owner, count = account_id(number), SIZES[number]
    page = account.call("GET", "contacts?limit=5&sort=created").json
    assert len(page["items"]) == 5 and page["next_cursor"]
    token = account.call("GET", "contacts/changes?limit=500").json["next_token"]
    assert account.call("GET", f"contacts/changes?limit=500&since={token}").status == 200
    key = bytes(server.sql("select id from contacts where account_id = ? and rev = 3", owner)[0][0])
    third = f"contacts/{UUID(bytes=key)}"
    changed = account.call("PATCH", third, {"notes": "after"})
    assert changed.status == 200 and changed.etag.startswith(f'"{count + 1}')
    assert changed.json["first_name"] == "Änna 3" and changed.json["favorite"] is False
    assert [each["kind"] for each in account.items(third + "/history")] == ["changed"]
    assert server.sql("select source from contact_changes where rev = 1 and account_id = ?",
                      owner) == [("api",)]


def wait_for_keys(server: Server, owner: bytes, count: int) -> None:
    """Waits until the job has computed the keys of an account: e-mail address, phone and name of
    each contact, the trash included."""
    deadline = time.monotonic() + UPGRADE_SECONDS_MAX
    while time.monotonic() < deadline:
        keys = server.sql("select kind, count(*) from contact_keys where account_id = ? "
                          "group by kind order by kind", owner)
        if [tuple(row) for row in keys] == [(1, count), (2, count), (3, count)]:
            break
        time.sleep(0.2)
    else:
        pytest.fail(f"the keys are incomplete: {keys}")
    key = server.sql("select key from contact_keys where account_id = ? and kind = 1 "
                     "and contact_id = ?", owner, b"\1" + b"%015d" % 7)
    assert key == [("a7@example.org",)]
