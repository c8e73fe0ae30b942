"""A run as it comes, on whatever machine this is: every format at once, beside what is printed."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import xmlschema
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from sample import BARE, STSBENCH
from test_junit import SCHEMA

FORMATS = ["github-summary", "junit", "github-action-benchmark", "bencher", "hyperfine", "otava", "openmetrics", "hgrm", "hlog"]


class Run(unittest.TestCase):
    def test_every_export_of_a_simulated_run_is_written_and_says_that_it_is_simulated(self):
        with tempfile.TemporaryDirectory(prefix="stsbench-run-") as directory:
            path = pathlib.Path(directory)
            exports = [f"--export={format}={path / format}" for format in FORMATS]
            done = subprocess.run(
                [STSBENCH, "run", "--simulate", "--link=bytes", "--endpoints=global,eu-central-1", "--rounds=16", "--blocks=4",
                 "--operations=get-caller-identity", "--rate-per-endpoint=10", "--seed=1", "--progress=never", "--color=never",
                 "--gate=p(50)<10s", f"--out={path / 'out'}", *exports],
                env=BARE, capture_output=True, text=True, timeout=120)
            # A busy machine may make it invalid, or leave the gate open.
            self.assertIn(done.returncode, (0, 3, 7), done.stderr)
            self.assertIn("SIMULATED", done.stdout)
            made = {format: (path / format).read_text() for format in FORMATS if format != "hgrm"}
            made["hgrm"] = "".join(file.read_text() for file in sorted((path / "hgrm").iterdir()))
            numbers = [format for format in ("github-action-benchmark", "bencher", "hyperfine") if len(made[format]) < 40]
            if numbers:
                self.assertIn("calls them invalid", done.stderr, f"{numbers} are empty")
            for format, text in made.items():
                self.assertTrue("imulated" in text or "SIMULATED" in text or format in numbers, format)
            xmlschema.XMLSchema(SCHEMA).validate(made["junit"])
            self.assertGreater(len(list(text_string_to_metric_families(made["openmetrics"]))), 5)
            for format in ("github-action-benchmark", "bencher", "hyperfine"):
                json.loads(made[format])
            self.assertEqual(oct(os.stat(path / "junit").st_mode & 0o777), "0o600")
