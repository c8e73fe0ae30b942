"""The JSON formats before JSON schemas, which say what the readers' documentation says, and as hyperfine's scripts read them."""

import json
import pathlib
import statistics
import unittest

import jsonschema

from sample import VANTAGE, Case, shown

SCHEMAS = pathlib.Path(__file__).parent / "schemas"
MEDIAN = f"{VANTAGE} (simulated)/eu-central-1/get-caller-identity/warm/p50"


class Json(Case, unittest.TestCase):
    def read(self, format):
        document = json.loads(self.made(format))
        schema = json.loads((SCHEMAS / f"{format}.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(document)
        return document

    def test_github_action_benchmark_gets_names_values_and_ranges(self):
        entries = {shown(entry["name"]): entry for entry in self.read("github-action-benchmark")}
        row = self.rows()["eu-central-1", "warm"]
        self.assertAlmostEqual(entries[MEDIAN]["value"], row["service_time"]["percentiles_ns"]["p50"] / 1e6, places=5)
        self.assertIn("SIMULATED", entries[MEDIAN]["extra"])

    def test_bencher_gets_nanoseconds_within_their_bounds(self):
        benchmarks = {shown(name): measures["latency"] for name, measures in self.read("bencher").items()}
        self.assertGreaterEqual(len(benchmarks), 18)
        self.assertTrue(all(len(name.encode()) <= 1024 for name in benchmarks))
        for latency in benchmarks.values():
            self.assertLessEqual(latency["lower_value"], latency["value"])
            self.assertLessEqual(latency["value"], latency.get("upper_value", float("inf")))
        self.assertEqual(benchmarks[MEDIAN]["value"], self.rows()["eu-central-1", "warm"]["service_time"]["percentiles_ns"]["p50"])

    def test_hyperfine_scripts_find_what_they_plot(self):
        results = self.read("hyperfine")["results"]
        # As plot_whisker.py: labels, and the times sorted by the medians.
        self.assertEqual(len({b["command"] for b in results}), 6)
        # As advanced_statistics.py: what they compute from the times is what stands beside them.
        for b in results:
            self.assertEqual(len(b["times"]), len(b["exit_codes"]))
            self.assertAlmostEqual(statistics.median(b["times"]), b["median"])
            self.assertLess(abs(statistics.mean(b["times"]) / b["mean"] - 1), 1e-3, "HdrHistogram's three digits")
            self.assertLess(abs(statistics.stdev(b["times"]) / b["stddev"] - 1), 2e-2)
        # As plot_parametrized.py: one parameter along the axis.
        self.assertEqual({b["parameters"]["endpoint"] for b in results}, {"global", "eu-central-1", "us-west-2"})
        self.assertEqual({b["parameters"]["simulated"] for b in results}, {"true"})
