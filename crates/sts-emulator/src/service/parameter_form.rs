//! Whether parameters have the form that the service model gives them: a value, a structure, or a list of either.
//!
//! What has another form is refused, so that nothing is passed over by which a caller meant something. The two texts are those of
//! other services of the query protocol (boto/boto#37, amazonwebservices/aws-sdk-for-php#9); of STS only the code is known. An
//! empty value is how SDKs write an empty list.

use sts_model::{FaultCode, Operation, WireForm};

use crate::service::answer::FaultReply;
use crate::service::parameters::Parameters;

/// Refuses a parameter of `operation` that has another form than it should.
pub(crate) fn check_forms(operation: Operation, parameters: &Parameters) -> Result<(), FaultReply> {
    for parameter in operation.facts().parameters {
        for (name, value) in parameters.iter() {
            let rest = name.strip_prefix(parameter.api_name);
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('.')) {
                check(parameter.wire_form(), rest, value)?;
            }
        }
    }
    Ok(())
}

/// Judges what follows the parameter's name, from its dot on.
fn check(form: WireForm, rest: &str, value: &str) -> Result<(), FaultReply> {
    match form {
        WireForm::Value => required(rest.is_empty(), None),
        WireForm::Structure(fields) => structure(fields, rest),
        WireForm::Values | WireForm::Structures(_) if rest.is_empty() => required(
            value.is_empty(),
            Some("Unexpected list element termination"),
        ),
        WireForm::Values => required(member(rest) == Some(""), None),
        WireForm::Structures(fields) => match member(rest) {
            Some(rest) => structure(fields, rest),
            None => required(false, None),
        },
    }
}

/// Judges what follows a structure's name. A field that it does not have is passed over, as a parameter is.
fn structure(fields: &[&str], rest: &str) -> Result<(), FaultReply> {
    required(
        !rest.is_empty(),
        Some("Unexpected complex element termination"),
    )?;
    let has_parts = |field: &&str| {
        let after = rest
            .strip_prefix('.')
            .and_then(|rest| rest.strip_prefix(*field));
        after.is_some_and(|rest| rest.starts_with('.'))
    };
    required(!fields.iter().any(has_parts), None)
}

/// What follows the number in `.member.1.Key`.
fn member(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix(".member.")?;
    let (number, rest) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    number.parse::<u32>().ok().map(|_| rest)
}

fn required(is_right: bool, message: Option<&str>) -> Result<(), FaultReply> {
    if is_right {
        return Ok(());
    }
    Err(FaultReply {
        status: 400,
        code: FaultCode::MalformedInput,
        message: message.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a call with `form`: nothing, or the fault's text.
    fn judged(operation: Operation, form: &str) -> Result<(), Option<String>> {
        check_forms(operation, &Parameters::parse(form.as_bytes())).map_err(|fault| {
            assert_eq!((fault.status, fault.code), (400, FaultCode::MalformedInput));
            fault.message
        })
    }

    #[test]
    fn every_parameter_is_refused_in_another_form_than_its_own() {
        let mut judged_parameters = 0;
        for operation in Operation::ALL {
            for parameter in operation.facts().parameters {
                let name = parameter.api_name;
                let ask = |rest: &str| judged(operation, &format!("{name}{rest}"));
                let structure = Err(Some("Unexpected complex element termination".to_owned()));
                let list = Err(Some("Unexpected list element termination".to_owned()));
                judged_parameters += 1;
                match parameter.wire_form() {
                    WireForm::Value => {
                        assert_eq!(ask("=x"), Ok(()));
                        assert_eq!(ask(".member.1=x"), Err(None), "{name}");
                        assert_eq!(ask(".x=x"), Err(None), "{name}");
                    }
                    WireForm::Structure(fields) => {
                        assert_eq!(ask(&format!(".{}=x", fields[0])), Ok(()));
                        assert_eq!(ask("=x"), structure, "{name}");
                        assert_eq!(ask(&format!(".{}.x=x", fields[0])), Err(None), "{name}");
                    }
                    form @ (WireForm::Values | WireForm::Structures(_)) => {
                        let field = match form {
                            WireForm::Structures(fields) => format!(".{}", fields[0]),
                            _ => String::new(),
                        };
                        for right in [".member.1", ".member.0", ".member.01", ".member.70"] {
                            assert_eq!(ask(&format!("{right}{field}=x")), Ok(()), "{name}{right}");
                        }
                        assert_eq!(ask("="), Ok(()), "{name}: an empty list");
                        assert_eq!(ask("=x"), list, "{name}");
                        for wrong in [
                            ".member.x",
                            ".member.-1",
                            ".member.99999999999",
                            ".1",
                            ".member.",
                        ] {
                            assert_eq!(
                                ask(&format!("{wrong}{field}=x")),
                                Err(None),
                                "{name}{wrong}"
                            );
                        }
                        assert_eq!(ask(&format!(".member.1{field}.x=x")), Err(None), "{name}");
                        if !field.is_empty() {
                            assert_eq!(ask(".member.1=x"), structure, "{name}");
                        }
                    }
                }
            }
        }
        assert!(judged_parameters > 40, "{judged_parameters}");
    }

    #[test]
    fn what_an_operation_or_a_structure_does_not_have_is_passed_over() {
        for form in [
            "Tag.member.x=1",
            "TagsAndMore=1",
            "Tags.member.1.Colour=red",
            "Unknown.1.2.3=4",
        ] {
            assert_eq!(judged(Operation::AssumeRole, form), Ok(()), "{form}");
        }
    }
}
