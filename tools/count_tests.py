#!/usr/bin/env python3
"""Adds up JUnit reports and prints `N passed, N failed[, N skipped]` as the last line. A report
that is missing, broken or empty is a failure: the run that should have written it has crashed."""

import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

CRASHED = (1, 1, 0)


def count(path: str) -> tuple[int, int, int]:
    """Tests run, failed and skipped in one report."""
    try:
        # googletest writes parameters as they are, control characters and invalid UTF-8 included.
        text = Path(path).read_text(encoding="utf-8", errors="replace")
        text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", text)
        suites = list(xml.fromstring(text.encode()).iter("testsuite"))
    except (OSError, xml.ParseError) as error:
        print(f"{path}: no report: {error}", file=sys.stderr)
        return CRASHED
    total = sum(int(suite.get("tests", 0)) for suite in suites)
    failed = sum(int(suite.get("failures", 0)) + int(suite.get("errors", 0)) for suite in suites)
    skipped = sum(int(suite.get("skipped", 0)) for suite in suites)
    return (total, failed, skipped) if total else CRASHED


def main() -> int:
    counts = [count(path) for path in sys.argv[1:]] or [CRASHED]
    total, failed, skipped = (sum(each) for each in zip(*counts))
    line = f"{total - failed - skipped} passed, {failed} failed"
    print(line + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or total == skipped else 0


if __name__ == "__main__":
    sys.exit(main())
