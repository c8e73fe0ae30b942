"""Every row of the table of calls, made by each client, and the books of the fleet that answered them."""

import re
import unittest
from itertools import groupby

from botocore import xform_name

from cases import CASES, DEVICE, ROLE, SEED, OneTimePassword
from clients import AwsCli, Boto3, JavaScript, JavaScript2
from fleet import FleetCase


class Callers:
    """The environments of those who call; temporary credentials are fetched once, by boto3."""

    def __init__(self, fleet):
        self.fleet = fleet
        self.kept = {}

    def environment(self, case):
        return self.fleet.environment(case.endpoint, case.transport, **self.credentials(case.caller))

    def credentials(self, caller):
        if caller not in self.kept:
            self.kept[caller] = self.made(caller)
        return self.kept[caller]

    def made(self, caller):
        match caller:
            case "user":
                return {}
            case "unprivileged" | "neighbour":
                [keys] = [keys for keys in self.fleet.about["credentials"] if keys["arn"].endswith("/" + caller)]
                return {"key": keys["access_key_id"], "secret": keys["secret_access_key"]}
            case "wrong secret":
                return {"secret": "0" * 40}
            case "unknown key":
                return {"key": "AKIAIOSFODNN7EXAMPLE"}
            case "session":
                return self.issued("GetSessionToken", {})
            case "session without its token":
                return self.credentials("session") | {"token": None}
            case "session with MFA":
                code = OneTimePassword(SEED).value(self.fleet, "get-session-token")
                return self.issued("GetSessionToken", {"SerialNumber": DEVICE, "TokenCode": code})
            case "role":
                return self.issued("AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "caller"})
            case "federated user":
                return self.issued("GetFederationToken", {"Name": "caller"})
        raise KeyError(caller)

    def issued(self, operation, given, by="user"):
        """Credentials from an operation that issues some."""
        environment = self.fleet.environment("eu-central-1", **self.credentials(by))
        self.fleet.expect("eu-central-1", operation, "ok")
        [result] = Boto3().call(environment, [(operation, given)])
        issued = result.output["Credentials"]
        return {"key": issued["AccessKeyId"], "secret": issued["SecretAccessKey"], "token": issued["SessionToken"]}


class Operations(FleetCase):
    """Mixed into the test of one client, which `make` makes."""

    make = None
    newest = True  # whether its model has the newest parameters
    scoped = False  # whether its model has GetScopedCredentials

    def test_every_call_gets_the_answer_that_it_has_to_get(self):
        callers, client = Callers(self.fleet), self.make()
        # Calls with one-time passwords go together, so that these have not ended before their turn comes.
        same = lambda case: (case.endpoint, case.transport, case.caller, case.is_short_lived)
        for _, group in groupby(sorted(self.cases(), key=same), key=same):
            cases = list(group)
            environment = callers.environment(cases[0])
            for case in cases:
                self.fleet.expect(case.endpoint, case.entered or case.operation, case.says)
            calls = [(case.operation, case.given(self.fleet, xform_name(case.operation, "-"))) for case in cases]
            results = client.call(environment, calls)
            self.assertEqual(len(results), len(cases))
            for case, result in zip(cases, results):
                with self.subTest(case.title):
                    self.check(case, result)

    def cases(self):
        known = [case for case in CASES if self.newest or not case.newest]
        return [case for case in known if self.scoped or not case.scoped]

    def check(self, case, result):
        self.assertEqual(result.says, case.says, result)
        self.assertTrue(result.message.startswith(case.message), result)
        if result.status is not None:
            self.assertEqual(result.status, case.status, result)
            self.assertRegex(result.request_id, r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        for path, pattern in case.shows.items():
            value = result.output
            for name in path.split("."):
                self.assertIn(name, value, path)
                value = value[name]
            self.assertRegex(str(value), f"^(?:{pattern})$", path)


class ByBoto3(Operations, unittest.TestCase):
    make = Boto3
    scoped = True


class ByAwsCli(Operations, unittest.TestCase):
    make = AwsCli
    newest = False


class ByJavaScript(Operations, unittest.TestCase):
    make = JavaScript


class ByJavaScript2(Operations, unittest.TestCase):
    make = JavaScript2
    newest = False

    def cases(self):
        known = JavaScript2.operations()
        return [case for case in super().cases() if case.operation in known]
