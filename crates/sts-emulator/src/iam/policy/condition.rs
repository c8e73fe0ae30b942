//! The operators of `Condition` blocks.
//!
//! All conditions of a statement must hold; of several values one must match, or for a negated operator none may. A key that the
//! request does not have fails a condition, unless the operator is negated, ends in `IfExists`, or quantifies over all values.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::iam::policy::address::AddressRange;
use crate::iam::policy::context::Context;
use crate::iam::policy::instant::instant;
use crate::iam::policy::malformed::Malformed;
use crate::iam::policy::pattern::Pattern;

/// One operator applied to one key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub operator: Operator,
    pub key: String,
    pub values: Vec<String>,
}

/// An operator with its prefix and suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator {
    comparison: Comparison,
    negated: bool,
    quantifier: Quantifier,
    if_exists: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    /// The key is taken to have one value.
    None,
    All,
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    String,
    StringIgnoreCase,
    StringLike,
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    Address,
    Arn,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// The operator called `name`, as in `ForAnyValue:StringLikeIfExists`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (quantifier, rest) = if let Some(rest) = name.strip_prefix("ForAllValues:") {
            (Quantifier::All, rest)
        } else if let Some(rest) = name.strip_prefix("ForAnyValue:") {
            (Quantifier::Any, rest)
        } else {
            (Quantifier::None, name)
        };
        let (rest, if_exists) = rest
            .strip_suffix("IfExists")
            .map_or((rest, false), |rest| (rest, true));
        let (_, comparison, negated) = OPERATORS.iter().find(|(known, ..)| *known == rest)?;
        let null_with_suffix = *comparison == Comparison::Null && if_exists;
        (!null_with_suffix).then_some(Self {
            comparison: *comparison,
            negated: *negated,
            quantifier,
            if_exists,
        })
    }

    /// Whether it asks for nothing but whether a key is there.
    pub(super) fn asks_for_presence(self) -> bool {
        self.comparison == Comparison::Null
    }

    /// Whether `value` can stand on the policy's side.
    fn takes(self, value: &str) -> bool {
        match self.comparison {
            Comparison::Bool | Comparison::Null => {
                matches!(value.to_ascii_lowercase().as_str(), "true" | "false")
            }
            Comparison::Numeric(_) => value.parse::<f64>().is_ok_and(f64::is_finite),
            Comparison::Date(_) => instant(value).is_some(),
            Comparison::Binary => STANDARD.decode(value).is_ok(),
            Comparison::Address => AddressRange::parse(value).is_some(),
            _ => true,
        }
    }
}

impl Condition {
    /// # Errors
    /// A value that cannot be compared by the operator.
    pub(super) fn check_values(&self) -> Result<(), Malformed> {
        let wrong = self.values.iter().find(|value| !self.operator.takes(value));
        wrong.map_or(Ok(()), |value| {
            let detail = format!("{value:?} cannot be compared with {}", self.key);
            Err(Malformed::legacy(detail))
        })
    }

    /// Whether the condition holds for a request with `context`; `patterns` makes what a value stands for.
    pub(super) fn holds(&self, context: &Context, patterns: impl Fn(&str) -> Pattern) -> bool {
        let found = context.values(&self.key);
        let Operator {
            comparison,
            negated,
            quantifier,
            if_exists,
        } = self.operator;
        if comparison == Comparison::Null {
            return self
                .values
                .iter()
                .any(|wanted| wanted.eq_ignore_ascii_case("true") == found.is_empty());
        }
        if found.is_empty() {
            return if_exists
                || quantifier == Quantifier::All
                || (negated && quantifier == Quantifier::None);
        }
        let one = |value: &String| {
            let any = self
                .values
                .iter()
                .any(|wanted| comparison.matches(&patterns(wanted), value));
            any != negated
        };
        match quantifier {
            Quantifier::All => found.iter().all(one),
            Quantifier::None if negated => found.iter().all(one),
            Quantifier::None | Quantifier::Any => found.iter().any(one),
        }
    }
}

impl Comparison {
    fn matches(self, pattern: &Pattern, found: &str) -> bool {
        let wanted = || pattern.text();
        match self {
            Self::String => wanted() == found,
            Self::StringIgnoreCase => wanted().to_lowercase() == found.to_lowercase(),
            Self::StringLike => pattern.matches(found),
            Self::Bool => wanted().eq_ignore_ascii_case(found),
            Self::Binary => {
                matches!((STANDARD.decode(wanted()), STANDARD.decode(found)), (Ok(wanted), Ok(found)) if wanted == found)
            }
            Self::Address => {
                matches!((AddressRange::parse(&wanted()), found.parse()), (Some(range), Ok(found)) if range.holds(found))
            }
            Self::Numeric(order) => {
                matches!((found.parse::<f64>(), wanted().parse::<f64>()), (Ok(found), Ok(wanted)) if order.holds(found, wanted))
            }
            Self::Date(order) => {
                let seconds = |text: &str| instant(text)?.seconds;
                matches!((seconds(found), seconds(&wanted())), (Some(found), Some(wanted)) if order.holds(found, wanted))
            }
            Self::Arn => pattern.matches_arn(found),
            Self::Null => false,
        }
    }
}

impl Order {
    fn holds(self, found: f64, wanted: f64) -> bool {
        match self {
            Self::Equal => found == wanted,
            Self::Less => found < wanted,
            Self::LessOrEqual => found <= wanted,
            Self::Greater => found > wanted,
            Self::GreaterOrEqual => found >= wanted,
        }
    }
}

const OPERATORS: [(&str, Comparison, bool); 27] = [
    ("StringEquals", Comparison::String, false),
    ("StringNotEquals", Comparison::String, true),
    (
        "StringEqualsIgnoreCase",
        Comparison::StringIgnoreCase,
        false,
    ),
    (
        "StringNotEqualsIgnoreCase",
        Comparison::StringIgnoreCase,
        true,
    ),
    ("StringLike", Comparison::StringLike, false),
    ("StringNotLike", Comparison::StringLike, true),
    ("NumericEquals", Comparison::Numeric(Order::Equal), false),
    ("NumericNotEquals", Comparison::Numeric(Order::Equal), true),
    ("NumericLessThan", Comparison::Numeric(Order::Less), false),
    (
        "NumericLessThanEquals",
        Comparison::Numeric(Order::LessOrEqual),
        false,
    ),
    (
        "NumericGreaterThan",
        Comparison::Numeric(Order::Greater),
        false,
    ),
    (
        "NumericGreaterThanEquals",
        Comparison::Numeric(Order::GreaterOrEqual),
        false,
    ),
    ("DateEquals", Comparison::Date(Order::Equal), false),
    ("DateNotEquals", Comparison::Date(Order::Equal), true),
    ("DateLessThan", Comparison::Date(Order::Less), false),
    (
        "DateLessThanEquals",
        Comparison::Date(Order::LessOrEqual),
        false,
    ),
    ("DateGreaterThan", Comparison::Date(Order::Greater), false),
    (
        "DateGreaterThanEquals",
        Comparison::Date(Order::GreaterOrEqual),
        false,
    ),
    ("Bool", Comparison::Bool, false),
    ("ArnEquals", Comparison::Arn, false),
    ("ArnLike", Comparison::Arn, false),
    ("ArnNotEquals", Comparison::Arn, true),
    ("ArnNotLike", Comparison::Arn, true),
    ("Null", Comparison::Null, false),
    ("BinaryEquals", Comparison::Binary, false),
    ("IpAddress", Comparison::Address, false),
    ("NotIpAddress", Comparison::Address, true),
];
