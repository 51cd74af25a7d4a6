"""Make the PNG icons of the installed application from `static/icons/tally.svg`.

Each file carries the digest of the SVG that it was made from, by which a test tells whether it is
up to date. Run with `make icons`.
"""

from __future__ import annotations

import re
import struct
import zlib
from hashlib import sha256
from pathlib import Path

import resvg_py

ICONS = Path(__file__).parents[1] / "static" / "icons"
SOURCE = "tally.svg"
KEYWORD = b"Source digest"
# A launcher may cut a maskable icon down to a circle of 80 % of its side: the drawing keeps within.
SAFE_ZONE = 0.8


def main() -> None:
    """Write every icon beside the SVG."""
    svg = (ICONS / SOURCE).read_text(encoding="utf-8")
    digest = sha256(svg.encode()).hexdigest()
    for name, side, drawing in (
        ("icon-192.png", 192, svg),
        ("icon-512.png", 512, svg),
        ("apple-touch-icon.png", 180, whole_square(svg)),
        ("maskable-512.png", 512, within_the_safe_zone(svg)),
    ):
        png = bytes(resvg_py.svg_to_bytes(svg_string=drawing, width=side, height=side))
        (ICONS / name).write_bytes(with_text(png, KEYWORD, digest.encode()))


def whole_square(svg: str) -> str:
    """The drawing with its ground up to the corners: systems that round icons do it themselves."""
    return re.sub(r' rx="[0-9.]+"', "", svg, count=1)


def within_the_safe_zone(svg: str) -> str:
    """The drawing over a whole square, its strokes scaled into the circle that is never cut."""
    inset = 16 * (1 - SAFE_ZONE)
    moved = f'<g transform="translate({inset} {inset}) scale({SAFE_ZONE})" fill="none"'
    return whole_square(svg).replace('<g fill="none"', moved, 1)


def with_text(png: bytes, keyword: bytes, text: bytes) -> bytes:
    """A PNG with one more text chunk, behind its header."""
    content = b"tEXt" + keyword + b"\0" + text
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    header_end = 8 + 12 + 13
    return png[:header_end] + chunk + png[header_end:]


if __name__ == "__main__":
    main()
