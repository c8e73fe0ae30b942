//! This machine, as a search for the place asks it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::credentials;
use crate::parallel::runtime;

use super::surroundings::Surroundings;

/// The machine that the program runs on.
#[derive(Debug)]
pub(super) struct ThisMachine;

impl Surroundings for ThisMachine {
    fn variable(&self, name: &str) -> Option<String> {
        credentials::variable(name)
    }

    fn profile_region(&self, profile: Option<&str>) -> Result<Option<(String, String)>, String> {
        credentials::profile_region(profile).map_err(|error| error.to_string())
    }

    fn profile_region_place(&self, profile: Option<&str>) -> Option<String> {
        credentials::profile_region_place(profile)
    }

    fn container_zone(&self) -> Option<String> {
        within_limit(CONTAINER_LIMIT, credentials::container_zone())
    }

    fn instance_region(&self, profile: Option<&str>) -> Option<String> {
        if !credentials::names_instance_metadata(profile) && !looks_like_ec2(Path::new("/sys")) {
            return None;
        }
        within_limit(INSTANCE_LIMIT, credentials::instance_region(profile))
    }

    fn host(&self) -> String {
        rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned()
    }
}

/// How long the container's metadata may take, in all: its agent is on the same host.
const CONTAINER_LIMIT: Duration = Duration::from_millis(500);
/// How long the instance's metadata may take, in all.
const INSTANCE_LIMIT: Duration = Duration::from_secs(1);

/// What `asking` has found in time.
fn within_limit(limit: Duration, asking: impl Future<Output = Option<String>>) -> Option<String> {
    let runtime = runtime("place").ok()?;
    runtime.block_on(async { tokio::time::timeout(limit, asking).await.ok().flatten() })
}

/// Whether the firmware or the hypervisor says that this is an EC2 instance, as AWS documents ("Detect whether a host is an
/// EC2 instance"): elsewhere nobody serves instance metadata, and asking would be to wait.
fn looks_like_ec2(sys: &Path) -> bool {
    let says = |file: &str, word: &str| {
        fs::read_to_string(sys.join(file))
            .is_ok_and(|text| text.trim().to_ascii_lowercase().contains(word))
    };
    let begins = |file: &str| {
        fs::read_to_string(sys.join(file))
            .is_ok_and(|text| text.trim().to_ascii_lowercase().starts_with("ec2"))
    };
    says("class/dmi/id/sys_vendor", "amazon ec2")
        || says("class/dmi/id/product_version", "amazon")
        || begins("hypervisor/uuid")
        || begins("class/dmi/id/product_uuid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_told_by_its_firmware_or_its_hypervisor() {
        for (file, text, is_one) in [
            ("class/dmi/id/sys_vendor", "Amazon EC2\n", true),
            ("class/dmi/id/product_version", "4.11.amazon\n", true),
            (
                "hypervisor/uuid",
                "ec2e1916-9099-7caf-fd21-012345abcdef\n",
                true,
            ),
            ("class/dmi/id/product_uuid", "EC2E1916-9099\n", true),
            ("class/dmi/id/sys_vendor", "QEMU\n", false),
            (
                "hypervisor/uuid",
                "45e12aec-dcd1-b213-94ed-012345abcdef\n",
                false,
            ),
        ] {
            let sys = tempfile::tempdir().expect("a directory");
            let path = sys.path().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(&path, text).expect("written");
            assert_eq!(looks_like_ec2(sys.path()), is_one, "{file}: {text}");
        }
        assert!(!looks_like_ec2(Path::new("/nonexistent")));
    }

    #[test]
    fn what_does_not_answer_in_time_is_not_waited_for() {
        assert_eq!(within_limit(CONTAINER_LIMIT, std::future::pending()), None);
        assert_eq!(
            within_limit(CONTAINER_LIMIT, async { Some("x".to_owned()) }).as_deref(),
            Some("x")
        );
    }
}
