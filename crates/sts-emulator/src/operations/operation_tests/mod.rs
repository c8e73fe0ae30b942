//! Every operation, with its successes and each of its refusals, asked without a socket.

mod assume_role_tests;
mod callable_tests;
mod conditions_tests;
#[cfg(feature = "federation")]
mod federation_tests;
#[cfg(feature = "federation")]
mod oidc_tests;
mod nothing_ignored_tests;
mod others_tests;
mod permissions_tests;
mod scoped_tests;
mod sessions_tests;

use time::OffsetDateTime;

use super::*;
use crate::config::emulator_config::EmulatorConfig;
use crate::iam::federation::IdentityProviders;
use crate::iam::identities::Identities;
use crate::iam::identities::{AccountSpec, MfaSpec, RoleSpec, UserSpec};
use crate::operations::inquiry::Sender;
use crate::operations::ready_made::ready_made;
use crate::service::answer::Representation;
use crate::service::parameters::Parameters;

/// An emulator's identities and providers, and a place and a time to ask them at.
struct World {
    identities: Identities,
    providers: IdentityProviders,
    region: &'static str,
    is_global: bool,
    now: OffsetDateTime,
    sender: Sender<'static>,
}

/// What came of a call: the answer's body, or a fault's status, code and message.
type Outcome = Result<String, (u16, String, String)>;

impl World {
    /// The built-in configuration, seen in eu-west-1.
    fn built_in() -> Self {
        Self::of(&EmulatorConfig::default())
    }

    fn of(spec: &EmulatorConfig) -> Self {
        assert!(spec.mistakes().is_empty(), "{:?}", spec.mistakes());
        let identities = Identities::new(&spec.accounts, &spec.users, &spec.roles);
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("an instant of 2027");
        let providers = IdentityProviders::new(&spec.oidc_providers, &spec.saml_providers);
        Self {
            identities,
            providers,
            region: "eu-west-1",
            is_global: false,
            now,
            sender: Sender::default(),
        }
    }

    /// The built-in configuration with `role` beside its own.
    fn with_role(role: RoleSpec) -> Self {
        let mut spec = EmulatorConfig::default();
        spec.roles.push(role);
        Self::of(&spec)
    }

    fn inquiry<'a>(&'a self, parameters: &'a Parameters) -> Inquiry<'a> {
        Inquiry {
            parameters,
            identities: &self.identities,
            providers: &self.providers,
            partition: "aws",
            served_by: self.region,
            is_global: self.is_global,
            now: self.now,
            sender: self.sender,
        }
    }

    /// The user or root whose ARN ends with `name`.
    fn caller(&self, name: &str) -> Principal {
        let credentials = self.identities.credentials();
        let found = credentials
            .iter()
            .find(|credentials| credentials.arn.ends_with(name))
            .expect(name);
        self.identities
            .find(&found.access_key_id, None, self.region, self.now)
            .expect("an active key")
    }

    /// Who the credentials in `body` are.
    fn bearer(&self, body: &str) -> Principal {
        let (key, token) = (element(body, "AccessKeyId"), element(body, "SessionToken"));
        let found = self
            .identities
            .find(key, Some(token.as_bytes()), self.region, self.now)
            .expect("fresh credentials");
        assert_eq!(found.secret_access_key, element(body, "SecretAccessKey"));
        found
    }

    fn call(&self, operation: Operation, caller: &Principal, form: &str) -> Outcome {
        self.ask(operation, Some(caller), form)
    }

    /// As [`Self::call`], by somebody or nobody.
    fn ask(&self, operation: Operation, caller: Option<&Principal>, form: &str) -> Outcome {
        let parameters = Parameters::parse(form.as_bytes());
        perform(operation, self.inquiry(&parameters), caller)
            .map(|result| Representation::Xml.answer(operation.api_name(), &result, "id"))
            .map_err(|fault| {
                (
                    fault.status,
                    fault.code.as_str().to_owned(),
                    fault.message.unwrap_or_default(),
                )
            })
    }

    /// The session of `role` that `caller` gets, with more parameters.
    fn assumed(&self, caller: &Principal, role: &str, more: &str) -> Principal {
        let form = format!("RoleArn={role}&RoleSessionName=step{more}");
        self.bearer(
            &self
                .call(Operation::AssumeRole, caller, &form)
                .expect("allowed"),
        )
    }
}

