"""Tests of count_tests.py, above all with missing reports."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("count_tests.py")
PYTEST = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'
GTEST = ('<testsuites tests="3"><testsuite tests="2" failures="0"><testcase name="\x01"/>'
         '</testsuite><testsuite tests="1" failures="0"/></testsuites>')
REPORTS = [
    ("passed", [GTEST], "3 passed, 0 failed", 0),
    ("failed and skipped", [PYTEST], "2 passed, 2 failed, 1 skipped", 1),
    ("added up", [GTEST, PYTEST], "5 passed, 2 failed, 1 skipped", 1),
    ("missing", [GTEST, None], "3 passed, 1 failed", 1),
    ("cut short", [GTEST[:40], GTEST], "3 passed, 1 failed", 1),
    ("empty", ["", GTEST], "3 passed, 1 failed", 1),
    ("without a test", [GTEST, "<testsuites/>"], "3 passed, 1 failed", 1),
    ("all skipped", ['<testsuite tests="1" skipped="1"/>'], "0 passed, 0 failed, 1 skipped", 1),
    ("none", [], "0 passed, 1 failed", 1),
]


@pytest.mark.parametrize("reports, line, code", [row[1:] for row in REPORTS],
                         ids=[row[0] for row in REPORTS])
def test_the_last_line_has_the_counts(tmp_path: Path, reports: list[str | None], line: str,
                                      code: int) -> None:
    paths = [tmp_path / f"{i}.xml" for i in range(len(reports))]
    for path, text in zip(paths, reports):
        if text is not None:
            path.write_text(text)
    done = subprocess.run([sys.executable, PROGRAM, *paths], text=True, capture_output=True)
    assert (done.stdout.splitlines()[-1], done.returncode) == (line, code), done


def on(*databases: str) -> str:
    """A report of the binary's tests on these databases."""
    properties = "".join(f'<property name="database" value="{each}"/>' for each in databases)
    return f'<testsuite tests="1"><properties>{properties}</properties></testsuite>'


def unit_tests_on(*engines: str, skipped: str = "") -> str:
    """A report of unit tests on these engines; the tests of one engine were skipped."""
    cases = "".join(f'<testcase name="Does/{each}">{"<skipped/>" if each == skipped else ""}'
                    "</testcase>" for each in engines)
    return f'<testsuites><testsuite tests="1">{cases}</testsuite></testsuites>'


ALL = ("sqlite", "postgres", "redis")


@pytest.mark.parametrize("reports, failed", [
    ([unit_tests_on(*ALL), on("sqlite"), on("postgres")], 0),
    ([unit_tests_on(*ALL), on("sqlite"), on("sqlite")], 1),
    ([unit_tests_on("sqlite", "postgres"), on("sqlite"), on("postgres")], 1),
    ([unit_tests_on(*ALL, skipped="redis"), on("sqlite"), on("postgres")], 1),
    ([unit_tests_on(), on("sqlite")], 4),
])
def test_missing_engines_are_failures(tmp_path: Path, reports: list[str], failed: int) -> None:
    paths = [tmp_path / f"{i}.xml" for i in range(len(reports))]
    for path, text in zip(paths, reports):
        path.write_text(text)
    done = subprocess.run([sys.executable, PROGRAM, "--all-engines", *paths], text=True,
                          capture_output=True)
    assert f", {failed} failed" in done.stdout and done.returncode == (failed > 0), done
    assert len(done.stderr.splitlines()) == failed
