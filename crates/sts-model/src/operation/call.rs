//! An operation with its parameters: checked when it is made, written as a form, stored with the results.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::answer::{self, Reading};
use super::parameter::{Complaint, Kind, Parameter, Presence, Secrecy, SecretSource, Value, pair};
use super::{API_VERSION, Operation};
use crate::nearest::nearest;

/// An operation with its parameters, in the order of the API reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    operation: Operation,
    /// By the parameters' CLI names.
    values: Vec<(&'static str, Value)>,
}

/// Why an operation cannot be called with the parameters that were given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParameterError {
    /// No such parameter.
    #[error("{operation} has no parameter {given:?}{}", hint(*operation, given))]
    Unknown {
        /// The operation.
        operation: Operation,
        /// The name as given.
        given: String,
    },
    /// A parameter that STS needs.
    #[error("{operation}.{parameter} is missing; STS needs it, allowed: {allowed}")]
    Missing {
        /// The operation.
        operation: Operation,
        /// The parameter's name.
        parameter: &'static str,
        /// What it may be.
        allowed: String,
    },
    /// A value that STS would refuse.
    #[error("{operation}.{parameter} {complaint}")]
    Refused {
        /// The operation.
        operation: Operation,
        /// The parameter's name.
        parameter: &'static str,
        /// What is wrong.
        complaint: Complaint,
    },
}

impl Call {
    /// A call of `operation` with what was given, under the parameters' CLI names, and with this program's defaults.
    ///
    /// # Errors
    /// [`ParameterError`] for an unknown parameter, a value that STS would refuse, or one that it needs.
    pub fn new(
        operation: Operation,
        given: &BTreeMap<String, Value>,
    ) -> Result<Self, ParameterError> {
        let call = Self::incomplete(operation, given)?;
        let missing = call.missing().next();
        match missing {
            None => Ok(call),
            Some(parameter) => Err(ParameterError::Missing {
                operation,
                parameter: parameter.cli_name,
                allowed: parameter.allowed(),
            }),
        }
    }

    /// The same, while parameters that STS needs may still be missing.
    ///
    /// # Errors
    /// [`ParameterError`] for an unknown parameter or a value that STS would refuse.
    pub fn incomplete(
        operation: Operation,
        given: &BTreeMap<String, Value>,
    ) -> Result<Self, ParameterError> {
        let mut call = Self::exactly(operation, given)?;
        for (at, parameter) in operation.facts().parameters.iter().enumerate() {
            let Some(default) = parameter
                .default
                .filter(|_| !given.contains_key(parameter.cli_name))
            else {
                continue;
            };
            let value = admit(operation, parameter, &Value::Text(default.to_owned()))?;
            let position = |name: &str| {
                operation
                    .facts()
                    .parameters
                    .iter()
                    .position(|p| p.cli_name == name)
            };
            let before = call
                .values
                .iter()
                .take_while(|(name, _)| position(name) < Some(at))
                .count();
            call.values.insert(before, (parameter.cli_name, value));
        }
        Ok(call)
    }

    /// With what was given and nothing else.
    fn exactly(
        operation: Operation,
        given: &BTreeMap<String, Value>,
    ) -> Result<Self, ParameterError> {
        let parameters = operation.facts().parameters;
        let known = |name: &String| {
            parameters
                .iter()
                .any(|parameter| parameter.cli_name == *name)
        };
        if let Some(unknown) = given.keys().find(|name| !known(name)) {
            return Err(ParameterError::Unknown {
                operation,
                given: unknown.clone(),
            });
        }
        let given = parameters
            .iter()
            .filter_map(|parameter| Some((parameter, given.get(parameter.cli_name)?)));
        let values = given.map(|(parameter, value)| {
            Ok((parameter.cli_name, admit(operation, parameter, value)?))
        });
        Ok(Self {
            operation,
            values: values.collect::<Result<_, _>>()?,
        })
    }

    /// Which operation is called.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Whether STS wants the request signed.
    pub fn is_signed(&self) -> bool {
        self.operation.is_signed()
    }