/// The text of the first element called `name`.
fn element<'a>(body: &'a str, name: &str) -> &'a str {
    let (_, after) = body
        .split_once(&format!("<{name}>"))
        .unwrap_or_else(|| panic!("no {name} in {body}"));
    after.split_once(&format!("</{name}>")).expect("closed").0
}

/// The names of the elements in `body`'s result, in their order.
fn elements(body: &str) -> Vec<&str> {
    let names = body
        .lines()
        .filter_map(|line| line.strip_prefix("    <"))
        .filter(|rest| !rest.starts_with(['/', ' ']));
    let mut names: Vec<&str> = names.filter_map(|rest| rest.split('>').next()).collect();
    assert_eq!(names.pop(), Some("RequestId"));
    names
}

fn refused(status: u16, code: &str, message: &str) -> Outcome {
    Err((status, code.to_owned(), message.to_owned()))
}

fn denied(message: &str) -> Outcome {
    refused(403, "AccessDenied", message)
}

fn invalid(message: &str) -> Outcome {
    refused(400, "ValidationError", message)
}

/// What STS says of one broken constraint.
fn violation(sentence: &str) -> Outcome {
    invalid(&format!("1 validation error detected: {sentence}"))
}

#[test]
fn only_known_actions_of_the_one_version_are_dispatched() {
    assert_eq!(
        operation_named("GetCallerIdentity", Some("2011-06-15"), true),
        Ok(Operation::GetCallerIdentity)
    );
    assert_eq!(
        operation_named("AssumeRoot", Some("2011-06-15"), false),
        Ok(Operation::AssumeRoot)
    );
    for (action, version, message) in [
        (
            "NoSuchAction",
            Some("2011-06-15"),
            "Could not find operation NoSuchAction for version 2011-06-15",
        ),
        (
            "GetCallerIdentity",
            None,
            "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED",
        ),
        (
            "",
            Some("2011-06-15"),
            "Could not find operation  for version 2011-06-15",
        ),
        (
            "AssumeRoot",
            Some("2011-06-15"),
            "Could not find operation AssumeRoot for version 2011-06-15",
        ),
        (
            "GetWebIdentityToken",
            Some("2011-06-15"),
            "Could not find operation GetWebIdentityToken for version 2011-06-15",
        ),
    ] {
        let fault = operation_named(action, version, true).expect_err(message);
        assert_eq!(
            (fault.status, fault.message.as_deref()),
            (400, Some(message))
        );
    }
}

#[test]
fn what_an_emulator_announces_succeeds_with_the_first_users_keys() {
    let mut world = World::built_in();
    let none = Parameters::none();
    let ready = ready_made(world.inquiry(none));
    // As late in a run as can be.
    world.now += time::Duration::hours(11);
    for (operation, parameters) in &ready {
        let field = |name: &str| {
            let words = name
                .split('-')
                .map(|word| word[..1].to_uppercase() + &word[1..]);
            let name = words
                .collect::<String>()
                .replace("TaskPolicyArn", "TaskPolicyArn.arn");
            name.replace("Saml", "SAML")
                .replace("Audience", "Audience.member.1")
        };
        let encode = |value: &str| value.replace('+', "%2B").replace('=', "%3D");
        let form: Vec<_> = parameters
            .iter()
            .map(|(name, value)| format!("{}={}", field(name), encode(value)))
            .collect();
        let user = world.caller("user/simulated");
        let outcome = world.ask(
            *operation,
            operation.is_signed().then_some(&user),
            &form.join("&"),
        );
        assert!(outcome.is_ok(), "{operation}: {outcome:?}");
    }
    let needing: Vec<_> = ready.keys().copied().collect();
    let expected = [
        Operation::AssumeRole,
        Operation::AssumeRoleWithSaml,
        Operation::AssumeRoleWithWebIdentity,
        Operation::AssumeRoot,
        Operation::DecodeAuthorizationMessage,
        Operation::GetAccessKeyInfo,
        Operation::GetDelegatedAccessToken,
        Operation::GetFederationToken,
        Operation::GetWebIdentityToken,
    ];
    let federated = |operation: &Operation| {
        matches!(
            operation,
            Operation::AssumeRoleWithSaml | Operation::AssumeRoleWithWebIdentity
        )
    };
    let expected: Vec<_> = expected
        .into_iter()
        .filter(|operation| cfg!(feature = "federation") || !federated(operation))
        .collect();
    assert_eq!(needing, expected);
}
