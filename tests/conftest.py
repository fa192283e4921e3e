"""Fixtures that all tests of the running binary share."""

import os
import sys
from pathlib import Path
from typing import Callable, Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from databases import Cluster, Postgres  # noqa: E402
from kith import Account, Server, sign_up  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgres"], default="sqlite",
                     help="what the servers keep their data in")


def pytest_configure(config: pytest.Config) -> None:
    for name in ("sqlite", "postgres"):
        config.addinivalue_line("markers", f"{name}_only: about this database alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the tests of the other database."""
    other = {"sqlite": "postgres_only", "postgres": "sqlite_only"}[config.getoption("--database")]
    left_away = [item for item in items if item.get_closest_marker(other)]
    items[:] = [item for item in items if not item.get_closest_marker(other)]
    config.hook.pytest_deselected(items=left_away)


@pytest.fixture(scope="session", autouse=True)
def database(request: pytest.FixtureRequest,
             record_testsuite_property: Callable[[str, str], None]) -> Iterator[str]:
    """The name of the database that all servers use. It is a property of the report."""
    name: str = request.config.getoption("--database")
    record_testsuite_property("database", name)
    if name == "sqlite":
        yield name
        return
    with Cluster() as cluster:
        Server.backend = Postgres(cluster)
        yield name


@pytest.fixture(scope="session")
def binary() -> Path:
    """The server to test: KITH_BINARY, or the release build."""
    default = Path(__file__).parents[1] / "build" / "release" / "kith"
    return Path(os.environ.get("KITH_BINARY", default))


@pytest.fixture(scope="module")
def server(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server shared by the tests of one file. Tests must not interfere with each other."""
    with Server(binary, tmp_path_factory.mktemp("kith")) as running:
        yield running
        assert running.is_alive(), running.diagnostics()


@pytest.fixture
def account(server: Server) -> Account:
    """A new account without contacts."""
    return sign_up(server)
