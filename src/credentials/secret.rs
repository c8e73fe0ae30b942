//! A text that must not be seen.

use zeroize::Zeroizing;

/// A text that must not be seen: it can be neither printed, compared, copied nor serialised, and is overwritten when
/// dropped.
///
/// ```compile_fail
/// let secret = stsbench::credentials::Secret::new("x".to_owned());
/// println!("{secret:?}");
/// ```
/// ```compile_fail
/// let secret = stsbench::credentials::Secret::new("x".to_owned());
/// println!("{secret}");
/// ```
/// ```compile_fail
/// let secret = stsbench::credentials::Secret::new("x".to_owned());
/// let copy = secret.clone();
/// ```
/// ```compile_fail
/// let secret = stsbench::credentials::Secret::new("x".to_owned());
/// serde_json::to_string(&secret);
/// ```
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text; the caller's own copies are the caller's to wipe.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself. Every call is a place to review.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
