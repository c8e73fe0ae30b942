"""Services that learn who somebody is from a GetCallerIdentity that he has signed and they send: Kubernetes on AWS, Google
Cloud's workload identity federation, HashiCorp Vault.

The one who signs is the original program. What the service does is written after its source in Go, which is named; Google's is
not public, so the request is sent as google-auth writes it down.
"""

import base64
import json
import subprocess
from datetime import datetime, timedelta, timezone
from unittest import mock
from urllib.parse import parse_qs, unquote, urlsplit

import google.auth.aws
import google.auth.transport.requests
from hvac.api.auth_methods import Aws

from clients import CALL_SECONDS, Result
from fleet import PEERS
from foreign.requests_of_sts import credentials, result, send


class Refused(Exception):
    """The service refuses without asking STS, or because STS refuses; `answer` is what STS said."""

    def __init__(self, why, answer=None):
        super().__init__(why)
        self.answer = answer


class Verifier:
    """Makes calls of GetCallerIdentity in the two halves of such a service."""

    def __init__(self, fleet):
        self.fleet = fleet

    def call(self, environment, calls):
        assert {operation for operation, _ in calls} == {"GetCallerIdentity"}, calls
        return [self.verified(environment, self.signed(environment)) for _ in calls]

    def endpoint(self, environment):
        [found] = [found for found in self.fleet.endpoints.values() if found["url"] == environment["AWS_ENDPOINT_URL_STS"]]
        return found


