//! Errors of the resolver, the socket, TLS and HTTP, classified by their types.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustix::io::Errno;
use rustls::{AlertDescription, CertificateError};

use crate::sample::FailureKind;

/// What the system's resolver tells. It hands over its code as a text only, which is that of `gai_strerror` in the C
/// locale: glibc, musl and the BSDs word it differently.
pub(crate) fn resolving(error: &io::Error) -> FailureKind {
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

/// Why a client failed that looks up, connects, shakes hands and asks in one go, such as that of the AWS SDK.
pub(crate) fn asking(error: &(dyn Error + 'static)) -> FailureKind {
    let says = |words: &str| chain(error).any(|cause| cause.to_string().contains(words));
    if let Some(error) = chain(error).find_map(|cause| cause.downcast_ref()) {
        return tls(error);
    }
    // Its time-outs are of a type of its own that only its text tells apart.
    if says("connect timeout") {
        return FailureKind::TcpTimeout;
    }
    if says("read timeout") {
        return FailureKind::HttpHeaderTimeout;
    }
    match socket_cause(error) {
        Some(socket) if says("lookup address information") => resolving(socket),
        Some(socket) if socket.kind() == ErrorKind::UnexpectedEof => FailureKind::TlsClosed,
        Some(socket) => connecting(socket),
        None => waiting(error, Heard::Nothing),
    }
}

/// Why a TCP handshake failed.
pub(crate) fn connecting(error: &io::Error) -> FailureKind {
    if let Some(kind) = exhaustion(error) {
        return kind;
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => FailureKind::TcpRefused,
        ErrorKind::TimedOut => FailureKind::TcpTimeout,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            FailureKind::TcpUnreachable
        }
        ErrorKind::ConnectionReset => FailureKind::TcpReset,
        _ => FailureKind::TcpOther,
    }
}

/// What this machine has run out of, if that is the cause.
fn exhaustion(error: &io::Error) -> Option<FailureKind> {
    if error.kind() == ErrorKind::AddrNotAvailable {
        return Some(FailureKind::ClientPorts);
    }
    let errno = Errno::from_raw_os_error(error.raw_os_error()?);
    [Errno::MFILE, Errno::NFILE]
        .contains(&errno)
        .then_some(FailureKind::ClientFds)
}

/// Why a TLS handshake failed.
pub(crate) fn shaking_hands(error: &io::Error) -> FailureKind {
    if let Some(error) = tls_cause(error) {
        return tls(error);
    }
    match error.kind() {
        ErrorKind::UnexpectedEof => FailureKind::TlsClosed,
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => FailureKind::TcpReset,
        ErrorKind::TimedOut => FailureKind::TlsTimeout,
        _ => FailureKind::TlsOther,
    }
}

fn tls_cause(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn tls(error: &rustls::Error) -> FailureKind {
    match error {
        rustls::Error::InvalidCertificate(reason) => certificate(reason),
        rustls::Error::NoCertificatesPresented => FailureKind::TlsBadCertificate,
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
        | rustls::Error::PeerIncompatible(_) => FailureKind::TlsVersion,
        rustls::Error::AlertReceived(_) | rustls::Error::NoApplicationProtocol => {
            FailureKind::TlsAlert
        }
        rustls::Error::InvalidMessage(_) | rustls::Error::PeerSentOversizedRecord => {
            FailureKind::TlsNotTls
        }
        _ => FailureKind::TlsOther,
    }
}

fn certificate(reason: &CertificateError) -> FailureKind {
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            FailureKind::TlsExpired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            FailureKind::TlsNotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            FailureKind::TlsWrongHost
        }
        CertificateError::UnknownIssuer => FailureKind::TlsUnknownIssuer,
        _ => FailureKind::TlsBadCertificate,
    }
}

/// How much of a response had come when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Not a byte.
    Nothing,
    /// A part of the head.
    Something,
}

