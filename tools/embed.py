#!/usr/bin/env python3
"""Embeds migrations and web pages in a C++ file: embed.py MIGRATIONS WEB_DIST OUTPUT."""

import gzip
import hashlib
import pathlib
import re
import sys

HEAD = """// Made from the migrations and the web pages by tools/embed.py.
#include <array>

#include "service/assets.hpp"
#include "store/migrations.hpp"

#pragma clang diagnostic ignored "-Woverlength-strings"

"""

MIGRATIONS = """namespace kith::store {

namespace {

constexpr std::array<Migration, %d> all{{
%s}};

}  // namespace

std::span<const Migration> migrations() { return all; }

}  // namespace kith::store

"""

ASSETS = """namespace kith::service {

namespace {

constexpr std::array<Asset, %d> all{{
%s}};

}  // namespace

std::span<const Asset> assets() { return all; }

}  // namespace kith::service
"""

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


def raw(text: str) -> str:
    """A C++ raw string literal."""
    return 'R"sql(' + text + ')sql"'


def literal(data: bytes) -> str:
    """A C++ string literal of any bytes. Three octal digits cannot merge with the next
    character."""
    plain = set(range(0x20, 0x7F)) - set(b'"\\?')
    return '"' + "".join(chr(b) if b in plain else f"\\{b:03o}" for b in data) + '"'


def migration(number: int, path: pathlib.Path) -> str:
    """The initializer of one migration. A .postgres.sql file beside it replaces its text on
    PostgreSQL."""
    if not re.fullmatch(rf"{number:04d}_[a-z0-9_]+\.sql", path.name):
        sys.exit(f"{path}: must be number {number:04d}: no gaps, lower case")
    text = path.read_text(encoding="utf-8")
    other = path.with_suffix(".postgres.sql")
    postgres = other.read_text(encoding="utf-8") if other.exists() else text
    digest = hashlib.sha256((text + "\0" + postgres).encode()).hexdigest()
    name = path.stem.split("_", 1)[1]
    return f'    {{{number}, "{name}", {raw(text)}, {raw(postgres)}, "{digest}"}},\n'


def asset(path: pathlib.Path) -> str:
    """The initializer of one web file."""
    data = path.read_bytes()
    packed = gzip.compress(data, compresslevel=9, mtime=0)
    etag = hashlib.sha256(data).hexdigest()[:16]
    content = f"std::string_view({literal(packed)}, {len(packed)})"
    return f'    {{"{path.name}", "{CONTENT_TYPES[path.suffix]}", "\\"{etag}\\"", {content}}},\n'


def main() -> int:
    migrations_dir, web_dir, output = (pathlib.Path(argument) for argument in sys.argv[1:4])
    files = sorted(migrations_dir.glob("*.sql"))
    steps = [path for path in files if not path.name.endswith(".postgres.sql")]
    pages = sorted(path for path in web_dir.rglob("*") if path.is_file())
    if not pages:
        sys.exit(f"{web_dir} is empty: build the web pages first (./dev does)")
    rows = "".join(migration(number, path) for number, path in enumerate(steps, start=1))
    text = HEAD + MIGRATIONS % (len(steps), rows)
    text += ASSETS % (len(pages), "".join(asset(path) for path in pages))
    output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
