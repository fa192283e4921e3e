#!/usr/bin/env python3
"""Writes the commit that is being built to a C++ file, if it has changed: commit.py FOLDER
OUTPUT."""

import os
import pathlib
import subprocess
import sys

TEXT = """// Made by tools/commit.py.
#include "base/version.hpp"

namespace kith {

const std::string_view commit = "%s";

}  // namespace kith
"""


def main() -> None:
    folder, output = sys.argv[1], pathlib.Path(sys.argv[2])
    command = ["git", "-C", folder, "rev-parse", "--short=12", "HEAD"]
    try:
        commit = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        commit = ""
    commit = commit or os.environ.get("KITH_COMMIT", "")  # in a build without a repository
    text = TEXT % (commit or "unknown")
    if not output.exists() or output.read_text() != text:
        output.write_text(text)


main()
