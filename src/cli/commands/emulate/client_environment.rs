//! What another STS client needs to call a fleet, as two files: exports for a shell, and the root certificate.
//!
//! The keys in them are the fleet's own and valid nowhere else. Only the owner can read the files, because a reader could
//! use up the fleet's quota. They exist while the fleet listens and are removed when it ends.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::results::{Directory, Overwrite};
use sts_emulator::{EmulatorAnnouncement, EndpointAnnouncement};

/// The directory that holds them.
pub(crate) struct ClientEnvironment {
    directory: Directory,
    certificate: PathBuf,
}

impl ClientEnvironment {
    /// The directory at `path`, made if need be, without what an earlier fleet may have left. Files of anybody else are left
    /// alone, and the directory is refused.
    pub(crate) fn prepare(path: &Path) -> anyhow::Result<Self> {
        let absolute = std::path::absolute(path).with_context(|| format!("{}", path.display()))?;
        let certificate = absolute.join(CERTIFICATE);
        if certificate
            .to_str()
            .is_none_or(|text| text.contains(char::is_control))
        {
            bail!("{}: a shell script cannot hold that path", path.display());
        }
        let environment = Self {
            directory: Directory::claim(path, Overwrite::Force)?,
            certificate,
        };
        environment.refuse_others()?;
        environment.remove();
        Ok(environment)
    }

    /// Refuses files that no fleet wrote. The exports tell by their first line; a certificate is a fleet's beside those.
    fn refuse_others(&self) -> anyhow::Result<()> {
        let first_line = HEAD.lines().next().unwrap_or_default();
        let name = if self.directory.contains(EXPORTS)? {
            let text = self.directory.read(EXPORTS, MAX_EXPORTS_BYTES);
            if text.is_ok_and(|text| text.starts_with(first_line.as_bytes())) {
                return Ok(());
            }
            EXPORTS
        } else if self.directory.contains(CERTIFICATE)? {
            CERTIFICATE
        } else {
            return Ok(());
        };
        bail!(
            "{:?} was not written by a simulated fleet, and is not replaced; name another directory",
            self.directory.path().join(name)
        )
    }

    /// Writes both files; the exports last, so that who waits for them finds everything.
    pub(crate) fn write(
        &self,
        fleet: &EmulatorAnnouncement,
        endpoints: &[EndpointAnnouncement],
    ) -> anyhow::Result<()> {
        self.directory.write(CERTIFICATE, fleet.ca_pem.as_bytes())?;
        let exports = exports(fleet, endpoints, &self.certificate)
            .context("the fleet has no user or no endpoint")?;
        self.directory.write(EXPORTS, exports.as_bytes())?;
        Ok(())
    }

    /// Takes both files away. What cannot be taken away is of no use any more, so nobody is told.
    pub(crate) fn remove(&self) {
        for name in [EXPORTS, CERTIFICATE] {
            self.directory.remove(name).ok();
        }
    }
}

/// The script: the fleet's first user at the vantage Region's endpoint, or else at the first one.
fn exports(
    fleet: &EmulatorAnnouncement,
    endpoints: &[EndpointAnnouncement],
    certificate: &Path,
) -> Option<String> {
    let own = fleet.credentials.first()?;
    let home = endpoints
        .iter()
        .find(|announced| announced.endpoint.name == fleet.vantage)
        .or(endpoints.first())?;
    let region = &home.endpoint.signing_region;
    let certificate = certificate.to_str()?;
    let mut script = HEAD.to_owned();
    for (name, value) in [
        ("AWS_ENDPOINT_URL_STS", home.url.as_str()),
        ("AWS_CA_BUNDLE", certificate),
        ("NODE_EXTRA_CA_CERTS", certificate),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_ACCESS_KEY_ID", &own.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &own.secret_access_key),
    ] {
        let _ = writeln!(script, "export {name}={}", quoted(value));
    }
    Some(script)
}

/// `text` as one word of a POSIX shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

const EXPORTS: &str = "env";
const CERTIFICATE: &str = "ca.pem";

/// Larger than any file of exports.
const MAX_EXPORTS_BYTES: u64 = 64 << 10;

/// A profile, or an endpoint for every service, would win over what follows.
const HEAD: &str = "\
# Makes this shell a client of a simulated STS fleet. The keys open nothing else; other AWS services are not trusted here.
unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
unset AWS_USE_FIPS_ENDPOINT AWS_USE_DUALSTACK_ENDPOINT
";

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn files_that_no_fleet_wrote_are_left_alone() {
        for name in [EXPORTS, CERTIFICATE] {
            let home = tempfile::tempdir().expect("a directory");
            let file = home.path().join(name);
            std::fs::write(&file, "my own").expect("written");
            let error = ClientEnvironment::prepare(home.path()).err();
            let error = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(
                error.contains(name) && error.contains("is not replaced"),
                "{error}"
            );
            assert_eq!(std::fs::read(&file).expect("there"), b"my own");
        }
    }

    #[test]
    fn what_a_fleet_left_makes_room_and_what_one_holds_is_refused() {
        let home = tempfile::tempdir().expect("a directory");
        for (name, text) in [(EXPORTS, HEAD), (CERTIFICATE, "of that fleet")] {
            std::fs::write(home.path().join(name), text).expect("written");
        }
        let first = ClientEnvironment::prepare(home.path());
        assert!(first.is_ok() && !home.path().join(EXPORTS).exists());
        assert!(!home.path().join(CERTIFICATE).exists());
        assert!(ClientEnvironment::prepare(home.path()).is_err());
    }

    #[test]
    fn a_shell_reads_back_exactly_what_was_quoted() {
        for text in [
            "",
            "plain",
            "it's",
            "$HOME `id` \"x\" \\ ;|&",
            "''",
            "spaces  and\ttabs",
        ] {
            let script = format!("printf %s {}", quoted(text));
            let said = Command::new("sh")
                .args(["-c", &script])
                .output()
                .expect("a shell");
            assert_eq!(String::from_utf8(said.stdout).expect("text"), text);
        }
    }
}
