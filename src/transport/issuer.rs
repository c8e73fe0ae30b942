//! Who issued the certificate that is presented for a host. Nothing is trusted here: each handshake is refused, and no request
//! follows.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::version::{TLS12, TLS13};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme,
};
use webpki::EndEntityCert;

/// The organisation or, without one, the common name of the issuer in the certificate that is presented at `address` for `host`:
/// at most 64 letters, digits, spaces and marks of names. Anybody can write any name there. Each wait for the server takes at most `limit`.
pub(crate) fn presented_issuer(address: SocketAddr, host: &str, limit: Duration) -> Option<String> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let refusal = Arc::new(RefusesAll {
        provider: Arc::clone(&provider),
        issuer: OnceLock::new(),
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&refusal) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let mut tls = ClientConnection::new(Arc::new(config), name).ok()?;
    let mut stream = connected(address, limit).ok()?;
    // It ends in the verifier's refusal.
    let _refused = tls.complete_io(&mut stream);
    refusal.issuer.get().cloned()
}

fn connected(address: SocketAddr, limit: Duration) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    Ok(stream)
}

/// Notes the issuer of a certificate and refuses the certificate.
#[derive(Debug)]
struct RefusesAll {
    provider: Arc<CryptoProvider>,
    issuer: OnceLock<String>,
}

const REFUSED: Error = Error::InvalidCertificate(CertificateError::UnknownIssuer);

impl ServerCertVerifier for RefusesAll {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = EndEntityCert::try_from(end_entity).ok();
        if let Some(name) = certificate.and_then(|it| name_of(it.issuer())) {
            let _only_one = self.issuer.set(name);
        }
        Err(REFUSED)
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(REFUSED)
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(REFUSED)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

/// Tags of DER (X.690 §8).
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT_IDENTIFIER: u8 = 0x06;

/// The attributes that say who an issuer is, the better one first, as DER: organizationName and commonName (X.520).
const NAMING: [&[u8]; 2] = [&[0x55, 0x04, 0x0a], &[0x55, 0x04, 0x03]];

/// What names an issuer in the contents of a `Name` (RFC 5280 §4.1.2.4), if that is text in UTF-8.
fn name_of(name: &[u8]) -> Option<String> {
    let attributes = elements(name)
        .filter(|(tag, _)| *tag == SET)
        .flat_map(|(_, set)| elements(set))
        .filter(|(tag, _)| *tag == SEQUENCE);
    let attributes: Vec<(&[u8], &[u8])> = attributes
        .filter_map(|(_, attribute)| {
            let mut parts = elements(attribute);
            let kind = parts.next().filter(|(tag, _)| *tag == OBJECT_IDENTIFIER)?;
            Some((kind.1, parts.next()?.1))
        })
        .collect();
    NAMING.iter().find_map(|wanted| {
        let (_, value) = attributes.iter().find(|(kind, _)| kind == wanted)?;
        let text = std::str::from_utf8(value).ok()?;
        let shown: String = text.chars().filter(is_of_a_name).take(LONGEST).collect();
        (!shown.is_empty()).then_some(shown)
    })
}

/// Characters of a name that are kept at most.
const LONGEST: usize = 64;

/// Whether names of organisations are written with it; nothing else of what a stranger wrote is kept.
fn is_of_a_name(letter: &char) -> bool {
    letter.is_alphanumeric() || " .,-&'()".contains(*letter)
}

/// The elements of which `der` consists, each with its tag; it ends where they are broken.
fn elements(der: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = der;
    std::iter::from_fn(move || {
        let (&tag, after) = rest.split_first()?;
        let (&first, after) = after.split_first()?;
        let (length, after) = match first {
            0..=0x7f => (usize::from(first), after),
            0x81 => {
                let (&length, after) = after.split_first()?;
                (usize::from(length), after)
            }
            0x82 => {
                let (length, after) = after.split_first_chunk::<2>()?;
                (usize::from(u16::from_be_bytes(*length)), after)
            }
            _ => return None,
        };
        let (value, after) = after.split_at_checked(length)?;
        rest = after;
        Some((tag, value))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn mozillas_roots_are_named_by_their_organisation() {
        let names: Vec<String> = webpki_roots::TLS_SERVER_ROOTS
            .iter()
            .filter_map(|root| name_of(&root.subject))
            .collect();
        let unnamed = webpki_roots::TLS_SERVER_ROOTS.len() - names.len();
        assert!(unnamed <= 1, "{unnamed} roots without a name");
        for known in ["Amazon", "Internet Security Research Group"] {
            assert!(names.iter().any(|name| name == known), "{known}: {names:?}");
        }
    }

    #[test]
    fn without_an_organisation_the_common_name_counts() {
        let mut parameters = rcgen::CertificateParams::default();
        let name = rcgen::DnType::CommonName;
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.distinguished_name.push(name, "Laboratory ü");
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = parameters.self_signed(&key).expect("a certificate");
        let certificate = EndEntityCert::try_from(certificate.der()).expect("a certificate");
        assert_eq!(
            name_of(certificate.issuer()).as_deref(),
            Some("Laboratory ü")
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(name in proptest::collection::vec(any::<u8>(), 0..64)) {
            let read: usize = elements(&name).map(|(_, value)| value.len() + 2).sum();
            prop_assert!(read <= name.len());
            prop_assert!(name_of(&name).is_none_or(|text| (1..=LONGEST).contains(&text.chars().count())));
        }
    }
}
