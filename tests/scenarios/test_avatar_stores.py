"""Pictures in external stores, and failures of these stores."""

import time
from pathlib import Path
from typing import Callable, Iterator

import pytest

from kith import API, PASSWORD, Account, Reply, Server, sign_up
from pictures import BLUE, GREEN, png, webp_size
from scenario import check_every_answer
from stores import SECRET, StandIn
from test_avatars import SMALL, fetch, put

ANSWER_SECONDS_MAX = 14  # of a hanging service: limits::blob_timeout plus a margin
Url = Callable[[StandIn], str]


@pytest.fixture
def store() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture(params=[StandIn.s3_url, StandIn.cloudinary_url], ids=["s3", "cloudinary"])
def stored(request: pytest.FixtureRequest, store: StandIn, binary: Path,
           tmp_path: Path) -> Iterator[Server]:
    """A server that keeps its pictures in `store`."""
    url: Url = request.param
    with Server(binary, tmp_path, KITH_BLOB_URL=url(store)) as server:
        yield server
    for text in (server.output(), server.diagnostics()):
        assert SECRET not in text and "X-Amz-Signature" not in text


def name_in(url: str) -> str:
    return url.rsplit("/", 1)[1]


def send(account: Account, picture: bytes = SMALL) -> Reply:
    return account.call("PUT", "users/me/avatar", picture,
                        content_type="application/octet-stream")


def test_a_picture_is_stored_shown_replaced_and_removed(stored: Server, store: StandIn) -> None:
    account = sign_up(stored)
    first = put(account, png(8, 8, GREEN))
    assert list(store.blobs) == [name_in(first)]
    second = put(account, png(8, 8, BLUE))
    assert list(store.blobs) == [name_in(second)], "the old picture was deleted"
    assert webp_size(store.blobs[name_in(second)]) == (250, 250)
    assert account.call("DELETE", "users/me/avatar").status == 204
    assert store.blobs == {}


def test_requests_are_redirected_to_the_store(stored: Server, store: StandIn) -> None:
    """A request for a picture is redirected to the store."""
    url = put(sign_up(stored), SMALL)
    status, headers, body = fetch(stored, "/avatars/" + name_in(url))
    assert (status, body) == (302, b"")
    assert headers["cache-control"] == "public, max-age=1800"
    for address in (headers["location"], url if url.startswith("http") else headers["location"]):
        assert fetch(stored, address)[::2] == (200, store.blobs[name_in(url)])


def test_deleting_an_account_deletes_its_picture(stored: Server, store: StandIn) -> None:
    """Deleting an account deletes its picture."""
    account = sign_up(stored)
    put(account, SMALL)
    assert account.call("DELETE", "users/me", {"password": PASSWORD}).status == 204
    assert stored.run("jobs", "purge_avatars").returncode == 0
    assert store.blobs == {}


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_refused_upload_changes_nothing(stored: Server, store: StandIn, status: int) -> None:
    """An upload that the store refuses changes nothing."""
    account = sign_up(stored)
    before = put(account, SMALL)
    store.fail_with = status
    reply = send(account, png(8, 8, BLUE))
    check_every_answer(reply)
    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert account.call("GET", "users/me").json["avatar_url"] == before
    store.fail_with = 0
    assert list(store.blobs) == [name_in(before)]


def test_a_failed_removal_is_repeated_by_the_job(stored: Server, store: StandIn) -> None:
    """A failed deletion of a picture is repeated by the job."""
    account = sign_up(stored)
    put(account, SMALL)
    store.fail_with = 500
    assert account.call("DELETE", "users/me/avatar").status == 204
    assert len(store.blobs) == 1
    assert stored.run("jobs", "purge_avatars").returncode == 1
    store.fail_with = 0
    assert stored.run("jobs", "purge_avatars").returncode == 0
    assert store.blobs == {}


def test_a_hanging_store_delays_no_other_request(store: StandIn, binary: Path,
                                                 tmp_path: Path) -> None:
    """A hanging store delays no other request."""
    with Server(binary, tmp_path, KITH_BLOB_URL=store.s3_url()) as server:
        account = sign_up(server)
        before = put(account, SMALL)
        store.hang_seconds = 30
        begin = time.monotonic()
        reply = send(account)
        assert (reply.status, reply.headers["retry-after"]) == (503, "5")
        assert time.monotonic() - begin < ANSWER_SECONDS_MAX
        assert account.call("GET", "users/me").json["avatar_url"] == before
        assert fetch(server, before)[0] == 302, "reading is not delayed"


def test_an_unreachable_store_is_503(binary: Path, tmp_path: Path) -> None:
    """An unreachable store is answered with 503."""
    url = "s3://AK:hidden@127.0.0.1:1/pictures?tls=off"
    with Server(binary, tmp_path, KITH_BLOB_URL=url) as server:
        account = sign_up(server)
        reply = send(account)
        assert (reply.status, reply.headers["retry-after"]) == (503, "5")
        assert account.call("GET", "users/me").json["avatar_url"].startswith("/avatars/initials/")
        assert "hidden" not in server.run("config").stdout + server.diagnostics()


def test_an_invalid_url_ends_the_start_and_is_not_shown(binary: Path, tmp_path: Path) -> None:
    """An invalid URL ends the start, and the error does not show it."""
    server = Server(binary, tmp_path, KITH_BLOB_URL="s3://AK:hidden@host")
    ran = server.run("serve")
    assert ran.returncode == 2
    assert "KITH_BLOB_URL must be file:FOLDER" in ran.stderr and "hidden" not in ran.stderr


def test_the_picture_folder_can_be_set(binary: Path, tmp_path: Path) -> None:
    """KITH_BLOB_URL=file:FOLDER selects the folder."""
    folder = tmp_path / "pictures of people"
    with Server(binary, tmp_path, KITH_BLOB_URL=f"file:{folder}") as server:
        url = put(sign_up(server), SMALL)
        assert [each.name for each in folder.iterdir()] == [name_in(url)]


def test_an_upload_without_the_folder_changes_nothing(binary: Path, tmp_path: Path) -> None:
    """An upload fails and changes nothing while the folder is missing."""
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        blobs = tmp_path / "data" / "blobs"
        blobs.rename(tmp_path / "away")
        reply = send(account)
        check_every_answer(reply)
        assert reply.status == 503
        assert account.call("GET", "users/me").json["avatar_url"].startswith("/avatars/initials/")
        (tmp_path / "away").rename(blobs)
        assert send(account).status == 200
        assert server.call("GET", f"{API}/users/me").status == 401
