"""What every test of the running binary shares."""

import os
import sys
from pathlib import Path
from typing import Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from kith import Account, Server, sign_up  # noqa: E402


@pytest.fixture(scope="session")
def binary() -> Path:
    """The server to test: KITH_BINARY, or the release build."""
    default = Path(__file__).parents[1] / "build" / "release" / "kith"
    return Path(os.environ.get("KITH_BINARY", default))


@pytest.fixture(scope="module")
def server(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the tests of one file. What they share, they may not disturb."""
    with Server(binary, tmp_path_factory.mktemp("kith")) as running:
        yield running
        assert running.is_alive(), running.diagnostics()


@pytest.fixture
def account(server: Server) -> Account:
    """An account of its own with no contacts."""
    return sign_up(server)
