//! A parameter of an operation: its names, its form on the wire, and what STS accepts.
//!
//! Values are checked here before anything is sent, by the service model's own rules and never more strictly. What the
//! model does not say (whether a role exists, whether a policy is well formed) is left to STS.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One parameter of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// The name in the API.
    pub api_name: &'static str,
    /// The name in the AWS CLI, on this program's command line and in plans.
    pub cli_name: &'static str,
    /// Its form and its constraints.
    pub kind: Kind,
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
    /// It names an account, a resource or a person: what is kept of a run masks it unless told otherwise.
    Identifying,
    /// Plans and files say only where it comes from.
    Secret,
}

/// Form and constraints.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
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

/// The least and the most that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The least.
    pub least: i64,
    /// The most; `None` without a limit.
    pub most: Option<i64>,
}

impl Bounds {
    /// From the least to the most.
    pub const fn new(least: i64, most: i64) -> Self {
        Self {
            least,
            most: Some(most),
        }
    }

    /// From the least on.
    pub const fn from(least: i64) -> Self {
        Self { least, most: None }
    }

    fn hold(self, number: i64) -> bool {
        number >= self.least && self.most.is_none_or(|most| number <= most)
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.most {
            Some(most) if most == self.least => write!(f, "{most}"),
            Some(most) => write!(f, "{} to {most}", self.least),
            None => write!(f, "{} or more", self.least),
        }
    }
}

/// What a text may be.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// Its length. Unit: Unicode scalar values, as STS counts them.
    pub length: Bounds,
    /// Its characters.
    pub alphabet: Alphabet,
}

/// Which characters a text may have.
#[derive(Debug, Clone, Copy)]
pub struct Alphabet {
    /// The pattern in the service model; empty when there is none.
    pub pattern: &'static str,
    /// Whether a text matches it.
    pub admits: fn(&str) -> bool,
}

impl Parameter {
    /// An optional, open parameter without a default.
    pub const fn new(api_name: &'static str, cli_name: &'static str, kind: Kind) -> Self {
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
    pub const fn required(self) -> Self {
        Self {
            presence: Presence::Required,
            ..self
        }
    }

    /// The same, naming an account, a resource or a person.
    pub const fn identifying(self) -> Self {
        Self {
            secrecy: Secrecy::Identifying,
            ..self
        }
    }

    /// The same, secret.
    pub const fn secret(self) -> Self {
        Self {
            secrecy: Secrecy::Secret,
            ..self
        }
    }

    /// The same with what this program sends when nothing is given.
    pub const fn unless_given(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
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
            Kind::PolicyArns => format!("{POLICY_ARNS} ARNs of 20 to 2048 characters"),
            Kind::Tags => format!("{TAGS} tags key=value"),
            Kind::ProvidedContexts => format!("{PROVIDED_CONTEXTS} contexts arn=assertion"),
        }
    }

    /// Whether `text` is masked where a run is kept; this program's own default names nobody.
    pub(super) fn is_masked(&self, text: &str) -> bool {
        self.secrecy == Secrecy::Identifying && self.default != Some(text)
    }

    /// `value` in the form that a call keeps, when STS would accept it.
    pub(super) fn admit(&self, value: &Value) -> Result<Value, Complaint> {
        if self.secrecy == Secrecy::Secret {
            return match value {
                Value::Secret(source) => Ok(Value::Secret(source.clone())),
                Value::Text(text) => SecretSource::parse(text)
                    .map(Value::Secret)
                    .ok_or(Complaint::Literal),
                Value::Integer(_) | Value::List(_) => Err(Complaint::Literal),
            };
        }
        let admitted = match (self.kind, value) {
            (Kind::Integer(_), Value::Text(text)) => {
                Value::Integer(text.parse().map_err(|_| Complaint::NoNumber)?)
            }
            (Kind::Integer(_), Value::Integer(number)) => Value::Integer(*number),
            (Kind::Text(_) | Kind::PolicyArn, Value::Text(text)) => Value::Text(text.clone()),
            // An account's number is one in a TOML file.
            (Kind::Text(_), Value::Integer(number)) => Value::Text(number.to_string()),
            (Kind::Integer(_) | Kind::Text(_) | Kind::PolicyArn, _) => {
                return Err(Complaint::Shape("one value"));
            }
            (_, Value::Text(text)) => Value::List(text.split(',').map(str::to_owned).collect()),
            (_, Value::List(items)) => Value::List(items.clone()),
            (_, Value::Integer(_) | Value::Secret(_)) => {
                return Err(Complaint::Shape("a list of texts"));
            }
        };
        self.check(&admitted)?;
        Ok(admitted)
    }

