//! A parameter of an operation: its names, its form on the wire, and what STS accepts.
//!
//! Values are checked here before anything is sent, by the service model's own rules and never more strictly. What the
//! model does not say (whether a role exists, whether a policy is well formed) is left to STS.

use super::rules::{
    ANY_LENGTH, ARN, Bounds, CONTEXT_ASSERTION, InvalidValue, POLICY_ARN_COUNT,
    PROVIDED_CONTEXT_COUNT, TAG_COUNT, TAG_KEY, TAG_VALUE, Text,
};
use super::value::{ParameterValue, SecretSource};

/// One parameter of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// The name in the API.
    pub api_name: &'static str,
    /// The name in the AWS CLI, on this program's command line and in plans.
    pub cli_name: &'static str,
    /// Its form and its constraints.
    pub(crate) kind: Kind,
    /// Whether a call needs it.
    pub presence: Presence,
    /// Whether its value may be seen.
    pub secrecy: Secrecy,
    /// What this program sends when nothing is given.
    pub default: Option<&'static str>,
}

/// Whether a call needs a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// STS refuses the call without it.
    Required,
    /// It can be left out.
    Optional,
}

/// Whether a parameter's value may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// It stands in plans and files.
    Open,
    /// It names an account, a resource or a person: what is kept of a run masks it by default.
    Identifying,
    /// Plans and files say only where it comes from.
    Secret,
}

/// Form and constraints.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// `Name=text`.
    Text(Text),
    /// `Name=number`, a signed number of 32 bits.
    Integer(Bounds),
    /// `Name.member.1=text`.
    List {
        /// How many.
        count: Bounds,
        /// Each of them.
        each: Text,
    },
    /// `Name.arn=text`.
    PolicyArn,
    /// `Name.member.1.arn=text`.
    PolicyArns,
    /// `Name.member.1.Key=text` and `Name.member.1.Value=text`, given as `key=value`.
    Tags,
    /// `Name.member.1.ProviderArn=text` and `Name.member.1.ContextAssertion=text`, given as `arn=assertion`.
    ProvidedContexts,
}

/// How a call writes a parameter in the query protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireForm {
    /// `Name=value`.
    Value,
    /// `Name.member.1=value`.
    Values,
    /// `Name.field=value`, with these fields.
    Structure(&'static [&'static str]),
    /// `Name.member.1.field=value`, with these fields.
    Structures(&'static [&'static str]),
}

impl Parameter {
    /// An optional, open parameter without a default.
    pub(crate) const fn new(api_name: &'static str, cli_name: &'static str, kind: Kind) -> Self {
        Self {
            api_name,
            cli_name,
            kind,
            presence: Presence::Optional,
            secrecy: Secrecy::Open,
            default: None,
        }
    }

    /// The same, needed.
    pub(crate) const fn required(self) -> Self {
        Self {
            presence: Presence::Required,
            ..self
        }
    }

    /// The same, naming an account, a resource or a person.
    pub(crate) const fn identifying(self) -> Self {
        Self {
            secrecy: Secrecy::Identifying,
            ..self
        }
    }

    /// The same, secret.
    pub(crate) const fn secret(self) -> Self {
        Self {
            secrecy: Secrecy::Secret,
            ..self
        }
    }

    /// The same with what this program sends when nothing is given.
    pub(crate) const fn unless_given(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }

    /// Its form on the wire.
    pub fn wire_form(&self) -> WireForm {
        match self.kind {
            Kind::Text(_) | Kind::Integer(_) => WireForm::Value,
            Kind::List { .. } => WireForm::Values,
            Kind::PolicyArn => WireForm::Structure(&["arn"]),
            Kind::PolicyArns => WireForm::Structures(&["arn"]),
            Kind::Tags => WireForm::Structures(&["Key", "Value"]),
            Kind::ProvidedContexts => WireForm::Structures(&["ProviderArn", "ContextAssertion"]),
        }
    }

    /// Its allowed range, in words.
    pub fn allowed(&self) -> String {
        match self.kind {
            // One of few words says more than how long it is.
            Kind::Text(text) if text.length == ANY_LENGTH && !text.alphabet.pattern.is_empty() => {
                text.alphabet.pattern.replace('|', " or ")
            }
            Kind::Text(text) => format!("{} characters", text.length),
            Kind::Integer(bounds) => bounds.to_string(),
            Kind::List { count, each } => format!("{count} texts of {} characters", each.length),
            Kind::PolicyArn => "an ARN of 20 to 2048 characters".to_owned(),
            Kind::PolicyArns => format!("{POLICY_ARN_COUNT} ARNs of 20 to 2048 characters"),
            Kind::Tags => format!("{TAG_COUNT} tags key=value"),
            Kind::ProvidedContexts => format!("{PROVIDED_CONTEXT_COUNT} contexts arn=assertion"),
        }
    }

    /// Whether `text` is masked where a run is kept; this program's own default names nobody.
    pub(super) fn is_masked(&self, text: &str) -> bool {
        self.secrecy == Secrecy::Identifying && self.default != Some(text)
    }

