//! What a child process has started, so that all of it can be ended: also what has left for a session of its own, and what
//! lost its parent. Linux hands such orphans to this process, for as long as a [`Family`] is watched. Elsewhere the child
//! alone is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::process::{Child, Command};

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, waitpid};

/// A child, and the children that this process had before. While it is watched nothing may be started but by another family:
/// that would be taken for an orphan.
pub(super) struct Family {
    strangers: BTreeSet<i32>,
    child: Option<i32>,
}

/// The children of all families, each with its strangers. Held while one is started or ended, so that each knows those of the
/// others.
static CHILDREN: Mutex<BTreeMap<i32, BTreeSet<i32>>> = Mutex::new(BTreeMap::new());

fn children() -> MutexGuard<'static, BTreeMap<i32, BTreeSet<i32>>> {
    CHILDREN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends all families that are watched: for a process that leaves without a word to those who watch.
pub(crate) fn end_families() {
    let families = children();
    for strangers in families.values() {
        end(None, || members(strangers, |_| false));
    }
}

impl Family {
    /// Watches from now on what is started.
    pub(super) fn begin() -> Self {
        adopt_orphans(Some(getpid()));
        Self {
            strangers: children_of(own_id(), &processes()).collect(),
            child: None,
        }
    }

    /// Starts the child of the family.
    pub(super) fn start(&mut self, command: &mut Command) -> std::io::Result<Child> {
        let mut children = children();
        let child = command.spawn()?;
        self.child = child.id().and_then(|id| i32::try_from(id).ok());
        children.extend(self.child.map(|it| (it, self.strangers.clone())));
        Ok(child)
    }

    /// Ends `child`, unless it has ended and been waited for, and everything that descends from it.
    pub(super) fn kill(&self, child: Option<u32>) {
        let of_families = children();
        let child = child.and_then(|it| Pid::from_raw(i32::try_from(it).ok()?));
        if let Some(child) = child {
            // One that has ended meanwhile is what was wanted.
            kill_process(child, Signal::KILL).ok();
        }
        let is_other = |pid: i32| Some(pid) != self.child && of_families.contains_key(&pid);
        end(child, || members(&self.strangers, is_other));
    }
}

/// Ends what `members` finds, but waits for `child` never: who has started it does.
fn end(child: Option<Pid>, members: impl Fn() -> BTreeSet<i32>) {
    // What is started while the list is read is found the next time.
    for _ in 0..ROUNDS {
        let family = members();
        if family.is_empty() {
            return;
        }
        for pid in family.iter().copied().filter_map(Pid::from_raw) {
            kill_process(pid, Signal::KILL).ok();
        }
        for pid in family.into_iter().filter_map(Pid::from_raw) {
            // Grandchildren are not ours to wait for.
            if Some(pid) != child {
                waitpid(Some(pid), WaitOptions::NOHANG).ok();
            }
        }
    }
}

/// The living children of this process that are no strangers and nobody else's, and all that descends from them.
fn members(strangers: &BTreeSet<i32>, is_other: impl Fn(i32) -> bool) -> BTreeSet<i32> {
    let processes = processes();
    let mut family: BTreeSet<i32> = children_of(own_id(), &processes)
        .filter(|pid| !strangers.contains(pid) && !is_other(*pid))
        .collect();
    loop {
        let more: Vec<i32> = family
            .iter()
            .flat_map(|parent| children_of(*parent, &processes))
            .filter(|pid| !family.contains(pid))
            .collect();
        if more.is_empty() {
            let dead = processes.iter().filter(|process| process.is_dead);
            let dead: BTreeSet<i32> = dead.map(|process| process.id).collect();
            return family.difference(&dead).copied().collect();
        }
        family.extend(more);
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        if let Some(child) = self.child {
            children().remove(&child);
        }
        // What stays behind on purpose, such as an agent, is nobody's child again.
        adopt_orphans(None);
    }
}

/// Whether this process gets the descendants whose parents end. A kernel that refuses leaves them to the system's first
/// process; they are then not found.
#[cfg(target_os = "linux")]
fn adopt_orphans(own: Option<Pid>) {
    rustix::process::set_child_subreaper(own).ok();
}

#[cfg(not(target_os = "linux"))]
fn adopt_orphans(_: Option<Pid>) {}

/// More rounds than a family needs that does not grow faster than it is killed.
const ROUNDS: u32 = 100;

struct Process {
    id: i32,
    parent: i32,
    /// It has ended, and nobody has asked how.
    is_dead: bool,
}

fn own_id() -> i32 {
    getpid().as_raw_nonzero().get()
}

fn children_of(parent: i32, processes: &[Process]) -> impl Iterator<Item = i32> {
    processes
        .iter()
        .filter(move |process| process.parent == parent)
        .map(|process| process.id)
}

/// Every process of this machine, as far as it can be seen; none where there is no `/proc`.
fn processes() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| {
            let id: i32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read(format!("/proc/{id}/stat")).ok()?;
            let stat = String::from_utf8_lossy(&stat);
            // The name before the last bracket can hold anything.
            let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
            Some(Process {
                id,
                is_dead: matches!(fields.next()?, "Z" | "X"),
                parent: fields.next()?.parse().ok()?,
            })
        })
        .collect()
}
