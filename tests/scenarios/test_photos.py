"""Photos of contacts: uploads, thumbnails, links, and what they leave behind."""

import base64
import hashlib
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kith import API, PASSWORD, Account, Reply, Server, make_app_password, sign_up
from pictures import (BLUE, GREEN, RED, converted, gif, halves, is_near, jpeg_size, noise, pixel_at,
                      png, png_bomb, webp_size, with_exif)
from scenario import Scenario, check_every_answer, play, table
from stores import StandIn
from test_avatars import BINARY, BYTES_MAX, FORM, SVG, blobs, fetch, multipart

SMALL = png(8, 8)
PATH = "contacts/{id}/photo"
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 64


def put(account: Account, contact: dict[str, Any], picture: bytes = SMALL,
        **headers: str) -> Reply:
    """Sets the photo of a contact."""
    reply = account.call("PUT", f"contacts/{contact['id']}/photo", picture, **{**BINARY, **headers})
    assert reply.status == 200, reply
    check_every_answer(reply)
    return reply


def get(account: Account, contact: dict[str, Any], size: str = "full",
        **headers: str) -> tuple[int, dict[str, str], bytes]:
    return fetch(account.server, f"{API}/contacts/{contact['id']}/photo?size={size}",
                 Authorization="Bearer " + account.tokens["access_token"], **headers)


def card_of(account: Account, contact: dict[str, Any]) -> bytes:
    """The stored card, with its parts in place; empty: it is implicit."""
    server, key = account.server, bytes.fromhex(contact["id"].replace("-", ""))
    rows = server.sql("select content, parts from cards where id = ?", key)
    if not rows:
        return b""
    content, index = bytes(rows[0][0]), bytes(rows[0][1] or b"")
    if not index:
        return content
    at = int.from_bytes(index[:8], "big")
    found = server.sql("select content from card_parts where contact_id = ?", key)
    assert len(index) == 48 and len(found) == 1, "a card with one photo"
    return content[:at] + b"(part)" + content[at:]


def keep_card(account: Account, contact: dict[str, Any], photo: str, image: bytes = b"") -> None:
    """Stores a card with a line for its photo, as a client that synchronizes would."""
    server, key = account.server, bytes.fromhex(contact["id"].replace("-", ""))
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:;Ann;;;\r\nFN:Ann\r\n{photo}\r\nEND:VCARD\r\n"
    owner = server.sql("select account_id from contacts where id = ?", key)[0][0]
    server.sql("insert into cards (account_id, id, content, version) values (?, ?, ?, 1)",
               bytes(owner), key, card.encode())
    photo_hash = hashlib.sha256(image).digest() if image else None
    server.sql("update contacts set has_card = 1, photo_hash = ? where id = ?", photo_hash, key)


def inline(image: bytes, kind: str) -> str:
    return f"PHOTO;ENCODING=b;TYPE={kind}:" + base64.b64encode(image).decode()


REFUSED = [
    Scenario("rejects a text", "PUT", PATH, 415, b"just words", BINARY,
             ("PNG, JPEG, WebP or GIF",)),
    Scenario("rejects an empty body", "PUT", PATH, 415, b"", BINARY),
    Scenario("rejects SVG", "PUT", PATH, 415, SVG, BINARY, ("this is SVG",), ("alert",)),
    Scenario("rejects HEIC", "PUT", PATH, 415, HEIC, BINARY, ("HEIC", "Save the picture as JPEG")),
    Scenario("rejects a bomb", "PUT", PATH, 422, png_bomb(50_000, 50_000), BINARY,
             ("picture-too-large",)),
    Scenario("rejects more than 5 MiB", "PUT", PATH, 413, SMALL + b"\0" * BYTES_MAX, BINARY),
    Scenario("rejects half a PNG", "PUT", PATH, 422, SMALL[:-20], BINARY, ("picture-damaged",)),
    Scenario("rejects half a JPEG", "PUT", PATH, 422, converted(halves(RED, BLUE), ".jpg")[:-150],
             BINARY, ("picture-damaged",)),
    Scenario("rejects a form without a file", "PUT", PATH, 400, b"--kith--\r\n", FORM),
    Scenario("rejects a wrong revision", "PUT", PATH, 412, SMALL,
             {**BINARY, "if_match": '"999-s"'}, ('"current":',)),
    Scenario("rejects an unknown size", "GET", PATH + "?size=97", 422, errors=("size",)),
    Scenario("rejects a long key", "GET", PATH + "?key=" + "a" * 256, 422, errors=("key",)),
    Scenario("has no photo", "GET", PATH, 404, holds=("The contact has no photo.",)),
    Scenario("hides another account's contact", "GET", "contacts/{other}/photo", 404,
             holds=("The contact does not exist.",)),
    Scenario("does not change another account's contact", "PUT", "contacts/{other}/photo", 404,
             SMALL, BINARY),
    Scenario("does not delete another account's photo", "DELETE", "contacts/{other}/photo", 404),
    Scenario("has no POST", "POST", PATH, 405, SMALL, BINARY),
]


