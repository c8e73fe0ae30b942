//! What the kernel link needs of the system: the TUN device, and the rights to make devices and network namespaces.
//!
//! A user without those rights may have them in a user namespace of his own, where Linux lets him: there he is root over
//! nothing but the network that is made with it. His files stay his, and other users' stay out of reach.

use std::fs::{self, OpenOptions};
use std::io;

use nix::sched::{CloneFlags, unshare};
use rustix::process::{DumpableBehavior, dumpable_behavior, getgid, getuid, set_dumpable_behavior};

use crate::kernel_link::error::KernelLinkError;
use crate::kernel_link::loopback;

/// Whether a kernel link can be made by this process as it is.
///
/// # Errors
/// What is missing.
pub(super) fn check() -> Result<(), KernelLinkError> {
    let device = OpenOptions::new().read(true).write(true).open(DEVICE);
    device.map_err(|reason| KernelLinkError::Device { reason })?;
    let status = fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    let missing = [
        (CAP_NET_ADMIN, "CAP_NET_ADMIN"),
        (CAP_SYS_ADMIN, "CAP_SYS_ADMIN"),
    ]
    .into_iter()
    .find(|(bit, _)| effective(&status) & (1 << bit) == 0);
    missing.map_or(Ok(()), |(_, right)| Err(KernelLinkError::Right { right }))
}

/// Sees that this process and its children can make a kernel link: they may already, or the process moves into user and
/// network namespaces of its own. Then it has no network but the links that are made there.
///
/// # Errors
/// What is missing. The process has its network as before, unless it is [`KernelLinkError::Stranded`].
pub(crate) fn acquire() -> Result<(), KernelLinkError> {
    match check() {
        Err(KernelLinkError::Right { right }) => isolate(right),
        other => other,
    }
}

/// The system refuses this to a process that has threads.
fn isolate(right: &'static str) -> Result<(), KernelLinkError> {
    let (user, group) = (getuid().as_raw(), getgid().as_raw());
    let refuse = |reason: io::Error| KernelLinkError::NoNamespace { right, reason };
    unshare(CloneFlags::CLONE_NEWUSER).map_err(|error| refuse(error.into()))?;
    as_owner_of_its_files(|| {
        // Without this word the kernel refuses the map of groups (user_namespaces(7)).
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", format!("0 {user} 1"))?;
        fs::write("/proc/self/gid_map", format!("0 {group} 1"))
    })
    .map_err(refuse)?;
    // Some systems give out user namespaces without rights: better to learn it while the network is still there.
    check()?;
    unshare(CloneFlags::CLONE_NEWNET).map_err(|error| refuse(error.into()))?;
    loopback::switch_on().map_err(|reason| KernelLinkError::Stranded { reason })
}

/// Does `work` while this process owns its files in `/proc`: those of a process that is hidden from debuggers are root's.
fn as_owner_of_its_files(work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let before = dumpable_behavior()?;
    set_dumpable_behavior(DumpableBehavior::Dumpable)?;
    let done = work();
    set_dumpable_behavior(before)?;
    done
}

/// The effective rights in a process's status, a set of bits in hexadecimal.
fn effective(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    line.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok())
        .unwrap_or(0)
}

const DEVICE: &str = "/dev/net/tun";

/// Bits of capabilities(7): the first makes devices, the second network namespaces.
const CAP_NET_ADMIN: u32 = 12;
const CAP_SYS_ADMIN: u32 = 21;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_from_the_status_of_a_process() {
        let status = "Name:\tx\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000001000\n";
        assert_eq!(effective(status), 1 << CAP_NET_ADMIN);
        assert_eq!(effective("CapEff:\tnonsense\n"), 0);
        assert_eq!(effective(""), 0);
    }
}
