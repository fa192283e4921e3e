"""Profile pictures: accepted formats, conversion, and access."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kith import API, PASSWORD, Account, Server, raw, sign_up
from pictures import (BLUE, GREEN, GREY, RED, converted, gif, gif_in_a_corner, gif_of_canvas,
                      halves, is_near, moving_webp, pixel_at, png, png_bomb, png_interlaced,
                      png_rgba, webp_chunks, webp_size, with_exif)
from scenario import Scenario, check_every_answer, play, table

ME = f"{API}/users/me"
BYTES_MAX = 5 * 1024 * 1024
STORED = re.compile(r"/avatars/[0-9a-f]{32}\.webp")
SMALL = png(8, 8)
SVG = b'<?xml version="1.0"?><svg><script>alert(1)</script></svg>'


def fetch(server: Server, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """A GET without credentials, from this server or from an absolute URL."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc or f"127.0.0.1:{server.port}", timeout=30)
    target = parts.path + ("?" + parts.query if parts.query else "")
    connection.request("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})
    response = connection.getresponse()
    return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()


def put(account: Account, picture: bytes, kind: str = "application/octet-stream") -> str:
    """Sets the picture of the account and returns its address."""
    reply = account.call("PUT", "users/me/avatar", picture, content_type=kind)
    assert reply.status == 200, reply
    assert reply.json == account.call("GET", ME).json
    return str(reply.json["avatar_url"])


def shown(account: Account, picture: bytes, kind: str = "application/octet-stream") -> bytes:
    """The picture at an address, after checks that apply to all pictures."""
    status, _, webp = fetch(account.server, put(account, picture, kind))
    assert status == 200
    assert webp_size(webp) == (250, 250)
    assert set(webp_chunks(webp)) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
    return webp


def multipart(picture: bytes, *, boundary: str = "kith", name: str = 'filename="a.png"') -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; {name}\r\n\r\n'
    return head.encode() + picture + f"\r\n--{boundary}--\r\n".encode()


FORM = {"content_type": "multipart/form-data; boundary=kith"}
BINARY = {"content_type": "application/octet-stream"}
PATH = "users/me/avatar"
REFUSED = [
    Scenario("rejects a text", "PUT", PATH, 415, b"just words", BINARY,
             ("PNG, JPEG, WebP or GIF",)),
    Scenario("rejects an empty body", "PUT", PATH, 415, b"", BINARY),
    Scenario("rejects SVG", "PUT", PATH, 415, SVG, BINARY, ("this is SVG",), ("alert",)),
    Scenario("rejects SVG with a PNG header", "PUT", PATH, 415, SVG, {"content_type": "image/png"},
             ("this is SVG",)),
    Scenario("rejects SVG with its own type", "PUT", PATH, 415, SVG,
             {"content_type": "image/svg+xml"},
             ("image/png",)),
    Scenario("rejects HEIC", "PUT", PATH, 415, b"\0\0\0\x18ftypheic", BINARY,
             ("HEIC", "Save the picture as JPEG")),
    Scenario("rejects PDF", "PUT", PATH, 415, b"%PDF-1.7", BINARY, ("this is PDF",)),
    Scenario("rejects JSON", "PUT", PATH, 415, {"picture": "none"}),
    Scenario("rejects a bomb", "PUT", PATH, 422, png_bomb(50_000, 50_000), BINARY,
             ("picture-too-large",)),
    Scenario("rejects a GIF bomb", "PUT", PATH, 422, gif_of_canvas(65_535, 65_535), BINARY,
             ("picture-too-large",)),
    Scenario("rejects a large canvas", "PUT", PATH, 422, gif_of_canvas(4000, 4001), BINARY,
             ("picture-too-large",)),
    Scenario("rejects a thin bomb", "PUT", PATH, 422, png_bomb(1, 2_000_000), BINARY,
             ("picture-too-large",)),
    Scenario("rejects a row too many", "PUT", PATH, 422, png(8000, 5001), BINARY,
             ("picture-too-large", "40000000")),
    Scenario("rejects a row too many of 16 bits", "PUT", PATH, 422, png_rgba(4000, 4001, bits=16),
             BINARY, ("picture-too-large",)),
    Scenario("rejects a large GIF", "PUT", PATH, 422, converted(png(4000, 4001), ".gif"),
             BINARY, ("picture-too-large", "16000000")),
    Scenario("rejects only the header of a PNG", "PUT", PATH, 422, SMALL[:8], BINARY,
             ("picture-damaged",)),
    Scenario("rejects half a PNG", "PUT", PATH, 422, SMALL[:-20], BINARY, ("picture-damaged",)),
    Scenario("rejects half a JPEG", "PUT", PATH, 422, converted(halves(RED, BLUE), ".jpg")[:-150],
             BINARY,
             ("picture-damaged",)),
    Scenario("rejects half a WebP", "PUT", PATH, 422, converted(png(300, 300), ".webp")[:-60],
             BINARY,
             ("picture-damaged",)),
    Scenario("rejects half a GIF", "PUT", PATH, 422, gif(RED, edge=64)[:-40], BINARY,
             ("picture-damaged",)),
    Scenario("rejects a form without a boundary", "PUT", PATH, 400, multipart(SMALL),
             {"content_type": "multipart/form-data"}, ("boundary",)),
    Scenario("rejects a form with text after its end", "PUT", PATH, 400,
             multipart(SMALL)[:-2] + b"x", FORM),
    Scenario("rejects a form with another boundary", "PUT", PATH, 400,
             multipart(SMALL, boundary="x"), FORM),
    Scenario("rejects a field and no file", "PUT", PATH, 400, multipart(SMALL, name="size=3"),
             FORM),
    Scenario("rejects two files", "PUT", PATH, 400,
             multipart(SMALL)[:-10] + b"\r\n" + multipart(SMALL),
             FORM),
    Scenario("rejects an unfinished form", "PUT", PATH, 400, multipart(SMALL)[:-12], FORM),
    Scenario("rejects a form with a text", "PUT", PATH, 415, multipart(b"words"), FORM),
]


@table(*REFUSED)
def test_other_files_and_damaged_pictures_are_refused(row: Scenario, account: Account) -> None:
    """Other files and damaged pictures are refused."""
    before = account.call("GET", ME).json
    begin = time.monotonic()
    play(row, account)
    if "bomb" in row.name:
        # Refused at once; the limit allows for a busy machine.
        assert time.monotonic() - begin < 2 or "asan" in str(account.server.binary)
    assert account.call("GET", ME).json == before


@pytest.mark.parametrize("kind, suffix", [("image/png", ".png"), ("image/jpeg", ".jpg"),
                                          ("image/webp", ".webp"), ("image/gif", ".gif")])
def test_each_type_is_cropped_to_its_centre(account: Account, kind: str, suffix: str) -> None:
    """Each type is cropped to a square from its centre."""
    webp = shown(account, converted(halves(GREEN, BLUE), suffix), kind)
    assert is_near(pixel_at(webp, 20, 125), GREEN)
    assert is_near(pixel_at(webp, 230, 125), BLUE)


def test_the_type_is_detected_from_the_content(account: Account) -> None:
    """The type is detected from the content, not from the header."""
    assert is_near(pixel_at(shown(account, gif(GREEN), "image/png"), 125, 125), GREEN)


@pytest.mark.parametrize("kind", ["image/jpg", "image/pjpeg", "image/x-png", "IMAGE/JPEG"])
def test_alternative_media_types_are_accepted(account: Account, kind: str) -> None:
    shown(account, converted(halves(GREEN, BLUE), ".jpg"), kind)


@pytest.mark.parametrize("width, height, suffix", [
    (5712, 4284, ".jpg"), (4624, 3468, ".jpg"), (8160, 6120, ".jpg"), (8160, 6120, ".webp"),
    (12000, 9000, ".jpg"), (5712, 4284, ".jpg[progressive]"), (8160, 6120, ".jpg[progressive]"),
    (5712, 4284, ".jpg[progressive,full_color]"),
])
def test_pictures_of_phones_are_accepted(account: Account, width: int, height: int,
                                         suffix: str) -> None:
    webp = shown(account, converted(png(width, height, GREEN), suffix))
    assert is_near(pixel_at(webp, 125, 125), GREEN)


def test_the_error_for_a_large_picture_is_clear(account: Account) -> None:
    """The error for a picture that is too large is clear."""
    progressive = converted(png(8160, 6120, GREEN), ".jpg[progressive,full_color]")
    for picture, words in ((progressive, "baseline JPEG"),
                           (converted(png(8160, 6120), ".webp[lossless]"), "pixels"),
                           (converted(png(12000, 9200), ".jpg"), "110000000")):
        reply = account.call("PUT", PATH, picture, **BINARY)
        check_every_answer(reply)
        assert reply.status == 422 and "picture-too-large" in reply.text, reply
        assert words in reply.json["detail"]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".webp"])
