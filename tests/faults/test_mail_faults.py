"""Mail servers that are down, slow or hostile, and power cuts: no mail is lost, and none is sent
twice, except between the mail server's reply and the commit."""

import threading
import time
from pathlib import Path

import pytest

from kith import Account, Server, sign_in, sign_up
from mailing import (administrator, alter, change_password, mails, make_due, multiply,
                     wait_for_error, wait_until)
from smtp_sink import Sink


def all_sent(admin: Account) -> bool:
    return all(each["status"] == "sent" for each in mails(admin))


def test_mails_are_sent_after_the_server_recovers(binary: Path, tmp_path: Path) -> None:
    """Mails are sent after the mail server is up again."""
    sink = Sink()
    with Server(binary, tmp_path, KITH_SMTP_URL=sink.url()) as server:
        admin = administrator(server)
        change_password(admin)
        wait_for_error(admin)
        multiply(server, 20)
        make_due(server)
        wait_until(lambda: all(each["error"] for each in mails(admin)))
        assert {each["status"] for each in mails(admin)} == {"queued"}
        assert server.call("GET", "/healthz").status == 200
        with sink:
            make_due(server)
            sink.wait_for(21)
            wait_until(lambda: all_sent(admin))
            make_due(server)
            time.sleep(1.5)  # two polls of the outbox
    assert len(sink.ids()) == len(set(sink.ids())) == 21


def test_temporarily_refused_mails_are_retried(binary: Path, tmp_path: Path) -> None:
    """A mail that the server refuses temporarily is retried."""
    with Sink() as sink, Server(binary, tmp_path, KITH_SMTP_URL=sink.url()) as server:
        admin = administrator(server)
        for tries, answer in enumerate(("451 4.3.0 later", "421 4.3.2 closing", "drop"), start=1):
            sink.answers = [answer]
            if tries == 1:
                change_password(admin)
            make_due(server)
            wait_until(lambda: mails(admin)[0]["attempts"] == tries and mails(admin)[0]["error"])
            wait_until(lambda: mails(admin)[0]["next_try_at"] > "2000")
            assert mails(admin)[0]["status"] == "queued"
        assert sink.messages == []
        make_due(server)
        sink.wait_for(1)
        wait_until(lambda: all_sent(admin))
        assert mails(admin)[0]["attempts"] == 4
    assert len(sink.messages) == 1


def test_a_refused_mail_delays_no_other_mail(binary: Path, tmp_path: Path) -> None:
    """A refused mail delays no other mail."""
    with Sink() as sink, Server(binary, tmp_path, KITH_SMTP_URL=sink.url()) as server:
        admin = administrator(server)
        sink.answers = ["550 5.1.1 no such user"]
        change_password(admin)
        wait_until(lambda: mails(admin) and mails(admin)[0]["status"] == "failed")
        change_password(admin)
        sink.wait_for(1)
        assert "given up after 1 attempts" in server.diagnostics()
        assert admin.email not in server.diagnostics()


def test_a_hanging_session_delays_no_other_mail(binary: Path, tmp_path: Path) -> None:
    """A hanging SMTP session delays no other mail."""
    with Sink() as sink, Server(binary, tmp_path, KITH_SMTP_URL=sink.url()) as server:
        admin = administrator(server)
        sink.answers = ["hang"]
        change_password(admin)
        wait_until(lambda: mails(admin) and mails(admin)[0]["attempts"] == 1)
        begin = time.monotonic()
        change_password(admin)
        sink.wait_for(1)
        assert time.monotonic() - begin < 5
        begin = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begin < 6, "unsent mails are released"
        server.start()
        sink.wait_for(2)


def test_a_mail_in_flight_at_sigterm_is_delivered(binary: Path, tmp_path: Path) -> None:
    """A mail that is being sent at SIGTERM is delivered."""
    with Sink() as sink, Server(binary, tmp_path, KITH_SMTP_URL=sink.url()) as server:
        sink.answers = ["hold"]
        change_password(sign_up(server))
        sink.wait_for(1)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        time.sleep(1)
        sink.release()
        stopping.join()
        assert server.sql("select count(sent_at) from mail_outbox") == [(1,)]
        server.start()
        time.sleep(1.5)
    assert len(sink.messages) == 1


