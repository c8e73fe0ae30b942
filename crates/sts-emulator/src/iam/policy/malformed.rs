//! What is wrong with a policy.

/// What is wrong with a policy: in IAM's words, and where those do not tell, what it is.
///
/// The words are those of IAM's answers to CreatePolicy, CreateRole and PutUserPolicy in public reports and in the tests of
/// moto; that STS has the same for session policies is not known of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The message of a MalformedPolicyDocument.
    pub words: String,
    /// For who wrote the policy.
    detail: Option<String>,
}

impl Malformed {
    /// What needs no further word.
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            detail: None,
        }
    }

    /// The document has no policy's form.
    pub(super) fn syntax(detail: impl Into<String>) -> Self {
        Self {
            words: "Syntax errors in policy.".to_owned(),
            detail: Some(detail.into()),
        }
    }

    /// The document has a policy's form, but not its content.
    pub(super) fn legacy(detail: impl Into<String>) -> Self {
        Self {
            words: "The policy failed legacy parsing".to_owned(),
            detail: Some(detail.into()),
        }
    }

    /// The words and what they do not tell.
    pub(crate) fn explained(&self) -> String {
        match &self.detail {
            None => self.words.clone(),
            Some(detail) => format!("{}: {detail}", self.words.trim_end_matches('.')),
        }
    }
}
