"""The cost of signing in: the check of a token, the rate of sign-ins, their effect on other
requests, and whether their timing reveals which addresses are known."""

import ctypes
import ctypes.util
import multiprocessing
import os
import re
import shutil
import statistics
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Callable

from measure import SERVER_CORE, Load

from kith import API, PASSWORD, Account, Client, Server, sign_in  # noqa: E402

SECONDS = 6
PAIRS = 500
REQUESTS = 4000


def raw_hashes_a_second() -> float:
    """argon2id with the server's parameters and library, alone on the server's core."""
    queue: multiprocessing.Queue[float] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_hash_for_a_while, args=(queue,))
    process.start()
    rate = queue.get()
    process.join()
    return rate


def _hash_for_a_while(queue: "multiprocessing.Queue[float]") -> None:
    os.sched_setaffinity(0, {SERVER_CORE})
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
    sodium.sodium_init()
    out, password = ctypes.create_string_buffer(128), PASSWORD.encode()
    passes, memory, argon2id13 = ctypes.c_ulonglong(2), ctypes.c_size_t(19 * 1024 * 1024), 2
    count, begin = 0, time.monotonic()
    while time.monotonic() - begin < SECONDS:
        failed = sodium.crypto_pwhash_str_alg(out, password, ctypes.c_ulonglong(len(password)),
                                              passes, memory, argon2id13)
        assert failed == 0
        count += 1
    queue.put(count / (time.monotonic() - begin))


class Logins:
    """Clients that sign in repeatedly until they are stopped."""

    def __init__(self, server: Server, email: str, clients: int) -> None:
        self.server, self.email = server, email
        self.stopping = threading.Event()
        self.done = [0] * clients
        self.refusals: list[str] = []
        self.threads = [threading.Thread(target=self._run, args=(i,)) for i in range(clients)]

    def __enter__(self) -> "Logins":
        self.begin = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def rate(self) -> float:
        return sum(self.done) / (time.monotonic() - self.begin)

    def _run(self, number: int) -> None:
        client = Client(self.server.port)
        body = {"email": self.email, "password": PASSWORD}
        while not self.stopping.is_set():
            reply = client.call("POST", f"{API}/auth/login", body)
            if reply.status == 200:
                self.done[number] += 1
            else:
                assert reply.status == 503, reply
                self.refusals.append(reply.headers["retry-after"])
                time.sleep(0.2)


def logins(server: Server, email: str, read: Callable[[float], Load]) -> dict[str, float]:
    """The rates of sign-ins and raw hashes, and the p99 of reads at half load beside a full
    queue."""
    with Logins(server, email, 16) as load:
        time.sleep(SECONDS)
        rate = load.rate()
    raw = raw_hashes_a_second()
    free = read(0).rate
    with Logins(server, email, 96) as load:  # more than fit into the queue
        time.sleep(3)
        beside = read(free / 2)
        refused = len(load.refusals)
        assert refused and all(int(seconds) >= 1 for seconds in load.refusals)
    return {"logins": rate, "raw": raw, "p99_ms": beside.p99_ms, "refused": refused}


def timing_ratio(server: Server, path: str, known: str) -> float:
    """Median time for an address with an account / for an address without one."""
    def seconds(email: str) -> float:
        body = {"email": email, "password": "wrong password"}
        if not path.endswith("login"):
            del body["password"]
        connection = Client(server.port)
        begin = time.perf_counter()
        reply = connection.call("POST", f"{API}/{path}", body)
        took = time.perf_counter() - begin
        assert reply.status in (202, 401), reply
        return took

    together = 1 if path.endswith("login") else 8  # waiting requests do not affect each other
    with ThreadPoolExecutor(together) as pool:
        emails = [known, "nobody@example.org"] * PAIRS
        times = list(pool.map(seconds, emails))
    return statistics.median(times[0::2]) / statistics.median(times[1::2])


def instructions_of_a_token(binary: Path, folder: Path) -> float | None:
    """The instructions for checking a token and its principal: the same response with and without
    the gate."""
    if not shutil.which("valgrind"):
        return None
    stripped = folder / "kith"  # valgrind cannot read this compiler's debug format
    subprocess.run(["strip", "-o", str(stripped), str(binary)], check=True)
    shutil.copy(binary.parent / "kith-image", folder)
    per_request = {path: _instructions(stripped, folder, path) / REQUESTS
                   for path in (f"{API}/contacts/x", f"{API}/contact/x")}
    behind_the_gate, before_it = per_request.values()
    return behind_the_gate - before_it


def _instructions(binary: Path, folder: Path, path: str) -> int:
    """The instructions of a server that answers REQUESTS requests of `path`, which does not exist,
    minus those of an idle server."""
    few, many = (_run_under_callgrind(binary, folder, path, count) for count in (1, REQUESTS + 1))
    return many - few


def _run_under_callgrind(binary: Path, folder: Path, path: str, count: int) -> int:
    class Watched(Server):
        def start(self) -> "Watched":
            wrapper = folder / "watched"
            wrapper.write_text(f"#!/bin/sh\nexec valgrind --tool=callgrind -q "
                               f"--callgrind-out-file={folder}/callgrind.out {binary} \"$@\"\n")
            wrapper.chmod(0o755)
            self.binary = wrapper
            super().start()
            return self

    server = Watched(binary, folder / "watched-data", KITH_THREADS="1")
    server.binary = binary
    server.run("user", "add", "a@example.org", "--password-stdin", text=PASSWORD + "\n")
    server.start()
    account: Account = sign_in(server, "a@example.org")
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Authorization": "Bearer " + account.tokens["access_token"]}
    for _ in range(count):
        connection.request("GET", path, headers=headers)
        connection.getresponse().read()
    server.stop()
    shutil.rmtree(folder / "watched-data")
    text = (folder / "callgrind.out").read_text(errors="replace")
    return int(re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE)[1])
