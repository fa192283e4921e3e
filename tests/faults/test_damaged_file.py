"""A damaged SQLite file: the server refuses to start, or answers requests for readable data and 5xx
otherwise. It never crashes or hangs."""

import os
import random
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kith import API, PASSWORD, Account, Reply, Server, sign_up

PAGE = 4096
DAMAGES = int(os.environ.get("KITH_TEST_DAMAGES", "100"))  # 1000 before a release
ENOUGH = 4  # processes at once


def whole_file(binary: Path, folder: Path) -> tuple[Path, str, list[str]]:
    """A database with all kinds of data, its accounts, and some of their contacts."""
    with Server(binary, folder) as server:
        account = sign_up(server)
        operations = [{"op": "create", "contact": {"first_name": f"Name {i}", "notes": "x" * 300,
                                                   "birthday": "1970-03-04"}} for i in range(300)]
        assert account.call("POST", "contacts/batch", {"operations": operations}).status == 200
        ids = [each["id"] for each in account.items("contacts?limit=500")]
        for id in ids[:40]:
            account.call("DELETE", f"contacts/{id}")
    return server.data_dir, account.email, ids[::50]


def damage(file: Path, chance: random.Random) -> str:
    """Truncates the file, or overwrites some of its pages."""
    content = bytearray(file.read_bytes())
    kind = chance.choice(["cut", "random", "zeros", "other page", "some bytes"])
    if kind == "cut":
        content = content[:chance.randrange(len(content))]
    else:
        for _ in range(chance.choice([1, 1, 3, 10])):
            at = chance.randrange(len(content) // PAGE) * PAGE
            other = chance.randrange(len(content) // PAGE) * PAGE
            page = {"random": chance.randbytes(PAGE), "zeros": bytes(PAGE),
                    "other page": content[other:other + PAGE]}.get(kind)
            if page is None:
                page = content[at:at + PAGE]
                for _ in range(20):
                    page[chance.randrange(PAGE)] = chance.randrange(256)
            content[at:at + PAGE] = page
    file.write_bytes(content)
    return kind


def answer(account: Account, method: str, path: str, body: Any = None) -> Reply | None:
    """A response; None if it contains damaged text, because SQLite has no page checksums."""
    try:
        return account.call(method, path, body)
    except UnicodeDecodeError:
        return None


def ask_for_everything(server: Server, email: str, ids: list[str]) -> None:
    """Calls all routes and checks that each responds."""
    login = server.call("POST", f"{API}/auth/login", {"email": email, "password": PASSWORD})
    if login.status != 200:
        return
    account = Account(server, email, login.json)
    for path in ("contacts?limit=500", "contacts?q=name", "contacts/birthdays", "contacts/trash",
                 "contacts/changes", "contacts?sort=-created_at", "users/me", "users/me/sessions"):
        answer(account, "GET", path)
    for id in ids:
        answer(account, "GET", f"contacts/{id}")
        answer(account, "GET", f"contacts/{id}/history")
        answer(account, "DELETE", f"contacts/{id}")
    answer(account, "POST", "contacts", {"first_name": "New"})


def check(binary: Path, folder: Path, email: str, ids: list[str]) -> None:
    server = Server(binary, folder)
    try:
        server.start()
    except AssertionError:
        code = server.process.wait(30)
        lines = server.diagnostics().strip().splitlines()
        assert code == 1, f"{code}: {lines}"
        assert lines[-1].startswith("kith: "), lines
        return
    ask_for_everything(server, email, ids)
    assert server.is_alive(), server.diagnostics()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) == 0
    logs = server.output() + server.diagnostics()
    assert "$argon2" not in logs and PASSWORD not in logs
    done = server.run("backup", str(folder / "file"))
    assert done.returncode in (0, 1), done


@pytest.mark.sqlite_only
@pytest.mark.parametrize("first", range(ENOUGH))
def test_a_damaged_file_never_crashes_the_server(binary: Path, tmp_path: Path, first: int) -> None:
    """No damage crashes the server."""
    data, email, ids = whole_file(binary, tmp_path / "whole")
    assert not list(data.glob("kith.db-*")), "the file contains all data"
    for seed in range(first, DAMAGES, ENOUGH):
        folder = tmp_path / str(seed)
        shutil.copytree(data, folder / "data")
        kind = damage(folder / "data" / "kith.db", random.Random(seed))
        try:
            check(binary, folder, email, ids)
        except (AssertionError, OSError, subprocess.TimeoutExpired) as failed:
            raise AssertionError(f"damage {seed}, {kind}") from failed
        shutil.rmtree(folder)
