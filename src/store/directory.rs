//! A store in a directory, also in one that many machines mount. Each object is a file that is written under another name and
//! then takes its own only if that is free.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, RenameFlags};
use rustix::io::Errno;
use time::Date;

use super::error::StoreError;
use super::layout::{RUNS, dated};
use super::manifest::MANIFEST_FILE;
use super::objects::{Listed, MOST_OBJECTS, Objects, Put};

/// Objects as files.
#[derive(Debug)]
pub(super) struct DirectoryObjects {
    root: PathBuf,
}

impl DirectoryObjects {
    /// Those below `path`. The directory itself may be missing, the one that holds it may not: a share that is not mounted
    /// is not made up.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let root = path.to_owned();
        let above = match path.parent() {
            None => path,
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
        };
        if path.is_dir() || !path.exists() && above.is_dir() {
            return Ok(Self { root });
        }
        Err(StoreError::Missing {
            store: path.display().to_string(),
            what: if path.exists() {
                "what bears its name is no directory"
            } else {
                "make the directory above it first, or mount it"
            },
        })
    }

    fn failed(&self, action: &'static str, key: &str, cause: impl Into<io::Error>) -> StoreError {
        StoreError::Refused {
            store: self.root.display().to_string(),
            action,
            key: key.to_owned(),
            reason: cause.into().to_string(),
        }
    }

    /// The names of the directories in one, in order; symbolic links are none. What cannot be listed or is no text is told.
    fn directories(&self, below: &str, each: &mut dyn FnMut(Listed<'_>)) -> Vec<String> {
        let mut unreadable = |cause: io::Error| {
            each(Listed::Unreadable(self.failed("to list", below, cause)));
        };
        let entries = match fs::read_dir(self.root.join(below)) {
            Ok(entries) => entries,
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    unreadable(error);
                }
                return Vec::new();
            }
        };
        let (mut names, mut strange) = (Vec::new(), 0);
        for entry in entries.take(MOST_OBJECTS + 1) {
            let named = entry.and_then(|entry| Ok((entry.file_type()?, entry.file_name())));
            match named.map(|(kind, name)| (kind.is_dir(), name.into_string())) {
                Ok((true, Ok(name))) => names.push(name),
                Ok((true, Err(_))) => strange += 1,
                Ok((false, _)) => {}
                Err(error) => unreadable(error),
            }
        }
        (0..strange).for_each(|_| each(Listed::Strange));
        names.sort_unstable();
        names
    }

    /// The manifest of a run's directory, or what stands in its place. One that is missing is not yet written.
    fn manifest(&self, key: &str, each: &mut dyn FnMut(Listed<'_>)) {
        match fs::symlink_metadata(self.root.join(key)) {
            Ok(found) if found.is_file() => each(Listed::Manifest(key)),
            Ok(_) => each(Listed::Strange),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => each(Listed::Unreadable(self.failed("to read", key, error))),
        }
    }

    fn too_many(&self) -> StoreError {
        StoreError::TooMany {
            store: self.root.display().to_string(),
            limit: MOST_OBJECTS,
        }
    }
}

impl Objects for DirectoryObjects {
    fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        let failed = |cause: io::Error| self.failed("to write", key, cause);
        let path = self.root.join(key);
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(failed(io::ErrorKind::InvalidInput.into()));
        };
        let mut builder = DirBuilder::new();
        // Others of a shared store read it, as far as the umask lets them.
        builder.recursive(true).mode(0o777);
        builder.create(parent).map_err(failed)?;
        let temporary = parent.join(format!(
            ".{}.{}",
            name.to_string_lossy(),
            std::process::id()
        ));
        let written = File::create(&temporary).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        let named = written.and_then(|()| take_free_name(&temporary, &path));
        if !matches!(named, Ok(Put::Written)) {
            // What counts is told below.
            let _ = fs::remove_file(&temporary);
        }
        let put = named.map_err(failed)?;
        // Directories that cannot be opened for this are on file systems that need it least.
        let _ = File::open(parent).and_then(|directory| directory.sync_all());
        Ok(put)
    }

    fn get(&self, key: &str, limit_bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.root.join(key);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(self.failed("to read", key, io::Error::other("it is no file"))),
            Err(error) => return Err(self.failed("to read", key, error)),
        }
        let mut bytes = Vec::new();
        let read =
            File::open(&path).and_then(|file| file.take(limit_bytes + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) => Ok(Some(bytes)),
            Err(error) => Err(self.failed("to read", key, error)),
        }
    }

    fn manifests(
        &self,
        since: Option<Date>,
        each: &mut dyn FnMut(Listed<'_>),
    ) -> Result<(), StoreError> {
        let earliest = since.map(|date| format!("dt={}", dated(date)));
        let mut seen = 0;
        for day in self.directories(RUNS, each) {
            if earliest.as_ref().is_some_and(|earliest| day < *earliest) {
                continue;
            }
            for vantage in self.directories(&format!("{RUNS}{day}"), each) {
                let of_vantage = format!("{RUNS}{day}/{vantage}");
                for run in self.directories(&of_vantage, each) {
                    seen += 1;
                    if seen > MOST_OBJECTS {
                        return Err(self.too_many());
                    }
                    self.manifest(&format!("{of_vantage}/{run}/{MANIFEST_FILE}"), each);
                }
            }
        }
        Ok(())
    }

    fn local_path(&self, key: &str) -> Option<PathBuf> {
        Some(self.root.join(key))
    }
}

/// Gives a file the name `path`, unless something bears it. A file system that cannot do it in one step links.
fn take_free_name(temporary: &Path, path: &Path) -> io::Result<Put> {
    match rustix::fs::renameat_with(CWD, temporary, CWD, path, RenameFlags::NOREPLACE) {
        Ok(()) => return Ok(Put::Written),
        Err(Errno::EXIST) => return Ok(Put::Exists),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
        Err(error) => return Err(error.into()),
    }
    match rustix::fs::linkat(CWD, temporary, CWD, path, AtFlags::empty()) {
        Ok(()) => fs::remove_file(temporary).map(|()| Put::Written),
        Err(Errno::EXIST) => Ok(Put::Exists),
        Err(error) => Err(error.into()),
    }
}
