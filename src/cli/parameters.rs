//! Parameters of operations on their way from command line, plan file and simulated fleet into calls, and their secrets on
//! the way from where the user keeps them to the signer.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};

use crate::credentials::{Secret, is_exposed};
use crate::plan::Plan;
use crate::sign::Secrets;
use sts_model::{Operation, ParameterValue, Secrecy, SecretSource};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::exit_code::Exit;
use crate::cli::options::values::operation;

/// Parameters as given, by their AWS CLI names.
pub(crate) type Given = BTreeMap<Operation, BTreeMap<String, ParameterValue>>;

/// Reads `--param` options. What is wrong is told without the value, which may be a secret in the wrong place.
pub(crate) fn parse(options: &[String]) -> Result<Given, CommandError> {
    let mut given = Given::new();
    for option in options {
        let parts = option
            .split_once('=')
            .and_then(|(name, value)| Some((name.split_once('.')?, value)));
        let ((name, parameter), value) = parts
            .with_context(|| {
                format!("--param has to be OPERATION.PARAMETER=VALUE, such as {EXAMPLE}")
            })
            .or_exit(Exit::Usage)?;
        let called = operation(name)
            .map_err(|message| anyhow!("--param {name:.64?}: {message}"))
            .or_exit(Exit::Usage)?;
        let value = ParameterValue::Text(value.to_owned());
        if given
            .entry(called)
            .or_default()
            .insert(parameter.to_owned(), value)
            .is_some()
        {
            let error = anyhow!(
                "--param {called}.{parameter:.64} is given twice; a list's items stand between commas"
            );
            return Err(CommandError::new(Exit::Usage, error));
        }
    }
    Ok(given)
}

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

/// Reads every secret parameter of the plan into `secrets`, each once; gives what the user should know about where they lie.
pub(crate) fn read_secrets(
    plan: &Plan,
    secrets: &mut Secrets,
) -> Result<Vec<String>, CommandError> {
    let mut notices = Vec::new();
    for call in plan.targets.iter().map(|target| &target.call) {
        for (parameter, source) in call.secrets() {
            if secrets.holds(source) {
                continue;
            }
            let subject = || format!("{}.{} ({source})", call.operation(), parameter.cli_name);
            if parameter.cli_name == "token-code" {
                notices.push(format!(
                    "STS takes an MFA code once: only the first call of {} can succeed",
                    call.operation()
                ));
            }
            secrets.keep(
                source.clone(),
                read(source).with_context(subject).or_exit(Exit::Usage)?,
            );
            if let SecretSource::File(path) = source
                && is_exposed(path)
            {
                notices.push(format!(
                    "{} can be read by others; chmod 600 it",
                    path.display()
                ));
            }
        }
        secrets.check(call).or_exit(Exit::Usage)?;
    }
    Ok(notices)
}

fn read(source: &SecretSource) -> anyhow::Result<Secret> {
    match source {
        SecretSource::File(path) => Ok(Secret::in_file(path)?),
        SecretSource::Environment(name) => Ok(Secret::in_environment(name)?),
        SecretSource::Emulator(_) => Err(anyhow!(
            "comes from a simulated fleet, and this run has none that announced it"
        )),
    }
}

const EXAMPLE: &str = "assume-role.role-arn=arn:aws:iam::123456789012:role/reader";

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
        let mut given = parse(&["assume-role.tags=own=tag".to_owned()]).expect("well formed");
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

    #[test]
    fn a_mistaken_option_is_refused_without_its_value() {
        for (options, words) in [
            (&["CANARY"][..], "OPERATION.PARAMETER=VALUE"),
            (&["assume-role=CANARY"], "OPERATION.PARAMETER=VALUE"),
            (&["asume-role.role-arn=CANARY"], "did you mean assume-role?"),
            (
                &["assume-role.tags=a=CANARY", "assume-role.tags=b=CANARY"],
                "assume-role.tags is given twice",
            ),
        ] {
            let options: Vec<_> = options.iter().map(|&option| option.to_owned()).collect();
            let error = parse(&options).expect_err(words).to_string();
            assert!(
                error.contains(words) && !error.contains("CANARY"),
                "{error}"
            );
        }
    }
}
