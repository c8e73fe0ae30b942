"""What every client is made to do: one row for each call, with what the fleet has to say to it."""

from dataclasses import dataclass, field

GLOBAL, REGIONAL = "global", "eu-central-1"


@dataclass(frozen=True)
class Case:
    """One call: the operation and its parameters in the API's own names, who calls, and what comes of it."""

    operation: str
    input: dict = field(default_factory=dict)
    says: str = "ok"  # or the code of the error
    status: int = 200
    message: str = ""  # the beginning of the error's words, or nothing in particular
    caller: str = "user"
    endpoint: str = REGIONAL
    transport: str = "url"
    shows: dict = field(default_factory=dict)  # members of the answer, dotted, with regular expressions for their values

    @property
    def title(self):
        return f"{self.operation}({', '.join(self.input)}) by {self.caller} at {self.endpoint}: {self.says}"


def refused(operation, code, status=400, message="", **rest):
    return Case(operation, says=code, status=status, message=message, **rest)


KEY = r"ASIA[A-Z2-7]{16}"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
CREDENTIALS = {
    "Credentials.AccessKeyId": KEY, "Credentials.SecretAccessKey": r"[A-Za-z0-9+/]{40}",
    "Credentials.SessionToken": r"IQoJb3JpZ2luX2Vj[A-Za-z0-9+/=]+", "Credentials.Expiration": INSTANT,
}
USER = {"Arn": r"arn:aws:iam::\d{12}:user/.+", "UserId": r"AIDA[A-Z2-7]{17}", "Account": r"\d{12}"}

CASES = [
    Case("GetCallerIdentity", shows=USER),
    Case("GetCallerIdentity", shows=USER, endpoint=GLOBAL),
    Case("GetCallerIdentity", shows=USER, transport="plaintext_url"),
    Case("GetCallerIdentity", shows=USER, caller="session"),
    refused(
        "GetCallerIdentity", "SignatureDoesNotMatch", 403, "The request signature we calculated does not match",
        caller="wrong secret",
    ),
    refused(
        "GetCallerIdentity", "InvalidClientTokenId", 403, "The security token included in the request is invalid.",
        caller="unknown key",
    ),
    refused(
        "GetCallerIdentity", "InvalidClientTokenId", 403, "The security token included in the request is invalid.",
        caller="session without its token",
    ),
    Case("GetSessionToken", shows=CREDENTIALS),
    Case("GetSessionToken", {"DurationSeconds": 900}, shows=CREDENTIALS, endpoint=GLOBAL),
    refused(
        "GetSessionToken", "ValidationError", input={"DurationSeconds": 129_601},
        message="1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: ",
    ),
    refused(
        "GetSessionToken", "AccessDenied", 403, "MultiFactorAuthentication failed",
        input={"SerialNumber": "arn:aws:iam::123456789012:mfa/none", "TokenCode": "123456"},
    ),
    refused(
        "GetSessionToken", "AccessDenied", 403, "Cannot call GetSessionToken with session credentials",
        caller="session",
    ),
]
