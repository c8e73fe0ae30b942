//! The system's resolver.

use std::error::Error;
use std::io;

use rustix::io::Errno;

use crate::sample::FailureKind;

use super::resolve::{Resolve, Resolved};

/// The system's resolver, as applications use it: `/etc/hosts`, the configured servers, and its order of addresses.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    async fn addresses(&self, host: &str, port: u16) -> Result<Resolved, FailureKind> {
        match tokio::net::lookup_host((host, port)).await {
            Ok(addresses) => Ok(addresses.collect::<Vec<_>>().into()),
            Err(error) => Err(classify(&error)),
        }
    }
}

/// What the system's resolver tells. It hands over its code as a text only, which is that of `gai_strerror` in the C
/// locale: glibc, musl and the BSDs word it differently.
fn classify(error: &io::Error) -> FailureKind {
    if let Some(code) = error.raw_os_error()
        && [Errno::MFILE, Errno::NFILE].contains(&Errno::from_raw_os_error(code))
    {
        return FailureKind::ClientFds;
    }
    let text = error.get_ref().map_or_else(
        || error.to_string(),
        |inner: &(dyn Error + Send + Sync)| inner.to_string(),
    );
    let no_such_name = [
        "Name or service not known",
        "Name does not resolve",
        "nodename nor servname provided",
    ];
    if no_such_name.iter().any(|words| text.contains(words)) {
        FailureKind::DnsNxdomain
    } else {
        FailureKind::DnsFailed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_01_an_unknown_name_is_told_from_a_resolver_that_failed() {
        let told = |text: &str| {
            classify(&io::Error::other(format!(
                "failed to lookup address information: {text}"
            )))
        };
        assert_eq!(told("Name or service not known"), FailureKind::DnsNxdomain);
        assert_eq!(
            told("Temporary failure in name resolution"),
            FailureKind::DnsFailed
        );
        assert_eq!(
            told("No address associated with hostname"),
            FailureKind::DnsFailed
        );
        let no_descriptor = io::Error::from_raw_os_error(Errno::MFILE.raw_os_error());
        assert_eq!(classify(&no_descriptor), FailureKind::ClientFds);
    }
}
