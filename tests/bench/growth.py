"""How latency and throughput change with the contacts of an account, the number of accounts, and
the connections: plots in docs/plots. The server has one core and the load generator the other.
PostgreSQL's processes may use both.

Run as a program, it draws the plots again from the last measured figures."""

import json
import os
import platform
import re
import time
from pathlib import Path
from typing import Any, Callable, ContextManager

from measure import (ALL_CORES, BINARY, LOAD_CORE, ROOT, Load, PinnedServer, Results, add_account,
                     pin, requests)
from plots import Plot, Series, draw as draw_plot
from search import QUERIES, paths_of

from databases import Cluster, Postgres
from kith import API, Account, sign_in
from load import load
from people import people
from rows import PostgresRows, Rows, SqliteRows

PLOTS = ROOT / "docs" / "plots"
FIGURES = PLOTS / "growth.json"
CONTACTS = [1000, 10_000, 100_000, 1_000_000]
ACCOUNTS = [10, 100, 1000, 10_000]
CONNECTIONS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
OPERATIONS = ["GET one", "list of 50", "search", "create"]
AT_ONCE = 64  # connections, unless their number is varied
SECONDS = 3.0
BASE = "c10000"
# By the varied quantity -> operation -> [value, {figure: number}].
Figures = dict[str, dict[str, list[tuple[int, dict[str, float]]]]]


