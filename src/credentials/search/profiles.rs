//! The profiles of the two shared files as the AWS CLI sees them: which sections are profiles, under which name, and
//! which of two values counts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::credentials::error::{CredentialsError, FileFault, Overlooked, shown};

use super::ini::{IniSection, IniSetting};
use super::{variables, words};

/// What stands in both files.
#[derive(Default)]
pub(super) struct Profiles {
    profiles: BTreeMap<String, Profile>,
    /// `[sso-session NAME]`
    sessions: BTreeMap<String, FileSection>,
    /// `[services NAME]`
    services: BTreeMap<String, FileSection>,
    /// Sections of the configuration that have other names: the name, the file and the line.
    ignored: Vec<(String, PathBuf, usize)>,
    /// Lines at which a section or a setting is given again.
    repeats: Vec<(PathBuf, usize)>,
    /// Files that are there and cannot be read, and why: they count as empty, as for the AWS CLI.
    unreadable: Vec<(PathBuf, std::io::ErrorKind)>,
}

/// Which of the two a file is: their section headings differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Config,
    Credentials,
}

impl Kind {
    pub(super) fn variable(self) -> &'static str {
        match self {
            Kind::Config => "AWS_CONFIG_FILE",
            Kind::Credentials => "AWS_SHARED_CREDENTIALS_FILE",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Config => "config",
            Kind::Credentials => "credentials",
        }
    }
}

/// A profile: what each file says about it.
#[derive(Default)]
pub(super) struct Profile {
    config: FileSection,
    credentials: FileSection,
}

/// A section of one file.
#[derive(Default)]
pub(super) struct FileSection {
    path: PathBuf,
    section: IniSection,
}

impl FileSection {
    /// A setting with one value; one that is empty counts as absent, and so does one with settings nested in it.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.stated(name).filter(|value| !value.is_empty())
    }

    /// The same, with a value that may be empty.
    pub(super) fn stated(&self, name: &str) -> Option<&str> {
        let value = &self.setting(name)?.value;
        (!value.starts_with('\n')).then_some(value)
    }

    fn setting(&self, name: &str) -> Option<&IniSetting> {
        self.section.settings.iter().find(|it| it.name == name)
    }

    /// Where a setting stands: `line 3 of /home/me/.aws/config`.
    pub(super) fn place(&self, name: &str) -> Option<String> {
        let line = self.setting(name)?.line;
        Some(format!("line {line} of {}", self.path.display()))
    }

    /// The settings nested in `name`.
    pub(super) fn nested(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let settings = self.section.settings.iter();
        settings
            .filter(move |it| it.name == name && it.value.starts_with('\n'))
            .flat_map(|it| it.value.split('\n'))
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.trim(), value.trim()))
    }

    /// Whether all of it could be read.
    fn whole(&self) -> Result<(), CredentialsError> {
        match self.section.fault {
            Some((line, fault)) => Err(CredentialsError::File {
                path: self.path.clone(),
                fault: FileFault::Malformed(line, fault),
            }),
            None => Ok(()),
        }
    }
}

impl Profile {
    /// What counts: the credentials file, and then the configuration.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.credentials.get(name).or_else(|| self.config.get(name))
    }

    /// Where what counts of a setting stands.
    pub(super) fn place(&self, name: &str) -> Option<String> {
        let part = match self.credentials.get(name) {
            Some(_) => &self.credentials,
            None => &self.config,
        };
        part.place(name)
    }

    /// What the credentials file says alone.
    pub(super) fn credentials(&self) -> &FileSection {
        &self.credentials
    }

    /// What the configuration says alone.
    pub(super) fn config(&self) -> &FileSection {
        &self.config
    }
}

impl Profiles {
    /// Adds the sections of a file.
    pub(super) fn add(&mut self, kind: Kind, path: &Path, sections: Vec<IniSection>) {
        for section in sections {
            let place = match kind {
                Kind::Credentials => Some(Place::Profile(section.name.clone())),
                Kind::Config => Place::of(&section.name),
            };
            let repeats = section.repeats.iter();
            self.repeats
                .extend(repeats.map(|at| (path.to_owned(), *at)));
            let line = section.line;
            let name = section.name.clone();
            let part = FileSection {
                path: path.to_owned(),
                section,
            };
            let replaced = match place {
                Some(Place::Profile(name)) => {
                    let profile = self.profiles.entry(name).or_default();
                    let known = match kind {
                        Kind::Config => &mut profile.config,
                        Kind::Credentials => &mut profile.credentials,
                    };
                    Some(std::mem::replace(known, part))
                }
                Some(Place::Session(name)) => self.sessions.insert(name, part),
                Some(Place::Services(name)) => self.services.insert(name, part),
                None => {
                    self.ignored.push((name, path.to_owned(), line));
                    None
                }
            };
            // The same name in another spelling, such as in quotes.
            if replaced.is_some_and(|it| it.path == path) {
                self.repeats.push((path.to_owned(), line));
            }
        }
    }

    /// Notes a file that is there and cannot be read.
    pub(super) fn note_unreadable(&mut self, path: PathBuf, why: std::io::ErrorKind) {
        self.unreadable.push((path, why));
    }

    /// The files that cannot be read, and why.
    pub(super) fn unreadable(&self) -> &[(PathBuf, std::io::ErrorKind)] {
        &self.unreadable
    }

    /// Where a section or a setting is given again, in the order of the lines.
    pub(super) fn repeats(&self) -> Vec<(PathBuf, usize)> {
        let mut repeats = self.repeats.clone();
        repeats.sort();
        repeats
    }

