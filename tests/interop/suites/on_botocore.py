"""A plugin of pytest: botocore's tests, whose requests go out to the fleet and are answered by it.

The tests name AWS's hosts; the fleet's DNS says where those are, and its own authority vouches for them.
"""

import json
import os
import socket
import struct

import tests
from urllib3.util import connection

FLEET = json.loads(os.environ["FLEETS"])["aws"]
CONNECT = connection.create_connection
ANSWER_SECONDS = 10


def address(name):
    """The IPv4 address of a name, by the fleet's DNS (RFC 1035); an OSError if there is none."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = struct.pack(">6H", 1, 0x0100, 1, 0, 0, 0) + labels + struct.pack(">B2H", 0, 1, 1)
    host, _, port = FLEET["dns"].rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.settimeout(ANSWER_SECONDS)
        asked.sendto(question, (host, int(port)))
        answer = asked.recv(1024)
    count = struct.unpack_from(">H", answer, 6)[0]
    if count == 0:
        raise socket.gaierror(socket.EAI_NONAME, f"the fleet's DNS has no address of {name}")
    return socket.inet_ntoa(answer[-4:])


def connect(where, *rest, **more):
    """A connection to a real name, at the port that stands for 443 or 80 there."""
    name, port = where
    found = address(name)
    return CONNECT((found, FLEET["ports"][found][str(port)]), *rest, **more)


def kept(stub, request, **_):
    """A stub that sees a request and lets it out."""
    stub.requests.append(request)


def client(case, region, endpoint_url=None, use_ssl=True, config=None):
    """A client of STS with keys of the partition that the Region is of."""
    key, secret = FLEET["keys"]["aws-cn" if region.startswith("cn-") else "aws"]
    case.environ |= {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_CA_BUNDLE": FLEET["ca_file"], "AWS_MAX_ATTEMPTS": "1"}
    return case.session.create_client("sts", region_name=region, endpoint_url=endpoint_url, use_ssl=use_ssl, config=config)


connection.create_connection = connect
tests.BaseHTTPStubber.__call__ = kept


def pytest_collection_modifyitems(items):
    for made in {item.cls for item in items if item.cls and hasattr(item.cls, "create_sts_client")}:
        made.create_sts_client = client
