"""boto3 before the simulated fleet: answers, refusals, retries, time."""

import time
import unittest
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from unittest import mock

import boto3
import certifi
from botocore.config import Config
from botocore.exceptions import ClientError, SSLError

from fleet import FleetCase

ONE_ATTEMPT = Config(retries={"mode": "standard", "total_max_attempts": 1})


class Boto3Case(FleetCase):
    """A client as an application makes it: everything from the environment."""

    @contextmanager
    def client(self, endpoint, transport="url", config=ONE_ATTEMPT, changes=None, **credentials):
        environment = self.fleet.environment(endpoint, transport, **credentials) | (changes or {})
        if config is not ONE_ATTEMPT:
            del environment["AWS_MAX_ATTEMPTS"]
        with mock.patch.dict("os.environ", environment, clear=True):
            client = boto3.Session().client("sts", config=config)
            try:
                yield client
            finally:
                client.close()

    def refusal(self, call):
        """The error of a call that has to be refused."""
        with self.assertRaises(ClientError) as refused:
            call()
        response = refused.exception.response
        self.assertEqual(response["Error"]["Type"], "Sender")
        self.assertEqual(response["ResponseMetadata"]["RetryAttempts"], 0)
        return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


class Answers(Boto3Case, unittest.TestCase):
    def test_both_operations_are_answered_at_both_endpoints_with_and_without_tls(self):
        for endpoint in ["global", "eu-central-1"]:
            for transport in ["url", "plaintext_url"]:
                with self.subTest(endpoint=endpoint, transport=transport), self.client(endpoint, transport) as sts:
                    self.fleet.expect(endpoint, "GetCallerIdentity", "ok")
                    identity = sts.get_caller_identity()
                    self.assertEqual(identity["Arn"], self.fleet.credentials["arn"])
                    self.assertEqual(identity["Account"], self.fleet.credentials["account"])
                    metadata = identity["ResponseMetadata"]
                    self.assertEqual(metadata["RequestId"], metadata["HTTPHeaders"]["x-amzn-requestid"])
                    self.fleet.expect(endpoint, "GetSessionToken", "ok")
                    issued = sts.get_session_token(DurationSeconds=900)["Credentials"]
                    left = issued["Expiration"] - datetime.now(timezone.utc)
                    self.assertLessEqual(left, timedelta(seconds=900))
                    self.assertGreater(left, timedelta(seconds=800))

    def test_issued_credentials_call_get_caller_identity_and_nothing_else(self):
        with self.client("global") as sts:
            self.fleet.expect("global", "GetSessionToken", "ok")
            issued = sts.get_session_token()["Credentials"]
        session = {
            "key": issued["AccessKeyId"], "secret": issued["SecretAccessKey"], "token": issued["SessionToken"],
        }
        with self.client("eu-central-1", **session) as sts:
            self.fleet.expect("eu-central-1", "GetCallerIdentity", "ok")
            self.assertEqual(sts.get_caller_identity()["Arn"], self.fleet.credentials["arn"])
            self.fleet.expect("eu-central-1", "GetSessionToken", "AccessDenied")
            self.assertEqual(
                self.refusal(sts.get_session_token),
                ("AccessDenied", 403, "Cannot call GetSessionToken with session credentials"),
            )

    def test_a_token_that_was_altered_or_left_out_is_not_known(self):
        with self.client("eu-central-1") as sts:
            self.fleet.expect("eu-central-1", "GetSessionToken", "ok")
            issued = sts.get_session_token()["Credentials"]
        token = issued["SessionToken"]
        altered = token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]
        for token in [altered, None]:
            session = {"key": issued["AccessKeyId"], "secret": issued["SecretAccessKey"], "token": token}
            with self.subTest(token=token is not None), self.client("eu-central-1", **session) as sts:
                self.fleet.expect("eu-central-1", "GetCallerIdentity", "InvalidClientTokenId")
                self.assertEqual(
                    self.refusal(sts.get_caller_identity),
                    ("InvalidClientTokenId", 403, "The security token included in the request is invalid."),
                )

    def test_a_wrong_secret_and_an_unknown_key_are_told_apart(self):
        with self.client("global", secret="0" * 40) as sts:
            self.fleet.expect("global", "GetCallerIdentity", "SignatureDoesNotMatch")
            code, status, message = self.refusal(sts.get_caller_identity)
            self.assertEqual((code, status), ("SignatureDoesNotMatch", 403))
            self.assertTrue(message.startswith("The request signature we calculated does not match"), message)
        with self.client("global", key="AKIAIOSFODNN7EXAMPLE") as sts:
            self.fleet.expect("global", "GetCallerIdentity", "InvalidClientTokenId")
            self.assertEqual(
                self.refusal(sts.get_caller_identity),
                ("InvalidClientTokenId", 403, "The security token included in the request is invalid."),
            )

    def test_a_signature_for_another_region_is_refused_by_global_and_regional_endpoints(self):
        for endpoint in ["global", "eu-central-1"]:
            changes = {"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-2"}
            with self.subTest(endpoint=endpoint), self.client(endpoint, changes=changes) as sts:
                self.fleet.expect(endpoint, "GetCallerIdentity", "SignatureDoesNotMatch")
                code, status, message = self.refusal(sts.get_caller_identity)
                self.assertEqual((code, status), ("SignatureDoesNotMatch", 403))
                self.assertEqual(message.strip(), "Credential should be scoped to a valid region.")

    def test_durations_out_of_range_are_refused_in_the_services_words(self):
        # boto3 checks the type and leaves the range to the service.
        with self.client("eu-central-1") as sts:
            self.fleet.expect("eu-central-1", "GetSessionToken", "ValidationError")
            code, status, message = self.refusal(lambda: sts.get_session_token(DurationSeconds=129_601))
            self.assertEqual((code, status), ("ValidationError", 400))
            self.assertIn("Value '129601' at 'durationSeconds'", message)

    def test_without_the_fleets_root_nothing_is_sent(self):
        with self.client("global", changes={"AWS_CA_BUNDLE": certifi.where()}) as sts, self.assertRaises(SSLError):
            sts.get_caller_identity()


