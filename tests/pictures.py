"""Builds pictures for tests byte by byte, and inspects the converted pictures."""

import random
import struct
import subprocess
import sys
import zlib
from io import BytesIO

from PIL import Image

Image.MAX_IMAGE_PIXELS = None  # the limits under test are the server's
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


def png_interlaced(width: int, height: int, *, pixel: bytes = b"\x55" * 8) -> bytes:
    """An interlaced PNG of one colour: red, green, blue and alpha with 8 or 16 bits each."""
    packer, packed = zlib.compressobj(9), b""
    for left, top, right, down in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
                                   (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        row = b"\0" + pixel * ((width - left + right - 1) // right)
        for _ in range((height - top + down - 1) // down if len(row) > 1 else 0):
            packed += packer.compress(row)
    packed += packer.flush()
    head = struct.pack(">IIBBBBB", width, height, len(pixel) * 2, 6, 0, 0, 1)
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


# How Pillow writes the formats that tests name: format, mode, options.
FORMATS: dict[str, tuple[str, str, dict[str, object]]] = {
    ".jpg": ("jpeg", "RGB", {}),
    ".jpg[Q=100]": ("jpeg", "RGB", {"quality": 100}),
    ".jpg[full_color]": ("jpeg", "RGB", {"quality": 100, "subsampling": 0}),
    ".jpg[progressive]": ("jpeg", "RGB", {"progressive": True}),
    ".jpg[progressive,full_color]": ("jpeg", "RGB", {"progressive": True, "quality": 100,
                                                     "subsampling": 0}),
    ".jpg[grey]": ("jpeg", "L", {}),
    ".jpg[cmyk]": ("jpeg", "CMYK", {"quality": 95}),
    ".jpg[progressive,cmyk]": ("jpeg", "CMYK", {"progressive": True, "quality": 95}),
    ".png": ("png", "RGB", {}),
    ".png[palette]": ("png", "P", {}),
    ".png[grey]": ("png", "L", {}),
    ".gif": ("gif", "RGB", {}),
    ".webp": ("webp", "RGB", {}),
    ".webp[lossless]": ("webp", "RGB", {"lossless": True}),
}


def converted(picture: bytes, suffix: str) -> bytes:
    """The same picture in one of FORMATS. Converted by a process of its own: the peak memory of a
    program under test includes what the test process held when it started the program."""
    return subprocess.run([sys.executable, __file__, suffix], input=picture, check=True,
                          capture_output=True).stdout


def _converted_here(picture: bytes, suffix: str) -> bytes:
    kind, mode, options = FORMATS[suffix]
    out = BytesIO()
    with Image.open(BytesIO(picture)) as image:
        image.convert(mode).save(out, kind, **options)
    return out.getvalue()


def moving_webp(*frames: Pixel, edge: int = 64, **options: object) -> bytes:
    """An animated WebP whose frames each have one colour."""
    first, *others = [Image.new("RGB", (edge, edge), pixel) for pixel in frames]
    out = BytesIO()
    first.save(out, "webp", save_all=True, append_images=others, **options)
    return out.getvalue()


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
    with Image.open(BytesIO(picture)) as image:
        return list(image.getpixel((x, y)))


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
    with Image.open(BytesIO(picture)) as image:
        assert image.format == "WEBP"
        return image.size


def jpeg_size(picture: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(picture)) as image:
        assert image.format == "JPEG"
        return image.size


def noise(edge: int) -> bytes:
    """A PNG that no JPEG compresses well: black and white at random in each channel."""
    numbers = random.Random(1)
    bits = bytes(numbers.choices((0, 255), k=edge * edge * 3))
    out = BytesIO()
    Image.frombytes("RGB", (edge, edge), bits).save(out, "png")
    return out.getvalue()


def is_near(pixel: list[int], wanted: Pixel) -> bool:
    """Whether two colours are close. The colours of lossy pictures are not exact."""
    return all(abs(a - b) < 30 for a, b in zip(pixel, wanted))


if __name__ == "__main__":
    sys.stdout.buffer.write(_converted_here(sys.stdin.buffer.read(), sys.argv[1]))
