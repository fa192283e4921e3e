"""`kith doctor` reports problems in plain words, and reports nothing on a healthy installation."""

import os
import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from certificates import make_authority, make_certificate
from databases import Redis, free_port
from kith import Server, sign_up
from pictures import GREEN, png
from smtp_sink import PASSWORD as SMTP_PASSWORD
from smtp_sink import Sink, certificate
from test_avatars import put


@pytest.fixture
def stopped(binary: Path, tmp_path: Path) -> Server:
    """A stopped server with all kinds of data."""
    server = Server(binary, tmp_path)
    with server:
        account = sign_up(server)
        put(account, png(30, 30, GREEN))
        for i in range(5):
            account.create(first_name=f"Jürgen {i}", phone="030 1234", birthday="--02-29",
                           labels=["Choir"] if i == 0 else [])
        account.call("DELETE", f"contacts/{account.create()['id']}")
    return server


def findings(server: Server, code: int) -> list[str]:
    """The lines that are not ok."""
    done = server.run("doctor")
    assert done.returncode == code, done
    lines = done.stdout.splitlines()
    assert all(re.match(r"(ok   |warn |FAIL ) \w|  +-> \S", line) for line in lines), done.stdout
    assert sum("->" in line for line in lines) == sum(
        line.startswith(("warn", "FAIL")) for line in lines), "each finding has advice"
    return [line for line in lines if line.startswith(("warn", "FAIL"))]


def test_a_healthy_installation_has_no_findings(stopped: Server) -> None:
    """A healthy installation has no findings."""
    assert findings(stopped, 0) == []
    told = stopped.run("doctor").stdout
    assert "6 contacts checked" in told and "1 picture checked" in told
    with stopped:
        assert findings(stopped, 0) == [], "while the server runs"


@pytest.mark.parametrize("statement, what, code", [
    ("update account_rev set contact_count = 7", "accounts with a wrong contact count: 1", 1),
    ("update account_rev set history_bytes = 7", "accounts with a wrong history size: 1", 0),
    ("update account_rev set card_bytes = 7", "accounts with a wrong size of their cards: 1", 0),
    ("update account_rev set card_bytes = 2000000000",
     "accounts that have used over 90 % of KITH_ACCOUNT_BYTES_MAX: 1", 0),
    ("update account_rev set rev = 1", "a revision beyond that of their account", 1),
    ("delete from account_emails", "accounts without an address", 1),
    ("delete from account_rev", "accounts without a revision: 1", 1),
    ("update accounts set avatar_url = ''", "whose picture does not match", 1),
    ("update contacts set sort_key = id where first_name = 'Jürgen 3'",
     "1 of 6 contacts with outdated sort or search columns", 0),
    ("update contacts set search_text = 'x' where has_card = 0",
     "5 of 6 contacts with outdated", 0),
    ("update contacts set search_text = 'x' where has_card = 1",
     "1 contact with a card that says something else", 1),
    ("update contacts set birth_key = null where first_name = 'Jürgen 3'",
     "1 of 6 contacts with outdated", 0),
    ("update contacts set derived_version = 0", "6 of 6 contacts with outdated", 0),
    ("update contacts set birthday = 'never' where first_name = 'Jürgen 3'",
     "1 of 6 contacts cannot be read", 1),
    ("delete from contact_labels", "1 contact with a card that says something else", 1),
    ("update contacts set updated_at = updated_at + 900000000", "with a change in the future", 0),
    ("insert into jobs (name, due_at, lease_until, failures) values ('test', 0, 0, 3)",
     "failing jobs: 1", 0),
])
def test_inconsistent_rows_are_reported(stopped: Server, statement: str, what: str,
                                        code: int) -> None:
    """Inconsistent rows are reported."""
    stopped.sql(statement)
    found = findings(stopped, code)
    assert any(what in line for line in found), found


def test_a_failed_check_hides_no_other_finding(stopped: Server) -> None:
    """A check that fails does not hide the other findings."""
    stopped.sql("alter table jobs rename to tasks")
    stopped.sql("alter table mail_outbox rename to letters")
    stopped.sql("update account_rev set contact_count = 7")
    found = findings(stopped, 1)
    assert len(found) == 4 and "wrong contact count" in found[0], found
    assert "mail_outbox" in found[1] and "jobs" in found[3], found
    told = stopped.run("doctor").stdout
    assert "6 contacts checked" in told and "1 picture checked" in told


def test_missing_pictures_are_reported(stopped: Server) -> None:
    for file in (stopped.data_dir / "blobs").rglob("*.webp"):
        file.unlink()
    assert ["1 of 1 picture missing" in line for line in findings(stopped, 1)] == [True]


def test_a_readable_data_folder_is_reported(stopped: Server) -> None:
    """A data folder that is readable by others is reported."""
    stopped.data_dir.chmod(0o755)
    (stopped.data_dir / "secret.key").chmod(0o644)
    found = findings(stopped, 1)
    assert len(found) == 2 and all("other users can read" in line for line in found)