/// Why no head came.
pub(crate) fn waiting(error: &(dyn Error + 'static), heard: Heard) -> FailureKind {
    let cause: Option<&hyper::Error> = chain(error).find_map(|cause| cause.downcast_ref());
    if let Some(cause) = cause.filter(|cause| cause.is_parse()) {
        return parsing(cause);
    }
    let Some(socket) = socket_cause(error) else {
        return FailureKind::HttpTruncatedHeader;
    };
    if let Some(error) = tls_cause(socket) {
        return tls(error);
    }
    match (socket.kind(), heard) {
        (
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted,
            Heard::Nothing,
        ) => FailureKind::TcpReset,
        (ErrorKind::TimedOut, _) => FailureKind::HttpHeaderTimeout,
        _ => FailureKind::HttpTruncatedHeader,
    }
}

/// hyper names a contradiction of lengths in its text only; every other broken head is one kind.
fn parsing(error: &hyper::Error) -> FailureKind {
    let text = error.to_string();
    if text.contains("content-length") || text.contains("transfer-encoding") {
        FailureKind::HttpFraming
    } else {
        FailureKind::HttpMalformed
    }
}

/// Why a body did not arrive whole.
pub(crate) fn receiving(error: &(dyn Error + 'static)) -> FailureKind {
    match socket_cause(error).map(io::Error::kind) {
        Some(ErrorKind::InvalidData | ErrorKind::InvalidInput) => FailureKind::HttpFraming,
        Some(ErrorKind::TimedOut) => FailureKind::BodyTimeout,
        _ => FailureKind::BodyShort,
    }
}

/// Whether the peer sent something without a request.
pub(crate) fn is_unsolicited(error: &hyper::Error) -> bool {
    // hyper has no predicate for its unexpected message: it is the error that has no cause and is none of the others.
    error.source().is_none()
        && !(error.is_parse()
            || error.is_incomplete_message()
            || error.is_canceled()
            || error.is_closed()
            || error.is_user())
}

/// The error of the socket behind `error`, if that is the cause.
pub(crate) fn socket_cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a io::Error> {
    // The innermost one: hyper and reqwest wrap the socket's error in io errors of their own.
    chain(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .last()
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // An io error's own `source` skips the error that it was made of.
        match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_34_and_35_running_out_of_descriptors_or_ports_is_told_from_the_network() {
        let raw = |errno: Errno| io::Error::from_raw_os_error(errno.raw_os_error());
        assert_eq!(connecting(&raw(Errno::MFILE)), FailureKind::ClientFds);
        assert_eq!(connecting(&raw(Errno::NFILE)), FailureKind::ClientFds);
        assert_eq!(
            connecting(&raw(Errno::ADDRNOTAVAIL)),
            FailureKind::ClientPorts
        );
        assert_eq!(
            connecting(&raw(Errno::CONNREFUSED)),
            FailureKind::TcpRefused
        );
    }

    #[test]
    fn fault_07_no_route_is_unreachable() {
        let raw = |errno: Errno| io::Error::from_raw_os_error(errno.raw_os_error());
        assert_eq!(
            connecting(&raw(Errno::HOSTUNREACH)),
            FailureKind::TcpUnreachable
        );
        assert_eq!(
            connecting(&raw(Errno::NETUNREACH)),
            FailureKind::TcpUnreachable
        );
        assert_eq!(connecting(&raw(Errno::TIMEDOUT)), FailureKind::TcpTimeout);
    }

    #[test]
    fn fault_10_an_alert_and_a_version_are_told_apart() {
        let inside = |error| shaking_hands(&io::Error::new(ErrorKind::InvalidData, error));
        assert_eq!(
            inside(rustls::Error::AlertReceived(
                AlertDescription::HandshakeFailure
            )),
            FailureKind::TlsAlert
        );
        assert_eq!(
            inside(rustls::Error::AlertReceived(
                AlertDescription::ProtocolVersion
            )),
            FailureKind::TlsVersion
        );
        assert_eq!(
            inside(rustls::Error::InvalidCertificate(
                CertificateError::BadSignature
            )),
            FailureKind::TlsBadCertificate
        );
    }

    #[test]
    fn fault_01_an_unknown_name_is_told_from_a_resolver_that_failed() {
        let told = |text: &str| {
            resolving(&io::Error::other(format!(
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
        assert_eq!(resolving(&no_descriptor), FailureKind::ClientFds);
    }
}
