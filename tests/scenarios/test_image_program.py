"""kith-image: its limits, its capabilities, and how the server handles its exit."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from kith import Account, Server, sign_up
from pictures import (GREEN, converted, gif_of_canvas, jpeg_size, png, png_interlaced, png_bomb,
                      png_rgba, webp_size)
from scenario import check_every_answer

RESIDENT_KIB_MAX = 256 * 1024


@pytest.fixture(scope="session")
def program(binary: Path) -> Path:
    return binary.with_name("kith-image")


@pytest.fixture(scope="session")
def sanitized(program: Path) -> bool:
    """Whether the build has sanitizers, which need more than the sandbox permits."""
    return b"__asan_init" in program.read_bytes()


def run(program: Path, picture: bytes, product: str = "square-250") -> tuple[int, bytes, int]:
    """The exit status, the output, and the peak resident memory in KiB."""
    child = subprocess.Popen([str(program), product], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, env={})
    assert child.stdin and child.stdout
    try:
        child.stdin.write(picture)
        child.stdin.close()
    except BrokenPipeError:
        pass
    webp = child.stdout.read()
    child.stdout.close()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, webp, usage.ru_maxrss


def large_pictures() -> dict[str, bytes]:
    """The accepted pictures that take the most memory or time."""
    plain = png(4000, 4000, GREEN)
    return {
        "png": plain,
        "interlaced png": png_interlaced(8000, 5000, pixel=bytes(GREEN) + b"\xff"),
        "jpeg": converted(plain, ".jpg"),
        "progressive jpeg": converted(plain, ".jpg[progressive,full_color]"),
        "gif": converted(plain, ".gif"),
        "webp": converted(plain, ".webp[lossless]"),
        "narrow png": png(50, 65_535, GREEN),
        "interlaced 16-bit png": png_interlaced(4000, 4000),
        "png of a screen": png_rgba(8000, 5000),
        "long png": png_rgba(610, 65_535),
        "wide png": png_rgba(65_535, 610),
        "wide 16-bit png": png_rgba(65_535, 244, bits=16),
        "wide gif": converted(png(65_535, 244, GREEN), ".gif"),
        "wide jpeg": converted(png(65_500, 1679, GREEN), ".jpg"),
        "wide progressive jpeg": converted(png(65_500, 700, GREEN), ".jpg[progressive]"),
        "jpeg of a phone": converted(png(12_000, 9000, GREEN), ".jpg"),
        "progressive jpeg of a phone": converted(png(8160, 6120, GREEN), ".jpg[progressive]"),
        "lossy webp": converted(png(12_000, 9000, GREEN), ".webp"),
    }


def test_the_memory_is_bounded(program: Path, sanitized: bool) -> None:
    """Memory stays within its limit."""
    for name, picture in large_pictures().items():
        status, webp, resident_kib = run(program, picture)
        assert status == 0 and webp_size(webp) == (250, 250), name
        assert resident_kib < RESIDENT_KIB_MAX or sanitized, name
        status, jpeg, resident_kib = run(program, picture, "photo")
        assert status == 0 and max(jpeg_size(jpeg)) == 720, name
        assert resident_kib < RESIDENT_KIB_MAX or sanitized, name


def test_an_unknown_product_is_refused(program: Path) -> None:
    """The program makes only the products that it knows."""
    for product in ("", "square-97", "avatar", "photo "):
        assert run(program, png(8, 8), product)[:2] == (21, b""), product


def test_pictures_that_need_more_memory_are_refused(program: Path, sanitized: bool) -> None:
    """Progressive JPEGs whose coefficients need more memory are refused."""
    picture = converted(png(8160, 6120, GREEN), ".jpg[progressive,full_color]")
    begin = time.monotonic()
    status, webp, resident_kib = run(program, picture)
    assert (status, webp) == (13, b"")
    assert sanitized or time.monotonic() - begin < 2
    assert sanitized or resident_kib < RESIDENT_KIB_MAX


def test_the_same_picture_gives_the_same_bytes(program: Path) -> None:
    """The output is deterministic."""
    for suffix in (".jpg", ".png", ".webp", ".gif"):
        picture = converted(png(700, 900, GREEN), suffix)
        assert run(program, picture)[:2] == run(program, picture)[:2]


def test_a_bomb_is_refused_at_once(program: Path, sanitized: bool) -> None:
    """A decompression bomb is refused at once."""
    begin = time.monotonic()
    for bomb in (png_bomb(50_000, 50_000), gif_of_canvas(65_535, 65_535)):
        assert run(program, bomb)[:2] == (11, b"")
    assert sanitized or time.monotonic() - begin < 2


def test_the_sandbox_has_no_capabilities(program: Path, sanitized: bool) -> None:
    """The sandbox, inspected from outside while the program waits for the rest of a picture."""
    child = subprocess.Popen([str(program), "photo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             env={"SECRET": "of the server"})
    try:
        deadline = time.monotonic() + 10
        while (state := facts(child.pid)).get("NoNewPrivs") != "1" and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)
        state = facts(child.pid)
        limits = Path(f"/proc/{child.pid}/limits").read_text()
        assert state["NoNewPrivs"] == "1"
        assert sanitized or state["Seccomp"] == "2"
        for name, most in {"Max file size": 0, "Max core file size": 0, "Max open files": 3,
                           "Max cpu time": 4}.items():
            line = next(each for each in limits.splitlines() if each.startswith(name))
            assert line.removeprefix(name).split()[:2] == [str(most)] * 2, line
    finally:
        child.kill()
        child.communicate()


def facts(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def scripted(folder: Path, text: str) -> Path:
    """A script in place of kith-image."""
    path = folder / "stand-in"
    path.write_text("#!/bin/sh\n" + text + "\n")
    path.chmod(0o755)
    return path


def send(account: Account, picture: bytes = png(8, 8)) -> tuple[int, str]:
    reply = account.call("PUT", "users/me/avatar", picture, content_type="image/png")
    check_every_answer(reply)
    assert account.call("GET", "users/me").json["avatar_url"].startswith("/avatars/initials/")
    return reply.status, reply.json["detail"]


@pytest.mark.parametrize("script, status", [
    ("cat >/dev/null; exit 20", 503),  # could not enter its sandbox
    ("kill -SEGV $$", 422),  # a decoder that the picture crashed
    ("kill -XCPU $$", 422),
    ("exit 1", 503),
    ("cat >/dev/null; echo no picture", 503),
    ("cat >/dev/null; exec yes", 503),
], ids=["unsafe", "crash", "busy", "failure", "nonsense", "flood"])
def test_each_exit_status_maps_to_a_response(binary: Path, tmp_path: Path, script: str,
                                             status: int) -> None:
    """Each exit status maps to a response."""
    with Server(binary, tmp_path, KITH_IMAGE_PROGRAM=scripted(tmp_path, script)) as server:
        answered, detail = send(sign_up(server))
        assert answered == status, detail
        assert "kith-image" in server.diagnostics()


def test_a_hanging_decoder_is_killed(binary: Path, tmp_path: Path) -> None:
    """A hanging decoder is killed."""
    hanging = scripted(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600")
    with Server(binary, tmp_path, KITH_IMAGE_PROGRAM=hanging) as server:
        begin = time.monotonic()
        assert send(sign_up(server))[0] == 503
        assert 9.9 < time.monotonic() - begin < 14
        pid = int((tmp_path / "pid").read_text())
        assert not Path(f"/proc/{pid}").exists(), "no zombie process is left"


def test_the_child_inherits_no_environment_and_files(binary: Path, tmp_path: Path) -> None:
    """The child inherits none of the server's environment and files."""
    looking = scripted(tmp_path, f"(/usr/bin/env; ls -l /proc/self/fd) > {tmp_path}/seen; exit 1")
    with Server(binary, tmp_path, KITH_IMAGE_PROGRAM=looking) as server:
        assert send(sign_up(server))[0] == 503
        seen = (tmp_path / "seen").read_text()
        assert "KITH_" not in seen and "HOME" not in seen
        assert "kith.db" not in seen and seen.count(" -> ") == 4, seen


def test_other_routes_work_without_kith_image(binary: Path, tmp_path: Path) -> None:
    """Without kith-image the other routes work."""
    with Server(binary, tmp_path, KITH_IMAGE_PROGRAM="/nowhere/kith-image") as server:
        account = sign_up(server)
        assert send(account)[0] == 503
        assert account.create()["first_name"] == "Ann"
        assert "/nowhere/kith-image" in server.diagnostics()
