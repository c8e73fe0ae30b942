//! The output directory of a run: private, checked before anything is sent, and written so that no file is ever torn.
//!
//! Everything goes through the opened directory, never again through its path, so that nobody can exchange it while a run
//! is under way. No symbolic link is followed inside it.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, flock};
use rustix::io::Errno;

use crate::results::error::ResultsError;

/// An open directory that takes a run's files.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    handle: OwnedFd,
}

/// What to do about files that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overwrite {
    /// Leave them alone and refuse the directory.
    #[default]
    Refuse,
    /// Replace those of the same name and leave the others.
    Force,
}

impl Overwrite {
    /// By an option that allows it.
    pub fn forced(allowed: bool) -> Self {
        if allowed { Self::Force } else { Self::Refuse }
    }
}

impl Directory {
    /// The directory at `path`, made if need be (mode 0700), and proved to be writable by writing.
    ///
    /// # Errors
    /// [`ResultsError`] when the path is empty, too long, a symbolic link, no directory, not writable or claimed by another
    /// process, and when the directory holds anything and `overwrite` does not allow for it.
    pub fn prepare(path: &Path, overwrite: Overwrite) -> Result<Self, ResultsError> {
        let directory = Self::made(path)?;
        directory.refuse_claimed()?;
        directory.accept(overwrite)?;
        Ok(directory)
    }

    /// The same for as long as the value lives for nobody but this process: whoever else claims the directory meanwhile is
    /// refused, before anything in it is looked at or touched.
    ///
    /// # Errors
    /// As of [`Directory::prepare`], and [`ResultsError::Busy`].
    pub fn claim(path: &Path, overwrite: Overwrite) -> Result<Self, ResultsError> {
        let directory = Self::made(path)?;
        directory.lock(FlockOperation::NonBlockingLockExclusive)?;
        directory.accept(overwrite)?;
        Ok(directory)
    }