    fn check(&self, value: &Value) -> Result<(), Complaint> {
        match (self.kind, value) {
            (Kind::Integer(bounds), Value::Integer(number)) if bounds.hold(*number) => Ok(()),
            (Kind::Integer(bounds), Value::Integer(number)) => {
                Err(Complaint::Number(*number, bounds))
            }
            (Kind::Text(_) | Kind::PolicyArn, Value::Text(text)) => self.check_text(text),
            (_, Value::List(items)) => self.check_list(items.iter().map(String::as_str)),
            _ => Ok(()),
        }
    }

    /// Whether STS would accept `text`, which may be a secret: no complaint repeats it.
    pub(super) fn check_text(&self, text: &str) -> Result<(), Complaint> {
        match self.kind {
            Kind::Text(rule) => rule.check(text),
            Kind::PolicyArn => ARN.check(text),
            _ => self.check_list(text.split(',')),
        }
    }

    fn check_list<'a>(
        &self,
        items: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), Complaint> {
        let allowed = match self.kind {
            Kind::List { count, .. } => count,
            Kind::PolicyArns => POLICY_ARNS,
            Kind::Tags => TAGS,
            Kind::ProvidedContexts => PROVIDED_CONTEXTS,
            Kind::Text(_) | Kind::Integer(_) | Kind::PolicyArn => Bounds::new(1, 1),
        };
        let count = i64::try_from(items.clone().count()).unwrap_or(i64::MAX);
        if !allowed.hold(count) {
            return Err(Complaint::Count(count, allowed));
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
                return Err(Complaint::TagTwice);
            }
        }
        Ok(())
    }
}

impl Text {
    /// A text of that length of any characters.
    pub const fn any(length: Bounds) -> Self {
        Self {
            length,
            alphabet: ANY,
        }
    }

    fn check(self, text: &str) -> Result<(), Complaint> {
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        if !self.length.hold(length) {
            Err(Complaint::Length(length, self.length))
        } else if (self.alphabet.admits)(text) {
            Ok(())
        } else {
            Err(Complaint::Characters(self.alphabet.pattern))
        }
    }
}

fn check_pair(item: &str, key: Text, value: Text) -> Result<(), Complaint> {
    let (given_key, given_value) = pair(item).ok_or(Complaint::NoPair)?;
    key.check(given_key)?;
    value.check(given_value)
}

/// The two halves of `key=value`; the key ends at the first `=`.
pub(super) fn pair(item: &str) -> Option<(&str, &str)> {
    item.split_once('=')
}

/// A parameter's value: as given, and, once admitted, as a call keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a text, a whole number or a list of texts")]
pub enum Value {
    /// A number.
    Integer(i64),
    /// A text; for a list as typed, its items between commas.
    Text(String),
    /// Several texts; tags as `key=value`.
    List(Vec<String>),
    /// Where a secret comes from.
    Secret(SecretSource),
}

impl fmt::Debug for Value {
    /// Says only what kind of value it is: a secret may have been typed where it does not belong.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "(text of {} bytes)", text.len()),
            Self::List(items) => write!(f, "(list of {})", items.len()),
            Self::Secret(source) => write!(f, "{source}"),
        }
    }
}

/// Where a secret parameter comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SecretSource {
    /// A file's whole text, without the white space around it.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A simulated fleet's announcement, by operation and parameter.
    Fleet(String),
}

