"""Helpers of the mail tests: an event that sends a mail, and direct access to the outbox."""

import email
import email.policy
import os
import re
import time
from email.message import EmailMessage
from typing import Any

from kith import PASSWORD, Account, Server, sign_up

BODY_WORDS = ("your other sessions have ended", "<p ")  # of the mail about a changed password


def change_password(account: Account, old: str = PASSWORD, new: str = PASSWORD) -> None:
    """Changes the password, which notifies the owner by mail."""
    body = {"current_password": old, "new_password": new}
    assert account.call("PUT", "users/me/password", body).status == 204


def alter(server: Server, statement: str) -> None:
    """Changes the outbox directly in the database, as if time had passed."""
    server.sql(statement)


def make_due(server: Server) -> None:
    alter(server, "update mail_outbox set next_try_at = 1 where next_try_at is not null")


def multiply(server: Server, count: int) -> None:
    """Adds copies of the queued mail to the outbox."""
    for _ in range(count):
        server.sql("insert into mail_outbox select ?, account_id, recipient, "
                   "subject, text_part, html_part, created_at, give_up_at, next_try_at, 0, 0, "
                   "null, null, null from mail_outbox where next_try_at is not null limit 1",
                   os.urandom(16))


def administrator(server: Server) -> Account:
    account = sign_up(server)
    assert server.run("user", "role", account.email, "admin").returncode == 0
    wait_until(lambda: account.call("GET", "admin/mail").status == 200)
    return account


def wait_until(true: Any, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "the condition did not become true in time"
        time.sleep(0.05)


def mails(admin: Account) -> list[dict[str, Any]]:
    return admin.items("admin/mail?limit=500")


def wait_for_error(admin: Account) -> dict[str, Any]:
    """Waits until an attempt to send the newest mail has failed, and returns the mail."""
    wait_until(lambda: mails(admin) and mails(admin)[0]["error"])
    return mails(admin)[0]


class Postbox:
    """The .eml files of a server without a mail server."""

    def __init__(self, server: Server) -> None:
        self.folder = server.folder / "data" / "outbox"

    def mails(self, to: str) -> list[EmailMessage]:
        found = []
        for path in sorted(self.folder.glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if message["To"] == to:
                found.append(message)
        return found

    def wait(self, to: str, count: int = 1) -> EmailMessage:
        """Waits until the given number of mails exists and returns the newest."""
        wait_until(lambda: len(self.mails(to)) >= count)
        return self.mails(to)[-1]

    def token(self, to: str, count: int = 1) -> str:
        """The token at the end of the link in the newest mail."""
        text = self.wait(to, count).get_body(("plain",)).get_content()
        link = r"^https?://\S+/auth/(?:verify|reset)/([\w-]{43})\r?$"
        found = re.search(link, text, re.MULTILINE)
        assert found, text
        return found[1]
