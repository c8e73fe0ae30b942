//! Who is trusted, and the TLS settings that follow. Certificates are always verified; there is no way around it.
//!
//! Session keys are never logged, whatever the environment says.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

use crate::plan::ConnectionMode;
use sts_model::Endpoint;

/// Which certificate authorities vouch for which endpoints.
///
/// Mozilla's roots vouch for every endpoint. Further roots vouch only for endpoints on this machine and for hosts that
/// the user has named in full, so that a laboratory's authority can never vouch for AWS.
#[derive(Debug, Clone)]
pub struct Trust {
    public: Roots,
    extended: Option<Roots>,
    vouched_hosts: BTreeSet<String>,
    plaintext_hosts: BTreeSet<String>,
    fleet: BTreeSet<SocketAddr>,
    local_names: bool,
}

/// A set of roots with the TLS settings that verify against it, made once: making them takes longer than a handshake.
#[derive(Debug, Clone)]
struct Roots {
    store: Arc<RootCertStore>,
    settings: Arc<ClientConfig>,
}

/// A certificate authority could not be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TrustError {
    /// Not PEM, or broken PEM.
    #[error("certificate {position} in the authority file is not readable PEM: {reason}")]
    Pem {
        /// Counted from 1.
        position: usize,
        /// The reader's words.
        reason: String,
    },
    /// PEM, but not of a certificate that can be a root.
    #[error("certificate {position} in the authority file cannot be a root: {reason}")]
    Root {
        /// Counted from 1.
        position: usize,
        /// The reader's words.
        reason: String,
    },
    /// No certificate at all.
    #[error("the authority file holds no certificate in PEM form")]
    Empty,
}

impl Trust {
    /// Mozilla's roots, for every endpoint.
    pub fn public() -> Self {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        Self {
            public: Roots::new(roots),
            extended: None,
            vouched_hosts: BTreeSet::new(),
            plaintext_hosts: BTreeSet::new(),
            fleet: BTreeSet::new(),
            local_names: false,
        }
    }

    /// Trusts the authorities in `pem` too, for endpoints on this machine and for [vouched hosts](Self::with_host).
    ///
    /// # Errors
    /// [`TrustError`] when `pem` holds no certificate or one that cannot be a root.
    pub fn with_authority(mut self, pem: &[u8]) -> Result<Self, TrustError> {
        let mut roots = (*self.extended.as_ref().unwrap_or(&self.public).store).clone();
        let mut position = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            position += 1;
            let certificate = certificate.map_err(|error| TrustError::Pem {
                position,
                reason: error.to_string(),
            })?;
            roots.add(certificate).map_err(|error| TrustError::Root {
                position,
                reason: error.to_string(),
            })?;
        }
        if position == 0 {
            return Err(TrustError::Empty);
        }
        self.extended = Some(Roots::new(roots));
        Ok(self)
    }

    /// The user vouches for `host`, named in full: further authorities hold for it and it may have a private address,
    /// as an endpoint inside a private network has.
    #[must_use]
    pub fn with_host(mut self, host: &str) -> Self {
        self.vouched_hosts.insert(host.to_ascii_lowercase());
        self
    }

    /// The user takes it upon themselves that requests to `host`, named in full, leave this machine in plaintext.
    #[must_use]
    pub fn with_plaintext_host(mut self, host: &str) -> Self {
        self.plaintext_hosts.insert(host.to_ascii_lowercase());
        self
    }

    /// Admits the addresses of the simulated fleet that this very run has started, for TLS alone. Only addresses that are
    /// set aside for benchmarks of networks count, 198.18.0.0/15 (RFC 2544): no other host can be reached through them.
    #[must_use]
    pub fn with_emulator(mut self, addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.fleet.extend(
            addresses
                .into_iter()
                .filter(|address| is_for_benchmarks(address.ip())),
        );
        self
    }

    /// The user has named a resolver on this machine: a public name may have an address of this machine there, if an
    /// authority was given too. Over a connection to such an address that authority vouches, over any other it does not,
    /// so that it cannot vouch for AWS.
    #[must_use]
    pub fn with_local_names(self) -> Self {
        Self {
            local_names: true,
            ..self
        }
    }

    /// No public name is on this machine.
    #[cfg(feature = "client-reqwest")]
    pub(super) fn without_local_names(self) -> Self {
        Self {
            local_names: false,
            ..self
        }
    }

    /// Whether a public name may be on this machine.
    pub(super) fn admits_local_names(&self) -> bool {
        self.local_names && self.extended.is_some()
    }

    /// The settings of one connection where a public name is on this machine.
    pub(super) fn local_config(&self, connection: ConnectionMode) -> Option<Arc<ClientConfig>> {
        self.extended
            .as_ref()
            .filter(|_| self.local_names)
            .map(|roots| roots.settings_for(connection))
    }

    /// Whether the run's own fleet listens at `address`.
    pub(super) fn knows_emulator_at(&self, address: SocketAddr) -> bool {
        self.fleet.contains(&address)
    }

    /// Whether the user has named the host.
    pub(super) fn vouches_for(&self, host: &str) -> bool {
        self.vouched_hosts.contains(host)
    }

    /// Whether requests to `host` may leave this machine in plaintext.
    pub(super) fn admits_plaintext_to(&self, host: &str) -> bool {
        self.plaintext_hosts.contains(host)
    }

    /// The settings of one connection to `endpoint`. Only a resumed one keeps sessions, and each its own, so that a
    /// handshake is as full as its label says.
    pub(super) fn client_config(
        &self,
        endpoint: &Endpoint,
        connection: ConnectionMode,
    ) -> Arc<ClientConfig> {
        let host = endpoint.origin.host();
        let is_local = endpoint.address.is_some() || endpoint.origin.is_loopback_name();
        let roots = match &self.extended {
            Some(extended) if is_local || self.vouches_for(host) => extended,
            _ => &self.public,
        };
        roots.settings_for(connection)
    }
}