    /// Refuses what [`Directory::prepare`] would, as far as that shows without making anything.
    ///
    /// # Errors
    /// As of [`Directory::prepare`].
    pub fn examine(path: &Path, overwrite: Overwrite) -> Result<(), ResultsError> {
        let path: PathBuf = path.components().collect();
        if path.as_os_str().is_empty() {
            return Err(ResultsError::NoPath);
        }
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let above = path.ancestors().skip(1).find_map(|it| {
                    let it = if it.as_os_str().is_empty() {
                        Path::new(".")
                    } else {
                        it
                    };
                    it.metadata().ok().map(|metadata| (it, metadata))
                });
                let refusal = match above {
                    Some((_, metadata)) if !metadata.is_dir() => Some(Errno::NOTDIR),
                    Some((above, _)) => rustix::fs::access(above, Access::WRITE_OK).err(),
                    None => None,
                };
                refusal.map_or(Ok(()), |error| Err(unusable(&path, error.into())))
            }
            Err(error) => Err(unusable(&path, error)),
            Ok(_) => {
                let directory = Self::open(&path)?;
                directory.refuse_claimed()?;
                directory.accept(overwrite)
            }
        }
    }

    /// Refuses a directory that somebody has claimed.
    pub(super) fn refuse_claimed(&self) -> Result<(), ResultsError> {
        self.lock(FlockOperation::NonBlockingLockShared)?;
        self.lock(FlockOperation::NonBlockingUnlock)
    }

    fn lock(&self, operation: FlockOperation) -> Result<(), ResultsError> {
        match flock(&self.handle, operation) {
            // A file system without locks has no way to tell.
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOLCK | Errno::NOSYS) => Ok(()),
            Err(Errno::WOULDBLOCK) => Err(ResultsError::Busy {
                path: self.path.clone(),
            }),
            Err(error) => Err(unusable(&self.path, error.into())),
        }
    }

    /// The directory, made if need be.
    fn made(path: &Path) -> Result<Self, ResultsError> {
        // Without this, a slash or dot at the end would make the system follow a link before anybody has looked at it.
        let path: PathBuf = path.components().collect();
        if path.as_os_str().is_empty() {
            return Err(ResultsError::NoPath);
        }
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(&path)
                    .map_err(|e| unusable(&path, e))?;
            }
            Err(error) => return Err(unusable(&path, error)),
            Ok(_) => {}
        }
        Self::open(&path)
    }

    fn accept(&self, overwrite: Overwrite) -> Result<(), ResultsError> {
        if overwrite == Overwrite::Refuse
            && let Some(entry) = self.first_entry()?
        {
            let path = self.path.clone();
            return Err(ResultsError::Occupied { path, entry });
        }
        self.prove_writable()
    }

    /// The existing directory at `path`, as it is.
    ///
    /// # Errors
    /// [`ResultsError`] when the path is a symbolic link, no directory, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self, ResultsError> {
        let path: PathBuf = path.components().collect();
        Self::open_at(CWD, &path, path.clone())
    }

    /// The directory `name` inside this one, made if need be (mode 0700).
    ///
    /// # Errors
    /// [`ResultsError`] when the name is not allowed, or something else bears it.
    pub fn subdirectory(&self, name: &str) -> Result<Self, ResultsError> {
        let path = self.file_path(name)?;
        match rustix::fs::mkdirat(&self.handle, name, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => Self::open_at(self.handle.as_fd(), Path::new(name), path),
            Err(error) => Err(unusable(&path, error.into())),
        }
    }

    /// Where the directory is, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a whole file (mode 0600): after this call either the new bytes are on disk, or what was there before.
    ///
    /// # Errors
    /// [`ResultsError`] when the name is not allowed or belongs to something else than a file, or the system refuses,
    /// such as on a full disk.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ResultsError> {
        self.file_path(name)?;
        self.replace(name, bytes)
    }

    /// Writes a whole file of any name.
    pub(super) fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), ResultsError> {
        self.replace_by(name, |file| file.write_all(bytes))
    }

    /// The same with what `write` puts into it.
    pub(super) fn replace_by(
        &self,
        name: &str,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<(), ResultsError> {
        let path = self.path.join(name);
        self.refuse_all_but_a_file(name)?;
        let temporary = format!(".{name}.new");
        let failed = |cause: io::Error| ResultsError::io(&path, "written", cause);
        let written = self.create_exclusively(&temporary).and_then(|mut file| {
            write(&mut file)?;
            file.sync_all()?;
            rustix::fs::renameat(&self.handle, &temporary, &self.handle, name)?;
            Ok(())
        });
        if let Err(error) = written {
            // The error that counts is the first one; what is left behind is a hidden file that the next write replaces.
            let _ = rustix::fs::unlinkat(&self.handle, &temporary, AtFlags::empty());
            return Err(failed(error));
        }
        rustix::fs::fsync(&self.handle).map_err(|e| failed(e.into()))
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// [`ResultsError`] when it is missing, no regular file, or larger than `limit_bytes`.
    pub fn read(&self, name: &str, limit_bytes: u64) -> Result<Vec<u8>, ResultsError> {
        let path = self.file_path(name)?;
        let file = self.open_file(name)?;
        read_within(file, &path, limit_bytes)
    }

    /// A new, empty file (mode 0600) in place of any that bore the name.
    pub(crate) fn create(&self, name: &str) -> Result<File, ResultsError> {
        let path = self.file_path(name)?;
        self.refuse_all_but_a_file(name)?;
        self.create_exclusively(name)
            .and_then(|file| {
                rustix::fs::fsync(&self.handle)?;
                Ok(file)
            })
            .map_err(|cause| ResultsError::io(&path, "created", cause))
    }

    /// An existing regular file, for reading.
    pub(crate) fn open_file(&self, name: &str) -> Result<File, ResultsError> {
        open_regular(
            self.handle.as_fd(),
            Path::new(name),
            OFlags::NOFOLLOW,
            self.file_path(name)?,
        )
    }

    /// Whether anything bears the name.
    pub(crate) fn contains(&self, name: &str) -> Result<bool, ResultsError> {
        self.file_path(name)?;
        self.holds(name)
    }

    /// The same of any name.
    pub(super) fn holds(&self, name: &str) -> Result<bool, ResultsError> {
        match rustix::fs::statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(ResultsError::io(&self.path.join(name), "looked up", error)),
        }
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// [`ResultsError`] when the name is not allowed, or the system refuses.
    pub fn remove(&self, name: &str) -> Result<(), ResultsError> {
        let path = self.file_path(name)?;
        match rustix::fs::unlinkat(&self.handle, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(ResultsError::io(&path, "removed", error)),
        }
        rustix::fs::fsync(&self.handle).map_err(|cause| ResultsError::io(&path, "removed", cause))
    }

    /// The path of a file of this directory, after its name has been judged.
    pub(crate) fn file_path(&self, name: &str) -> Result<PathBuf, ResultsError> {
        let allowed =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
        if (1..=128).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(allowed) {
            Ok(self.path.join(name))
        } else {
            Err(ResultsError::FileName(name.to_owned()))
        }
    }

    fn open_at(parent: impl AsFd, name: &Path, path: PathBuf) -> Result<Self, ResultsError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match rustix::fs::openat(&parent, name, flags, Mode::empty()) {
            Ok(handle) => Ok(Self { path, handle }),
            // Linux says "not a directory" for a link that is not followed, other systems say "loop".
            Err(Errno::NOTDIR | Errno::LOOP) => {
                match rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(found) if FileType::from_raw_mode(found.st_mode) == FileType::Symlink => {
                        Err(ResultsError::Symlink { path })
                    }
                    _ => Err(ResultsError::NotADirectory { path }),
                }
            }
            Err(Errno::NAMETOOLONG) => Err(ResultsError::NameTooLong { path }),
            Err(error) => Err(ResultsError::io(&path, "opened", error)),
        }
    }

    fn first_entry(&self) -> Result<Option<String>, ResultsError> {
        let failed = |cause: Errno| ResultsError::io(&self.path, "listed", cause);
        for entry in rustix::fs::Dir::read_from(&self.handle).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy();
            // The probe is left by a run that was ended while it began, and is nobody's.
            if ![".", "..", PROBE].contains(&name.as_ref()) {
                return Ok(Some(name.into_owned()));
            }
        }
        Ok(None)
    }

    /// Makes a file and removes it again: permissions, read-only mounts and quotas have too many rules to predict.
    pub(super) fn prove_writable(&self) -> Result<(), ResultsError> {
        let mut file = self
            .create_exclusively(PROBE)
            .map_err(|e| unusable(&self.path, e))?;
        let written = file.write_all(b"\n").and_then(|()| file.sync_all());
        let removed = rustix::fs::unlinkat(&self.handle, PROBE, AtFlags::empty());
        written
            .and(removed.map_err(io::Error::from))
            .map_err(|e| unusable(&self.path, e))
    }

    pub(super) fn refuse_all_but_a_file(&self, name: &str) -> Result<(), ResultsError> {
        let path = self.path.join(name);
        match rustix::fs::statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(ResultsError::io(&path, "looked up", error)),
            Ok(found) => match FileType::from_raw_mode(found.st_mode) {
                FileType::RegularFile => Ok(()),
                FileType::Symlink => Err(ResultsError::Symlink { path }),
                _ => Err(ResultsError::NotAFile { path }),
            },
        }
    }

    /// A file that nobody else has open or linked: what bore the name is unlinked, and then the name must be free.
    fn create_exclusively(&self, name: &str) -> io::Result<File> {
        match rustix::fs::unlinkat(&self.handle, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error.into()),
        }
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(
            &self.handle,
            name,
            flags,
            Mode::RUSR | Mode::WUSR,
        )?))
    }
}

