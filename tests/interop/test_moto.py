"""The load generator before moto's STS: a service that nobody here wrote, over plaintext loopback."""

import base64
import csv
import json
import pathlib
import subprocess
import tempfile
import unittest

from fleet import BARE, STSBENCH
from moto_process import Moto, Server

RUN_SECONDS = 180
# Checks of a run that say that the machine was busy, and nothing about the calls.
BUSY = {"run-queue", "schedule-slip", "stalls"}
ROUNDS = 16

# moto accepts any key unless it is told to check; these are the ones of AWS's documentation.
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}

# The seven of eleven that moto has.
OPERATIONS = [
    "assume-role", "assume-role-with-saml", "assume-role-with-web-identity", "get-access-key-info", "get-caller-identity",
    "get-federation-token", "get-session-token",
]
ROLE = "arn:aws:iam::123456789012:role/example"
PARAMETERS = {
    "assume-role.role-arn": ROLE,
    "assume-role-with-saml.role-arn": ROLE,
    "assume-role-with-saml.principal-arn": "arn:aws:iam::123456789012:saml-provider/example",
    "assume-role-with-web-identity.role-arn": ROLE,
    "assume-role-with-web-identity.web-identity-token": "env:WEB_IDENTITY_TOKEN",
    "get-access-key-info.access-key-id": KEYS["AWS_ACCESS_KEY_ID"],
}
# As much as moto reads of it; it verifies nothing.
ATTRIBUTE = '<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/{}"><saml:AttributeValue>{}</saml:AttributeValue></saml:Attribute>'
ASSERTION = (
    '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
    "<saml:Assertion><saml:AttributeStatement>"
    + ATTRIBUTE.format("RoleSessionName", "somebody")
    + ATTRIBUTE.format("Role", f"{ROLE},arn:aws:iam::123456789012:saml-provider/example")
    + "</saml:AttributeStatement></saml:Assertion></samlp:Response>"
)


class MotoServer(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="stsbench-moto-")
        self.addCleanup(directory.cleanup)
        self.out = pathlib.Path(directory.name) / "out"

    def run_against(self, moto, *options, environment=None):
        return subprocess.run(
            [
                STSBENCH, "run", "--full", "--endpoint-url", f"moto={moto.url}", "--endpoints", "moto", "--out", self.out,
                "--rounds", str(ROUNDS), "--rate-per-endpoint", "10", "--seed", "1", "--quiet", *options,
            ],
            env=BARE | KEYS | (environment or {}), capture_output=True, text=True, timeout=RUN_SECONDS, stdin=subprocess.DEVNULL,
        )

    def summary(self):
        with open(self.out / "summary.csv", newline="") as file:
            return list(csv.DictReader(file))

    def refusals(self, done):
        """The names of the checks that a run's summary calls INVALID, as in "INVALID: V13 connection-kind — …"."""
        titles = [line.partition(" — ")[0] for line in done.stdout.splitlines() if line.startswith("INVALID: ")]
        return {title.split()[-1] for title in titles}

    def assert_finished(self, done):
        """Ended with 0, or on a machine too busy for exact timing with 3 and nothing else as the reason."""
        if done.returncode == 3:
            reasons = self.refusals(done)
            self.assertTrue(reasons, done.stdout)
            self.assertLessEqual(reasons, BUSY, done.stdout)
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

    def test_the_server_that_moto_ships_is_measured_by_the_first_command_that_a_person_would_try(self):
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        for host in ["127.0.0.1", "localhost"]:
            for client in ["hyper", "reqwest"]:
                with self.subTest(host=host, client=client), Moto(Server.SHIPPED) as moto, tempfile.TemporaryDirectory() as out:
                    done = subprocess.run(
                        [
                            STSBENCH, "run", "--full", "--endpoint-url", f"local=http://{host}:{moto.port}", "--endpoints", "local", "--client", client,
                            "--out", pathlib.Path(out, "out"), "--rounds", str(ROUNDS), "--rate-per-endpoint", "10",
                        ],
                        env=BARE | keys, capture_output=True, text=True, timeout=RUN_SECONDS, stdin=subprocess.DEVNULL,
                    )
                    self.assert_finished(done)
                    with open(pathlib.Path(out, "out", "summary.csv"), newline="") as file:
                        rows = list(csv.DictReader(file))
                    self.assertEqual([row["succeeded"] for row in rows], [str(ROUNDS)] * 2)

    def test_every_operation_that_moto_has_is_answered(self):
        assertion = pathlib.Path(self.out.parent, "assertion")
        assertion.write_text(base64.b64encode(ASSERTION.encode()).decode())
        given = ["--param", f"assume-role-with-saml.saml-assertion=file:{assertion}"]
        for parameter, value in PARAMETERS.items():
            given += ["--param", f"{parameter}={value}"]
        environment = {"WEB_IDENTITY_TOKEN": "any.token.will-do"}
        with Moto() as moto:
            done = self.run_against(
                moto, "--operations", ",".join(OPERATIONS), "--connections", "warm", *given, environment=environment,
            )
            self.assert_finished(done)
        rows = self.summary()
        self.assertEqual([row["operation"] for row in rows], OPERATIONS)
        for row in rows:
            with self.subTest(operation=row["operation"]):
                counts = [int(row[column]) for column in ["issued", "succeeded", "faults", "failures", "throttled"]]
                self.assertEqual(counts, [ROUNDS, ROUNDS, 0, 0, 0])

    def test_a_server_that_closes_every_connection_gives_no_warm_numbers_to_who_asks_for_them(self):
        with Moto(Server.CLOSING) as moto:
            done = self.run_against(moto, "--connections", "cold,warm")
        self.assertEqual(done.returncode, 3, done.stderr + done.stdout)
        self.assertIn("connection-kind", self.refusals(done), done.stdout)
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
