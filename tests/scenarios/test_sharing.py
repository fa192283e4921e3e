"""Two servers on one database that share a Redis server."""

import statistics
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest

from databases import Redis
from kith import Account, Server, sign_in, sign_up

LIMITS = "contacts.read=1/h:6,account=1000/s:100000,login=1000/s:100000,login.account=1000/s"


@pytest.fixture(scope="module")
def pair(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    folder = tmp_path_factory.mktemp("pair")
    with Redis() as redis:
        settings = {"KITH_REDIS_URL": redis.url, "KITH_RATE_LIMITS": LIMITS,
                    "KITH_DATA_DIR": folder / "data"}
        with Server(binary, folder / "a", **settings) as first, \
                Server(binary, folder / "b", **settings) as second:
            for each in (first, second):
                assert '"redis":"ok"' in wait_until_up(each)
            yield first, second


def wait_until_up(server: Server) -> str:
    for _ in range(100):
        text = server.call("GET", "/readyz").text
        if '"redis":"ok"' in text:
            break
        time.sleep(0.05)
    return text


def seconds_until(done: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not done():
        assert time.monotonic() - begun < 5
    return time.monotonic() - begun


def test_both_servers_share_a_rate_limit(pair: tuple[Server, Server]) -> None:
    """Both servers count against the same rate limit."""
    first, second = pair
    here = sign_up(first)
    there = Account(second, here.email, here.tokens)
    statuses = [each.call("GET", "contacts").status for each in (here, there) * 4]
    assert statuses == [200] * 6 + [429] * 2
    refused = there.call("GET", "contacts")
    assert 3500 < int(refused.headers["retry-after"]) <= 3600
    assert refused.headers["ratelimit"].startswith('"contacts.read";r=0')


def check_soon(times: list[float]) -> None:
    """Without Redis, re-reading the database each second would take half a second at the median."""
    assert statistics.median(times) < 0.1 and max(times) < 0.3, times


def test_a_sign_out_takes_effect_on_the_other_server(pair: tuple[Server, Server]) -> None:
    """A sign-out takes effect on the other server."""
    first, second = pair
    email, times = sign_up(first).email, []
    for _ in range(8):
        here = sign_in(first, email)
        there = Account(second, email, here.tokens)
        assert there.call("GET", "users/me").status == 200
        assert here.call("POST", "auth/logout").status == 204
        times.append(seconds_until(lambda: there.call("GET", "users/me").status == 401))
    check_soon(times)


def test_changes_by_commands_take_effect_on_both_servers(pair: tuple[Server, Server]) -> None:
    """Roles and suspensions set by commands take effect on both servers."""
    first, second = pair
    stays = sign_up(first)  # an administrator must remain
    assert first.run("user", "role", stays.email, "admin").returncode == 0
    here = sign_up(first)
    both = [here, Account(second, here.email, here.tokens)]
    times = []
    for role, status in [("admin", 200), ("user", 403)] * 4:
        for each in both:
            each.call("GET", "admin/jobs")
        assert first.run("user", "role", here.email, role).returncode == 0
        times += [seconds_until(lambda: each.call("GET", "admin/jobs").status == status)
                  for each in both]
    assert first.run("user", "suspend", here.email).returncode == 0
    times += [seconds_until(lambda: each.call("GET", "users/me").status == 401) for each in both]
    check_soon(times)
