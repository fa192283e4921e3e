"""Several instances of Kith on one database, as behind a reverse proxy."""

from contextlib import ExitStack, contextmanager
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kith import Account, Server


def make_instances(binary: Path, folder: Path, count: int, **settings: Any) -> list[Server]:
    """Creates instances without starting them. They share the data folder, and with it the keys and
    the database."""
    shared = {"KITH_DATA_DIR": folder / "data", "KITH_THREADS": 1, **settings}
    return [Server(binary, folder / f"instance{number}", **shared) for number in range(count)]


@contextmanager
def running(servers: list[Server]) -> Iterator[list[Server]]:
    """Starts all instances at the same time."""
    servers[0].environment()  # creates the database if the backend has one for each folder
    with ExitStack() as stack, ThreadPoolExecutor(len(servers)) as pool:
        list(pool.map(stack.enter_context, servers))
        yield servers


def at(server: Server, account: Account) -> Account:
    """The same session on another instance."""
    return Account(server, account.email, account.tokens)
