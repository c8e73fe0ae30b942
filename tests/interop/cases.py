"""What every client is made to do: one row for each call, with what the fleet has to say to it.

The fleet is the built-in one: `stsbench emulate --print-fleet` shows its users, roles and providers.
"""

import base64
import hashlib
import hmac
import struct
import time
from dataclasses import dataclass, field

GLOBAL, REGIONAL = "global", "eu-central-1"


@dataclass(frozen=True)
class Announced:
    """A value that a fleet announces for the operation, under the AWS CLI's name of the parameter."""

    parameter: str
    altered: bool = False  # with another character in the middle

    def value(self, fleet, operation):
        text = fleet.about["parameters"][operation][self.parameter]
        if self.altered:
            middle = len(text) // 2
            text = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1:]
        return text


@dataclass(frozen=True)
class OneTimePassword:
    """What the MFA device with this seed (base32) shows at the moment (RFC 6238), or something else.

    STS takes a code once, and those of the steps before and after count too: each call gets one that the fleet has not seen.
    """

    seed: str
    off_by: int = 0

    def value(self, fleet, operation):
        while (step := self.unseen(fleet)) is None:
            time.sleep(1)
        digest = hmac.digest(base64.b32decode(self.seed), struct.pack(">Q", step), hashlib.sha1)
        number = struct.unpack_from(">I", digest, digest[-1] & 15)[0] & 0x7FFFFFFF
        return f"{(number + self.off_by) % 1_000_000:06}"

    def unseen(self, fleet):
        """A step of thirty seconds whose code can still be shown to the fleet; the oldest only while it stays one."""
        now, rest = divmod(time.time(), 30)
        for step in (int(now), int(now) + 1, int(now) - 1 if rest < 25 else None):
            if self.off_by:
                return step
            if step is not None and step not in fleet.steps:
                fleet.steps.add(step)
                return step
        return None


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

    entered: str = ""  # where the ledger has it under another name than the operation's
    newest: bool = False  # with parameters that only the newest models have
    scoped: bool = False  # of the operation that only models from the end of November 2026 on have

    def given(self, fleet, cli_name):
        """The parameters as they are for `fleet`."""
        resolved = lambda value: value.value(fleet, cli_name) if hasattr(value, "value") else value
        return {name: resolved(value) for name, value in self.input.items()}

    @property
    def is_short_lived(self):
        """Whether it shows a one-time password."""
        return any(isinstance(value, OneTimePassword) for value in self.input.values())

    @property
    def title(self):
        return f"{self.operation}({', '.join(self.input)}) by {self.caller} at {self.endpoint}: {self.says}"


def refused(operation, code, status=400, message="", **rest):
    return Case(operation, says=code, status=status, message=message, **rest)


def denied(operation, given, caller="user"):
    """Refused because a policy does not allow it, in STS's words."""
    return refused(operation, "AccessDenied", 403, "User: arn:aws:", input=given, caller=caller)


IAM = "arn:aws:iam::123456789012:"
ROLE, CHAINED = IAM + "role/simulated", IAM + "role/chain/chained"
DEVICE, SEED = IAM + "mfa/simulated", "JZHVILKBFVJUKQ2SIVKC2U2FIVCC2MRQ"
WEB_IDENTITY = {
    "RoleArn": Announced("role-arn"), "RoleSessionName": "interop", "WebIdentityToken": Announced("web-identity-token"),
}
SAML = {
    "RoleArn": Announced("role-arn"), "PrincipalArn": Announced("principal-arn"), "SAMLAssertion": Announced("saml-assertion"),
}
ROOT = {"TargetPrincipal": "210987654321", "TaskPolicyArn": {
    "arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
}}
NARROW = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}'
OUTBOUND = {"Audience": ["https://stsbench.invalid"], "SigningAlgorithm": "ES384"}

