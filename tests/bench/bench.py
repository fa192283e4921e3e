#!/usr/bin/env python3
"""Compares the release build with references on this machine: `./dev bench`.

The server has one core and the load generator the other. Every figure that depends on the machine
is a ratio to a reference measured in the same run: nginx serving a body of the same size, or SQLite
with one transaction per insert. The parts about PostgreSQL describe their own placement."""

import contextlib
import json
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import accounts
import cards
from measure import (BINARY, LOAD_CORE, ROOT, ROUNDS, SERVER_CORE, Load, Nginx, PinnedServer,
                     Results, add_account, median_load, middle, pin, requests, resident_mib, wrk)

import growth
import postgres
import search
import sessions
from databases import BINARIES, free_port  # noqa: E402  (measure adds the folders)
from kith import API, PASSWORD, Account, Client, sign_in  # noqa: E402
from load import load  # noqa: E402
from people import people  # noqa: E402
from rows import SqliteRows, uuid7  # noqa: E402

OTHER_ACCOUNTS = 10_000
NAMES = search.QUERIES
BASIC = ["get_one", "lists", "birthdays", "creates", "history", "space", "batches", "changes",
         "isolation", "tokens", "logins", "concealment"]
# These start their own servers. The last one draws plots and has no targets.
ALONE = {"cards": cards.run, "refresh": sessions.refresh, "fairness": sessions.fairness,
         "search": search.on_sqlite, "search_postgres": search.on_postgres,
         "postgres": postgres.compare, "growth": growth.draw}
ON_POSTGRES = ("search_postgres", "postgres", "growth")


