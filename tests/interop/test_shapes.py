"""The fleet's raw answers held against botocore's service model and against the facts of the live service's wire.

A client forgives: it skips what it does not know and misses nothing that it does not need. Nothing is forgiven here.
"""

import base64
import http.client
import re
import ssl
import unittest
import xml.etree.ElementTree as Xml
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from botocore import xform_name
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.serialize import create_serializer

from cases import CASES
from clients import MODEL
from fleet import FleetCase
from test_operations import Callers

NAMESPACE = "{https://sts.amazonaws.com/doc/2011-06-15/}"
# What has not found an operation answers in another one.
DISPATCH_NAMESPACE = "{http://webservices.amazon.com/AWSFault/2005-15-09}"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# The extended id is another clock reading of the same server; the date has whole seconds.
CLOCKS = timedelta(seconds=2)


class Answer:
    """Status, headers and body as they came."""

    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()


def sent(fleet, case, environment, **more_headers):
    """One call as botocore serialises and signs it, without botocore's reading of the answer."""
    operation = MODEL.operation_model(case.operation)
    parts = create_serializer("query", include_validation=False).serialize_to_request(case.given(fleet, xform_name(case.operation, "-")), operation)
    url = environment["AWS_ENDPOINT_URL_STS"]
    request = AWSRequest("POST", url + "/", data=parts["body"], headers=parts["headers"] | more_headers)
    body = request.prepare().body
    if operation.auth_type != "none":
        credentials = Credentials(
            environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], environment.get("AWS_SESSION_TOKEN"),
        )
        SigV4Auth(credentials, "sts", environment["AWS_REGION"]).add_auth(request)
    address = urlsplit(url)
    if address.scheme == "https":
        context = ssl.create_default_context(cafile=fleet.ca_file)
        connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=20, context=context)
    else:
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    try:
        connection.request("POST", "/", body=body, headers=dict(request.headers.items()))
        return Answer(connection.getresponse())
    finally:
        connection.close()