@pytest.mark.parametrize("width, height", [(1, 2000), (2000, 1), (1, 1), (3, 16_000), (249, 2000)])
def test_thin_pictures_are_accepted(account: Account, width: int, height: int, suffix: str) -> None:
    webp = shown(account, converted(png(width, height, BLUE), suffix))
    assert is_near(pixel_at(webp, 5, 125), BLUE) and is_near(pixel_at(webp, 125, 245), BLUE)


@pytest.mark.parametrize("width, height, suffix", [
    (1, 30_000, ".png"), (1, 65_535, ".png"), (65_535, 610, ".png"), (1, 65_500, ".jpg"),
    (65_500, 1679, ".jpg"), (65_500, 700, ".jpg[progressive]"), (65_535, 244, ".gif"),
])
def test_long_pictures_are_accepted(account: Account, width: int, height: int, suffix: str) -> None:
    webp = shown(account, converted(png(width, height, BLUE), suffix))
    assert is_near(pixel_at(webp, 125, 125), BLUE)


@pytest.mark.parametrize("suffix", [".jpg", ".jpg[progressive]", ".jpg[full_color]"])
def test_a_jpeg_without_an_end_marker_is_accepted(account: Account, suffix: str) -> None:
    whole = converted(halves(GREEN, BLUE), suffix)
    assert whole.endswith(b"\xff\xd9")
    for picture in (whole[:-2], whole[:-1], whole + b"\0" * 100):
        assert is_near(pixel_at(shown(account, picture), 20, 125), GREEN)