class Bench:
    """A server with an account of 10,000 contacts and one of 100."""

    def __init__(self, folder: Path, results: Results) -> None:
        self.folder, self.results = folder, results
        self.server = PinnedServer(BINARY, folder / "kith")
        self.server.start()
        time.sleep(0.5)
        self.results.add("idle resident memory", resident_mib(self.process), "MiB", most=30)
        self.ten, self.hundred = self.add_account("ten"), self.add_account("hundred")
        for account, count in ((self.ten, 10_000), (self.hundred, 100)):
            load(("127.0.0.1", self.server.port), account.tokens["access_token"], people(count))

    @property
    def process(self) -> int:
        return self.server.process.pid

    def add_account(self, name: str) -> Account:
        return add_account(self.server, name)

    def account(self, name: str) -> Account:
        return sign_in(self.server, f"{name}@example.org")

    def ask(self, account: Account, paths: list[str], **how: Any) -> Load:
        """Runs wrk on `paths` in turn."""
        return requests(self.server, account, paths, **how)

    def nginx(self, body: str) -> Load:
        with Nginx(self.folder / "nginx", free_port(), body) as nginx:
            return wrk(nginx.worker, f"http://127.0.0.1:{nginx.port}{nginx.path}")

    def against_nginx(self, account: Account, paths: list[str]) -> tuple[float, Load, Load]:
        """(rate / rate of nginx, our load, nginx's load), in alternating rounds."""
        body = account.call("GET", paths[0]).text
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(self.ask(account, paths))
            theirs.append(self.nginx(body))
        median, reference = middle(ours), middle(theirs)
        return median.rate / reference.rate, median, reference

    def ids(self, account: Account) -> list[str]:
        return [f"{API}/contacts/{each['id']}" for each in account.items("contacts?limit=500")]

    def get_one(self) -> None:
        paths = self.ids(self.ten)
        ratio, ours, reference = self.against_nginx(self.ten, paths)
        add = self.results.add
        add("GET one contact, relative to nginx", ratio, "x", least=0.42)
        add("GET one contact", ours.rate, "/s")
        add("nginx, the same body", reference.rate, "/s")
        add("GET one contact, CPU per response", ours.cpu_us, "us", most=32)
        add("nginx, CPU per response", reference.cpu_us, "us")
        delay_ms = round(64 / (ours.rate / 2) * 1000)
        half = self.ask(self.ten, paths, delay_ms=delay_ms)
        add(f"GET one contact at {half.rate:.0f}/s, p99", half.p99_ms, "ms", most=5)

    def tokens(self) -> None:
        folder = self.folder / "tokens"
        folder.mkdir()
        found = accounts.instructions_of_a_token(self.server.binary, folder)
        if found is None:
            print("valgrind is missing: what a token costs was not counted")
        else:
            self.results.add("a token and its principal, instructions", found, "", most=12_000)

    def logins(self) -> None:
        paths = self.ids(self.ten)[:2000]

        def read(rate: float) -> Load:
            return self.ask(self.ten, paths, delay_ms=round(64 / rate * 1000) if rate else 0)

        found = accounts.logins(self.server, "hundred@example.org", read)
        add = self.results.add
        add("logins", found["logins"], "/s")
        add("argon2id without a server", found["raw"], "/s")
        add("logins, relative to that", found["logins"] / found["raw"], "x", least=0.9)
        add("GET one contact at half load, logins queued, p99", found["p99_ms"], "ms", most=15)
        add("logins refused beyond the queue", found["refused"], "", least=1)

    def concealment(self) -> None:
        for path in ("auth/login", "auth/password/forgot", "auth/verify/resend"):
            ratio = accounts.timing_ratio(self.server, path, "hundred@example.org")
            self.results.add(f"{path}, known relative to unknown", ratio, "x", least=0.9, most=1.1)

    def lists(self) -> None:
        first = f"{API}/contacts?limit=50"
        cursor = None
        for _ in range(199):
            reply = self.ten.call("GET", first + (f"&cursor={cursor}" if cursor else ""))
            cursor = reply.json["next_cursor"]
        ratio, page_1, _ = self.against_nginx(self.ten, [first])
        page_200 = median_load(lambda: self.ask(self.ten, [f"{first}&cursor={cursor}"]))
        self.results.add("list of 50, relative to nginx", ratio, "x", least=0.07)
        self.results.add("list of 50", page_1.rate, "/s")
        self.results.add("page 200, relative to page 1", page_200.rate / page_1.rate, "x",
                         least=0.9)

    def birthdays(self) -> None:
        found = median_load(lambda: self.ask(self.ten, [f"{API}/contacts/birthdays?days=7"]))
        self.results.add("birthdays of 7 days, account of 10,000", found.rate, "/s", least=2000)

    def creates(self) -> None:
        bodies = [json.dumps(each, ensure_ascii=False) for each in people(1000, seed=2)]
        rates, references = [], []
        for number in range(ROUNDS):  # each round in an empty account
            ours = self.send(self.add_account(f"round{number}"), bodies, "POST",
                             path=f"{API}/contacts")
            rates.append(ours.rate)
            self.server.stop()  # which also checkpoints the log into the database
            data = self.server.folder / "data" / "kith.db"
            references.append(inserts_a_second(self.folder, data))
            self.server.start()
        ours, reference = statistics.median(rates), statistics.median(references)
        self.results.add("durable creates, 64 connections", ours, "/s")
        self.results.add("SQLite, one transaction per insert", reference, "/s")
        self.results.add("durable creates, relative to that", ours / reference, "x", least=4)

    def send(self, account: Account, lines: list[str], method: str, *, path: str = "") -> Load:
        """Sends lines as POST or PATCH."""
        found = requests(self.server, account, lines, method, path=path)
        assert not found.errors, found
        return found

    def history(self) -> None:
        """The cost of the history."""
        rates: dict[tuple[str, bool], list[float]] = {}
        for number in range(ROUNDS):
            for kept in (True, False):
                self.keep_history(kept)
                account = self.add_account(f"history{number}{kept}")
                bodies = [json.dumps(each, ensure_ascii=False) for each in people(1000, seed=3)]
                made = self.send(account, bodies, "POST", path=f"{API}/contacts")
                rates.setdefault(("creates", kept), []).append(made.rate)
                paths = self.ids(account)[:5000]
                patches = [f'{path} {{"phone":"+49 30 {number}{kept:d}{i % 977}"}}'
                           for i, path in enumerate(paths)]
                changed = self.send(account, patches, "PATCH")
                rates.setdefault(("updates", kept), []).append(changed.rate)
        self.keep_history(True)
        for what in ("creates", "updates"):
            with_it = statistics.median(rates[what, True])
            self.results.add(f"durable {what}, 64 connections", with_it, "/s")
            self.results.add(f"durable {what}, relative to those without",
                             with_it / statistics.median(rates[what, False]), "x", least=0.75)

    def space(self) -> None:
        """The size of the database after a year in which each contact was changed four times,
        relative to a database without history. Changes older than 90 days were purged month by
        month."""
        sizes = {days: self.year_of_edits(days) for days in ("0", "90")}
        self.results.add("database after a year of edits, relative to no history",
                         sizes["90"] / sizes["0"], "x", most=1.3)

    def year_of_edits(self, history_days: str) -> int:
        """The size of the database afterwards in bytes, without free pages."""
        server = PinnedServer(BINARY, self.folder / history_days,
                              KITH_HISTORY_DAYS=history_days)
        random = Random(4)
        file = server.folder / "data" / "kith.db"
        with server:
            server.run("user", "add", "year@example.org", text=PASSWORD + "\n")
            account = sign_in(server, "year@example.org")
            load(("127.0.0.1", server.port), account.tokens["access_token"], people(3000, seed=5))
            ids = [each["id"] for each in account.items("contacts?limit=500")]
            client = Client(server.port, account.tokens["access_token"])
            for _ in range(12):
                for id in random.sample(ids, len(ids) // 3):
                    change = random.choice([{"phone": f"+49 30 {random.randrange(10**7)}"},
                                            {"email": f"new{random.randrange(10**6)}@example.org"},
                                            {"notes": "met again in " + random.choice(NAMES)}])
                    client.call("PATCH", f"{API}/contacts/{id}", change)
                with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
                    database.execute("update contact_changes set changed_at = changed_at - ?",
                                     (30 * 86_400 * 1_000_000,))
                assert server.run("jobs", "purge_history").returncode == 0
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute("vacuum")
        return file.stat().st_size

    def keep_history(self, kept: bool) -> None:
        self.server.stop()
        self.server.settings["KITH_HISTORY_DAYS"] = "90" if kept else "0"
        self.server.start()

    def batches(self) -> None:
        rates = []
        for number in range(ROUNDS):
            account = self.add_account(f"batch{number}")
            bodies = [json.dumps({"operations": [{"op": "create", "contact": each} for each in
                                                 people(1000, seed=10 + i)]}, ensure_ascii=False)
                      for i in range(20)]
            client = Client(self.server.port, account.tokens["access_token"])
            begin = time.monotonic()
            for body in bodies:
                assert client.call("POST", f"{API}/contacts/batch", body).status == 200
            rates.append(1000 * len(bodies) / (time.monotonic() - begin))
        self.results.add("contacts created in batches of 1,000, one client",
                         statistics.median(rates), "/s", least=20_000)

    def changes(self) -> None:
        """Server time of 50 changes since a token, in an account of 100,000."""
        account = self.add_account("hundred-thousand")
        load(("127.0.0.1", self.server.port), account.tokens["access_token"], people(100_000))
        path = f"{API}/contacts/changes"
        token = account.call("GET", path + "?limit=500").json["next_token"]
        client = Client(self.server.port, account.tokens["access_token"])
        spent = []
        for _ in range(300):
            reply = client.call("GET", f"{path}?limit=50&since={token}")
            assert len(reply.json["items"]) == 50
            spent.append(float(reply.headers["server-timing"].split("=")[1]))
            token = reply.json["next_token"]
        self.results.add("50 changes since a token, account of 100,000",
                         statistics.median(spent), "ms", most=0.5)

    def isolation(self) -> None:
        """An account of 100 contacts alone, then beside many other accounts."""
        lonely = self.account("hundred")
        paths = self.ids(lonely)[:100]
        before = median_load(lambda: self.ask(lonely, paths, seconds=3))
        list_before = median_load(
            lambda: self.ask(lonely, [f"{API}/contacts?limit=50"], seconds=3))
        self.server.stop()
        with SqliteRows(self.server) as rows:
            rows.add_accounts("ten@example.org", OTHER_ACCOUNTS)
        seconds = self.start_and_get(paths[0])
        lonely = self.account("hundred")
        after = median_load(lambda: self.ask(lonely, paths, seconds=3))
        list_after = median_load(lambda: self.ask(lonely, [f"{API}/contacts?limit=50"], seconds=3))
        name = f"with {OTHER_ACCOUNTS:,} other accounts"
        self.results.add(f"GET one, {name}", after.cpu_us / before.cpu_us, "x CPU", most=1.2)
        self.results.add(f"list, {name}", list_after.cpu_us / list_before.cpu_us, "x CPU", most=1.2)
        self.results.add("start to first response, over 100,000 contacts", seconds * 1000, "ms",
                         most=150)

    def start_and_get(self, path: str) -> float:
        """Seconds from the start of the process to the response with a contact."""
        self.server.settings["KITH_LISTEN"] = f"127.0.0.1:{free_port()}"
        token = self.hundred.tokens["access_token"]
        spent = []
        for _ in range(ROUNDS):
            begin = time.monotonic()
            self.server.start()
            reply = self.server.call("GET", path, authorization=f"Bearer {token}")
            spent.append(time.monotonic() - begin)
            assert reply.status == 200, reply
            self.server.stop()
        self.server.start()
        return statistics.median(spent)


def inserts_a_second(folder: Path, source: Path) -> float:
    """The rate of a single process that makes the same changes on the same disk and commits after
    each."""
    copy = Path(tempfile.mkdtemp(dir=folder)) / "reference.db"
    shutil.copy(source, copy)
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = full")
        columns = [row[1] for row in database.execute("pragma table_info(contacts)")]
        rows = [list(row) for row in database.execute("select * from contacts limit 1000")]
        insert = f"insert into contacts values ({', '.join('?' * len(columns))})"
        count, begin = 0, time.monotonic()
        while time.monotonic() - begin < 3:
            row = rows[count % len(rows)]
            row[columns.index("id")] = uuid7()
            database.execute("begin immediate")
            database.execute("update account_rev set rev = rev + 1 where account_id = ?", row[:1])
            database.execute(insert, row)
            database.execute("commit")
            count += 1
        return count / (time.monotonic() - begin)


def check_tools(wanted: list[str]) -> None:
    missing = [tool for tool in ("wrk", "nginx", "taskset") if not shutil.which(tool)]
    if any(name in ON_POSTGRES for name in wanted) and not (BINARIES / "pgbench").exists():
        missing.append("postgresql")
    if missing:
        raise SystemExit(f"missing: {' '.join(missing)}")


def run(folder: Path, wanted: list[str], results: Results) -> None:
    if basic := [name for name in wanted if name not in ALONE]:
        bench = Bench(folder, results)
        try:
            for name in basic:
                getattr(bench, name)()
        finally:
            bench.server.stop()
    for name in wanted:
        if name in ALONE:
            own = folder / name
            own.mkdir()
            ALONE[name](own, results)
            shutil.rmtree(own)


def main() -> int:
    wanted = sys.argv[1:] or [*BASIC, *(name for name in ALONE if name != "growth")]
    check_tools(wanted)
    pin(os.getpid(), LOAD_CORE)
    folder = Path(tempfile.mkdtemp(prefix="kith-bench-"))
    print(f"server on core {SERVER_CORE}, load on core {LOAD_CORE}, data in {folder}\n")
    results = Results()
    try:
        run(folder, wanted, results)
    finally:
        shutil.rmtree(folder)
    output = ROOT / "build" / "bench.json"
    missed = results.write(output)
    print(f"\n{missed} targets missed; figures in {output}" if missed else "\nall targets hold")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
