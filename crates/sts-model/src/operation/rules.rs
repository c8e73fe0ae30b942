//! Rules for the values of parameters, as the service model's shapes give them: lengths, sizes and alphabets.

use std::fmt;

use thiserror::Error;

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
    pub(crate) const fn new(least: i64, most: i64) -> Self {
        Self {
            least,
            most: Some(most),
        }
    }

    /// From the least on.
    pub(crate) const fn from(least: i64) -> Self {
        Self { least, most: None }
    }

    pub(super) fn hold(self, number: i64) -> bool {
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
pub(crate) struct Text {
    /// Its length. Unit: Unicode scalar values, as STS counts them.
    pub length: Bounds,
    /// Its characters.
    pub alphabet: Alphabet,
}

/// Which characters a text may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alphabet {
    /// The pattern in the service model; empty when there is none.
    pub pattern: &'static str,
    /// Whether a text matches it.
    pub admits: fn(&str) -> bool,
}

impl Text {
    /// A text of that length of any characters.
    pub(crate) const fn any(length: Bounds) -> Self {
        Self {
            length,
            alphabet: ANY,
        }
    }

    pub(super) fn check(self, text: &str) -> Result<(), InvalidValue> {
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        if !self.length.hold(length) {
            Err(InvalidValue::Length(length, self.length))
        } else if (self.alphabet.admits)(text) {
            Ok(())
        } else {
            Err(InvalidValue::Characters(self.alphabet.pattern))
        }
    }
}

/// What is wrong with a value. Never repeats a text, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidValue {
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
pub(super) const POLICY_ARN_COUNT: Bounds = Bounds::new(0, 10);
/// Session tags (`tagListType`).
pub(super) const TAG_COUNT: Bounds = Bounds::new(0, 50);
/// Trusted contexts (`ProvidedContextsListType`).
pub(super) const PROVIDED_CONTEXT_COUNT: Bounds = Bounds::new(1, 5);