    /// The parameters with their values, in the order of the API reference.
    pub fn values(&self) -> impl Iterator<Item = (&'static Parameter, &Value)> {
        let parameters = self.operation.facts().parameters.iter();
        let value = |name| {
            self.values
                .iter()
                .find(|(given, _)| *given == name)
                .map(|(_, value)| value)
        };
        parameters.filter_map(move |parameter| Some((parameter, value(parameter.cli_name)?)))
    }

    /// The parameters that STS needs and that are missing.
    pub fn missing(&self) -> impl Iterator<Item = &'static Parameter> {
        let given = |parameter: &Parameter| {
            self.values
                .iter()
                .any(|(name, _)| *name == parameter.cli_name)
        };
        let parameters = self.operation.facts().parameters.iter();
        parameters
            .filter(move |parameter| parameter.presence == Presence::Required && !given(parameter))
    }

    /// Where its secret parameters come from.
    pub fn secrets(&self) -> impl Iterator<Item = (&'static Parameter, &SecretSource)> {
        self.values().filter_map(|(parameter, value)| match value {
            Value::Secret(source) => Some((parameter, source)),
            Value::Integer(_) | Value::Text(_) | Value::List(_) => None,
        })
    }

    /// Whether `secret`, read from where `parameter` comes from, is what STS would accept.
    ///
    /// # Errors
    /// [`ParameterError::Refused`], which does not repeat it.
    pub fn check_secret(&self, parameter: &Parameter, secret: &str) -> Result<(), ParameterError> {
        let operation = self.operation;
        let refuse = |complaint| ParameterError::Refused {
            operation,
            parameter: parameter.cli_name,
            complaint,
        };
        parameter.check_text(secret).map_err(refuse)
    }

    /// The body of the POST without its secret parameters.
    pub fn form(&self) -> String {
        self.form_with(|_| None)
    }

    /// The body of the POST: `application/x-www-form-urlencoded`, parameters in the order of the API reference, the secret
    /// ones as `secret` tells them. One that it does not tell is left out.
    pub fn form_with<'a>(&self, secret: impl Fn(&SecretSource) -> Option<&'a str>) -> String {
        let texts = |value: &Value| match value {
            Value::Secret(source) => secret(source).map_or(0, str::len),
            Value::Text(text) => text.len(),
            Value::List(items) => items.iter().map(|item| item.len() + LONGEST_NAME).sum(),
            Value::Integer(_) => LONGEST_NUMBER,
        };
        // As long as it can get, so that no growing leaves a copy of a secret behind.
        let longest: usize = self
            .values
            .iter()
            .map(|(_, value)| LONGEST_NAME + 3 * texts(value))
            .sum();
        let mut form = String::with_capacity(LONGEST_NAME + longest);
        form.push_str("Action=");
        form.push_str(self.operation.api_name());
        form.push_str("&Version=");
        form.push_str(API_VERSION);
        for (parameter, value) in self.values() {
            match value {
                Value::Integer(number) => {
                    append(&mut form, parameter.api_name, &number.to_string())
                }
                Value::Text(text) => append_text(&mut form, parameter, text),
                Value::List(items) => {
                    append_items(&mut form, parameter, items.iter().map(String::as_str))
                }
                Value::Secret(source) => match (secret(source), parameter.kind) {
                    (None, _) => {}
                    (Some(text), Kind::Text(_) | Kind::Integer(_) | Kind::PolicyArn) => {
                        append_text(&mut form, parameter, text);
                    }
                    (Some(text), _) => append_items(&mut form, parameter, text.split(',')),
                },
            }
        }
        form
    }

    /// The same with what names an account, a resource or a person as `mask` shows it. It is for keeping, not for calling.
    pub fn masked(&self, mask: impl Fn(&str) -> String) -> Self {
        let conceal =
            |name: &'static str, value: &Value| match (self.operation.parameter(name), value) {
                (Some(parameter), Value::Text(text)) if parameter.is_masked(text) => {
                    Value::Text(mask(text))
                }
                (Some(parameter), Value::List(items))
                    if parameter.secrecy == Secrecy::Identifying =>
                {
                    Value::List(items.iter().map(|item| mask(item)).collect())
                }
                _ => value.clone(),
            };
        let values = self
            .values
            .iter()
            .map(|(name, value)| (*name, conceal(name, value)))
            .collect();
        Self {
            operation: self.operation,
            values,
        }
    }

    /// What STS said: an answer, a fault, or something that is neither.
    ///
    /// Nothing secret in `body` is copied: of issued credentials only the expiration and the token's Region of origin are kept.
    pub fn read(&self, status: u16, body: &[u8]) -> Reading {
        answer::read(self.operation, status, body)
    }
}