/// The bytes of the file at `path`, which the user named and may be a link, but must end in a regular file.
pub(crate) fn read_path(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, ResultsError> {
    read_within(open_path(path)?, path, limit_bytes)
}

/// The file at `path`, which the user named and may be a link, but must end in a regular file; for reading.
pub(crate) fn open_path(path: &Path) -> Result<File, ResultsError> {
    open_regular(CWD, path, OFlags::empty(), path.to_owned())
}

/// Made and removed to prove that a directory is writable.
const PROBE: &str = ".writable";

fn open_regular(
    parent: impl AsFd,
    name: &Path,
    flags: OFlags,
    path: PathBuf,
) -> Result<File, ResultsError> {
    // Without NONBLOCK, opening a pipe that nobody writes to would wait forever.
    let flags = flags | OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(parent, name, flags, Mode::empty()) {
        Ok(handle) => File::from(handle),
        Err(Errno::LOOP) => return Err(ResultsError::Symlink { path }),
        Err(error) => return Err(ResultsError::io(&path, "opened", error)),
    };
    match file.metadata() {
        Ok(found) if found.is_file() => Ok(file),
        Ok(_) => Err(ResultsError::NotAFile { path }),
        Err(cause) => Err(ResultsError::io(&path, "looked up", cause)),
    }
}

/// The bytes of an open file.
pub(crate) fn read_within(
    file: File,
    path: &Path,
    limit_bytes: u64,
) -> Result<Vec<u8>, ResultsError> {
    let mut bytes = Vec::new();
    match file
        .take(limit_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
    {
        Ok(read) if read as u64 > limit_bytes => Err(ResultsError::TooLarge {
            path: path.to_owned(),
            limit_bytes,
        }),
        Ok(_) => Ok(bytes),
        Err(cause) => Err(ResultsError::io(path, "read", cause)),
    }
}

fn unusable(path: &Path, cause: io::Error) -> ResultsError {
    let path = path.to_owned();
    match cause.kind() {
        io::ErrorKind::InvalidFilename => ResultsError::NameTooLong { path },
        io::ErrorKind::NotADirectory => ResultsError::NotADirectory { path },
        _ => ResultsError::NotWritable { path, cause },
    }
}

#[cfg(test)]
#[path = "directory_tests.rs"]
mod tests;
