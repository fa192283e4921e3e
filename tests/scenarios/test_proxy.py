"""Behind the documented reverse proxy."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import free_port
from kith import API, Client, Server
from mailing import wait_until

ROOT = Path(__file__).parents[2]
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream kith {{ server 127.0.0.1:{kith}; keepalive 32; }}
  server {{ listen 127.0.0.1:{port}; {location} }}
}}
"""


@pytest.fixture
def proxied(binary: Path, tmp_path: Path) -> Iterator[tuple[Server, int]]:
    """A server, and the port of an nginx with the documented `location` in front of it."""
    documented = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    location = re.search(r"location / \{.*?\n  \}", documented, re.DOTALL)
    assert location
    port, folder = free_port(), tmp_path / "nginx"
    folder.mkdir()
    with Server(binary, tmp_path / "kith", KITH_RATE_LIMITS="login=1/h:10",
                KITH_TRUSTED_PROXIES="127.0.0.1") as server:
        (folder / "nginx.conf").write_text(NGINX.format(
            folder=folder, kith=server.port, port=port, location=location[0]))
        command = ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        with subprocess.Popen(command) as nginx:
            try:
                wait_until(lambda: is_served(port))
                yield server, port
            finally:
                nginx.terminate()


def is_served(port: int) -> bool:
    try:
        return Client(port).call("GET", "/healthz").status == 200
    except ConnectionError:
        return False


def test_forged_headers_do_not_change_the_address(proxied: tuple[Server, int]) -> None:
    """45 wrong sign-ins with different forged headers are counted for one address."""
    server, port = proxied
    statuses = []
    for number in range(45):
        forged = f"198.51.100.{number}"
        wrong = {"email": f"a{number}@example.org", "password": "wrong password"}
        statuses.append(Client(port).call(
            "POST", f"{API}/auth/login", wrong, forwarded=f"for={forged}", x_real_ip=forged,
            x_forwarded_for=forged, x_client_ip=forged, true_client_ip=forged).status)
    assert statuses == [401] * 10 + [429] * 35
    wait_until(lambda: "127.0.0.1 POST /api/v1/auth/login 429" in server.output())
    assert "198.51.100." not in server.output()