/// The settings of connections to servers that are not measured: Mozilla's roots, and the authorities in `pem`.
///
/// # Errors
/// [`TrustError`] when `pem` holds no certificate or one that cannot be a root.
#[cfg(feature = "s3")]
pub(crate) fn unmeasured_config(pem: Option<&[u8]>) -> Result<ClientConfig, TrustError> {
    let trust = match pem {
        Some(pem) => Trust::public().with_authority(pem)?,
        None => Trust::public(),
    };
    let roots = trust.extended.as_ref().unwrap_or(&trust.public);
    Ok((*roots.settings).clone())
}

fn is_for_benchmarks(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(v4) if matches!(v4.octets(), [198, 18 | 19, _, _]))
}

impl Roots {
    fn new(store: RootCertStore) -> Self {
        let (store, provider) = (Arc::new(store), Arc::new(aws_lc_rs::default_provider()));
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(&store), Arc::clone(&provider))
                .build()
                .expect("the root store is never empty and no revocation list is given");
        let mut settings = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .expect("the provider has cipher suites for both versions")
            .with_webpki_verifier(verifier)
            .with_no_client_auth();
        settings.alpn_protocols = vec![b"http/1.1".to_vec()];
        settings.resumption = Resumption::disabled();
        Self {
            store,
            settings: Arc::new(settings),
        }
    }

    fn settings_for(&self, connection: ConnectionMode) -> Arc<ClientConfig> {
        match connection {
            ConnectionMode::Cold | ConnectionMode::Warm => Arc::clone(&self.settings),
            ConnectionMode::Resumed => {
                let mut settings = (*self.settings).clone();
                settings.resumption = Resumption::in_memory_sessions(SESSIONS_PER_CONNECTION);
                Arc::new(settings)
            }
        }
    }
}

/// A connection has one server name; the store wants room for its tickets of both protocol versions.
pub(super) const SESSIONS_PER_CONNECTION: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_10_only_addresses_for_benchmarks_can_be_a_fleets() {
        let address = |text: &str| text.parse::<SocketAddr>().expect("an address");
        let given = [
            "198.18.0.1:443",
            "198.19.255.254:443",
            "198.17.0.1:443",
            "198.20.0.1:443",
            "10.0.0.1:443",
        ];
        let trust = Trust::public().with_emulator(given.map(address));
        assert_eq!(
            given.map(|text| trust.knows_emulator_at(address(text))),
            [true, true, false, false, false]
        );
        assert!(
            !trust.knows_emulator_at(address("198.18.0.1:444")),
            "exactly what was announced"
        );
    }

    #[test]
    fn an_authority_file_without_a_certificate_is_refused() {
        assert_eq!(
            Trust::public().with_authority(b"nothing").map(|_| ()),
            Err(TrustError::Empty)
        );
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(matches!(
            Trust::public().with_authority(broken),
            Err(TrustError::Root { position: 1, .. })
        ));
    }
}
