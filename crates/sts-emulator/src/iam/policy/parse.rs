//! Reading policy documents, as strictly as IAM does and in its order: first the form of the whole, then what the older of
//! its parsers refuses, then what statements must have.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::iam::policy::condition::{Condition, Operator};
use crate::iam::policy::document::{Effect, Listed, Policy, PrincipalPattern, Statement};
use crate::iam::policy::malformed::Malformed;
use crate::iam::policy::principal::principal;
use crate::iam::policy::resource;
use crate::iam::unique_keys::repeated_key;

/// Where a policy stands, which decides the elements that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PolicyKind {
    /// Of a role: names principals and no resources.
    Trust,
    /// Of a user, a role or a session: names resources and no principals.
    Identity,
}

impl Policy {
    /// Reads the JSON `text` of a policy.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(text: &str, kind: PolicyKind) -> Result<Self, Malformed> {
        let json = || Malformed::new("This policy contains invalid Json");
        let document: Value = serde_json::from_str(text).map_err(|_| json())?;
        if text.starts_with(char::is_whitespace) {
            return Err(Malformed::new("JSON strings must not have leading spaces"));
        }
        // IAM user guide, "Troubleshoot IAM policies": each element is there only once.
        if let Some(key) = repeated_key(text) {
            return Err(Malformed::syntax(format!("{key:?} is there twice")));
        }
        Self::from_value(&document, kind)
    }

    /// The policy that `document` is.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) fn from_value(document: &Value, kind: PolicyKind) -> Result<Self, Malformed> {
        let written = WrittenPolicy::read(document)?;
        written.check_legacy()?;
        written.check_names()?;
        for statement in &written.statements {
            statement.check_elements(kind)?;
        }
        written.check_resources()?;
        for statement in &written.statements {
            statement.check_actions(kind)?;
        }
        let statements = written.statements.into_iter();
        Ok(Self {
            has_variables: written.version == Some("2012-10-17"),
            statements: statements
                .map(WrittenStatement::into_statement)
                .collect::<Result<_, _>>()?,
        })
    }
}

/// A document that has the form of a policy.
struct WrittenPolicy<'a> {
    version: Option<&'a str>,
    statements: Vec<WrittenStatement<'a>>,
}

/// A statement that has the form of one.
struct WrittenStatement<'a> {
    name: Option<&'a str>,
    effect: &'a str,
    principals: Option<Listed<&'a Value>>,
    actions: Option<Listed<String>>,
    resources: Option<Listed<String>>,
    conditions: Vec<Condition>,
}

impl<'a> WrittenPolicy<'a> {
    fn read(document: &'a Value) -> Result<Self, Malformed> {
        let document = document
            .as_object()
            .ok_or_else(|| Malformed::syntax("it is no object"))?;
        known(document, &["Version", "Id", "Statement"])?;
        let version = match document.get("Version").map(Value::as_str) {
            None => None,
            Some(Some(version @ ("2012-10-17" | "2008-10-17"))) => Some(version),
            Some(_) => {
                let detail = "Version must be \"2012-10-17\" or \"2008-10-17\"";
                return Err(Malformed::syntax(detail));
            }
        };
        text(document, "Id")?;
        let statements = match document.get("Statement") {
            Some(Value::Array(statements)) => statements.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        if statements.is_empty() {
            return Err(Malformed::syntax("it has no Statement"));
        }
        let statements = statements.into_iter().map(WrittenStatement::read);
        Ok(Self {
            version,
            statements: statements.collect::<Result<_, _>>()?,
        })
    }

    /// Effects in another case, dates that are none, and short ARNs.
    fn check_legacy(&self) -> Result<(), Malformed> {
        for statement in &self.statements {
            if !["Allow", "Deny"].contains(&statement.effect) {
                let detail = format!(
                    "Effect must be \"Allow\" or \"Deny\", not {:?}",
                    statement.effect
                );
                return Err(Malformed::legacy(detail));
            }
            for condition in &statement.conditions {
                condition.check_values()?;
            }
        }
        // IAM tells of short ARNs only as long as no resource is wrong otherwise.
        for statement in &self.statements {
            let named = || statement.resources.iter().flat_map(|listed| &listed.values);
            if named().any(|resource| resource::complaint(resource).is_some()) {
                break;
            }
            let mut short = named().filter_map(|resource| resource::legacy_complaint(resource));
            if let Some(complaint) = short.next() {
                return Err(complaint);
            }
        }
        Ok(())
    }

    /// Names of statements differ, and are of letters and digits.
    fn check_names(&self) -> Result<(), Malformed> {
        let mut seen = BTreeSet::new();
        let names = self
            .statements
            .iter()
            .filter_map(|statement| statement.name);
        for name in names.filter(|name| !name.is_empty()) {
            if !seen.insert(name) {
                let words = "Statement IDs (SID) in a single policy must be unique.";
                return Err(Malformed::new(words));
            }
            if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                let words = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
                             expression [0-9A-Za-z]*";
                return Err(Malformed::new(words));
            }
        }
        Ok(())
    }