@table(*REFUSED)
def test_refused(row: Scenario, account: Account, other: Account) -> None:
    """A refused request changes nothing."""
    contact, theirs = account.create(), other.create()
    play(row, account, {"id": contact["id"], "other": theirs["id"]})
    assert account.call("GET", f"contacts/{contact['id']}").etag == contact["etag"]
    assert card_of(account, contact) == b""


@pytest.fixture
def other(server: Server) -> Account:
    return sign_up(server, "Other")


def test_a_photo_is_stored_in_the_card(account: Account) -> None:
    """The card becomes explicit, and the photo is one of its lines."""
    contact = account.create(first_name="Ann", notes="Kept")
    reply = put(account, contact, png(30, 20, BLUE))
    saved = reply.json
    assert (saved["width"], saved["height"]) == (30, 20)
    assert reply.etag == f'"{saved["revision"]}-s"' != contact["etag"]
    card = card_of(account, contact)
    assert re.search(rb"\r\nNOTE:Kept\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/", card), card
    status, headers, jpeg = get(account, contact)
    assert status == 200 and headers["content-type"] == "image/jpeg"
    assert jpeg_size(jpeg) == (30, 20) and is_near(pixel_at(jpeg, 15, 10), BLUE)
    after = account.call("GET", f"contacts/{contact['id']}")
    assert after.etag == reply.etag
    assert (after.json["first_name"], after.json["notes"]) == ("Ann", "Kept")


def test_a_photo_is_upright_small_and_without_metadata(account: Account) -> None:
    contact = account.create()
    camera = with_exif(converted(png(2000, 1000, GREEN), ".jpg"), 6, b"taken at home")
    saved = put(account, contact, camera).json
    assert (saved["width"], saved["height"]) == (360, 720)
    jpeg = get(account, contact)[2]
    assert jpeg_size(jpeg) == (360, 720)
    assert b"Exif" not in jpeg and b"taken at home" not in jpeg


def test_transparent_pictures_are_laid_on_white(account: Account) -> None:
    contact = account.create()
    picture = gif(BLUE).replace(b"\x04\x04\x0a\0\0", b"\x04\x05\x0a\0\0")
    reply = account.call("PUT", f"contacts/{contact['id']}/photo", multipart(picture), **FORM)
    assert reply.status == 200, reply
    assert is_near(pixel_at(get(account, contact)[2], 4, 4), (255, 255, 255))


def test_a_photo_has_at_most_250_kib(account: Account) -> None:
    """The quality is lowered until the photo is small enough."""
    contact = account.create()
    put(account, contact, noise(720))
    jpeg = get(account, contact)[2]
    assert 100 * 1024 < len(jpeg) <= 250 * 1024
    assert b"(part)" in card_of(account, contact), "large values are stored apart"


def test_the_same_photo_again_changes_nothing(account: Account) -> None:
    contact = account.create()
    first, second = put(account, contact), put(account, contact)
    assert first.json["revision"] == second.json["revision"]


