"""Power cuts between any two statements that write a card: card, contact, keys and history always
agree."""

import contextlib
import subprocess
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Callable

import pytest

from kith import API, Account, Reply, Server, sign_up
from pictures import png

BINARY_BODY = {"content_type": "application/octet-stream"}
NEVER = 1_000_000
Contact = dict[str, Any]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that kills the server in front of a statement."""
    path = tmp_path_factory.mktemp("library") / "stop_at.so"
    source = Path(__file__).with_name("stop_at.c")
    subprocess.run(["clang-19", "-shared", "-fPIC", "-O1", "-o", str(path), str(source), "-ldl"],
                   check=True)
    return path


def photo(account: Account, contact: Contact, number: int) -> Reply:
    return account.call("PUT", f"contacts/{contact['id']}/photo", png(300 + number % 997, 200),
                        **BINARY_BODY)


def patch(account: Account, contact: Contact, number: int) -> Reply:
    return account.call("PATCH", f"contacts/{contact['id']}",
                        {"email": f"n{number}@example.org", "last_name": f"N{number}"})


def remove(account: Account, contact: Contact, number: int) -> Reply:
    return account.call("DELETE", f"contacts/{contact['id']}/photo")


def undo(account: Account, contact: Contact, number: int) -> Reply:
    return account.call("POST", "contacts/undo", {})


@dataclass
class Case:
    """A write, and what comes before it."""

    name: str
    write: Callable[[Account, Contact, int], Reply]
    before: tuple[Callable[[Account, Contact, int], Reply], ...] = ()


CASES = [
    Case("the first photo", photo),
    Case("another photo", photo, (photo,)),
    Case("keys of a card", patch, (photo,)),
    Case("no photo any more", remove, (photo,)),
    Case("undo to a generated card", undo, (photo,)),
]


class Fault:
    """A server that can be killed in front of a statement."""

    def __init__(self, binary: Path, folder: Path, library: Path) -> None:
        self.order = folder / "stop-at"
        self.server = Server(binary, folder, LD_PRELOAD=library, STOP_AT=self.order,
                             KITH_THREADS=1).start()
        self.account = sign_up(self.server)

    def statements(self, case: Case) -> int:
        """The number of statements of a write."""
        contact = self.prepare(case, 0)
        with self.armed(NEVER):
            assert case.write(self.account, contact, NEVER).status < 300
        return int(self.order.with_suffix(".count").read_text())

    @contextlib.contextmanager
    def armed(self, statement: int) -> Any:
        self.order.write_text(str(statement))
        yield
        self.order.unlink()

    def prepare(self, case: Case, number: int) -> Contact:
        contact = self.account.create(first_name=f"A{number}", email=f"a{number}@example.org")
        for each in case.before:
            assert each(self.account, contact, number + 1000).status < 300
        return contact

    def cut(self, case: Case, contact: Contact, statement: int) -> None:
        """Sends the write, cuts the power in front of a statement, and starts again."""
        with self.armed(statement):
            with contextlib.suppress(OSError, HTTPException):
                case.write(self.account, contact, statement)
            assert self.server.process
            self.server.process.wait(20)
        self.server.start()


def state(account: Account, contact: Contact) -> dict[str, Any]:
    """All that a client sees of a contact and its card."""
    path = f"contacts/{contact['id']}"
    reply = account.call("GET", path)
    image = raw_photo(account, path)
    changes = account.items(path + "/history")
    revision = int(reply.etag.strip('"').split("-")[0])
    assert changes[0]["revision"] == revision, "history and contact agree"
    return {"shown": reply.json, "revision": revision, "changes": len(changes), "image": image}


def raw_photo(account: Account, path: str) -> bytes | int:
    """The photo, or the status of an answer without one."""
    connection = HTTPConnection("127.0.0.1", account.server.port, timeout=30)
    connection.request("GET", f"{API}/{path}/photo", headers={
        "Authorization": "Bearer " + account.tokens["access_token"]})
    response = connection.getresponse()
    body = response.read()
    return body if response.status == 200 else response.status


def stored(server: Server, contact: Contact) -> dict[str, Any]:
    """The rows of a contact."""
    key = bytes.fromhex(contact["id"].replace("-", ""))
    queries = {"contact": "select rev, card_rev, has_card, photo_hash from contacts where id = ?",
               "card": "select content, parts from cards where id = ?",
               "parts": "select hash from card_parts where contact_id = ? order by hash",
               "keys": "select kind, key from contact_keys where contact_id = ? order by kind, key",
               "history": "select rev, old_card from contact_changes where contact_id = ? "
                          "order by rev"}
    return {name: server.sql(query, key) for name, query in queries.items()}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_kill_between_statements_leaves_everything_in_agreement(
        binary: Path, tmp_path: Path, library: Path, case: Case) -> None:
    """A write that a kill interrupts takes effect as a whole or not at all."""
    fault = Fault(binary, tmp_path, library)
    try:
        count = fault.statements(case)
        assert 3 <= count <= 100, count
        undone = 0
        for statement in range(1, count + 1):
            contact = fault.prepare(case, statement)
            before, rows = state(fault.account, contact), stored(fault.server, contact)
            fault.cut(case, contact, statement)
            after = state(fault.account, contact)
            if stored(fault.server, contact) == rows:
                undone += 1
                assert after == before, f"statement {statement}"
            else:
                assert after["changes"] == before["changes"] + 1, f"statement {statement}"
                assert after["revision"] > before["revision"]
                assert after["image"] != before["image"] or case.write is patch
            has_card = stored(fault.server, contact)["contact"][0][2]
            assert bool(has_card) == bool(stored(fault.server, contact)["card"])
        assert undone >= count / 2, "most kills come before the commit"
        done = fault.server.run("doctor")
        assert done.returncode == 0 and "FAIL" not in done.stdout, done.stdout
        assert "keys of contacts that no longer exist" not in done.stdout
    finally:
        fault.server.kill()
