//! What S3 says when it refuses: a status and a code. Its words name accounts, people and keys, and are not shown.

use std::fmt;

use quick_xml::Reader;
use quick_xml::events::Event;
use sts_model::{FaultCodeText, Remote};

/// An answer that is not the one that was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct S3Fault {
    /// The HTTP status.
    pub(super) status: u16,
    code: Code,
}

/// S3's code, such as `AccessDenied`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Code {
    Said(Remote<FaultCodeText>),
    /// It looks like none of S3's, or repeats what was sent.
    Unlike,
    /// The answer has none.
    None,
    /// The answer has no body, as none to HEAD has.
    Untold,
}

impl S3Fault {
    /// Of an answer that anybody may have written; `repeats` says of a code whether it repeats the request.
    pub(super) fn new(status: u16, body: &[u8], repeats: impl Fn(&str) -> bool) -> Self {
        let text = String::from_utf8_lossy(body);
        let code = match element(&text, "Code") {
            None if body.is_empty() && status >= 300 => Code::Untold,
            None => Code::None,
            Some(code) => Remote::new(&code)
                .filter(|code: &Remote<FaultCodeText>| !repeats(code))
                .map_or(Code::Unlike, Code::Said),
        };
        Self { status, code }
    }

    /// Of an answer that is not S3's.
    pub(super) fn of_a_stranger(status: u16) -> Self {
        let code = Code::None;
        Self { status, code }
    }

    /// S3's code, empty where there is none that can be believed.
    pub(super) fn code(&self) -> &str {
        match &self.code {
            Code::Said(code) => code,
            Code::Unlike | Code::None | Code::Untold => "",
        }
    }

    /// Whether it may be otherwise in a moment.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500 | 502 | 503 | 504) || self.is_conflict()
    }

    /// Whether somebody else writes the same object at this moment: S3 says so without having stored either, and asks for
    /// another attempt.
    pub(super) fn is_conflict(&self) -> bool {
        self.status == 409
    }

    /// What to do about a refusal of `action`; begins with `; `, or nothing.
    pub(super) fn hint(&self, action: &str) -> &'static str {
        match self.code() {
            "AccessDenied" | "AllAccessDisabled" => match action {
                "to list" => "; the caller needs s3:ListBucket on the bucket",
                "to write" => "; the caller needs s3:PutObject below the prefix",
                _ => {
                    "; the caller needs s3:GetObject below the prefix, and without s3:ListBucket the same is said of what is missing"
                }
            },
            "InvalidAccessKeyId" => {
                "; the server does not know this access key: is it one of another account or server?"
            }
            "SignatureDoesNotMatch" => {
                "; the secret access key does not belong to the key's id, or something on the path changes requests"
            }
            "ExpiredToken" | "ExpiredTokenException" => "; the session has ended: log in again",
            "InvalidToken" => "; the session token does not belong to this key",
            "RequestTimeTooSkewed" => "; this machine's clock is wrong by more than 15 minutes",
            "ConditionalRequestConflict" | "OperationAborted" => {
                "; somebody else writes it at this moment: push again"
            }
            "AuthorizationHeaderMalformed" | "PermanentRedirect" => {
                "; the bucket is in another Region: name it with --store-region"
            }
            _ => "",
        }
    }
}

impl fmt::Display for S3Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        match &self.code {
            Code::Said(code) => write!(f, ", {code}"),
            Code::Unlike => f.write_str(", with a code that is not shown because it has not the form of one, or repeats the request"),
            Code::None => f.write_str(", and the answer is not S3's"),
            Code::Untold => f.write_str(", without a code"),
        }
    }
}

/// The text of the first element of that name.
fn element(text: &str, name: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    let mut inside = false;
    loop {
        match reader.read_event().ok()? {
            Event::Eof => return None,
            Event::Start(start) => inside = start.local_name().as_ref() == name,
            Event::Text(text) if inside => {
                return Some(text.chars().take(MOST_READ).collect());
            }
            _ => inside = false,
        }
    }
}

/// More than any code has, characters.
const MOST_READ: usize = 160;

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(status: u16, body: &str) -> S3Fault {
        S3Fault::new(status, body.as_bytes(), |_| false)
    }

    #[test]
    fn the_code_of_s3_is_shown_and_none_of_its_words() {
        let body = "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/ada\
                    </Message></Error>";
        let refused = fault(403, body);
        assert_eq!(refused.to_string(), "HTTP 403, AccessDenied");
        assert!(refused.hint("to write").contains("s3:PutObject"));
        assert!(refused.hint("to list").contains("s3:ListBucket"));
        assert!(!refused.is_passing());
        assert!(fault(503, "").is_passing());
    }

    #[test]
    fn a_code_that_is_none_or_repeats_the_request_is_not_shown() {
        let long = "x".repeat(5000);
        for code in [
            "ASIAQNZGKIQY56JQ7WML",
            "IQoJb3JpZ2luX2Vj",
            "::error::",
            "\u{1b}[31mBad",
            &long,
        ] {
            let said = fault(400, &format!("<Error><Code>{code}</Code></Error>")).to_string();
            assert!(
                said.starts_with("HTTP 400, with a code that is not shown"),
                "{said}"
            );
        }
        let body = b"<Error><Code>CanaryToken</Code></Error>";
        let repeated = S3Fault::new(400, body, |code| code == "CanaryToken");
        assert!(!repeated.to_string().contains("Canary") && repeated.code().is_empty());
    }

    #[test]
    fn an_answer_of_something_else_is_said_to_be_one() {
        for body in ["<html><body>Log in</body></html>", "", "\u{fffd}<", "{}"] {
            let said = fault(200, body).to_string();
            assert_eq!(said, "HTTP 200, and the answer is not S3's");
        }
    }

    #[test]
    fn a_refusal_without_a_body_accuses_nobody() {
        assert_eq!(fault(500, "").to_string(), "HTTP 500, without a code");
    }
}
