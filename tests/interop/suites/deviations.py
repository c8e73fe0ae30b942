"""What does not pass of the suites of others, what comes instead, and why that is right."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    tests: tuple  # of the suite, by name; parameters and classes are left out
    instead: str  # in words
    pattern: str  # what pytest says, as a regular expression
    reason: str
    count: int = 0  # how many tests that are with their parameters, if more than names


# How many tests of each suite pass.
PASSED = {"botocore": 20, "moto": 19}

BOTOCORE = [
    Deviation(
        (
            "test_client_for_unknown_region", "test_client_for_unknown_region_with_legacy_configured",
            "test_client_for_unknown_region_with_regional_configured",
        ),
        "the name is not found", "Could not connect to the endpoint URL: \"https://sts.not-real.amazonaws.com/\"",
        "There is no Region `not-real`, and AWS's DNS has no such name either. botocore's stub answers for it.",
    ),
    Deviation(
        (
            "test_user_provided_endpoint_with_legacy_configured", "test_user_provided_endpoint_with_regional_configured",
            "test_assume_role_with_saml_no_region_custom_endpoint",
        ),
        "the name is not found", r"Could not connect to the endpoint URL: \"https://custom\.(com|endpoint\.aws)/\"",
        "`custom.com` and `custom.endpoint.aws` are not AWS's. botocore's stub answers for them.",
    ),
]

MOTO = [
    Deviation(
        (
            "test_assume_role_with_saml", "test_assume_role_with_saml_should_not_rely_on_attribute_order",
            "test_assume_role_with_saml_should_respect_xml_namespaces", "test_assume_role_with_saml_when_saml_attribute_not_provided",
            "test_assume_role_with_saml_when_xml_tag_contains_xmlns_attributes", "test_assume_role_with_saml_in_different_account",
        ),
        "`ValidationError`", r"\(ValidationError\) when calling the AssumeRoleWithSAML operation: Principal ARN is invalid",
        "The provider's ARN lacks a colon. Beyond it, the assertions are of 2012 and their signatures are none: STS verifies what moto only "
        "reads.",
    ),
    Deviation(
        ("test_assume_role_with_web_identity",), "`InvalidIdentityToken`",
        r"\(InvalidIdentityToken\) when calling the AssumeRoleWithWebIdentity operation: The ID Token provided is not a valid JWT",
        "The token is `????`. STS verifies what moto does not read.", count=2,
    ),
    Deviation(
        ("test_get_caller_identity_with_assumed_role_credentials",), "`InvalidClientTokenId`",
        r"\(InvalidClientTokenId\) when calling the GetCallerIdentity operation",
        "The temporary credentials are used without their session token. AWS refuses that; moto knows keys by their id alone.", count=2,
    ),
    Deviation(
        ("test_get_access_key_info_default",), "`ValidationError`",
        r"\(ValidationError\) when calling the GetAccessKeyInfo operation: Access key ID is not valid\.",
        "`AKIAIOSFODNN7EXAMPLE` has the old form, which encodes no account, and belongs to no user of the fleet. moto answers with the "
        "caller's account for every key. AWS's answer for this key is not recorded.",
    ),
    Deviation(
        ("test_sts_wellformed_xml",), "line ends", r"assert b'\\n' not in b'<GetFederationTokenResponse",
        "AWS's answers have an element on each line, as recorded; moto's have no line ends.",
    ),
    Deviation(
        ("test_dynamodb_supports_multiple_accounts",), "not run", "skipped: needs dynamodb",
        "A test of moto's DynamoDB. That a role in another account gives credentials is tested by its neighbour, which passes.",
    ),
]
