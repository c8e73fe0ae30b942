//! `stsbench.toml`: options by their long names, and tables of them by profile.
//!
//! A file that is found has to be the user's own, and it may not say where signed requests go or what is overwritten:
//! it can come with a directory that somebody else made, such as a cloned repository.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::layer::{LayerEntry, Origin};
use crate::cli::options::layers::toml_error::{first_error, located};
use crate::cli::text_file;
use sts_model::nearest;

/// The name of the file that is looked for.
pub(super) const FILE_NAME: &str = "stsbench.toml";

/// A configuration file and who chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ConfigChoice {
    /// The user named it.
    Named(PathBuf),
    /// It was found.
    Found(PathBuf),
}

impl ConfigChoice {
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Named(path) | Self::Found(path) => path,
        }
    }
}

/// What a file says: its options, nearest first.
#[derive(Debug)]
pub(super) struct Settings {
    /// Those of the chosen profile.
    pub(super) of_profile: Vec<LayerEntry>,
    /// Those above all tables.
    pub(super) general: Vec<LayerEntry>,
}

/// The file in `directory` or the nearest directory above it. The search ends with a repository's root or `home`.
pub(super) fn find(directory: &Path, home: Option<&Path>) -> Option<PathBuf> {
    for above in directory.ancestors() {
        let candidate = above.join(FILE_NAME);
        // Also what is no file, and a link to nothing: what cannot be read is said when it is.
        if candidate.symlink_metadata().is_ok() {
            return Some(candidate);
        }
        if Some(above) == home || above.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Why a found file is not used: others could have written it.
pub(super) fn distrusted(path: &Path) -> Option<String> {
    let user = rustix::process::geteuid().as_raw();
    let owned = |metadata: &std::fs::Metadata| [user, 0].contains(&metadata.uid());
    let Ok(link) = path.symlink_metadata() else {
        return Some("it cannot be looked at".to_owned());
    };
    let file = path.metadata().ok();
    if !owned(&link) || file.as_ref().is_some_and(|file| !owned(file)) {
        return Some("it belongs to another user".to_owned());
    }
    let file = file.filter(std::fs::Metadata::is_file)?;
    (file.mode() & 0o002 != 0).then(|| "everybody can write to it".to_owned())
}

/// The names of the profiles in the file at `path`, or else in the one that is found from `directory` upwards; none where it
/// cannot be read.
pub(crate) fn profile_names(
    path: Option<PathBuf>,
    directory: &Path,
    home: Option<&Path>,
) -> Vec<String> {
    let text = path
        .or_else(|| find(directory, home))
        .and_then(|path| text_file::read(&path).ok());
    let text = text.unwrap_or_default();
    let Ok(document) = DeTable::parse(&text) else {
        return Vec::new();
    };
    match document
        .get_ref()
        .get("profile")
        .map(toml::Spanned::get_ref)
    {
        Some(DeValue::Table(tables)) => tables
            .keys()
            .map(|name| name.get_ref().to_string())
            .collect(),
        _ => Vec::new(),
    }
}

/// Reads the file's options of `run`, with those of `profile` if one is named.
///
/// # Errors
/// The file's path and line with what is wrong there.
pub(super) fn read(
    run: &clap::Command,
    chosen: &ConfigChoice,
    shown: &Path,
    profile: Option<&str>,
) -> Result<Settings, String> {
    let path = chosen.path();
    let text = text_file::read(path).map_err(|error| format!("configuration file: {error:#}"))?;
    let at = |error: String| format!("{} {error}", shown.display());
    let document = DeTable::parse(&text).map_err(|error| at(first_error(&text, &error)))?;
    let file = File {
        run,
        chosen,
        shown,
        text: &text,
    };
    let mut profiles: Vec<(&str, &DeTable<'_>)> = Vec::new();
    if let Some(DeValue::Table(tables)) = document
        .get_ref()
        .get("profile")
        .map(toml::Spanned::get_ref)
    {
        for (name, table) in tables {
            let DeValue::Table(table) = table.get_ref() else {
                let error = located(
                    &text,
                    name.span().start,
                    "a profile is a table: [profile.NAME]",
                );
                return Err(at(error));
            };
            profiles.push((name.get_ref().as_ref(), table));
        }
    }
    let mut of_profile = Vec::new();
    for (name, table) in &profiles {
        // Every profile is read, so that a mistake in one shows itself before it is needed.
        let entries = file.entries(table, Some(name)).map_err(at)?;
        if profile == Some(name) {
            of_profile = entries;
        }
    }
    if let Some(wanted) = profile
        && !profiles.iter().any(|(name, _)| *name == wanted)
    {
        return Err(at(no_profile(wanted, &profiles)));
    }
    let general = file.entries(document.get_ref(), None).map_err(at)?;
    Ok(Settings {
        of_profile,
        general,
    })
}

fn no_profile(wanted: &str, profiles: &[(&str, &DeTable<'_>)]) -> String {
    let names: Vec<&str> = profiles.iter().map(|(name, _)| *name).collect();
    let wanted: String = wanted
        .chars()
        .take(64)
        .flat_map(char::escape_debug)
        .collect();
    match nearest(&wanted, names.iter().copied()) {
        Some(near) => format!("has no profile {wanted}; did you mean {near}?"),
        None if names.is_empty() => format!("has no profile {wanted}, and no other"),
        None => format!("has no profile {wanted}; it has {}", names.join(", ")),
    }
}

/// A file that is being read.
struct File<'a> {
    run: &'a clap::Command,
    chosen: &'a ConfigChoice,
    shown: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn entries(
        &self,
        table: &DeTable<'_>,
        profile: Option<&str>,
    ) -> Result<Vec<LayerEntry>, String> {
        let mut entries = Vec::new();
        for (key, value) in table {
            let option = key.get_ref().as_ref();
            if profile.is_none() && option == "profile" && value.get_ref().is_table() {
                continue;
            }
            let start = key.span().start;
            let error = |message: String| located(self.text, start, &message);
            let values = texts(value.get_ref()).map_err(|kind| {
                let table = match value.get_ref() {
                    DeValue::Table(_) if profile.is_none() => {
                        "; options stand above all tables, those of a profile below [profile.NAME]"
                    }
                    _ => "; allowed: a text, a number, true, false or a list of these",
                };
                error(format!("{option} is {kind}{table}"))
            })?;
            let origin = Origin::File {
                path: self.shown.to_owned(),
                line: self.text[..start].matches('\n').count() + 1,
                profile: profile.map(str::to_owned),
            };
            let entry = LayerEntry::new(self.run, option, &values, origin).map_err(error)?;
            if matches!(self.chosen, ConfigChoice::Found(_)) && is_named_only(option) {
                return Err(error(format!(
                    "{option} is taken from a file that is named with --config alone, because this one was only found"
                )));
            }
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// The texts of a value, or what else it is.
fn texts(value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    match value {
        DeValue::String(text) => Ok(vec![text.to_string()]),
        DeValue::Integer(number) => Ok(vec![number.as_str().to_owned()]),
        DeValue::Float(number) => Ok(vec![number.as_str().to_owned()]),
        DeValue::Boolean(switch) => Ok(vec![switch.to_string()]),
        DeValue::Datetime(_) => Err("a date"),
        DeValue::Table(_) => Err("a table"),
        DeValue::Array(items) => {
            let each = items.iter().map(|item| match item.get_ref() {
                DeValue::Array(_) => Err("a list of lists"),
                item => texts(item),
            });
            Ok(each.collect::<Result<Vec<_>, _>>()?.concat())
        }
    }
}

/// Options that send signed requests to other hosts, read or replace the user's files, spend more of the account's quota or show who
/// calls: a file that was only found cannot give them.
const NAMED_ONLY: [&str; 15] = [
    "allow-host",
    "allow-region",
    "ca-file",
    "credential-timeout",
    "endpoint-url",
    "export",
    "force",
    "insecure-http",
    "max-rate-per-endpoint",
    "max-requests",
    "param",
    "plan",
    "profile",
    "resolver",
    "show-identity",
];

fn is_named_only(option: &str) -> bool {
    NAMED_ONLY.contains(&option) || option.starts_with(CONSENT)
}

/// Options that begin so say yes to something.
const CONSENT: &str = "yes";
