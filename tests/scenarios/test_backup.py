"""Backups, restores and copies are complete, on either database, or change nothing."""

import base64
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Iterator

import pytest

from databases import Backend, Sqlite, free_port
from kith import API, Account, Server, make_app_password, sign_in, sign_up
from mailing import change_password
from pictures import GREEN, png
from test_avatars import fetch, put


def contacts_of(account: Account) -> list[dict[str, Any]]:
    return account.items("contacts?limit=100")


def back_up(server: Server, file: Path) -> str:
    done = server.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def filled(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with data that tests do not change."""
    with Server(binary, tmp_path_factory.mktemp("filled")) as server:
        yield server


@pytest.fixture(scope="module")
def ann(filled: Server) -> Account:
    """An account with all kinds of data: a picture, contacts, a deleted contact, an app
    password."""
    account = sign_up(filled, "ann")
    put(account, png(300, 300, GREEN))
    for i in range(30):
        account.create(first_name=f"Jürgen {i} 世界", notes="a\n\"b\"\\", birthday="--02-29")
    gone = account.create(first_name="Gone")
    account.call("DELETE", f"contacts/{gone['id']}")
    return account


@pytest.fixture(scope="module")
def archive(filled: Server, ann: Account, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("archive") / "kith.tar.zst"
    back_up(filled, file)
    return file


def backends(database: str) -> list[Backend]:
    """The current database and, with PostgreSQL, the other one."""
    return [Server.backend, *([Sqlite()] if database == "postgres" else [])]


def other_server(binary: Path, folder: Path, backend: Backend) -> Server:
    server = Server(binary, folder)
    server.backend = backend
    return server


def test_a_restore_brings_back_all_data(binary: Path, database: str, filled: Server, ann: Account,
                                        archive: Path, tmp_path: Path) -> None:
    """A restore brings back all data."""
    for number, backend in enumerate(backends(database)):
        server = other_server(binary, tmp_path / str(number), backend)
        done = server.run("restore", str(archive))
        assert done.returncode == 0, done.stderr
        assert "pictures: 1." in done.stdout
        with server:
            again = sign_in(server, ann.email)
            assert contacts_of(again) == contacts_of(ann)
            assert again.items("contacts/trash") == ann.items("contacts/trash")
            me, was = again.call("GET", "users/me").json, ann.call("GET", "users/me").json
            assert me == was
            assert fetch(server, me["avatar_url"])[2] == fetch(filled, was["avatar_url"])[2]
            one = contacts_of(again)[0]["id"]
            history = f"contacts/{one}/history"
            assert again.call("GET", history).json == ann.call("GET", history).json


def test_a_backup_after_a_restore_has_the_same_tables(binary: Path, database: str, archive: Path,
                                                      tmp_path: Path) -> None:
    """A backup of a restored installation has the same tables."""
    def tables(file: Path) -> dict[str, bytes]:
        folder = tmp_path / file.name.replace(".", "-")
        folder.mkdir()
        subprocess.run(["tar", "--zstd", "-xf", str(file), "-C", str(folder)], check=True)
        subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
        # Revisions rise, sessions end, and a started server leaves its set-up link.
        return {str(each.relative_to(folder)): each.read_bytes()
                for each in folder.glob("*/**/*") if each.is_file()
                and each.parent.name not in ("account_rev", "sessions", "refresh_tokens",
                                             "one_time_tokens")}

    for number, backend in enumerate(backends(database)):
        server = other_server(binary, tmp_path / str(number), backend)
        assert server.run("restore", str(archive)).returncode == 0
        again = tmp_path / f"again{number}.tar.zst"
        back_up(server, again)
        assert tables(again) == tables(archive)
        shutil.rmtree(tmp_path / archive.name.replace(".", "-"))


def test_sync_clients_start_again_after_a_restore(binary: Path, tmp_path: Path) -> None:
    """Syncing clients start again after a restore."""
    server = Server(binary, tmp_path / "server").start()
    account = sign_up(server)
    kept = account.create(first_name="Kept")
    phone = make_app_password(account, "api")["password"]
    back_up(server, tmp_path / "file")
    lost = account.create(first_name="Lost")
    changed = account.call("PATCH", f"contacts/{kept['id']}", {"first_name": "Changed"},
                           content_type="application/merge-patch+json")
    token = account.call("GET", "contacts/changes?limit=500").json["next_token"]
    old_session = account.tokens
    server.stop()
    done = server.run("restore", "--force", str(tmp_path / "file"))
    assert done.returncode == 0, done.stderr
    with server:
        again = sign_in(server, account.email)
        assert [each["id"] for each in contacts_of(again)] == [kept["id"]]
        assert again.call("GET", f"contacts/changes?since={token}").status == 410
        refused = again.call("PUT", f"contacts/{kept['id']}", {"first_name": "Stale"},
                             if_match=changed.etag)
        assert refused.status == 412, "the entity tag belongs to the lost period"
        begun = again.call("GET", "contacts/changes?limit=500").json
        assert [each["id"] for each in begun["items"]] == [kept["id"]]
        new = again.create(first_name="New")
        token = begun["next_token"]
        assert [each["id"] for each in
                again.call("GET", f"contacts/changes?since={token}").json["items"]] == [new["id"]]
        assert again.call("GET", f"contacts/{lost['id']}").status == 404
        refreshed = server.call("POST", f"{API}/auth/refresh",
                                {"refresh_token": old_session["refresh_token"]})
        assert refreshed.status == 401, "the session may have ended since the backup"
        login = base64.b64encode(f"{account.email}:{phone}".encode()).decode()
        assert server.call("GET", f"{API}/contacts", authorization=f"Basic {login}").status == 200


def test_restores_never_reuse_revisions(binary: Path, tmp_path: Path) -> None:
    """Revisions of both lost periods are not issued again."""
    server = Server(binary, tmp_path / "server").start()
    account = sign_up(server)
    back_up(server, tmp_path / "older")
    for _ in range(5):
        account.create()
    back_up(server, tmp_path / "newer")
    server.stop()
    assert server.run("restore", "--force", str(tmp_path / "newer")).returncode == 0
    with server:
        account = sign_in(server, account.email)
        lost = account.create(first_name="Lost")
        token = account.call("GET", "contacts/changes?limit=500").json["next_token"]
    assert server.run("restore", "--force", str(tmp_path / "older")).returncode == 0
    with server:
        account = sign_in(server, account.email)
        assert account.call("GET", f"contacts/changes?since={token}").status == 410
        new = account.create(first_name="New")
        assert new["etag"] != lost["etag"]
        revision, = server.sql("select rev from account_rev where account_id = "
                               "(select account_id from account_emails where email_key = ?)",
                               account.email)[0]
        assert int(lost["etag"].strip('"').split("-")[0]) < revision < 2 ** 53


def test_a_restore_sends_no_mail_twice(binary: Path, tmp_path: Path) -> None:
    """Mails that were queued at the time of the backup were sent since."""
    with Server(binary, tmp_path, KITH_SMTP_URL=f"smtp://127.0.0.1:{free_port()}?tls=off",
                KITH_VERIFY_EMAIL="off") as server:
        change_password(sign_up(server))
        waiting = "select count(*) from mail_outbox where next_try_at is not null"
        assert server.sql(waiting) == [(1,)]
        back_up(server, tmp_path / "file")
    assert server.run("restore", "--force", str(tmp_path / "file")).returncode == 0
    assert server.sql(waiting) == [(0,)]


def test_search_after_a_restore_is_fresh(binary: Path, tmp_path: Path) -> None:
    """The search after a restore does not use an index of the lost period."""
    server = Server(binary, tmp_path / "server").start()
    account = sign_up(server)
    account.create(first_name="Kept")
    back_up(server, tmp_path / "file")
    for name in ("Lostone", "Losttwo"):
        account.create(first_name=name)
    server.stop()
    assert server.run("restore", "--force", str(tmp_path / "file")).returncode == 0
    with server:
        again = sign_in(server, account.email)
        for name in ("Newone", "Newtwo"):
            again.create(first_name=name)
        found = again.call("GET", "contacts?q=new").json["items"]
        assert sorted(each["first_name"] for each in found) == ["Newone", "Newtwo"]
        assert again.call("GET", "contacts?q=lost").json["items"] == []


def test_restores_delete_previous_pictures(binary: Path, archive: Path, tmp_path: Path) -> None:
    """A restore deletes the previous pictures."""
    server = Server(binary, tmp_path).start()
    put(sign_up(server), png(20, 20, GREEN))
    folder = server.data_dir / "blobs"
    before = [each for each in folder.rglob("*.webp")]
    assert len(before) == 1
    server.stop()
    assert server.run("restore", "--force", str(archive)).returncode == 0
    assert server.run("jobs", "purge_avatars").returncode == 0
    after = [each for each in folder.rglob("*.webp")]
    assert len(after) == 1 and after != before


def test_the_database_of_a_running_server_is_not_replaced(binary: Path, filled: Server,
                                                          archive: Path, tmp_path: Path) -> None:
    """It would continue with cached data and return contacts that no longer exist."""
    source = filled.backend.url(filled.data_dir) or f"sqlite:{filled.data_dir}/kith.db"
    with Server(binary, tmp_path / "server") as server:
        account = sign_up(server)
        account.create(first_name="Precious")
        target = server.backend.url(server.data_dir) or f"sqlite:{server.data_dir}/kith.db"
        for command in (["restore", str(archive)], ["copy", "--from", source, "--to", target]):
            done = server.run(*command, "--force")
            assert done.returncode == 1 and "Stop it first" in done.stderr, done
        assert len(contacts_of(account)) == 1
        assert server.run("user", "list").returncode == 0, "other commands work meanwhile"
    done = server.run("restore", "--force", str(archive))
    assert done.returncode == 0, done.stderr


def test_a_restore_creates_the_data_folder(binary: Path, ann: Account, archive: Path,
                                           tmp_path: Path) -> None:
    server = Server(binary, tmp_path / "server", KITH_DATA_REQUIRED="on")
    server.data_dir.rmdir()
    assert server.run("serve").returncode == 1
    done = server.run("restore", str(archive))
    assert done.returncode == 0, done.stderr
    with server:
        assert contacts_of(sign_in(server, ann.email))


def test_accounts_are_replaced_only_on_request(binary: Path, archive: Path, tmp_path: Path) -> None:
    """A restore replaces existing accounts only on request."""
    server = Server(binary, tmp_path).start()
    account = sign_up(server)
    account.create(first_name="Precious")
    server.stop()
    done = server.run("restore", str(archive))
    assert done.returncode != 0 and "--force" in done.stderr
    with server:
        assert len(contacts_of(sign_in(server, account.email))) == 1


@pytest.mark.parametrize("damage", ["cut", "changed", "no-archive", "missing"])
def test_a_damaged_archive_changes_nothing(binary: Path, archive: Path, tmp_path: Path,
                                           damage: str) -> None:
    """A damaged archive is refused and changes nothing."""
    content = archive.read_bytes()
    file = tmp_path / "damaged"
    if damage == "cut":
        file.write_bytes(content[:-20])
    elif damage == "changed":
        middle = len(content) // 2
        file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:])
    elif damage == "no-archive":
        file.write_text("hello")
    server = Server(binary, tmp_path / "server").start()
    account = sign_up(server)
    server.stop()
    for command in (("restore", "--force", str(file)), ("backup", "--check", str(file))):
        done = server.run(*command)
        assert done.returncode == 1 and "damaged" in done.stderr, done
    with server:
        sign_in(server, account.email)


def packed(folder: Path, names: list[str]) -> Path:
    """An archive of these files, with correct checksums."""
    sums = subprocess.run(["sha256sum", *names], cwd=folder, check=True, capture_output=True,
                          text=True).stdout
    (folder / "SHA256SUMS").write_text(sums)
    file = folder.with_suffix(".tar.zst")
    subprocess.run(["tar", "--zstd", "-cf", str(file), *names, "SHA256SUMS"], cwd=folder,
                   check=True)
    return file


def rewritten(archive: Path, folder: Path, name: str, text: str) -> Path:
    """The archive with a replaced file."""
    folder.mkdir()
    subprocess.run(["tar", "--zstd", "-xf", str(archive), "-C", str(folder)], check=True)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    names = [line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()]
    return packed(folder, names + ([] if name in names else [name]))


@pytest.mark.parametrize("name, text, reason", [
    ("kith.json", json.dumps({"format": 2, "kith": "9.0.0", "schema": 1, "rows": 1,
                              "created_at": "2026-11-27T00:00:00Z"}), "format"),
    ("kith.json", json.dumps({"format": 1, "kith": "9.0.0", "schema": 999, "rows": 1,
                              "created_at": "2026-11-27T00:00:00Z"}), "newer"),
    ("tables/accounts/000001.jsonl", "", "rows"),
    ("passwd", "x", "not part of a backup"),
    ("avatars/" + "0" * 32 + ".webp", "x", "belongs to no account"),
    ("kith.json", json.dumps({"format": 1, "kith": "1.0.0", "schema": -1, "rows": 1,
                              "created_at": "2026-11-27T00:00:00Z"}), "invalid values"),
    ("tables/jobs/000001.jsonl", "[]\n", "no table"),
    ("tables/avatars/000001.jsonl", "[\"id:bytes\"]\n[\"AA\"]\n", "columns"),
])
def test_invalid_archives_are_refused(binary: Path, archive: Path, tmp_path: Path, name: str,
                                      text: str, reason: str) -> None:
    """Invalid archives with correct checksums are refused."""
    file = rewritten(archive, tmp_path / "other", name, text)
    server = Server(binary, tmp_path / "server")
    done = server.run("restore", str(file))
    assert done.returncode == 1 and reason in done.stderr, done
    with server:
        assert server.setup_token(), "no accounts exist"


def test_a_backup_overwrites_no_file(filled: Server, tmp_path: Path) -> None:
    """A backup does not overwrite a file."""
    file = tmp_path / "file"
    file.write_text("precious")
    done = filled.run("backup", str(file))
    assert done.returncode == 1 and "already exists" in done.stderr
    assert file.read_text() == "precious"
    assert filled.run("backup", str(tmp_path / "no" / "folder")).returncode == 1


def test_the_archive_is_readable_only_by_its_owner(archive: Path) -> None:
    """The archive is readable only by its owner."""
    assert archive.stat().st_mode & 0o777 == 0o600


def test_a_backup_of_an_empty_installation_fails(binary: Path, tmp_path: Path) -> None:
    """A backup of an empty installation fails."""
    done = Server(binary, tmp_path).run("backup", str(tmp_path / "file"))
    assert done.returncode == 1
    assert "is empty" in done.stderr or "there is no file" in done.stderr
    assert not (tmp_path / "file").exists()


def test_copies_keep_sessions(binary: Path, database: str, filled: Server, ann: Account,
                              tmp_path: Path) -> None:
    """A copy to the other database and back. Sessions stay valid."""
    source = filled.backend.url(filled.data_dir) or f"sqlite:{filled.data_dir}/kith.db"
    for number, backend in enumerate(backends(database)):
        server = other_server(binary, tmp_path / str(number), backend)
        server.settings["KITH_SECRET_KEY_FILE"] = str(filled.data_dir / "secret.key")
        target = backend.url(server.data_dir) or f"sqlite:{server.data_dir}/kith.db"
        server.data_dir.mkdir(parents=True, exist_ok=True)
        done = server.run("copy", "--from", source, "--to", target)
        assert done.returncode == 0, done.stderr
        assert "contacts " in done.stdout
        again = server.run("copy", "--from", source, "--to", target)
        assert again.returncode == 1 and "--force" in again.stderr
        back = f"sqlite:{tmp_path}/back{number}.db"
        returned = server.run("copy", "--from", target, "--to", back)
        assert returned.stdout == done.stdout, "the copies are equal"
        with server:
            moved = Account(server, ann.email, ann.tokens)
            assert contacts_of(moved) == contacts_of(ann)


def test_a_refused_copy_does_not_migrate_its_target(binary: Path, filled: Server, ann: Account,
                                                    archive: Path, tmp_path: Path) -> None:
    """A refused copy does not migrate its target, because an older Kith may serve the database that
    was named by mistake."""
    server = Server(binary, tmp_path / "server").start()
    sign_up(server)
    server.stop()
    newest = server.sql("select max(version) from schema_migrations")[0][0]
    server.sql(f"delete from schema_migrations where version = {newest}")
    source = filled.backend.url(filled.data_dir) or f"sqlite:{filled.data_dir}/kith.db"
    target = server.backend.url(server.data_dir) or f"sqlite:{server.data_dir}/kith.db"
    for command in (("copy", "--from", source, "--to", target), ("restore", str(archive))):
        done = server.run(*command)
        assert done.returncode == 1 and "--force" in done.stderr, done
        assert server.sql("select max(version) from schema_migrations") == [(newest - 1,)]


@pytest.mark.parametrize("source, target, reason", [
    ("sqlite:/nowhere/kith.db", "sqlite:other.db", "no file"),
    ("mysql://x", "sqlite:other.db", "URL"),
    ("", "sqlite:other.db", "URL"),
    ("sqlite:same.db", "sqlite:same.db", "onto itself"),
])
def test_copies_with_an_invalid_source_or_target_fail(binary: Path, tmp_path: Path, source: str,
                                                      target: str, reason: str) -> None:
    """Copies with an invalid source or target fail."""
    done = Server(binary, tmp_path).run("copy", "--from", source, "--to", target)
    assert done.returncode != 0 and reason in done.stderr, done


def test_an_interrupted_backup_leaves_no_files(binary: Path, tmp_path: Path) -> None:
    """An interrupted backup leaves no files."""
    with Server(binary, tmp_path / "server") as server:
        account = sign_up(server)
        operations = [{"op": "create", "contact": {"first_name": f"C{i}", "notes": "x" * 2000}}
                      for i in range(1000)]
        for _ in range(8):
            reply = account.call("POST", "contacts/batch", {"operations": operations})
            assert reply.status == 200
        for number in range(20):  # on a busy machine some finish before the signal arrives
            file = tmp_path / f"file{number}.tar.zst"
            process = subprocess.Popen([str(binary), "backup", str(file)], cwd=tmp_path,
                                       env=server.environment(), stderr=subprocess.PIPE, text=True)
            while not file.with_suffix(".zst.partial").exists() and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(signal.SIGINT)
            _, error = process.communicate(timeout=60)
            if process.returncode != 0:
                break
        assert process.returncode == 1 and "interrupted" in error, error
        assert not list(tmp_path.glob(f"file{number}*"))


@pytest.mark.skipif(not shutil.which("script"), reason="no pseudo terminal")
def test_a_terminal_shows_a_progress_bar(filled: Server, tmp_path: Path) -> None:
    """A terminal shows a progress bar."""
    command = f"{filled.binary} backup {tmp_path}/file.tar.zst"
    done = subprocess.run(["script", "-qec", command, "/dev/null"], cwd=tmp_path, text=True,
                          env=filled.environment(), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stdout
    assert "[####################] backup   100 %" in done.stdout
    assert os.path.getsize(tmp_path / "file.tar.zst") > 0
