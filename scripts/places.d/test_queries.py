"""The queries of docs/reference/store.md, run by DuckDB over a store, against what stsbench itself says of the same runs."""

import csv
import io
import pathlib
import re
import subprocess
import tempfile
import unittest

import duckdb

from lab import STSBENCH

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = [ROOT / "reports/2026-11-26-sample", *sorted((ROOT / "tests/data/golden-runs").glob("*/run.json"))]


def stsbench(*words):
    return subprocess.run([STSBENCH, *map(str, words)], capture_output=True, text=True, check=True, timeout=120).stdout


class Queries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        home = tempfile.TemporaryDirectory()
        cls.addClassCleanup(home.cleanup)
        cls.store = pathlib.Path(home.name, "store")
        for run in RUNS:
            pushed = subprocess.run([STSBENCH, "push", run, "--store", cls.store], capture_output=True, text=True, timeout=120)
            # Two golden runs can bear one id; a store takes the first.
            assert pushed.returncode in (0, 6), pushed.stderr
        page = (ROOT / "docs/reference/store.md").read_text()
        cls.queries = re.findall(r"```sql\n(.*?)```", page, re.S)

    def rows(self, number):
        return duckdb.sql(self.queries[number].replace("STORE", str(self.store))).fetchall()

    def test_each_query_of_the_page_runs(self):
        self.assertEqual(len(self.queries), 5)
        for number in range(5):
            with self.subTest(query=number):
                self.rows(number)

    def test_the_medians_are_those_that_a_matrix_shows(self):
        text = stsbench("matrix", self.store, "--format", "csv")
        shown = {}
        for row in csv.DictReader(io.StringIO(text)):
            if row["p50_ns"]:
                key = (row["vantage"], row["endpoint"], row["operation"], row["connection"])
                shown[key] = round(int(row["p50_ns"]) / 1e6, 2)
        found = {tuple(row[:4]): row[4] for row in self.rows(0)}
        self.assertGreater(len(shown), 10)
        for key, value in shown.items():
            self.assertAlmostEqual(found[key], value, places=2, msg=key)

    def test_every_vantage_point_and_every_run_is_counted(self):
        manifests = list(self.store.glob("v1/runs/*/*/*/manifest.json"))
        counted = self.rows(4)
        self.assertEqual(sum(runs for _, runs, _, _ in counted), len(manifests))
        self.assertGreater(len(manifests), 1)


if __name__ == "__main__":
    unittest.main()
