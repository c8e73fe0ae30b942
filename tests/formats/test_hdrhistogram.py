"""The interval log and the percentile files before HdrHistogram in Python and in JavaScript."""

import json
import os
import pathlib
import subprocess
import unittest

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

from sample import BARE, STSBENCH, Case

JAVASCRIPT = pathlib.Path(os.environ["JAVASCRIPT"])
HOUR_NS = 3_600_000_000_000


class Histograms(Case, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.path / "run.hlog"
        cls.hgrm = cls.path / "hgrm"
        command = [STSBENCH, "report", cls.run_file, "--export", f"hlog={cls.log}", "--export", f"hgrm={cls.hgrm}"]
        subprocess.run(command, env=BARE, check=True, capture_output=True)

    def read_by_python(self):
        """What the log holds, added up, by tag."""
        reader = HistogramLogReader(str(self.log), HdrHistogram(1, HOUR_NS, 3))
        found = {}
        while histogram := reader.get_next_interval_histogram():
            found.setdefault(histogram.get_tag(), HdrHistogram(1, HOUR_NS, 3)).add(histogram)
        reader.close()
        return found

    def read_by_javascript(self):
        script = pathlib.Path(__file__).with_name("read_hlog.mjs")
        done = subprocess.run(
            ["node", script, JAVASCRIPT, self.log], env=BARE, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_both_add_the_intervals_up_to_the_numbers_of_the_report(self):
        python, javascript, rows = self.read_by_python(), self.read_by_javascript(), self.rows()
        self.assertEqual(len(rows), 6)
        for (endpoint, connection), row in rows.items():
            tag, times = f"{endpoint}.get-caller-identity.{connection}", row["service_time"]
            read = javascript[tag]
            self.assertEqual((read["count"], read["p50"], read["p95"]),
                             (times["count"], times["percentiles_ns"]["p50"], times["percentiles_ns"]["p95"]))
            # Python rounds a rank where the others take the next one, which is the same for the median of 96.
            self.assertEqual((python[tag].get_total_count(), python[tag].get_value_at_percentile(50)),
                             (times["count"], times["percentiles_ns"]["p50"]))
            self.assertEqual(python[tag].get_max_value(), read["max"])
        self.assertEqual(set(python) - set(javascript), {"client.overhead"}, "timed by its own clock, the sample has none")

    def test_the_percentile_files_are_what_javascript_would_have_written(self):
        javascript = self.read_by_javascript()
        files = sorted(self.hgrm.iterdir())
        self.assertEqual(len(files), 6)
        for file in files:
            text = file.read_text()
            own = "\n".join(line for line in text.splitlines() if not line.startswith("# ")) + "\n"
            # The last row, of all values, has no fourth number in JavaScript and an infinite one in C.
            self.assertEqual(own.replace(f" {'inf':>14}\n", "\n"), javascript[file.stem]["distribution"])
            self.assertIn("# SIMULATED: ", text)