class Shapes(FleetCase, unittest.TestCase):
    def test_every_answer_has_the_shape_of_the_model_and_the_headers_of_the_service(self):
        callers = Callers(self.fleet)
        for case in CASES:
            with self.subTest(case.title):
                environment = callers.environment(case)
                self.fleet.expect(case.endpoint, case.entered or case.operation, case.says)
                answer = sent(self.fleet, case, environment)
                self.assertEqual(answer.status, case.status, answer.body)
                request = self.check_headers(answer, self.fleet.endpoints[case.endpoint]["served_by"])
                if case.says == "ok":
                    self.check_output(case.operation, answer.body.decode(), request)
                else:
                    self.check_error(case, answer, request)

    def check_headers(self, answer, served_by):
        """The four headers of STS.md and the length; the request id."""
        headers = answer.headers
        self.assertEqual(headers["content-type"], "text/xml")
        self.assertEqual(headers["content-length"], str(len(answer.body)))
        self.assertRegex(headers["x-amzn-requestid"], f"^{UUID}$")
        date = parsedate_to_datetime(headers["date"])
        self.assertLess(abs(datetime.now(timezone.utc) - date), timedelta(minutes=1))
        extended = base64.b64decode(headers["x-amz-sts-extended-request-id"], validate=True).decode()
        fields = re.fullmatch(r"1:([a-z0-9-]+):S:(\d{13}):R:([A-Za-z0-9]{8})", extended)
        self.assertIsNotNone(fields, extended)
        self.assertEqual(fields[1], served_by)
        instant = datetime.fromtimestamp(int(fields[2]) / 1e3, timezone.utc)
        self.assertLess(abs(instant - date), CLOCKS)
        names = [name.lower() for name in headers.keys()]
        self.assertEqual(len(names), len(set(names)), f"a header twice: {names}")
        return headers["x-amzn-requestid"]

    def check_output(self, operation, body, request):
        self.check_form(body)
        root = Xml.fromstring(body)
        self.assertEqual(root.tag, f"{NAMESPACE}{operation}Response")
        self.assertEqual([child.tag for child in root], [f"{NAMESPACE}{operation}Result", f"{NAMESPACE}ResponseMetadata"])
        self.check_metadata(root[1], request)
        self.check_shape(MODEL.operation_model(operation).output_shape, root[0], operation)

    def check_metadata(self, metadata, request):
        self.assertEqual([child.tag for child in metadata], [f"{NAMESPACE}RequestId"])
        self.assertEqual(metadata[0].text, request)

    def check_form(self, body):
        """Two spaces for each level, an element with elements on lines of its own, no declaration, a last line end."""
        self.assertTrue(body.startswith("<") and not body.startswith("<?"), body)
        self.assertTrue(body.endswith(">\n") and "\r" not in body, body)
        level = 0
        for line in body.splitlines():
            level -= line.lstrip().startswith("</")
            # Text of several lines (a decoded message may be one) has no indent of its own.
            if line.lstrip().startswith("<"):
                self.assertEqual(len(line) - len(line.lstrip(" ")), 2 * level, line)
            level += line.lstrip().startswith("<") and "</" not in line and not line.endswith("/>")
        self.assertEqual(level, 0, body)

    def check_shape(self, shape, element, path):
        """`element` is `shape`, nothing missing and nothing that the model does not know."""
        match shape.type_name:
            case "structure":
                names = [child.tag.removeprefix(NAMESPACE) for child in element]
                self.assertEqual(len(names), len(set(names)), f"{path}: a member twice: {names}")
                members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
                self.assertLessEqual(set(names), set(members), f"{path}: unknown to the model")
                self.assertLessEqual(set(shape.required_members), set(names), f"{path}: required members are missing")
                for name, child in zip(names, element):
                    self.check_shape(members[name], child, f"{path}.{name}")
            case "list":
                for position, child in enumerate(element):
                    self.assertEqual(child.tag, f"{NAMESPACE}member", path)
                    self.check_shape(shape.member, child, f"{path}[{position}]")
            case kind:
                self.assertEqual(len(element), 0, f"{path} is a {kind}")
                self.check_scalar(shape, kind, element.text or "", path)

    def check_scalar(self, shape, kind, text, path):
        if kind == "timestamp":
            self.assertRegex(text, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", path)
        elif kind in ("integer", "long"):
            self.assertRegex(text, r"^-?(0|[1-9]\d*)$", path)
            self.check_bounds(shape, int(text), path)
        else:
            self.assertEqual(kind, "string", path)
            self.check_bounds(shape, len(text), path)
            pattern = shape.metadata.get("pattern")
            if pattern and r"\p" not in pattern:
                self.assertRegex(text, f"^(?:{pattern})$", path)
            if shape.enum:
                self.assertIn(text, shape.enum, path)

    def check_bounds(self, shape, measure, path):
        self.assertGreaterEqual(measure, shape.metadata.get("min", measure), path)
        self.assertLessEqual(measure, shape.metadata.get("max", measure), path)

    def check_error(self, case, answer, request):
        body = answer.body.decode()
        self.check_form(body)
        root = Xml.fromstring(body)
        space = DISPATCH_NAMESPACE if case.says == "InvalidAction" else NAMESPACE
        self.assertEqual(root.tag, f"{space}ErrorResponse")
        self.assertEqual([child.tag for child in root], [f"{space}Error", f"{space}RequestId"])
        self.assertEqual(root[1].text, request)
        members = {child.tag.removeprefix(space): child.text for child in root[0]}
        self.assertEqual(list(members)[:2], ["Type", "Code"])
        self.assertLessEqual(set(members), {"Type", "Code", "Message"})
        self.assertEqual((members["Type"], members["Code"]), ("Sender", case.says))
        # Errors that the operation's model declares have its status.
        for declared in MODEL.operation_model(case.operation).error_shapes:
            if declared.error_code == case.says:
                self.assertEqual(answer.status, declared.metadata["error"]["httpStatusCode"])
