//! Reading policy documents, as strictly as IAM does: an unknown element is a mistake, not something to pass over.

use serde_json::{Map, Value};

use crate::iam::policy::condition::{Condition, Operator};
use crate::iam::policy::document::{Effect, Listed, Policy, PrincipalPattern, Statement};

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
    /// What is wrong with it, as the message of a MalformedPolicyDocument. Those that IAM was seen to use keep its words.
    pub(crate) fn read(text: &str, kind: PolicyKind) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text)
            .map_err(|_| "This policy contains invalid Json".to_owned())?;
        Self::from_value(&document, kind)
    }

    /// The policy that `document` is.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) fn from_value(document: &Value, kind: PolicyKind) -> Result<Self, String> {
        let document = document.as_object().ok_or_else(syntax)?;
        known(document, &["Version", "Id", "Statement"])?;
        match document.get("Version").map(Value::as_str) {
            None | Some(Some("2012-10-17" | "2008-10-17")) => {}
            Some(_) => return Err("The policy must contain a valid version string".to_owned()),
        }
        let statements = match document.get("Statement") {
            None => return Err("Missing required field Statement".to_owned()),
            Some(Value::Array(statements)) => statements.iter().collect(),
            Some(one) => vec![one],
        };
        let statements = statements
            .into_iter()
            .map(|statement| read_statement(statement, kind));
        Ok(Self {
            statements: statements.collect::<Result<_, _>>()?,
        })
    }
}

/// `text` without the blanks that JSON does not need; `None` when it is no JSON.
pub(crate) fn compacted(text: &str) -> Option<String> {
    serde_json::from_str::<Value>(text)
        .ok()
        .map(|value| value.to_string())
}

fn read_statement(value: &Value, kind: PolicyKind) -> Result<Statement, String> {
    let statement = value.as_object().ok_or_else(syntax)?;
    known(statement, &STATEMENT_ELEMENTS)?;
    if !statement.get("Sid").is_none_or(Value::is_string) {
        return Err(syntax());
    }
    let effect = read_effect(statement)?;
    let actions = read_actions(statement)?;
    let principals = listed(statement, "Principal", "NotPrincipal", principals)?;
    let resources = listed(statement, "Resource", "NotResource", strings)?;
    check_kind(kind, principals.as_ref(), resources.as_ref())?;
    for resource in resources.iter().flat_map(|resources| &resources.values) {
        if resource != "*" && (!resource.starts_with("arn:") || resource.matches(':').count() < 5) {
            return Err(format!(
                "Resource {resource} must be in ARN format or \"*\"."
            ));
        }
    }
    let conditions = statement
        .get("Condition")
        .map_or(Ok(Vec::new()), read_conditions)?;
    Ok(Statement {
        effect,
        principals,
        actions,
        resources,
        conditions,
    })
}

/// Whether a statement allows or denies.
fn read_effect(statement: &Map<String, Value>) -> Result<Effect, String> {
    match statement
        .get("Effect")
        .map(|effect| effect.as_str().unwrap_or_default())
    {
        Some("Allow") => Ok(Effect::Allow),
        Some("Deny") => Ok(Effect::Deny),
        Some(other) => Err(format!("Invalid effect: {other}")),
        None => Err("Missing required field Effect".to_owned()),
    }
}

/// What a statement is about, each action with its vendor.
fn read_actions(statement: &Map<String, Value>) -> Result<Listed<String>, String> {
    let actions = listed(statement, "Action", "NotAction", strings)?
        .filter(|actions| !actions.values.is_empty())
        .ok_or_else(|| "Policy statement must contain actions.".to_owned())?;
    for action in &actions.values {
        let parts = action.matches(':').count();
        if action != "*" && parts == 0 {
            return Err(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
                    .to_owned(),
            );
        }
        if parts > 1 {
            return Err("Actions/Condition can contain only one colon.".to_owned());
        }
    }
    Ok(actions)
}

/// Refuses the elements that a statement in a policy of this kind has not, and misses those that it must have.
fn check_kind(
    kind: PolicyKind,
    principals: Option<&Listed<PrincipalPattern>>,
    resources: Option<&Listed<String>>,
) -> Result<(), String> {
    match kind {
        PolicyKind::Trust if resources.is_some() => Err("Has prohibited field Resource".to_owned()),
        PolicyKind::Trust if principals.is_none() => {
            Err("Missing required field Principal".to_owned())
        }
        PolicyKind::Identity if principals.is_some() => {
            Err("Has prohibited field Principal".to_owned())
        }
        PolicyKind::Identity if resources.is_none_or(|resources| resources.values.is_empty()) => {
            Err("Policy statement must contain resources.".to_owned())
        }
        _ => Ok(()),
    }
}

