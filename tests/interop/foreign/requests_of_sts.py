"""What a signer is given and what its answer means: botocore's serializer before it and botocore's parser after it."""

import http.client
import ssl
from urllib.parse import urlencode, urlsplit

from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from clients import CALL_SECONDS, MODEL, Result, plain

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


class Signer:
    """A client that signs one HTTP request. The operations that need no signature are sent without one."""

    form = "POST"  # where parameters and signature stand, as the table of the documentation has it

    def call(self, environment, calls):
        asked = [(parameters(*call), MODEL.operation_model(call[0]).auth_type != "none") for call in calls]
        answers = self.exchanges(environment, asked)
        return [result(operation, *answer) for (operation, _), answer in zip(calls, answers, strict=True)]

    def exchanges(self, environment, asked):
        return [self.exchange(environment, *one) for one in asked]

    def exchange(self, environment, parameters, signed):
        """Status, headers and body of the answer to a request with these parameters, already encoded."""
        raise NotImplementedError


def parameters(operation, given):
    """The parameters of a call in the form of a query, percent-encoded and in the order of the alphabet."""
    shape = MODEL.operation_model(operation)
    body = create_serializer("query", include_validation=False).serialize_to_request(given, shape)["body"]
    return urlencode(sorted(body.items())).replace("+", "%20")


def result(operation, status, headers, body):
    """An answer in XML as botocore reads it."""
    answer = {"status_code": status, "headers": {name.lower(): value for name, value in headers.items()}, "body": body}
    read = create_parser("query").parse(answer, MODEL.operation_model(operation).output_shape)
    request = read.pop("ResponseMetadata")["RequestId"]
    if status == 200:
        return Result("ok", status, output=plain(read), request_id=request)
    return Result(read["Error"]["Code"], status, read["Error"].get("Message", ""), request_id=request)


def credentials(environment):
    """Key, secret and session token, if any, of an environment."""
    names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    return [environment.get(name) for name in names]


def send(url, method, target, headers, body, ca_file):
    """A request with these headers and no others, to the address in `url`; status, headers, body."""
    address = urlsplit(url)
    if address.scheme == "https":
        context = ssl.create_default_context(cafile=ca_file)
        connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=CALL_SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=CALL_SECONDS)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        lengthy = {} if method == "GET" or "content-length" in {name.lower() for name in headers} else {"Content-Length": str(len(body))}
        for name, value in (headers | lengthy).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()
