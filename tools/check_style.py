#!/usr/bin/env python3
"""Checks the sources against the limits below and against tools/dependencies.txt. Prints each
violation as `file:line: why`.

Usage: check_style.py [root]"""

import re
import statistics
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from cpp_source import Source, scan, string_literals

LINE_CHARS_MAX = 100
FUNCTION_LINES_MAX = 70
FUNCTION_LINES_MEDIAN_MAX = 12
FILE_LINES_MAX = 500
FILE_LINES_MEDIAN_MAX = 120
NESTING_MAX = 3
PARAMETERS_MAX = 4
SUBJECT_CHARS_MAX = 60

TEXT_SUFFIXES = {".cpp", ".hpp", ".py", ".ts", ".mjs", ".css", ".html", ".sql", ".txt", ".sh"}
DOCUMENT_SUFFIXES = {".md", ".yml", ".yaml"}
GLOBAL_BINS = {"utils", "util", "helpers", "common", "misc", "services", "repositories", "dto"}
SQL = re.compile(
    r"\b(select [a-z0-9_.*, ()]+ from|insert into \w+|update \w+ set|delete from \w+)\b")
# Words that English readers stumble over; docs/glossary.md has the terms to use.
STUMBLES = re.compile(r"\b((some|no|every|any)body(?!@)|who(ever)|octe[t]s?(?![_-])|for( )ever|"
                      r"so( )many|stran[g]ers?|(is|are)( )told|take[ns]( )away|in( )vain)\b", re.I)
DETAILS = ("namespace detail {", "namespace {")
DECLARATION = re.compile(
    r"^(?!\s)(?:(?:template|class|struct|enum|concept|inline|constexpr|extern)\b.*"
    r"|[\w:<>,*&\s\[\]]+\s[*&]?[\w:~]+\(.*)$"
)


class Report:
    """The violations found so far."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.breaches: list[str] = []

    def add(self, path: Path, line: int, why: str) -> None:
        self.breaches.append(f"{path.relative_to(self.root)}:{line}: {why}")


class Rules:
    """The contents of tools/dependencies.txt."""

    ROLES = ("faces", "except", "drivers", "composers", "sql", "no-sql")

    def __init__(self, path: Path) -> None:
        self.roles: dict[str, list[str]] = {name: [] for name in self.ROLES}
        self.folders: dict[str, list[str]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _, rest = line.partition(":")
                rows = self.roles if name in self.roles else self.folders
                rows.setdefault(name, []).extend(rest.split())

    def has_role(self, name: str, path: str) -> bool:
        """Whether `path` is a file, or is in a folder, with a role. `*/api` matches every
        sub-folder of that name."""
        return any(fnmatch(path, pattern) or fnmatch(path, pattern + "/*")
                   for pattern in self.roles[name])

    def folder_of(self, path: str) -> str | None:
        """The longest folder with a row that contains `path`."""
        parents = [parent.as_posix() for parent in PurePosixPath(path).parents]
        return next((parent for parent in parents if parent in self.folders), None)

    def may_include(self, folder: str, target: str) -> bool:
        return any(target.startswith(allowed + "/") for allowed in [folder, *self.folders[folder]])


def tracked(root: Path, suffixes: set[str]) -> list[Path]:
    """The files of the project with one of the suffixes."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
        check=True, capture_output=True, text=True,
    ).stdout.split("\n")
    paths = [root / name for name in listed if name]
    return [path for path in paths if path.is_file() and path.suffix in suffixes]


def check_words(report: Report, path: Path) -> None:
    if "migrations" in path.parts:
        return  # the checksum of an applied migration covers its comments
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := STUMBLES.search(line):
            report.add(path, number, f"write plain English: {found[0]}")


