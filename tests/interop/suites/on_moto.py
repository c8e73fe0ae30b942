"""A plugin of pytest: boto3 and moto's server as moto's tests use them, with a fleet for each partition in their place.

IAM is no part of the fleet. What the tests make by it (a role, a user, a key) stands in the fleet's file already and is looked
up there; who makes it is asked of STS.
"""

import json
import os
from types import SimpleNamespace
from urllib.parse import urlsplit

import boto3
import moto.server
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.session import Session

from foreign.requests_of_sts import send

FLEETS = json.loads(os.environ["FLEETS"])
BOTO3 = boto3.client


def client(service, region_name, aws_access_key_id=None, aws_secret_access_key=None, aws_session_token=None):
    """A client of STS or of IAM, as the tests ask for it; without keys it is the fleet's first user."""
    if service not in ("sts", "iam"):
        pytest.skip(f"needs {service}")
    fleet = FLEETS[Session().get_partition_for_region(region_name)]
    if aws_access_key_id is None:
        aws_access_key_id, aws_secret_access_key = fleet["keys"]["moto"]
    sts = BOTO3(
        "sts", region_name=region_name, endpoint_url=fleet["urls"][region_name], verify=fleet["ca_file"],
        aws_access_key_id=aws_access_key_id, aws_secret_access_key=aws_secret_access_key, aws_session_token=aws_session_token,
    )
    return {"sts": sts, "iam": Iam(sts, fleet, region_name)}[service]


class Iam:
    def __init__(self, sts, fleet, region):
        self.sts, self.fleet, self.region = sts, fleet, region

    def create_role(self, RoleName, AssumeRolePolicyDocument):
        arn = self.arn("role", RoleName)
        assumed = self.sts.assume_role(RoleArn=arn, RoleSessionName="looked-up")["AssumedRoleUser"]
        return {"Role": {"Arn": arn, "RoleId": assumed["AssumedRoleId"].partition(":")[0]}}

    def create_user(self, UserName):
        made = {"Arn": self.arn("user", UserName)}
        if UserName in self.fleet["keys"]:
            made["UserId"] = client("sts", self.region, *self.fleet["keys"][UserName]).get_caller_identity()["UserId"]
        return {"User": made}

    def create_access_key(self, UserName):
        key, secret = self.fleet["keys"][UserName]
        return {"AccessKey": {"AccessKeyId": key, "SecretAccessKey": secret}}

    def arn(self, kind, name):
        caller = self.sts.get_caller_identity()
        return f"arn:{caller['Arn'].split(':')[1]}:iam::{caller['Account']}:{kind}/{name}"


class Server:
    """In place of moto's web application: a GET with what AWS needs besides, the version and a signature."""

    def test_client(self):
        return self

    def get(self, target):
        fleet = FLEETS["aws"]
        region, url = next(iter(fleet["urls"].items()))
        request = AWSRequest("GET", f"{url}{target}&Version=2011-06-15")
        SigV4QueryAuth(Credentials(*fleet["keys"]["moto"]), "sts", region).add_auth(request)
        parts = urlsplit(request.url)
        status, _, body = send(url, "GET", f"{parts.path}?{parts.query}", {"Host": parts.netloc}, None, fleet["ca_file"])
        return SimpleNamespace(status_code=status, data=body)


boto3.client = client
moto.server.create_backend_app = lambda service: Server()