class Clocks(Boto3Case, unittest.TestCase):
    SPEC = """
        link = "undelayed"
        endpoints = "global,eu-central-1"
        [[faults]]
        endpoints = ["global"]
        fault = { kind = "clock-offset", seconds = 1200 }
        [[faults]]
        endpoints = ["eu-central-1"]
        fault = { kind = "clock-offset", seconds = -1200 }
    """

    def test_a_clock_beyond_fifteen_minutes_is_refused_with_the_window(self):
        for endpoint, words in [("global", "Signature expired: "), ("eu-central-1", "Signature not yet current: ")]:
            with self.subTest(endpoint=endpoint), self.client(endpoint) as sts:
                self.fleet.expect(endpoint, "GetCallerIdentity", "SignatureDoesNotMatch")
                code, status, message = self.refusal(sts.get_caller_identity)
                self.assertEqual((code, status), ("SignatureDoesNotMatch", 403))
                self.assertTrue(message.startswith(words), message)
                self.assertIn("15 min.", message)


class Late(Boto3Case, unittest.TestCase):
    # Twenty minutes apart, each within the quarter of an hour that signatures are good for.
    SPEC = """
        link = "undelayed"
        endpoints = "eu-central-1,eu-west-1"
        [[faults]]
        endpoints = ["eu-central-1"]
        fault = { kind = "clock-offset", seconds = -600 }
        [[faults]]
        endpoints = ["eu-west-1"]
        fault = { kind = "clock-offset", seconds = 600 }
    """

    def test_a_session_that_is_over_is_refused_whatever_its_signature(self):
        with self.client("eu-central-1") as sts:
            self.fleet.expect("eu-central-1", "GetSessionToken", "ok")
            issued = sts.get_session_token(DurationSeconds=900)["Credentials"]
        session = {"key": issued["AccessKeyId"], "token": issued["SessionToken"]}
        for secret in [issued["SecretAccessKey"], "0" * 40]:
            with self.client("eu-west-1", secret=secret, **session) as sts:
                self.fleet.expect("eu-west-1", "GetCallerIdentity", "ExpiredToken")
                self.assertEqual(
                    self.refusal(sts.get_caller_identity),
                    ("ExpiredToken", 403, "The security token included in the request is expired"),
                )


class Throttled(Boto3Case, unittest.TestCase):
    SPEC = """
        link = "undelayed"
        endpoints = "eu-central-1"
        faults = [{ endpoints = ["*"], fault = { kind = "throttle" } }]
    """

    def test_boto3_takes_throttling_for_what_it_is_and_tries_again(self):
        config = Config(retries={"mode": "standard", "total_max_attempts": 3})
        with self.client("eu-central-1", config=config) as sts:
            self.fleet.expect("eu-central-1", "GetCallerIdentity", "injected:throttle", times=3)
            with self.assertRaises(ClientError) as refused:
                sts.get_caller_identity()
        response = refused.exception.response
        self.assertEqual((response["Error"]["Code"], response["Error"]["Message"]), ("Throttling", "Rate exceeded"))
        self.assertEqual(response["ResponseMetadata"]["RetryAttempts"], 2)


class Distance(Boto3Case, unittest.TestCase):
    SPEC = """
        endpoints = "global,eu-central-1"
        rtt_ms = { global = 120, eu-central-1 = 0 }
        [service_time.get-caller-identity]
        median_ms = 0
        sigma = 0
    """

    def test_another_client_sees_the_round_trips_that_the_fleet_states(self):
        # Lower bounds hold on any machine, however busy. A new TLS 1.3 connection takes one round trip for the
        # handshake (the kernel's own, for TCP, is not delayed) and one for the call.
        with self.client("global") as sts:
            self.fleet.expect("global", "GetCallerIdentity", "ok", times=4)
            elapsed = [self.seconds(sts) for _ in range(4)]
        self.assertGreaterEqual(elapsed[0], 0.240)
        self.assertGreaterEqual(min(elapsed[1:]), 0.120)
        with self.client("eu-central-1") as sts:
            self.fleet.expect("eu-central-1", "GetCallerIdentity", "ok", times=16)
            nearest = min(self.seconds(sts) for _ in range(16))
        self.assertLess(nearest, min(elapsed))

    def seconds(self, sts):
        begun = time.perf_counter()
        sts.get_caller_identity()
        return time.perf_counter() - begun
