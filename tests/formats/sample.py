"""The published sample run, cut to six targets, under a name that no format may stumble over; and what is made of it.

A run that is measured here and now could be invalid on a busy machine, and then its numbers are left out, as they should be.
"""

import copy
import json
import os
import pathlib
import subprocess
import tempfile

STSBENCH = os.environ["STSBENCH"]
READERS = pathlib.Path(os.environ["READERS"])
ROOT = pathlib.Path(__file__).parents[2]
BARE = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LANG": "C.UTF-8"}

# Quotes, brackets, markup and commands, in the one place that users name freely.
VANTAGE = 'ci "runner" \\ <b>&amp; a_b*c | ::error::x ##[group]y'
ENDPOINTS = ["global", "eu-central-1", "us-west-2"]
GATES = [
    "p(50) < 800ms",
    "p(50)(eu-central-1) < 1ms",
    "p(99)(global) < 1s",
    "p50(eu-central-1) <= 0.8 * p50(global)",
]


def sample(gates=()):
    """A stored run: three endpoints, GetCallerIdentity, cold and warm."""
    run = json.loads((ROOT / "tests/data/golden-runs/first-sample/run.json").read_text())
    targets = run["plan"]["targets"]
    kept = [i for i, target in enumerate(targets)
            if target["endpoint"]["name"] in ENDPOINTS and "get-caller-identity" in json.dumps(target["call"])]
    assert len(kept) == 6, targets[0]
    series = {one["target"]: one for one in run["series"]}
    run["plan"]["targets"] = [targets[i] for i in kept]
    run["series"] = [series[i] | {"target": at} for at, i in enumerate(kept)]
    run["vantage"]["name"] = VANTAGE
    run["vantage"]["simulation"]["requests_seen"] = None
    run["plan"]["judging"] = {"confidence": 0.95, "margin_ratio": 0.02, "margin_ns": 1_000_000, "gates": list(gates)}
    return run


class Case:
    """Mixed into a test case: a directory with the sample run in it."""

    GATES = ()

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="stsbench-formats-")
        cls.path = pathlib.Path(cls.directory.name)
        cls.run_file = cls.path / "run.json"
        cls.stored = sample(cls.GATES)
        cls.run_file.write_text(json.dumps(cls.stored))

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def made(self, format, *runs):
        """The run in that format; no line of it is a command to the system that shows it."""
        done = subprocess.run(
            [STSBENCH, "report", "--format", format, *(runs or [self.run_file])], env=BARE, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = done.stdout.decode()
        for line in text.splitlines() + done.stderr.decode().splitlines():
            self.assertFalse(line.lstrip().startswith("::") or "##[" in line, line)
        self.remarks = done.stderr.decode()
        return text

    def rows(self):
        """This program's own summary: the target and its numbers, by endpoint and kind of connection."""
        summary = json.loads(self.made("json"))
        return {(row["endpoint"], row["connection"]): row for row in summary["targets"]}

    def changed(self, name, change):
        """Another run file: a copy of the sample after `change`."""
        run = copy.deepcopy(self.stored)
        change(run)
        path = self.path / name
        path.write_text(json.dumps(run))
        return path


def shown(text):
    """`text` without the characters that keep it from being a command."""
    return text.replace("\u200b", "")
