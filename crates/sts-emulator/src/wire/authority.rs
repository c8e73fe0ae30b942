//! The emulator's own certificate authority, made at start and forgotten at the end.
//!
//! Its root has to be trusted for one run only; the keys never leave the process. TLS 1.2 and 1.3 with session tickets,
//! HTTP/1.1 by ALPN.

use std::net::IpAddr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use thiserror::Error;
use time::{Duration, OffsetDateTime};

use crate::config::link::TlsVersion;

/// Why certificates could not be made.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// Making or signing a certificate failed.
    #[error("cannot make the certificate of {subject}: {reason}")]
    Certificate {
        /// What it was for.
        subject: String,
        /// The library's reason.
        reason: rcgen::Error,
    },
    /// The TLS library refused the certificate or its own parameters.
    #[error("cannot set up TLS for {subject}: {reason}")]
    Tls {
        /// What it was for.
        subject: String,
        /// The library's reason.
        reason: rustls::Error,
    },
}

/// A root key that signs the certificates of endpoints.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root_pem: String,
    valid: [OffsetDateTime; 2],
}

impl Authority {
    /// A fresh root, good for a year from the day before `now`.
    pub(crate) fn new(now: OffsetDateTime) -> Result<Self, AuthorityError> {
        let subject = "stsbench simulated fleet CA";
        let refuse = |reason| AuthorityError::Certificate {
            subject: subject.to_owned(),
            reason,
        };
        let valid = [now - Duration::days(1), now + Duration::days(365)];
        let mut root = parameters(subject, &[], valid).map_err(refuse)?;
        root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(refuse)?;
        let root_pem = root.self_signed(&key).map_err(refuse)?.pem();
        Ok(Self {
            issuer: Issuer::new(root, key),
            root_pem,
            valid,
        })
    }

    /// The root certificate, for clients to trust.
    pub(crate) fn root_pem(&self) -> &str {
        &self.root_pem
    }

    /// TLS for one endpoint: its real host name, `localhost` and its address are the certificate's names.
    pub(crate) fn server_config(
        &self,
        host: &str,
        address: IpAddr,
        newest: TlsVersion,
    ) -> Result<Arc<ServerConfig>, AuthorityError> {
        let refuse = |reason| AuthorityError::Certificate {
            subject: host.to_owned(),
            reason,
        };
        let names = [host.to_owned(), "localhost".to_owned(), address.to_string()];
        let mut leaf = parameters(host, &names, self.valid).map_err(refuse)?;
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().map_err(refuse)?;
        let certificate = leaf.signed_by(&key, &self.issuer).map_err(refuse)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());

        let versions: &[_] = match newest {
            TlsVersion::V12 => &[&rustls::version::TLS12],
            TlsVersion::V13 => &[&rustls::version::TLS12, &rustls::version::TLS13],
        };
        let refuse = |reason| AuthorityError::Tls {
            subject: host.to_owned(),
            reason,
        };
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_protocol_versions(versions)
                .map_err(refuse)?
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key.into())
                .map_err(refuse)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.ticketer = aws_lc_rs::Ticketer::new().map_err(refuse)?;
        Ok(Arc::new(config))
    }
}

fn parameters(
    subject: &str,
    names: &[String],
    [not_before, not_after]: [OffsetDateTime; 2],
) -> Result<CertificateParams, rcgen::Error> {
    let mut parameters = CertificateParams::new(names.to_vec())?;
    parameters.distinguished_name = DistinguishedName::new();
    parameters
        .distinguished_name
        .push(DnType::CommonName, subject);
    (parameters.not_before, parameters.not_after) = (not_before, not_after);
    Ok(parameters)
}
