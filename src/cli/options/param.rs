//! `--param OPERATION.PARAMETER=VALUE`, as typed.

use anyhow::{Context as _, anyhow};

use sts_model::ParameterValue;

use super::values::operation;
use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::exit_code::Exit;
use crate::session::Given;

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
            return Err(CommandError::usage(error));
        }
    }
    Ok(given)
}

const EXAMPLE: &str = "assume-role.role-arn=arn:aws:iam::123456789012:role/reader";

#[cfg(test)]
mod tests {
    use super::*;

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
