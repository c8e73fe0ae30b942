"""Charts as Vega-Lite before its own programs: the schema, the compiler and the renderer."""

import json
import os
import pathlib
import re
import subprocess
import unittest

from sample import BARE, GATES, ROOT, STSBENCH, Case

KINDS = ["endpoints", "percentiles", "phases", "timeline", "ecdf", "difference", "savings"]
HERE = pathlib.Path(__file__).parent
GOLDEN = ROOT / "tests/data/golden-runs"
# Kinds of other runs than one of one window, by their runs.
OF_OTHERS = {
    "windows": [GOLDEN / "windows-a"],
    "compare": [GOLDEN / "pair-baseline", GOLDEN / "pair-candidate"],
    "trend": [GOLDEN / "history/earlier", GOLDEN / "history"],
    "matrix": [GOLDEN / "first-sample"],
    "world": [GOLDEN / "first-sample"],
}


class VegaLite(Case, unittest.TestCase):
    GATES = GATES

    def chart(self, kind, *options):
        path = self.path / f"{kind}.vl.json"
        path.unlink(missing_ok=True)
        runs = OF_OTHERS.get(kind, [self.run_file])
        subprocess.run([STSBENCH, "chart", *runs, "--kind", kind, "--out", path, *options], env=BARE, check=True)
        return path, json.loads(path.read_text())

    def said(self, command, kind):
        """What the program itself says of the same runs."""
        done = subprocess.run([STSBENCH, command, *OF_OTHERS[kind], "--format", "json"], env=BARE, capture_output=True)
        return json.loads(done.stdout)

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
            for at, kind in enumerate([*KINDS, *OF_OTHERS])
        ]
        for (path, document), svg in zip(made, self.drawn(*(path for path, _ in made))):
            with self.subTest(path.name):
                self.assertIn("a title of our own", svg)
                self.assertIn("a caption", svg)
                # The pair was measured at a server that is neither AWS nor the simulation.
                is_pair = path.name.startswith("compare")
                self.assertEqual(document["usermeta"]["is_simulated"], not is_pair)
                self.assertRegex(json.dumps(document["title"]), "AWS" if is_pair else "SIMUL")

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

    def test_every_run_of_a_trend_is_at_the_time_that_the_program_says(self):
        _, document = self.chart("trend")
        trend = self.said("trend", "trend")
        rows = document["data"]["values"]
        drawn = {(row["endpoint"], row["run"]): row for row in rows}
        self.assertEqual(len(drawn), len(rows))
        expected = 0
        for target in trend["targets"]:
            for run, point in zip(trend["runs"], target["points"]):
                row = drawn[target["endpoint"], run["run_id"]]
                self.assertAlmostEqual(row["ms"] * 1e6, point["p50_ns"], delta=1)
                self.assertAlmostEqual(row["low"] * 1e6, point["p50_low_ns"], delta=1)
                expected += 1
        self.assertEqual(len(rows), expected)
        self.assertEqual(document["usermeta"]["run_ids"], [run["run_id"] for run in trend["runs"]])

    def test_every_cell_of_a_matrix_has_its_time_its_shade_and_letters_that_can_be_read(self):
        _, document = self.chart("matrix")
        [place] = self.said("matrix", "matrix")["places"]
        drawn = {row["endpoint"]: row for row in document["data"]["values"]}
        self.assertEqual(set(drawn), {cell["endpoint"] for cell in place["endpoints"]})
        for cell in place["endpoints"]:
            row = drawn[cell["endpoint"]]
            self.assertAlmostEqual(row["ms"] * 1e6, cell["p50_ns"], delta=1)
            self.assertEqual(row["standing"], cell["standing"])
            low, _, high = row["shade"].partition("–")
            bounds = [float(part.strip("<≥ ")) for part in (low, high) if part]
            self.assertTrue(bounds[0] <= row["ms"] < bounds[-1] or len(bounds) == 1, row)
            self.assertIn(row["ink"], ["#000000", "#FFFFFF"])

    def test_every_region_of_a_world_has_the_time_of_the_matrix_and_is_drawn_on_the_map(self):
        path, document = self.chart("world")
        [place] = self.said("matrix", "world")["places"]
        times = {cell["endpoint"]: cell["p50_ns"] for cell in place["endpoints"] if cell["endpoint"] != "global"}
        drawn = {row["endpoint"]: row for row in document["data"]["values"]}
        self.assertEqual(set(drawn), set(times))
        for endpoint, row in drawn.items():
            self.assertAlmostEqual(row["ms"] * 1e6, times[endpoint], delta=1)
        (svg,) = self.drawn(path)
        self.assertGreaterEqual(len(re.findall(r'aria-roledescription="circle"', svg)), len(drawn))
        self.assertTrue("mark-shape" in svg, "the land")

    def test_a_change_from_run_to_run_is_that_of_the_medians(self):
        _, document = self.chart("compare", "--connection", "cold")
        expected = {
            target["endpoint"]: target for target in self.said("compare", "compare")["targets"]
            if (target["operation"], target["connection"]) == ("get-caller-identity", "cold")
        }
        rows = document["data"]["values"]
        self.assertEqual({row["endpoint"] for row in rows}, set(expected))
        for row in rows:
            [p50] = [it for it in expected[row["endpoint"]]["percentiles"] if it["percentile"] == "p50"]
            self.assertAlmostEqual(row["change"], 1 / p50["ratio"] - 1, places=9)
            self.assertAlmostEqual(row["low"], 1 / p50["ratio_high"] - 1, places=9)
            self.assertLessEqual(row["low"], row["change"])

    def test_a_window_has_a_point_for_each_endpoint(self):
        _, document = self.chart("windows")
        rows = document["data"]["values"]
        windows = json.loads((GOLDEN / "windows-a/run.json").read_text())["windows"]
        self.assertEqual({row["at"] for row in rows}, {window["started_at"] for window in windows})
        for row in rows:
            self.assertTrue(row["low"] <= row["ms"] <= row["high"], row)

    def test_the_size_is_what_was_asked_for(self):
        path, _ = self.chart("savings", "--width", "640")
        width = re.search(r'<svg[^>]* width="([0-9.]+)"', self.drawn(path)[0]).group(1)
        self.assertAlmostEqual(float(width), 640, delta=2)

    def test_options_without_effect_and_runs_of_another_number_are_refused(self):
        for arguments, says in [
            (["--kind", "compare"], "chart compare is of two runs, not of 1"),
            (["--kind", "trend"], "a trend needs 2 runs"),
            (["--kind", "endpoints", "--scale", "2"], "--scale has no effect"),
            (["--kind", "endpoints", "--text", "outline"], "--text has no effect"),
        ]:
            path = self.path / "refused.vl.json"
            refused = subprocess.run(
                [STSBENCH, "chart", self.run_file, *arguments, "--out", path], env=BARE, capture_output=True)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn(says, refused.stderr.decode())
            self.assertFalse(path.exists())