    /// IAM tells of the last statement with a wrong resource, and there of the first in the order of the alphabet.
    fn check_resources(&self) -> Result<(), Malformed> {
        let of = |statement: &WrittenStatement<'_>| {
            let mut resources: Vec<&String> = statement
                .resources
                .iter()
                .flat_map(|listed| &listed.values)
                .collect();
            resources.sort_unstable();
            resources
                .into_iter()
                .find_map(|named| resource::complaint(named))
        };
        let mut complaints = self.statements.iter().rev().filter_map(of);
        complaints.next().map_or(Ok(()), Err)
    }
}

impl<'a> WrittenStatement<'a> {
    fn read(value: &'a Value) -> Result<Self, Malformed> {
        let statement = value
            .as_object()
            .ok_or_else(|| Malformed::syntax("a statement is no object"))?;
        known(statement, &STATEMENT_ELEMENTS)?;
        let effect = text(statement, "Effect")?
            .filter(|effect| ["allow", "deny"].contains(&effect.to_ascii_lowercase().as_str()));
        let conditions = statement.get("Condition");
        Ok(Self {
            name: text(statement, "Sid")?,
            effect: effect
                .ok_or_else(|| Malformed::syntax("Effect must be \"Allow\" or \"Deny\""))?,
            principals: listed(statement, "Principal", "NotPrincipal", |value| {
                Ok(vec![value])
            })?,
            actions: listed(statement, "Action", "NotAction", strings)?,
            resources: listed(statement, "Resource", "NotResource", strings)?,
            conditions: conditions.map_or(Ok(Vec::new()), read_conditions)?,
        })
    }

    /// The statement has the elements of a policy of that kind, and no others.
    fn check_elements(&self, kind: PolicyKind) -> Result<(), Malformed> {
        let is_empty = |listed: &Option<Listed<String>>| {
            listed
                .as_ref()
                .is_none_or(|listed| listed.values.is_empty())
        };
        let excludes = self
            .principals
            .as_ref()
            .is_some_and(|listed| listed.negated);
        let words = match kind {
            _ if is_empty(&self.actions) => "Policy statement must contain actions.",
            PolicyKind::Identity if self.principals.is_some() => {
                "Policy document should not specify a principal."
            }
            PolicyKind::Identity if is_empty(&self.resources) => {
                "Policy statement must contain resources."
            }
            PolicyKind::Trust if self.resources.is_some() => "Has prohibited field Resource",
            PolicyKind::Trust if self.principals.is_none() => "Missing required field Principal",
            PolicyKind::Trust if excludes && self.effect == "Allow" => {
                "Allow with NotPrincipal is not allowed."
            }
            PolicyKind::Trust if excludes => {
                "AssumeRole policy must not contain NotPrincipal field."
            }
            PolicyKind::Trust | PolicyKind::Identity => return Ok(()),
        };
        Err(Malformed::new(words))
    }

    /// Each action has its vendor, and in a trust policy that of STS.
    fn check_actions(&self, kind: PolicyKind) -> Result<(), Malformed> {
        for action in self.actions.iter().flat_map(|listed| &listed.values) {
            let words = match action.split_once(':') {
                None if action == "*" => None,
                None => Some(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
                        .to_owned(),
                ),
                Some((_, name)) if name.contains(':') => {
                    Some("Actions/Condition can contain only one colon.".to_owned())
                }
                Some((vendor, _)) => {
                    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
                    let is_right = vendor == "*" || vendor.chars().all(letter);
                    (!is_right).then(|| format!("Vendor {vendor} is not valid"))
                }
            };
            if let Some(words) = words {
                return Err(Malformed::new(words));
            }
            let is_of_sts = action.to_ascii_lowercase().starts_with("sts:");
            if kind == PolicyKind::Trust && !is_of_sts {
                let words = "AssumeRole policy may only specify STS AssumeRole actions.";
                return Err(Malformed::new(words));
            }
        }
        Ok(())
    }