def test_conditions_hold(account: Account) -> None:
    contact = account.create()
    first = put(account, contact, SMALL, if_match=contact["etag"])
    path = f"contacts/{contact['id']}/photo"
    late = account.call("PUT", path, png(9, 9), **BINARY, if_match=contact["etag"])
    assert late.status == 412 and late.json["revision"] == first.json["revision"]
    assert account.call("DELETE", path, if_match=contact["etag"]).status == 412
    assert account.call("DELETE", path, if_match=first.etag).status == 204


def test_a_repeated_request_takes_effect_once(account: Account) -> None:
    contact = account.create()
    key = {"idempotency_key": "photo-1", "if_match": contact["etag"]}
    first, again = (put(account, contact, SMALL, **key) for _ in range(2))
    assert first.json == again.json and again.headers["idempotency-replayed"] == "true"


def test_a_photo_can_be_deleted_and_undone(account: Account) -> None:
    """History has one entry for each change; undo restores card and photo."""
    contact = account.create()
    path = f"contacts/{contact['id']}/photo"
    put(account, contact, png(8, 8, GREEN))
    with_photo = card_of(account, contact)
    assert account.call("DELETE", path).status == 204
    assert get(account, contact)[0] == 404
    assert b"PHOTO" not in card_of(account, contact)
    before = account.call("GET", f"contacts/{contact['id']}").etag
    assert account.call("DELETE", path).status == 204, "there is none"
    assert account.call("GET", f"contacts/{contact['id']}").etag == before
    kinds = [each["kind"] for each in account.items(f"contacts/{contact['id']}/history")]
    assert kinds == ["changed", "changed", "created"]
    assert account.call("POST", "contacts/undo", {}).status == 200
    assert card_of(account, contact) == with_photo
    assert is_near(pixel_at(get(account, contact)[2], 4, 4), GREEN)
    assert is_near(pixel_at(get(account, contact, "96")[2], 48, 48), GREEN)


def test_undoing_the_first_photo_makes_the_card_implicit_again(account: Account) -> None:
    contact = account.create()
    put(account, contact)
    assert account.call("POST", "contacts/undo", {}).status == 200
    assert card_of(account, contact) == b""
    assert get(account, contact)[0] == 404


def test_thumbnails_are_squares_and_cached(account: Account) -> None:
    contact = account.create()
    put(account, contact, converted(png(400, 300, RED), ".jpg"))
    for size in ("96", "250"):
        tags = set()
        for _ in range(2):
            status, headers, webp = get(account, contact, size)
            assert status == 200 and headers["content-type"] == "image/webp"
            assert webp_size(webp) == (int(size), int(size))
            assert is_near(pixel_at(webp, 40, 40), RED)
            assert headers["cache-control"] == "private, no-cache"
            assert headers["content-security-policy"] == "default-src 'none'"
            assert headers["x-content-type-options"] == "nosniff"
            tags.add(headers["etag"])
        assert len(tags) == 1
        status, unchanged, body = get(account, contact, size, If_None_Match=tags.pop())
        assert (status, body) == (304, b"") and "etag" in unchanged
    made = account.server.sql("select edge, is_made, state from photo_thumbnails t join contacts c "
                              "on c.photo_hash = t.photo_hash and c.account_id = t.account_id "
                              "where c.id = ? order by edge",
                              bytes.fromhex(contact["id"].replace("-", "")))
    assert [tuple(each) for each in made] == [(96, 1, "ready"), (250, 1, "ready")]
    full = get(account, contact)[1]["etag"]
    assert get(account, contact, "full", If_None_Match=full)[0] == 304


def test_the_image_of_a_card_is_shown_as_it_is(account: Account) -> None:
    """The server converts no image that a client stored in a card."""
    for image, kind, shown in ((png(12, 7, BLUE), "PNG", "image/png"),
                               (gif(RED, GREEN), "GIF", "image/gif"),
                               (converted(png(9, 9), ".webp"), "WEBP", "image/webp"),
                               (HEIC, "HEIC", "image/heic")):
        contact = account.create()
        keep_card(account, contact, inline(image, kind), image)
        status, headers, body = get(account, contact)
        assert (status, headers["content-type"], body) == (200, shown, image)


