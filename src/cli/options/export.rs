//! `--export FORMAT=PATH`, as typed.

use std::path::PathBuf;

use crate::report::Format;

/// One `--export` as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Export {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

/// Reads `FORMAT=PATH`.
pub(crate) fn export(text: &str) -> Result<Export, String> {
    let (format, path) = text
        .split_once('=')
        .ok_or("give FORMAT=PATH, such as junit=stsbench.xml")?;
    let format = super::values::format(format.trim())?;
    match path.trim() {
        "" => Err(format!("{format} has no path")),
        "-" => Err(format!("stdout is for --format {format}")),
        path => Ok(Export {
            format,
            path: PathBuf::from(path),
        }),
    }
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
