"""Certificates for tests, made with the openssl program."""

import subprocess
from pathlib import Path


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def make_authority(folder: Path) -> Path:
    """A certificate authority."""
    folder.mkdir()
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=An authority", "-keyout", "ca.key", "-out", "ca.pem")
    return folder / "ca.pem"


def make_certificate(folder: Path, name: str, days: int = 90) -> None:
    """A server certificate, signed by the authority in the folder."""
    (folder / "names").write_text(f"subjectAltName={name}")
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server",
            "-keyout", "server.key", "-out", "server.csr")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", str(days), "-extfile", "names", "-out", "server.pem")
