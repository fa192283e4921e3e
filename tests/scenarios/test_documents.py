"""The documentation matches the program."""

import re
import subprocess
from pathlib import Path

from kith import Server

ROOT = Path(__file__).parents[2]


def test_the_commands_in_the_readme_work_when_pasted(binary: Path, tmp_path: Path) -> None:
    """The commands in the README work when pasted."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)
    assert blocks[0].startswith("./dev run") and "\n./dev test" in blocks[0]
    walk = next(block for block in blocks if "auth/signup" in block)
    with Server(binary, tmp_path) as server:
        walk = walk.replace("127.0.0.1:8080", f"127.0.0.1:{server.port}")
        done = subprocess.run(["bash", "-eu", "-c", walk], capture_output=True, text=True,
                              check=True, timeout=60).stdout
    assert done.count("Łukasz") == 6, done  # created, listed, found twice, birthday, changed
    assert '"favorite":true' in done and "plays the violin" in done
    assert '"field":"email"' in done and '"field":"birthday"' in done
    assert re.search(r'"avatar_url":"/avatars/[0-9a-f]{32}', done)
    assert done.rstrip().endswith("204")
    assert "}{" not in done, "each response is on its own line"


def test_dot_env_example_has_every_setting_with_its_default(binary: Path, tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin"}
    shown = subprocess.run([str(binary), "config"], cwd=tmp_path, env=environment,
                           capture_output=True, text=True, check=True).stdout
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert re.sub(r"(?m)^#KITH_", "KITH_", example) == shown


def test_links_between_documents_are_valid() -> None:
    """Links between documents have existing targets."""
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document}: {target}"


def test_the_permission_table_matches_the_program() -> None:
    """The permission table in the documentation equals the program's table."""
    source = (ROOT / "src" / "http" / "permissions.hpp").read_text(encoding="utf-8")
    rows = re.findall(r"\{Access::(\w+), Role::(\w+), Role::(\w+)\}", source)
    text = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    operations, scopes = text.split("| scope |")
    shown = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \|$", operations, re.MULTILINE)
    assert rows[0][0] == "anyone" and shown == rows[1:]
    names = {"dav": "dav", "dav_read": "dav:read", "api_read": "api:read", "api": "api",
             "everything": "everything"}
    sets = {"{}": "nothing", "reads": "reads", "reads_and_writes": "reads_and_writes",
            "AccessSet::all()": "all"}
    grants = [(names[scope], sets[api], sets[dav]) for scope, api, dav in re.findall(
        r"\{Scope::(\w+), ([^,]+), (\{\}|[^,}]+)\}", source)]
    assert len(grants) == len(names)
    assert re.findall(r"^\| ([\w:]+) \| (\w+) \| (\w+) \|$", scopes, re.MULTILINE)[
        :len(grants)] == grants


def test_the_table_of_limits_matches_the_program() -> None:
    """The table of limits in the documentation lists all classes of the program."""
    source = (ROOT / "src" / "http" / "rate_limits.hpp").read_text(encoding="utf-8")
    names = re.search(r"names_of\(LimitClass\) \{\s*return \{(.*?)\};", source, re.DOTALL)
    assert names
    text = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| ([\w., ]+) \| \d+/", text, re.MULTILINE)
    shown = sorted(name for cell in cells for name in cell.split(", "))
    assert shown == sorted(set(re.findall(r'"([\w.]+)"', names[1])))