@pytest.mark.parametrize("transparent", [False, True])
def test_a_gif_is_transparent_outside_its_first_frame(account: Account, transparent: bool) -> None:
    """A GIF is transparent outside its first frame."""
    webp = shown(account, gif_in_a_corner(GREEN, 100, 50, transparent=transparent))
    assert is_near(pixel_at(webp, 40, 40), GREEN)
    for x, y in ((200, 40), (40, 200), (200, 200)):
        assert pixel_at(webp, x, y)[3] == 0, "no black border"


def test_an_animated_webp_shows_its_first_frame(account: Account) -> None:
    """An animated WebP shows its first frame."""
    for options in ({}, {"lossless": True}):
        webp = shown(account, moving_webp(GREEN, BLUE, **options))
        assert is_near(pixel_at(webp, 125, 125), GREEN)


def test_other_colour_spaces_are_converted(account: Account) -> None:
    color = (60, 140, 90)  # printable in CMYK
    plain = png(300, 300, color)
    wide = b"".join(bytes([channel, channel]) for channel in (*color, 255))
    for picture in (converted(plain, ".jpg[cmyk]"), converted(plain, ".jpg[progressive,cmyk]"),
                    converted(plain, ".png[palette]"),
                    png_interlaced(300, 300, pixel=bytes(color) + b"\xff"),
                    png_interlaced(300, 300, pixel=wide)):
        assert is_near(pixel_at(shown(account, picture), 125, 125), color)


def test_a_form_may_have_other_fields(account: Account) -> None:
    field = b'--kith\r\nContent-Disposition: form-data; name="caption"\r\n\r\nme\r\n'
    file = multipart(png(9, 9, BLUE))
    for form in (field + file, file[:-len(b"--kith--\r\n")] + field + b"--kith--\r\n"):
        reply = account.call("PUT", PATH, form, **FORM)
        assert reply.status == 200, reply


