"""The load generator before moto's STS: a service that nobody here wrote, over plaintext loopback."""

import csv
import json
import pathlib
import subprocess
import tempfile
import unittest

from fleet import BARE, STSBENCH
from moto_process import Moto, Server

RUN_SECONDS = 180
ROUNDS = 16

# moto accepts any key unless it is told to check; these are the ones of AWS's documentation.
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


class MotoServer(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="stsbench-moto-")
        self.addCleanup(directory.cleanup)
        self.out = pathlib.Path(directory.name) / "out"

    def run_against(self, moto, *options):
        return subprocess.run(
            [
                STSBENCH, "run", "--endpoint-url", f"moto={moto.url}", "--endpoints", "moto", "--out", self.out,
                "--rounds", str(ROUNDS), "--rate-per-endpoint", "10", "--seed", "1", "--quiet", *options,
            ],
            env=BARE | KEYS, capture_output=True, text=True, timeout=RUN_SECONDS, stdin=subprocess.DEVNULL,
        )

    def summary(self):
        with open(self.out / "summary.csv", newline="") as file:
            return list(csv.DictReader(file))

    def assert_finished(self, done):
        """Ended with 0, or on a machine too busy for exact timing with 3 and that as the only reason."""
        if done.returncode == 3:
            reasons = [line for line in done.stdout.splitlines() if line.startswith("INVALID: ")]
            self.assertEqual([line.split()[1] for line in reasons], ["schedule-slip"], done.stdout)
            print("(machine too busy for exact timing; counts hold)", end=" ", flush=True)
        else:
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)

    def assert_every_target_answered(self, client):
        with Moto() as moto:
            done = self.run_against(moto, "--client", client)
            self.assert_finished(done)
            requests = moto.answers("200")
        rows = self.summary()
        targets = {(row["operation"], row["connection"]) for row in rows}
        operations = ["get-caller-identity", "get-session-token"]
        self.assertEqual(targets, {(name, kind) for name in operations for kind in ["cold", "warm"]})
        for row in rows:
            with self.subTest(operation=row["operation"], connection=row["connection"]):
                counts = [int(row[column]) for column in ["issued", "succeeded", "faults", "failures", "throttled"]]
                self.assertEqual(counts, [ROUNDS, ROUNDS, 0, 0, 0])
                self.assertGreater(int(row["p50_ns"]), 0)
        samples = len((self.out / "samples.csv").read_text().splitlines()) - 1
        self.assertEqual(requests, samples + 1, "every sample and the preflight, once each")

    def test_four_targets_are_answered_by_moto_with_our_own_client(self):
        self.assert_every_target_answered("hyper")

    def test_four_targets_are_answered_by_moto_with_reqwest(self):
        self.assert_every_target_answered("reqwest")

    def test_a_server_that_closes_every_connection_gives_no_warm_numbers(self):
        with Moto(Server.CLOSING) as moto:
            self.assert_finished(self.run_against(moto))
        for row in self.summary():
            with self.subTest(operation=row["operation"], connection=row["connection"]):
                self.assertEqual((row["issued"], row["faults"], row["failures"]), (str(ROUNDS), "0", "0"))
                self.assertEqual(row["succeeded"], str(ROUNDS) if row["connection"] == "cold" else "0")

    def test_a_key_that_moto_does_not_know_ends_the_run_before_it_begins(self):
        with Moto(authentication=True) as moto:
            done = self.run_against(moto)
            requests = moto.answers()
        self.assertEqual(done.returncode, 4, done.stderr + done.stdout)
        self.assertIn("InvalidClientTokenId", done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.assertEqual(requests, 1, "the preflight and nothing after it")
        self.assertFalse((self.out / "run.json").exists())

    def test_no_secret_is_left_in_the_results(self):
        with Moto() as moto:
            done = self.run_against(moto, "--operations", "get-session-token", "--connections", "cold")
        self.assert_finished(done)
        files = [path for path in self.out.rglob("*") if path.is_file()]
        self.assertIn("run.json", [path.name for path in files])
        written = b"".join(path.read_bytes() for path in files) + (done.stdout + done.stderr).encode()
        # moto's issued secret and the beginning of its token are constants of its source.
        for secret in [KEYS["AWS_SECRET_ACCESS_KEY"], "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY", "AQoEXAMPLEH4aoAH0gNCAPy"]:
            self.assertNotIn(secret.encode(), written)
        plan = json.loads((self.out / "run.json").read_text())["plan"]
        self.assertEqual(plan["targets"][0]["call"]["duration_seconds"], 900)