impl SecretSource {
    /// Reads `file:PATH`, `env:NAME`, or what a simulated run has stored.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("file", path) if !path.is_empty() => Some(Self::File(PathBuf::from(path))),
            ("env", name) if !name.is_empty() => Some(Self::Environment(name.to_owned())),
            ("fleet", name) if !name.is_empty() => Some(Self::Fleet(name.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::Fleet(name) => write!(f, "fleet:{name}"),
        }
    }
}

impl From<SecretSource> for String {
    fn from(source: SecretSource) -> Self {
        source.to_string()
    }
}

impl TryFrom<String> for SecretSource {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("expected file:PATH or env:NAME")
    }
}

/// What is wrong with a value. Never repeats a text, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Complaint {
    /// A text's length.
    #[error("is {0} characters long; allowed: {1}")]
    Length(i64, Bounds),
    /// A text's characters.
    #[error("has characters that STS refuses; allowed: {0}")]
    Characters(&'static str),
    /// A number's size.
    #[error("is {0}; allowed: {1}")]
    Number(i64, Bounds),
    /// No number.
    #[error("is not a whole number")]
    NoNumber,
    /// How many there are.
    #[error("has {0} items; allowed: {1}")]
    Count(i64, Bounds),
    /// An item that should be two texts.
    #[error("has an item without `=`; give key=value,key=value")]
    NoPair,
    /// Two tags of one key.
    #[error("names one tag twice; STS does not tell keys apart by case")]
    TagTwice,
    /// One for several or several for one.
    #[error("has to be {0}")]
    Shape(&'static str),
    /// A secret where it could be seen.
    #[error("is a secret, and others can read arguments and plans; give file:PATH or env:NAME")]
    Literal,
}

/// Any characters.
pub(super) const ANY: Alphabet = Alphabet {
    pattern: "",
    admits: |_| true,
};

/// Letters and digits of ASCII, and the punctuation of names.
pub(super) const NAME: Alphabet = Alphabet {
    pattern: r"[\w+=,.@-]*",
    admits: |text| text.chars().all(|c| is_word(c) || "+=,.@-".contains(c)),
};

/// Whether Java's `\w`, in which AWS writes its patterns, matches.
pub(super) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// An ARN (`arnType`).
pub(super) const ARN: Text = Text {
    length: Bounds::new(20, 2048),
    alphabet: Alphabet {
        pattern: r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
        admits: |text| {
            text.chars().all(|c| {
                matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
            })
        },
    },
};

/// A tag's key (`tagKeyType`). Also lets combining marks through, which STS judges.
pub(super) const TAG_KEY: Text = Text {
    length: Bounds::new(1, 128),
    alphabet: Alphabet {
        pattern: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+",
        admits: |text| text.chars().all(is_of_tag),
    },
};

/// A tag's value (`tagValueType`).
pub(super) const TAG_VALUE: Text = Text {
    length: Bounds::new(0, 256),
    alphabet: Alphabet {
        pattern: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*",
        admits: |text| text.chars().all(is_of_tag),
    },
};

fn is_of_tag(character: char) -> bool {
    let separator = character.is_whitespace() && !character.is_control();
    character.is_alphanumeric() || separator || "_.:/=+-@".contains(character)
}

/// A trusted context's assertion (`contextAssertionType`).
pub(super) const CONTEXT_ASSERTION: Text = Text::any(Bounds::new(4, 3072));

/// No limit.
pub(super) const ANY_LENGTH: Bounds = Bounds::from(0);
/// Managed policies of a session: the API reference allows ten, the model says nothing.
const POLICY_ARNS: Bounds = Bounds::new(0, 10);
/// Session tags (`tagListType`).
pub(super) const TAGS: Bounds = Bounds::new(0, 50);
/// Trusted contexts (`ProvidedContextsListType`).
pub(super) const PROVIDED_CONTEXTS: Bounds = Bounds::new(1, 5);
