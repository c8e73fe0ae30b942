"""Charts before a renderer that we did not write: rsvg-convert draws every kind in every theme, and its picture is ours."""

import os
import shutil
import struct
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree
import zlib

from sample import BARE, GATES, STSBENCH, Case

KINDS = ["endpoints", "percentiles", "phases", "timeline"]
THEMES = ["light", "dark", "print"]
RSVG = shutil.which("rsvg-convert")
SVG = "{http://www.w3.org/2000/svg}"


def pixels(png):
    """Width, height and the pixels as (red, green, blue), of 8-bit PNGs that are not interlaced."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, palette = 8, b"", b""
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at:at + 4]), png[at + 4:at + 8]
        body = png[at + 8:at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert (depth, interlaced) == (8, 0)
        elif kind == b"PLTE":
            palette = body
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    step = {2: 3, 3: 1, 6: 4}[colour]
    raw, rows, above = zlib.decompress(data), [], bytearray(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        above = unfiltered(raw[start], bytearray(raw[start + 1:start + 1 + width * step]), above, step)
        rows.append(above)
    if colour == 3:
        return width, height, [[tuple(palette[3 * i:3 * i + 3]) for i in row] for row in rows]
    return width, height, [[tuple(row[i:i + 3]) for i in range(0, len(row), step)] for row in rows]


def unfiltered(kind, row, above, step):
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        guess = left + above[i] - corner
        paeth = min((left, above[i], corner), key=lambda value: abs(guess - value))
        row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2, paeth)[kind]) % 256
    return row


@unittest.skipUnless(RSVG or os.environ.get("CI"), "rsvg-convert is missing: install librsvg2-bin")
class Charts(Case, unittest.TestCase):
    GATES = GATES

    def drawn(self, name, *options):
        path = self.path / name
        subprocess.run([STSBENCH, "chart", self.run_file, "--out", path, *options], env=BARE, check=True)
        return path

    def test_rsvg_draws_every_kind_in_every_theme_as_we_do(self):
        for kind in KINDS:
            for theme in THEMES:
                look = ["--kind", kind, "--theme", theme]
                with self.subTest(kind=kind, theme=theme):
                    # As outlines, because the machine may not have the font.
                    svg = self.drawn("outline.svg", *look, "--text", "outline")
                    theirs = subprocess.run([RSVG, "--format", "png", svg], env=BARE, check=True, capture_output=True).stdout
                    width, height, other = pixels(theirs)
                    own = pixels(self.drawn("own.png", *look, "--scale", "1").read_bytes())
                    self.assertEqual(own[:2], (width, height))
                    pairs = [pair for rows in zip(own[2], other) for pair in zip(*rows)]
                    far = sum(max(abs(a - b) for a, b in zip(*pair)) > 64 for pair in pairs)
                    self.assertLess(far / len(pairs), 0.01, "pixels that differ by a quarter or more")
                    self.assertGreater(len(set(map(tuple, other[height // 2]))), 1, "something is there")

    def test_a_live_picture_is_xml_with_a_title_a_description_and_named_groups(self):
        for kind in KINDS:
            root = ElementTree.parse(self.drawn("live.svg", "--kind", kind)).getroot()
            with self.subTest(kind=kind):
                self.assertEqual(root.get("role"), "img")
                self.assertTrue(root.findtext(f"{SVG}title") and root.findtext(f"{SVG}desc"))
                ids = [group.get("id") for group in root.iter(f"{SVG}g")]
                self.assertTrue({"words", "chart", "footer"} <= set(ids), ids)
                for text in root.iter(f"{SVG}text"):
                    self.assertGreater(float(text.get("textLength")), 0)


if __name__ == "__main__":
    unittest.main()
