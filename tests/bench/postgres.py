"""The server on PostgreSQL compared with reference programs that run the same statements on the
same cluster, alternating. The load generator, the server and the database share two cores. The
statements are those that the server sends, taken from PostgreSQL's log. Acknowledged writes are on
the disk."""

import json
import os
import re
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from measure import (ALL_CORES, BINARY, LOAD_CORE, Load, Results, add_account, cpu_seconds,
                     pin, requests)

from databases import BINARIES, Cluster, Postgres
from kith import API, Account, Server
from load import load
from people import people

HERE = Path(__file__).parent
IDS = 100  # pgbench accepts 128 scripts, one for each id
CLIENTS = 64
WRITERS = 16
SECONDS = 2
TURNS = 7  # pgbench is 50 % faster when the kernel places its threads well
POINT_CONNECTIONS = 2  # of each loop of the server
# A time-ordered id, as the server makes them.
NEW_ID = ("decode(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0'), "
          "'hex') || substring(uuid_send(gen_random_uuid()) from 7)")


@dataclass
class Logged:
    """A statement that the server sent, and its values as texts; None is null."""

    text: str
    values: list[str | None]


@dataclass
class Run:
    """The rate of one program, and the CPU cost of one of its operations."""

    rate: float
    cpu_us: float
    database_us: float


def children_seconds() -> float:
    """The CPU time of the child processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def statements_of(cluster: Cluster, act: Callable[[], None]) -> list[Logged]:
    """The statements that the server sends to the database while `act` runs."""
    begin = len(cluster.log())
    cluster.execute("alter system set log_min_duration_statement = 0")
    cluster.execute("select pg_reload_conf()")
    while "parameter \"log_min_duration_statement\" changed" not in cluster.log()[begin:]:
        pass
    act()
    cluster.execute("alter system reset log_min_duration_statement")
    cluster.execute("select pg_reload_conf()")
    # Continuation lines of a statement begin with a tab.
    records = re.split(r"\n(?=\d{4}-\d\d-\d\d )", cluster.log()[begin:].replace("\n\t", "\n"))
    found = []
    for record, following in zip(records, [*records[1:], ""], strict=True):
        if sent := re.search(r"ms  execute kith\d+: (.*)", record, re.DOTALL):
            parameters = following.partition("DETAIL:  parameters: ")[2]
            found.append(Logged(sent[1].strip(), values_of(parameters)))
    return found


def values_of(parameters: str) -> list[str | None]:
    """Parses `$1 = 'it''s', $2 = NULL`."""
    found = re.findall(r"\$\d+ = (NULL|'(?:[^']|'')*')", parameters)
    return [None if each == "NULL" else each[1:-1].replace("''", "'") for each in found]


class SharedCores:
    """A cluster and a server on it, both on all cores, with an account of 10,000 contacts and an
    account for each writer."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.folder, self.cluster = folder, cluster
        self.server = Server(BINARY, folder / "kith", KITH_THREADS=len(ALL_CORES),
                             KITH_CONTACTS_MAX=2_000_000)
        self.server.backend = Postgres(cluster)
        self.url = self.server.backend.url(self.server.data_dir)
        self.server.start()
        self.account = add_account(self.server, "ten")
        load(("127.0.0.1", self.server.port), self.account.tokens["access_token"], people(10_000))
        self.writers = [add_account(self.server, f"writer{i}") for i in range(WRITERS)]
        self.server.sql("vacuum analyze")

    def measure(self, run: Callable[[], Load]) -> Run:
        """A run of wrk."""
        before = cpu_seconds(self.cluster.process, children=True)
        found = run()
        spent = cpu_seconds(self.cluster.process, children=True) - before
        assert not found.errors, found
        return Run(found.rate, found.cpu_us, spent / found.count * 1e6)

    def bare(self, *command: str, count: Callable[[str], tuple[float, float]]) -> Run:
        """A program that queries the database directly; `count` parses (rate, requests) from its
        output."""
        own, database = children_seconds(), cpu_seconds(self.cluster.process, children=True)
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        own = children_seconds() - own
        time.sleep(0.2)  # its backends end, and their parent collects their CPU time
        database = cpu_seconds(self.cluster.process, children=True) - database
        rate, number = count(done.stdout)
        return Run(rate, own / number * 1e6, database / number * 1e6)

    def pgbench(self, clients: int, *arguments: str) -> Run:
        def count(text: str) -> tuple[float, float]:
            done = int(re.search(r"actually processed: (\d+)", text)[1])
            return float(re.search(r"tps = ([\d.]+)", text)[1]), done

        return self.bare(str(BINARIES / "pgbench"), "-n", "-M", "prepared", "-c", str(clients),
                         "-j", "2", "-T", str(SECONDS), *arguments, self.url, count=count)


