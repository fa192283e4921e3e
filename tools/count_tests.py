#!/usr/bin/env python3
"""Adds up JUnit reports and prints `N passed, N failed[, N skipped]` as the last line. A missing,
broken or empty report counts as a failure, because the run that should have written it has crashed.
With --all-engines it is also a failure if the unit tests did not run on SQLite, PostgreSQL and
Redis, or the tests of the binary did not run on SQLite and PostgreSQL."""

import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

CRASHED = (1, 1, 0)
DATABASES = {"sqlite", "postgres"}
ENGINES = DATABASES | {"redis"}


def read(path: str) -> xml.Element:
    """Parses a report."""
    # googletest does not escape parameters, not even control characters and invalid UTF-8.
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", text)
    return xml.fromstring(text.encode())


def count(path: str) -> tuple[int, int, int]:
    """Tests run, failed and skipped in one report."""
    try:
        suites = list(read(path).iter("testsuite"))
    except (OSError, xml.ParseError) as error:
        print(f"{path}: no report: {error}", file=sys.stderr)
        return CRASHED
    total = sum(int(suite.get("tests", 0)) for suite in suites)
    failed = sum(int(suite.get("failures", 0)) + int(suite.get("errors", 0)) for suite in suites)
    skipped = sum(int(suite.get("skipped", 0)) for suite in suites)
    return (total, failed, skipped) if total else CRASHED


def left_out(paths: list[str]) -> int:
    """The number of engines that were left out. The name of a unit test ends with its engine. A
    report of the tests of the binary has its database as a property."""
    units: set[str] = set()
    binary: set[str] = set()
    for path in paths:
        try:
            report = read(path)
        except (OSError, xml.ParseError):
            continue  # reported by count()
        units |= {case.get("name", "").rsplit("/")[-1] for case in report.iter("testcase")
                  if case.find("skipped") is None}
        binary |= {each.get("value", "") for each in report.iter("property")
                   if each.get("name") == "database"}
    missing = [(what, name) for what, left in (("unit tests", ENGINES - units),
                                               ("server", DATABASES - binary))
               for name in sorted(left)]
    for what, name in missing:
        print(f"the {what} did not run on {name}", file=sys.stderr)
    return len(missing)


def main() -> int:
    paths = [path for path in sys.argv[1:] if path != "--all-engines"]
    counts = [count(path) for path in paths] or [CRASHED]
    if "--all-engines" in sys.argv:
        missing = left_out(paths)
        counts.append((missing, missing, 0))
    total, failed, skipped = (sum(each) for each in zip(*counts))
    line = f"{total - failed - skipped} passed, {failed} failed"
    print(line + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or total == skipped else 0


if __name__ == "__main__":
    sys.exit(main())
