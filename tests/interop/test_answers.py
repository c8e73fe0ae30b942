"""The answers that the emulator's own tests compare byte for byte (crates/sts-emulator/tests/data/answers), read by botocore; and the
YAML of deploy/emulator, read by PyYAML.

botocore's parsers forgive much, so the members are counted too: what they do not find would be lost to every client.
"""

import json
import pathlib
import re
import unittest
import xml.etree.ElementTree

import yaml
from botocore.parsers import JSONParser, QueryParser

from clients import MODEL

ROOT = pathlib.Path(__file__).parents[2]
ANSWERS = ROOT / "crates/sts-emulator/tests/data/answers"

# Errors that the model gives an operation and the emulator cannot answer: no context is genuine here, so that none has expired;
# AssumeRoot takes no token, GetDelegatedAccessToken no policy; a SAML provider is not asked.
NEVER = {
    "AssumeRole": {"ExpiredTokenException"}, "AssumeRoot": {"ExpiredTokenException"},
    "GetDelegatedAccessToken": {"PackedPolicyTooLarge"}, "AssumeRoleWithSAML": {"IDPRejectedClaim"},
}


def answers(path):
    """The titles, statuses, headers and bodies in a file."""
    for section in re.split(r"^=== ", path.read_text(), flags=re.MULTILINE)[1:]:
        head, _, body = section.partition("\n\n")
        title, status, *headers = head.split("\n")
        yield title, int(status), dict(line.split(": ", 1) for line in headers), body.rstrip("\n")


def leaves(value):
    """How many scalars a parsed answer has."""
    match value:
        case dict():
            return sum(map(leaves, value.values()))
        case list():
            return sum(map(leaves, value))
        # JSON writes what an answer lacks as null, and botocore leaves it out.
        case None:
            return 0
        case _:
            return 1


class Answers(unittest.TestCase):
    def test_botocore_reads_every_answer_in_xml_as_the_model_says(self):
        for operation, title, status, headers, body in self.every("xml"):
            shape = MODEL.operation_model(operation).output_shape
            read = QueryParser().parse({"status_code": status, "headers": headers, "body": body.encode()}, shape)
            metadata = read.pop("ResponseMetadata")
            self.assertEqual(metadata["RequestId"], headers["x-amzn-requestid"])
            if self.is_error(title, status, read.pop("Error", {})):
                continue
            root = xml.etree.ElementTree.fromstring(body)
            texts = [one for one in root.iter() if len(one) == 0]
            self.assertEqual(leaves(read) + 1, len(texts), "botocore read less than there is")
            self.assertEqual(set(shape.required_members) - set(read), set())

    def test_botocore_reads_every_answer_in_json_as_the_model_says(self):
        for operation, title, status, headers, body in self.every("json"):
            value = json.loads(body)
            if status != 200:
                self.assertEqual(value["RequestId"], headers["x-amzn-requestid"])
                self.assertTrue(self.is_error(title, status, value["Error"]))
                continue
            self.assertTrue(self.is_error(title, status, {}) is False)
            response = value[f"{operation}Response"]
            self.assertEqual(response["ResponseMetadata"], {"RequestId": headers["x-amzn-requestid"]})
            result, shape = response[f"{operation}Result"], MODEL.operation_model(operation).output_shape
            raw = {"status_code": 200, "headers": {}, "body": json.dumps(result).encode()}
            read = JSONParser().parse(raw, shape)
            read.pop("ResponseMetadata")
            self.assertEqual(leaves(read), leaves(result), "botocore read less than there is")
            self.assertEqual(set(shape.required_members) - set(read), set())

    def test_every_error_that_the_model_gives_an_operation_is_among_its_answers(self):
        for operation in MODEL.operation_names:
            answered = {title.split(":")[0] for title, *_ in answers(ANSWERS / f"{operation}.xml.txt")}
            shapes = MODEL.operation_model(operation).error_shapes
            codes = {shape.metadata.get("error", {}).get("code", shape.name) for shape in shapes}
            with self.subTest(operation):
                self.assertEqual(codes - answered, NEVER.get(operation, set()))
                self.assertIn("ok", answered)

    def every(self, form):
        files = sorted(ANSWERS.glob(f"*.{form}.txt"))
        self.assertEqual([file.name.split(".")[0] for file in files], sorted(MODEL.operation_names))
        for file in files:
            for title, status, headers, body in answers(file):
                with self.subTest(f"{file.name} {title}"):
                    self.assertEqual(int(headers["content-length"]) - len(body.encode()), int(form == "xml"))
                    yield file.name.split(".")[0], title, status, headers, body

    def is_error(self, title, status, error):
        """Whether it is one, and then the one of the title."""
        code = title.split(":")[0]
        self.assertEqual(code == "ok", status == 200)
        if code == "ok":
            self.assertEqual(error, {})
            return False
        self.assertEqual(error["Code"], code)
        self.assertEqual(error["Type"], "Sender" if status < 500 else "Receiver")
        return True


class Deployment(unittest.TestCase):
    def test_the_files_for_containers_are_yaml_and_name_what_they_define(self):
        compose = yaml.safe_load((ROOT / "deploy/emulator/compose.yaml").read_text())
        self.assertEqual(set(compose), {"services", "configs"})
        for name, service in compose["services"].items():
            self.assertLessEqual({one["source"] for one in service.get("configs", [])}, set(compose["configs"]), name)
            self.assertLessEqual(set(service.get("depends_on", [])), set(compose["services"]), name)
        port = next(one for one in compose["services"]["sts"]["command"] if one.startswith("--listen-port="))
        plaintext = int(port.partition("=")[2]) + 1
        self.assertEqual(compose["services"]["client"]["environment"]["AWS_ENDPOINT_URL_STS"], f"http://sts:{plaintext}")
        workflow = yaml.safe_load((ROOT / "deploy/emulator/github.yml").read_text())
        job = workflow["jobs"]["test"]
        self.assertEqual(set(job["services"]), {"sts"})
        self.assertIn("job.services.sts.id", json.dumps(job["steps"]))


if __name__ == "__main__":
    unittest.main()
