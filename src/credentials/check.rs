//! What credentials must look like before anything is signed with them. Judges form only: whether they are good, only
//! STS can say.

use std::time::SystemTime;

use super::error::CredentialsError;
use super::found::FoundCredentials;

/// Who is shown what is signed with credentials: it rules which keys are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipients {
    /// Whether AWS is among them, whose keys have a form; other servers make up their own.
    pub aws: bool,
    /// Whether signed requests leave this machine in plaintext without the user's explicit consent.
    pub plaintext: bool,
}

impl Recipients {
    /// AWS, over TLS.
    pub const AWS: Self = Self {
        aws: true,
        plaintext: false,
    };
}

impl FoundCredentials {
    /// These credentials, when they have the form that their recipients want, fit into headers, may be shown to those who
    /// listen on the way, and are still good at `now`.
    ///
    /// # Errors
    /// [`CredentialsError::Malformed`] or [`CredentialsError::Expired`], which name the source and the rule only.
    pub fn checked(
        self,
        now: SystemTime,
        recipients: Recipients,
    ) -> Result<Self, CredentialsError> {
        self.checked_at(now, recipients, |_| None)
    }

    /// The same, where `place` knows in which line of which file each part stands.
    ///
    /// # Errors
    /// As [`FoundCredentials::checked`], with that line.
    pub(super) fn checked_at(
        self,
        now: SystemTime,
        recipients: Recipients,
        place: impl Fn(KeyPart) -> Option<String>,
    ) -> Result<Self, CredentialsError> {
        if let Some((part, fault)) = self.fault(recipients) {
            let source_name = match place(part) {
                Some(place) => format!("{}, {place}", self.source),
                None => self.source,
            };
            return Err(CredentialsError::Malformed { source_name, fault });
        }
        match self.expires {
            Some(at) if at <= now => Err(CredentialsError::Expired {
                source_name: self.source,
                at,
            }),
            _ => Ok(self),
        }
    }

    fn fault(&self, recipients: Recipients) -> Option<KeyFault> {
        let id = self.access_key_id.expose();
        let secret = self.secret_access_key.expose();
        let token = self
            .session_token
            .as_ref()
            .map_or("", |token| token.expose());
        let form = if recipients.aws {
            form_at_aws(id, secret)
        } else {
            form_elsewhere(id, secret)
        };
        form.or_else(|| token_fault(id, token)).or_else(|| {
            let exposed = recipients.plaintext && looks_like_aws(id);
            exposed.then_some((KeyPart::Id, PLAINTEXT))
        })
    }
}

/// What credentials consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyPart {
    Id,
    Secret,
    Token,
}

