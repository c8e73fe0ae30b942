//! The values of options as they may be shown: `config show` is pasted into issues and stands in logs of CI.

use sts_model::{Secrecy, SecretSource, without_secrets};

use crate::cli::options::layers::LayerEntry;
use crate::cli::options::values::operation;

/// The value of an entry.
pub(super) fn entry(entry: &LayerEntry) -> String {
    if entry.words.is_empty() {
        return without_secrets(&entry.shown);
    }
    if entry.option != PARAM {
        return value(&entry.option, &entry.shown);
    }
    let prefix = format!("--{PARAM}=");
    let values = entry.words.iter().map(|word| {
        let text = word.strip_prefix(&prefix).unwrap_or(word);
        parameter(text)
    });
    values.collect::<Vec<_>>().join(", ")
}

/// One value of `option`.
pub(super) fn value(option: &str, text: &str) -> String {
    if option == PARAM {
        parameter(text)
    } else {
        without_secrets(text)
    }
}

const PARAM: &str = "param";
const HIDDEN: &str = "****";

/// `OPERATION.PARAMETER=VALUE` without a value that may be a secret: that of a secret parameter, unless it says where the secret
/// is, and that of what is none at all.
fn parameter(text: &str) -> String {
    let Some((name, given)) = text.split_once('=') else {
        return HIDDEN.to_owned();
    };
    let known = name.split_once('.').and_then(|(called, parameter)| {
        let called = operation(called).ok()?;
        called.parameter(parameter)
    });
    let is_open = known.is_some_and(|known| {
        known.secrecy != Secrecy::Secret || SecretSource::parse(given).is_some()
    });
    let shown = if is_open {
        without_secrets(given)
    } else {
        HIDDEN.to_owned()
    };
    format!("{name}={shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        for (option, text, shown) in [
            (
                "param",
                "assume-role-with-saml.saml-assertion=CANARY",
                "assume-role-with-saml.saml-assertion=****",
            ),
            (
                "param",
                "assume-role.token-code=123456",
                "assume-role.token-code=****",
            ),
            (
                "param",
                "assume-role.token-code=env:CODE",
                "assume-role.token-code=env:CODE",
            ),
            (
                "param",
                "assume-role-with-saml.saml-assertion=file:/run/saml",
                "assume-role-with-saml.saml-assertion=file:/run/saml",
            ),
            (
                "param",
                "assume-role.role-session-name=bench",
                "assume-role.role-session-name=bench",
            ),
            (
                "param",
                "assume-role.tokencode=CANARY",
                "assume-role.tokencode=****",
            ),
            (
                "param",
                "asume-role.token-code=CANARY",
                "asume-role.token-code=****",
            ),
            ("param", "assume-role=CANARY", "assume-role=****"),
            ("param", "CANARY", "****"),
            (
                "endpoint-url",
                "a=http://u:CANARY@127.0.0.1:1",
                "a=http://****@127.0.0.1:1",
            ),
            (
                "endpoint-url",
                "a=http://127.0.0.1:1/?key=CANARY",
                "a=http://127.0.0.1:1/?****",
            ),
            (
                "endpoint-url",
                "a=http://127.0.0.1:1/p@eu-west-1",
                "a=http://127.0.0.1:1/p@eu-west-1",
            ),
            ("store-endpoint", "https://u:CANARY@h", "https://****@h"),
            ("rounds", "48", "48"),
        ] {
            assert_eq!(value(option, text), shown, "{option} {text}");
        }
    }
}
