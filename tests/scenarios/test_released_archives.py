"""Archives in tests/data, which released versions made."""

import json
import time
from pathlib import Path

import pytest

from kith import API, PASSWORD, Server, sign_in
from test_backup import backends, contacts_of, other_server, packed, rewritten

RELEASED = sorted((Path(__file__).parents[1] / "data").glob("schema-*.tar.zst"))


def rejuvenate(server: Server) -> None:
    """Makes rows that expire as young as if the archive had been made just now."""
    now = time.time_ns() // 1000
    server.sql("update idempotency_keys set created_at = ?", now)
    server.sql("update contacts set deleted_at = ? where deleted_at is not null", now)


def check_released(server: Server) -> None:
    """The expected contents of each archive in tests/data."""
    rejuvenate(server)
    with server:
        ann = sign_in(server, "ann@example.org")
        assert ann.call("GET", "users/me").json["role"] == "admin"
        names = sorted(each["first_name"] for each in contacts_of(ann))
        assert names == sorted(["Changed", "Once", *(f"Käthe {i}" for i in range(1, 17))])
        assert len(ann.items("contacts/trash")) == 2
        found = ann.call("GET", "contacts/search?q=kathe%2012").json["items"]
        assert found[0]["first_name"] == "Käthe 12", "the phrase comes before a 12 elsewhere"
        repeated = ann.call("POST", "contacts", {"first_name": "Once"}, idempotency_key="one")
        assert repeated.status == 201 and len(contacts_of(ann)) == 18
        bob = server.call("POST", f"{API}/auth/login",
                          {"email": "bob@example.org", "password": PASSWORD})
        assert bob.status == 403, "suspended"


@pytest.mark.parametrize("file", RELEASED, ids=lambda file: file.name)
def test_archives_of_older_versions_are_restored(binary: Path, database: str, file: Path,
                                                 tmp_path: Path) -> None:
    """Archives of released versions can be restored."""
    for number, backend in enumerate(backends(database)):
        server = other_server(binary, tmp_path / str(number), backend)
        done = server.run("restore", str(file))
        assert done.returncode == 0, done.stderr
        check_released(server)


def without_pictures(archive: Path, folder: Path) -> Path:
    """An archive as schema 9 would have written it: no pictures and no references to them."""
    def table(name: str) -> Path:
        return folder / "tables" / name / "000001.jsonl"

    rewritten(archive, folder, "unused", "")
    rows = [json.loads(line) for line in table("accounts").read_text().splitlines()]
    column = rows[0].index("avatar_url:text")
    kept = [[*row[:column], *row[column + 1:]] for row in rows]
    table("accounts").write_text("".join(json.dumps(row, separators=(",", ":")) + "\n"
                                         for row in kept))
    head = json.loads((folder / "kith.json").read_text())
    gone = len(table("avatars").read_text().splitlines()) - 1
    (folder / "kith.json").write_text(json.dumps({**head, "schema": 9,
                                                  "rows": head["rows"] - gone}))
    names = ["kith.json", *(f"tables/{each.parent.name}/{each.name}"
                            for each in sorted(folder.glob("tables/*/*"))
                            if each.parent.name != "avatars")]
    order = [line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()]
    return packed(folder, sorted(names, key=order.index))


def test_archives_of_older_schemas_are_migrated(binary: Path, database: str,
                                                tmp_path: Path) -> None:
    """An archive of an older schema is migrated."""
    file = without_pictures(RELEASED[0], tmp_path / "older")
    for number, backend in enumerate(backends(database)):
        server = other_server(binary, tmp_path / str(number), backend)
        done = server.run("restore", str(file))
        assert done.returncode == 0, done.stderr
        check_released(server)
        again = server.run("restore", "--force", str(file))
        assert again.returncode == 1 and "older Kith" in again.stderr, again
