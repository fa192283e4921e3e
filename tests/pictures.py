"""Builds pictures for tests byte by byte, and inspects the converted pictures."""

import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

WIDTH, HEIGHT = 40, 20
RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)
Pixel = tuple[int, int, int]


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, pixel: Pixel = RED, *, further: bytes = b"") -> bytes:
    """A PNG of one colour. The chunks in `further` come before the pixels."""
    row = b"\0" + bytes(pixel) * width
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + further + chunk(b"IDAT", packed)
            + chunk(b"IEND", b""))


def png_rgba(width: int, height: int, bits: int = 8) -> bytes:
    """What needs the most memory of PNGs that are decoded line by line."""
    row = b"\0" + b"\x10\x80\x40\xa0" * (width * bits // 8)
    packer = zlib.compressobj(6)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, bits, 6, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed)
            + chunk(b"IEND", b""))


def png_16bit_interlaced(width: int, height: int) -> bytes:
    """A PNG that must be decoded as a whole: red, green, blue and alpha with 16 bits each."""
    packer, packed = zlib.compressobj(9), b""
    for left, top, right, down in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
                                   (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        row = b"\0" + b"\x55" * 8 * ((width - left + right - 1) // right)
        for _ in range((height - top + down - 1) // down):
            packed += packer.compress(row)
    packed += packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 1)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed)
            + chunk(b"IEND", b""))


def png_bomb(width: int, height: int) -> bytes:
    """A few bytes that claim a large size in pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9))
            + chunk(b"IEND", b""))


def gif(*frames: Pixel, edge: int = 8) -> bytes:
    """A GIF whose frames each have one colour."""
    out = b"GIF89a" + struct.pack("<HH", edge, edge) + b"\x80\0\0" + bytes(6)
    for pixel in frames:
        out += b"\x21\xf9\x04\x04\x0a\0\0\0"  # a tenth of a second
        out += b"\x2c" + struct.pack("<HHHH", 0, 0, edge, edge) + b"\x80" + bytes(pixel) + bytes(3)
        out += b"\x02" + _unpacked_lzw(edge * edge) + b"\0"
    return out + b"\x3b"


def gif_of_canvas(width: int, height: int) -> bytes:
    """A GIF of 35 bytes: a canvas of any size with a frame of one pixel."""
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, 1, 1) + b"\0" + b"\x02\x02\x44\x01\0"
    return (b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + b"\xff\xff\xff\0\0\0"
            + frame + b"\x3b")


def gif_in_a_corner(pixel: Pixel, canvas: int, edge: int, *, transparent: bool = False) -> bytes:
    """A GIF whose only frame covers a corner of its canvas. The rest is transparent."""
    out = b"GIF89a" + struct.pack("<HH", canvas, canvas) + b"\x80\0\0" + bytes(6)
    out += b"\x21\xf9\x04" + (b"\x05" if transparent else b"\x04") + b"\x0a\0\x01\0"
    out += b"\x2c" + struct.pack("<HHHH", 0, 0, edge, edge) + b"\x80" + bytes(pixel) + bytes(3)
    return out + b"\x02" + _unpacked_lzw(edge * edge) + b"\0\x3b"


def changed(picture: bytes, operation: str, suffix: str, *arguments: str) -> bytes:
    """The result of a vips operation, as `.jpg` or `.png`."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "a", Path(folder) / ("b" + suffix)
        source.write_bytes(picture)
        vips(operation, str(source), str(target), *arguments)
        return target.read_bytes()


def _unpacked_lzw(count: int) -> bytes:
    """`count` zeros as LZW with two-bit codes that never grow, because the table is cleared all the
    time."""
    bits, held, out = 0, 0, bytearray()
    for number in range(count):
        for code in ([4] if number % 2 == 0 else []) + [0]:
            bits |= code << held
            held += 3
    bits |= 5 << held
    held += 3
    for _ in range(0, held, 8):
        out.append(bits & 255)
        bits >>= 8
    return b"".join(bytes([len(out[at:at + 255])]) + bytes(out[at:at + 255])
                    for at in range(0, len(out), 255))


def vips(*arguments: str) -> str:
    done = subprocess.run(["vips", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def converted(picture: bytes, suffix: str, *, load: str = "") -> bytes:
    """The same picture in another format, as `.jpg` or `.webp[lossless]`; `load` has load options,
    for example `[n=-1]`."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "a", Path(folder) / ("b" + suffix.split("[")[0])
        source.write_bytes(picture)
        vips("copy", str(source) + load, str(target) + suffix[len(target.suffix):])
        return target.read_bytes()


def halves(left: Pixel, right: Pixel) -> bytes:
    """A PNG of WIDTH x HEIGHT in two colours, side by side."""
    row = b"\0" + bytes(left) * (WIDTH // 2) + bytes(right) * (WIDTH // 2)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(row * HEIGHT)) + chunk(b"IEND", b""))


def with_exif(jpeg: bytes, orientation: int, remark: bytes) -> bytes:
    """A JPEG with a camera's EXIF segment: orientation and a comment."""
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2)
    tiff += struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff += struct.pack("<HHII", 0x010E, 2, len(remark), 38) + struct.pack("<I", 0) + remark
    segment = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def pixel_at(picture: bytes, x: int, y: int) -> list[int]:
    """The colour of a pixel."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.webp"
        path.write_bytes(picture)
        return [round(float(each)) for each in vips("getpoint", str(path), str(x), str(y)).split()]


def webp_chunks(picture: bytes) -> list[bytes]:
    """The names of the chunks of a WebP."""
    assert picture[:4] == b"RIFF" and picture[8:12] == b"WEBP"
    names, at = [], 12
    while at < len(picture):
        names.append(picture[at:at + 4])
        size = struct.unpack("<I", picture[at + 4:at + 8])[0]
        at += 8 + size + (size & 1)
    return names


def webp_size(picture: bytes) -> tuple[int, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.webp"
        path.write_bytes(picture)
        done = subprocess.run(["vipsheader", str(path)], check=True, capture_output=True, text=True)
    width, height = done.stdout.split(": ")[1].split(" ")[0].split("x")
    return int(width), int(height)


def is_near(pixel: list[int], wanted: Pixel) -> bool:
    """Whether two colours are close. The colours of lossy pictures are not exact."""
    return all(abs(a - b) < 30 for a, b in zip(pixel, wanted))
