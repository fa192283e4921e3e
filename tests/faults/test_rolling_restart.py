"""A rolling restart under load behind a proxy that does not retry loses no request."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from databases import free_port
from instances import make_instances, running
from kith import API, Client, Server, sign_up
from load import check_kept, load

CHECK_MILLISECONDS = 200
DRAIN_SECONDS = 1  # longer than several health checks
CONFIGURATION = """
global
  maxconn 1000
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  retries 0
frontend all
  bind 127.0.0.1:{port}
  default_backend instances
backend instances
  balance roundrobin
  option httpchk GET /readyz
  http-check expect status 200
  default-server check inter {interval}ms fall 1 rise 1
"""


@contextmanager
def proxy(folder: Path, servers: list[Server]) -> Iterator[int]:
    """HAProxy in front of the servers; its port."""
    port = free_port()
    lines = [f"  server instance{number} 127.0.0.1:{each.port}\n"
             for number, each in enumerate(servers)]
    text = CONFIGURATION.format(port=port, interval=CHECK_MILLISECONDS)
    path = folder / "haproxy.cfg"
    path.write_text(text + "".join(lines))
    with (folder / "haproxy.log").open("wb") as log:
        process = subprocess.Popen(["/usr/sbin/haproxy", "-db", "-f", str(path)], stdout=log,
                                   stderr=log)
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                assert Client(port).call("GET", "/readyz").status == 200
                break
            except OSError:
                assert time.monotonic() < deadline, (folder / "haproxy.log").read_text()
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


@pytest.mark.postgres_only
def test_a_rolling_restart_loses_no_request(binary: Path, tmp_path: Path) -> None:
    """No request fails during a rolling restart."""
    servers = make_instances(binary, tmp_path, 3, KITH_DRAIN_SECONDS=DRAIN_SECONDS)
    for each in servers:
        each.listen_port = free_port()
    with running(servers), proxy(tmp_path, servers) as port:
        accounts = [sign_up(each) for each in servers]
        with load(accounts, port) as workers:
            for each in servers:
                time.sleep(0.5)
                begin = time.monotonic()
                assert each.stop() == 0
                assert DRAIN_SECONDS <= time.monotonic() - begin < DRAIN_SECONDS + 10
                each.start()
                time.sleep(3 * CHECK_MILLISECONDS / 1000)  # the proxy has detected that it is ready
            time.sleep(0.5)
        assert [failure for worker in workers for failure in worker.failures] == []
        assert min(worker.requests for worker in workers) > 50
        for each in servers:
            served = each.output().split("Kith is ready")  # before the restart and after
            assert len(served) == 3
            assert all(f"POST {API}/contacts 201" in part for part in served[1:])
        check_kept(workers, accounts)
