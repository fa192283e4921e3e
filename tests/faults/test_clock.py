"""The wall clock jumps by an hour while the server is under load."""

import subprocess
import time
from pathlib import Path

import pytest

from instances import running
from kith import API, PASSWORD, Account, Client, Reply, Server, sign_in, sign_up
from load import check_kept, load
from mailing import change_password, wait_until
from smtp_sink import Sink

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


class Clock:
    """The wall clock of a server: the machine's clock plus an offset. The steady clock is not
    affected."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "clock"
        self.jump(0)

    def jump(self, seconds: int) -> None:
        draft = self.path.with_suffix(".new")
        draft.write_text(f"{seconds:+d}s\n")
        draft.rename(self.path)

    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(self.path),
                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def has_sanitizers(binary: Path) -> bool:
    symbols = subprocess.run(["nm", str(binary)], capture_output=True, check=False).stdout
    return b"__asan_init" in symbols or b"__tsan_init" in symbols


@pytest.fixture
def clock(binary: Path, tmp_path: Path) -> Clock:
    if has_sanitizers(binary):
        pytest.skip("libfaketime has to come first, and so do sanitizers")
    return Clock(tmp_path)


def test_clock_jumps_under_load_cause_no_errors(binary: Path, tmp_path: Path, clock: Clock) -> None:
    """Clock jumps under load cause no errors."""
    server = Server(binary, tmp_path, KITH_ACCESS_TOKEN_MINUTES=180, **clock.environment())
    clock.jump(-3600)  # so that no token is from the future after the clock is set back
    with server:
        accounts = [sign_up(server) for _ in range(2)]
        mine = accounts[0].create()
        path = f"contacts/{mine['id']}"
        etags = [mine["etag"]]
        with load(accounts, server.port) as workers:
            for seconds in (0, 3600, 0):
                clock.jump(seconds)
                time.sleep(0.7)  # 1.5 sweep intervals
                assert server.call("GET", "/readyz").status == 200
                for notes in ("a", "b"):
                    changed = accounts[0].call("PATCH", path, {"notes": f"{notes} {len(etags)}"},
                                               if_match=etags[-1])
                    assert changed.status == 200, changed
                    etags.append(changed.etag)
        assert [failure for worker in workers for failure in worker.failures] == []
        assert min(worker.requests for worker in workers) > 20
        revisions = [int(etag.strip('"').split("-")[0]) for etag in etags]
        assert revisions == sorted(set(revisions)), "a revision is not a time"
        history = [each["revision"] for each in accounts[0].items(path + "/history")]
        assert history == sorted(revisions, reverse=True)
        check_kept(workers, accounts)
        assert server.is_alive()


def refreshed(account: Account) -> Account:
    reply = account.server.call("POST", f"{API}/auth/refresh",
                                {"refresh_token": account.tokens["refresh_token"]})
    assert reply.status == 200, reply
    return Account(account.server, account.email, reply.json)


def test_access_tokens_expire_on_time(binary: Path, tmp_path: Path, clock: Clock) -> None:
    """An access token expires after its 15 minutes, and the session continues."""
    with Server(binary, tmp_path, **clock.environment()) as server:
        account = sign_up(server)
        client = Client(server.port, account.tokens["access_token"])
        for seconds, held in ((14 * 60, True), (16 * 60, False), (3600, False), (-30, True)):
            clock.jump(seconds)
            time.sleep(0.1)
            status = client.call("GET", f"{API}/users/me").status
            assert status == (200 if held else 401), seconds
        clock.jump(3600)
        later = refreshed(account)
        assert later.call("GET", "users/me").status == 200
        clock.jump(0)  # the clock was ahead, so its tokens are from the future
        again = refreshed(later)
        assert again.call("GET", "users/me").status == 200
        assert sign_in(server, account.email, PASSWORD).call("GET", "users/me").status == 200


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_mail_in_flight_is_sent_once(binary: Path, tmp_path: Path, clock: Clock,
                                       seconds: int) -> None:
    """A clock jump while a mail is being sent does not send it twice."""
    with Sink() as sink, Server(binary, tmp_path, KITH_SMTP_URL=sink.url(),
                                KITH_VERIFY_EMAIL="off", **clock.environment()) as server:
        account = sign_up(server)
        sink.answers = ["hold"]
        change_password(account)
        sink.wait_for(1)
        clock.jump(seconds)
        time.sleep(2.2)  # two polls of the outbox
        sink.release()
        wait_until(lambda: server.sql("select count(sent_at) from mail_outbox") == [(1,)])
        time.sleep(1.2)
    assert len(sink.messages) == 1


@pytest.mark.postgres_only
@pytest.mark.parametrize("seconds", [-60, -8, 8, 60])
def test_clock_differences_between_instances_end_no_session(binary: Path, tmp_path: Path,
                                                            clock: Clock, seconds: int) -> None:
    """Spent tokens are judged by the database's clock: a parallel call is recognized on every
    instance, and so is the later use of a copy."""
    shared = {"KITH_DATA_DIR": tmp_path / "data", "KITH_THREADS": 1}
    right = Server(binary, tmp_path / "right", **shared)
    wrong = Server(binary, tmp_path / "wrong", **shared, **clock.environment())

    def refresh(server: Server, token: str) -> Reply:
        return server.call("POST", f"{API}/auth/refresh", {"refresh_token": token})

    with running([right, wrong]):
        clock.jump(seconds)
        for first, second in ((right, wrong), (wrong, right)):
            token = sign_up(right).tokens["refresh_token"]
            newer = refresh(first, token)
            sibling = refresh(second, token)
            assert (newer.status, sibling.status) == (200, 200), (newer, sibling)
            for each in (newer, sibling):
                assert refresh(right, each.json["refresh_token"]).status == 200
            right.sql("update refresh_tokens set spent_at = spent_at - 11000000 "
                      "where spent_at is not null")
            assert refresh(second, token).status == 401
            assert refresh(first, newer.json["refresh_token"]).status == 401, "the session ended"