fn admit(
    operation: Operation,
    parameter: &'static Parameter,
    value: &Value,
) -> Result<Value, ParameterError> {
    let refuse = |complaint| ParameterError::Refused {
        operation,
        parameter: parameter.cli_name,
        complaint,
    };
    parameter.admit(value).map_err(refuse)
}

/// The nearest name, or all of them.
fn hint(operation: Operation, given: &str) -> String {
    let names: Vec<_> = operation
        .facts()
        .parameters
        .iter()
        .map(|parameter| parameter.cli_name)
        .collect();
    match nearest(given, names.iter().copied()) {
        Some(nearest) => format!("; did you mean {nearest}?"),
        None if names.is_empty() => "; it has none".to_owned(),
        None => format!("; it has {}", names.join(", ")),
    }
}

fn append_text(form: &mut String, parameter: &Parameter, text: &str) {
    match parameter.kind {
        Kind::PolicyArn => append(form, &format!("{}.arn", parameter.api_name), text),
        _ => append(form, parameter.api_name, text),
    }
}

fn append_items<'a>(
    form: &mut String,
    parameter: &Parameter,
    items: impl Iterator<Item = &'a str>,
) {
    for (position, item) in (1..).zip(items) {
        let name = format!("{}.member.{position}", parameter.api_name);
        let mut halves = |first: &str, second: &str| {
            let (key, value) = pair(item).unwrap_or((item, ""));
            append(form, &format!("{name}.{first}"), key);
            append(form, &format!("{name}.{second}"), value);
        };
        match parameter.kind {
            Kind::Tags => halves("Key", "Value"),
            Kind::ProvidedContexts => halves("ProviderArn", "ContextAssertion"),
            Kind::PolicyArns => append(form, &format!("{name}.arn"), item),
            Kind::List { .. } | Kind::Text(_) | Kind::Integer(_) | Kind::PolicyArn => {
                append(form, &name, item)
            }
        }
    }
}

fn append(form: &mut String, name: &str, value: &str) {
    form.push('&');
    form.push_str(name);
    form.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            form.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            form.push('%');
            form.push(char::from(DIGITS[usize::from(byte >> 4)]));
            form.push(char::from(DIGITS[usize::from(byte & 0xF)]));
        }
    }
}

/// Room for `&ProvidedContexts.member.5.ContextAssertion=` twice, and for what stands before the parameters.
const LONGEST_NAME: usize = 96;
/// Digits of a number of 64 bits and its sign.
const LONGEST_NUMBER: usize = 20;

/// A call as it stands in files: `{"operation": "get-session-token", "duration_seconds": 900}`.
#[derive(Deserialize)]
struct Stored {
    operation: Operation,
    #[serde(flatten)]
    values: BTreeMap<String, Value>,
}

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + self.values.len()))?;
        map.serialize_entry("operation", &self.operation)?;
        for (name, value) in &self.values {
            map.serialize_entry(&name.replace('-', "_"), value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored {
            operation,
            mut values,
        } = Stored::deserialize(deserializer)?;
        let mut call = Self {
            operation,
            values: Vec::new(),
        };
        // What is stored was checked when it was made, and may have been masked since.
        for parameter in operation.facts().parameters {
            let Some(value) = values.remove(&parameter.cli_name.replace('-', "_")) else {
                continue;
            };
            let value = match parameter.secrecy {
                Secrecy::Secret => admit(operation, parameter, &value).map_err(D::Error::custom)?,
                Secrecy::Open | Secrecy::Identifying => value,
            };
            call.values.push((parameter.cli_name, value));
        }
        match values.into_keys().next() {
            Some(given) => Err(D::Error::custom(ParameterError::Unknown {
                operation,
                given,
            })),
            None => Ok(call),
        }
    }
}