    /// The error of a profile that nobody has configured, or that a file may have which cannot be read.
    pub(super) fn missing(&self, name: &str, referred_by: Option<&String>) -> CredentialsError {
        match self.unreadable.first() {
            Some((path, why)) => CredentialsError::File {
                path: path.clone(),
                fault: FileFault::Unreadable(*why),
            },
            None => CredentialsError::ProfileMissing {
                profile: name.to_owned(),
                referred_by: referred_by.cloned(),
                overlooked: self.overlooked(name),
            },
        }
    }

    /// The names of the profiles.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    /// The profile, when there is one.
    ///
    /// # Errors
    /// It has a line that cannot be read.
    pub(super) fn profile(&self, name: &str) -> Result<Option<&Profile>, CredentialsError> {
        let Some(profile) = self.profiles.get(name) else {
            return Ok(None);
        };
        profile.config.whole()?;
        profile.credentials.whole()?;
        Ok(Some(profile))
    }

    /// The `[sso-session NAME]`, when there is one.
    pub(super) fn session(&self, name: &str) -> Result<Option<&FileSection>, CredentialsError> {
        let session = self.sessions.get(name);
        session.map_or(Ok(()), FileSection::whole)?;
        Ok(session)
    }

    /// The `[services NAME]`, when there is one.
    ///
    /// # Errors
    /// It has a line that cannot be read.
    pub(super) fn services(&self, name: &str) -> Result<Option<&FileSection>, CredentialsError> {
        let services = self.services.get(name);
        services.map_or(Ok(()), FileSection::whole)?;
        Ok(services)
    }

    /// A section that may have been meant for the profile `name` and is not read as it.
    pub(super) fn overlooked(&self, name: &str) -> Option<Overlooked> {
        let is_meant = |heading: &str| bare(heading) == bare(name);
        let ignored = self
            .ignored
            .iter()
            .map(|(heading, path, line)| (heading, path, *line, IN_CONFIG));
        // In the credentials file every section is a profile, called as it stands there.
        let others = self.profiles.iter().map(|(heading, profile)| {
            let FileSection { path, section } = &profile.credentials;
            (heading, path, section.line, IN_CREDENTIALS)
        });
        let others = others.filter(|(heading, _, line, _)| *line > 0 && *heading != name);
        let (_, path, line, right) = ignored.chain(others).find(|it| is_meant(it.0))?;
        Some(Overlooked {
            path: path.clone(),
            line,
            right,
        })
    }

    /// The first line that cannot be read of each section that has one.
    pub(super) fn unread(&self) -> impl Iterator<Item = (PathBuf, usize)> {
        let profiles = self.profiles.values();
        profiles
            .flat_map(|profile| [&profile.config, &profile.credentials])
            .chain(self.sessions.values())
            .chain(self.services.values())
            .filter_map(|part| Some((part.path.clone(), part.section.fault?.0)))
    }
}

/// How a heading has to be written in each file.
const IN_CONFIG: &str = "[profile NAME], in quotes if it holds blanks";
const IN_CREDENTIALS: &str = "[NAME], without `profile` and blanks around it";

/// A heading without what people put around the name of a profile.
fn bare(heading: &str) -> &str {
    let heading = heading.trim();
    let name = match heading.split_once(char::is_whitespace) {
        Some((word, name)) if word.eq_ignore_ascii_case("profile") => name,
        _ => heading,
    };
    name.trim().trim_matches(['"', '\'']).trim()
}

/// The profile that is meant, among all. It need not exist.
#[derive(Clone, Copy)]
pub(super) struct Selected<'a> {
    pub(super) name: &'a str,
    pub(super) all: &'a Profiles,
}

impl<'a> Selected<'a> {
    /// What counts of a setting; `None` where there is no such profile that can be read.
    pub(super) fn get(self, setting: &str) -> Option<&'a str> {
        self.all.profile(self.name).ok()??.get(setting)
    }

    /// A setting by its name, profile and line, for messages.
    pub(super) fn place(self, setting: &str) -> String {
        let name = format!("{setting} of profile `{}`", shown(self.name));
        let profile = self.all.profile(self.name).ok().flatten();
        match profile.and_then(|it| it.place(setting)) {
            Some(place) => format!("{name}, {place}"),
            None => name,
        }
    }

    /// What counts of a variable or else a setting, and where it stands.
    pub(super) fn variable_or(self, variable: &str, setting: &str) -> Option<(String, String)> {
        let own = || Some((self.get(setting)?.to_owned(), self.place(setting)));
        match variables::variable(variable) {
            Some(value) => Some((value, variable.to_owned())),
            None => own(),
        }
    }

    /// The `services` section that it names.
    ///
    /// # Errors
    /// There is none of that name, or it has a line that cannot be read.
    pub(super) fn services(self) -> Result<Option<&'a FileSection>, CredentialsError> {
        let Some(name) = self.get("services") else {
            return Ok(None);
        };
        let missing = || CredentialsError::ProfileInvalid {
            profile: self.name.to_owned(),
            fault: "its services section is not defined",
        };
        self.all.services(name)?.ok_or_else(missing).map(Some)
    }
}

/// What a section of the configuration is for.
enum Place {
    Profile(String),
    Session(String),
    Services(String),
}

/// How a section of its kind begins, and what it makes of a name.
type SectionKind = (&'static str, fn(String) -> Place);

impl Place {
    fn of(section: &str) -> Option<Self> {
        if section == "default" {
            return Some(Self::Profile("default".to_owned()));
        }
        // As lax as the AWS CLI: the first word only has to begin like this.
        let kinds: [SectionKind; 3] = [
            ("profile", Self::Profile),
            ("sso-session", Self::Session),
            ("services", Self::Services),
        ];
        let (_, place) = kinds.iter().find(|(kind, _)| section.starts_with(kind))?;
        let [_, name] = <[String; 2]>::try_from(words::split(section)?).ok()?;
        Some(place(name))
    }
}