def test_unreachable_services_are_reported(stopped: Server) -> None:
    """Unreachable services are reported."""
    port = free_port()
    stopped.settings["KITH_SMTP_URL"] = f"smtp://me:secret99@127.0.0.1:{port}?tls=off"
    stopped.settings["KITH_REDIS_URL"] = f"redis://:secret99@127.0.0.1:{port}/0"
    stopped.settings["KITH_IMAGE_PROGRAM"] = "/nowhere"
    found = findings(stopped, 1)
    assert [line.split()[1] for line in found] == ["pictures", "redis", "mail"]
    assert "secret99" not in stopped.run("doctor").stdout


def test_reachable_services_are_not_reported(stopped: Server, tmp_path: Path) -> None:
    """Reachable services are not reported."""
    tls, ca = certificate(tmp_path)
    with Sink(tls=tls, login=True) as sink, Redis() as redis:
        stopped.settings["KITH_REDIS_URL"] = redis.url
        login = "me:" + quote(SMTP_PASSWORD, safe="")
        stopped.settings["KITH_SMTP_URL"] = sink.url("localhost", login, f"ca={ca}")
        assert findings(stopped, 0) == []
        told = stopped.run("doctor").stdout
        assert "Redis answers" in told and "mail goes to the mail server" in told
        stopped.settings["KITH_SMTP_URL"] = sink.url("localhost", "me:wrong99", f"ca={ca}")
        assert [line.split()[1] for line in findings(stopped, 1)] == ["mail"]
        assert sink.messages == [], "it sends none"


def test_expiring_certificates_are_reported(stopped: Server, tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    make_authority(folder)
    make_certificate(folder, "DNS:localhost")
    stopped.settings["KITH_TLS_CERT"] = str(folder / "server.pem")
    stopped.settings["KITH_TLS_KEY"] = str(folder / "server.key")
    assert findings(stopped, 0) == []
    make_certificate(folder, "DNS:localhost", days=13)
    assert "is valid for 1" in findings(stopped, 0)[0]
    make_certificate(folder, "DNS:localhost", days=0)
    assert "the certificate expired 0 days ago" in findings(stopped, 1)[0]
    (folder / "server.key").write_bytes((folder / "ca.key").read_bytes())
    assert "key values mismatch" in findings(stopped, 1)[0]


def test_open_signup_and_missing_tls_are_reported(stopped: Server) -> None:
    stopped.settings["KITH_LISTEN"] = "0.0.0.0:8080"
    assert [line.split()[1] for line in findings(stopped, 0)] == ["tls", "signup"]
    stopped.settings["KITH_TRUSTED_PROXIES"] = "10.0.0.0/8"
    assert [line.split()[1] for line in findings(stopped, 0)] == ["signup"]
    stopped.settings["KITH_SIGNUP"] = "closed"
    assert findings(stopped, 0) == []


def test_missing_and_old_backups_are_reported(stopped: Server, tmp_path: Path) -> None:
    stopped.settings["KITH_BACKUP_HOURS"] = "24"
    assert "there is no backup in" in findings(stopped, 0)[0]
    assert stopped.run("jobs", "backup").returncode == 0
    assert findings(stopped, 0) == []
    [archive] = (stopped.data_dir / "backups").iterdir()
    old = time.time() - 49 * 3600
    os.utime(archive, (old, old))
    assert "is 49 hours old" in findings(stopped, 1)[0]


@pytest.mark.sqlite_only
def test_a_damaged_file_is_reported(stopped: Server) -> None:
    file = stopped.data_dir / "kith.db"
    content = bytearray(file.read_bytes())
    for page in range(10, len(content) // 4096):
        content[page * 4096:page * 4096 + 100] = bytes(100)
    file.write_bytes(content)
    assert any("malformed" in line or "row" in line for line in findings(stopped, 1))


@pytest.mark.sqlite_only
def test_a_readable_database_file_is_reported(stopped: Server) -> None:
    """A database file that is readable by others is reported."""
    (stopped.data_dir / "kith.db").chmod(0o644)
    assert ["other users can read" in line for line in findings(stopped, 1)] == [True]


@pytest.mark.sqlite_only
def test_orphaned_rows_are_reported(stopped: Server) -> None:
    stopped.sql("pragma foreign_keys = off")
    stopped.sql("delete from accounts")
    assert any("contacts has 6 rows whose accounts is gone" in line
               for line in findings(stopped, 1))


def test_a_different_schema_is_reported(stopped: Server) -> None:
    """A different schema is reported."""
    newest = stopped.sql("select max(version) from schema_migrations")[0][0]
    stopped.sql(f"delete from schema_migrations where version = {newest}")
    assert any(f"the database has schema {newest - 1}" in line for line in findings(stopped, 1))


@pytest.mark.sqlite_only
def test_a_missing_installation_is_reported(binary: Path, tmp_path: Path) -> None:
    """A missing installation is reported."""
    server = Server(binary, tmp_path)
    assert any("there is no file" in line for line in findings(server, 1))
    assert not list(server.data_dir.iterdir()), "it changes nothing"
    server.data_dir.rmdir()
    assert any("there is no folder" in line for line in findings(server, 1))
    assert not server.data_dir.exists()
