"""The cost of a search: accounts from 100 to 1,000,000 contacts, with and without concurrent
writes, alone and beside other accounts. The server has one core and the load generator the other.
PostgreSQL's processes may use both."""

import contextlib
import os
import statistics
import threading
import time
from pathlib import Path
from typing import Callable, ContextManager, Iterator
from urllib.parse import quote

from measure import (ALL_CORES, BINARY, LOAD_CORE, ROUNDS, Load, PinnedServer, Results,
                     add_account, median_load, pin, requests, resident_mib)

from databases import Cluster, Postgres
from kith import API, Account, Client, sign_in
from load import load
from people import people
from rows import PostgresRows, Rows, SqliteRows

# Frequent, rare and absent words; one, two and more letters; several scripts; parts of numbers;
# several words, as one phrase and scattered.
QUERIES = ["anna", "mull", "вченк", "0301", "example.com", "王", "zzz", "лен", "nez", "+4930",
           "o'b", "an", "mü", "li", "ко", "佐藤", "03", "qx",
           "anna müller", "müller, anna", "example.org james smith", "王 伟", "anna zzz",
           "smith 555", "+49 30 12", "a e"]
# Words in a few contacts, and absent words.
RARE_QUERIES = ["p1234.", "p77.", "p4711 smith", "zzz", "xylophon", "anna quellenberg"]
BASE = 10_000
OTHER_ACCOUNTS = 10_000
WRITES_A_SECOND = 10
SIZES = {"hundred": 100, "ten": BASE, "lakh": 100_000, "million": 1_000_000}


def paths_of(queries: list[str]) -> list[str]:
    return [f"{API}/contacts/search?limit=50&q={quote(query)}" for query in queries]


class Writer:
    """Changes a contact of an account every tenth of a second. It starts shortly before the changes
    fill the second block, so that the merge is measured, too."""

    def __init__(self, account: Account) -> None:
        items = account.call("GET", "contacts?limit=500").json["items"]
        self.ids = [each["id"] for each in items]
        self.client = Client(account.server.port, account.tokens["access_token"])
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run)
        for part in (self.ids, self.ids):
            changes = [{"op": "patch", "id": id, "contact": {"notes": os.urandom(4).hex()}}
                       for id in part]
            reply = self.client.call("POST", f"{API}/contacts/batch", {"operations": changes})
            assert reply.status == 200, reply
        account.call("GET", "contacts/search?q=anna")  # which adds the changes to the index

    def __enter__(self) -> "Writer":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.thread.join()

    def _run(self) -> None:
        begin = time.monotonic()
        number = 0
        while not self.stopping.wait(max(0, begin + number / WRITES_A_SECOND - time.monotonic())):
            path = f"{API}/contacts/{self.ids[number % len(self.ids)]}"
            reply = self.client.call("PATCH", path, {"notes": os.urandom(4).hex()})
            assert reply.status == 200, reply
            number += 1


