"""Others' STS clients as one: a list of calls goes in, what each of them made of the answers comes out.

Each gets everything from its environment, as in an application: endpoint, authority, Region, keys.
"""

import json
import os
import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from unittest import mock

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from fleet import PEERS

CALL_SECONDS = 60
JAVASCRIPT = pathlib.Path(os.environ["JAVASCRIPT"])
MODEL = Session().get_service_model("sts", "2011-06-15")


@dataclass(frozen=True)
class Result:
    """What a client says of one call; `status` and `request_id` are None where it keeps them to itself."""

    says: str
    status: int | None = None
    message: str = ""
    output: dict = field(default_factory=dict)
    request_id: str | None = None


class Boto3:
    """boto3, whose model is the newest of the two that are botocore's."""

    package, form = "boto3", "POST"

    def call(self, environment, calls):
        with mock.patch.dict("os.environ", environment, clear=True):
            client = boto3.Session().client("sts", config=Config(retries={"mode": "standard", "total_max_attempts": 1}))
        try:
            return [self._one(client, *call) for call in calls]
        finally:
            client.close()

    def _one(self, client, operation, given):
        try:
            output = getattr(client, xform_name(operation))(**given)
        except ClientError as error:
            said, metadata = error.response["Error"], error.response["ResponseMetadata"]
            status, request = metadata["HTTPStatusCode"], metadata.get("RequestId")
            return Result(said["Code"], status, said.get("Message", ""), request_id=request)
        metadata = output.pop("ResponseMetadata")
        if metadata["RequestId"] != metadata["HTTPHeaders"]["x-amzn-requestid"]:
            raise AssertionError(f"two request ids in one answer: {metadata}")
        return Result("ok", metadata["HTTPStatusCode"], output=plain(output), request_id=metadata["RequestId"])


class AwsCli:
    """The AWS CLI, a process for each call. It carries a model of its own, which lacks the newest parameters."""

    package, form = "awscli", "POST"

    def call(self, environment, calls):
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            return list(pool.map(lambda call: self._one(environment, *call), calls))

    def _one(self, environment, operation, given):
        command = [PEERS / "aws", "sts", xform_name(operation, "-"), "--output", "json"]
        command += ["--cli-input-json", json.dumps(given)] if given else []
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=CALL_SECONDS, stdin=subprocess.DEVNULL,
        )
        if done.returncode == 0:
            return Result("ok", output=plain(json.loads(done.stdout)))
        # "An error occurred (CODE) when calling the OPERATION operation: MESSAGE"
        _, found, said = done.stderr.partition("An error occurred (")
        if not found:
            raise AssertionError(f"{command}: {done.stderr}")
        code, _, rest = said.partition(")")
        return Result(code, message=rest.partition(" operation: ")[2].rstrip("\n"))


class JavaScript:
    """The AWS SDK for JavaScript, version 3: one Node process for a list of calls."""

    package, form = "@aws-sdk/client-sts", "POST"
    version = "3"

    def call(self, environment, calls):
        program = pathlib.Path(__file__).parent / "javascript" / "calls.mjs"
        extra = {"NODE_EXTRA_CA_CERTS": environment["AWS_CA_BUNDLE"], "MODULES": str(JAVASCRIPT.resolve())}
        done = subprocess.run(
            ["node", program, self.version], env=environment | extra, capture_output=True, text=True, timeout=CALL_SECONDS,
            input=json.dumps(calls),
        )
        if done.returncode != 0:
            raise AssertionError(f"node ended with {done.returncode}: {done.stderr}")
        return [self._result(said) for said in json.loads(done.stdout)]

    def _result(self, said):
        return Result(**said | {"output": plain(said["output"])})


class JavaScript2(JavaScript):
    """The AWS SDK for JavaScript, version 2, which AWS supports no longer and many programs contain."""

    package, version = "aws-sdk", "2"

    @staticmethod
    def operations():
        """Those of its model."""
        return json.loads((JAVASCRIPT / "node_modules/aws-sdk/apis/sts-2011-06-15.min.json").read_text())["operations"]


def plain(value):
    """An output with instants in STS's own form, however the client shows them."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, str):
        # The CLI writes +00:00, JavaScript milliseconds that are always zero.
        for end in ["+00:00", ".000Z"]:
            if value.endswith(end) and value[10:11] == "T":
                return value.removesuffix(end) + "Z"
    return value
