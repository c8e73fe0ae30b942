//! `--export FORMAT=PATH`, as typed.

use std::path::PathBuf;

use super::values::{format, format_and_path};
use crate::report::Format;

/// One `--export` as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Export {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

/// Reads `FORMAT=PATH`.
pub(crate) fn export(text: &str) -> Result<Export, String> {
    let (format, path) = format_and_path(text, format)?;
    Ok(Export { format, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_and_a_path_are_one_argument() {
        let read = export("junit=a=b.xml").expect("read");
        assert_eq!(
            &read,
            &Export {
                format: Format::Junit,
                path: "a=b.xml".into()
            }
        );
        assert_eq!(export(" junit = a=b.xml "), Ok(read));
        for (text, words) in [
            ("junit", "FORMAT=PATH"),
            ("junit=", "no path"),
            ("otava=-", "--format otava"),
            ("xml=a", "allowed: terminal, markdown"),
        ] {
            let error = export(text).expect_err("refused");
            assert!(error.contains(words), "{error}");
        }
    }
}
