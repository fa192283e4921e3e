"""Writes many rows directly into a stopped server's database: copies of rows that the server
made."""

import contextlib
import os
import sqlite3
import time
from typing import Any

from databases import connect
from kith import Server

# Time-ordered ids, as the server makes them, from a number.
MILLISECOND = time.time_ns() // 1_000_000
POSTGRES_ID = f"""create or replace function new_id(n bigint) returns bytea
language sql immutable as
$$ select decode('{MILLISECOND:012x}70008' || lpad(to_hex(n), 15, '0'), 'hex') $$"""
COUNT = "with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)"


def uuid7() -> bytes:
    """A time-ordered id, as the server makes it."""
    return (time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10)


class Rows:
    """The same statements on both databases; parameters are question marks."""

    def __init__(self) -> None:
        self.used = time.time_ns() // 1000 % 10**12  # the numbers in new ids

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def columns(self) -> list[str]:
        """The columns of a contact."""
        raise NotImplementedError

    def account(self, email: str) -> bytes:
        query = "select account_id from account_emails where email_key = ?"
        return bytes(self.execute(query, email)[0][0])

    def copied_columns(self) -> str:
        kept = [name for name in self.columns() if name not in ("account_id", "id", "rev")]
        return ", ".join(kept)

    def multiply(self, source: str, target: str, times: int) -> None:
        """Copies another account's contacts into an account without contacts, several times."""
        owner, copied = self.account(source), self.copied_columns()
        receiver = self.account(target)
        size = self.execute("select count(*) from contacts where account_id = ?", owner)[0][0]
        self.execute(
            f"{COUNT}, source as (select row_number() over (order by id) as nr, {copied} "
            f"from contacts where account_id = ?) insert into contacts (account_id, id, rev, "
            f"{copied}) select ?, new_id({self.used} + i * {size} + nr), (i - 1) * {size} + nr, "
            f"{copied} from n, source", times, owner, receiver)
        self.execute("update account_rev set rev = ?, contact_count = ? where account_id = ?",
                     times * size, times * size, receiver)
        self.used += (times + 2) * size

    def add_accounts(self, like: str, count: int) -> None:
        """Adds accounts with 20 contacts each, copied from the account `like`."""
        owner, copied, first = self.account(like), self.copied_columns(), self.used
        self.execute(
            f"{COUNT} insert into accounts (id, username, email, role, password_hash, created_at, "
            f"updated_at, verified_at) select new_id({first} + i), 'Other', 'other' || "
            f"({first} + i) || '@example.org', role, password_hash, created_at, updated_at, "
            "created_at from n, accounts where id = ?", count, owner)
        self.execute(f"{COUNT} insert into account_rev (account_id, rev, contact_count) "
                     f"select new_id({first} + i), 20, 20 from n", count)
        self.execute(
            f"{COUNT}, source as (select row_number() over (order by id) as nr, {copied} "
            f"from contacts where account_id = ? limit 20) insert into contacts (account_id, id, "
            f"rev, {copied}) select new_id({first} + i), "
            f"new_id({first} + {count} + i * 20 + nr), nr, {copied} from n, source", count, owner)
        self.used += 22 * (count + 1)


class SqliteRows(Rows):
    """The SQLite database in a server's data folder."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.database = sqlite3.connect(server.data_dir / "kith.db", isolation_level=None)
        self.database.create_function("new_id", 1, self._new_id, deterministic=True)

    @staticmethod
    def _new_id(number: int) -> bytes:
        return bytes.fromhex(f"{MILLISECOND:012x}70008{number:015x}")

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.database.execute(statement, values).fetchall()

    def columns(self) -> list[str]:
        return [row[1] for row in self.execute("pragma table_info(contacts)")]

    def __enter__(self) -> "SqliteRows":
        self.database.execute("pragma synchronous = off")
        self.database.execute("pragma cache_size = -1000000")
        self.database.execute("begin immediate")
        return self

    def __exit__(self, *_: object) -> None:
        self.database.execute("commit")
        self.database.execute("pragma wal_checkpoint(truncate)")
        self.database.close()


class PostgresRows(Rows):
    """The PostgreSQL database of a server."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.connection = connect(server.backend.url(server.data_dir))
        self.cursor = self.connection.cursor()
        self.cursor.execute(POSTGRES_ID)

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        self.cursor.execute(statement.replace("?", "%s"), values)
        return self.cursor.fetchall() if self.cursor.description else []

    def columns(self) -> list[str]:
        return [name for name, in self.execute(
            "select column_name from information_schema.columns "
            "where table_name = 'contacts' and table_schema = 'public'")]

    def __enter__(self) -> "PostgresRows":
        return self

    def __exit__(self, *_: object) -> None:
        self.cursor.execute("drop function new_id")
        with contextlib.closing(self.connection):
            self.cursor.execute("vacuum analyze")
            self.cursor.execute("checkpoint")