/// What is wrong, and with which part.
type KeyFault = (KeyPart, &'static str);

/// What is wrong with a key that AWS is to take. The model of STS allows ids of 16 to 128 characters.
fn form_at_aws(id: &str, secret: &str) -> Option<KeyFault> {
    if !(16..=128).contains(&id.len()) || !is_capitals_and_digits(id) {
        Some((
            KeyPart::Id,
            "the access key id is not 16 to 128 capital letters and digits",
        ))
    } else if !is_visible(secret) {
        Some((
            KeyPart::Secret,
            "the secret access key holds a blank, a control or a non-ASCII character",
        ))
    } else if !(16..=1024).contains(&secret.len()) {
        Some((
            KeyPart::Secret,
            "the secret access key is not 16 to 1024 characters long",
        ))
    } else {
        None
    }
}

/// What is wrong with a key for another server, which takes whatever it made up: only what cannot be a header, or was
/// hardly meant.
fn form_elsewhere(id: &str, secret: &str) -> Option<KeyFault> {
    let separates = |byte| matches!(byte, b'/' | b',');
    if !(1..=128).contains(&id.len()) || !is_visible(id) || id.bytes().any(separates) {
        Some((
            KeyPart::Id,
            "the access key id is not 1 to 128 visible ASCII characters without / and ,",
        ))
    } else if secret.chars().any(char::is_control) || secret.trim() != secret {
        Some((
            KeyPart::Secret,
            "the secret access key holds a control character, or a blank at its beginning or end",
        ))
    } else if !(1..=1024).contains(&secret.len()) {
        Some((
            KeyPart::Secret,
            "the secret access key is not 1 to 1024 bytes long",
        ))
    } else {
        None
    }
}

fn token_fault(id: &str, token: &str) -> Option<KeyFault> {
    if !is_visible(token) {
        Some((
            KeyPart::Token,
            "the session token holds a blank, a control or a non-ASCII character",
        ))
    } else if token.len() > TOKEN_LIMIT {
        Some((
            KeyPart::Token,
            "the session token is longer than 16384 characters",
        ))
    } else if id.starts_with("ASIA") && token.is_empty() {
        Some((
            KeyPart::Token,
            "the key is a temporary one (ASIA…), and its session token is missing",
        ))
    } else {
        None
    }
}

/// Whether AWS may have issued the key. Its unique ids begin with A (IAM User Guide, "Unique identifiers").
fn looks_like_aws(id: &str) -> bool {
    id.len() >= 16 && id.starts_with('A') && is_capitals_and_digits(id)
}

fn is_capitals_and_digits(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

const PLAINTEXT: &str = "the access key id looks like one of AWS's, and nothing signed with such a key is sent in plaintext without --yes-send-signed-requests-in-plaintext";

/// AWS assembles tokens of at most 4,096 bytes today and promises no maximum; more than this fits into no header, bytes.
const TOKEN_LIMIT: usize = 16 << 10;

/// Whether a text can stand in a header without changing it: a line break would start another header.
fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Secret;
    use std::time::Duration;

    const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "CANARY/CANARYfEMI/CANARY/bPxRfiCANARYKEY";

    fn found(id: &str, secret: &str, token: Option<&str>) -> FoundCredentials {
        FoundCredentials {
            access_key_id: Secret::new(id.to_owned()),
            secret_access_key: Secret::new(secret.to_owned()),
            session_token: token.map(|token| Secret::new(token.to_owned())),
            source: "environment variables".to_owned(),
            expires: None,
        }
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn refusal(found: FoundCredentials) -> String {
        let error = found
            .checked(now(), Recipients::AWS)
            .expect_err("they are bad");
        assert!(
            !format!("{error} {error:?}").contains("CANARY"),
            "{error:?}"
        );
        error.to_string()
    }

    #[test]
    fn keys_as_aws_issues_them_pass() {
        found(KEY, SECRET, None)
            .checked(now(), Recipients::AWS)
            .expect("long-term keys");
        found(KEY, SECRET, Some("IQoJb3JpZ2luX2Vj=="))
            .checked(now(), Recipients::AWS)
            .expect("temporary keys");
    }

    #[test]
    fn bad_079_an_absurd_secret_is_refused() {
        for secret in [
            "C",
            &"C".repeat(1 << 20),
            "CANARYCANARYCANÄRY",
            "CANARY CANARYCANARY",
            "",
        ] {
            assert!(
                refusal(found(KEY, secret, None))
                    .starts_with("environment variables: the secret access key")
            );
        }
    }

    #[test]
    fn a_key_id_that_no_service_issued_is_refused() {
        for id in [
            "",
            "AKIA",
            "akiaiosfodnn7example",
            "AKIAIOSFODNN7EXAMPL\n",
            &"A".repeat(129),
        ] {
            assert!(
                refusal(found(id, SECRET, None)).contains("access key id"),
                "{id:?}"
            );
        }
    }

    #[test]
    fn any_key_that_a_server_can_have_made_up_is_taken_where_aws_is_not_called() {
        let elsewhere = Recipients {
            aws: false,
            plaintext: true,
        };
        let taken = |id, secret| found(id, secret, None).checked(now(), elsewhere).is_ok();
        for id in [
            "test",
            "testing",
            "minioadmin",
            "000000000000",
            "rootuser",
            "x",
            "tenant$user",
            "LKIAQAAAAAAABCDEFGHI",
            "akiaiosfodnn7example",
        ] {
            assert!(taken(id, "test") && taken(id, "pass word é"), "{id}");
        }
        let long = "x".repeat(129);
        for id in ["", "te st", "test\n", "tést", "a/b", "a,b", &long] {
            assert!(!taken(id, "test"), "{id:?}");
        }
        for secret in ["", " test", "test\n", "te\tst", &"C".repeat(1025)] {
            assert!(!taken("test", secret), "{secret:?}");
        }
    }

    #[test]
    fn nothing_is_signed_in_plaintext_with_a_key_that_may_be_of_aws() {
        for aws in [true, false] {
            let recipients = Recipients {
                aws,
                plaintext: true,
            };
            for (id, token) in [
                (KEY, None),
                ("ASIAIOSFODNN7EXAMPLE", Some("t")),
                ("ABIAIOSFODNN7EXAMPLE", None),
            ] {
                let refused = found(id, SECRET, token)
                    .checked(now(), recipients)
                    .expect_err("AWS's");
                let text = refused.to_string();
                assert!(text.contains("in plaintext without --yes-send"), "{text}");
                let consented = Recipients {
                    plaintext: false,
                    ..recipients
                };
                found(id, SECRET, token)
                    .checked(now(), consented)
                    .expect("the user said so");
            }
        }
    }

    #[test]
    fn bad_080_a_token_with_a_line_break_is_refused() {
        for token in ["abc\ndef", "abc\r", "\rabc", "abc\0", "abc def"] {
            assert!(
                refusal(found(KEY, SECRET, Some(token))).contains("session token holds"),
                "{token:?}"
            );
        }
    }

    #[test]
    fn bad_081_a_token_passes_up_to_its_limit() {
        found(KEY, SECRET, Some(&"t".repeat(TOKEN_LIMIT)))
            .checked(now(), Recipients::AWS)
            .expect("the limit is inclusive");
        assert!(
            refusal(found(KEY, SECRET, Some(&"t".repeat(TOKEN_LIMIT + 1)))).contains("longer than")
        );
        let temporary = "ASIAIOSFODNN7EXAMPLE";
        for token in [None, Some("")] {
            assert!(refusal(found(temporary, SECRET, token)).contains("session token is missing"));
        }
    }

    #[test]
    fn bad_090_credentials_that_end_now_or_ended_before_are_refused() {
        for ago in [0, 1, 3600] {
            let expires = Some(now() - Duration::from_secs(ago));
            assert!(
                refusal(FoundCredentials {
                    expires,
                    ..found(KEY, SECRET, Some("t"))
                })
                .contains("expired")
            );
        }
        let expires = Some(now() + Duration::from_secs(1));
        FoundCredentials {
            expires,
            ..found(KEY, SECRET, Some("t"))
        }
        .checked(now(), Recipients::AWS)
        .expect("a second is left");
    }
}