@pytest.mark.parametrize("image", [HEIC, SMALL[:-20], png_bomb(50_000, 50_000),
                                   b"BM" + b"\0" * 100, SMALL + b"\0" * BYTES_MAX],
                         ids=["heic", "damaged", "bomb", "bmp", "large"])
def test_a_photo_that_cannot_be_decoded_has_no_thumbnail(account: Account, image: bytes) -> None:
    """It is tried once only."""
    contact = account.create()
    keep_card(account, contact, inline(image, "PNG"), image)
    for _ in range(2):
        reply = account.call("GET", f"contacts/{contact['id']}/photo?size=96")
        check_every_answer(reply)
        assert reply.status == 404 and "no-thumbnail" in reply.text
    owner = account.server.sql("select account_id from contacts where id = ?",
                               bytes.fromhex(contact["id"].replace("-", "")))[0][0]
    rows = account.server.sql("select is_made, state from photo_thumbnails where account_id = ?",
                              bytes(owner))
    assert [tuple(row) for row in rows] == [(0, "ready")]


def test_an_address_is_never_loaded(account: Account) -> None:
    """The card has only the address of a photo."""
    with StandIn() as elsewhere:
        address = f"http://{elsewhere.address}/photo.png"
        contact = account.create()
        keep_card(account, contact, f"PHOTO;VALUE=uri:{address}")
        for size in ("96", "full"):
            reply = account.call("GET", f"contacts/{contact['id']}/photo?size={size}")
            check_every_answer(reply)
            assert reply.status == 404 and "photo-elsewhere" in reply.json["type"]
            assert reply.json["address"] == address
        assert elsewhere.requests == []
    put(account, contact)
    assert b"VALUE=uri" not in card_of(account, contact), "the upload replaces it"


def link_of(account: Account, contact: dict[str, Any], picture: bytes = SMALL) -> str:
    return str(put(account, contact, picture).json["url"])


def test_a_link_needs_no_token(account: Account) -> None:
    contact = account.create()
    url = link_of(account, contact)
    assert url.startswith(f"{API}/contacts/{contact['id']}/photo?key=")
    for target in (url, url + "&size=96", url + "&size=250"):
        status, headers, _ = fetch(account.server, target)
        assert status == 200, target
        found = re.fullmatch(r"private, max-age=(\d+), immutable", headers["cache-control"])
        assert found and 30 * 60 - 5 <= int(found[1]) <= 60 * 60
        assert fetch(account.server, target, If_None_Match=headers["etag"])[0] == 304
    assert link_of(account, contact) == url, "browsers find it in their cache"


def test_a_link_is_good_for_one_photo_alone(account: Account) -> None:
    first, second = account.create(), account.create()
    url, other = link_of(account, first), link_of(account, second)
    key = url.split("key=")[1]
    for target in (other.split("key=")[0] + "key=" + key, url[:-2] + "AA", url + "A",
                   url.replace("/photo?", "?"), url.replace("/photo?", "/history?"),
                   url.split("?")[0] + "?key=", url.split("?")[0]):
        status, headers, _ = fetch(account.server, target)
        assert status == 401, target
        assert headers["www-authenticate"].startswith("Bearer")
    reply = account.server.call("PUT", url, SMALL, **BINARY)
    assert reply.status == 401, "it only reads"
    assert account.server.call("DELETE", url).status == 401
    put(account, first, png(9, 9, BLUE))
    assert fetch(account.server, url)[0] == 404, "it shows no other photo"


