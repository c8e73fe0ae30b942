//! Why there are no credentials, in one line for people. It names places, profiles, files and variables, never what is
//! in them: no variant can hold a text that came out of a credentials file or a process, and of a reply only a code that has the
//! form of one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::reason::Reason;
use super::search::process::ProcessFailure;
use sts_model::FaultCode;

/// Why no credentials could be had. Every one of them ends the run with the exit code of the credentials family.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Every place was searched and none of them is configured.
    #[error("no credentials found; {}; searched {}", options.next_steps(), listed(searched))]
    NotFound {
        /// Those that the caller has.
        options: CallerWords,
        /// The places in the order of the search, and what was met there.
        searched: Vec<Searched>,
    },
    /// `--profile` or `AWS_PROFILE` is there but empty.
    #[error("the name of the profile is empty: {0} has to name one, or not to be given")]
    ProfileNameEmpty(&'static str),
    /// No such profile.
    #[error(
        "profile `{}` does not exist{}{}",
        shown(profile),
        referrer(referred_by),
        overlooked.as_ref().map(Overlooked::to_string).unwrap_or_default()
    )]
    ProfileMissing {
        /// The profile that was looked for.
        profile: String,
        /// The profile whose `source_profile` names it; `None` when the caller asked for it.
        referred_by: Option<String>,
        /// A section that may have been meant.
        overlooked: Option<Overlooked>,
    },
    /// The profile was asked for by name and says nothing about credentials.
    #[error(
        "profile `{}` holds no credentials and no way to get them",
        shown(profile)
    )]
    ProfileEmpty {
        /// The profile.
        profile: String,
    },
    /// `source_profile` comes back to where it has been.
    #[error(
        "the source_profile of these profiles goes in a circle: {}",
        circle(profiles)
    )]
    ProfileCycle {
        /// The profiles in the order of the walk; the last one stands in the list already.
        profiles: Vec<String>,
    },
    /// The profile contradicts itself, or lacks a part.
    #[error("profile `{}`: {fault}", shown(profile))]
    ProfileInvalid {
        /// The profile.
        profile: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// The profile asks for what this program does not do, and `aws` does.
    #[error(
        "profile `{}`: {fault}; put its credentials into variables, `eval \"$(aws configure export-credentials --profile {} --format env)\"`, and leave {} and AWS_PROFILE out",
        shown(profile),
        shell_word(selected),
        options.profile()
    )]
    ProfileElsewhere {
        /// The profile.
        profile: String,
        /// The profile that was asked for, which may take its credentials from the other.
        selected: String,
        /// What it asks for.
        fault: &'static str,
        /// Those that the caller has.
        options: CallerWords,
    },
    /// A file that a variable or a setting names cannot be used.
    #[error("{named_by}: {path}: {fault}{}", unexpanded(path), path = path.display())]
    NamedFile {
        /// The variable or setting.
        named_by: String,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: FileFault,
    },
    /// The shared configuration or credentials file cannot be used.
    #[error("{path}: {fault}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: FileFault,
    },
    /// Half of a pair of keys.
    #[error("{source_name}: {missing} is missing{note}")]
    Incomplete {
        /// Where the other half was found.
        source_name: String,
        /// The name of the missing half.
        missing: &'static str,
        /// Where it may have gone, or nothing.
        note: &'static str,
    },
    /// A key, secret or token that no AWS service can have issued, or that must not be put into a header.
    #[error("{source_name}: {fault}")]
    Malformed {
        /// Where it was found.
        source_name: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A setting beside the keys, such as a proxy or a URL, with a value that is of no use.
    #[error("{source_name}: {fault}")]
    Setting {
        /// Where it was found.
        source_name: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// They were good once.
    #[error("the credentials of {source_name} expired {}", at_moment(*at))]
    Expired {
        /// Where they were found.
        source_name: String,
        /// When they ended.
        at: SystemTime,
    },
    /// The `credential_process` of a profile gave nothing usable.
    #[error(
        "the credential_process of profile `{}` {failure}{}",
        shown(profile),
        by_hand(profile, failure)
    )]
    Process {
        /// The profile.
        profile: String,
        /// What became of the process.
        failure: ProcessFailure,
    },
    /// The profile signs in through IAM Identity Center, and its session is of no use.
    #[error(
        "the SSO session of profile `{}` {fault}; sign in with `aws sso login --profile {}`",
        shown(profile),
        shell_word(profile)
    )]
    SsoSession {
        /// The profile that is bound to the session.
        profile: String,
        /// What is wrong with the session.
        fault: SsoFault,
    },
    /// STS was asked for the credentials of a role and refused.
    #[error("{source_name}: STS refused the role{}", refusal(code.as_ref(), *status))]
    RoleRefused {
        /// Where the role is configured.
        source_name: String,
        /// The code of the refusal; `None` where it looks like none of AWS's, or repeats what was sent.
        code: Option<FaultCode>,
        /// The HTTP status, if it is known.
        status: Option<u16>,
    },
    /// The place is configured, and what it points to failed or did not answer.
    #[error(
        "{source_name} is configured but failed to give credentials{}",
        because(reason)
    )]
    Unavailable {
        /// The place.
        source_name: String,
        /// What became of the last request, if there was one.
        reason: Option<Reason>,
    },
    /// The place is configured, and what it points to took too long.
    #[error(
        "{source_name} gave no credentials within {}{}",
        humantime::format_duration(*limit),
        because(reason)
    )]
    TimedOut {
        /// The place.
        source_name: String,
        /// How long was waited.
        limit: Duration,
        /// What became of the last request, if one has ended.
        reason: Option<Reason>,
    },
}

