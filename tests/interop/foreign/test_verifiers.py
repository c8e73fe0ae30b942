"""Every row of the table of calls that asks who calls, through services that verify such requests; and what they refuse."""

import base64
import unittest

from cases import REGIONAL
from foreign import verifiers
from foreign.verifiers import Refused
from test_operations import Callers, Operations


class OfVerifier(Operations):
    """Mixed into the test of one service."""

    verifier = None

    def make(self):
        return self.verifier(self.fleet)

    def cases(self):
        return [case for case in super().cases() if case.operation == "GetCallerIdentity" and case.transport == "url"]

    def signed(self, caller):
        """The service, the environment of the caller, and what the caller gives to the service."""
        service, environment = self.make(), self.fleet.environment(REGIONAL, **Callers(self.fleet).credentials(caller))
        return service, environment, service.signed(environment)

    def expect_mismatch(self, service, environment, given):
        self.fleet.expect(REGIONAL, "GetCallerIdentity", "SignatureDoesNotMatch")
        result = service.verified(environment, given)
        self.assertEqual((result.says, result.status), ("SignatureDoesNotMatch", 403), result)


class ByIamAuthenticator(OfVerifier, unittest.TestCase):
    verifier = verifiers.IamAuthenticator

    def test_a_token_of_another_cluster_is_refused_by_sts(self):
        service, environment, token = self.signed("user")
        service.cluster = "another"
        self.expect_mismatch(service, environment, token)

    def test_a_token_of_a_role_is_short_enough_and_one_for_another_operation_is_never_sent(self):
        service, environment, token = self.signed("role")
        self.assertLess(len(token), service.LONGEST)
        encoded = token.removeprefix(service.PREFIX)
        url = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        other = url.replace(b"Action=GetCallerIdentity", b"Action=GetSessionToken")
        self.assertNotEqual(other, url)
        with self.assertRaisesRegex(Refused, "unexpected action"):
            service.verify(service.PREFIX + base64.urlsafe_b64encode(other).decode().rstrip("="), environment)


class ByGoogleCloud(OfVerifier, unittest.TestCase):
    verifier = verifiers.GoogleCloud

    def test_a_subject_token_for_another_operation_is_refused_by_sts(self):
        service, environment, token = self.signed("user")
        other = token.replace("GetCallerIdentity", "GetSessionToken")
        self.assertNotEqual(other, token)
        self.fleet.expect(REGIONAL, "GetSessionToken", "SignatureDoesNotMatch")
        self.assertEqual(service.verified(environment, other).says, "SignatureDoesNotMatch")


class ByVault(OfVerifier, unittest.TestCase):
    verifier = verifiers.Vault

    def test_a_login_with_another_body_is_refused_by_sts(self):
        service, environment, login = self.signed("user")
        body = base64.b64decode(login["iam_request_body"]) + b"&"
        self.expect_mismatch(service, environment, login | {"iam_request_body": base64.b64encode(body).decode()})

    def test_a_login_for_another_server_is_never_sent(self):
        service, environment, login = self.signed("user")
        service.server = "another.stsbench.invalid"
        with self.assertRaisesRegex(Refused, "is missing, another or not signed"):
            service.verified(environment, login)
