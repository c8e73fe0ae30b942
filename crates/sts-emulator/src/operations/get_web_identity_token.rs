//! GetWebIdentityToken: a token that tells services outside AWS who the caller is, signed by the account's own issuer.
//!
//! The size that a token may have is not published; [`LARGEST_CLAIMS`] stands for it.

use serde_json::{Map, Value};
use time::Duration;

use sts_model::FaultCode;

use crate::iam::federation::{OutboundRequest, SigningAlgorithm};
use crate::iam::identities::{Identities, Identity, Principal};
use crate::operations::common::authorization::require;
use crate::operations::common::context::{caller_context, federated_provider, principal_tags};
use crate::operations::common::session_parameters::{SessionParameters, duration_seconds};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply, Noted};
use crate::service::parameters::Violations;

/// A token that the caller may have.
struct Permitted {
    audiences: Vec<String>,
    algorithm: SigningAlgorithm,
    duration: Duration,
    tags: Vec<(String, String)>,
}

pub(super) fn perform(
    inquiry: Inquiry<'_>,
    caller: &Principal,
) -> Result<Vec<Element>, FaultReply> {
    let permitted = permitted(inquiry, caller)?;
    if !inquiry
        .identities
        .account(caller.account())
        .outbound_federation
    {
        return Err(disabled());
    }
    let issued = inquiry
        .now
        .replace_nanosecond(0)
        .expect("zero is a nanosecond");
    let ends = issued + permitted.duration;
    if caller.expires.is_some_and(|expires| ends > expires) {
        return Err(escalation());
    }
    let subject = subject(inquiry, caller);
    let issuer = &inquiry.providers.outbound;
    let provider = federated_provider(inquiry, &caller.session);
    let claims = issuer.claims(&OutboundRequest {
        account: caller.account(),
        subject: &subject,
        source_identity: caller.session.source_identity.as_deref(),
        federated_provider: provider.as_deref(),
        session_ends: caller.expires,
        principal_tags: &principal_tags(inquiry, &caller.session),
        organisation: Identities::ORGANISATION,
        audiences: &permitted.audiences,
        request_tags: &permitted.tags,
        region: inquiry.served_by,
        issued,
        duration: permitted.duration,
    });
    if claims.to_string().len() > LARGEST_CLAIMS {
        return Err(too_large());
    }
    let token = issuer.token(&claims, permitted.algorithm);
    Ok(vec![
        Element::text("WebIdentityToken", &token),
        Element::time("Expiration", ends),
        Element::note(Noted::Response, token_id(&claims)),
    ])
}

/// By what records and receivers of a token name it.
fn token_id(claims: &Value) -> Map<String, Value> {
    let id = ("webIdentityTokenId".to_owned(), claims["jti"].clone());
    Map::from_iter([id])
}

/// The parameters, when they are well formed and the caller may have what they ask for.
fn permitted(inquiry: Inquiry<'_>, caller: &Principal) -> Result<Permitted, FaultReply> {
    let mut violations = Violations::default();
    let audiences = audiences(inquiry, &mut violations);
    let (name, algorithm) = signing_algorithm(inquiry, &mut violations);
    let seconds = duration_seconds(inquiry, &mut violations, 300, 60..=3_600)?;
    let parameters = SessionParameters::only_tags(inquiry, &mut violations);
    let mode = SubjectMode::read(inquiry, &mut violations);
    let scopes = scopes(inquiry, &mut violations);
    violations.into_result()?;
    parameters.check_tags()?;
    check_scopes(&scopes, mode, &audiences)?;
    let mut context = caller_context(inquiry, caller);
    context.set_all("sts:IdentityTokenAudience", audiences.iter().cloned());
    context.set("sts:SigningAlgorithm", name.unwrap_or_default());
    context.set("sts:DurationSeconds", seconds.to_string());
    context.set("sts:SubjectMode", mode.as_str());
    context.set_all(
        "sts:IdentityTokenScope",
        scopes.iter().map(|&scope| scope.to_owned()),
    );
    parameters.enter(&mut context);
    require(inquiry, caller, "sts:GetWebIdentityToken", None, &context)?;
    // IAM user guide, "Controlling access" of outbound identity federation.
    let more = [
        ("sts:TagGetWebIdentityToken", !parameters.tags.is_empty()),
        ("sts:SetWebIdentityTokenScope", !scopes.is_empty()),
    ];
    for (action, _) in more.into_iter().filter(|(_, needed)| *needed) {
        require(inquiry, caller, action, None, &context)?;
    }
    if mode == SubjectMode::Origin {
        // Context providers alone set an origin identity, and the emulator has none.
        return Err(invalid(
            "The trusted identity propagation context of the calling session must contain aws:OriginIdentity/Subject.",
        ));
    }
    let tags = parameters.tags.into_iter();
    Ok(Permitted {
        audiences,
        // The violations have been reported if it is none of the two.
        algorithm: algorithm.unwrap_or(SigningAlgorithm::Rs256),
        duration: Duration::seconds(i64::from(seconds)),
        tags: tags.map(|tag| (tag.key, tag.value)).collect(),
    })
}

/// Which identity the token is to be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SubjectMode {
    /// The caller.
    Aws,
    /// On whose behalf the caller acts.
    Origin,
}

