"""Clients that keep servers busy and record which writes were acknowledged."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException

from kith import API, Account, Client


class Worker(threading.Thread):
    """Creates contacts, with and without keys, and reads them, on keep-alive connections or on a
    new connection for each request. Ends when it is stopped, or when it cannot connect."""

    def __init__(self, account: Account, port: int, keeps: bool) -> None:
        super().__init__()
        self.account, self.port, self.keeps = account, port, keeps
        self.name_ = f"{account.email}-{id(self)}"
        self.stopping = False
        self.acknowledged: dict[str, str] = {}  # name -> id
        self.failures: list[str] = []
        self.requests = 0

    def run(self) -> None:
        client = self._client()
        for number in itertools.count():
            if self.stopping:
                break
            try:
                self._turn(client, f"{self.name_}-{number}", keyed=number % 2 == 0)
            except ConnectionRefusedError:
                break
            except (OSError, HTTPException) as broken:
                self.failures.append(repr(broken))
                client = self._client()
            if not self.keeps:
                client.connection.close()
                client = self._client()
        client.connection.close()

    def _client(self) -> Client:
        return Client(self.port, self.account.tokens["access_token"])

    def _turn(self, client: Client, name: str, keyed: bool) -> None:
        key = name if keyed else None
        body = {"first_name": name}
        made = client.call("POST", f"{API}/contacts", body, idempotency_key=key)
        self._count(made.status == 201, made)
        if made.status != 201:
            return
        self.acknowledged[name] = made.json["id"]
        if keyed:
            again = client.call("POST", f"{API}/contacts", body, idempotency_key=key)
            self._count(again.text == made.text, again)
        read = client.call("GET", f"{API}/contacts/{made.json['id']}")
        self._count(read.status == 200 and read.json["first_name"] == name, read)

    def _count(self, right: bool, reply: object) -> None:
        self.requests += 1
        if not right:
            self.failures.append(repr(reply)[:500])


@contextmanager
def load(accounts: list[Account], port: int | None = None) -> Iterator[list[Worker]]:
    """Keeps two workers per account busy inside the `with` block, on their own server or on
    `port`."""
    workers = [Worker(account, port or account.server.port, keeps)
               for account in accounts for keeps in (True, False)]
    for worker in workers:
        worker.start()
    try:
        yield workers
    finally:
        for worker in workers:
            worker.stopping = True
        for worker in workers:
            worker.join()


def check_kept(workers: list[Worker], accounts: list[Account]) -> None:
    """Checks that each acknowledged contact exists once, and that no other contacts exist."""
    with ThreadPoolExecutor(4) as pool:
        lists = pool.map(lambda each: each.items("contacts?limit=500"), accounts)
        kept = [(each["first_name"], each["id"]) for items in lists for each in items]
    acknowledged = {pair for worker in workers for pair in worker.acknowledged.items()}
    assert acknowledged <= set(kept)
    names = [name for name, _ in kept]
    assert len(names) == len(set(names)), "a request took effect twice"
