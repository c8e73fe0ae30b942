//! Where the parts of a run stand that was measured more than once: each as a run of its own, so that what is finished stays
//! finished.

use crate::plan::WINDOWS;
use crate::results::error::ResultsError;

use super::directory::Directory;

/// What a run can be made of, each a run of its own below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// Stretches of time.
    Window,
    /// A pilot, and what it asks for.
    Stage,
}

impl PartKind {
    /// The name of the directory that has them all.
    fn directory(self) -> &'static str {
        match self {
            Self::Window => "windows",
            Self::Stage => "stages",
        }
    }
}

/// The name of the part of that number, from 0, in directories and ids.
pub(crate) fn part_name(number: u16) -> String {
    format!("{:02}", u32::from(number) + 1)
}

impl Directory {
    /// The directory of the part of that number, from 0, such as a window; made if need be.
    ///
    /// # Errors
    /// [`ResultsError`] when something else bears the name.
    pub fn part(&self, kind: PartKind, number: u16) -> Result<Self, ResultsError> {
        self.subdirectory(kind.directory())?
            .subdirectory(&part_name(number))
    }

    /// The directories of the parts that are there: windows or stages, in order.
    ///
    /// # Errors
    /// [`ResultsError`] when something else bears the name of one.
    pub fn parts(&self) -> Result<Vec<(PartKind, Self)>, ResultsError> {
        let mut parts = Vec::new();
        for kind in [PartKind::Window, PartKind::Stage] {
            if self.contains(kind.directory())? {
                let all = self.subdirectory(kind.directory())?;
                for name in (0..*WINDOWS.end()).map(part_name) {
                    if all.contains(&name)? {
                        parts.push((kind, all.subdirectory(&name)?));
                    }
                }
            }
        }
        Ok(parts)
    }
}
