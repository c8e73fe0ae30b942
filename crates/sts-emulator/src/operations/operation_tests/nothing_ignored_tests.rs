//! Every parameter of every operation does something: it changes the answer, the token, the record of the call or what the
//! session may do later, or it is refused. A client's mistake must not pass as a success.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::*;
use crate::ledger::audit::record::Record;
use crate::service::reply::Call;

/// A parameter with a call without it and a value that has to make a difference.
struct Row {
    operation: Operation,
    parameter: &'static str,
    base: String,
    given: String,
}

/// What a call comes to, without what differs from one call to the next.
fn observed(world: &Worlds, operation: Operation, form: &str) -> String {
    let caller = match operation {
        Operation::AssumeRoleWithSaml | Operation::AssumeRoleWithWebIdentity => None,
        Operation::GetScopedCredentials => Some(world.session.clone()),
        _ => Some(world.world.caller("user/simulated")),
    };
    let outcome = world.world.ask(operation, caller.as_ref(), form);
    let record = recorded(operation, caller, form);
    match outcome {
        Err(fault) => format!("{fault:?} {record}"),
        Ok(body) => {
            let mut shown = body.clone();
            for volatile in [
                "AccessKeyId",
                "SecretAccessKey",
                "SessionToken",
                "WebIdentityToken",
            ] {
                if shown.contains(&format!("<{volatile}>")) {
                    shown = shown.replace(element(&body, volatile), "");
                }
            }
            let session = body
                .contains("<SessionToken>")
                .then(|| world.world.bearer(&body).session);
            format!("{shown} {session:?} {} {record}", claims(&body))
        }
    }
}

/// Of CloudTrail's record only what this emulator uses nowhere else.
fn recorded(operation: Operation, caller: Option<Principal>, form: &str) -> String {
    let record = Record {
        endpoint: "eu-west-1".to_owned(),
        operation,
        call: Call {
            caller,
            parameters: Parameters::parse(form.as_bytes()),
            outcome: Ok(Vec::new()),
        },
        partition: "aws".to_owned(),
        region: "eu-west-1".to_owned(),
        served_by: "eu-west-1".to_owned(),
        is_global: false,
        at: OffsetDateTime::UNIX_EPOCH,
        event_ids: Default::default(),
        request_id: String::new(),
        extended_request_id: String::new(),
        source: None,
        user_agent: String::new(),
        host: String::new(),
        tls: None,
    };
    record.json()["requestParameters"]["scopedSessionDescription"].to_string()
}

/// The header and the claims of a web identity token, without its id.
fn claims(body: &str) -> String {
    if !body.contains("<WebIdentityToken>") {
        return String::new();
    }
    let token = element(body, "WebIdentityToken");
    let mut parts = token.split('.').map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        serde_json::from_slice::<Value>(&bytes).unwrap_or_default()
    });
    let (header, mut claims) = (parts.next(), parts.next().expect("claims"));
    claims["jti"] = Value::Null;
    format!("{header:?} {claims}")
}

/// A world with a session of its user.
struct Worlds {
    world: World,
    session: Principal,
}

fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// The rows of one operation: `whole` is a call with all that it needs, as parameter and field; then parameters that it can
/// do without, with a call that they change.
fn rows(
    operation: Operation,
    whole: &[(&'static str, &str, &str)],
    optional: &[(&'static str, &str, &str)],
) -> Vec<Row> {
    let form = |without: &str| {
        let fields = whole.iter().filter(|(parameter, ..)| *parameter != without);
        let fields: Vec<String> = fields
            .map(|(_, field, value)| format!("{field}={}", encoded(value)))
            .collect();
        fields.join("&")
    };
    let needed = whole.iter().map(|(parameter, field, value)| Row {
        operation,
        parameter,
        base: form(parameter),
        given: format!("{field}={}", encoded(value)),
    });
    let others = optional.iter().map(|(parameter, instead, given)| Row {
        operation,
        parameter,
        base: if instead.is_empty() {
            form("")
        } else {
            format!("{}&{instead}", form(""))
        },
        given: (*given).to_owned(),
    });
    needed.chain(others).collect()
}

fn all(world: &Worlds) -> Vec<Row> {
    let ready = ready_made(world.world.inquiry(Parameters::none()));
    let made = |operation: Operation, name: &str| ready[&operation][name].clone();
    let role = "arn:aws:iam::123456789012:role/simulated";
    let policy = format!(
        "Policy={}",
        encoded(r#"{"Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}"#)
    );
    let arns = "PolicyArns.member.1.arn=arn:aws:iam::aws:policy/ReadOnlyAccess";
    let (short, size) = ("DurationSeconds=900", "MinimumSessionTokenSize=1000");
    let tags = "Tags.member.1.Key=a&Tags.member.1.Value=b";
    let serial = "SerialNumber=arn:aws:iam::123456789012:mfa/simulated";
    let limits = [
        ("Policy", "", policy.as_str()),
        ("PolicyArns", "", arns),
        ("DurationSeconds", "", short),
        ("MinimumSessionTokenSize", "", size),
    ];
    let mfa = [
        ("SerialNumber", "", serial),
        ("TokenCode", "", "TokenCode=000000"),
    ];
    let mut found = rows(
        Operation::AssumeRole,
        &[("RoleArn", "RoleArn", role), ("RoleSessionName", "RoleSessionName", "test")],
        &[
            &limits[..],
            &mfa,
            &[
                ("Tags", "", tags),
                ("TransitiveTagKeys", tags, "TransitiveTagKeys.member.1=a"),
                ("SourceIdentity", "", "SourceIdentity=anna"),
                (
                    "ProvidedContexts",
                    "",
                    "ProvidedContexts.member.1.ProviderArn=arn:aws:iam::aws:contextProvider/IdentityCenter\
                     &ProvidedContexts.member.1.ContextAssertion=garbage",
                ),
            ],
        ]
        .concat(),
    );
    let external = "RoleArn=arn:aws:iam::123456789012:role/external&RoleSessionName=test";
    found.push(Row {
        operation: Operation::AssumeRole,
        parameter: "ExternalId",
        base: external.to_owned(),
        given: "ExternalId=simulated-external-id".to_owned(),
    });
    #[cfg(feature = "federation")]
    {
        let saml = Operation::AssumeRoleWithSaml;
        let [arn, provider, response] =
            ["role-arn", "principal-arn", "saml-assertion"].map(|name| made(saml, name));
        found.extend(rows(
            saml,
            &[
                ("RoleArn", "RoleArn", &arn),
                ("PrincipalArn", "PrincipalArn", &provider),
                ("SAMLAssertion", "SAMLAssertion", &response),
            ],
            &limits,
        ));
        let web = Operation::AssumeRoleWithWebIdentity;
        let [arn, token] = ["role-arn", "web-identity-token"].map(|name| made(web, name));
        found.extend(rows(
            web,
            &[
                ("RoleArn", "RoleArn", &arn),
                ("RoleSessionName", "RoleSessionName", "test"),
                ("WebIdentityToken", "WebIdentityToken", &token),
            ],
            &[
                &limits[..],
                &[("ProviderId", "", "ProviderId=www.amazon.com")],
            ]
            .concat(),
        ));
    }
    let task = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
    found.extend(rows(
        Operation::AssumeRoot,
        &[
            ("TargetPrincipal", "TargetPrincipal", "210987654321"),
            ("TaskPolicyArn", "TaskPolicyArn.arn", task),
        ],
        &[("DurationSeconds", "", "DurationSeconds=60"), limits[3]],
    ));
    let single = [
        (
            Operation::DecodeAuthorizationMessage,
            "EncodedMessage",
            "encoded-message",
        ),
        (Operation::GetAccessKeyInfo, "AccessKeyId", "access-key-id"),
        (
            Operation::GetDelegatedAccessToken,
            "TradeInToken",
            "trade-in-token",
        ),
    ];
    for (operation, parameter, name) in single {
        found.extend(rows(
            operation,
            &[(parameter, parameter, &made(operation, name))],
            &[],
        ));
    }
    found.extend(rows(
        Operation::GetFederationToken,
        &[("Name", "Name", "anna")],
        &[&limits[..], &[("Tags", "", tags)]].concat(),
    ));
    found.extend(rows(
        Operation::GetScopedCredentials,
        &[],
        &[
            ("Policy", short, policy.as_str()),
            ("DurationSeconds", &policy, short),
            ("MinimumSessionTokenSize", short, size),
            (
                "ScopedSessionDescription",
                short,
                "ScopedSessionDescription=tenant",
            ),
        ],
    ));
    found.extend(rows(
        Operation::GetSessionToken,
        &[],
        &[&limits[2..], &mfa].concat(),
    ));
    found.extend(rows(
        Operation::GetWebIdentityToken,
        &[
            ("Audience", "Audience.member.1", "a"),
            ("SigningAlgorithm", "SigningAlgorithm", "ES384"),
        ],
        &[
            limits[2],
            ("Tags", "", tags),
            ("Scope", "", "Scope=read+write"),
            ("SubjectMode", "", "SubjectMode=OriginIdentity"),
        ],
    ));
    found
}

fn built_in() -> Worlds {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    let session = world.assumed(&user, "arn:aws:iam::123456789012:role/simulated", "");
    Worlds { world, session }
}

#[test]
fn every_parameter_of_the_model_makes_a_difference() {
    let world = built_in();
    let rows = all(&world);
    for row in &rows {
        let with = |given: &str| match row.base.as_str() {
            "" => given.to_owned(),
            base => format!("{base}&{given}"),
        };
        let observe = |form: &str| observed(&world, row.operation, form);
        let (operation, parameter) = (row.operation, row.parameter);
        let without = observe(&row.base);
        assert_ne!(
            without,
            observe(&with(&row.given)),
            "{operation}.{parameter} is accepted and ignored"
        );
        // The same under a name that nothing reads: what this test would see if the parameter were ignored.
        let unread = row.given.replace(parameter, &format!("Unread{parameter}"));
        assert_eq!(without, observe(&with(&unread)), "{operation}.{parameter}");
    }
    let tested: BTreeSet<(Operation, &str)> = rows
        .iter()
        .map(|row| (row.operation, row.parameter))
        .collect();
    let model = Operation::ALL.into_iter().flat_map(|operation| {
        let parameters = operation.facts().parameters.iter();
        parameters.map(move |parameter| (operation, parameter.api_name))
    });
    let federated = [
        Operation::AssumeRoleWithSaml,
        Operation::AssumeRoleWithWebIdentity,
    ];
    let model: BTreeSet<_> = model
        .filter(|(operation, _)| cfg!(feature = "federation") || !federated.contains(operation))
        .collect();
    assert_eq!(tested, model);
}
