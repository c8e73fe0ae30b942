"""Charts as Vega-Lite before its own programs: the schema, the compiler and the renderer."""

import json
import os
import pathlib
import re
import subprocess
import unittest

from sample import BARE, GATES, STSBENCH, Case

KINDS = ["endpoints", "percentiles", "phases", "timeline", "ecdf", "difference", "savings"]
HERE = pathlib.Path(__file__).parent


class VegaLite(Case, unittest.TestCase):
    GATES = GATES

    def chart(self, kind, *options):
        path = self.path / f"{kind}.vl.json"
        path.unlink(missing_ok=True)
        subprocess.run([STSBENCH, "chart", self.run_file, "--kind", kind, "--out", path, *options], env=BARE, check=True)
        return path, json.loads(path.read_text())

    def drawn(self, *paths):
        """Each document as a picture, after the schema and the compiler had nothing to say against it."""
        read = subprocess.run(
            ["node", HERE / "read_vega_lite.mjs", os.environ["JAVASCRIPT"], *paths], capture_output=True, timeout=300)
        self.assertEqual(read.returncode, 0, read.stderr)
        answers = json.loads(read.stdout)
        self.assertEqual(len(answers), len(paths))
        for path, answer in zip(paths, answers):
            self.assertTrue(answer["valid"], (path, answer["errors"]))
            self.assertEqual(answer["said"], [], path)
        return [answer["svg"] for answer in answers]

    def test_every_kind_goes_by_the_schema_and_is_drawn_without_a_warning(self):
        looks = [
            ["--theme", "light", "--language", "es"],
            ["--theme", "dark", "--language", "de"],
            ["--theme", "print", "--language", "fr", "--background", "none"],
        ]
        made = [
            self.chart(kind, *looks[at % len(looks)], "--title", "a title of our own", "--caption", "a caption")
            for at, kind in enumerate(KINDS)
        ]
        for (path, document), svg in zip(made, self.drawn(*(path for path, _ in made))):
            with self.subTest(path.name):
                self.assertIn("a title of our own", svg)
                self.assertIn("a caption", svg)
                self.assertTrue(document["usermeta"]["is_simulated"])
                self.assertIn("SIMUL", json.dumps(document["title"]))

    def test_every_endpoint_is_a_mark_at_the_time_of_the_summary(self):
        path, document = self.chart("endpoints")
        (svg,) = self.drawn(path)
        rows = {(row["endpoint"], row["connection"]): row for row in document["data"]["values"]}
        expected = self.rows()
        self.assertEqual(len(rows), len(expected))
        for (endpoint, connection), row in expected.items():
            said = rows[endpoint, {"cold": "new connection", "warm": "kept open"}[connection]]
            self.assertAlmostEqual(said["ms"] * 1e6, row["service_time"]["percentiles_ns"]["p50"], delta=1)
        points = re.findall(r'aria-roledescription="point"', svg)
        self.assertEqual(len(points), len(expected))

    def test_the_size_is_what_was_asked_for(self):
        path, _ = self.chart("savings", "--width", "640")
        width = re.search(r'<svg[^>]* width="([0-9.]+)"', self.drawn(path)[0]).group(1)
        self.assertAlmostEqual(float(width), 640, delta=2)

    def test_options_without_effect_and_kinds_without_a_document_are_refused(self):
        for arguments, says in [
            (["--kind", "windows"], "allowed: endpoints, percentiles"),
            (["--kind", "endpoints", "--scale", "2"], "--scale has no effect"),
            (["--kind", "endpoints", "--text", "outline"], "--text has no effect"),
        ]:
            path = self.path / "refused.vl.json"
            refused = subprocess.run(
                [STSBENCH, "chart", self.run_file, *arguments, "--out", path], env=BARE, capture_output=True)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn(says, refused.stderr.decode())
            self.assertFalse(path.exists())
