"""Applies the steps of docs/howto that name a place in a source file to a copy of the sources, and
compiles the copy. A how-to that no longer matches the sources fails here."""

import json
import os
import re
import shlex
import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STEP = re.compile(r"In\s+`(?P<file>src/[^`]+)`, (?P<where>after|before) `(?P<anchor>[^`]+)`:\n\n"
                  r"(?P<code>(?:   .*\n|\n)+?)   ```\n")
DROPPED = ("-include-pch", "-include", "-o", "-MT", "-MF")


def steps_of(page: str) -> list[dict[str, str]]:
    text = (ROOT / "docs" / "howto" / page).read_text(encoding="utf-8")
    steps = [found.groupdict() for found in STEP.finditer(text)]
    assert len(steps) == text.count("```cpp"), "each piece of C++ names its place"
    return steps


def apply(step: dict[str, str], root: Path) -> None:
    path = root / step["file"]
    lines = path.read_text(encoding="utf-8").splitlines()
    code = textwrap.dedent(step["code"]).splitlines()[1:]
    at = next((i for i, line in enumerate(lines) if line.strip().startswith(step["anchor"])), None)
    assert at is not None, f"{step['file']} has no line that begins with {step['anchor']}"
    at += step["where"] == "after"
    path.write_text("\n".join([*lines[:at], *code, *lines[at:]]) + "\n", encoding="utf-8")


def compile_command(source: str, root: Path) -> list[str]:
    """The command that checks `source` in the copy `root`: that of the build for any source of the
    server, because a release compiles the sources of a folder as one."""
    build = Path(os.environ["KITH_BINARY"]).parent
    listed = subprocess.run(["ninja", "-C", str(build), "-t", "compdb"], check=True,
                            capture_output=True, text=True).stdout
    built = next(each for each in json.loads(listed)
                 if "kith_core.dir" in each["output"] and each["output"].endswith(".cxx.o"))
    command = built["command"].replace(built["file"], str(ROOT / source))
    words = [word for word in shlex.split(command) if word != "-Xclang"]
    words = words[next(i for i, word in enumerate(words) if "clang++" in word):]
    kept: list[str] = []
    skip = False
    for word in words:
        if not skip and word not in DROPPED:
            kept.append(word.replace(str(ROOT / "src"), str(root / "src")))
        skip = word in DROPPED
    return [*(word for word in kept if "pch" not in word), "-fsyntax-only"]


@pytest.mark.parametrize("page", ["add-a-field.md", "add-an-endpoint.md"])
def test_a_how_to_compiles(page: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    touched = set()
    for step in steps_of(page):
        apply(step, tmp_path)
        touched.add(str(Path(step["file"]).with_suffix(".cpp")))
    for source in sorted(touched):
        done = subprocess.run(compile_command(source, tmp_path), capture_output=True, text=True,
                              cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stderr