def check_lines(report: Report, path: Path) -> None:
    """Checks the width and number of lines, and trailing blanks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > FILE_LINES_MAX:
        report.add(path, 1, f"{len(lines)} lines; at most {FILE_LINES_MAX}")
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_CHARS_MAX:
            report.add(path, number, f"{len(line)} characters; at most {LINE_CHARS_MAX}")
        if line != line.rstrip():
            report.add(path, number, "blanks at the end")
        if re.search(r"\b(TODO|FIXME|XXX)\b", line) and path.name != "check_style.py":
            report.add(path, number, "unfinished work belongs in an issue")


def check_functions(report: Report, source: Source) -> None:
    for function in source.functions:
        where = source.path, function.line
        if function.lines > FUNCTION_LINES_MAX:
            report.add(*where, f"{function.name}: {function.lines} lines; at most "
                               f"{FUNCTION_LINES_MAX}")
        if function.parameters > PARAMETERS_MAX:
            report.add(*where, f"{function.name}: {function.parameters} parameters; at most "
                               f"{PARAMETERS_MAX}, then an options struct")
        if function.nesting > NESTING_MAX:
            report.add(*where, f"{function.name}: blocks {function.nesting} deep; at most "
                               f"{NESTING_MAX}")


def check_includes(report: Report, source: Source, rules: Rules, src: Path) -> None:
    path = source.path.relative_to(src).as_posix()
    for number, line in enumerate(source.lines, 1):
        included = re.match(r'#include "([^"]+)"', line)
        if not included:
            continue
        target = included[1]
        why = include_breach(rules, path, target)
        if not why and not (src / target).is_file():
            why = "no such header under src/"
        if why:
            report.add(source.path, number, f'includes "{target}": {why}')


def include_breach(rules: Rules, path: str, target: str) -> str | None:
    """The reason why the source `path` may not include `target`; None if it may."""
    is_test = path.endswith("_test.cpp")
    if target.startswith("testing/"):
        in_testing = is_test or path.startswith("testing/")
        return None if in_testing else "only tests include testing/"
    driver = next((d for d in rules.roles["drivers"] if target.startswith(d + "/")), None)
    if driver and not (path.startswith(driver + "/") or rules.has_role("composers", path)):
        return "a driver is included by app, testing and itself alone"
    if is_test or path == "main.cpp":
        return None  # tests may include any header for their set-up
    folder = rules.folder_of(path)
    if not folder:
        return "its folder is not in tools/dependencies.txt"
    if target.startswith("http/"):
        is_face = path.startswith("http/") or rules.has_role("faces", path)
        if not is_face and target not in rules.roles["except"]:
            return "only HTTP faces include http/ (tools/dependencies.txt)"
        return None
    if not rules.may_include(folder, target):
        return f"{folder} may not include {PurePosixPath(target).parent}"
    return None


def check_sql(report: Report, source: Source, rules: Rules, src: Path) -> None:
    path = source.path.relative_to(src).as_posix()
    has_sql = rules.has_role("sql", path) and not rules.has_role("no-sql", path)
    if has_sql or path.endswith("_test.cpp") or path.startswith("testing/"):
        return
    for number, literal in string_literals(source.text):
        if SQL.search(literal):
            report.add(source.path, number, "SQL stands with its operation")


def check_header(report: Report, source: Source) -> None:
    """Requires `#pragma once` first, and a docstring above each declaration of a namespace. One
    docstring may cover a group of lines, and all overloads of a name."""
    lines, code = source.lines, source.code.splitlines()
    if not lines or lines[0] != "#pragma once":
        report.add(source.path, 1, "a header begins with #pragma once")
    hidden, documented = False, set()
    for number, line in enumerate(code, 1):
        hidden = not lines[number - 1].startswith("}  // namespace") and (hidden or line in DETAILS)
        if hidden or not DECLARATION.match(line) or re.match(r"(class|struct|enum) \w+;", line):
            continue
        name = _declared(" ".join(code[number - 1 : number + 2]))
        if _is_documented(lines, number):
            documented.add(name)
        elif name not in documented:
            report.add(source.path, number, f"{name}: a public declaration has a docstring")


def _declared(text: str) -> str:
    """The name that a declaration beginning with `text` declares."""
    text = re.sub(r"^template <.*?>\s+(?=[a-zA-Z])", "", text)
    named = re.match(r"(?:class|struct|enum class|enum|concept) (\w+)", text)
    named = named or re.search(r"([\w~]+)(?:\(|<|\s*=|;|\s*\{)", text)
    return named[1] if named else text


def _is_documented(lines: list[str], number: int) -> bool:
    """Whether a comment precedes the declaration on line `number`, or the group that contains
    it."""
    above = number - 2
    while above >= 0 and lines[above].strip():
        if lines[above].lstrip().startswith("//"):
            return True
        above -= 1
    return "///<" in lines[number - 1]


def check_medians(report: Report, root: Path, sources: list[Source]) -> None:
    functions = [f.lines for s in sources for f in s.functions]
    files = [len(s.lines) for s in sources]
    if functions and statistics.median(functions) > FUNCTION_LINES_MEDIAN_MAX:
        report.add(root / "src", 0, f"the median function has {statistics.median(functions)} lines")
    if files and statistics.median(files) > FILE_LINES_MEDIAN_MAX:
        report.add(root / "src", 0, f"the median file has {statistics.median(files)} lines")


def check_subjects(report: Report, root: Path) -> None:
    """Requires `area: what` as the subject of the last 50 commits."""
    log = subprocess.run(["git", "-C", str(root), "log", "-50", "--no-merges", "--format=%h %s"],
                         check=False, capture_output=True, text=True).stdout
    for line in log.splitlines():
        commit, _, subject = line.partition(" ")
        if len(subject) > SUBJECT_CHARS_MAX or not re.match(r"[\w./-]+: \S", subject):
            report.breaches.append(f"commit {commit}: the subject is `area: what`, at most "
                                   f"{SUBJECT_CHARS_MAX} characters: {subject}")


def check(root: Path) -> list[str]:
    """All violations in the project at `root`."""
    report, src = Report(root), root / "src"
    rules = Rules(root / "tools" / "dependencies.txt")
    product: list[Source] = []
    for path in tracked(root, DOCUMENT_SUFFIXES):
        check_words(report, path)
    for path in tracked(root, TEXT_SUFFIXES):
        check_words(report, path)
        check_lines(report, path)
        if GLOBAL_BINS & set(path.relative_to(root).parts[:-1]) or path.stem in GLOBAL_BINS:
            report.add(path, 1, "a global bin: name it after what it is about")
        if path.suffix not in (".cpp", ".hpp") or src not in path.parents:
            continue
        source = scan(path)
        check_functions(report, source)
        check_includes(report, source, rules, src)
        check_sql(report, source, rules, src)
        if path.suffix == ".hpp":
            check_header(report, source)
        if not path.stem.endswith("_test"):
            product.append(source)
    check_medians(report, root, product)
    check_subjects(report, root)
    return report.breaches


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    breaches = check(root)
    print("\n".join(breaches))
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
