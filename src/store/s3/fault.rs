//! What S3 says when it refuses.

use std::fmt;

use quick_xml::Reader;
use quick_xml::events::Event;

/// An answer that is not the one that was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct S3Fault {
    /// The HTTP status.
    pub(super) status: u16,
    /// S3's code, such as `AccessDenied`; empty when the body has none.
    pub(super) code: String,
    /// S3's words, shortened.
    message: String,
}

impl S3Fault {
    /// Of an answer that anybody may have written.
    pub(super) fn new(status: u16, body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        Self {
            status,
            code: element(&text, "Code").unwrap_or_default(),
            message: element(&text, "Message").unwrap_or_default(),
        }
    }

    /// Whether it may be otherwise in a moment.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
    }
}

impl fmt::Display for S3Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        match (self.code.as_str(), self.message.as_str()) {
            ("", _) => f.write_str(", and the answer is not S3's"),
            (code, "") => write!(f, ", {code}"),
            (code, message) => write!(f, ", {code}: {message}"),
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
                let shown = text.chars().filter(|c| !c.is_control());
                return Some(shown.take(MOST_SHOWN).collect());
            }
            _ => inside = false,
        }
    }
}

const MOST_SHOWN: usize = 160;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_and_the_words_of_s3_are_shown() {
        let body = b"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
        let fault = S3Fault::new(403, body);
        assert_eq!(fault.to_string(), "HTTP 403, AccessDenied: Access Denied");
        assert!(!fault.is_passing());
        assert!(S3Fault::new(503, b"").is_passing());
    }

    #[test]
    fn an_answer_of_something_else_is_said_to_be_one() {
        for body in [
            &b"<html><body>Log in</body></html>"[..],
            b"",
            b"\xff\x00<",
            b"{}",
        ] {
            let said = S3Fault::new(200, body).to_string();
            assert_eq!(said, "HTTP 200, and the answer is not S3's");
        }
        let long = format!("<Error><Code>{}</Code></Error>", "x".repeat(5000));
        assert!(S3Fault::new(400, long.as_bytes()).to_string().len() < 200);
    }
}
