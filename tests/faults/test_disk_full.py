"""A full disk: writes are refused, no data is lost, and the server recovers without a restart."""

import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from kith import API, Account, Server, sign_in, sign_up

SIZE = 12 * 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"needs a file system of its own: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Fills the disk."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for part in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * part)
            except OSError:
                pass
    return filler


def first_refusal(account: Account) -> tuple[list[str], int]:
    """Creates contacts until a create is refused. Returns the acknowledged ones and the status of
    the refusal."""
    taken = []
    for number in range(20_000):
        reply = account.call("POST", "contacts", {"first_name": f"C{number}", "notes": "x" * 500})
        if reply.status != 201:
            return taken, reply.status
        taken.append(reply.json["id"])
    raise AssertionError("the disk never was full")


@pytest.mark.sqlite_only
def test_writes_resume_when_the_disk_has_space_again(binary: Path, tmp_path: Path,
                                                     small_disk: Path) -> None:
    """Writes are refused while the disk is full, and accepted again afterwards."""
    with Server(binary, tmp_path / "server", KITH_DATA_DIR=small_disk / "data") as server:
        account = sign_up(server)
        before = [account.create(first_name=f"Before {i}")["id"] for i in range(20)]
        filler = fill(small_disk)
        taken, status = first_refusal(account)
        assert status == 507
        refused = account.call("POST", "contacts", {"first_name": "No"})
        assert refused.status == 507 and refused.json["type"] == "urn:kith:problem:disk-full"
        changed = account.call("PATCH", f"contacts/{before[0]}", {"first_name": "No"},
                               content_type="application/merge-patch+json")
        assert changed.status == 507
        assert account.call("DELETE", f"contacts/{before[0]}").status == 507
        listed = {each["id"] for each in account.items("contacts?limit=500")}
        assert listed == {*before, *taken}, "exactly the acknowledged contacts can be read"
        assert account.call("GET", f"contacts/{before[0]}").json["first_name"] == "Before 0"
        assert len(account.call("GET", "contacts?q=before&limit=50").json["items"]) == 20
        assert server.call("GET", "/readyz").status == 200
        assert server.metric('kith_database_failures_total{lane="write",kind="refused"}') >= 4
        assert server.metric('kith_disk_free_bytes{of="data"}') < 65536
        filler.unlink()
        after = account.create(first_name="After")["id"]
        assert account.call("DELETE", f"contacts/{before[0]}").status == 204
    with server:
        again = sign_in(server, account.email)
        listed = {each["id"] for each in again.items("contacts?limit=500")}
        assert listed == {*before[1:], *taken, after}


@pytest.mark.sqlite_only
def test_a_start_on_a_full_disk_fails_with_one_line(binary: Path, tmp_path: Path,
                                                    small_disk: Path) -> None:
    """A start on a full disk fails with a one-line error."""
    server = Server(binary, tmp_path / "server", KITH_DATA_DIR=small_disk / "data")
    with server:
        account = sign_up(server)
    filler = fill(small_disk)
    try:
        with server:
            assert server.call("GET", "/readyz").status == 200
    except AssertionError:
        lines = server.diagnostics().strip().splitlines()
        assert "full" in lines[-1], lines
    filler.unlink()
    with server:
        assert server.call("GET", f"{API}/contacts", authorization="Bearer "
                           + sign_in(server, account.email).tokens["access_token"]).status == 200


@pytest.mark.sqlite_only
def test_undo_and_restore_report_a_full_disk(binary: Path, tmp_path: Path,
                                             small_disk: Path) -> None:
    """Undo and restore report a full disk, and a repeat continues the interrupted work."""
    with Server(binary, tmp_path / "server", KITH_DATA_DIR=small_disk / "data") as server:
        account = sign_up(server)
        ann = account.create(first_name="Ann")
        account.call("PATCH", f"contacts/{ann['id']}", {"notes": "n"})
        gone = account.create(first_name="Gone")
        account.call("DELETE", f"contacts/{gone['id']}")
        filler = fill(small_disk)
        assert first_refusal(account)[1] == 507
        body = {"deleted_since": "2020-01-01T00:00:00Z"}
        for path, sent in (("contacts/undo", None), ("contacts/trash/restore", body)):
            assert account.call("POST", path, sent).status == 507
            keyed = account.call("POST", path, sent, idempotency_key=path)
            assert keyed.status == 507
        filler.unlink()
        reply = account.call("POST", "contacts/trash/restore", body,
                             idempotency_key="contacts/trash/restore")
        assert (reply.status, reply.json) == (200, {"restored": 1})


@pytest.mark.sqlite_only
def test_a_repeat_continues_an_undo_after_a_full_disk(binary: Path, tmp_path: Path,
                                                      small_disk: Path) -> None:
    """A repeat continues an undo that a full disk interrupted."""
    with Server(binary, tmp_path / "server", KITH_DATA_DIR=small_disk / "data") as server:
        account = sign_up(server)
        notes = "n" * 300
        creations = [{"op": "create", "contact": {"first_name": f"N{i}", "notes": notes}}
                     for i in range(1000)]
        made = account.call("POST", "contacts/batch", {"operations": creations}).json["results"]
        changes = [{"op": "patch", "id": each["id"], "contact": {"last_name": "Changed"}}
                   for each in made]
        reply = account.call("POST", "contacts/batch", {"operations": changes})
        assert {each["status"] for each in reply.json["results"]} == {200}
        filler = fill(small_disk)
        with filler.open("r+b") as file:
            file.truncate(filler.stat().st_size - 1536 * 1024)  # room for a part of the undo
        undo = account.call("POST", "contacts/undo", idempotency_key="undo")
        left = sum(each["last_name"] == "Changed" for each in account.items("contacts?limit=500"))
        assert undo.status == 507 and 0 < left < 1000, (undo, left)
        filler.unlink()
        done = account.call("POST", "contacts/undo", idempotency_key="undo")
        assert (done.status, done.json) == (200, {"undone": 1000, "skipped": 0})
        assert {each["last_name"] for each in account.items("contacts?limit=500")} == {None}