KEY = r"ASIA[A-Z2-7]{16}"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
CREDENTIALS = {
    "Credentials.AccessKeyId": KEY, "Credentials.SecretAccessKey": r"[A-Za-z0-9+/]{40}",
    "Credentials.SessionToken": r"IQoJb3JpZ2luX2Vj[A-Za-z0-9+/=]+", "Credentials.Expiration": INSTANT,
}
ASSUMED = CREDENTIALS | {
    "AssumedRoleUser.Arn": "arn:aws:sts::123456789012:assumed-role/simulated/interop",
    "AssumedRoleUser.AssumedRoleId": r"AROA[A-Z2-7]{17}:interop",
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
    Case("GetSessionToken", {"DurationSeconds": 900}, endpoint=GLOBAL, shows={"Credentials.AccessKeyId": KEY}),
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
    refused(
        "GetSessionToken", "AccessDenied", 403, "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        input={"SerialNumber": DEVICE, "TokenCode": OneTimePassword(SEED, off_by=1)},
    ),
    Case("GetSessionToken", {"SerialNumber": DEVICE, "TokenCode": OneTimePassword(SEED)}, shows=CREDENTIALS),
    Case(
        "GetSessionToken", {"MinimumSessionTokenSize": 2_000}, newest=True,
        shows={"SessionTokenSize": r"20\d\d", "SessionTokenUtilization": r"4\d|50"},
    ),

    Case("AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "interop"}, shows=ASSUMED),
    Case("AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "interop"}, endpoint=GLOBAL, shows={
        # Version 1 of the token, which is the global endpoint's by default.
        "Credentials.AccessKeyId": KEY, "Credentials.SessionToken": r"FwoGZXIvYXdz[A-Za-z0-9+/=]+",
    }),
    Case(
        "AssumeRole", {
            "RoleArn": ROLE, "RoleSessionName": "interop", "DurationSeconds": 43_200, "SourceIdentity": "Ann",
            "Policy": NARROW, "Tags": [{"Key": "Team", "Value": "Blau + Grün"}],
            "TransitiveTagKeys": ["Team"], "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        },
        shows=ASSUMED | {"SourceIdentity": "Ann", "PackedPolicySize": r"\d{1,2}"},
    ),
    Case(
        "AssumeRole", {"RoleArn": IAM + "role/external", "RoleSessionName": "interop", "ExternalId": "simulated-external-id"},
        shows=CREDENTIALS,
    ),
    denied("AssumeRole", {"RoleArn": IAM + "role/external", "RoleSessionName": "interop", "ExternalId": "another"}),
    denied("AssumeRole", {"RoleArn": IAM + "role/external", "RoleSessionName": "interop"}),
    denied("AssumeRole", {"RoleArn": IAM + "role/nobody", "RoleSessionName": "interop"}),
    denied("AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "interop"}, caller="unprivileged"),
    denied("AssumeRole", {"RoleArn": IAM + "role/mfa", "RoleSessionName": "interop"}),
    Case("AssumeRole", {
        "RoleArn": IAM + "role/mfa", "RoleSessionName": "interop", "SerialNumber": DEVICE,
        "TokenCode": OneTimePassword(SEED),
    }, shows=CREDENTIALS),
    Case("AssumeRole", {"RoleArn": IAM + "role/mfa", "RoleSessionName": "interop"}, caller="session with MFA"),
    Case("AssumeRole", {"RoleArn": "arn:aws:iam::210987654321:role/shared", "RoleSessionName": "interop"}, shows={
        "AssumedRoleUser.Arn": "arn:aws:sts::210987654321:assumed-role/shared/interop",
    }),
    Case("AssumeRole", {"RoleArn": CHAINED, "RoleSessionName": "interop", "DurationSeconds": 3_600}, caller="role", shows={
        # The path is no part of it.
        "AssumedRoleUser.Arn": "arn:aws:sts::123456789012:assumed-role/chained/interop",
    }),
    refused(
        "AssumeRole", "ValidationError", caller="role",
        input={"RoleArn": CHAINED, "RoleSessionName": "interop", "DurationSeconds": 3_601},
        message="The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    ),
    refused(
        "AssumeRole", "ValidationError", input={"RoleArn": ROLE, "RoleSessionName": "interop", "DurationSeconds": 43_201},
        message="1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: ",
    ),
    refused(
        "AssumeRole", "MalformedPolicyDocument", input={"RoleArn": ROLE, "RoleSessionName": "interop", "Policy": "{}x"},
    ),
    Case("GetCallerIdentity", caller="role", shows={
        "Arn": "arn:aws:sts::123456789012:assumed-role/simulated/caller", "UserId": r"AROA[A-Z2-7]{17}:caller",
    }),

    Case("AssumeRoleWithWebIdentity", WEB_IDENTITY, shows=CREDENTIALS | {
        "AssumedRoleUser.Arn": "arn:aws:sts::123456789012:assumed-role/federated/interop",
        "SubjectFromWebIdentityToken": "simulated", "Audience": "sts.amazonaws.com",
        "Provider": "arn:aws:iam::123456789012:oidc-provider/identity.stsbench.invalid",
    }),
    Case("AssumeRoleWithWebIdentity", WEB_IDENTITY, caller="wrong secret", shows=CREDENTIALS),
    refused(
        "AssumeRoleWithWebIdentity", "InvalidIdentityToken",
        input=WEB_IDENTITY | {"WebIdentityToken": Announced("web-identity-token", altered=True)},
    ),
    refused(
        "AssumeRoleWithWebIdentity", "InvalidIdentityToken", input=WEB_IDENTITY | {"WebIdentityToken": "not.a.token"},
    ),
    refused(
        "AssumeRoleWithWebIdentity", "ValidationError", message="Request ARN is invalid",
        input=WEB_IDENTITY | {"RoleArn": IAM + "policy/simulated"},
    ),
    refused(
        "AssumeRoleWithWebIdentity", "AccessDenied", 403, input=WEB_IDENTITY | {"RoleArn": ROLE},
        message="Not authorized to perform sts:AssumeRoleWithWebIdentity",
    ),

    Case("AssumeRoleWithSAML", SAML, shows=CREDENTIALS | {
        "Audience": "https://signin.aws.amazon.com/saml", "Subject": "simulated", "NameQualifier": r"[A-Za-z0-9+/]{27}=",
    }),
    refused(
        "AssumeRoleWithSAML", "InvalidIdentityToken", input=SAML | {"SAMLAssertion": Announced("saml-assertion", altered=True)},
    ),
    refused("AssumeRoleWithSAML", "ValidationError", message="Principal ARN is invalid", input=SAML | {"PrincipalArn": ROLE}),
    refused("AssumeRoleWithSAML", "AccessDenied", 403, input=SAML | {"RoleArn": ROLE}),

    Case("AssumeRoot", ROOT, shows=CREDENTIALS),
    denied("AssumeRoot", ROOT | {"TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}),
    denied("AssumeRoot", ROOT | {"TargetPrincipal": "210987654321"}, caller="neighbour"),
    refused(
        "AssumeRoot", "ValidationError", input=ROOT | {"DurationSeconds": 901},
        message="1 validation error detected: Value '901' at 'durationSeconds' failed to satisfy constraint: ",
    ),

    Case("GetScopedCredentials", {"Policy": NARROW, "DurationSeconds": 60}, caller="role", scoped=True, shows=CREDENTIALS | {
        "SessionInfo.Arn": "arn:aws:sts::123456789012:assumed-role/simulated/caller",
        "SessionInfo.ScopedSessionId": r"AROA[A-Z2-7]{17}:caller", "ScopedPoliciesCount": "1",
    }),
    Case(
        "GetScopedCredentials", {"DurationSeconds": 60, "ScopedSessionDescription": "tenant 7", "MinimumSessionTokenSize": 2_000},
        caller="session", scoped=True, shows={"ScopedPoliciesCount": "0", "SessionTokenSize": r"20\d\d"},
    ),
    refused("GetScopedCredentials", "InvalidSubjectCredentials", input={"DurationSeconds": 60}, scoped=True),
    refused(
        "GetScopedCredentials", "InsufficientSessionLifetime", input={"DurationSeconds": 129_600}, caller="role", scoped=True,
    ),
    refused("GetScopedCredentials", "MalformedPolicyDocument", input={"Policy": "{"}, caller="role", scoped=True),
    refused("GetScopedCredentials", "ValidationError", caller="role", scoped=True),
    refused(
        "GetScopedCredentials", "InvalidAction", message="Could not find operation GetScopedCredentials",
        input={"DurationSeconds": 60}, caller="role", endpoint=GLOBAL, entered="unknown", scoped=True,
    ),

    Case("DecodeAuthorizationMessage", {"EncodedMessage": Announced("encoded-message")}, shows={
        "DecodedMessage": r"\{.*\"allowed\":false.*\}",
    }),
    refused(
        "DecodeAuthorizationMessage", "InvalidAuthorizationMessageException",
        input={"EncodedMessage": Announced("encoded-message", altered=True)},
    ),
    denied("DecodeAuthorizationMessage", {"EncodedMessage": "anything"}, caller="unprivileged"),

    Case("GetAccessKeyInfo", {"AccessKeyId": Announced("access-key-id")}, shows={"Account": "123456789012"}),
    # A real key of the documentation: newer ids say their account.
    Case("GetAccessKeyInfo", {"AccessKeyId": "ASIAQNZGKIQY56JQ7WML"}, shows={"Account": "029608264753"}),
    denied("GetAccessKeyInfo", {"AccessKeyId": Announced("access-key-id")}, caller="unprivileged"),

    Case("GetDelegatedAccessToken", {"TradeInToken": Announced("trade-in-token")}, shows=CREDENTIALS | {
        "AssumedPrincipal": "arn:aws:sts::123456789012:assumed-role/simulated/.+",
    }),
    refused("GetDelegatedAccessToken", "ValidationError", input={"TradeInToken": Announced("trade-in-token", altered=True)}),

    Case("GetFederationToken", {"Name": "Ann", "DurationSeconds": 900}, shows=CREDENTIALS | {
        "FederatedUser.Arn": "arn:aws:sts::123456789012:federated-user/Ann", "FederatedUser.FederatedUserId": "123456789012:Ann",
    }),
    Case("GetCallerIdentity", caller="federated user", shows={
        "Arn": "arn:aws:sts::123456789012:federated-user/caller", "UserId": "123456789012:caller",
    }),
    refused(
        "GetFederationToken", "AccessDenied", 403, "Cannot call GetFederationToken with session credentials",
        input={"Name": "Ann"}, caller="role",
    ),
    denied("GetFederationToken", {"Name": "Ann"}, caller="unprivileged"),

    Case("GetWebIdentityToken", OUTBOUND, shows={
        "WebIdentityToken": r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", "Expiration": INSTANT,
    }),
    Case("GetWebIdentityToken", OUTBOUND | {"SigningAlgorithm": "RS256", "DurationSeconds": 60}, caller="role"),
    refused(
        "GetWebIdentityToken", "ValidationError", input=OUTBOUND | {"DurationSeconds": 3_601},
        message="1 validation error detected: Value '3601' at 'durationSeconds' failed to satisfy constraint: ",
    ),
    denied("GetWebIdentityToken", OUTBOUND, caller="unprivileged"),
    # Two operations are not the global endpoint's.
    refused("GetWebIdentityToken", "InvalidAction", input=OUTBOUND, endpoint=GLOBAL, entered="unknown"),
    refused("AssumeRoot", "InvalidAction", input=ROOT, endpoint=GLOBAL, entered="unknown"),
]
