"""The textfile before promtool and before Prometheus' own reader of OpenMetrics."""

import os
import pathlib
import subprocess
import sys
import unittest

from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as text_format

from sample import BARE, GATES, VANTAGE, Case, shown

PROMTOOL = pathlib.Path(os.environ["PROMTOOL"])


class Textfile(Case, unittest.TestCase):
    GATES = GATES

    def test_promtool_finds_nothing_to_say(self):
        if not PROMTOOL.exists():
            self.assertNotIn("CI", os.environ, "promtool is missing")
            print("NOT TESTED HERE: promtool is missing", file=sys.stderr)
            self.skipTest("promtool is missing")

        def check(text):
            return subprocess.run([PROMTOOL, "check", "metrics"], input=text, env=BARE, capture_output=True, text=True)

        text = self.made("openmetrics")
        done = check(text)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        for spoiled in (text.replace('"} ', '} ', 1), text.replace("summary", "gauge")):
            self.assertNotEqual(check(spoiled).returncode, 0, "it looks at what it is given")

    def test_both_languages_of_prometheus_read_the_same_numbers(self):
        text = self.made("openmetrics")

        def read(parse):
            samples = [sample for family in parse(text) for sample in family.samples]
            return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}

        metrics = read(text_string_to_metric_families)
        self.assertEqual(metrics, read(text_format))
        vantage = {dict(labels)["vantage"] for _, labels in metrics}
        self.assertEqual({shown(name) for name in vantage}, {f"{VANTAGE} (simulated)"})

        def value(name, **labels):
            found = [value for (sample, has), value in metrics.items() if sample == name and labels.items() <= dict(has).items()]
            self.assertEqual(len(found), 1, (name, labels))
            return found[0]

        self.assertEqual(value("stsbench_simulated"), 1)
        for (endpoint, connection), row in self.rows().items():
            target = {"endpoint": endpoint, "connection": connection}
            self.assertEqual(value("stsbench_calls", outcome="succeeded", **target), 96)
            for name, nanoseconds in row["service_time"]["percentiles_ns"].items():
                quantile = {"quantile": f"{float(name[1:]) / 100:g}"}
                if nanoseconds is None:
                    continue
                seconds = value("stsbench_service_time_seconds", **target, **quantile)
                self.assertAlmostEqual(seconds, nanoseconds / 1e9, places=8)
                low = value("stsbench_service_time_low_seconds", **target, **quantile)
                self.assertLessEqual(low, seconds)
                self.assertLessEqual(seconds, value("stsbench_service_time_high_seconds", **target, **quantile))
        outcomes = {name: value("stsbench_gates", outcome=name) for name in ("proven", "violated", "inconclusive")}
        self.assertEqual(outcomes, {"proven": 2, "violated": 1, "inconclusive": 1})