    fn into_statement(self) -> Result<Statement, Malformed> {
        let named = self.principals.map(|listed| {
            let values = listed.values.into_iter().map(principals);
            let values = values.collect::<Result<Vec<_>, _>>()?;
            Ok(values.into_iter().flatten().collect())
        });
        Ok(Statement {
            effect: match self.effect {
                "Allow" => Effect::Allow,
                _ => Effect::Deny,
            },
            principals: named.transpose()?,
            actions: self
                .actions
                .ok_or_else(|| Malformed::new("Policy statement must contain actions."))?,
            resources: self.resources,
            conditions: self.conditions,
        })
    }
}

/// The element `name`, or `negation`, which excludes it.
fn listed<'a, T>(
    statement: &'a Map<String, Value>,
    name: &str,
    negation: &str,
    read: impl Fn(&'a Value) -> Result<Vec<T>, Malformed>,
) -> Result<Option<Listed<T>>, Malformed> {
    let (value, negated) = match (statement.get(name), statement.get(negation)) {
        (None, None) => return Ok(None),
        (Some(value), None) => (value, false),
        (None, Some(value)) => (value, true),
        (Some(_), Some(_)) => {
            let detail = format!("{name} and {negation} exclude each other");
            return Err(Malformed::syntax(detail));
        }
    };
    Ok(Some(Listed {
        negated,
        values: read(value)?,
    }))
}

fn read_conditions(value: &Value) -> Result<Vec<Condition>, Malformed> {
    let wrong = || Malformed::syntax("Condition must hold operators with their keys");
    let mut conditions = Vec::new();
    for (name, keys) in value.as_object().ok_or_else(wrong)? {
        let unknown = || Malformed::syntax(format!("unknown operator {name:?}"));
        for (key, values) in keys.as_object().ok_or_else(wrong)? {
            conditions.push(Condition {
                operator: Operator::named(name).ok_or_else(unknown)?,
                key: key.clone(),
                values: scalars(values)?,
            });
        }
    }
    Ok(conditions)
}

/// Whom a statement names.
fn principals(value: &Value) -> Result<Vec<PrincipalPattern>, Malformed> {
    let nobody = || Malformed::new("Invalid principal in policy");
    let kinds = match value {
        Value::String(all) if all == "*" => return Ok(vec![PrincipalPattern::Anyone]),
        Value::Object(kinds) => kinds,
        _ => return Err(nobody()),
    };
    let mut found = Vec::new();
    for (kind, names) in kinds {
        for name in strings(names)? {
            found.push(principal(kind, &name)?);
        }
    }
    if found.is_empty() {
        return Err(nobody());
    }
    Ok(found)
}

/// A string or a list of strings.
fn strings(value: &Value) -> Result<Vec<String>, Malformed> {
    let wrong = || Malformed::syntax(format!("{value} is no text and no list of texts"));
    match value {
        Value::String(one) => Ok(vec![one.clone()]),
        Value::Array(many) => many
            .iter()
            .map(|one| one.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect(),
        _ => Err(wrong()),
    }
}

/// As [`strings`], and numbers and truth values too.
fn scalars(value: &Value) -> Result<Vec<String>, Malformed> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(Malformed::syntax(format!("a condition asks for {value}"))),
    };
    match value {
        Value::Array(many) => many.iter().map(one).collect(),
        value => Ok(vec![one(value)?]),
    }
}

/// The element `name`, which is a text.
fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Malformed> {
    let wrong = || Malformed::syntax(format!("{name} is no text"));
    let element = object.get(name);
    element
        .map(|value| value.as_str().ok_or_else(wrong))
        .transpose()
}

fn known(object: &Map<String, Value>, names: &[&str]) -> Result<(), Malformed> {
    match object.keys().find(|key| !names.contains(&key.as_str())) {
        Some(unknown) => Err(Malformed::syntax(format!("unknown element {unknown:?}"))),
        None => Ok(()),
    }
}

const STATEMENT_ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];
