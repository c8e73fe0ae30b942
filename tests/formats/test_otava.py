"""The table before Apache Otava itself: forty runs derived from one, of which the last fifteen are slower by a tenth."""

import base64
import csv
import datetime
import io
import json
import random
import struct
import subprocess
import unittest
import zlib

import numpy
from hdrh.histogram import HdrHistogram

from sample import BARE, ENDPOINTS, READERS, Case

RUNS, STEP_AT, STEP = 40, 25, 1.10
HOUR_NS = 3_600_000_000_000
# HdrHistogram's V2 form as it is stored, and the cookie under which the Python reader takes it deflated.
COMPRESSED_COOKIE = 0x1C849304 | 0x10


def decoded(text):
    raw = base64.b64decode(text + "=" * (-len(text) % 4))
    packed = zlib.compress(raw)
    return HdrHistogram.decode(base64.b64encode(struct.pack(">II", COMPRESSED_COOKIE, len(packed)) + packed))


def encoded(histogram):
    packed = base64.b64decode(histogram.encode())
    return base64.b64encode(zlib.decompress(packed[8:])).decode().rstrip("=")


def slowed(text, factor):
    """A stored histogram with every value times `factor`."""
    if not text:
        return text
    slower, histogram = HdrHistogram(1, HOUR_NS, 3), decoded(text)
    # Its own iterators look at every one of 33,000 buckets.
    counts = numpy.ctypeslib.as_array(histogram.counts)
    for index in numpy.flatnonzero(counts).tolist():
        slower.record_value(round(histogram.get_value_from_index(index) * factor), int(counts[index]))
    return encoded(slower)


class Otava(Case, unittest.TestCase):
    def series(self):
        """Run files a day apart, each with a noise of one per cent, in no order."""
        noise = random.Random(7)
        start = datetime.datetime(2026, 10, 1, 18, tzinfo=datetime.timezone.utc)
        paths = []
        for day in range(RUNS):
            factor = noise.gauss(1, 0.01) * (STEP if day >= STEP_AT else 1)

            def change(run, day=day, factor=factor):
                at = start + datetime.timedelta(days=day)
                run["started_at"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
                run["run_id"] = at.strftime("%Y%m%d-%H%M%S-0badcafe")
                for series in run["series"]:
                    for part in [series, *series["blocks"]]:
                        part["service_time"] = slowed(part["service_time"], factor)

            paths.append(self.changed(f"run-{day:02}.json", change))
        noise.shuffle(paths)
        return paths

    def test_otava_finds_the_step_where_it_is_and_nowhere_else(self):
        table = self.made("otava", *self.series())
        rows = list(csv.DictReader(io.StringIO(table)))
        self.assertEqual(len(rows), RUNS)
        self.assertEqual([row["time"] for row in rows], sorted(row["time"] for row in rows))
        self.assertEqual({row["simulated"] for row in rows}, {"true"})
        metrics = [f"{endpoint}.get-caller-identity.{connection}.p50_ms"
                   for endpoint in ENDPOINTS for connection in ("cold", "warm")]
        (self.path / "history.csv").write_text(table)
        config = {"tests": {"sts": {
            "type": "csv", "file": str(self.path / "history.csv"), "time_column": "time",
            "attributes": ["run_id", "version", "vantage", "simulated"],
            "metrics": {name: {"column": name, "direction": -1, "scale": 1} for name in metrics},
        }}}
        (self.path / "otava.yaml").write_text(json.dumps(config))
        done = subprocess.run(
            [READERS / "otava", "analyze", "sts", "--since", "2026-09-01", "--output", "json"], cwd=self.path,
            env=BARE | {"OTAVA_CONFIG": str(self.path / "otava.yaml")}, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        points = json.loads(done.stdout)["sts"]
        self.assertEqual([point["time"] for point in points], [points[0]["time"]], done.stdout)
        at = datetime.datetime.fromtimestamp(points[0]["time"], datetime.timezone.utc)
        self.assertEqual(at.strftime("%Y-%m-%d %H:%M:%S +0000"), rows[STEP_AT]["time"])
        found = {change["metric"]: float(change["forward_change_percent"]) for change in points[0]["changes"]}
        self.assertEqual(set(found), set(metrics))
        for metric, percent in found.items():
            self.assertAlmostEqual(percent, 100 * (STEP - 1), delta=2, msg=metric)
