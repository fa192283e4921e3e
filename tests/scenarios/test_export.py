"""POST /users/me/export: an archive of all data of an account."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

from kith import API, PASSWORD, Account, Server, make_app_password, sign_up

NAMES = ["README.txt", "account.json", "contacts.json", "contacts.vcf", "labels.json", "trash.json",
         "history.json", "sessions.json", "app-passwords.json", "log.json"]


def ask(account: Account) -> tuple[HTTPResponse, bytes]:
    """The answer to a request for an export, with its body."""
    connection = HTTPConnection("127.0.0.1", account.server.port, timeout=30)
    token = "Bearer " + account.tokens["access_token"]
    connection.request("POST", f"{API}/users/me/export", headers={"Authorization": token})
    response = connection.getresponse()
    return response, response.read()


def export(account: Account) -> zipfile.ZipFile:
    response, body = ask(account)
    assert response.status == 200, body
    assert response.getheader("Content-Type") == "application/zip"
    assert response.getheader("Cache-Control") == "no-store"
    disposition = response.getheader("Content-Disposition") or ""
    assert disposition.startswith('attachment; filename="kith-20')
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert archive.testzip() is None
    return archive


def read(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(name))


def test_the_export_contains_all_data(server: Server) -> None:
    """The export contains all data."""
    account = sign_up(server)
    contacts = [account.create(first_name=f"Änn {n}", notes='"quoted"\nline') for n in range(3)]
    account.call("DELETE", f"contacts/{contacts[0]['id']}")
    made = make_app_password(account, "api", "P")
    archive = export(account)
    assert archive.namelist() == NAMES
    assert read(archive, "account.json")["email"] == account.email
    ids = {each["id"] for each in read(archive, "contacts.json")}
    assert ids == {each["id"] for each in contacts[1:]}
    kept = read(archive, "contacts.json")[0]
    assert kept == account.call("GET", f"contacts/{kept['id']}").json
    cards = archive.read("contacts.vcf").decode()
    assert cards.count("BEGIN:VCARD\r\n") == 2 and cards.endswith("END:VCARD\r\n")
    assert all(f"UID:{each['id']}\r\n" in cards for each in contacts[1:])
    assert [each["id"] for each in read(archive, "trash.json")] == [contacts[0]["id"]]
    assert len(read(archive, "sessions.json")) == 1
    assert [each["name"] for each in read(archive, "app-passwords.json")] == ["P"]
    assert {"signed_up", "signed_in"} <= {each["action"] for each in read(archive, "log.json")}
    everything = b"".join(archive.read(name) for name in archive.namelist())
    secrets = (PASSWORD, made["password"], account.tokens["access_token"],
               account.tokens["refresh_token"], "$argon2")
    for secret in secrets:
        assert secret.encode() not in everything
    assert read(export(account), "log.json")[0]["action"] == "exported"


def test_the_export_contains_the_history(server: Server) -> None:
    account = sign_up(server)
    me = account.call("GET", "users/me").json["id"]
    ann = account.create(first_name="Ann", notes="old")
    account.call("PATCH", f"contacts/{ann['id']}", {"notes": 'new "quoted"'})
    account.call("DELETE", f"contacts/{ann['id']}")
    many = [{"op": "create", "contact": {"first_name": f"N{i}"}} for i in range(700)]
    account.call("POST", "contacts/batch", {"operations": many})
    history = read(export(account), "history.json")
    assert [each["revision"] for each in history] == list(range(1, 704))
    assert [each["kind"] for each in history[:4]] == ["created", "changed", "deleted", "created"]
    assert [each["before"] for each in history[:3]] == [{}, {"notes": "old"}, {}]
    assert {each["actor"] for each in history} == {me}
    assert {each["contact_id"] for each in history[:3]} == {ann["id"]}


def test_an_empty_account_has_empty_lists(server: Server) -> None:
    archive = export(sign_up(server))
    assert read(archive, "contacts.json") == [] and read(archive, "trash.json") == []


def test_the_export_contains_more_than_one_page(server: Server) -> None:
    """The export contains more than one page of contacts."""
    account = sign_up(server)
    operations = [{"op": "create", "contact": {"first_name": f"N{n}"}} for n in range(700)]
    assert account.call("POST", "contacts/batch", {"operations": operations}).status == 200
    names = {each["first_name"] for each in read(export(account), "contacts.json")}
    assert names == {f"N{n}" for n in range(700)}


def test_the_export_requires_a_session(server: Server, account: Account) -> None:
    """The export requires a session."""
    assert account.call("POST", "users/me/export", authorization=None).status == 401
    made = make_app_password(account, "api", "P")
    bearer = "Bearer " + made["password"]
    assert account.call("POST", "users/me/export", authorization=bearer).status == 403


def test_exports_of_one_account_do_not_block_others(binary: Path, tmp_path: Path) -> None:
    """Five concurrent exports of a large account do not block the export of another account."""
    with Server(binary, tmp_path, KITH_RATE_LIMITS="off") as server:
        account, other = sign_up(server), sign_up(server)
        create = {"op": "create", "contact": {"first_name": "N", "notes": "long " * 400}}
        for _ in range(5):
            batch = account.call("POST", "contacts/batch", {"operations": [create] * 1000})
            assert batch.status == 200
        with ThreadPoolExecutor(6) as pool:
            own = [pool.submit(ask, account) for _ in range(5)]
            export(other)
            answers = [each.result() for each in own]
        assert {answer[0].status for answer in answers} == {200}


def test_exports_are_rate_limited(binary: Path, tmp_path: Path) -> None:
    """Exports are rate limited."""
    with Server(binary, tmp_path, KITH_RATE_LIMITS="export=1/h") as server:
        account = sign_up(server)
        export(account)
        assert account.call("POST", "users/me/export").status == 429
