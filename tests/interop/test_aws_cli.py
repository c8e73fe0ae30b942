"""The AWS CLI before the simulated fleet."""

import json
import subprocess
import unittest

from fleet import PEERS, FleetCase

CALL_SECONDS = 60


class AwsCli(FleetCase, unittest.TestCase):
    def sts(self, command, environment):
        """`aws sts COMMAND`: its answer, or the code of its error."""
        done = subprocess.run(
            [PEERS / "aws", "sts", command, "--output", "json"],
            env=environment, capture_output=True, text=True, timeout=CALL_SECONDS, stdin=subprocess.DEVNULL,
        )
        if done.returncode == 0:
            return json.loads(done.stdout)
        self.assertIn("An error occurred (", done.stderr)
        return done.stderr.split("An error occurred (")[1].split(")")[0]

    def test_both_operations_are_answered_at_both_endpoints_with_and_without_tls(self):
        for endpoint in ["global", "eu-central-1"]:
            for transport in ["url", "plaintext_url"]:
                with self.subTest(endpoint=endpoint, transport=transport):
                    environment = self.fleet.environment(endpoint, transport)
                    self.fleet.expect(endpoint, "GetCallerIdentity", "ok")
                    identity = self.sts("get-caller-identity", environment)
                    self.assertEqual(identity["Arn"], self.fleet.credentials["arn"])
                    self.assertEqual(identity["Account"], self.fleet.credentials["account"])
                    self.assertTrue(identity["UserId"].startswith("AIDA"))
                    self.fleet.expect(endpoint, "GetSessionToken", "ok")
                    issued = self.sts("get-session-token", environment)["Credentials"]
                    self.assertTrue(issued["AccessKeyId"].startswith("ASIA"))

    def test_issued_credentials_call_get_caller_identity_and_nothing_else(self):
        self.fleet.expect("eu-central-1", "GetSessionToken", "ok")
        issued = self.sts("get-session-token", self.fleet.environment("eu-central-1"))["Credentials"]
        environment = self.fleet.environment(
            "eu-central-1", key=issued["AccessKeyId"], secret=issued["SecretAccessKey"], token=issued["SessionToken"]
        )
        self.fleet.expect("eu-central-1", "GetCallerIdentity", "ok")
        self.assertEqual(self.sts("get-caller-identity", environment)["Arn"], self.fleet.credentials["arn"])
        self.fleet.expect("eu-central-1", "GetSessionToken", "AccessDenied")
        self.assertEqual(self.sts("get-session-token", environment), "AccessDenied")

    def test_a_wrong_secret_and_an_unknown_key_are_told_apart(self):
        wrong_secret = self.fleet.environment("global", secret="0" * 40)
        self.fleet.expect("global", "GetCallerIdentity", "SignatureDoesNotMatch")
        self.assertEqual(self.sts("get-caller-identity", wrong_secret), "SignatureDoesNotMatch")
        unknown_key = self.fleet.environment("global", key="AKIAIOSFODNN7EXAMPLE")
        self.fleet.expect("global", "GetCallerIdentity", "InvalidClientTokenId")
        self.assertEqual(self.sts("get-caller-identity", unknown_key), "InvalidClientTokenId")
