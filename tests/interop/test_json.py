"""The fleet's answers in JSON, which `Accept: application/json` asks for, against botocore's service model.

botocore's own parser of JSON reads them; what it would forgive (members that the model does not know, a time as a text) is
looked for before. Each call of the table is made once in XML (test_shapes) and once here.
"""

import json
import unittest
from datetime import datetime, timezone

from botocore.parsers import JSONParser

from cases import CASES
from clients import MODEL
from fleet import FleetCase
from test_operations import Callers
from test_shapes import UUID, sent


class Json(FleetCase, unittest.TestCase):
    def test_every_answer_and_every_error_has_its_shape_in_json_too(self):
        callers, seen = Callers(self.fleet), set()
        for case in CASES:
            with self.subTest(case.title):
                environment = callers.environment(case)
                self.fleet.expect(case.endpoint, case.entered or case.operation, case.says)
                answer = sent(self.fleet, case, environment, Accept="application/json")
                self.assertEqual(answer.status, case.status, answer.body)
                self.assertEqual(answer.headers["content-type"], "application/json")
                request = answer.headers["x-amzn-requestid"]
                self.assertRegex(request, f"^{UUID}$")
                body = json.loads(answer.body)
                if case.says == "ok":
                    self.check_output(case.operation, body, request)
                else:
                    self.check_error(case.says, body, request)
                seen.add((case.operation, case.says == "ok"))
        every = {(name, well) for name in MODEL.operation_names for well in (True, False)}
        self.assertEqual(seen, every, "an operation without a success or without an error")

    def check_output(self, operation, body, request):
        self.assertEqual(list(body), [f"{operation}Response"])
        response = body[f"{operation}Response"]
        self.assertEqual(response["ResponseMetadata"], {"RequestId": request})
        self.assertEqual(set(response), {f"{operation}Result", "ResponseMetadata"})
        result, shape = response[f"{operation}Result"], MODEL.operation_model(operation).output_shape
        self.check_shape(shape, result, operation)
        raw = {"status_code": 200, "headers": {}, "body": json.dumps(result).encode()}
        read = JSONParser().parse(raw, shape)
        read.pop("ResponseMetadata")
        present = {name for name, member in result.items() if member is not None}
        self.assertEqual(set(read), present, "botocore read something else")

    def check_shape(self, shape, value, path):
        """`value` is `shape`, nothing missing and nothing that the model does not know; what may be absent may be null."""
        match shape.type_name:
            case "structure":
                self.assertIsInstance(value, dict, path)
                self.assertEqual(list(value), sorted(value), f"{path}: not in the order of the alphabet")
                self.assertLessEqual(set(value), set(shape.members), f"{path}: unknown to the model")
                self.assertLessEqual(set(shape.required_members), set(value), f"{path}: required members are missing")
                for name, member in value.items():
                    if member is None:
                        self.assertNotIn(name, shape.required_members, path)
                    else:
                        self.check_shape(shape.members[name], member, f"{path}.{name}")
            case "timestamp":
                self.assertIsInstance(value, float, path)
                ahead = datetime.fromtimestamp(value, timezone.utc) - datetime.now(timezone.utc)
                self.assertLess(abs(ahead.total_seconds()), 40 * 3_600, path)
            case "integer" | "long":
                self.assertIs(type(value), int, path)
            case kind:
                self.assertEqual(kind, "string", path)
                self.assertIsInstance(value, str, path)

    def check_error(self, code, body, request):
        self.assertEqual(list(body), ["Error", "RequestId"])
        self.assertEqual(body["RequestId"], request)
        self.assertLessEqual(set(body["Error"]), {"Code", "Message", "Type"})
        self.assertEqual((body["Error"]["Code"], body["Error"]["Type"]), (code, "Sender"))