def test_an_expired_link_is_refused(binary: Path, tmp_path: Path) -> None:
    """A key of another server is as wrong as an expired one; the key before stays valid."""
    keys = {"KITH_SECRET_KEY": "a" * 43}
    with Server(binary, tmp_path, **keys) as server:
        account = sign_up(server)
        contact = account.create()
        url = link_of(account, contact)
        assert fetch(server, url)[0] == 200
    server.settings.update({"KITH_SECRET_KEY": "b" * 43, "KITH_SECRET_KEY_PREVIOUS": "a" * 43})
    with server:
        assert fetch(server, url)[0] == 200
    server.settings["KITH_SECRET_KEY_PREVIOUS"] = "c" * 43
    with server:
        status, _, body = fetch(server, url)
        assert status == 401 and b"Load the contact again" in body


def test_a_link_of_a_deleted_contact_is_404(account: Account) -> None:
    contact = account.create()
    url = link_of(account, contact)
    assert account.call("DELETE", f"contacts/{contact['id']}").status == 204
    assert fetch(account.server, url)[0] == 404


def test_permissions(server: Server, account: Account) -> None:
    """A read-only app password reads photos and changes none."""
    contact = account.create()
    put(account, contact)
    path = f"{API}/contacts/{contact['id']}/photo"
    assert server.call("GET", path).status == 401
    for scope, statuses in {"api:read": (200, 403, 403), "api": (200, 200, 204),
                            "dav": (403, 403, 403)}.items():
        token = {"authorization": "Bearer " + make_app_password(account, scope)["password"]}
        assert fetch(server, path + "?size=96", Authorization=token["authorization"])[0] == (
            statuses[0])
        assert server.call("PUT", path, SMALL, **BINARY, **token).status == statuses[1]
        assert server.call("DELETE", path, **token).status == statuses[2]
        put(account, contact)


def test_the_role_policy_applies(binary: Path, tmp_path: Path) -> None:
    """With graded roles, users set no photos."""
    with Server(binary, tmp_path, KITH_ROLE_POLICY="graded") as server:
        account = sign_up(server)
        contact = account.create()
        path = f"contacts/{contact['id']}/photo"
        assert account.call("PUT", path, SMALL, **BINARY).status == 403
        assert account.call("DELETE", path).status == 403
        assert account.call("GET", path).status == 404


def test_rates_are_limited(binary: Path, tmp_path: Path) -> None:
    """Uploads count, and thumbnails that are made; those that are kept do not."""
    with Server(binary, tmp_path, KITH_RATE_LIMITS="photo=2/h,thumbnail=1/h") as server:
        account = sign_up(server)
        contact = account.create()
        put(account, contact)
        for _ in range(3):
            assert get(account, contact, "96")[0] == 200
        assert get(account, contact, "250")[0] == 429
        put(account, contact, png(9, 9))
        reply = account.call("PUT", f"contacts/{contact['id']}/photo", SMALL, **BINARY)
        assert reply.status == 429 and int(reply.headers["retry-after"]) > 60
        assert get(account, contact, "96")[0] == 429
        assert get(account, contact)[0] == 200


def test_unused_thumbnails_are_removed(binary: Path, tmp_path: Path) -> None:
    """A thumbnail goes with the last contact that has the photo."""
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        first, second = account.create(), account.create()
        for contact in (first, second):
            put(account, contact)
            assert get(account, contact, "96")[0] == 200
        assert len(blobs(tmp_path)) == 1, "both contacts have the same photo"
        put(account, first, png(9, 9, BLUE))
        assert len(blobs(tmp_path)) == 1
        assert account.call("DELETE", f"contacts/{second['id']}/photo").status == 204
        assert blobs(tmp_path) == []
        assert server.sql("select count(*) from photo_thumbnails") == [(0,)]


def sweep(server: Server) -> None:
    """Runs the job as if all its parts were due: thumbnails get names of its present part."""
    seconds = int(time.time()) % 86_400
    prefix = f"{seconds * 65_536 // 86_400:04x}"
    for (name,) in server.sql("select name from photo_thumbnails where state = 'ready'"):
        blob = server.data_dir / "blobs" / f"{name}.webp"
        blob.rename(blob.with_name(f"{prefix}{name[4:]}.webp"))
        server.sql("update photo_thumbnails set name = ? where name = ?", prefix + name[4:], name)
    ran = server.run("jobs", "purge_thumbnails")
    assert ran.stdout == "purge_thumbnails: done\n", ran


