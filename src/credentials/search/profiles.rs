//! The profiles of the two shared files as the AWS CLI sees them: which sections are profiles, under which name, and
//! which of two values counts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::credentials::error::{CredentialsError, FileFault};

use super::ini::IniSection;
use super::words;

/// What stands in both files.
#[derive(Default)]
pub(super) struct Profiles {
    profiles: BTreeMap<String, Profile>,
    /// `[sso-session NAME]`
    sessions: BTreeMap<String, FileSection>,
    /// `[services NAME]`
    services: BTreeMap<String, FileSection>,
    /// Sections of other names: the name, the file and the line.
    ignored: Vec<(String, PathBuf, usize)>,
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
        let (_, value) = self.section.settings.iter().find(|(it, _)| it == name)?;
        (!value.is_empty() && !value.starts_with('\n')).then_some(value)
    }

    /// The settings nested in `name`.
    pub(super) fn nested(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let settings = self.section.settings.iter();
        settings
            .filter(move |(it, value)| it == name && value.starts_with('\n'))
            .flat_map(|(_, value)| value.split('\n'))
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
            let part = FileSection {
                path: path.to_owned(),
                section,
            };
            match place {
                Some(Place::Profile(name)) => {
                    let profile = self.profiles.entry(name).or_default();
                    match kind {
                        Kind::Config => profile.config = part,
                        Kind::Credentials => profile.credentials = part,
                    }
                }
                Some(Place::Session(name)) => {
                    self.sessions.insert(name, part);
                }
                Some(Place::Services(name)) => {
                    self.services.insert(name, part);
                }
                None => {
                    let name = part.section.name.clone();
                    self.ignored
                        .push((name, part.path.clone(), part.section.line));
                }
            }
        }
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

    /// A section that may have been meant for the profile `name` and is not read as one: its file and line.
    pub(super) fn ignored(&self, name: &str) -> Option<(PathBuf, usize)> {
        let meant = |section: &&(String, PathBuf, usize)| {
            let name_given = section
                .0
                .strip_prefix("profile")
                .unwrap_or(&section.0)
                .trim();
            name_given.trim_matches(['"', '\'']) == name
        };
        let (_, path, line) = self.ignored.iter().find(meant)?;
        Some((path.clone(), *line))
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
