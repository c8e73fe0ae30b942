//! An operation with its parameters: checked when it is made, written as a form, stored with the results.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::answer::Reading;
use super::form;
use super::names::Operation;
use super::parameter::{Parameter, Presence, Secrecy};
use super::read::read;
use super::rules::InvalidValue;
use super::value::{ParameterValue, SecretSource};
use crate::nearest::nearest;

/// An operation with its parameters, in the order of the API reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    operation: Operation,
    /// By the parameters' CLI names.
    values: Vec<(&'static str, ParameterValue)>,
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
    #[error("{operation}.{parameter} {problem}")]
    Refused {
        /// The operation.
        operation: Operation,
        /// The parameter's name.
        parameter: &'static str,
        /// What is wrong.
        problem: InvalidValue,
    },
}

impl Operation {
    /// The call with the parameters that this program uses when none are given. Where STS needs others it is refused there.
    pub fn default_call(self) -> Call {
        Call::incomplete(self, &BTreeMap::new()).expect("the defaults are what STS accepts")
    }
}

impl Call {
    /// A call of `operation` with what was given, under the parameters' CLI names, and with this program's defaults.
    ///
    /// # Errors
    /// [`ParameterError`] for an unknown parameter, a value that STS would refuse, or one that it needs.
    pub fn new(
        operation: Operation,
        given: &BTreeMap<String, ParameterValue>,
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
        given: &BTreeMap<String, ParameterValue>,
    ) -> Result<Self, ParameterError> {
        let unknown = given
            .keys()
            .find(|name| operation.parameter(name).is_none());
        if let Some(unknown) = unknown {
            return Err(ParameterError::Unknown {
                operation,
                given: unknown.clone(),
            });
        }
        let mut values = Vec::new();
        for parameter in operation.facts().parameters {
            let default = parameter
                .default
                .map(|text| ParameterValue::Text(text.to_owned()));
            if let Some(value) = given.get(parameter.cli_name).or(default.as_ref()) {
                values.push((parameter.cli_name, admit(operation, parameter, value)?));
            }
        }
        Ok(Self { operation, values })
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
    pub fn values(&self) -> impl Iterator<Item = (&'static Parameter, &ParameterValue)> + Clone {
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
            ParameterValue::Secret(source) => Some((parameter, source)),
            ParameterValue::Integer(_) | ParameterValue::Text(_) | ParameterValue::List(_) => None,
        })
    }

    /// Whether `secret`, read from where `parameter` comes from, is what STS would accept.
    ///
    /// # Errors
    /// [`ParameterError::Refused`], which does not repeat it.
    pub fn check_secret(&self, parameter: &Parameter, secret: &str) -> Result<(), ParameterError> {
        let operation = self.operation;
        let refuse = |problem| ParameterError::Refused {
            operation,
            parameter: parameter.cli_name,
            problem,
        };
        parameter.check_text(secret).map_err(refuse)
    }

    /// The body of the POST without its secret parameters.
    pub fn form(&self) -> String {
        self.form_with(|_| None)
    }

    /// The body of the POST: `application/x-www-form-urlencoded`, parameters in the order of the API reference, the secret
    /// ones as `secret` gives them. One that it does not give is left out.
    pub fn form_with<'a>(&self, secret: impl Fn(&SecretSource) -> Option<&'a str>) -> String {
        form::write(self.operation, self.values(), secret)
    }

    /// The same with what names an account, a resource or a person as `mask` shows it. It is for keeping, not for calling.
    pub fn masked(&self, mask: impl Fn(&str) -> String) -> Self {
        let conceal = |name: &'static str, value: &ParameterValue| match (
            self.operation.parameter(name),
            value,
        ) {
            (Some(parameter), ParameterValue::Text(text)) if parameter.is_masked(text) => {
                ParameterValue::Text(mask(text))
            }
            (Some(parameter), ParameterValue::List(items))
                if parameter.secrecy == Secrecy::Identifying =>
            {
                ParameterValue::List(items.iter().map(|item| mask(item)).collect())
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

    /// The same without any text of the user's: numbers and this program's own defaults stay, every other text and the place of
    /// every secret is `word`. It is for showing, not for calling.
    pub fn concealed(&self, word: &str) -> Self {
        let Self { operation, values } = self;
        let conceal = |name: &'static str, value: &ParameterValue| {
            let default = operation
                .parameter(name)
                .and_then(|parameter| parameter.default);
            match value {
                ParameterValue::Integer(number) => ParameterValue::Integer(*number),
                ParameterValue::Text(text) if default == Some(text) => value.clone(),
                ParameterValue::Text(_) => ParameterValue::Text(word.to_owned()),
                ParameterValue::List(items) => {
                    ParameterValue::List(items.iter().map(|_| word.to_owned()).collect())
                }
                ParameterValue::Secret(_) => {
                    ParameterValue::Secret(SecretSource::Environment(word.to_owned()))
                }
            }
        };
        let values = values
            .iter()
            .map(|(name, value)| (*name, conceal(name, value)))
            .collect();
        Self {
            operation: *operation,
            values,
        }
    }

    /// What STS said: an answer, a fault, or something that is neither.
    ///
    /// Nothing secret in `body` is copied: of issued credentials only the expiration and the token's Region of origin are kept.
    pub fn read(&self, status: u16, body: &[u8]) -> Reading {
        read(self.operation, status, body)
    }
}

fn admit(
    operation: Operation,
    parameter: &'static Parameter,
    value: &ParameterValue,
) -> Result<ParameterValue, ParameterError> {
    let refuse = |problem| ParameterError::Refused {
        operation,
        parameter: parameter.cli_name,
        problem,
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

/// A call as it stands in files: `{"operation": "get-session-token", "duration_seconds": 900}`.
#[derive(Deserialize)]
struct Stored {
    operation: Operation,
    #[serde(flatten)]
    values: BTreeMap<String, ParameterValue>,
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
