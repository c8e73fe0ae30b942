"""Writes the seeds that carry signatures, made by botocore, and prints what `emulator::fuzz` has to know of them.

    PYTHONDONTWRITEBYTECODE=1 target/tools/venv/bin/python tests/fuzz/seeds.py

Run it when the small fleet of the fuzz targets gets another user, key, host or date.
"""

import base64
import pathlib
from datetime import datetime, timezone
from unittest import mock
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CORPUS = pathlib.Path(__file__).parent / "corpus"
HOST = "sts.eu-central-1.amazonaws.com"
REGION = "eu-central-1"
NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
SECRET = "fuzzing/fuzzing/fuzzing/fuzzing/fuzzing/"
ACCOUNT = 123456789012
FORM = "application/x-www-form-urlencoded; charset=utf-8"
BODIES = {
    "get-caller-identity": "Action=GetCallerIdentity&Version=2011-06-15",
    "get-session-token": "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900",
}


def key_id():
    """The id that the fleet gives the first user of the account: 50 bits of base32 behind AKIA, then a mark."""
    bits = 1 << 49 | ACCOUNT << 9
    return "AKIA" + base64.b32encode((bits << 6).to_bytes(7, "big")).decode()[:10] + "NOTAWS"


def signed(auth, request):
    with mock.patch("botocore.auth.get_current_datetime", return_value=NOW.replace(tzinfo=None)):
        auth.add_auth(request)
    return request


def post(body):
    """One signed POST."""
    request = AWSRequest("POST", f"https://{HOST}/", data=body, headers={"Content-Type": FORM})
    return signed(SigV4Auth(Credentials(key_id(), SECRET), "sts", REGION), request)


def presigned():
    """The query of a GET that is good for 15 minutes, as EKS and Vault use it."""
    request = AWSRequest("GET", f"https://{HOST}/?{BODIES['get-caller-identity']}")
    auth = SigV4QueryAuth(Credentials(key_id(), SECRET), "sts", REGION, expires=900)
    return urlsplit(signed(auth, request).url).query


def write(target, name, text):
    (CORPUS / target / name).write_bytes(text.encode())


for name, body in BODIES.items():
    request = post(body)
    headers = {"host": HOST} | {key.lower(): value for key, value in request.headers.items()}
    head = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
    write("request", f"signed-{name}", f"POST / HTTP/1.1\r\n{head}\r\n{body}")
authorization = post(BODIES["get-caller-identity"]).headers["Authorization"]
query = presigned()
write("authorization", "signed", authorization)
write("presigned", "signed", query)
write("request", "presigned", f"GET /?{query} HTTP/1.1\r\nhost: {HOST}\r\n\r\n")
print("HEADER_SIGNATURE", authorization.rpartition("Signature=")[2])
print("QUERY_SIGNATURE", query.rpartition("X-Amz-Signature=")[2])