class Growth:
    """One server and its measurements so far."""

    def __init__(self, server: PinnedServer, open_rows: Callable[[], ContextManager[Rows]]) -> None:
        self.server, self.open_rows = server, open_rows
        self.figures: Figures = {}
        self.bodies = [json.dumps(each, ensure_ascii=False) for each in people(1000, seed=7)]

    def measure(self) -> Figures:
        with self.server:
            for name in ("creates", *(f"c{count}" for count in CONTACTS)):
                add_account(self.server, name)
            self.fill(BASE, 10_000)
            self.fill("c1000", 1000)
            self.over("connections", CONNECTIONS, self.connections)
        self.accounts()
        with self.open_rows() as rows:
            for count in CONTACTS[2:]:
                rows.multiply(f"{BASE}@example.org", f"c{count}@example.org", count // 10_000)
        with self.server:
            self.over("contacts", CONTACTS, self.contacts)
        return self.figures

    def fill(self, name: str, count: int) -> None:
        token = self.account(name).tokens["access_token"]
        load(("127.0.0.1", self.server.port), token, people(count))

    def account(self, name: str) -> Account:
        return sign_in(self.server, f"{name}@example.org")

    def over(self, what: str, values: list[int],
             measure: Callable[[int, str], dict[str, float]]) -> None:
        for value in values:
            for operation in OPERATIONS:
                found = measure(value, operation)
                self.figures.setdefault(what, {}).setdefault(operation, []).append((value, found))
                figures = ", ".join(f"{name} {figure:.3g}" for name, figure in found.items())
                print(f"{self.server.backend.name}: {what} {value:,}, {operation}: {figures}",
                      flush=True)

    def run(self, account: Account, operation: str, connections: int) -> Load:
        how: dict[str, Any] = {"connections": connections, "seconds": SECONDS}
        if operation == "create":
            found = requests(self.server, account, self.bodies, "POST", path=f"{API}/contacts",
                             **how)
        else:
            found = requests(self.server, account, self.paths(account, operation), **how)
        assert not found.errors, found
        return found

    def paths(self, account: Account, operation: str) -> list[str]:
        if operation == "list of 50":
            return [f"{API}/contacts?limit=50"]
        if operation == "search":
            account.call("GET", "contacts/search?q=anna")  # loads the search index
            return paths_of(QUERIES)
        items = account.call("GET", "contacts?limit=500").json["items"]
        return [f"{API}/contacts/{each['id']}" for each in items]

    def contacts(self, count: int, operation: str) -> dict[str, float]:
        account = self.account(f"c{count}")
        p50 = self.run(account, operation, 1).p50_ms  # first, because creates make the account grow
        return {"rate": self.run(account, operation, AT_ONCE).rate, "p50": p50}

    def connections(self, count: int, operation: str) -> dict[str, float]:
        found = self.run(self.account_for(operation, BASE), operation, count)
        return {"rate": found.rate, "p50": found.p50_ms, "p99": found.p99_ms}

    def account_for(self, operation: str, name: str) -> Account:
        """The account for an operation. Creates use a different account, so that the measured
        account does not grow."""
        return self.account("creates" if operation == "create" else name)

    def accounts(self) -> None:
        """The account of 1,000 contacts beside a growing number of accounts with 20 contacts."""
        there = 0
        for count in ACCOUNTS:
            with self.open_rows() as rows:
                rows.add_accounts("c1000@example.org", count - there)
            there = count
            with self.server:
                self.over("accounts", [count], self.beside)

    def beside(self, _: int, operation: str) -> dict[str, float]:
        account = self.account_for(operation, "c1000")
        return {"rate": self.run(account, operation, AT_ONCE).rate,
                "p50": self.run(account, operation, 1).p50_ms}


def machine() -> str:
    """A description of the machine."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    system = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    name = cpu[1] if cpu else platform.machine()
    return f"{os.cpu_count()} cores ({name}), {system[1] if system else platform.system()}"


# File, title, varied quantity, figure, label of x, label of y.
PICTURES = [
    ("contacts-rate", "Throughput by the contacts of an account", "contacts", "rate",
     "contacts of the account", f"requests a second, {AT_ONCE} connections"),
    ("contacts-latency", "Latency by the contacts of an account", "contacts", "p50",
     "contacts of the account", "median latency in ms, 1 connection"),
    ("accounts-rate", "Throughput by the number of accounts", "accounts", "rate",
     "accounts beside that of 1,000 contacts", f"requests a second, {AT_ONCE} connections"),
    ("accounts-latency", "Latency by the number of accounts", "accounts", "p50",
     "accounts beside that of 1,000 contacts", "median latency in ms, 1 connection"),
    ("connections-rate", "Throughput by the connections, 10,000 contacts", "connections", "rate",
     "connections", "requests a second"),
    ("connections-p99", "Latency by the connections, 10,000 contacts", "connections", "p99",
     "connections", "99th percentile of latency in ms"),
]


def draw_all(measured: dict[str, Any]) -> None:
    caption = (f"{measured['date']}, {measured['machine']}\n"
               "The server on one core, the load on the other, PostgreSQL on both.")
    for name, title, what, figure, x_label, y_label in PICTURES:
        series = []
        for database, label in (("sqlite", "SQLite"), ("postgres", "PostgreSQL")):
            for number, operation in enumerate(OPERATIONS):
                points = measured["figures"].get(database, {}).get(what, {}).get(operation)
                if points:
                    series.append(Series(f"{operation}, {label}",
                                         [(value, found[figure]) for value, found in points],
                                         number, dashed=database == "postgres"))
        draw_plot(PLOTS / f"{name}.svg", Plot(title, x_label, y_label, series, caption))


def draw(folder: Path, _: Results) -> None:
    """Measures on both databases and draws the plots."""
    PLOTS.mkdir(exist_ok=True)
    server = PinnedServer(BINARY, folder / "sqlite", KITH_CONTACTS_MAX=2_000_000)
    figures = {"sqlite": Growth(server, lambda: SqliteRows(server)).measure()}
    pin(os.getpid(), *ALL_CORES)  # inherited by the cluster
    with Cluster(durable=True) as cluster:
        pin(os.getpid(), LOAD_CORE)
        other = PinnedServer(BINARY, folder / "postgres", KITH_CONTACTS_MAX=2_000_000)
        other.backend = Postgres(cluster)
        figures["postgres"] = Growth(other, lambda: PostgresRows(other)).measure()
    measured = {"date": time.strftime("%Y-%m-%d"), "machine": machine(), "figures": figures}
    FIGURES.write_text(json.dumps(measured) + "\n")
    draw_all(measured)


if __name__ == "__main__":
    draw_all(json.loads(FIGURES.read_text()))
