//! The link of an emulator that this process is about to start as a child: its rights are settled before there are threads.

use crate::config::link::Link;
use crate::kernel_link::acquire_link_rights;
use crate::kernel_link::error::KernelLinkError;

/// A link that an [`EmulatorProcess`](crate::EmulatorProcess) can have.
#[derive(Debug, Clone)]
pub struct PreparedLink {
    /// What the child is started with.
    pub(crate) link: Link,
    /// Why it is not the kernel link, if that was wanted when possible.
    pub(crate) why_not_kernel: Option<String>,
}

impl PreparedLink {
    /// Acquires the rights that `wanted` needs, which can move this process into a network namespace of its own. Call it
    /// while the process has a single thread. [`Link::Auto`] becomes [`Link::Bytes`] where the rights are missing.
    ///
    /// # Errors
    /// The kernel link was required and cannot be made, or the process has lost its network on the way
    /// ([`KernelLinkError::Stranded`]).
    pub fn prepare(wanted: Link) -> Result<Self, KernelLinkError> {
        let rights = match wanted {
            Link::Kernel | Link::Auto => acquire_link_rights(),
            Link::Bytes | Link::Undelayed => Ok(()),
        };
        match rights {
            Ok(()) => Ok(Self {
                link: wanted,
                why_not_kernel: None,
            }),
            Err(error)
                if wanted == Link::Kernel || matches!(error, KernelLinkError::Stranded { .. }) =>
            {
                Err(error)
            }
            Err(error) => Ok(Self {
                link: Link::Bytes,
                why_not_kernel: Some(error.to_string()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_within_the_process_need_no_rights() {
        for link in [Link::Bytes, Link::Undelayed] {
            let prepared = PreparedLink::prepare(link).expect("no rights are needed");
            assert_eq!((prepared.link, prepared.why_not_kernel), (link, None));
        }
    }
}
