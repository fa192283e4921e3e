"""Violates each rule of check_style.py once, in a separate project."""

import shutil
import subprocess
from pathlib import Path

import pytest

import check_style

ROOT = Path(__file__).parents[1]
GOOD = '#pragma once\n\n/// Says it.\nint say(int what);\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    (tmp_path / "src" / "base").mkdir(parents=True)
    (tmp_path / "src" / "base" / "say.hpp").write_text(GOOD)
    shutil.copy(ROOT / "tools" / "dependencies.txt", tmp_path / "tools")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def body(lines: int) -> str:
    return "int f() {\n" + "  g();\n" * (lines - 2) + "}\n"


BREACHES = [
    ("a line of 101", "base/a.cpp", "//" + "x" * 99, "101 characters"),
    ("blanks at the end", "base/a.cpp", "int x; \n", "blanks at the end"),
    ("a file of 501", "base/a.cpp", "int x;\n" * 501, "501 lines"),
    ("a function of 71", "base/a.cpp", body(71), "f: 71 lines"),
    ("a median of 13", "base/a.cpp", body(13), "median function"),
    ("five parameters", "base/a.cpp", "int f(int a, int b, int c, int d, int e) { return a; }",
     "f: 5 parameters"),
    ("parameters in templates", "base/a.cpp",
     "void f(std::map<int, int> a, int b, int c, int d, const T& e) {}", "f: 5 parameters"),
    ("four blocks deep", "base/a.cpp",
     "int f() { if (a) { for (;;) { while (b) { if (c) { g(); } } } } }", "f: blocks 4 deep"),
    ("counts lambdas as blocks", "base/a.cpp",
     "int f() { if (a) { if (b) { auto g = [&](int x) { if (c) { h(); } }; } } }", "4 deep"),
    ("a method", "base/a.cpp", "int A::f(int a, int b, int c, int d, int e) const { return 1; }",
     "A::f: 5 parameters"),
    ("rejects json/ in base", "base/a.cpp", '#include "json/read.hpp"\n', "base may not include"),
    ("rejects http/ in the contacts core", "contacts/read/lists.cpp", '#include "http/reply.hpp"\n',
     "only HTTP faces"),
    ("rejects accounts/ in contacts", "contacts/api/routes.cpp",
     '#include "accounts/accounts.hpp"\n',
     "contacts/api may not include accounts"),
    ("rejects store/ in the model", "contacts/model/a.cpp", '#include "store/store.hpp"\n',
     "contacts/model may not include store"),
    ("rejects contacts/write in contacts/read", "contacts/read/a.cpp",
     '#include "contacts/write/undo.hpp"\n',
     "contacts/read may not include contacts/write"),
    ("a sub-folder without a row", "mail/new/a.cpp", '#include "json/read.hpp"\n',
     "mail may not include json"),
    ("rejects idempotency/ in cli", "cli/a.cpp", '#include "idempotency/idempotency_store.hpp"\n',
     "cli may not include idempotency"),
    ("rejects a driver in cli", "cli/a.cpp", '#include "cache/redis/link.hpp"\n',
     "a driver is included"),
    ("rejects testing/ in app", "app/a.cpp", '#include "testing/fresh_database.hpp"\n',
     "only tests include testing/"),
    ("rejects a driver in contacts", "contacts/read/lists.cpp",
     '#include "store/sqlite/database.hpp"\n',
     "a driver is included"),
    ("an unknown folder", "stuff/a.cpp", '#include "base/say.hpp"\n', "not in tools/dependencies"),
    ("no such header", "base/a.cpp", '#include "base/none.hpp"\n', "no such header"),
    ("rejects SQL in an API folder", "contacts/api/routes.cpp",
     'auto q = "select id from contacts";\n',
     "SQL stands"),
    ("rejects SQL in a longer literal", "service/a.cpp",
     'auto q = "with x as (" "select a, b from c)";\n',
     "SQL stands"),
    ("SQL in base", "base/a.cpp", 'auto q = "update contacts set x = 1";\n', "SQL stands"),
    ("no docstring", "base/a.hpp", "#pragma once\n\nint f(int x);\n", "f: a public declaration"),
    ("no pragma", "base/a.hpp", "/// Says.\nint f();\n", "#pragma once"),
    ("a global bin", "utils/a.cpp", "int x;\n", "a global bin"),
    ("a word that readers stumble over", "base/a.cpp", "// Some" + "body calls it.\nint x;\n",
     "write plain English: Some"),
    ("such a word in a test", "base/a_test.cpp", "// Who" + "ever calls it.\nint x;\n",
     "write plain English: Who"),
    ("unfinished", "base/a.cpp", "// TO" + "DO: later\n", "unfinished work"),
]


@pytest.mark.parametrize("path, text, why", [row[1:] for row in BREACHES],
                         ids=[row[0] for row in BREACHES])
def test_a_violation_is_reported(project: Path, path: str, text: str, why: str) -> None:
    """Reports a source that violates a rule."""
    file = project / "src" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    assert any(why in breach for breach in check_style.check(project)), check_style.check(project)


FINE = [
    ("four named of five", "base/a.cpp", "int f(int a, int, int c, int d, int e) { return a; }"),
    ("does not count initializers as blocks", "base/a.cpp",
     "int f() { if (a) { if (b) { if (c) { g({1, {2, {3}}}); } } } }"),
    ("braces in texts", "base/a.cpp", "int f() { g(\"{{{{\", '{', R\"({{{)\"); }  // {{{{"),
    ("digit separators", "base/a.cpp", "int f() { return 1'000'000; }"),
    ("SQL with its operation", "contacts/read/lists.cpp", 'auto q = "select id from contacts";\n'),
    ("accepts http/principal.hpp anywhere", "accounts/account.cpp",
     '#include "http/principal.hpp"\n'),
    ("overloads share a docstring", "base/a.hpp",
     "#pragma once\n\n/// Says.\nint f();\n\nint f(int x);\n"),
]


@pytest.mark.parametrize("path, text", [row[1:] for row in FINE], ids=[row[0] for row in FINE])
def test_a_correct_source_is_not_reported(project: Path, path: str, text: str) -> None:
    """Reports nothing for a source that follows the rules."""
    for header in ("http/principal.hpp", "accounts/accounts.hpp"):
        (project / "src" / header).parent.mkdir(exist_ok=True)
        (project / "src" / header).write_text(GOOD)
    file = project / "src" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    assert check_style.check(project) == []


def test_this_project_has_no_violation() -> None:
    """Finds no violation in this project."""
    assert check_style.check(ROOT) == []
