"""Every row of the table of calls, signed by each signer."""

import os
import unittest

from clients import MODEL
from foreign import signers
from test_operations import Operations


class OfSigner(Operations):
    """Mixed into the test of one signer, whose parameters and operations are those of botocore's model."""

    scoped = True


class ByPresignedUrls(OfSigner, unittest.TestCase):
    make = signers.PresignedUrl

    def cases(self):
        """botocore presigns an operation that needs no signature as a URL without its parameters."""
        return [case for case in super().cases() if MODEL.operation_model(case.operation).auth_type != "none"]


class ByRequestsAws4Auth(OfSigner, unittest.TestCase):
    make = signers.RequestsAws4Auth


class ByAwsRequestsAuth(OfSigner, unittest.TestCase):
    make = signers.AwsRequestsAuth


class ByAws4(OfSigner, unittest.TestCase):
    make = signers.Aws4


class ByAws4InTheUrl(OfSigner, unittest.TestCase):
    make = signers.Aws4InTheUrl


class ByAws4Fetch(OfSigner, unittest.TestCase):
    make = signers.Aws4Fetch


class ByAws4FetchInTheUrl(OfSigner, unittest.TestCase):
    make = signers.Aws4FetchInTheUrl


class ByCurl(OfSigner, unittest.TestCase):
    make = signers.Curl

    def setUp(self):
        if signers.Curl.version() is None:
            why = "no curl that signs: install curl 7.75 or newer"
            self.fail(why) if os.environ.get("CI") else self.skipTest(why)
