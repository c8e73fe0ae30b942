//! What the self-test found about the instrument on one host, and the file in which it is kept between runs.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::directory::{prove_replaceable, read_path, replace_path};
use super::read::{check_text, impossible, parse, require};
use super::{Directory, Overwrite, ResultsError, Tool};

/// How exact the instrument is on one host, measured there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// [`super::SCHEMA_VERSION`] of the writer.
    pub schema_version: u32,
    /// What was tested.
    pub tool: Tool,
    /// Where.
    pub host: Host,
    /// When the test began, RFC 3339 in UTC.
    pub measured_at: String,
    /// How the simulated fleet's distance was made, as in [`super::Simulation::link`].
    pub link: String,
    /// What was found, in the order of the test.
    pub items: Vec<Item>,
}

/// What has to be the same for a certificate to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its name; empty within a run, where the vantage says what its user wants to be known.
    pub name: String,
    /// System and release, such as `Linux 6.18.0`.
    pub kernel: String,
    /// The processor's model as the system names it; empty where it names none.
    pub cpu: String,
    /// Logical processors that the program may use.
    pub cores: u32,
}

/// One thing that was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Of words with hyphens, such as `stamp-error`.
    pub name: String,
    /// What it is worth.
    pub verdict: Verdict,
    /// What was measured.
    pub subject: Subject,
    /// Times, ns, by name, such as `p99`. Differences can be negative.
    #[serde(default)]
    pub times_ns: BTreeMap<String, i64>,
    /// Counts and shares by name, such as `achieved_ratio`.
    #[serde(default)]
    pub numbers: BTreeMap<String, f64>,
    /// What it takes to pass, in words.
    pub threshold: String,
    /// What was found, in words.
    pub text: String,
}

/// What a finding is worth. The later is the graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As exact as promised.
    Pass,
    /// Less exact than promised, and usable with that in mind.
    Warn,
    /// Numbers of this kind must not be used.
    Fail,
}

/// What an item measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The host alone.
    #[default]
    Host,
    /// Calls to the simulated fleet on this host.
    Simulation,
}

impl Verdict {
    /// Every verdict, the gravest last.
    pub const ALL: [Self; 3] = [Self::Pass, Self::Warn, Self::Fail];

    /// As in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Certificate {
    /// The gravest verdict of its items.
    pub fn verdict(&self) -> Verdict {
        self.items
            .iter()
            .map(|item| item.verdict)
            .max()
            .unwrap_or(Verdict::Pass)
    }

    /// The items of that verdict.
    pub fn items_of(&self, verdict: Verdict) -> impl Iterator<Item = &Item> {
        self.items
            .iter()
            .filter(move |item| item.verdict == verdict)
    }

    /// The item of that name.
    pub fn item(&self, name: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.name == name)
    }

    /// Whether it speaks of `tool` on `host`.
    pub fn holds_for(&self, tool: &Tool, host: &Host) -> bool {
        self.tool == *tool && self.host == *host
    }

    /// As it goes into a run, which people publish: without the host's name.
    #[must_use]
    pub fn within_run(self) -> Self {
        Self {
            host: Host {
                name: String::new(),
                ..self.host
            },
            ..self
        }
    }

    /// The certificate as the bytes of its file: indented JSON.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a certificate has only text keys");
        bytes.push(b'\n');
        bytes
    }

    /// Makes the directory at `path` ready for a certificate (private, if it has to be made) and gives the file's path.
    ///
    /// # Errors
    /// [`ResultsError`] when directory or file cannot be written, and when either is a symbolic link.
    pub fn prepare(path: &Path) -> Result<PathBuf, ResultsError> {
        Directory::prepare(path, Overwrite::Force)?;
        let file = path.join(CERTIFICATE_FILE);
        prove_replaceable(&file).map(|()| file)
    }

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

    /// Puts it into the file at `path`, whole or not at all, private, in place of any file that was there.
    ///
    /// # Errors
    /// [`ResultsError`] when the file cannot be written or its place is taken by something else.
    pub fn write(&self, path: &Path) -> Result<(), ResultsError> {
        replace_path(path, &self.to_json())
    }

    /// Proves, by writing, that the file at `path` could be written.
    ///
    /// # Errors
    /// What [`Self::write`] would say.
    pub fn prove_writable(path: &Path) -> Result<(), ResultsError> {
        prove_replaceable(path)
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
        certificate
            .check()
            .map_err(|reason| impossible(path, reason))?;
        Ok(certificate)
    }

    /// Whether it can be shown: what is read may come from anybody.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(super) fn check(&self) -> Result<(), String> {
        check_text(&self.measured_at)?;
        let dated = OffsetDateTime::parse(&self.measured_at, &Rfc3339).is_ok();
        require(dated, || {
            format!(
                "a certificate of {:?}, which is no RFC 3339 date",
                self.measured_at
            )
        })?;
        require((1..=MAX_ITEMS).contains(&self.items.len()), || {
            format!("{} items", self.items.len())
        })?;
        let Host {
            name, kernel, cpu, ..
        } = &self.host;
        for text in [name, kernel, cpu, &self.tool.version, &self.link] {
            check_text(text)?;
        }
        for item in &self.items {
            let figures = item.times_ns.keys().chain(item.numbers.keys());
            for text in figures.chain([&item.name, &item.threshold, &item.text]) {
                check_text(text)?;
            }
            let many = item.times_ns.len() + item.numbers.len();
            require(many <= MAX_FIGURES, || {
                format!("{many} figures of one item")
            })?;
        }
        Ok(())
    }
}

/// The certificate's file in the state directory.
pub const CERTIFICATE_FILE: &str = "certificate.json";
/// Most bytes of such a file; one that the self-test writes has about four thousand.
const MAX_BYTES: u64 = 256 * 1024;
const MAX_ITEMS: usize = 32;
const MAX_FIGURES: usize = 32;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::super::fixture;
    use super::*;

    #[test]
    fn what_is_stored_is_read_again_and_private() {
        let home = tempfile::tempdir().expect("a directory");
        let state = home.path().join("state/stsbench");
        assert_eq!(
            Certificate::stored(&state).expect("nothing is no error"),
            None
        );
        for verdict in Verdict::ALL {
            let certificate = fixture::certificate(verdict);
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
        let certificate = fixture::certificate(Verdict::Warn);
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
        let certificate = fixture::certificate(Verdict::Pass);
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
        let certificate = fixture::certificate(Verdict::Pass);
        let within = certificate.clone().within_run();
        assert!(within.host.name.is_empty() && within.check().is_ok());
        assert_eq!(
            (within.items, within.host.cpu),
            (certificate.items, certificate.host.cpu)
        );
    }

    #[test]
    fn the_gravest_item_is_the_certificate_s_verdict() {
        for verdict in Verdict::ALL {
            assert_eq!(fixture::certificate(verdict).verdict(), verdict);
        }
    }

    #[test]
    fn a_file_that_cannot_be_believed_is_one_line_with_its_path() {
        let home = tempfile::tempdir().expect("a directory");
        let whole = fixture::certificate(Verdict::Pass).to_json();
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
