"""The bytes of the fleet's answers to requests that botocore has signed, without a parser in between."""

import base64
import http.client
import re
import ssl
import unittest
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from fleet import FleetCase

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

IDENTITY = """\
<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>{arn}</Arn>
    <UserId>{user}</UserId>
    <Account>{account}</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>{request}</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
"""

REFUSAL = """\
<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>{code}</Code>
    <Message>{message}</Message>
  </Error>
  <RequestId>{request}</RequestId>
</ErrorResponse>
"""


class Wire(FleetCase, unittest.TestCase):
    def exchange(self, body, secret=None, signed=True):
        """One POST over TLS; status, headers and body."""
        endpoint = self.fleet.endpoints["eu-central-1"]
        request = AWSRequest("POST", endpoint["url"] + "/", data=body, headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        })
        if signed:
            key = self.fleet.credentials
            credentials = Credentials(key["access_key_id"], secret or key["secret_access_key"])
            SigV4Auth(credentials, "sts", endpoint["signing_region"]).add_auth(request)
        address = urlsplit(endpoint["url"])
        context = ssl.create_default_context(cafile=self.fleet.ca_file)
        connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=20, context=context)
        try:
            connection.request("POST", "/", body=body, headers=dict(request.headers.items()))
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def test_an_identity_is_sts_to_the_byte(self):
        self.fleet.expect("eu-central-1", "GetCallerIdentity", "ok")
        status, headers, body = self.exchange("Action=GetCallerIdentity&Version=2011-06-15")
        self.assertEqual((status, headers["content-type"]), (200, "text/xml"))
        request = headers["x-amzn-requestid"]
        self.assertRegex(request, f"^{UUID}$")
        user = re.search("<UserId>(AIDA[A-Z2-7]{17})</UserId>", body).group(1)
        key = self.fleet.credentials
        self.assertEqual(body, IDENTITY.format(arn=key["arn"], user=user, account=key["account"], request=request))
        self.assertEqual(headers["content-length"], str(len(body)))
        self.assertIn("date", headers)

    def test_every_answer_names_the_region_that_served_it(self):
        self.fleet.expect("eu-central-1", "GetCallerIdentity", "ok")
        _, headers, _ = self.exchange("Action=GetCallerIdentity&Version=2011-06-15")
        extended = base64.b64decode(headers["x-amz-sts-extended-request-id"]).decode()
        self.assertRegex(extended, r"^1:eu-central-1:S:\d{13}:R:.{8}$")

    def test_a_session_token_has_the_elements_of_sts_in_their_order(self):
        self.fleet.expect("eu-central-1", "GetSessionToken", "ok")
        status, _, body = self.exchange("Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900")
        self.assertEqual(status, 200)
        opened = re.findall(r"<([A-Za-z]+)[ >]", body)
        self.assertEqual(opened[:3], ["GetSessionTokenResponse", "GetSessionTokenResult", "Credentials"])
        self.assertEqual(opened[3:7], ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"])
        self.assertRegex(body, r"<Expiration>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ</Expiration>\n")
        self.assertTrue(body.endswith("</GetSessionTokenResponse>\n"))

    def test_refusals_are_sts_to_the_byte(self):
        cases = [
            (
                {"signed": False}, "MissingAuthenticationToken", 403,
                "Request is missing Authentication Token",
            ),
            (
                {"secret": "0" * 40}, "SignatureDoesNotMatch", 403,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                "Access Key and signing method. Consult the service documentation for details.",
            ),
        ]
        for how, code, expected_status, message in cases:
            with self.subTest(code=code):
                self.fleet.expect("eu-central-1", "GetCallerIdentity", code)
                status, headers, body = self.exchange("Action=GetCallerIdentity&Version=2011-06-15", **how)
                request = headers["x-amzn-requestid"]
                self.assertEqual((status, headers["content-type"]), (expected_status, "text/xml"))
                self.assertEqual(body, REFUSAL.format(code=code, message=message, request=request))
