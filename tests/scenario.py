"""HTTP tests as tables: a request, and the required and forbidden contents of its response."""

from dataclasses import dataclass, field
from typing import Any, Callable

import pytest

from contract import check_contract
from kith import PASSWORD, Account, Reply


@dataclass
class Scenario:
    """One row of a table. Fragments are searched in the status line, headers and body together. In
    the path, `{id}` is a contact of the account and `{other}` is another account's contact."""

    name: str
    method: str
    path: str
    status: int
    body: Any = None
    headers: dict[str, str | None] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    errors: tuple[str, ...] | None = None  # all fields with an error


def shown(reply: Reply) -> str:
    """A reply as one text."""
    lines = [str(reply.status), *(f"{name}: {value}" for name, value in reply.headers.items())]
    return "\n".join([*lines, "", reply.text])


def table(*rows: Scenario) -> Callable[..., Any]:
    """Runs a test once for each row, as its parameter `row`."""
    return pytest.mark.parametrize("row", rows, ids=[row.name for row in rows])


def play(row: Scenario, account: Account, ids: dict[str, str] | None = None) -> Reply:
    """Sends the row's request and checks the response against the row."""
    path = row.path
    for name, value in (ids or {}).items():
        path = path.replace("{" + name + "}", value)
    reply = account.call(row.method, path, row.body, **row.headers)
    text = shown(reply)
    assert reply.status == row.status, text
    for fragment in row.holds:
        assert fragment in text, f"{fragment!r} is missing from:\n{text}"
    for fragment in row.lacks:
        assert fragment not in text, f"{fragment!r} must not be in:\n{text}"
    if row.errors is not None:
        assert sorted(reply.errors()) == sorted(row.errors), text
    check_every_answer(reply)
    check_contract(row.method, path, reply)
    return reply


def check_every_answer(reply: Reply) -> None:
    """Checks the properties of every API response."""
    assert len(reply.headers["x-request-id"]) == 36
    assert reply.headers["server-timing"].startswith("app;dur=")
    is_document = '"openapi":' in reply.text  # its examples contain a password
    for secret in ("$argon2",) if is_document else ("$argon2", PASSWORD):
        assert secret not in reply.text, secret
    if reply.status < 400:
        return
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json
    assert set(problem) >= {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == reply.status
    assert problem["instance"] == "urn:uuid:" + reply.headers["x-request-id"]
    for leak in ("select ", "sqlite", "SQLITE", "constraint", "std::", ".cpp"):
        assert leak not in reply.text, reply.text
