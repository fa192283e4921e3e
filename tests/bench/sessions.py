"""The cost of a refresh, also in a session that was refreshed often, and the latency of a write
beside bulk writers."""

import contextlib
import json
import os
import sqlite3
import threading
import time
from pathlib import Path

from measure import BINARY, Load, PinnedServer, Results, add_account, middle, wrk, write_lines

from kith import API, Account  # noqa: E402  (measure adds the folders)
from people import people  # noqa: E402

CLIENTS = 16
SCRIPT = Path(__file__).parent / "refresh.lua"
OLD_SESSION_TOKENS = 2000
BULK_ACCOUNTS = 4
BULK_SECONDS = 8


def refresh(folder: Path, results: Results) -> None:
    """Sessions of 16 accounts, with a client each."""
    with PinnedServer(BINARY, folder / "kith") as server:
        accounts = [add_account(server, f"refresh{number}") for number in range(CLIENTS)]
        file = write_lines(folder / "tokens", [each.tokens["refresh_token"] for each in accounts])

        def run(seconds: float) -> Load:
            return wrk(server.process.pid, f"http://127.0.0.1:{server.port}", seconds=seconds,
                       connections=CLIENTS, threads=CLIENTS, script=SCRIPT, arguments=(str(file),))

        young = middle([run(1) for _ in range(3)])
        reference = _rotations_a_second(folder / "reference.db")
        while _tokens(server) < OLD_SESSION_TOKENS * CLIENTS:
            run(4)
        old = middle([run(1) for _ in range(3)])
    results.add(f"refreshes, {CLIENTS} clients", young.rate, "/s", least=8000)
    results.add("SQLite, the same rows, one transaction each", reference, "/s")
    results.add("refreshes, relative to that", young.rate / reference, "x")
    results.add("CPU for a refresh", young.cpu_us, "us")
    results.add(f"the same of sessions with {OLD_SESSION_TOKENS:,} tokens",
                old.cpu_us / young.cpu_us, "x CPU", most=1.2)


def _tokens(server: PinnedServer) -> int:
    return server.sql("select count(*) from refresh_tokens")[0][0]


def _rotations_a_second(path: Path) -> float:
    """The rate of a single process that makes the same changes on the same disk and commits after
    each."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = full")
        database.executescript("""
            create table sessions (id blob primary key, last_used_at bigint);
            create table tokens (hash blob primary key, session blob, spent_at bigint,
                                 expires_at bigint);
            create index tokens_session on tokens (session, expires_at)""")
        session, token = os.urandom(32), os.urandom(32)
        database.execute("insert into sessions values (?, 0)", (session,))
        database.execute("insert into tokens values (?, ?, null, 0)", (token, session))
        count, begin = 0, time.monotonic()
        while time.monotonic() - begin < 3:
            new = os.urandom(32)
            database.execute("begin immediate")
            database.execute("update tokens set spent_at = 1 where hash = ?", (token,))
            database.execute("insert into tokens values (?, ?, null, ?)", (new, session, count))
            database.execute("update sessions set last_used_at = ? where id = ?", (count, session))
            database.execute("commit")
            token = new
            count += 1
        return count / (time.monotonic() - begin)


def fairness(folder: Path, results: Results) -> None:
    """An account that writes one contact at a time, alone and beside bulk writers."""
    with PinnedServer(BINARY, folder / "kith") as server:
        lone = add_account(server, "lone")
        bulk = [add_account(server, f"bulk{number}") for number in range(BULK_ACCOUNTS)]
        alone = _write_times(lone)
        stopping = threading.Event()
        writers = [threading.Thread(target=_write_much, args=(each, stopping)) for each in bulk]
        for each in writers:
            each.start()
        beside = _write_times(lone)
        stopping.set()
        for each in writers:
            each.join()
    results.add("a durable create, alone, p99", _p99_ms(alone), "ms")
    results.add(f"the same beside {BULK_ACCOUNTS} bulk writers, p99", _p99_ms(beside), "ms",
                most=100)
    results.add("the same, longest", max(beside) * 1000, "ms")


def _write_times(account: Account) -> list[float]:
    """The durations of many sequential creates, in seconds."""
    times = []
    end = time.monotonic() + BULK_SECONDS
    while time.monotonic() < end:
        begin = time.monotonic()
        reply = account.call("POST", "contacts", {"first_name": "Kim"})
        times.append(time.monotonic() - begin)
        assert reply.status == 201, reply
        time.sleep(0.01)
    return times


def _write_much(account: Account, stopping: threading.Event) -> None:
    body = json.dumps({"operations": [{"op": "create", "contact": each}
                                      for each in people(1000, seed=3)]})
    while not stopping.is_set():
        reply = account.call("POST", "contacts/batch", body)
        assert reply.status in (200, 207), reply


def _p99_ms(times: list[float]) -> float:
    return sorted(times)[len(times) * 99 // 100] * 1000
