"""Redis stops, hangs, refuses commands or loses its data."""

import signal
import time
from pathlib import Path

import pytest

from databases import Redis, free_port
from kith import Account, Server, sign_in, sign_up

LIMITS = {"KITH_RATE_LIMITS": "contacts.read=10/min:100000,account=1000/s:100000"}


def wait_for(server: Server, state: str, seconds: float = 8) -> None:
    deadline = time.monotonic() + seconds
    while f'"redis":"{state}"' not in server.call("GET", "/readyz").text:
        assert time.monotonic() < deadline, server.diagnostics()
        time.sleep(0.05)


def check_contacts(account: Account, times: int = 10) -> list[float]:
    """Reads repeatedly and returns the duration of each read."""
    took = []
    for _ in range(times):
        begun = time.monotonic()
        assert account.call("GET", "contacts").status == 200
        took.append(time.monotonic() - begun)
    return took


def test_requests_continue_while_redis_is_down(binary: Path, tmp_path: Path) -> None:
    """Requests continue while Redis is down, and Redis is used again afterwards."""
    with Redis() as redis, Server(binary, tmp_path, KITH_REDIS_URL=redis.url, **LIMITS) as server:
        wait_for(server, "ok")
        account = sign_up(server)
        redis.stop()
        check_contacts(account)
        wait_for(server, "degraded")
        assert server.call("GET", "/readyz").status == 200
        assert "kith_redis_up 0" in server.call("GET", "/metrics").text
        redis.start()
        wait_for(server, "ok")
        check_contacts(account)
        assert redis.call("KEYS", "kith:rate:*")
        log = server.diagnostics()
        assert log.count("continuing without it") == 1 and log.count("connected again") == 1, log


def test_requests_continue_while_redis_hangs(binary: Path, tmp_path: Path) -> None:
    """Requests continue while Redis hangs."""
    with Redis() as redis, Server(binary, tmp_path, KITH_REDIS_URL=redis.url, KITH_THREADS=1,
                                  **LIMITS) as server:
        wait_for(server, "ok")
        account = sign_up(server)
        check_contacts(account)
        redis.send_signal(signal.SIGSTOP)
        took = sorted(check_contacts(account, 40))
        redis.send_signal(signal.SIGCONT)
        assert took[-1] < 1 and took[len(took) // 2] < 0.1, took
        assert took[-1] > 0.05, "Redis was never called"
        wait_for(server, "ok")
        check_contacts(account)


def test_requests_continue_when_redis_is_flushed_or_full(binary: Path, tmp_path: Path) -> None:
    """Requests continue when Redis is flushed or full."""
    with Redis() as redis, Server(binary, tmp_path, KITH_REDIS_URL=redis.url, **LIMITS) as server:
        wait_for(server, "ok")
        account = sign_up(server)
        redis.call("FLUSHALL")
        redis.call("SCRIPT", "FLUSH")
        check_contacts(account)
        assert redis.call("KEYS", "kith:rate:*")
        redis.call("CONFIG", "SET", "maxmemory-policy", "noeviction")
        redis.call("CONFIG", "SET", "maxmemory", "1")
        check_contacts(account, 20)
        wait_for(server, "degraded")
        redis.call("CONFIG", "SET", "maxmemory", "0")
        wait_for(server, "ok")


@pytest.mark.parametrize("refusing, mending", [
    ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),  # READONLY, as after a failover
    ("ACL SETUSER default -@scripting", "ACL SETUSER default +@scripting"),  # NOPERM
])
def test_requests_continue_when_redis_refuses_commands(binary: Path, tmp_path: Path, refusing: str,
                                                       mending: str) -> None:
    """Requests continue when Redis refuses commands."""
    with Redis() as redis, Server(binary, tmp_path, KITH_REDIS_URL=redis.url, **LIMITS) as server:
        wait_for(server, "ok")
        account = sign_up(server)
        redis.call(*refusing.split())
        check_contacts(account, 20)
        wait_for(server, "degraded")
        redis.call(*mending.split())
        wait_for(server, "ok")
        check_contacts(account)


def test_the_server_works_when_redis_authentication_fails(binary: Path, tmp_path: Path) -> None:
    """The server runs without Redis when authentication fails."""
    with Redis(password="right-horse") as redis:
        with Server(binary, tmp_path / "ok", KITH_REDIS_URL=redis.url, **LIMITS) as server:
            wait_for(server, "ok")
        url = redis.url.replace("right", "wrong")
        with Server(binary, tmp_path / "b", KITH_REDIS_URL=url, **LIMITS) as server:
            check_contacts(sign_up(server))
            wait_for(server, "degraded")
            assert "WRONGPASS" in server.diagnostics()
            shown = server.run("config").stdout
            assert "horse" not in shown + server.diagnostics() and "********@127.0.0.1" in shown


def test_the_server_starts_without_redis(binary: Path, tmp_path: Path) -> None:
    """The server starts without Redis."""
    url = f"redis://127.0.0.1:{free_port()}"
    with Server(binary, tmp_path, KITH_REDIS_URL=url, **LIMITS) as server:
        check_contacts(sign_up(server))
        wait_for(server, "degraded")


def test_a_lost_subscription_is_restored(binary: Path, tmp_path: Path) -> None:
    """A lost subscription is restored."""
    data = {"KITH_DATA_DIR": tmp_path / "data", **LIMITS}
    with Redis() as redis, \
            Server(binary, tmp_path / "a", KITH_REDIS_URL=redis.url, **data) as first, \
            Server(binary, tmp_path / "b", KITH_REDIS_URL=redis.url, **data) as second:
        wait_for(first, "ok")
        wait_for(second, "ok")
        assert int(redis.call("CLIENT", "KILL", "TYPE", "pubsub")) == 2
        time.sleep(0.5)
        wait_for(first, "ok")
        wait_for(second, "ok")
        email = sign_up(first).email
        for _ in range(5):
            here = sign_in(first, email)
            there = Account(second, email, here.tokens)
            assert there.call("GET", "users/me").status == 200
            assert here.call("POST", "auth/logout").status == 204
            time.sleep(0.2)
            assert there.call("GET", "users/me").status == 401


@pytest.mark.parametrize("url", ["rediss://:secret-word@127.0.0.1", "http://:secret-word@x"])
def test_an_invalid_redis_url_ends_the_start_with_one_line(binary: Path, tmp_path: Path,
                                                           url: str) -> None:
    """An invalid KITH_REDIS_URL ends the start with a one-line error."""
    done = Server(binary, tmp_path, KITH_REDIS_URL=url).run("serve")
    assert done.returncode != 0 and "KITH_REDIS_URL" in done.stderr, done
    assert "secret-word" not in done.stdout + done.stderr
    assert ("stunnel" in done.stderr) == url.startswith("rediss")
