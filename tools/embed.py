#!/usr/bin/env python3
"""Writes the C++ file that holds the migrations: embed.py MIGRATIONS_DIR OUTPUT."""

import hashlib
import pathlib
import re
import sys

HEAD = """// Made from the migrations folder by tools/embed.py.
#include <array>

#include "store/migrations.hpp"

namespace kith::store {

namespace {

constexpr std::array<Migration, %d> all{{
"""

TAIL = """}};

}  // namespace

std::span<const Migration> migrations() { return all; }

}  // namespace kith::store
"""


def raw(text: str) -> str:
    """A C++ raw string literal."""
    return 'R"sql(' + text + ')sql"'


def row(number: int, path: pathlib.Path) -> str:
    """The initializer of one migration; a .postgres.sql beside it replaces its text there."""
    text = path.read_text(encoding="utf-8")
    other = path.with_suffix(".postgres.sql")
    postgres = other.read_text(encoding="utf-8") if other.exists() else text
    digest = hashlib.sha256((text + "\0" + postgres).encode()).hexdigest()
    name = path.stem.split("_", 1)[1]
    return f'    {{{number}, "{name}", {raw(text)}, {raw(postgres)}, "{digest}"}},\n'


def main() -> int:
    folder, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    paths = sorted(p for p in folder.glob("*.sql") if not p.name.endswith(".postgres.sql"))
    rows = ""
    for number, path in enumerate(paths, start=1):
        if not re.fullmatch(rf"{number:04d}_[a-z0-9_]+\.sql", path.name):
            print(f"{path}: must be number {number:04d}: no gaps, lower case", file=sys.stderr)
            return 1
        rows += row(number, path)
    output.write_text(HEAD % len(paths) + rows + TAIL, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
