"""Backups while the server is under load, and backups that fail."""

import os
import re
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from kith import Account, Server, sign_in, sign_up
from test_crash import Writer


def names_of(account: Account) -> list[str]:
    return [each["first_name"] for each in account.items("contacts?limit=500")]


def is_prefix(names: list[str], writer: str) -> bool:
    """Whether the writer's contacts are 1, 2, ... without a gap."""
    numbers = sorted(int(found[1]) for name in names
                     if (found := re.fullmatch(rf"{writer} (\d+)", name)))
    return numbers == list(range(1, len(numbers) + 1))


def test_backups_of_a_busy_server_are_consistent(binary: Path, tmp_path: Path) -> None:
    """Each backup of a busy server contains a consistent snapshot."""
    server = Server(binary, tmp_path / "busy").start()
    account = sign_up(server)
    writers = [Writer(account, f"W{i}") for i in range(4)]
    for writer in writers:
        writer.start()
    before = []
    for number in range(3):
        time.sleep(0.3)
        before.append([len(writer.acknowledged) for writer in writers])
        done = server.run("backup", str(tmp_path / str(number)))
        assert done.returncode == 0, done.stderr
    server.kill()
    for writer in writers:
        writer.join()
    for number, acknowledged in enumerate(before):
        restored = Server(binary, tmp_path / f"restored{number}")
        assert restored.run("restore", str(tmp_path / str(number))).returncode == 0
        with restored:
            names = names_of(sign_in(restored, account.email))
        for i, count in enumerate(acknowledged):
            assert is_prefix(names, f"W{i}")
            assert sum(name.startswith(f"W{i} ") for name in names) >= count > 0


def test_a_failed_backup_leaves_no_archive(binary: Path, tmp_path: Path) -> None:
    """A backup that fails because the disk is full leaves no archive."""
    with Server(binary, tmp_path / "server") as server:
        account = sign_up(server)
        # Incompressible data.
        contacts = [{"first_name": "C", "notes": os.urandom(900).hex()} for _ in range(300)]
        operations = [{"op": "create", "contact": each} for each in contacts]
        assert account.call("POST", "contacts/batch", {"operations": operations}).status == 200

        def limit() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

        done = subprocess.run([str(binary), "backup", str(tmp_path / "file")], text=True,
                              cwd=tmp_path, env=server.environment(), capture_output=True,
                              preexec_fn=limit)
        assert done.returncode == 1 and "File too large" in done.stderr, done
        assert not list(tmp_path.glob("file*"))


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_restore_changes_nothing(binary: Path, tmp_path: Path,
                                                end: signal.Signals) -> None:
    """An interrupted restore changes nothing."""
    server = Server(binary, tmp_path / "server").start()
    account = sign_up(server)
    for _ in range(4):
        operations = [{"op": "create", "contact": {"first_name": f"C{i}"}} for i in range(1000)]
        assert account.call("POST", "contacts/batch", {"operations": operations}).status == 200
    assert server.run("backup", str(tmp_path / "file")).returncode == 0
    account.create(first_name="Later")
    server.stop()
    for delay in (0.02, 0.05, 0.08, 0.11):
        process = subprocess.Popen([str(binary), "restore", "--force", str(tmp_path / "file")],
                                   cwd=tmp_path, env=server.environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(end)
        ended = process.wait(60) != 0
        with server:
            names = names_of(sign_in(server, account.email))
        assert len(names) in ([4000, 4001] if ended else [4000])
        assert not ended or len(names) == 4001 or "Later" not in names
