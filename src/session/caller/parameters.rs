//! Parameters of operations from a simulated service, and secret ones on their way from where the user keeps them to the
//! signer.

use std::collections::BTreeMap;

use crate::credentials::{Secret, is_exposed};
use crate::notice::SessionNotice;
use crate::notice::SourceFault;
use crate::plan::Plan;
use crate::session::error::{SecretError, SessionError};
use crate::sign::Secrets;
use sts_model::{Operation, ParameterValue, Secrecy, SecretSource};

/// Parameters as given, by their AWS CLI names.
pub(crate) type Given = BTreeMap<Operation, BTreeMap<String, ParameterValue>>;

/// Fills what `given` left open.
pub(crate) fn fill(given: &mut Given, from: Given) {
    for (operation, parameters) in from {
        let known = given.entry(operation).or_default();
        for (name, value) in parameters {
            known.entry(name).or_insert(value);
        }
    }
}

/// Parameters that a simulated fleet announces, as they can be filled in, and the values of the secret ones.
pub(crate) fn announced(
    parameters: &BTreeMap<Operation, BTreeMap<String, String>>,
) -> (Given, Secrets) {
    let (mut given, mut secrets) = (Given::new(), Secrets::default());
    for (operation, parameters) in parameters {
        let known = given.entry(*operation).or_default();
        for (name, value) in parameters {
            let secret = operation
                .parameter(name)
                .is_some_and(|parameter| parameter.secrecy == Secrecy::Secret);
            let value = if secret {
                let source = SecretSource::Emulator(format!("{operation}.{name}"));
                secrets.keep(source.clone(), Secret::new(value.clone()));
                ParameterValue::Secret(source)
            } else {
                ParameterValue::Text(value.clone())
            };
            known.insert(name.clone(), value);
        }
    }
    (given, secrets)
}

/// Reads every secret parameter of the plan into `secrets`, each once; returns what the user should know about where they
/// are kept.
pub(crate) fn read_secrets(
    plan: &Plan,
    secrets: &mut Secrets,
) -> Result<Vec<SessionNotice>, SessionError> {
    let mut notices = Vec::new();
    for call in plan.targets.iter().map(|target| &target.call) {
        for (parameter, source) in call.secrets() {
            if secrets.holds(source) {
                continue;
            }
            if parameter.cli_name == "token-code" {
                notices.push(SessionNotice::SingleUseMfaCode(call.operation()));
            }
            let secret = read(source).map_err(|cause| SessionError::Secret {
                operation: call.operation(),
                parameter: parameter.cli_name,
                source_name: source.to_string(),
                cause,
            })?;
            secrets.keep(source.clone(), secret);
            if let SecretSource::File(path) = source
                && is_exposed(path)
            {
                notices.push(SessionNotice::Source(SourceFault::ExposedFile(
                    path.clone(),
                )));
            }
        }
        secrets.check(call)?;
    }
    Ok(notices)
}

fn read(source: &SecretSource) -> Result<Secret, SecretError> {
    match source {
        SecretSource::File(path) => Ok(Secret::in_file(path)?),
        SecretSource::Environment(name) => Ok(Secret::in_environment(name)?),
        SecretSource::Emulator(_) => Err(SecretError::NotAnnounced),
    }
}

#[cfg(test)]
mod tests {
    use sts_model::Call;

    use super::*;

    fn announcement() -> BTreeMap<Operation, BTreeMap<String, String>> {
        let json = r#"{
            "assume-role": {"role-arn": "arn:aws:iam::123456789012:role/reader", "tags": "team=a,cost=b"},
            "assume-role-with-saml": {"role-arn": "arn:aws:iam::123456789012:role/reader",
                "principal-arn": "arn:aws:iam::123456789012:saml-provider/idp", "saml-assertion": "PHNhbWw+"}
        }"#;
        serde_json::from_str(json).expect("as the fleet announces them")
    }

    #[test]
    fn what_the_fleet_announces_completes_a_call_and_what_the_user_gave_stays() {
        let (from_fleet, secrets) = announced(&announcement());
        let tags = BTreeMap::from([(
            "tags".to_owned(),
            ParameterValue::Text("own=tag".to_owned()),
        )]);
        let mut given = Given::from([(Operation::AssumeRole, tags)]);
        fill(&mut given, from_fleet);
        let call =
            Call::new(Operation::AssumeRole, &given[&Operation::AssumeRole]).expect("complete");
        assert!(
            call.form()
                .contains("&Tags.member.1.Key=own&Tags.member.1.Value=tag"),
            "{}",
            call.form()
        );
        assert!(!call.form().contains("member.2"), "{}", call.form());
        let call = Call::new(
            Operation::AssumeRoleWithSaml,
            &given[&Operation::AssumeRoleWithSaml],
        )
        .expect("complete");
        let (_, source) = call.secrets().next().expect("the assertion");
        assert!(secrets.holds(source));
        assert_eq!(
            source.to_string(),
            "fleet:assume-role-with-saml.saml-assertion"
        );
    }
}
