"""TLS without a proxy: old versions are refused, certificates are reloaded, and all else works as
over HTTP."""

import io
import json
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
import zipfile
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any, Iterator

import pytest

from certificates import make_authority, make_certificate
from kith import API, PASSWORD, Server
from mailing import wait_until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with ca.pem, server.pem and server.key."""
    make_authority(tmp_path / "tls")
    make_certificate(tmp_path / "tls", "DNS:localhost,IP:127.0.0.1")
    return tmp_path / "tls"


@pytest.fixture
def secure(binary: Path, tmp_path: Path, folder: Path) -> Iterator[Server]:
    with Server(binary, tmp_path / "server", KITH_TLS_CERT=folder / "server.pem",
                KITH_TLS_KEY=folder / "server.key") as server:
        yield server


def trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / "ca.pem"))


def connect(server: Server, folder: Path) -> HTTPSConnection:
    return HTTPSConnection("localhost", server.port, context=trusting(folder), timeout=30)


def ask(connection: HTTPSConnection, method: str, path: str, body: Any = None,
        **headers: str) -> tuple[int, dict[str, str], str]:
    text = json.dumps(body) if isinstance(body, dict) else body
    connection.request(method, path, text, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    return (response.status, {k.lower(): v for k, v in response.getheaders()},
            response.read().decode())


def s_client(server: Server, folder: Path, *options: str) -> str:
    done = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{server.port}",
                           "-CAfile", str(folder / "ca.pem"), "-verify_return_error", *options],
                          input="", text=True, capture_output=True, timeout=30)
    return done.stdout + done.stderr


def serial(server: Server, folder: Path) -> str:
    with trusting(folder).wrap_socket(socket.create_connection(("127.0.0.1", server.port)),
                                      server_hostname="localhost") as connection:
        return str(connection.getpeercert()["serialNumber"])


def test_curl_connects(secure: Server, folder: Path) -> None:
    assert f"https://127.0.0.1:{secure.port}" in secure.ready_line
    done = subprocess.run(["curl", "-sS", "-i", "--cacert", str(folder / "ca.pem"),
                           f"https://localhost:{secure.port}/readyz"], text=True,
                          capture_output=True, timeout=30)
    assert done.stdout.startswith("HTTP/1.1 200 OK"), done
    assert "strict-transport-security: max-age=31536000" in done.stdout.lower()


def test_requests_work_as_without_tls(secure: Server, folder: Path) -> None:
    """Requests work as without TLS."""
    connection = connect(secure, folder)
    person = {"username": "Ann", "email": "ann@example.org", "password": PASSWORD}
    assert ask(connection, "POST", f"{API}/auth/signup", person)[0] == 201
    status, _, text = ask(connection, "POST", f"{API}/auth/login",
                          {"email": "ann@example.org", "password": PASSWORD})
    login = {"Authorization": "Bearer " + json.loads(text)["access_token"]}
    for i in range(50):
        contact = {"first_name": f"C{i}", "notes": random.randbytes(4000).hex()}
        assert ask(connection, "POST", f"{API}/contacts", contact, **login)[0] == 201
    status, _, text = ask(connection, "GET", f"{API}/contacts?limit=50", **login)
    assert status == 200 and len(json.loads(text)["items"]) == 50, "more than one TLS record"
    connection.request("POST", f"{API}/users/me/export", headers=login)
    response = connection.getresponse()
    assert response.getheader("Transfer-Encoding") == "chunked"
    with zipfile.ZipFile(io.BytesIO(response.read())) as archive:
        assert len(json.loads(archive.read("contacts.json"))) == 50


def test_a_refusal_arrives_completely(secure: Server, folder: Path) -> None:
    """A refusal arrives completely while the client keeps sending."""
    status, headers, text = ask(connect(secure, folder), "POST", f"{API}/auth/login",
                                "x" * 3_000_000)
    assert status == 413 and headers["connection"] == "close"
    assert json.loads(text)["type"] == "urn:kith:problem:payload-too-large"


@pytest.mark.parametrize("version, cipher", [
    ("-tls1_2", r"ECDHE-RSA-(AES\d+-GCM|CHACHA20)"), ("-tls1_3", "TLS_(AES|CHACHA20)")])
def test_current_tls_versions_are_accepted(secure: Server, folder: Path, version: str,
                                           cipher: str) -> None:
    told = s_client(secure, folder, version, "-alpn", "h2,http/1.1")
    assert "Verification: OK" in told and re.search(f"Cipher is {cipher}", told), told
    assert "ALPN protocol: http/1.1" in told


@pytest.mark.parametrize("options", [
    ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), ("-tls1", "-cipher", "ALL:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "AES128-SHA"), ("-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA")])
def test_old_tls_versions_and_suites_are_refused(secure: Server, folder: Path,
                                                 options: tuple[str, ...]) -> None:
    told = s_client(secure, folder, *options)
    assert "Cipher is (NONE)" in told, told
    assert secure.is_alive()


def test_clients_without_tls_are_disconnected(secure: Server, folder: Path) -> None:
    """Clients that do not speak TLS are disconnected."""
    with socket.create_connection(("127.0.0.1", secure.port), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = connection.recv(1000)
        assert not answer.startswith(b"HTTP")
        assert connection.recv(1000) == b""
    assert ask(connect(secure, folder), "GET", "/readyz")[0] == 200


def test_alpn_with_only_h2_negotiates_no_protocol(secure: Server, folder: Path) -> None:
    """ALPN with h2 alone negotiates no protocol."""
    told = s_client(secure, folder, "-alpn", "h2")
    assert "No ALPN negotiated" in told and "Verification: OK" in told


def test_certificates_are_reloaded_at_sighup(secure: Server, folder: Path) -> None:
    """Certificates are reloaded at SIGHUP."""
    before = connect(secure, folder)
    assert ask(before, "GET", "/healthz")[0] == 200
    first = serial(secure, folder)
    make_certificate(folder, "DNS:localhost")
    secure.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 10
    while serial(secure, folder) == first:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    second = serial(secure, folder)
    assert ask(before, "GET", "/healthz")[0] == 200, "existing connections continue"
    (folder / "server.pem").write_text("no certificate")
    secure.process.send_signal(signal.SIGHUP)
    while "stays in use" not in secure.diagnostics():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert serial(secure, folder) == second


def test_sighup_without_tls_does_not_end_the_server(binary: Path, tmp_path: Path) -> None:
    """SIGHUP without TLS does not end the server."""
    with Server(binary, tmp_path) as server:
        assert server.process
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "reload: no certificate is configured" in server.diagnostics())
        assert server.call("GET", "/healthz").status == 200


def test_the_certificate_expiry_is_reported(secure: Server, folder: Path) -> None:
    """The expiry of the certificate is reported."""
    text = ask(connect(secure, folder), "GET", "/metrics")[2]
    ends = float(re.search(r"^kith_tls_certificate_expiry_timestamp_seconds (\S+)$", text,
                           re.MULTILINE)[1])
    assert 88 * 86400 < ends - time.time() < 91 * 86400


def test_the_server_stops_with_idle_connections(secure: Server, folder: Path) -> None:
    connection = connect(secure, folder)
    assert ask(connection, "GET", "/readyz")[0] == 200
    silent = socket.create_connection(("127.0.0.1", secure.port))
    begin = time.monotonic()
    assert secure.stop() == 0
    assert time.monotonic() - begin < 5
    silent.close()


def test_healthcheck(secure: Server) -> None:
    assert secure.run("healthcheck", "--listen", f"127.0.0.1:{secure.port}").stdout == "ready\n"
    assert secure.run("healthcheck", "--listen", "127.0.0.1:1").returncode == 1


@pytest.mark.parametrize("cert, key, reason", [
    ("server.pem", "", "KITH_TLS_KEY"), ("", "server.key", "KITH_TLS_CERT"),
    ("nowhere.pem", "server.key", "nowhere.pem: No such file"),
    ("server.pem", "nowhere.key", "nowhere.key: No such file"),
    ("server.key", "server.key", "the certificate "), ("server.pem", "server.pem", "the key "),
    ("server.pem", "ca.key", "ca.key")])
def test_invalid_tls_settings_are_refused(binary: Path, tmp_path: Path, folder: Path, cert: str,
                                          key: str, reason: str) -> None:
    files = {name: str(folder / file) if file else ""
             for name, file in (("KITH_TLS_CERT", cert), ("KITH_TLS_KEY", key))}
    done = Server(binary, tmp_path / "server", **files).run("serve")
    assert done.returncode in (1, 2) and reason in done.stderr, done
    assert len(done.stderr.strip().splitlines()[-1]) < 300


def test_the_certificate_file_may_have_a_chain(binary: Path, tmp_path: Path, folder: Path) -> None:
    """The file may contain the intermediate certificates."""
    whole = folder / "chain.pem"
    whole.write_text((folder / "server.pem").read_text() + (folder / "ca.pem").read_text())
    shutil.copy(folder / "server.key", folder / "chain.key")
    with Server(binary, tmp_path / "server", KITH_TLS_CERT=whole,
                KITH_TLS_KEY=folder / "chain.key") as server:
        assert s_client(server, folder, "-showcerts").count("BEGIN CERTIFICATE") >= 2