def test_a_form_may_have_a_preamble_and_an_epilogue(account: Account) -> None:
    form = b"This is a form.\r\n" + multipart(png(9, 9, BLUE)) + b"\r\nThe end.\r\n"
    reply = account.call("PUT", PATH, form, **FORM)
    assert reply.status == 200, reply


def test_a_form_with_one_file_is_accepted(account: Account) -> None:
    reply = account.call("PUT", "users/me/avatar", multipart(png(9, 9, BLUE)), **FORM)
    assert reply.status == 200, reply
    assert is_near(pixel_at(fetch(account.server, reply.json["avatar_url"])[2], 125, 125), BLUE)


def test_the_exif_orientation_is_applied(account: Account) -> None:
    """The EXIF orientation is applied."""
    remark = b"taken at home, 52.5 N 13.4 E\0"
    jpeg = with_exif(converted(halves(RED, BLUE), ".jpg[Q=100]"), 6, remark)
    webp = shown(account, jpeg)
    assert is_near(pixel_at(webp, 125, 20), RED), "the left side is at the top"
    assert is_near(pixel_at(webp, 125, 230), BLUE)
    assert b"taken at home" not in webp


def test_an_animated_gif_shows_its_first_frame(account: Account) -> None:
    """An animated GIF shows its first frame."""
    assert is_near(pixel_at(shown(account, gif(GREEN, RED, BLUE)), 125, 125), GREEN)


def test_grey_and_translucent_pictures_are_accepted(account: Account) -> None:
    for suffix in (".jpg[grey]", ".png[grey]", ".jpg[Q=100]"):
        grey = converted(png(30, 30, GREY), suffix)
        assert is_near(pixel_at(shown(account, grey), 125, 125), GREY)
    palette = gif(BLUE).replace(b"\x04\x04\x0a\0\0", b"\x04\x05\x0a\0\1")  # one transparent colour
    assert is_near(pixel_at(shown(account, palette), 125, 125), BLUE)


@pytest.mark.parametrize("width, height, suffix", [
    (6016, 3384, ".png"), (7680, 4320, ".png"), (8000, 5000, ".png"),
    (4000, 4000, ".gif"), (4000, 4000, ".webp[lossless]"),
])
def test_screenshots_are_accepted(account: Account, width: int, height: int, suffix: str) -> None:
    webp = shown(account, converted(png(width, height, GREEN), suffix))
    assert is_near(pixel_at(webp, 125, 125), GREEN)


def test_an_interlaced_picture_of_a_screen_is_accepted(account: Account) -> None:
    """Interlaced PNGs have the limits of others."""
    picture = png_interlaced(8000, 5000, pixel=bytes(GREEN) + b"\xff")
    assert is_near(pixel_at(shown(account, picture), 125, 125), GREEN)


def test_a_canvas_within_the_limits_is_accepted(account: Account) -> None:
    for width, height in ((1, 1), (4000, 4000), (65_535, 1)):
        shown(account, gif_of_canvas(width, height))


def test_at_most_5_mib_are_accepted(account: Account) -> None:
    """5 MiB are accepted, and one byte more is refused."""
    filling = BYTES_MAX - len(SMALL)
    assert shown(account, SMALL + b"\0" * filling)
    reply = account.call("PUT", "users/me/avatar", SMALL + b"\0" * (filling + 1), **BINARY)
    assert reply.status == 413, reply
    check_every_answer(reply)


def test_a_large_picture_is_refused_before_it_is_sent(account: Account) -> None:
    head = (f"PUT {ME}/avatar HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\n"
            f"Authorization: Bearer {account.tokens['access_token']}\r\n"
            f"Content-Length: {BYTES_MAX + 1}\r\nExpect: 100-continue\r\n\r\n")
    answer = raw(account.server.port, head.encode())
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_an_upload_requires_credentials(server: Server) -> None:
    """An upload requires credentials."""
    assert server.call("PUT", f"{ME}/avatar", SMALL, content_type="image/png").status == 401
    assert server.call("DELETE", f"{ME}/avatar").status == 401