impl SubjectMode {
    fn read(inquiry: Inquiry<'_>, violations: &mut Violations) -> Self {
        match inquiry.parameters.first("SubjectMode") {
            None | Some("AWSIdentity") => Self::Aws,
            Some("OriginIdentity") => Self::Origin,
            Some(other) => {
                violations.choice("subjectMode", other, &["AWSIdentity", "OriginIdentity"]);
                Self::Aws
            }
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWSIdentity",
            Self::Origin => "OriginIdentity",
        }
    }
}

/// The words of `Scope`; none when it is not given.
fn scopes<'a>(inquiry: Inquiry<'a>, violations: &mut Violations) -> Vec<&'a str> {
    let Some(scope) = inquiry.parameters.first("Scope") else {
        return Vec::new();
    };
    let words: Vec<&str> = scope.split(' ').collect();
    let letter = |c| matches!(c, '\x21' | '\x23'..='\x2B' | '\x2D'..='\x5B' | '\x5D'..='\x7E');
    let matches = words
        .iter()
        .all(|word| !word.is_empty() && word.chars().all(letter));
    violations.length("scope", scope, 1..=256);
    violations.pattern("scope", scope, matches, SCOPE_PATTERN);
    words
}

/// The rules for scopes that the model states in words (GetWebIdentityToken, API reference). Those of the refusals are not
/// known.
fn check_scopes(
    scopes: &[&str],
    mode: SubjectMode,
    audiences: &[String],
) -> Result<(), FaultReply> {
    let repeated = (1..scopes.len()).any(|at| scopes[at..].contains(&scopes[at - 1]));
    if scopes.is_empty() {
        Ok(())
    } else if repeated {
        Err(invalid("Scope values cannot be repeated."))
    } else if mode != SubjectMode::Origin || audiences.len() != 1 {
        Err(invalid(
            "Scope can be specified only when SubjectMode is OriginIdentity and exactly one audience is requested.",
        ))
    } else {
        Ok(())
    }
}

/// For whom the token is to be.
fn audiences(inquiry: Inquiry<'_>, violations: &mut Violations) -> Vec<String> {
    let audiences: Vec<String> = inquiry
        .parameters
        .members("Audience")
        .into_iter()
        .map(|member| member.value().unwrap_or_default().to_owned())
        .collect();
    let listed: Vec<&str> = audiences.iter().map(String::as_str).collect();
    let given = violations.required("audience", listed.first().copied());
    violations.count("audience", &listed, i32::from(given.is_some())..=10);
    for (at, audience) in listed.iter().enumerate() {
        violations.length(&format!("audience.{}.member", at + 1), audience, 1..=1_000);
    }
    audiences
}

/// The algorithm to sign with: its name, and what the name stands for.
fn signing_algorithm<'a>(
    inquiry: Inquiry<'a>,
    violations: &mut Violations,
) -> (Option<&'a str>, Option<SigningAlgorithm>) {
    let name = violations.required(
        "signingAlgorithm",
        inquiry.parameters.first("SigningAlgorithm"),
    );
    let algorithm = name.and_then(SigningAlgorithm::named);
    if let Some(name) = name.filter(|_| algorithm.is_none()) {
        violations.length("signingAlgorithm", name, 5..=5);
        // The model bounds the length and lists the two names in words; those of a refusal are not known.
        if name.chars().count() == 5 {
            violations.choice("signingAlgorithm", name, &["ES384", "RS256"]);
        }
    }
    (name, algorithm)
}

/// The principal behind the credentials: of a session its role.
fn subject(inquiry: Inquiry<'_>, caller: &Principal) -> String {
    match &caller.session.identity {
        Identity::AssumedRole { role, .. } => role.arn(inquiry.partition, caller.account(), "role"),
        _ => caller.arn(inquiry.partition),
    }
}

// Codes, statuses and descriptions of the service model 2011-06-15.

fn invalid(message: &str) -> FaultReply {
    FaultReply::new(400, FaultCode::ValidationError, message)
}

fn disabled() -> FaultReply {
    let message = "The outbound web identity federation feature is not enabled for this account. To use this feature, you \
                   must first enable it through the Amazon Web Services Management Console or API.";
    FaultReply::new(
        403,
        FaultCode::from("OutboundWebIdentityFederationDisabledException"),
        message,
    )
}

fn escalation() -> FaultReply {
    let message = "The requested token duration would extend the session beyond its original expiration time. You cannot \
                   use this operation to extend the lifetime of a session beyond what was granted when the session was \
                   originally created.";
    FaultReply::new(
        403,
        FaultCode::from("SessionDurationEscalationException"),
        message,
    )
}

fn too_large() -> FaultReply {
    let message = "The requested token payload size exceeds the maximum allowed size. Reduce the number of request tags \
                   included in the GetWebIdentityToken API call to reduce the token payload size.";
    FaultReply::new(
        400,
        FaultCode::from("JWTPayloadSizeExceededException"),
        message,
    )
}

const SCOPE_PATTERN: &str =
    "[\\x21\\x23-\\x2B\\x2D-\\x5B\\x5D-\\x7E]+( [\\x21\\x23-\\x2B\\x2D-\\x5B\\x5D-\\x7E]+)*";

/// Largest claims of a token. Unit: bytes of JSON.
const LARGEST_CLAIMS: usize = 8_192;
