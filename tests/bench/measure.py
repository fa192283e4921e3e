"""Processes pinned to cores, and what they cost."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "data")]

from kith import Server  # noqa: E402

SERVER_CORE, LOAD_CORE = 0, 1
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
NGINX = """
user root; worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000; default_type application/json;
  server {{
    listen 127.0.0.1:{port} reuseport;
    location / {{ root {folder}; sendfile on; open_file_cache max=10; }}
    location = /fixed {{ return 200 '{body}'; }}
  }}
}}
"""


@dataclass
class Load:
    """What a run of wrk found."""

    rate: float  # answers a second
    errors: int
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of the server, for one answer


def pin(process: int, core: int) -> None:
    """All threads of the process on one core."""
    subprocess.run(["taskset", "-acp", str(core), str(process)], check=True,
                   stdout=subprocess.DEVNULL)


def cpu_seconds(process: int) -> float:
    """User and system time so far."""
    parts = (Path("/proc") / str(process) / "stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / TICKS_A_SECOND


def resident_mib(process: int) -> float:
    status = (Path("/proc") / str(process) / "status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


class PinnedServer(Server):
    """Kith with one loop on the server's core."""

    def __init__(self, binary: Path, folder: Path, **settings: Any) -> None:
        super().__init__(binary, folder, KITH_THREADS=1, **settings)

    def start(self) -> "PinnedServer":
        super().start()
        pin(self.process.pid, SERVER_CORE)
        return self


class Nginx:
    """nginx serving one fixed body, on the server's core."""

    def __init__(self, folder: Path, port: int, body: str) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "body.json").write_text(body)
        config = folder / "nginx.conf"
        escaped = body.replace("\\", "\\\\").replace("'", "\\'").replace("$", "_")
        fixed = escaped if len(escaped) < 4000 else "{}"
        config.write_text(NGINX.format(folder=folder, port=port, body=fixed))
        self.path = "/fixed" if fixed is escaped else "/body.json"
        self.port = port
        self.process = subprocess.Popen(["nginx", "-c", str(config), "-p", str(folder)],
                                        stderr=subprocess.DEVNULL)
        time.sleep(0.3)
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        self.worker = int(children.read_text().split()[0])
        pin(self.worker, SERVER_CORE)

    def __enter__(self) -> "Nginx":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def wrk(process: int, url: str, *, seconds: float = 4, connections: int = 64,
        script: Path | None = None, arguments: tuple[str, ...] = ()) -> Load:
    """Runs wrk on the load's core against `process`."""
    command = ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{connections}",
               f"-d{seconds:g}s", "--latency", "--timeout", "30s"]
    command += ["-s", str(script)] if script else []
    begin = cpu_seconds(process)
    done = subprocess.run([*command, url, "--", *arguments], capture_output=True, text=True,
                          check=True).stdout
    spent = cpu_seconds(process) - begin
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1])
    count = int(re.search(r"(\d+) requests in", done)[1])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    return Load(rate, int(bad[1]) if bad else 0, _milliseconds(done, "50%"),
                _milliseconds(done, "99%"), spent / max(count, 1) * 1e6)


def _milliseconds(text: str, percentile: str) -> float:
    number, unit = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