def test_a_picture_is_readable_by_its_address(account: Account) -> None:
    """A picture is readable without credentials by its address."""
    url = put(account, SMALL)
    assert STORED.fullmatch(url)
    status, headers, body = fetch(account.server, url)
    assert status == 200 and body[8:12] == b"WEBP"
    assert headers["content-type"] == "image/webp"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-security-policy"] == "default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    status, unchanged, body = fetch(account.server, url, If_None_Match=headers["etag"])
    assert (status, body) == (304, b"") and unchanged["etag"] == headers["etag"]


def test_other_paths_are_404(account: Account) -> None:
    """Paths other than exact addresses of pictures are answered with 404."""
    url = put(account, SMALL)
    other = url[:-6] + ("0" if url[-6] != "0" else "1") + ".webp"
    for path in (other, url.removesuffix(".webp"), url.upper(), url + ".part", "/avatars/.webp",
                 "/avatars/..%2F..%2Fsecret.key", "/avatars/../secret.key",
                 "/avatars/%2e%2e/kith.db", "/avatars/initials/..", "/avatars/"):
        status, headers, _ = fetch(account.server, path)
        assert status == 404, path
        assert headers["content-type"] == "application/problem+json"


def test_each_account_has_its_own_picture_address(server: Server) -> None:
    assert put(sign_up(server), SMALL) != put(sign_up(server), SMALL)


def test_a_new_picture_replaces_the_old_one(account: Account) -> None:
    first, second = put(account, SMALL), put(account, png(8, 8, BLUE))
    assert first != second
    assert fetch(account.server, first)[0] == 404
    assert is_near(pixel_at(fetch(account.server, second)[2], 125, 125), BLUE)


def test_deleting_the_picture_restores_the_default(account: Account) -> None:
    """Deleting the picture restores the default."""
    before = account.call("GET", ME).json
    url = put(account, SMALL)
    for _ in range(2):
        assert account.call("DELETE", "users/me/avatar").status == 204
        assert account.call("GET", ME).json == before
    assert fetch(account.server, url)[0] == 404


def test_an_account_without_a_picture_shows_initials(account: Account) -> None:
    """An account without a picture shows initials."""
    reply = account.call("PATCH", ME, {"username": "Änna <Krüger>"})
    url = reply.json["avatar_url"]
    assert re.fullmatch(r"/avatars/initials/c4-4b-\d\.svg", url)
    status, headers, svg = fetch(account.server, url)
    assert status == 200 and b"&#xc4;&#x4b;" in svg
    assert headers["content-type"] == "image/svg+xml"
    assert headers["content-security-policy"] == "default-src 'none'"
    assert fetch(account.server, url, If_None_Match=headers["etag"])[0] == 304
    assert fetch(account.server, "/avatars/initials/3c-3.svg")[0] == 404, "no markup"


def test_a_new_account_has_a_default_picture(server: Server) -> None:
    """A new account has a default picture."""
    fields = {"username": "Olena", "email": "olena@example.org", "password": PASSWORD}
    reply = server.call("POST", f"{API}/auth/signup", fields)
    assert reply.json["avatar_url"].startswith("/avatars/initials/4f-")


def test_gravatar_is_used_if_enabled(binary: Path, tmp_path: Path) -> None:
    """Gravatar is used if it is enabled."""
    with Server(binary, tmp_path, KITH_GRAVATAR="on") as server:
        account = sign_up(server, "Grav")
        url = account.call("GET", ME).json["avatar_url"]
        assert re.fullmatch(r"https://gravatar\.com/avatar/[0-9a-f]{64}\?s=250&d=identicon", url)
        assert STORED.fullmatch(put(account, SMALL))


def test_picture_changes_are_rate_limited(binary: Path, tmp_path: Path) -> None:
    with Server(binary, tmp_path, KITH_RATE_LIMITS="avatar=2/h") as server:
        account = sign_up(server)
        for _ in range(2):
            put(account, SMALL)
        reply = account.call("PUT", "users/me/avatar", SMALL, **BINARY)
        assert reply.status == 429 and int(reply.headers["retry-after"]) > 60


def blobs(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / "data" / "blobs").iterdir())


