"""Automatic backups: schedule, folder, and retention."""

import shutil
import time
from pathlib import Path

from kith import Server, sign_in, sign_up
from pictures import GREEN, png
from test_avatars import put


def archives(server: Server) -> list[Path]:
    return sorted((server.data_dir / "backups").glob("kith-*.tar.zst"))


def test_backups_are_written_automatically(binary: Path, tmp_path: Path) -> None:
    """Backups are written automatically, and older ones are deleted."""
    with Server(binary, tmp_path / "server", KITH_BACKUP_HOURS=24, KITH_BACKUP_KEEP=2) as server:
        account = sign_up(server)
        deadline = time.monotonic() + 20
        while not archives(server):
            assert time.monotonic() < deadline, "a backup is written soon after the first start"
            time.sleep(0.1)
        first = archives(server)[0]
        assert first.parent.stat().st_mode & 0o777 == 0o700
        (first.parent / "notes.txt").write_text("mine")
        for _ in range(2):
            time.sleep(1.1)  # the name contains the second
            done = server.run("jobs", "backup")
            assert done.returncode == 0, done
        assert len(archives(server)) == 2 and first not in archives(server)
        assert (first.parent / "notes.txt").exists()
        newest = archives(server)[-1]
    restored = Server(binary, tmp_path / "restored")
    assert restored.run("restore", str(newest)).returncode == 0
    with restored:
        sign_in(restored, account.email)


def test_leftovers_of_a_killed_run_are_deleted(binary: Path, tmp_path: Path) -> None:
    """Leftovers of a killed run are deleted."""
    server = Server(binary, tmp_path, KITH_BACKUP_HOURS=24)
    server.run("migrate")
    folder = server.data_dir / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    left = folder / "kith-20260101T000000Z.tar.zst.partial"
    mine = folder / "mine.partial"
    for each in (left, mine):
        each.write_text("half")
    assert server.run("jobs", "backup").returncode == 0
    assert not left.exists() and mine.exists() and len(archives(server)) == 1


def test_the_newest_backup_is_kept_after_a_clock_change(binary: Path, tmp_path: Path) -> None:
    """The newest backup is kept even if the clock has been set back."""
    server = Server(binary, tmp_path, KITH_BACKUP_HOURS=24, KITH_BACKUP_KEEP=1)
    server.run("migrate")
    folder = server.data_dir / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kith-20991231T000000Z.tar.zst").write_text("from the future")
    assert server.run("jobs", "backup").returncode == 0
    assert len(archives(server)) == 2


def test_older_backups_are_kept_without_pictures(binary: Path, tmp_path: Path) -> None:
    """Older backups are kept when the disk with the pictures is missing."""
    with Server(binary, tmp_path, KITH_BACKUP_HOURS=24, KITH_BACKUP_KEEP=1) as server:
        put(sign_up(server), png(20, 20, GREEN))
        assert server.run("jobs", "backup").returncode == 0
        kept = archives(server)
        shutil.rmtree(server.data_dir / "blobs")
        time.sleep(1.1)
        done = server.run("jobs", "backup")
        assert done.returncode == 1 and "no picture was found" in done.stdout, done
        assert set(kept) <= set(archives(server))


def test_backups_can_be_disabled(binary: Path, tmp_path: Path) -> None:
    """With KITH_BACKUP_HOURS=0 no backups are written."""
    server = Server(binary, tmp_path)
    server.run("migrate")
    assert server.run("jobs", "backup").returncode == 1
    assert server.run("jobs").returncode == 0
    assert not archives(server)


def test_a_failed_backup_is_reported(binary: Path, tmp_path: Path) -> None:
    """A failed backup is reported."""
    (tmp_path / "file").write_text("")
    server = Server(binary, tmp_path / "server", KITH_BACKUP_HOURS=24,
                    KITH_BACKUP_DIR=tmp_path / "file" / "folder")
    server.run("migrate")
    done = server.run("jobs", "backup")
    assert done.returncode == 1 and "there is no folder" in done.stdout, done
