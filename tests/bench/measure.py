"""Processes pinned to cores, their CPU use, and the table of results."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable

# tests/data/load.py takes precedence over tests/load.py, which has the same name.
sys.path[:0] = [str(Path(__file__).parents[1] / "data"), str(Path(__file__).parents[1])]

from kith import PASSWORD, Account, Server, sign_in  # noqa: E402

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "requests.lua"
BINARY = ROOT / "build" / "release" / "kith"
ROUNDS = 3
SERVER_CORE, LOAD_CORE = 0, 1
ALL_CORES = (SERVER_CORE, LOAD_CORE)
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
    """The result of a run of wrk."""

    rate: float  # responses per second
    errors: int
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of the server, per response
    count: int


class Results:
    """Lines of a table: measurement, figure, target, whether the target is met."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(self, what: str, figure: float, unit: str, *, least: float | None = None,
            most: float | None = None) -> None:
        holds = (least is None or figure >= least) and (most is None or figure <= most)
        target = f">= {least:g}" if least is not None else f"<= {most:g}" if most else ""
        self.rows.append({"what": what, "figure": figure, "unit": unit, "target": target,
                          "holds": holds})
        mark = "" if holds else "   <-- missed"
        print(f"{what:66} {figure:10.3f} {unit:8} {target:>10}{mark}", flush=True)

    def write(self, path: Path) -> int:
        """Writes the table to a file and returns the number of missed targets."""
        path.write_text(json.dumps(self.rows, indent=1))
        return sum(not row["holds"] for row in self.rows)


def write_lines(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("".join(line + "\n" for line in lines))
    return path


def middle(loads: list[Load]) -> Load:
    """The run with the median rate."""
    assert not any(load.errors for load in loads), loads
    return sorted(loads, key=lambda load: load.rate)[len(loads) // 2]


def median_load(measure: Callable[[], Load]) -> Load:
    """Repeats the run and returns the one with the median rate."""
    return middle([measure() for _ in range(ROUNDS)])


def add_account(server: Server, name: str) -> Account:
    server.run("user", "add", f"{name}@example.org", text=PASSWORD + "\n")
    return sign_in(server, f"{name}@example.org")


def pin(process: int, *cores: int) -> None:
    """Pins all threads of the process to these cores."""
    subprocess.run(["taskset", "-acp", ",".join(map(str, cores)), str(process)], check=True,
                   stdout=subprocess.DEVNULL)


def cpu_seconds(process: int, *, children: bool = False) -> float:
    """User and system time so far, optionally including all children, running or ended."""
    try:
        parts = (Path("/proc") / str(process) / "stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:  # a child that has ended; its parent has the time
        return 0
    ticks = sum(int(part) for part in parts[11:15 if children else 13])
    seconds = ticks / TICKS_A_SECOND
    if children:
        path = Path("/proc") / str(process) / "task" / str(process) / "children"
        seconds += sum(cpu_seconds(int(child)) for child in path.read_text().split())
    return seconds


def resident_mib(process: int) -> float:
    status = (Path("/proc") / str(process) / "status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


class PinnedServer(Server):
    """Kith with one loop on the server's core."""

    def __init__(self, binary: Path, folder: Path, **settings: Any) -> None:
        super().__init__(binary, folder, KITH_THREADS=1, KITH_CONNECTIONS_PER_ADDRESS=0,
                         **{"KITH_CONTACTS_MAX": 1_000_000, **settings})

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


def wrk(process: int, url: str, *, seconds: float = 4, connections: int = 64, threads: int = 1,
        cores: Iterable[int] = (LOAD_CORE,), script: Path | None = None,
        arguments: tuple[str, ...] = ()) -> Load:
    """Runs wrk against `process`."""
    command = ["taskset", "-c", ",".join(map(str, cores)), "wrk", f"-t{threads}",
               f"-c{connections}", f"-d{seconds:g}s", "--latency", "--timeout", "30s"]
    command += ["-s", str(script)] if script else []
    begin = cpu_seconds(process)
    done = subprocess.run([*command, url, "--", *arguments], capture_output=True, text=True,
                          check=True).stdout
    spent = cpu_seconds(process) - begin
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1])
    count = int(re.search(r"(\d+) requests in", done)[1])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    return Load(rate, int(bad[1]) if bad else 0, _milliseconds(done, "50%"),
                _milliseconds(done, "99%"), spent / max(count, 1) * 1e6, count)


def requests(server: Server, accounts: Account | list[Account], lines: Iterable[str],
             method: str = "GET", *, path: str = "", delay_ms: int = 0, **how: Any) -> Load:
    """Runs wrk with `lines` in the format of requests.lua, for each account in turn."""
    each = accounts if isinstance(accounts, list) else [accounts]
    tokens = ",".join(account.tokens["access_token"] for account in each)
    file = write_lines(server.folder / "lines", lines)
    return wrk(server.process.pid, f"http://127.0.0.1:{server.port}{path}", script=SCRIPT,
               arguments=(tokens, str(file), str(delay_ms), method), **how)


def _milliseconds(text: str, percentile: str) -> float:
    number, unit = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