def test_deleting_an_account_deletes_its_picture(binary: Path, tmp_path: Path) -> None:
    """Deleting an account deletes its picture."""
    with Server(binary, tmp_path) as server:
        gone, stays = sign_up(server), sign_up(server)
        erased, kept = put(gone, SMALL), put(stays, SMALL)
        assert gone.call("DELETE", "users/me", {"password": PASSWORD}).status == 204
        assert server.run("jobs", "purge_avatars").stdout == "purge_avatars: done\n"
        assert fetch(server, erased)[0] == 404
        assert fetch(server, kept)[0] == 200
    assert blobs(tmp_path) == [kept.rsplit("/", 1)[1]]
    assert server.sql("select count(*) from avatars") == [(1,)]


def test_the_job_deletes_pictures_left_by_a_crash(binary: Path, tmp_path: Path) -> None:
    """The job deletes pictures that a crash has left."""
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        current = put(account, SMALL)
        folder = tmp_path / "data" / "blobs"
        rows = {"a" * 32: ("new", 0), "b" * 32: ("new", int(time.time() * 1e6)),
                "c" * 32: ("old", 0)}
        owner = server.sql("select id from accounts")[0][0]
        for name, (state, created_at) in rows.items():
            (folder / f"{name}.webp").write_bytes(b"bytes")
            server.sql("insert into avatars values (?, ?, ?, ?)", name, owner, state, created_at)
        (folder / f"{'a' * 32}.webp.part").write_bytes(b"oct")
        assert server.run("jobs", "purge_avatars").returncode == 0
        kept = [current.rsplit("/", 1)[1], f"{'b' * 32}.webp"]
        assert blobs(tmp_path) == sorted(kept), "a picture that is being stored is kept"
        assert account.call("GET", ME).json["avatar_url"] == current


def test_failed_deletions_do_not_block_others(binary: Path, tmp_path: Path) -> None:
    """Failed deletions used to be tried first, and after three failures the remaining ones were
    skipped, each time."""
    with Server(binary, tmp_path) as server:
        folder = tmp_path / "data" / "blobs"
        for number in range(6):
            name = f"{number:032x}"
            server.sql("insert into avatars values (?, ?, ?, ?)", name, None, "old", number)
            if number < 3:
                (folder / f"{name}.webp" / "in the way").mkdir(parents=True)
        for _ in range(40):
            assert server.run("jobs", "purge_avatars").returncode == 1, "three are left"
            if server.sql("select count(*) from avatars") == [(3,)]:
                return
    raise AssertionError("the others are still there")


def test_concurrent_uploads_leave_one_picture(binary: Path, tmp_path: Path) -> None:
    """Of concurrent uploads, one picture remains."""
    with Server(binary, tmp_path) as server:
        account = sign_up(server)
        with ThreadPoolExecutor(8) as senders:
            urls = set(senders.map(lambda number: put_any(account, number), range(8)))
        assert len(urls) == 8
        stays = account.call("GET", ME).json["avatar_url"]
        assert stays in urls and fetch(server, stays)[0] == 200
        assert blobs(tmp_path) == [stays.rsplit("/", 1)[1]]


def put_any(account: Account, number: int) -> str:
    reply = account.call("PUT", "users/me/avatar", png(8 + number, 8), **BINARY)
    assert reply.status == 200, reply
    return str(reply.json["avatar_url"])


def test_a_crash_leaves_a_picture_and_no_unknown_files(binary: Path, tmp_path: Path) -> None:
    """After a crash the account has a picture, and no unknown files remain."""
    server = Server(binary, tmp_path).start()
    account = sign_up(server)
    for _ in range(5):
        put(account, SMALL)
        with ThreadPoolExecutor(3) as senders:
            for number in range(3):
                senders.submit(put_any, account, number)
            time.sleep(0.15)
            server.kill()
        server.start()
        url = account.call("GET", ME).json["avatar_url"]
        assert fetch(server, url)[0] == 200
        known = {name for name, in server.sql("select name from avatars")}
        assert {name.split(".")[0] for name in blobs(tmp_path)} <= known
    assert server.stop() == 0


def test_picture_files_are_readable_only_by_their_owner(account: Account) -> None:
    """Files of pictures are readable only by their owner."""
    put(account, SMALL)
    folder = account.server.folder / "data" / "blobs"
    assert folder.stat().st_mode & 0o777 == 0o700
    for each in folder.iterdir():
        assert each.stat().st_mode & 0o777 == 0o600
