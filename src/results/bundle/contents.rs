//! The names of the files of a bundle.

/// Lists the others.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The rows of the requests, where they are.
pub(crate) const BUNDLE_SAMPLES: &str = "samples.csv";
/// The directory of the pictures.
const CHARTS: &str = "charts/";
const README: &str = "README.txt";
/// The files at the top of a bundle.
const AT_THE_TOP: [&str; 9] = [
    README,
    "comparison.csv",
    MANIFEST,
    "report.html",
    "report.md",
    "run.json",
    BUNDLE_SAMPLES,
    "summary.csv",
    "summary.json",
];

/// Whether a file beside a run can have that name: 1 to 128 of a-z, 0-9, dot and hyphen, no dot first, at the top or in
/// `charts`. Nothing of such a name lies elsewhere, and none has two names.
pub(crate) fn is_file_name(name: &str) -> bool {
    let plain = name.strip_prefix(CHARTS).unwrap_or(name);
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    let is_plain =
        (1..=128).contains(&plain.len()) && !plain.starts_with('.') && plain.bytes().all(allowed);
    is_plain || name == README
}

/// Whether a bundle can have a file of that name: one of those that are written, or a picture.
pub(super) fn is_of_bundle(name: &str) -> bool {
    let is_picture = name.starts_with(CHARTS) && name.ends_with(".png") && is_file_name(name);
    is_picture || AT_THE_TOP.contains(&name)
}

/// Whether the entry is the directory of the pictures, which some programs list.
pub(crate) fn is_directory(name: &str) -> bool {
    name == CHARTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lie_within_the_bundle_and_are_written_in_one_way() {
        for name in [
            "run.json",
            "README.txt",
            "charts/endpoints-light.png",
            "a..b",
        ] {
            assert!(is_file_name(name), "{name}");
        }
        for name in [
            "",
            ".",
            "..",
            "../run.json",
            "charts/../../x",
            "charts/",
            "charts/.x",
            "/etc/passwd",
            "c:\\x",
            "charts\\x",
            "charts//x",
            "other/x",
            "RUN.JSON",
            "run.json\0",
            "run .json",
            "ｒun.json",
        ] {
            assert!(!is_file_name(name), "{name:?}");
        }
    }

    #[test]
    fn a_bundle_has_the_files_that_are_written_and_pictures() {
        for name in AT_THE_TOP.into_iter().chain(["charts/endpoints-light.png"]) {
            assert!(is_of_bundle(name), "{name}");
        }
        let others = [
            "install.sh",
            "index.html",
            "charts/run.json",
            "charts/x.svg",
            "a..b",
        ];
        for name in others.into_iter().chain(["charts/../x.png", "other/x.png"]) {
            assert!(!is_of_bundle(name), "{name}");
        }
    }
}