    /// `value` in the form that a call keeps, when STS would accept it.
    pub(super) fn admit(&self, value: &ParameterValue) -> Result<ParameterValue, InvalidValue> {
        if self.secrecy == Secrecy::Secret {
            return match value {
                ParameterValue::Secret(source) => Ok(ParameterValue::Secret(source.clone())),
                ParameterValue::Text(text) => SecretSource::parse(text)
                    .map(ParameterValue::Secret)
                    .ok_or(InvalidValue::Literal),
                ParameterValue::Integer(_) | ParameterValue::List(_) => Err(InvalidValue::Literal),
            };
        }
        let admitted = match (self.kind, value) {
            (Kind::Integer(_), ParameterValue::Text(text)) => {
                ParameterValue::Integer(text.parse().map_err(|_| InvalidValue::NoNumber)?)
            }
            (Kind::Integer(_), ParameterValue::Integer(number)) => ParameterValue::Integer(*number),
            (Kind::Text(_) | Kind::PolicyArn, ParameterValue::Text(text)) => {
                ParameterValue::Text(text.clone())
            }
            // An account's number is one in a TOML file.
            (Kind::Text(_), ParameterValue::Integer(number)) => {
                ParameterValue::Text(number.to_string())
            }
            (Kind::Integer(_) | Kind::Text(_) | Kind::PolicyArn, _) => {
                return Err(InvalidValue::Shape("one value"));
            }
            (_, ParameterValue::Text(text)) => {
                ParameterValue::List(text.split(',').map(str::to_owned).collect())
            }
            (_, ParameterValue::List(items)) => ParameterValue::List(items.clone()),
            (_, ParameterValue::Integer(_) | ParameterValue::Secret(_)) => {
                return Err(InvalidValue::Shape("a list of texts"));
            }
        };
        self.check(&admitted)?;
        Ok(admitted)
    }

    fn check(&self, value: &ParameterValue) -> Result<(), InvalidValue> {
        match (self.kind, value) {
            (Kind::Integer(bounds), ParameterValue::Integer(number)) if bounds.hold(*number) => {
                Ok(())
            }
            (Kind::Integer(bounds), ParameterValue::Integer(number)) => {
                Err(InvalidValue::Number(*number, bounds))
            }
            (Kind::Text(_) | Kind::PolicyArn, ParameterValue::Text(text)) => self.check_text(text),
            (_, ParameterValue::List(items)) => self.check_list(items.iter().map(String::as_str)),
            _ => Ok(()),
        }
    }

    /// Whether STS would accept `text`, which may be a secret: no complaint repeats it.
    pub(super) fn check_text(&self, text: &str) -> Result<(), InvalidValue> {
        match self.kind {
            Kind::Text(rule) => rule.check(text),
            Kind::PolicyArn => ARN.check(text),
            _ => self.check_list(text.split(',')),
        }
    }

    fn check_list<'a>(
        &self,
        items: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), InvalidValue> {
        let allowed = match self.kind {
            Kind::List { count, .. } => count,
            Kind::PolicyArns => POLICY_ARN_COUNT,
            Kind::Tags => TAG_COUNT,
            Kind::ProvidedContexts => PROVIDED_CONTEXT_COUNT,
            Kind::Text(_) | Kind::Integer(_) | Kind::PolicyArn => Bounds::new(1, 1),
        };
        let count = i64::try_from(items.clone().count()).unwrap_or(i64::MAX);
        if !allowed.hold(count) {
            return Err(InvalidValue::Count(count, allowed));
        }
        items.clone().try_for_each(|item| match self.kind {
            Kind::List { each: rule, .. } | Kind::Text(rule) => rule.check(item),
            Kind::PolicyArns | Kind::PolicyArn => ARN.check(item),
            Kind::Tags => check_pair(item, TAG_KEY, TAG_VALUE),
            Kind::ProvidedContexts => check_pair(item, ARN, CONTEXT_ASSERTION),
            Kind::Integer(_) => Ok(()),
        })?;
        if matches!(self.kind, Kind::Tags) {
            // STS compares the keys of tags without regard to case.
            let mut keys: Vec<_> = items
                .filter_map(pair)
                .map(|(key, _)| key.chars().flat_map(char::to_lowercase).collect::<String>())
                .collect();
            keys.sort_unstable();
            if keys.windows(2).any(|two| two[0] == two[1]) {
                return Err(InvalidValue::TagTwice);
            }
        }
        Ok(())
    }
}

fn check_pair(item: &str, key: Text, value: Text) -> Result<(), InvalidValue> {
    let (given_key, given_value) = pair(item).ok_or(InvalidValue::NoPair)?;
    key.check(given_key)?;
    value.check(given_value)
}

/// The two halves of `key=value`; the key ends at the first `=`.
pub(super) fn pair(item: &str) -> Option<(&str, &str)> {
    item.split_once('=')
}