/// The options by which somebody says as whom, and from where, something is done: messages name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CallerWords {
    /// Those of a run.
    #[default]
    Run,
    /// Those of a store.
    Store,
}

impl CallerWords {
    /// The one that names a profile.
    pub fn profile(self) -> &'static str {
        match self {
            Self::Run => "--profile",
            Self::Store => "--store-profile",
        }
    }

    /// The one that names a Region.
    pub fn region(self) -> &'static str {
        match self {
            Self::Run => "--region",
            Self::Store => "--store-region",
        }
    }

    /// What a person can do who has no credentials. Nothing simulates a bucket.
    fn next_steps(self) -> &'static str {
        match self {
            Self::Run => {
                "log in with `aws sso login` or `aws configure`, name a profile with --profile, or try \
                 `stsbench run --simulate`, which needs no account"
            }
            Self::Store => {
                "log in with `aws sso login` or `aws configure`, or name a profile with --store-profile"
            }
        }
    }
}

/// What is wrong with a session of IAM Identity Center.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SsoFault {
    /// There is no signed-in session on this machine.
    #[error("does not exist")]
    Missing,
    /// What `aws sso login` has left cannot be read.
    #[error("is not readable: {0}")]
    NotReadable(&'static str),
    /// It was good once, and cannot be renewed.
    #[error("ended {}", at_moment(*.0))]
    Ended(SystemTime),
    /// It was good once, and so was what it is renewed with.
    #[error("ended {}, and what renews it (its registration) has ended too", at_moment(*.0))]
    RegistrationEnded(SystemTime),
    /// It was not renewed.
    #[error("has ended and could not be renewed{}", because(.0))]
    NotRenewed(Option<Reason>),
    /// The portal does not know it.
    #[error("is refused by the portal")]
    Refused,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// It is there and cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(std::io::ErrorKind),
    /// It is needed and not there.
    #[error("does not exist")]
    Missing,
    /// A directory, a pipe or a device.
    #[error("is not a regular file")]
    NotRegular,
    /// It is larger than any file of its kind.
    #[error("is larger than {0} bytes")]
    TooLarge(u64),
    /// It is not text.
    #[error("is not UTF-8 text")]
    NotText,
    /// No certificate of an authority can be read from it.
    #[error("holds no certificate of an authority that can be used")]
    NoAuthority,
    /// It does not follow the format of AWS's shared files.
    #[error("line {0} {1}")]
    Malformed(usize, LineFault),
}

/// What is wrong with a line of AWS's shared files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// The file begins with an invisible character that some editors write.
    #[error("begins with a byte order mark; save the file without it")]
    ByteOrderMark,
    /// A setting that belongs to nothing.
    #[error("stands before any [section]")]
    BeforeAnySection,
    /// The heading of a section that does not end.
    #[error("begins with `[` and has no `]` after a name: a heading is [section]")]
    OpenHeading,
    /// Words.
    #[error("is neither a [section] nor a `name = value`")]
    NoSeparator,
    /// A value of nothing.
    #[error("has no name before its `=`")]
    NoName,
    /// A setting that is nested in another, and is none.
    #[error("is indented below a setting without a value, and is not `name = value`")]
    Nested,
}

