//! The calls: each operation with a success, with what every signed operation can be refused for, and with errors of its own.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use sts_model::Operation;

/// Where a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Furnished {
    Usual,
    /// The same two days later, with the same keys.
    Later,
    Throttled,
    Failing,
    Unavailable,
}

/// Who sends a call, and with what signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignedBy {
    /// The user of that name.
    User(&'static str),
    /// A session of the first user's role.
    Session,
    /// Another with many tags.
    Tagged,
    WrongSecret,
    UnknownKey,
    /// Nothing is signed.
    Nobody,
    /// Parts of the signature are missing.
    HalfAClaim,
    /// The date is of 2015.
    OldDate,
}

/// A call and what comes of it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub operation: Operation,
    pub action: String,
    /// The code, or `ok`.
    pub says: &'static str,
    /// What the answer is filed under.
    pub title: String,
    pub sender: SignedBy,
    pub form: String,
    /// What stands in the URL behind the path.
    pub query: &'static str,
    pub endpoint: &'static str,
    pub fleet: Furnished,
}

impl Case {
    pub(super) fn new(
        operation: Operation,
        says: &'static str,
        sender: SignedBy,
        form: impl Into<String>,
    ) -> Self {
        Self {
            operation,
            action: operation.api_name().to_owned(),
            says,
            title: says.to_owned(),
            sender,
            form: form.into(),
            query: "",
            endpoint: "eu-central-1",
            fleet: Furnished::Usual,
        }
    }

    fn because(self, why: &str) -> Self {
        Self {
            title: format!("{}: {why}", self.says),
            ..self
        }
    }

    fn at(self, endpoint: &'static str) -> Self {
        Self { endpoint, ..self }
    }

    fn of(self, fleet: Furnished) -> Self {
        Self { fleet, ..self }
    }
}

type Announced = BTreeMap<Operation, BTreeMap<String, String>>;

fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// A value that the emulator has announced, ready for a form.
fn made(announced: &Announced, operation: Operation, name: &str) -> String {
    encoded(&announced[&operation][name])
}

/// The form with which an operation succeeds, and who sends it.
fn success(announced: &Announced, operation: Operation) -> (SignedBy, String) {
    let user = SignedBy::User("simulated");
    let made = |name: &str| made(announced, operation, name);
    let form = match operation {
        Operation::AssumeRole => format!("{ROLE}&RoleSessionName=anna"),
        Operation::AssumeRoleWithSaml => format!(
            "RoleArn={}&PrincipalArn={}&SAMLAssertion={}",
            made("role-arn"),
            made("principal-arn"),
            made("saml-assertion")
        ),
        Operation::AssumeRoleWithWebIdentity => {
            with_token(&made("role-arn"), &made("web-identity-token"))
        }
        Operation::AssumeRoot => format!("TargetPrincipal=210987654321&{TASK}"),
        Operation::DecodeAuthorizationMessage => {
            format!("EncodedMessage={}", made("encoded-message"))
        }
        Operation::GetAccessKeyInfo => format!("AccessKeyId={}", made("access-key-id")),
        Operation::GetCallerIdentity | Operation::GetSessionToken => String::new(),
        Operation::GetDelegatedAccessToken => format!("TradeInToken={}", made("trade-in-token")),
        Operation::GetFederationToken => "Name=anna".to_owned(),
        Operation::GetScopedCredentials => {
            return (SignedBy::Session, "DurationSeconds=60".to_owned());
        }
        Operation::GetWebIdentityToken => "Audience.member.1=a&SigningAlgorithm=ES384".to_owned(),
    };
    (user, form)
}

fn with_token(role: &str, token: &str) -> String {
    format!("RoleArn={role}&RoleSessionName=anna&WebIdentityToken={token}")
}