@pytest.mark.parametrize("committed", [False, True])
def test_a_kill_before_the_commit_repeats_the_mail(binary: Path, tmp_path: Path,
                                                   committed: bool) -> None:
    """A kill after the mail server's reply and before the commit repeats the mail; a kill after the
    commit does not."""
    with Sink() as sink:
        server = Server(binary, tmp_path, KITH_SMTP_URL=sink.url()).start()
        admin = administrator(server)
        sink.answers = ["hold"]
        change_password(admin)
        sink.wait_for(1)
        if committed:
            sink.release()
            wait_until(lambda: all_sent(admin))
        else:
            # The commit has to wait for another writer.
            with server.backend.writes_held(server.data_dir, "mail_outbox"):
                sink.release()
                time.sleep(0.5)
                server.kill()
        if server.is_alive():
            server.kill()
        with server:
            time.sleep(2)
            assert len(sink.messages) == 1, "the lease of the dead process is still valid"
            alter(server, "update mail_outbox set lease_until = 0")  # as if the lease had expired
            admin = sign_in(server, admin.email)
            wait_until(lambda: all_sent(admin))
            time.sleep(1.5)
    assert len(sink.ids()) == (1 if committed else 2)
    assert len(set(sink.ids())) == 1


def test_a_kill_loses_no_mail(binary: Path, tmp_path: Path) -> None:
    """A kill loses no mail."""
    with Sink() as sink:
        server = Server(binary, tmp_path, KITH_SMTP_URL=sink.url()).start()
        admin = administrator(server)
        sink.stop()
        change_password(admin)
        wait_for_error(admin)
        multiply(server, 60)
        sink.start()
        make_due(server)
        sink.wait_for(10)
        server.kill()
        with server:
            alter(server, "update mail_outbox set lease_until = 0")
            admin = sign_in(server, admin.email)
            make_due(server)
            wait_until(lambda: all_sent(admin))
    assert len(set(sink.ids())) == 61
    assert len(sink.ids()) <= 61 + 4, "only mails in flight may be sent twice"


def test_two_servers_send_each_mail_once(binary: Path, tmp_path: Path) -> None:
    """Of two servers, one sends each mail."""
    with Sink() as sink:
        sink.stop()
        first = Server(binary, tmp_path / "a", KITH_SMTP_URL=sink.url())
        data = tmp_path / "a" / "data"
        second = Server(binary, tmp_path / "b", KITH_SMTP_URL=sink.url(), KITH_DATA_DIR=data)
        with first, second:
            admin = administrator(first)
            change_password(admin)
            wait_for_error(admin)
            multiply(first, 40)
            sink.seconds_a_message = 0.3  # so that one server alone would take several seconds
            sink.start()
            make_due(first)
            wait_until(lambda: all_sent(admin), seconds=30)
            shares = [len([line for line in server.diagnostics().splitlines()
                           if "sent through" in line]) for server in (first, second)]
    assert len(sink.ids()) == len(set(sink.ids())) == 41
    assert sum(shares) == 41 and min(shares) > 0, shares


def test_a_full_disk_sends_no_mail(binary: Path, tmp_path: Path) -> None:
    """On a full disk no mail is sent, because claiming a mail is a write."""
    with Sink() as sink, Server(binary, tmp_path, KITH_SMTP_URL=sink.url()) as server:
        admin = administrator(server)
        sink.answers = ["451 4.3.0 later"]
        change_password(admin)
        wait_for_error(admin)
        with server.backend.failing(server.data_dir, "update of lease_until on mail_outbox",
                                    "disk full"):
            make_due(server)
            time.sleep(2.5)
            assert sink.messages == []
            assert server.call("GET", "/healthz").status == 200
        sink.wait_for(1, seconds=20)
        wait_until(lambda: all_sent(admin))
    assert len(sink.messages) == 1