/// A place where credentials may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialPlace {
    /// `AWS_ACCESS_KEY_ID` and its companions.
    Environment,
    /// A profile of the shared configuration and credentials files.
    Profile,
    /// `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`.
    WebIdentity,
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`.
    Container,
    /// The metadata service of an EC2 instance.
    InstanceMetadata,
}

impl fmt::Display for CredentialPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CredentialPlace::Environment => "environment variables",
            CredentialPlace::Profile => "shared config and credentials files",
            CredentialPlace::WebIdentity => "web identity token file",
            CredentialPlace::Container => "container credentials",
            CredentialPlace::InstanceMetadata => "instance metadata",
        })
    }
}

/// A place that was searched in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// The place.
    pub place: CredentialPlace,
    /// What was met there, for people.
    pub met: String,
}

/// A name as the user wrote it, fit for one line: control characters escaped, at most 64 characters.
pub(super) fn shown(name: &str) -> String {
    let mut text: String = name.chars().take(64).flat_map(char::escape_debug).collect();
    if name.chars().count() > 64 {
        text.push('…');
    }
    text
}

/// A text as a word that a shell takes for it. Control characters are shown, and so are of no use there.
pub(crate) fn shell_word(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./@+:,%".contains(c);
    if !name.is_empty() && name.chars().all(is_plain) {
        return name.to_owned();
    }
    let letters = name.chars().flat_map(|c| {
        let is_control = c.is_control();
        let as_is = (!is_control).then_some(c).into_iter();
        as_is.chain(c.escape_default().filter(move |_| is_control))
    });
    format!("'{}'", letters.collect::<String>().replace('\'', "'\\''"))
}

/// What a path with a `~` needs that is taken as it stands.
fn unexpanded(path: &Path) -> &'static str {
    if path.starts_with("~") {
        "; `~` is not expanded there, as by the AWS CLI: write the path in full"
    } else {
        ""
    }
}

/// A section that may have been meant for a profile, and is not read as it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlooked {
    /// The file.
    pub path: PathBuf,
    /// The line of its heading.
    pub line: usize,
    /// How the heading has to be written.
    pub right: &'static str,
}

impl fmt::Display for Overlooked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, right } = self;
        let path = path.display();
        write!(
            f,
            "; the section in line {line} of {path} is not read as that profile: write {right}"
        )
    }
}

fn listed(searched: &[Searched]) -> String {
    let places: Vec<String> = searched
        .iter()
        .map(|it| format!("{} ({})", it.place, it.met))
        .collect();
    places.join(", ")
}

fn circle(profiles: &[String]) -> String {
    let names: Vec<String> = profiles.iter().map(|name| shown(name)).collect();
    names.join(" -> ")
}

fn referrer(referred_by: &Option<String>) -> String {
    referred_by
        .as_ref()
        .map(|name| format!("; profile `{}` names it as its source_profile", shown(name)))
        .unwrap_or_default()
}

fn because(reason: &Option<Reason>) -> String {
    reason
        .as_ref()
        .map(|reason| format!(": {reason}"))
        .unwrap_or_default()
}

fn refusal(code: Option<&FaultCode>, status: Option<u16>) -> String {
    match (code, status) {
        (Some(code), _) => format!(" with {}", code.as_str()),
        (None, Some(status)) => format!(" (HTTP {status})"),
        (None, None) => String::new(),
    }
}

/// How to see what the process itself says, which is shown on a terminal and nowhere else.
fn by_hand(profile: &str, failure: &ProcessFailure) -> String {
    match failure {
        ProcessFailure::Failed(..) | ProcessFailure::NotRun(..) => format!(
            "; to see what it says, run it by hand, or `aws configure export-credentials --profile {}`",
            shell_word(profile)
        ),
        _ => String::new(),
    }
}

/// A moment of a stranger's file. What RFC 3339 and four digits of a year do not reach is said without digits.
fn at_moment(at: SystemTime) -> String {
    let since_1970 = at.duration_since(SystemTime::UNIX_EPOCH);
    match since_1970.map(|span| span.as_secs()) {
        Ok(seconds) if seconds <= END_OF_9999 => {
            format!("at {}", humantime::format_rfc3339_seconds(at))
        }
        Ok(_) => "after the year 9999".to_owned(),
        Err(_) => "before 1970".to_owned(),
    }
}

/// The last second of 9999, since 1970.
const END_OF_9999: u64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_moment_of_a_file_can_be_said() {
        let epoch = SystemTime::UNIX_EPOCH;
        let seconds = Duration::from_secs;
        for (at, said) in [
            (epoch, "at 1970-01-01T00:00:00Z"),
            (epoch + seconds(END_OF_9999), "at 9999-12-31T23:59:59Z"),
            (epoch + seconds(END_OF_9999 + 1), "after the year 9999"),
            (epoch - seconds(1), "before 1970"),
        ] {
            assert_eq!(at_moment(at), said);
        }
    }

    #[test]
    fn a_name_with_control_characters_stays_on_one_line() {
        let error = CredentialsError::ProfileMissing {
            profile: "a\n\x1b[31mb".to_owned(),
            referred_by: None,
            overlooked: None,
        };
        let text = error.to_string();
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }

    #[test]
    fn bad_084_the_circle_of_profiles_is_shown() {
        let profiles = ["a", "b", "a"].map(str::to_owned).to_vec();
        assert!(
            CredentialsError::ProfileCycle { profiles }
                .to_string()
                .ends_with("a -> b -> a")
        );
    }

    #[test]
    fn a_command_can_be_copied_whatever_the_profile_is_called() {
        for (name, word) in [
            ("dev", "dev"),
            ("Corp/admin@1", "Corp/admin@1"),
            ("größe", "größe"),
            ("my prod", "'my prod'"),
            ("it's $HOME;x", r"'it'\''s $HOME;x'"),
            ("a\"`b`", "'a\"`b`'"),
            ("a\nb", r"'a\nb'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(name), word);
        }
        let error = CredentialsError::SsoSession {
            profile: "my prod".to_owned(),
            fault: SsoFault::Missing,
        };
        assert!(
            error
                .to_string()
                .ends_with("`aws sso login --profile 'my prod'`"),
            "{error}"
        );
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(shown(&"x".repeat(1000)).chars().count(), 65);
    }
}
