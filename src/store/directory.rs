//! A store in a directory, also in one that many machines mount. Each object is a file that is written under another name and
//! then takes its own only if that is free. Below the store's directory no symbolic link is followed: whoever may write to a
//! shared store could lead a writer to a file outside it.

use std::fs::{self, DirBuilder, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags};
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

    /// The directory at that place, opened name by name below the root, so that no symbolic link on the way is followed.
    fn directory(&self, below: &str, missing: OnMissing) -> io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let mut directory = rustix::fs::open(&self.root, flags, Mode::empty())?;
        let flags = flags | OFlags::NOFOLLOW;
        for name in below.split('/').filter(|name| !name.is_empty()) {
            let mut opened = rustix::fs::openat(&directory, name, flags, Mode::empty());
            if matches!(opened, Err(Errno::NOENT)) && missing == OnMissing::Make {
                match rustix::fs::mkdirat(&directory, name, Mode::from_raw_mode(0o777)) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(error) => return Err(error.into()),
                }
                opened = rustix::fs::openat(&directory, name, flags, Mode::empty());
            }
            directory = match opened {
                Err(Errno::NOTDIR | Errno::LOOP) => {
                    let what =
                        format!("{name:?} on the way to it is a link or a file, and no directory");
                    return Err(io::Error::other(what));
                }
                opened => opened?,
            };
        }
        Ok(directory)
    }

    /// The names of the directories in one, in order. What cannot be listed, is a symbolic link or is no text is told.
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
            match named.map(|(kind, name)| (kind, name.into_string())) {
                Ok((kind, Ok(name))) if kind.is_dir() => names.push(name),
                // A link leads out of the store.
                Ok((kind, _)) if kind.is_dir() || kind.is_symlink() => strange += 1,
                Ok(_) => {}
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
        // Others of a shared store read it, as far as the umask lets them.
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o777);
        builder.create(&self.root).map_err(failed)?;
        let (below, name) = key.rsplit_once('/').unwrap_or(("", key));
        let directory = self.directory(below, OnMissing::Make).map_err(failed)?;
        let put = write_new(&directory, name, bytes).map_err(failed)?;
        // Directories that cannot be synchronised are on file systems that need it least.
        let _ = rustix::fs::fsync(&directory);
        Ok(put)
    }

    fn get(&self, key: &str, limit_bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let read = || {
            let (below, name) = key.rsplit_once('/').unwrap_or(("", key));
            let directory = self.directory(below, OnMissing::Fail)?;
            read_file(&directory, name, limit_bytes)
        };
        match read() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
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
        if let Err(error) = self.directory(RUNS, OnMissing::Fail) {
            if error.kind() != io::ErrorKind::NotFound {
                each(Listed::Unreadable(self.failed("to list", RUNS, error)));
            }
            return Ok(());
        }
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

/// What is done about a directory that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnMissing {
    Make,
    Fail,
}

/// Writes a file of a name that is free. The temporary one has a name that nobody knows before, and is made by this call or not
/// at all: of several writers on several machines none writes into another's, and nothing that was put in its place is written to.
fn write_new(directory: &OwnedFd, name: &str, bytes: &[u8]) -> io::Result<Put> {
    if rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW).is_ok() {
        return Ok(Put::Exists);
    }
    // A hasher's random keys are the standard library's one door to the system's randomness.
    let random = RandomState::new().hash_one(name);
    let temporary = format!(".{name}.{random:016x}");
    let new = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = rustix::fs::openat(directory, &temporary, new, Mode::from_raw_mode(0o666))?;
    let mut file = File::from(opened);
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let put = written.and_then(|()| take_free_name(directory, &temporary, name));
    if !matches!(put, Ok(Put::Written)) {
        // What counts is told by `put`.
        let _ = rustix::fs::unlinkat(directory, &temporary, AtFlags::empty());
    }
    put
}

/// The bytes of a file, one beyond the limit at most. What is no file is not waited for.
fn read_file(directory: &OwnedFd, name: &str, limit_bytes: u64) -> io::Result<Vec<u8>> {
    let no_file = || io::Error::other("it is no file");
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = match rustix::fs::openat(directory, name, flags, Mode::empty()) {
        Err(Errno::LOOP | Errno::NXIO) => return Err(no_file()),
        opened => opened?,
    };
    let file = File::from(opened);
    if !file.metadata()?.is_file() {
        return Err(no_file());
    }
    let mut bytes = Vec::new();
    file.take(limit_bytes + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Gives a file another name, unless something bears it. A file system that cannot do it in one step links.
fn take_free_name(directory: &OwnedFd, temporary: &str, name: &str) -> io::Result<Put> {
    let kept = RenameFlags::NOREPLACE;
    match rustix::fs::renameat_with(directory, temporary, directory, name, kept) {
        Ok(()) => return Ok(Put::Written),
        Err(Errno::EXIST) => return Ok(Put::Exists),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
        Err(error) => return Err(error.into()),
    }
    match rustix::fs::linkat(directory, temporary, directory, name, AtFlags::empty()) {
        Ok(()) => {
            rustix::fs::unlinkat(directory, temporary, AtFlags::empty())?;
            Ok(Put::Written)
        }
        Err(Errno::EXIST) => Ok(Put::Exists),
        Err(error) => Err(error.into()),
    }
}
