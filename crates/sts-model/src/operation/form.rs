//! The body of a request: `application/x-www-form-urlencoded`.

use super::names::{API_VERSION, Operation};
use super::parameter::{Kind, Parameter, pair};
use super::value::{ParameterValue, SecretSource};

/// A call of `operation` with its parameters in the order given; a secret one that `secret` does not give is left out.
pub(super) fn write<'v, 's>(
    operation: Operation,
    values: impl Iterator<Item = (&'static Parameter, &'v ParameterValue)> + Clone,
    secret: impl Fn(&SecretSource) -> Option<&'s str>,
) -> String {
    let bytes = |value: &ParameterValue| match value {
        ParameterValue::Secret(source) => secret(source).map_or(0, str::len),
        ParameterValue::Text(text) => text.len(),
        ParameterValue::List(items) => items.iter().map(|item| item.len() + LONGEST_NAME).sum(),
        ParameterValue::Integer(_) => LONGEST_NUMBER,
    };
    // As long as it can get, so that no growing leaves a copy of a secret behind.
    let longest: usize = values
        .clone()
        .map(|(_, value)| LONGEST_NAME + 3 * bytes(value))
        .sum();
    let mut form = String::with_capacity(LONGEST_NAME + longest);
    form.push_str("Action=");
    form.push_str(operation.api_name());
    form.push_str("&Version=");
    form.push_str(API_VERSION);
    for (parameter, value) in values {
        match value {
            ParameterValue::Integer(number) => {
                append(&mut form, parameter.api_name, &number.to_string());
            }
            ParameterValue::Text(text) => append_text(&mut form, parameter, text),
            ParameterValue::List(items) => {
                append_items(&mut form, parameter, items.iter().map(String::as_str));
            }
            ParameterValue::Secret(source) => {
                if let Some(text) = secret(source) {
                    append_secret(&mut form, parameter, text);
                }
            }
        }
    }
    form
}

/// A secret is one text, also where the parameter is a list.
fn append_secret(form: &mut String, parameter: &Parameter, text: &str) {
    match parameter.kind {
        Kind::Text(_) | Kind::Integer(_) | Kind::PolicyArn => append_text(form, parameter, text),
        _ => append_items(form, parameter, text.split(',')),
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
                append(form, &name, item);
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
