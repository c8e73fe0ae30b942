//! Where a store is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::error::StoreError;

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreUri {
    /// A directory, also one that several machines mount.
    Directory(PathBuf),
    /// A bucket of S3, or of a server that speaks its protocol.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// What the names of all objects begin with: empty, or ending in `/`.
        prefix: String,
    },
}

impl StoreUri {
    /// Whether `text` is meant to be the address of a bucket.
    pub fn is_s3(text: &str) -> bool {
        text.get(..SCHEME.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
    }
}

impl FromStr for StoreUri {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let refused = |reason| StoreError::Uri {
            text: text.chars().take(MOST_SHOWN).collect(),
            reason,
        };
        if text.is_empty() {
            return Err(refused("it is empty"));
        }
        if text.chars().any(char::is_control) {
            return Err(refused("it holds a control character"));
        }
        if text.trim().is_empty() {
            return Err(refused("it is blank"));
        }
        let is_slip = text
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("s3:"));
        if is_slip && !Self::is_s3(text) {
            return Err(refused(
                "a bucket is s3://BUCKET, and a directory of that name ./s3:…",
            ));
        }
        if !Self::is_s3(text) {
            return match text.split_once("://") {
                Some(_) => Err(refused("its scheme is not s3")),
                None => Ok(Self::Directory(text.into())),
            };
        }
        let rest = &text[SCHEME.len()..];
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let allowed =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
        let is_edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
        let is_bucket = (3..=63).contains(&bucket.len())
            && bucket.bytes().all(allowed)
            && is_edge(bucket.bytes().next())
            && is_edge(bucket.bytes().last())
            && !bucket.contains("..");
        if !is_bucket {
            return Err(refused(
                "the bucket's name is not 3 to 63 lower-case letters, digits, dots and hyphens",
            ));
        }
        let prefix = prefix.trim_end_matches('/');
        let is_part = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['?', '#']);
        if !prefix.is_empty() && !prefix.split('/').all(is_part) {
            return Err(refused(
                "its prefix has an empty part, `.`, `..`, `?` or `#`",
            ));
        }
        if prefix.len() > MOST_PREFIX_BYTES {
            return Err(refused("its prefix is longer than 256 bytes"));
        }
        let prefix = match prefix {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        Ok(Self::S3 {
            bucket: bucket.to_owned(),
            prefix,
        })
    }
}

impl fmt::Display for StoreUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => write!(f, "{}", path.display()),
            Self::S3 { bucket, prefix } => {
                let whole = format!("{SCHEME}{bucket}/{prefix}");
                f.write_str(whole.trim_end_matches('/'))
            }
        }
    }
}

const SCHEME: &str = "s3://";
const MOST_SHOWN: usize = 80;
/// An S3 key has at most 1,024 bytes, and the layout needs some.
const MOST_PREFIX_BYTES: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_a_directory_or_a_bucket_with_or_without_a_prefix() {
        let of = |text: &str| text.parse::<StoreUri>().expect("a store");
        assert_eq!(of("runs/all"), StoreUri::Directory("runs/all".into()));
        let s3 = |bucket: &str, prefix: &str| StoreUri::S3 {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        };
        assert_eq!(of("s3://bench"), s3("bench", ""));
        assert_eq!(of("S3://bench/"), s3("bench", ""));
        assert_eq!(of("s3://bench/a/b/"), s3("bench", "a/b/"));
        assert_eq!(of("s3://bench/a/b/").to_string(), "s3://bench/a/b");
        assert_eq!(of("s3://bench").to_string(), "s3://bench");
    }

    #[test]
    fn what_is_no_store_is_refused_with_the_rule() {
        for (text, rule) in [
            ("", "is empty"),
            ("   ", "is blank"),
            ("s3:bench", "a bucket is s3://BUCKET"),
            ("S3:/bench", "a bucket is s3://BUCKET"),
            ("https://bench.s3.amazonaws.com/x", "scheme is not s3"),
            ("gs://bench", "scheme is not s3"),
            ("s3://", "bucket's name"),
            ("s3:///prefix", "bucket's name"),
            ("s3://Bench", "bucket's name"),
            ("s3://be..nch", "bucket's name"),
            ("s3://-bench", "bucket's name"),
            ("s3://user:secret@bench", "bucket's name"),
            ("s3://bench//x", "prefix has"),
            ("s3://bench/../x", "prefix has"),
            ("s3://bench/x?y=1", "prefix has"),
            ("a\nb", "control character"),
        ] {
            let error = text.parse::<StoreUri>().expect_err(text).to_string();
            assert!(error.contains(rule), "{error}");
            assert!(error.contains("s3://BUCKET"), "{error}");
        }
    }
}