/// A token that nobody has signed, of the provider at `url`.
fn unsigned_token(url: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let (head, claims) = (
        part(r#"{"alg":"ES256"}"#),
        part(&format!(r#"{{"iss":"{url}"}}"#)),
    );
    format!("{head}.{claims}.AAAA")
}

/// What every operation can be refused for.
fn common(operation: Operation, form: &str, sender: SignedBy) -> Vec<Case> {
    let case = |says, sender, form: &str| Case::new(operation, says, sender, form);
    let mut found = vec![
        case("Throttling", sender, form).of(Furnished::Throttled),
        case("InternalFailure", sender, form).of(Furnished::Failing),
        case("ServiceUnavailable", sender, form).of(Furnished::Unavailable),
        Case {
            action: format!("{}s", operation.api_name()),
            ..case("InvalidAction", sender, form)
        },
    ];
    if operation.is_signed() {
        found.extend([
            case("MissingAuthenticationToken", SignedBy::Nobody, form),
            case("IncompleteSignature", SignedBy::HalfAClaim, form),
            case("SignatureDoesNotMatch", SignedBy::WrongSecret, form),
            case("SignatureDoesNotMatch", SignedBy::OldDate, form).because("expired"),
            case("InvalidClientTokenId", SignedBy::UnknownKey, form),
            case("ExpiredToken", SignedBy::Session, form).of(Furnished::Later),
            Case {
                query: "?a=%zz",
                ..case("MalformedQueryString", sender, form)
            },
        ]);
    }
    found
}

/// The errors of one operation, with the call that brings each about.
fn own(announced: &Announced, operation: Operation) -> Vec<Case> {
    let (sender, form) = success(announced, operation);
    let form = form.as_str();
    let case = |says, sender, form: &str| Case::new(operation, says, sender, form);
    let with = |more: &str| format!("{form}&{more}");
    let unprivileged = || case("AccessDenied", SignedBy::User("unprivileged"), form);
    let limits = || {
        vec![
            case("MalformedInput", sender, &with("DurationSeconds=abc")),
            case("MalformedPolicyDocument", sender, &with("Policy=%7B")),
        ]
    };
    let packed = |form: &str| {
        case(
            "PackedPolicyTooLarge",
            sender,
            &format!("{form}&{}", large_policies()),
        )
    };
    // The accounts have switched STS off there.
    let off = || case("RegionDisabledException", sender, form).at("eu-west-1");
    let invalid = |form: &str| case("ValidationError", sender, form);
    let again =
        "Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=A&Tags.member.2.Value=c";
    let twice = |form: &str| {
        case("InvalidParameterValue", sender, &format!("{form}&{again}")).because("a tag twice")
    };
    match operation {
        Operation::AssumeRole => {
            let context = "RoleArn=arn:aws:iam::123456789012:role/context&RoleSessionName=anna\
                           &ProvidedContexts.member.1.ProviderArn=arn:aws:iam::aws:contextProvider/IdentityCenter\
                           &ProvidedContexts.member.1.ContextAssertion=garbage";
            [
                limits(),
                vec![
                    packed(form),
                    unprivileged(),
                    invalid("RoleSessionName=anna"),
                    twice(form),
                    case("InvalidContextAssertion", sender, context),
                    off(),
                ],
            ]
            .concat()
        }
        Operation::AssumeRoleWithSaml | Operation::AssumeRoleWithWebIdentity => {
            federated(announced, operation, form, limits())
        }
        Operation::AssumeRoot => vec![
            unprivileged(),
            off(),
            invalid("TargetPrincipal=210987654321"),
            case("MalformedInput", sender, &with("DurationSeconds=abc")),
            case("InvalidAction", sender, form)
                .at("global")
                .because("at the global endpoint"),
        ],
        Operation::DecodeAuthorizationMessage => vec![
            unprivileged(),
            invalid(""),
            case(
                "InvalidAuthorizationMessageException",
                sender,
                "EncodedMessage=x",
            ),
        ],
        Operation::GetAccessKeyInfo => vec![unprivileged(), invalid("AccessKeyId=x")],
        Operation::GetCallerIdentity => Vec::new(),
        Operation::GetDelegatedAccessToken => vec![
            unprivileged(),
            invalid("TradeInToken=x"),
            case("ExpiredTradeInTokenException", sender, form).of(Furnished::Later),
            off(),
        ],
        Operation::GetFederationToken => [
            limits(),
            vec![
                packed(form),
                unprivileged(),
                invalid("Name=a"),
                twice(form),
                off(),
            ],
        ]
        .concat(),
        Operation::GetScopedCredentials => {
            let narrow = format!("Policy={}", encoded(POLICY));
            let narrow = narrow.as_str();
            vec![
                invalid(""),
                case("ok", sender, narrow).because("with a policy"),
                case("MalformedInput", sender, "DurationSeconds=abc"),
                case("MalformedPolicyDocument", sender, "Policy=%7B"),
                case("PackedPolicyTooLarge", SignedBy::Tagged, &large_policy()),
                case("InsufficientSessionLifetime", sender, "DurationSeconds=901"),
                case(
                    "InvalidSubjectCredentials",
                    SignedBy::User("simulated"),
                    form,
                ),
                case("InvalidAction", sender, form)
                    .at("global")
                    .because("at the global endpoint"),
            ]
        }
        Operation::GetSessionToken => vec![
            case("MalformedInput", sender, "DurationSeconds=abc"),
            invalid("DurationSeconds=1"),
            case("AccessDenied", SignedBy::Session, ""),
            off(),
        ],
        Operation::GetWebIdentityToken => {
            let tags = (1..=50).map(|at| {
                format!(
                    "Tags.member.{at}.Key={at}&Tags.member.{at}.Value={}",
                    "x".repeat(256)
                )
            });
            let tags = tags.collect::<Vec<_>>().join("&");
            vec![
                unprivileged(),
                invalid("SigningAlgorithm=ES384"),
                twice(form),
                case("MalformedInput", sender, &with("DurationSeconds=abc")),
                case("JWTPayloadSizeExceededException", sender, &with(&tags)),
                case(
                    "SessionDurationEscalationException",
                    SignedBy::Session,
                    &with("DurationSeconds=3600"),
                ),
                case(
                    "OutboundWebIdentityFederationDisabledException",
                    SignedBy::User("restricted"),
                    form,
                ),
                case("InvalidAction", sender, form)
                    .at("global")
                    .because("at the global endpoint"),
            ]
        }
    }
}

/// The errors of the operations in which a provider vouches for the caller.
fn federated(
    announced: &Announced,
    operation: Operation,
    form: &str,
    limits: Vec<Case>,
) -> Vec<Case> {
    let case = |says, form: &str| Case::new(operation, says, SignedBy::Nobody, form);
    let role = made(announced, operation, "role-arn");
    let mut found = limits;
    for one in &mut found {
        one.sender = SignedBy::Nobody;
    }
    found.extend([
        case("ExpiredTokenException", form).of(Furnished::Later),
        case("RegionDisabledException", form).at("eu-west-1"),
        case(
            "PackedPolicyTooLarge",
            &format!("{form}&{}", large_policies()),
        ),
    ]);
    let other_role = encoded("arn:aws:iam::123456789012:role/simulated");
    found.push(case("AccessDenied", &form.replace(&role, &other_role)));
    if operation == Operation::AssumeRoleWithSaml {
        let provider = made(announced, operation, "principal-arn");
        found.extend([
            case(
                "ValidationError",
                &format!("RoleArn={role}&PrincipalArn={provider}"),
            ),
            case(
                "InvalidIdentityToken",
                &format!("RoleArn={role}&PrincipalArn={provider}&SAMLAssertion=AAAA"),
            ),
        ]);
    } else {
        let token =
            |name: &str| with_token(&role, &unsigned_token(&format!("https://{name}.invalid")));
        found.extend([
            case(
                "ValidationError",
                &format!("RoleArn={role}&RoleSessionName=anna"),
            ),
            case("InvalidIdentityToken", &with_token(&role, "AAAA")),
            case("IDPRejectedClaim", &token("rejecting")),
            case("IDPCommunicationError", &token("unreachable")),
        ]);
    }
    found
}

/// A policy that is nearly as long as it may be.
fn large_policy() -> String {
    let resource = format!("arn:aws:s3:::{}", "x".repeat(1_900));
    format!("Policy={}", encoded(&POLICY.replace('*', &resource)))
}

/// The same with managed policies that have long names.
fn large_policies() -> String {
    let managed = (1..=10).map(|at| {
        let name = at.to_string().repeat(100);
        format!(
            "&PolicyArns.member.{at}.arn=arn:aws:iam::aws:policy/{}",
            &name[..100]
        )
    });
    format!("{}{}", large_policy(), managed.collect::<String>())
}

/// Every call in its order, with what an emulator has announced in it.
pub(super) fn cases(announced: &Announced) -> Vec<Case> {
    let mut found = Vec::new();
    for operation in Operation::ALL {
        let (sender, form) = success(announced, operation);
        let sender = if operation.is_signed() {
            sender
        } else {
            SignedBy::Nobody
        };
        found.push(Case::new(operation, "ok", sender, form.as_str()));
        found.extend(common(operation, &form, sender));
        found.extend(own(announced, operation));
    }
    found
}

/// The codes among them.
pub(super) fn all_codes() -> BTreeSet<&'static str> {
    let nothing = [
        "role-arn",
        "principal-arn",
        "saml-assertion",
        "web-identity-token",
        "encoded-message",
        "access-key-id",
        "trade-in-token",
    ]
    .map(|name| (name.to_owned(), String::new()));
    let announced = Operation::ALL.map(|operation| (operation, BTreeMap::from(nothing.clone())));
    cases(&announced.into())
        .iter()
        .map(|case| case.says)
        .collect()
}

const ROLE: &str = "RoleArn=arn:aws:iam::123456789012:role/simulated";
const TASK: &str =
    "TaskPolicyArn.arn=arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
