"""Cards for tests of the full form."""

import os
from pathlib import Path

from kith import Account, Reply

VCARD = {"content_type": "text/vcard"}


def vcard(*lines: str, version: str = "3.0") -> bytes:
    """The bytes of a card."""
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def corpus() -> list[Path]:
    """Cards that real programs wrote, from the folder KITH_VCARD_CORPUS. They are not in the
    repository: none if the folder does not exist."""
    folder = Path(os.environ.get("KITH_VCARD_CORPUS",
                                 Path(__file__).parents[2] / "shared" / "vcards"))
    return sorted(folder.glob("*.vcf"))


def full(account: Account, contact: str, **headers: str | None) -> Reply:
    """The full form of a contact."""
    reply = account.call("GET", f"contacts/{contact}?view=full", **headers)
    assert reply.status == 200, reply
    return reply