class SearchBench:
    """A server with an account of each size, and many other accounts."""

    def __init__(self, server: PinnedServer, open_rows: Callable[[], ContextManager[Rows]],
                 name: str, results: Results) -> None:
        self.server, self.open_rows, self.name, self.results = server, open_rows, name, results
        self.accounts: dict[str, Account] = {}

    def add(self, what: str, figure: float, unit: str, *, least: float | None = None,
            most: float | None = None) -> None:
        self.results.add(f"search, {self.name}: {what}", figure, unit, least=least, most=most)

    def ask(self, size: str, *, queries: list[str] = QUERIES, connections: int = 1,
            seconds: float = 4, delay_ms: int = 0) -> Load:
        return requests(self.server, self.accounts[size], paths_of(queries), seconds=seconds,
                        connections=connections, delay_ms=delay_ms)

    def warm(self, size: str) -> float:
        """Seconds of the first search, which loads the account."""
        begin = time.monotonic()
        reply = self.accounts[size].call("GET", "contacts/search?q=anna")
        assert reply.status == 200 and reply.json["items"], reply
        return time.monotonic() - begin

    def sign_in(self) -> None:
        for size in SIZES:
            self.accounts[size] = sign_in(self.server, f"{size}@example.org")

    def run(self, rate: float, rare_most: float | None = None) -> None:
        with self.server:
            for size in SIZES:
                self.accounts[size] = add_account(self.server, size)
            for size in ("hundred", "ten"):
                load(("127.0.0.1", self.server.port), self.accounts[size].tokens["access_token"],
                     people(SIZES[size]))
            self.warm("hundred")
            alone = median_load(lambda: self.ask("hundred"))
        self.fill()
        with self.server:
            self.sign_in()
            self.memory()
            self.warm("hundred")
            self.beside(alone)
            self.warm("ten")
            self.throughput(rate)
            self.latency("lakh", p99_most=5, rare_most=rare_most)
            self.add("first search of 1,000,000", self.warm("million"), "s")
            self.latency("million", p50_most=50)
            self.beside(alone, "and beside a search of 1,000,000", most=None)

    def fill(self) -> None:
        begin = time.monotonic()
        with self.open_rows() as rows:
            rows.multiply("ten@example.org", "lakh@example.org", SIZES["lakh"] // BASE)
            rows.multiply("ten@example.org", "million@example.org", SIZES["million"] // BASE)
            rows.add_accounts("ten@example.org", OTHER_ACCOUNTS)
        print(f"(filled in {time.monotonic() - begin:.0f} s)", flush=True)

    def memory(self) -> None:
        self.add("first search of 100,000", self.warm("lakh"), "s")
        self.ask("lakh", connections=16)
        self.add("resident memory with 100,000", resident_mib(self.server.process.pid), "MiB",
                 most=150)

    def beside(self, alone: Load, what: str = "beside 10,000 and one of 1,000,000",
               most: float | None = 1.2) -> None:
        """The account of 100 contacts."""
        with contextlib.ExitStack() as stack:
            if most is None:
                stack.enter_context(self.searching("million"))
            now = median_load(lambda: self.ask("hundred"))
        self.add("account of 100, median", now.p50_ms, "ms")
        self.add(f"the same, {what}, relative to alone", now.p50_ms / alone.p50_ms, "x", most=most)

    @contextlib.contextmanager
    def searching(self, size: str) -> Iterator[None]:
        """A client that searches continuously inside the `with` block."""
        stopping = threading.Event()

        def search() -> None:
            client = Client(self.server.port, self.accounts[size].tokens["access_token"])
            while not stopping.is_set():
                for path in paths_of(QUERIES):
                    client.call("GET", path)

        thread = threading.Thread(target=search)
        thread.start()
        yield
        stopping.set()
        thread.join()

    def throughput(self, least: float) -> None:
        """The account of 10,000 contacts with 16 clients, alternately with and without writes."""
        still, written = [], []
        for _ in range(ROUNDS):
            still.append(self.ask("ten", connections=16))
            with Writer(self.accounts["ten"]):
                written.append(self.ask("ten", connections=16))
        assert not any(each.errors for each in still + written)
        rate, beside = (statistics.median(each.rate for each in loads)
                        for loads in (still, written))
        self.add("10,000", rate, "/s", least=least)
        self.add("10,000, CPU per response",
                 statistics.median(each.cpu_us for each in still), "us")
        self.add("10,000, during writes, relative to that", beside / rate, "x", least=0.9)
        self.add("10,000, one client, median", median_load(lambda: self.ask("ten")).p50_ms, "ms")

    def latency(self, size: str, *, p50_most: float | None = None,
                p99_most: float | None = None, rare_most: float | None = None) -> None:
        """One client, each query in turn, with and without writes to the account."""
        name = f"{SIZES[size]:,}"
        still = median_load(lambda: self.ask(size))
        slowest = max(self.ask(size, queries=[each], seconds=1).p50_ms for each in QUERIES)
        with Writer(self.accounts[size]):
            written = self.ask(size, seconds=10)
        assert not written.errors
        for what, found in ((name, still), (f"{name}, written to", written)):
            self.add(f"{what}, median", found.p50_ms, "ms", most=p50_most)
            self.add(f"{what}, p99", found.p99_ms, "ms", most=p99_most)
        self.add(f"{name}, during writes, relative median", written.p50_ms / still.p50_ms, "x",
                 most=1.2)
        self.add(f"{name}, median of the slowest query", slowest, "ms")
        rare = median_load(lambda: self.ask(size, queries=RARE_QUERIES))
        self.add(f"{name}, rare and absent words, median", rare.p50_ms, "ms", most=rare_most)


def on_sqlite(folder: Path, results: Results) -> None:
    server = PinnedServer(BINARY, folder / "kith", KITH_CONTACTS_MAX=2_000_000)
    SearchBench(server, lambda: SqliteRows(server), "SQLite", results).run(2500, 0.15)


def on_postgres(folder: Path, results: Results) -> None:
    pin(os.getpid(), *ALL_CORES)  # inherited by the cluster
    with Cluster(durable=True) as cluster:
        pin(os.getpid(), LOAD_CORE)
        server = PinnedServer(BINARY, folder / "kith", KITH_CONTACTS_MAX=2_000_000)
        server.backend = Postgres(cluster)
        SearchBench(server, lambda: PostgresRows(server), "PostgreSQL", results).run(1800)
