"""docs/reference/clients.md: which client makes which calls of the fleet in these tests, and what does not pass of the suites."""

import importlib
import json
import pathlib
import re
import unittest
from collections import Counter

from clients import MODEL
from suites.deviations import BOTOCORE, MOTO, PASSED
from test_operations import Operations

INTEROP = pathlib.Path(__file__).parents[1]
PAGE = INTEROP.parents[1] / "docs" / "reference" / "clients.md"
MODULES = ["test_operations", "foreign.test_signers", "foreign.test_verifiers"]

HEAD = """\
# Clients of the simulated STS

Third-party programs that `scripts/interop` runs against the [simulated STS](../guide/emulator.md), pinned by hash. A test compares
this page with the tests.

## Calls

Each cell: how many of the client's calls must be answered, and how many must be refused. What it reports of an
answer is compared: status, code, message, members. At the end the count of calls that the fleet kept must be the same.

"""
NAMES = {
    "@aws-sdk/client-sts": "AWS SDK for JavaScript", "aws-sdk": "AWS SDK for JavaScript", "awscli": "AWS CLI", "botocore": "botocore, presigned URLs",
    "google-auth": "google-auth, as Google Cloud verifies it", "hvac": "hvac, as Vault verifies it",
}
IN_PARTS = "aws eks get-token, as aws-iam-authenticator verifies it"
BETWEEN = """
- **—**: it makes no such call. The AWS CLI and the AWS SDKs for JavaScript do not know GetScopedCredentials yet, and version 2 of the
  latter lacks three more; botocore presigns no operation that needs no signature; the last three ask for an identity alone.
- Calls are made with a user's keys, with temporary credentials and their session token, with a wrong secret, with an unknown key and
  without the session token, at the global and a Regional endpoint, over TLS and without.
- The AWS SDK for Rust calls the fleet in `tests/it/sdk.rs`. An older botocore is only asked [which endpoint it calls](../guide/decide.md).
- The verifying halves of aws-iam-authenticator and Vault follow their Go sources. Google's is not public: the request
  is sent as google-auth writes it down.

## Test suites of others

{botocore} functional tests of botocore {botocore_version}'s STS client pass when its requests go out to AWS's real names, the
fleet's DNS resolves these, and the fleet answers. {moto} tests of moto {moto_version}'s STS pass with the fleet in moto's place: its
constants (keys, tokens, times, the ARN of its user) are replaced by the form that AWS's values have, and requests without a
signature get one, with the version that they lack. What does not pass:

| suite | tests | instead | why |
|---|---|---|---|
"""


def tests():
    """One test of each client, in the order of the page."""
    for module in MODULES:
        for found in vars(importlib.import_module(module)).values():
            if isinstance(found, type) and issubclass(found, Operations) and issubclass(found, unittest.TestCase):
                yield found


def client(test):
    return getattr(test, "verifier", None) or test.make


def versions():
    """The pinned version of every package."""
    python = re.findall(r"^([\w.-]+)==([\w.]+)", (INTEROP / "requirements.txt").read_text(), re.M)
    javascript = json.loads((INTEROP / "javascript" / "package.json").read_text())["dependencies"]
    return dict(python) | javascript | {"curl": "the system's"}


def row(test, pinned):
    made = client(test)
    name = IN_PARTS if "JSON" in made.form else NAMES.get(made.package, made.package)
    cases = test("test_every_call_gets_the_answer_that_it_has_to_get").cases()
    counts = Counter((case.operation, case.says == "ok") for case in cases)
    cells = [(counts[operation, True], counts[operation, False]) for operation in MODEL.operation_names]
    return [name, pinned[made.package], made.form] + [f"{well} + {badly}" if well or badly else "—" for well, badly in cells]


def written(cells):
    return f"| {' | '.join(cells)} |\n"


def page():
    pinned = versions()
    head = ["client", "version", "request", *MODEL.operation_names]
    text = HEAD + written(head) + "|---" * len(head) + "|\n"
    text += "".join(written(row(test, pinned)) for test in tests())
    text += BETWEEN.format(**PASSED, botocore_version=pinned["botocore"], moto_version=pinned["moto"])
    for suite, deviations in [("botocore", BOTOCORE), ("moto", MOTO)]:
        for one in deviations:
            names = "<br>".join(f"`{name}`" for name in one.tests)
            text += written([suite, names + (f" ({one.count} of them)" if one.count else ""), one.instead, one.reason])
    return text