class Reads:
    """Reads of one contact, from a hundred contacts of an account: `GET`, a bare pipelined loop,
    and pgbench."""

    def __init__(self, both: SharedCores) -> None:
        self.both = both
        items = both.account.call("GET", f"contacts?limit={IDS}").json["items"]
        self.ids = [each["id"].replace("-", "") for each in items]
        self.paths = [f"{API}/contacts/{each['id']}" for each in items]
        both.account.call("GET", self.paths[0])  # from now on the principal is cached
        seen = statements_of(both.cluster, lambda: both.account.call("GET", self.paths[0]))
        self.statement = next(each for each in seen
                              if each.values and each.values[-1] == f"\\x{self.ids[0]}")
        self.owner = self.statement.values[0]

    def kith(self) -> Run:
        both = self.both
        return both.measure(lambda: requests(both.server, both.account, self.paths,
                                             connections=CLIENTS, seconds=SECONDS,
                                             cores=ALL_CORES))

    def pipelined(self, connections: int, *, shares: bool = False) -> Run:
        file = self.both.folder / "ids"
        file.write_text("\n".join([self.owner[2:], *self.ids]))

        def count(text: str) -> tuple[float, float]:
            rate = float(text.split()[0])
            return rate, rate * SECONDS

        return self.both.bare(str(self._compiled()), self.both.url, self.statement.text, str(file),
                              str(connections), str(CLIENTS // connections), str(SECONDS),
                              str(int(shares)), count=count)

    def _compiled(self) -> Path:
        program = self.both.folder / "pipelined"
        if not program.exists():
            include = subprocess.run(["pg_config", "--includedir"], capture_output=True, text=True,
                                     check=True).stdout.strip()
            subprocess.run(["clang++-19", "-std=c++20", "-O2", "-I", include, "-o", str(program),
                            str(HERE / "pipelined.cpp"), "-lpq"], check=True)
        return program

    def pgbench(self, clients: int) -> Run:
        scripts, variables = [], ["-D", f"owner={self.owner}"]
        text = self.statement.text.replace("$1", ":owner")
        for number, id in enumerate(self.ids):
            script = self.both.folder / f"read{number}.sql"
            script.write_text(text.replace("$2", f":id{number}") + ";\n")
            scripts += ["-f", str(script)]
            variables += ["-D", f"id{number}=\\x{id}"]
        return self.both.pgbench(clients, *variables, *scripts)


class Creates:
    """Creates of contacts, by 16 clients in an account of their own each. pgbench runs the same
    statements as one pipeline, which is one transaction."""

    def __init__(self, both: SharedCores) -> None:
        self.both = both
        self.bodies = [json.dumps(each, ensure_ascii=False) for each in people(1000, seed=2)]
        first = both.writers[0]
        seen = statements_of(both.cluster, lambda: self._create(first))
        locks = [i for i, each in enumerate(seen) if "for no key update" in each.text]
        self.statements = seen[locks[0]:]
        self.owner = self.statements[0].values[0]
        self.id = next(each.values[1] for each in self.statements
                       if each.text.startswith("insert into contacts "))

    def _create(self, account: Account) -> None:
        fields = {"first_name": "Käthe", "last_name": "Schröder", "phone": "+49 30 1234567",
                  "email": "p1.100@example.org", "birthday": "1970-03-04"}
        reply = account.call("POST", "contacts", fields)
        assert reply.status == 201, reply

    def kith(self) -> Run:
        both = self.both
        return both.measure(lambda: requests(both.server, both.writers, self.bodies, "POST",
                                             path=f"{API}/contacts", connections=WRITERS,
                                             seconds=SECONDS, cores=ALL_CORES))

    def pgbench(self) -> Run:
        variables: list[str] = []
        for number, account in enumerate(self.both.writers):
            owner = self.both.server.sql("select account_id from account_emails "
                                         "where email_key = ?", account.email)[0][0]
            variables += ["-D", f"owner{number}=\\x{owner.hex()}"]
        body = "".join(self._as_script(each, number, variables) + ";\n"
                       for number, each in enumerate(self.statements))
        lines = []
        for number in range(WRITERS):
            lines += ["\\if" if number == 0 else "\\elif", f" :client_id = {number}\n",
                      "\\startpipeline\n", body.replace(":owner", f":owner{number}"),
                      "\\endpipeline\n"]
        script = self.both.folder / "create.sql"
        script.write_text("".join([*lines, "\\endif\n"]))
        return self.both.pgbench(WRITERS, *variables, "-f", str(script))

    def _as_script(self, statement: Logged, number: int, variables: list[str]) -> str:
        """The statement with variables for its parameters. Each contact has a new id."""
        def replacement(found: re.Match[str]) -> str:
            place = int(found[1])
            value = statement.values[place - 1]
            if value == self.owner:
                return ":owner"
            if value == self.id:
                return f"({NEW_ID})"
            if value is None:
                return "null"
            name = f"v{number}_{place}"
            if f"{name}={value}" not in variables:
                variables.extend(["-D", f"{name}={value}"])
            return f":{name}"

        return re.sub(r"\$(\d+)", replacement, statement.text)


def in_turn(*programs: Callable[[], Run]) -> list[Run]:
    """The median of each figure of each program. The programs run alternately."""
    rounds = [[program() for program in programs] for _ in range(TURNS)]
    return [Run(*(statistics.median(values) for values in zip(
        *((run.rate, run.cpu_us, run.database_us) for run in runs), strict=True)))
        for runs in zip(*rounds, strict=True)]


def add_run(results: Results, what: str, run: Run) -> None:
    results.add(what, run.rate, "/s")
    results.add(f"{what}, CPU per operation", run.cpu_us, "us")
    results.add(f"{what}, CPU in the database", run.database_us, "us")


def compare_reads(both: SharedCores, results: Results) -> None:
    reads = Reads(both)
    connections = int(both.server.settings["KITH_THREADS"]) * POINT_CONNECTIONS
    kith, pipelined, shared, *benches = in_turn(
        reads.kith, lambda: reads.pipelined(connections),
        lambda: reads.pipelined(connections, shares=True),
        *(lambda clients=clients: reads.pgbench(clients) for clients in (connections, WRITERS)))
    add_run(results, "PostgreSQL: GET one contact", kith)
    add_run(results, f"bare pipelined libpq, {connections} connections", pipelined)
    add_run(results, "the same with one Sync per turn", shared)
    for clients, found in zip((connections, WRITERS), benches, strict=True):
        add_run(results, f"pgbench -M prepared, {clients} clients", found)
    pgbench = max(found.rate for found in benches)
    add = results.add
    add("PostgreSQL: GET one contact, relative to libpq", kith.rate / pipelined.rate, "x",
        least=0.45)
    # The server does the same. The difference is HTTP, its client, permissions and JSON.
    add("PostgreSQL: GET one contact, relative to libpq, shared Syncs", kith.rate / shared.rate,
        "x")
    add("PostgreSQL: GET one contact, relative to pgbench", kith.rate / pgbench, "x", least=0.9)


def compare_creates(both: SharedCores, results: Results) -> None:
    creates = Creates(both)
    kith, pgbench = in_turn(creates.kith, creates.pgbench)
    add_run(results, "PostgreSQL: durable creates, 16 clients, 16 accounts", kith)
    add_run(results, "pgbench, the same transaction, 16 clients", pgbench)
    results.add("PostgreSQL: durable creates, relative to pgbench", kith.rate / pgbench.rate, "x",
                least=0.7)


def compare(folder: Path, results: Results) -> None:
    pin(os.getpid(), *ALL_CORES)
    try:
        with Cluster(durable=True) as cluster:
            both = SharedCores(folder, cluster)
            try:
                compare_reads(both, results)
                compare_creates(both, results)
            finally:
                both.server.stop()
    finally:
        pin(os.getpid(), LOAD_CORE)
        shutil.rmtree(folder / "kith")
