"""The cost of cards: the vCard engine alone, and what cards add to requests and to the database.

Figures that depend on the machine are ratios to a reference of the same run. With
KITH_BENCH_BEFORE, the path of another binary such as that of the commit before, reads and creations
are compared with it by counting instructions (valgrind)."""

import contextlib
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any, Callable

from measure import (BINARY, ROOT, ROUNDS, PinnedServer, Results, add_account, requests)

from kith import API, PASSWORD, Account, Client, Server, sign_in
from people import people

PROGRAM = BINARY.with_name("kith_cards_bench")
CONTACTS = 500
WATCHED = 200  # requests whose instructions are counted
DAY = 86_400 * 1_000_000


def card_of(person: dict[str, Any], size: int) -> bytes:
    """A vCard with twelve properties and about `size` bytes."""
    first, last = person.get("first_name") or "No", person.get("last_name") or "Name"
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{last};{first};;;", f"FN:{first} {last}",
             "ORG:Example Company;Sales", "TITLE:Engineer",
             f"EMAIL;TYPE=WORK,pref:{person.get('email') or 'someone@example.org'}",
             "EMAIL;TYPE=HOME:other@example.org", "TEL;TYPE=CELL:+49 170 1234567",
             "TEL;TYPE=WORK:+49 30 901820", "ADR;TYPE=WORK:;;Main Street 1;Berlin;;10115;Germany",
             "URL:https://example.org/someone", "BDAY:1985-04-12", "CATEGORIES:Friends,Work"]
    text = "\r\n".join(lines) + "\r\n"
    filling = max(0, size - len(text.encode()) - 40)
    note = ("a sentence of the note " * (filling // 23 + 1))[:filling]
    return (text + f"NOTE:{note}\r\nEND:VCARD\r\n").encode()


def engine(results: Results) -> None:
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "kith_cards_bench"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    out = subprocess.run([str(PROGRAM)], check=True, capture_output=True, text=True).stdout
    found = {name: float(value) for name, value in re.findall(r"(\w+) ([\d.]+)", out)}
    kib = found["bytes"] / 1024
    results.add("a card of 1 KiB, parsed and serialised", found["parse_and_serialise"] / kib, "us",
                most=6)
    results.add("a card, projected, per KiB", found["project"] / kib, "us", most=10)
    results.add("a card, one e-mail edited, per KiB", found["edit"] / kib, "us")
    results.add("a card, relative to JSON of the same contact",
                found["parse_and_serialise"] / found["json"], "x", most=1)


def store_cards(account: Account, count: int, size: int) -> list[str]:
    """Creates contacts with explicit cards and returns their ids."""
    client = Client(account.server.port, account.tokens["access_token"])
    ids = []
    for person in people(count, seed=7):
        reply = client.call("POST", f"{API}/contacts", card_of(person, size),
                            content_type="text/vcard")
        assert reply.status == 201, reply
        ids.append(reply.json["id"])
    return ids


def store_simple(account: Account, count: int) -> list[str]:
    client = Client(account.server.port, account.tokens["access_token"])
    return [client.call("POST", f"{API}/contacts", json.dumps(person)).json["id"]
            for person in people(count, seed=7)]


def edits(server: PinnedServer, results: Results) -> None:
    """PATCH of one e-mail address on a card of 2 KiB, and on a simple contact."""
    accounts = {"card": add_account(server, "card"), "simple": add_account(server, "simple")}
    ids = {"card": store_cards(accounts["card"], CONTACTS, 2048),
           "simple": store_simple(accounts["simple"], CONTACTS)}
    cpu: dict[str, list[float]] = {"card": [], "simple": []}
    for round in range(ROUNDS):
        for kind, times in cpu.items():
            lines = [f'{API}/contacts/{id} {{"email":"e{round}.{n}.{i}@example.org"}}'
                     for i in range(8) for n, id in enumerate(ids[kind])]
            times.append(requests(server, accounts[kind], lines, "PATCH").cpu_us)
    card, simple = (statistics.median(cpu[kind]) for kind in ("card", "simple"))
    results.add("PATCH of an e-mail on a card of 2 KiB, CPU", card, "us")
    results.add("PATCH of an e-mail on a simple contact, CPU", simple, "us")
    results.add("PATCH of a card, relative to a simple contact", card / simple, "x", most=1.3)


def size_after_a_year(folder: Path, history_days: str) -> int:
    """The size of a database in bytes after a year in which each card was edited four times.
    Changes older than 90 days were purged month by month."""
    server = PinnedServer(BINARY, folder / history_days, KITH_HISTORY_DAYS=history_days)
    file, random = server.folder / "data" / "kith.db", Random(4)
    with server:
        account = add_account(server, "year")
        ids = store_cards(account, 2000, 1024)
        client = Client(server.port, account.tokens["access_token"])
        for _ in range(12):
            for id in random.sample(ids, len(ids) // 3):
                change = random.choice([{"phone": f"+49 30 {random.randrange(10**7)}"},
                                        {"email": f"new{random.randrange(10**6)}@example.org"},
                                        {"notes": f"met again in {random.randrange(10**6)}"}])
                assert client.call("PATCH", f"{API}/contacts/{id}", change).status == 200
            with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
                database.execute("update contact_changes set changed_at = changed_at - ?",
                                 (30 * DAY,))
            assert server.run("jobs", "purge_history").returncode == 0
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("vacuum")
    return file.stat().st_size


def get(connection: HTTPConnection, headers: dict[str, str], id: str, _: int) -> None:
    connection.request("GET", f"{API}/contacts/{id}", headers=headers)
    connection.getresponse().read()


def create(connection: HTTPConnection, headers: dict[str, str], _: str, number: int) -> None:
    body = json.dumps({"first_name": f"Anna {number}", "last_name": "Berg",
                       "email": f"a{number}@example.org", "phone": f"+49 30 {number}"})
    connection.request("POST", f"{API}/contacts", body,
                       {**headers, "Content-Type": "application/json"})
    connection.getresponse().read()


Request = Callable[[HTTPConnection, dict[str, str], str, int], None]


def instructions(binary: Path, folder: Path, request: Request) -> float:
    """The instructions of one request: those of a server that answers many, minus those of one that
    answers a single one."""
    few, many = (watched(binary, folder, request, count) for count in (1, WATCHED + 1))
    return (many - few) / WATCHED


def watched(binary: Path, folder: Path, request: Request, count: int) -> int:
    own = folder / "watched"
    own.mkdir()
    stripped, wrapper = own / "kith", own / "wrapper"  # valgrind cannot read the debug format
    subprocess.run(["strip", "-o", str(stripped), str(binary)], check=True)
    wrapper.write_text(f"#!/bin/sh\nexec valgrind --tool=callgrind -q "
                       f"--callgrind-out-file={own}/callgrind.out {stripped} \"$@\"\n")
    wrapper.chmod(0o755)
    server = Server(stripped, own / "server", KITH_THREADS=1)
    server.run("user", "add", "a@example.org", "--password-stdin", text=PASSWORD + "\n")
    server.binary = wrapper
    with server:
        account = sign_in(server, "a@example.org")
        id = account.create(last_name="Berg", email="anna@example.org")["id"]
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Authorization": "Bearer " + account.tokens["access_token"]}
        for number in range(count):
            request(connection, headers, id, number)
    text = (own / "callgrind.out").read_text(errors="replace")
    shutil.rmtree(own)
    return int(re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE)[1])


def against_before(folder: Path, results: Results) -> None:
    """What simple contacts cost: they have no stored card, and must not pay for cards."""
    if not shutil.which("valgrind"):
        print("valgrind is missing: the instructions of requests were not counted")
        return
    before = os.environ.get("KITH_BENCH_BEFORE")
    for name, request, most in (("GET of a simple contact", get, 1.03),
                                ("creation of a simple contact", create, 1.25)):
        ours = instructions(BINARY, folder, request)
        results.add(f"{name}, instructions", ours, "")
        if before:
            results.add(f"{name}, relative to KITH_BENCH_BEFORE",
                        ours / instructions(Path(before), folder, request), "x", most=most)


def run(folder: Path, results: Results) -> None:
    engine(results)
    with PinnedServer(BINARY, folder / "edits") as server:
        edits(server, results)
    sizes = {days: size_after_a_year(folder, days) for days in ("0", "90")}
    results.add("database after a year of card edits, relative to no history",
                sizes["90"] / sizes["0"], "x", most=1.3)
    against_before(folder, results)