def test_the_job_removes_thumbnails_of_erased_contacts(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        contact, kept = account.create(), account.create()
        put(account, contact)
        put(account, kept, png(9, 9))
        for each in (contact, kept):
            assert get(account, each, "96")[0] == 200
        assert account.call("DELETE", f"contacts/{contact['id']}").status == 204
        sweep(server)
        assert len(blobs(tmp_path)) == 2, "the trash keeps its photos"
        assert account.call("DELETE", f"contacts/trash/{contact['id']}").status == 204
        sweep(server)
        assert len(blobs(tmp_path)) == 1
        assert get(account, kept, "96")[0] == 200


def test_deleting_an_account_deletes_its_thumbnails(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        contact = account.create()
        put(account, contact)
        assert get(account, contact, "250")[0] == 200
        assert account.call("DELETE", "users/me", {"password": PASSWORD}).status == 204
        assert server.run("jobs", "purge_thumbnails").returncode == 0
        assert blobs(tmp_path) == []
        assert server.sql("select count(*) from photo_thumbnails") == [(0,)]


def test_a_lost_thumbnail_is_made_again(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        contact = account.create()
        put(account, contact)
        assert get(account, contact, "96")[0] == 200
        (tmp_path / "data" / "blobs" / blobs(tmp_path)[0]).unlink()
        for _ in range(2):
            assert get(account, contact, "96")[0] == 200
        assert len(blobs(tmp_path)) == 1


def test_a_photo_is_shown_while_nothing_can_be_stored(binary: Path, tmp_path: Path) -> None:
    """Thumbnails that cannot be stored are made each time."""
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        contact = account.create()
        put(account, contact)
        (tmp_path / "data" / "blobs").rename(tmp_path / "away")
        for _ in range(2):
            assert get(account, contact, "96")[0] == 200
        assert get(account, contact)[0] == 200
        (tmp_path / "away").rename(tmp_path / "data" / "blobs")


def test_a_remote_store_is_redirected_to(binary: Path, tmp_path: Path) -> None:
    with StandIn() as store, Server(binary, tmp_path, KITH_BLOB_URL=store.s3_url()) as server:
        account = sign_up(server)
        contact = account.create()
        put(account, contact)
        status, headers, first = get(account, contact, "96")
        assert status == 200 and webp_size(first) == (96, 96), "just made"
        status, headers, body = get(account, contact, "96")
        assert (status, body) == (302, b"") and headers["cache-control"].startswith("private")
        assert fetch(server, headers["location"])[2] == first


def test_many_thumbnails_at_once(account: Account) -> None:
    """Requests for more thumbnails than are made at once wait for their turn."""
    contacts = [account.create() for _ in range(12)]
    for number, contact in enumerate(contacts):
        put(account, contact, png(20 + number, 20, GREEN))
    with ThreadPoolExecutor(24) as clients:
        jobs = [clients.submit(get, account, contact, size)
                for contact in contacts for size in ("96", "250", "96")]
        statuses = [job.result()[0] for job in jobs]
    assert statuses == [200] * len(jobs)


def test_a_restored_backup_has_photos_and_makes_thumbnails(binary: Path, tmp_path: Path) -> None:
    archive = tmp_path / "backup.kith"
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        contact = account.create()
        put(account, contact, png(8, 8, BLUE))
        assert get(account, contact, "96")[0] == 200
        assert server.run("backup", str(archive)).returncode == 0
    assert server.run("restore", "--force", str(archive)).returncode == 0
    with server:
        again = Account(server, account.email, server.call(
            "POST", f"{API}/auth/login", {"email": account.email, "password": PASSWORD}).json)
        assert is_near(pixel_at(get(again, contact, "96")[2], 48, 48), BLUE)
        assert server.run("jobs", "purge_avatars").returncode == 0
        assert len(blobs(tmp_path)) == 1, "the thumbnail of before is gone"
