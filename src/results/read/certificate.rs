//! Reading a certificate that may come from another machine.

use std::io;
use std::path::Path;

use crate::results::error::ResultsError;
use crate::results::model::certificate::Certificate;
use crate::results::store::certificate::CERTIFICATE_FILE;
use crate::results::store::directory::{Directory, read_path};

use super::parse::parse;
use super::validate::check_certificate;

/// Most bytes of a certificate's file; one that the self-test writes has about four thousand.
const MAX_BYTES: u64 = 256 * 1024;

impl Certificate {
    /// The one that the directory at `path` holds, if any.
    ///
    /// # Errors
    /// [`ResultsError`] when there is one that cannot be read or believed.
    pub fn stored(path: &Path) -> Result<Option<Self>, ResultsError> {
        let bytes = match Directory::open(path)
            .and_then(|directory| directory.read(CERTIFICATE_FILE, MAX_BYTES))
        {
            Ok(bytes) => bytes,
            Err(ResultsError::Io { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        Self::from_json(&bytes, &path.join(CERTIFICATE_FILE)).map(Some)
    }

    /// The one in the file at `path`.
    ///
    /// # Errors
    /// [`ResultsError`] when it cannot be read or believed.
    pub fn read(path: &Path) -> Result<Self, ResultsError> {
        Self::from_json(&read_path(path, MAX_BYTES)?, path)
    }

    fn from_json(bytes: &[u8], path: &Path) -> Result<Self, ResultsError> {
        let certificate: Self = parse(bytes, path)?;
        check_certificate(&certificate).map_err(|reason| ResultsError::impossible(path, reason))?;
        Ok(certificate)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use crate::results::model::certificate::{Host, ItemVerdict};
    use crate::results::model::header::Tool;
    use crate::results::small_run;

    use super::*;

    #[test]
    fn what_is_stored_is_read_again_and_private() {
        let home = tempfile::tempdir().expect("a directory");
        let state = home.path().join("state/stsbench");
        assert_eq!(
            Certificate::stored(&state).expect("nothing is no error"),
            None
        );
        for verdict in ItemVerdict::ALL {
            let certificate = small_run::certificate(verdict);
            let file = Certificate::prepare(&state).expect("prepared");
            certificate.write(&file).expect("stored");
            assert_eq!(
                Certificate::stored(&state).expect("read"),
                Some(certificate)
            );
        }
        let mode = fs::metadata(state.join(CERTIFICATE_FILE))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(
            fs::read_dir(&state).expect("there").count(),
            1,
            "no temporary file stays"
        );
    }

    #[test]
    fn a_file_that_the_user_names_may_have_any_name() {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("Certificate of Mine.JSON");
        let certificate = small_run::certificate(ItemVerdict::Warn);
        certificate.write(&path).expect("written");
        assert_eq!(Certificate::read(&path).expect("read"), certificate);
        Certificate::prove_writable(&path).expect("again");
        symlink(&path, home.path().join("link")).expect("linked");
        for (name, words) in [
            ("missing/file", "No such file"),
            ("", "not a regular file"),
            ("link", "symbolic link"),
        ] {
            let path = home.path().join(name);
            let refusals = [Certificate::prove_writable(&path), certificate.write(&path)];
            for refusal in refusals.map(|refusal| refusal.expect_err(name).to_string()) {
                assert!(refusal.contains(words), "{refusal}");
            }
        }
        assert_eq!(
            fs::read_dir(home.path()).expect("there").count(),
            2,
            "nothing else is left"
        );
    }

    #[test]
    fn only_the_same_tool_on_the_same_host_is_certified() {
        let certificate = small_run::certificate(ItemVerdict::Pass);
        let (tool, host) = (certificate.tool.clone(), certificate.host.clone());
        assert!(certificate.holds_for(&tool, &host));
        assert!(!certificate.holds_for(
            &Tool {
                version: "0.0.9".to_owned(),
                ..tool.clone()
            },
            &host
        ));
        for other in [
            Host {
                name: "other".to_owned(),
                ..host.clone()
            },
            Host {
                kernel: "Linux 9".to_owned(),
                ..host.clone()
            },
            Host {
                cpu: "abacus".to_owned(),
                ..host.clone()
            },
            Host {
                cores: 1000,
                ..host.clone()
            },
        ] {
            assert!(!certificate.holds_for(&tool, &other), "{other:?}");
        }
    }

    #[test]
    fn a_run_does_not_name_its_host_by_its_certificate() {
        let certificate = small_run::certificate(ItemVerdict::Pass);
        let within = certificate.clone().within_run();
        assert!(within.host.name.is_empty() && check_certificate(&within).is_ok());
        assert_eq!(
            (within.items, within.host.cpu),
            (certificate.items, certificate.host.cpu)
        );
    }

    #[test]
    fn the_gravest_item_is_the_certificate_s_verdict() {
        for verdict in ItemVerdict::ALL {
            assert_eq!(small_run::certificate(verdict).verdict(), verdict);
        }
    }

    #[test]
    fn a_file_that_cannot_be_believed_is_one_line_with_its_path() {
        let home = tempfile::tempdir().expect("a directory");
        let whole = small_run::certificate(ItemVerdict::Pass).to_json();
        let text = String::from_utf8(whole.clone()).expect("JSON is text");
        let spoilt = |from: &str, to: &str| {
            assert!(text.contains(from), "{from} is not in {text}");
            text.replacen(from, to, 1).into_bytes()
        };
        let long = "x".repeat(2000);
        for (bytes, words) in [
            (Vec::new(), "is empty"),
            (whole[..whole.len() / 2].to_vec(), "cut off"),
            (
                b"{\"tool\":{\"name\":\"wrk\"}}".to_vec(),
                "not written by stsbench",
            ),
            (b"\xff\xfe".to_vec(), "not JSON"),
            (vec![b' '; 300 * 1024], "larger than"),
            ("[".repeat(5000).into_bytes(), "nesting"),
            (
                spoilt("\"schema_version\": 1", "\"schema_version\": 99"),
                "schema version 99",
            ),
            (spoilt("\"pass\"", "\"perfect\""), "perfect"),
            (spoilt("2026-11-22T12:00:00Z", "yesterday"), "yesterday"),
            (spoilt("Linux 6.18", &long), "long"),
            (spoilt("Linux 6.18", "\\u001b[31m"), "control"),
        ] {
            let path = home.path().join(CERTIFICATE_FILE);
            fs::write(&path, bytes).expect("written");
            let error = Certificate::stored(home.path())
                .expect_err(words)
                .to_string();
            assert!(
                error.contains(words) && error.contains(CERTIFICATE_FILE),
                "{words}: {error}"
            );
            assert!(
                error.len() < 600 && !error.contains(char::is_control),
                "{error}"
            );
        }
    }

    #[test]
    fn a_link_or_a_pipe_in_its_place_is_refused() {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join(CERTIFICATE_FILE);
        symlink("/dev/zero", &path).expect("linked");
        assert!(matches!(
            Certificate::stored(home.path()),
            Err(ResultsError::Symlink { .. })
        ));
        fs::remove_file(&path).expect("removed");
        fs::create_dir(&path).expect("made");
        assert!(matches!(
            Certificate::stored(home.path()),
            Err(ResultsError::NotAFile { .. })
        ));
    }
}