/// The element `name`, or `negation`, which excludes it.
fn listed<T>(
    statement: &Map<String, Value>,
    name: &str,
    negation: &str,
    read: fn(&Value) -> Result<Vec<T>, String>,
) -> Result<Option<Listed<T>>, String> {
    let (value, negated) = match (statement.get(name), statement.get(negation)) {
        (None, None) => return Ok(None),
        (Some(value), None) => (value, false),
        (None, Some(value)) => (value, true),
        (Some(_), Some(_)) => return Err(syntax()),
    };
    Ok(Some(Listed {
        negated,
        values: read(value)?,
    }))
}

fn principals(value: &Value) -> Result<Vec<PrincipalPattern>, String> {
    let kinds = match value {
        Value::String(all) if all == "*" => return Ok(vec![PrincipalPattern::Anyone]),
        Value::Object(kinds) if !kinds.is_empty() => kinds,
        _ => return Err("Invalid principal in policy".to_owned()),
    };
    let mut found = Vec::new();
    for (kind, names) in kinds {
        for name in strings(names)? {
            found.push(match kind.as_str() {
                "AWS" => aws_principal(name)?,
                "Service" => PrincipalPattern::Service(name),
                "Federated" => PrincipalPattern::Federated(name),
                _ => return Err(format!("Invalid principal in policy: {kind:?}")),
            });
        }
    }
    Ok(found)
}

fn aws_principal(name: String) -> Result<PrincipalPattern, String> {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if name == "*" {
        return Ok(PrincipalPattern::Anyone);
    }
    if is_account(&name) {
        return Ok(PrincipalPattern::Account(name));
    }
    let invalid = || format!("Invalid principal in policy: \"AWS\":\"{name}\"");
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let ["arn", _, "iam" | "sts", "", account, resource] = parts[..] else {
        return Err(invalid());
    };
    if !is_account(account) || resource.contains(['*', '?']) {
        return Err(invalid());
    }
    let account = account.to_owned();
    let named = ["user/", "role/", "assumed-role/", "federated-user/"]
        .iter()
        .any(|kind| resource.starts_with(kind));
    if resource == "root" {
        Ok(PrincipalPattern::Account(account))
    } else if named {
        Ok(PrincipalPattern::Arn(name))
    } else {
        Err(invalid())
    }
}

fn read_conditions(value: &Value) -> Result<Vec<Condition>, String> {
    let mut conditions = Vec::new();
    for (name, keys) in value.as_object().ok_or_else(syntax)? {
        let operator =
            Operator::named(name).ok_or_else(|| format!("Invalid Condition type : {name}."))?;
        for (key, values) in keys.as_object().ok_or_else(syntax)? {
            if !key.contains(':') {
                return Err(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
                        .to_owned(),
                );
            }
            let values = scalars(values)?;
            if let Some(wrong) = values.iter().find(|value| !operator.takes(value)) {
                return Err(format!(
                    "Invalid value {wrong:?} for condition {name} of {key}"
                ));
            }
            conditions.push(Condition {
                operator,
                key: key.clone(),
                values,
            });
        }
    }
    Ok(conditions)
}

/// A string or a list of strings.
fn strings(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::String(one) => Ok(vec![one.clone()]),
        Value::Array(many) => many
            .iter()
            .map(|one| one.as_str().map(str::to_owned).ok_or_else(syntax))
            .collect(),
        _ => Err(syntax()),
    }
}

/// As [`strings`], and numbers and truth values too.
fn scalars(value: &Value) -> Result<Vec<String>, String> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(syntax()),
    };
    match value {
        Value::Array(many) => many.iter().map(one).collect(),
        value => Ok(vec![one(value)?]),
    }
}

fn known(object: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    if object.keys().all(|key| names.contains(&key.as_str())) {
        Ok(())
    } else {
        Err(syntax())
    }
}

fn syntax() -> String {
    "Syntax errors in policy.".to_owned()
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
