//! What credentials must look like before anything is signed with them. Judges form only: whether they are good, only
//! STS can say.

use std::time::SystemTime;

use super::error::CredentialsError;
use super::found::FoundCredentials;

impl FoundCredentials {
    /// These credentials, when they can have been issued by AWS, fit into headers and are still good at `now`.
    ///
    /// # Errors
    /// [`CredentialsError::Malformed`] or [`CredentialsError::Expired`], which name the source and the rule only.
    pub fn checked(self, now: SystemTime) -> Result<Self, CredentialsError> {
        if let Some(fault) = self.fault() {
            return Err(CredentialsError::Malformed {
                source_name: self.source,
                fault,
            });
        }
        match self.expires.and_then(|end| now.duration_since(end).ok()) {
            Some(ago) => Err(CredentialsError::Expired {
                source_name: self.source,
                ago,
            }),
            None => Ok(self),
        }
    }

    fn fault(&self) -> Option<&'static str> {
        let id = self.access_key_id.expose();
        let secret = self.secret_access_key.expose();
        let token = self
            .session_token
            .as_ref()
            .map_or("", |token| token.expose());
        // The model of STS allows ids of 16 to 128 characters.
        if !(16..=128).contains(&id.len())
            || !id
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        {
            Some("the access key id is not 16 to 128 capital letters and digits")
        } else if !is_visible(secret) {
            Some("the secret access key holds a blank, a control or a non-ASCII character")
        } else if !(16..=1024).contains(&secret.len()) {
            Some("the secret access key is not 16 to 1024 characters long")
        } else if !is_visible(token) {
            Some("the session token holds a blank, a control or a non-ASCII character")
        } else if token.len() > TOKEN_LIMIT {
            Some("the session token is longer than 16384 characters")
        } else if id.starts_with("ASIA") && token.is_empty() {
            Some("the key is a temporary one (ASIA…), and its session token is missing")
        } else {
            None
        }
    }
}

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
        let error = found.checked(now()).expect_err("they are bad");
        assert!(
            !format!("{error} {error:?}").contains("CANARY"),
            "{error:?}"
        );
        error.to_string()
    }

    #[test]
    fn keys_as_aws_issues_them_pass() {
        found(KEY, SECRET, None)
            .checked(now())
            .expect("long-term keys");
        found(KEY, SECRET, Some("IQoJb3JpZ2luX2Vj=="))
            .checked(now())
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
            .checked(now())
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
        .checked(now())
        .expect("a second is left");
    }
}