class IamAuthenticator(Verifier):
    """The token of `aws eks get-token`, verified as aws-iam-authenticator does it (`Verify` of pkg/token/token.go)."""

    package, form = "awscli", "GET, signature in the URL, answer in JSON"
    cluster = "stsbench"

    PREFIX = "k8s-aws-v1."
    HEADER = "x-k8s-aws-id"
    PARAMETERS = {
        "action", "version", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-security-token",
        "x-amz-signature", "x-amz-signedheaders",
    }
    LONGEST = 4 * 1024

    def signed(self, environment):
        """The token, by the AWS CLI, which sends nothing for it."""
        endpoint = self.endpoint(environment)
        done = subprocess.run(
            [PEERS / "aws", "eks", "get-token", "--cluster-name", self.cluster], capture_output=True, text=True,
            env=environment | {"AWS_ENDPOINT_URL_STS": f"https://{endpoint['host']}"}, timeout=CALL_SECONDS,
        )
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout)["status"]["token"]

    def verified(self, environment, token):
        try:
            answer = self.verify(token, environment)
        except Refused as refused:
            if refused.answer is None:
                raise
            status, said = refused.answer
            return Result(said["Error"]["Code"], status, said["Error"]["Message"], request_id=said["RequestId"])
        response = answer["GetCallerIdentityResponse"]
        return Result("ok", 200, output=response["GetCallerIdentityResult"], request_id=response["ResponseMetadata"]["RequestId"])

    def verify(self, token, environment):
        """STS's answer about the one who made the token."""
        if len(token) > self.LONGEST:
            raise Refused("token is too large")
        if not token.startswith(self.PREFIX):
            raise Refused("token is missing its prefix")
        encoded = token.removeprefix(self.PREFIX)
        url = urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
        endpoint = self.endpoint(environment)
        if (url.scheme, url.netloc, url.path) != ("https", endpoint["host"], "/"):
            raise Refused(f"unexpected URL {url.scheme}://{url.netloc}{url.path}")
        self.check(parse_qs(url.query, strict_parsing=True))
        headers = {
            "Host": url.netloc, "User-Agent": "Go-http-client/1.1", self.HEADER: self.cluster, "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }
        status, _, body = send(endpoint["url"], "GET", f"/?{url.query}", headers, None, self.fleet.ca_file)
        said = json.loads(body)
        if status != 200:
            raise Refused(f"error from AWS (expected 200, got {status})", (status, said))
        return said

    def check(self, query):
        """The parameters of the URL, before anything is sent."""
        given = {name.lower(): values for name, values in query.items()}
        if len(given) != len(query) or not set(given) <= self.PARAMETERS or any(len(values) != 1 for values in given.values()):
            raise Refused("a parameter that is not allowed, or twice")
        value = {name: values[0] for name, values in given.items()}
        if value.get("action") != "GetCallerIdentity":
            raise Refused("unexpected action")
        if self.HEADER not in value["x-amz-signedheaders"].lower().split(";"):
            raise Refused(f"client did not sign the {self.HEADER} header")
        if not 0 <= int(value["x-amz-expires"]) <= 900:
            raise Refused("invalid X-Amz-Expires")
        signed = datetime.strptime(value["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        if datetime.now(timezone.utc) > signed + timedelta(minutes=15):
            raise Refused("X-Amz-Date is expired")


class GoogleCloud(Verifier):
    """The subject token of google-auth's AWS credentials: a signed POST without a body, its parameters in the URL."""

    package, form = "google-auth", "POST, parameters in the URL"

    AUDIENCE = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/stsbench/providers/stsbench"

    def signed(self, environment):
        endpoint = self.endpoint(environment)
        source = {
            "environment_id": "aws1",
            "regional_cred_verification_url": f"https://{endpoint['host']}?Action=GetCallerIdentity&Version=2011-06-15",
        }
        with mock.patch.dict("os.environ", environment, clear=True):
            holder = google.auth.aws.Credentials(
                self.AUDIENCE, "urn:ietf:params:aws:token-type:aws4_request", credential_source=source,
            )
            return holder.retrieve_subject_token(google.auth.transport.requests.Request())

    def verified(self, environment, token):
        request = json.loads(unquote(token))
        headers = {header["key"]: header["value"] for header in request["headers"]}
        url = urlsplit(request["url"])
        endpoint = self.endpoint(environment)
        if (url.netloc, headers["host"], headers["x-goog-cloud-target-resource"]) != (endpoint["host"],) * 2 + (self.AUDIENCE,):
            raise AssertionError(request)
        target = f"{url.path or '/'}?{url.query}"
        return result("GetCallerIdentity", *send(endpoint["url"], request["method"], target, headers, b"", self.fleet.ca_file))


class Vault(Verifier):
    """The login of hvac, verified as Vault's AWS method does it (`pathLoginUpdateIam` of builtin/credential/aws/path_login.go).

    hvac names the global host whatever Region it signs for; Vault sends to the endpoint of its configuration, keeps the host that
    was signed, and puts a slash between the endpoint and the path, so that the path begins with two.
    """

    package, form = "hvac", "POST, path //"
    server = "vault.stsbench.invalid"

    HEADER = "X-Vault-AWS-IAM-Server-ID"
    # Go's http.Client writes these of its own, whatever the headers say.
    OF_THE_CLIENT = {"host", "content-length", "user-agent"}

    class Login:
        """In place of the connection to Vault: gives back what was to be posted."""

        def login(self, url, use_token, json):
            return json

    def signed(self, environment):
        key, secret, token = credentials(environment)
        return Aws(self.Login()).iam_login(
            key, secret, token, header_value=self.server, role="stsbench", region=environment["AWS_REGION"],
        )

    def verified(self, environment, login):
        if login["iam_http_request_method"] != "POST":
            raise Refused("currently only 'POST' is supported")
        url, body = (base64.b64decode(login[name]).decode() for name in ["iam_request_url", "iam_request_body"])
        headers = {name: ",".join(values) for name, values in json.loads(base64.b64decode(login["iam_request_headers"])).items()}
        names = headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
        if headers.get(self.HEADER) != self.server or self.HEADER.lower() not in names:
            raise Refused(f"the header {self.HEADER} is missing, another or not signed")
        url = urlsplit(url)
        sent = {name: value for name, value in headers.items() if name.lower() not in self.OF_THE_CLIENT}
        sent |= {"Host": url.netloc, "User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip"}
        endpoint = self.endpoint(environment)["url"]
        return result("GetCallerIdentity", *send(endpoint, "POST", f"/{url.path}", sent, body.encode(), self.fleet.ca_file))
