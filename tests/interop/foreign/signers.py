"""Signers of single requests: three for Python, two for JavaScript, curl's, and botocore's presigned URLs."""

import json
import os
import pathlib
import re
import subprocess
from unittest import mock
from urllib.parse import urlsplit

import boto3
import requests
from aws_requests_auth.aws_auth import AWSRequestsAuth
from botocore import xform_name
from requests_aws4auth import AWS4Auth

from clients import CALL_SECONDS, JAVASCRIPT
from foreign.requests_of_sts import FORM, Signer, credentials, result, send


class PresignedUrl(Signer):
    """botocore's presigned URLs, fetched by somebody else: parameters and signature in the URL of a GET."""

    package, form = "botocore", "GET, signature in the URL"

    def call(self, environment, calls):
        with mock.patch.dict("os.environ", environment, clear=True):
            client = boto3.Session().client("sts")
            try:
                return [self._one(client, environment, *call) for call in calls]
            finally:
                client.close()

    def _one(self, client, environment, operation, given):
        url = urlsplit(client.generate_presigned_url(xform_name(operation), Params=given, HttpMethod="GET"))
        target, headers = f"{url.path}?{url.query}", {"Host": url.netloc}
        answer = send(environment["AWS_ENDPOINT_URL_STS"], "GET", target, headers, None, environment["AWS_CA_BUNDLE"])
        return result(operation, *answer)


class RequestsAws4Auth(Signer):
    """requests-aws4auth, an authentication of requests; it signs a header with the hash of the body."""

    package, form = "requests-aws4auth", "POST"

    def exchange(self, environment, parameters, signed):
        key, secret, token = credentials(environment)
        auth = AWS4Auth(key, secret, environment["AWS_REGION"], "sts", session_token=token) if signed else None
        answer = requests.post(
            environment["AWS_ENDPOINT_URL_STS"] + "/", data=parameters, headers=FORM, auth=auth, timeout=CALL_SECONDS,
            verify=environment["AWS_CA_BUNDLE"],
        )
        return answer.status_code, answer.headers, answer.content


class AwsRequestsAuth(Signer):
    """aws-requests-auth, another one, with the parameters in the URL of a GET and the signature in a header."""

    package, form = "aws-requests-auth", "GET, signature in a header"

    def exchange(self, environment, parameters, signed):
        url = environment["AWS_ENDPOINT_URL_STS"]
        key, secret, token = credentials(environment)
        auth = AWSRequestsAuth(key, secret, urlsplit(url).netloc, environment["AWS_REGION"], "sts", aws_token=token)
        answer = requests.get(
            f"{url}/?{parameters}", auth=auth if signed else None, timeout=CALL_SECONDS, verify=environment["AWS_CA_BUNDLE"],
        )
        return answer.status_code, answer.headers, answer.content


class Curl(Signer):
    """`curl --aws-sigv4` of the system. Its options come by standard input: no secret is an argument."""

    package, form = "curl", "POST"

    def exchange(self, environment, parameters, signed):
        key, secret, token = credentials(environment)
        options = {
            "url": environment["AWS_ENDPOINT_URL_STS"] + "/", "data": parameters, "cacert": environment["AWS_CA_BUNDLE"],
            "max-time": CALL_SECONDS, "dump-header": "-", "output": "-",
        }
        if signed:
            options |= {"aws-sigv4": f"aws:amz:{environment['AWS_REGION']}:sts", "user": f"{key}:{secret}"}
        if token:
            options["header"] = f"x-amz-security-token: {token}"
        written = "".join(f"{name} = {json.dumps(str(value))}\n" for name, value in options.items())
        done = subprocess.run(
            ["curl", "--disable", "--silent", "--show-error", "--config", "-"], input=written.encode(), capture_output=True,
            timeout=CALL_SECONDS, env={"PATH": os.environ["PATH"]},
        )
        if done.returncode != 0:
            raise AssertionError(f"curl ended with {done.returncode}: {done.stderr.decode()}")
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), body

    @staticmethod
    def version():
        """The system's curl, or None if there is none that signs (7.75 is the first)."""
        try:
            said = subprocess.run(["curl", "--version"], capture_output=True, text=True, timeout=CALL_SECONDS).stdout
        except FileNotFoundError:
            return None
        found = re.match(r"curl (\d+)\.(\d+)", said)
        return found and tuple(map(int, found.groups())) >= (7, 75) and f"{found[1]}.{found[2]}" or None


class OfJavaScript(Signer):
    """A signer of npm, in one Node process for a list of calls."""

    package = None

    def exchanges(self, environment, asked):
        program = pathlib.Path(__file__).parents[1] / "javascript" / "signers.mjs"
        extra = {"NODE_EXTRA_CA_CERTS": environment["AWS_CA_BUNDLE"], "MODULES": str(JAVASCRIPT.resolve())}
        done = subprocess.run(
            ["node", program, self.package, self.form.split(",")[0]], env=environment | extra, capture_output=True, text=True,
            timeout=CALL_SECONDS, input=json.dumps(asked),
        )
        if done.returncode != 0:
            raise AssertionError(f"node ended with {done.returncode}: {done.stderr}")
        return [(said["status"], said["headers"], said["body"].encode()) for said in json.loads(done.stdout)]


class Aws4(OfJavaScript):
    """aws4, which signs the options of Node's `https.request`."""

    package = "aws4"


class Aws4InTheUrl(Aws4):
    form = "GET, signature in the URL"


class Aws4Fetch(OfJavaScript):
    """aws4fetch, which signs and sends with `fetch`."""

    package = "aws4fetch"


class Aws4FetchInTheUrl(Aws4Fetch):
    form = "GET, signature in the URL"
