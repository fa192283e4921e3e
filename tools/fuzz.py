#!/usr/bin/env python3
"""Runs a fuzz target, `kith_NAME_fuzz`: fuzz.py BINARY SECONDS REPORT. It begins with the inputs in
tests/fuzz/corpus/NAME and the words of tests/fuzz/NAME.dict. New inputs are written to a temporary
folder. A failing input is kept beside the report, which is in JUnit format."""

import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

FUZZ = Path(__file__).parents[1] / "tests" / "fuzz"
INPUT_BYTES_MAX = 4096
INPUT_SECONDS_MAX = 10


def name_of(binary: Path) -> str:
    """`session` of `kith_session_fuzz`."""
    return binary.name.removeprefix("kith_").removesuffix("_fuzz")


def run(binary: Path, seconds: int, failures: Path) -> tuple[int, str]:
    """The exit code of the target and its output."""
    name = name_of(binary)
    with tempfile.TemporaryDirectory() as found:
        command = [str(binary.absolute()), found, str(FUZZ / "corpus" / name),
                   f"-dict={FUZZ / name}.dict", f"-max_total_time={seconds}",
                   f"-max_len={INPUT_BYTES_MAX}",
                   f"-timeout={INPUT_SECONDS_MAX}", f"-artifact_prefix={failures}/",
                   "-print_final_stats=1", "-verbosity=1"]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    return done.returncode, done.stderr


def write_report(path: Path, name: str, text: str, failed: bool) -> None:
    """Writes a report with one test, which covers the seeds and the inputs derived from them."""
    suite = xml.Element("testsuite", name="fuzz", tests="1", failures=str(int(failed)))
    case = xml.SubElement(suite, "testcase", classname="fuzz", name=name)
    if failed:
        failure = xml.SubElement(case, "failure", message="the fuzz target failed")
        failure.text = re.sub(r"[^\x09\x0a\x20-\x7e]", "?", text[-8000:])
    path.parent.mkdir(parents=True, exist_ok=True)
    xml.ElementTree(suite).write(path)


def main() -> int:
    binary, seconds, report = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    report.parent.mkdir(parents=True, exist_ok=True)
    code, text = run(binary, seconds, report.parent.absolute())
    units = re.search(r"stat::number_of_executed_units: *(\d+)", text)
    failed = code != 0 or units is None or int(units[1]) == 0
    if failed:
        print(text[-8000:], file=sys.stderr)
    write_report(report, name_of(binary), text, failed)
    print(f"fuzz {name_of(binary)}: {units[1] if units else 0} inputs, {'failed' if failed else 'no failure'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
