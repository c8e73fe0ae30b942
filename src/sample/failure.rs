//! Failures of requests: one list of stable names and numbers.

use super::timing::Phase;

/// Where and how a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Failure {
    /// The phase that did not end well.
    pub phase: Phase,
    /// What happened.
    pub kind: FailureKind,
}

macro_rules! failure_kinds {
    ($($(#[$doc:meta])* $variant:ident = $number:literal $text:literal,)*) => {
        /// What happened to a request that failed: a stable name and number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FailureKind {
            $($(#[$doc])* $variant,)*
        }

        impl FailureKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Stable name, `layer.what`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// Stable number; the hundreds tell the layer.
            pub fn number(self) -> u16 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }
        }
    };
}

failure_kinds! {
    /// The name does not exist.
    DnsNxdomain = 1101 "dns.nxdomain",
    /// No answer from the resolver in time.
    DnsTimeout = 1102 "dns.timeout",
    /// The resolver failed or had no address.
    DnsFailed = 1103 "dns.failed",
    /// A public name that resolved to a private or loopback address.
    DnsRebind = 1104 "dns.rebind",
    /// The name has addresses and none of IPv4, which alone are to be dialled.
    DnsNoIpv4 = 1105 "dns.no_ipv4",
    /// The name has addresses and none of IPv6, which alone are to be dialled.
    DnsNoIpv6 = 1106 "dns.no_ipv6",
    /// No process listens at the port.
    TcpRefused = 1201 "tcp.refused",
    /// No answer to the TCP handshake in time.
    TcpTimeout = 1202 "tcp.timeout",
    /// No route.
    TcpUnreachable = 1203 "tcp.unreachable",
    /// The connection was reset before a response's head.
    TcpReset = 1204 "tcp.reset.pre_header",
    /// Plaintext, but the peer is not this machine.
    TcpNotLoopback = 1205 "tcp.not_loopback",
    /// Any other socket error.
    TcpOther = 1299 "tcp.other",
    /// The certificate has expired.
    TlsExpired = 1301 "tls.expired",
    /// The certificate is not valid yet.
    TlsNotYetValid = 1302 "tls.not_yet_valid",
    /// The certificate is for another name.
    TlsWrongHost = 1303 "tls.wrong_host",
    /// The certificate's issuer is not trusted.
    TlsUnknownIssuer = 1304 "tls.unknown_issuer",
    /// The certificate is unusable for another reason.
    TlsBadCertificate = 1305 "tls.bad_certificate",
    /// The handshake took too long.
    TlsTimeout = 1306 "tls.timeout",
    /// The peer refused the handshake.
    TlsAlert = 1307 "tls.alert",
    /// No protocol version or cipher suite in common.
    TlsVersion = 1308 "tls.version",
    /// The peer does not speak TLS.
    TlsNotTls = 1309 "tls.not_tls",
    /// The connection ended during the handshake.
    TlsClosed = 1310 "tls.closed",
    /// Any other failure of the handshake.
    TlsOther = 1399 "tls.other",
    /// No response's head in time.
    HttpHeaderTimeout = 1401 "http.header_timeout",
    /// The connection ended within the response's head.
    HttpTruncatedHeader = 1402 "http.truncated_header",
    /// Contradicting or broken message lengths.
    HttpFraming = 1403 "http.framing",
    /// Not HTTP/1.1, or a head beyond 32 KiB or 100 fields.
    HttpMalformed = 1404 "http.malformed",
    /// A redirect; never followed.
    HttpRedirect = 1405 "http.redirect",
    /// More interim responses than 8.
    HttpInterimFlood = 1406 "http.interim_flood",
    /// An error status without STS's error body.
    HttpStatus = 1407 "http.status",
    /// The body ended early.
    BodyShort = 1601 "body.short",
    /// The body took too long.
    BodyTimeout = 1602 "body.timeout",
    /// The body is not STS's XML.
    BodyXml = 1603 "body.xml",
    /// The body is larger than 64 KiB.
    BodyTooLarge = 1604 "body.too_large",
    /// No body where STS always sends one.
    BodyEmpty = 1605 "body.empty",
    /// A content encoding that was not asked for.
    BodyEncoding = 1606 "body.encoding",
    /// The answer to another call.
    BodyMismatch = 1607 "body.mismatch",
    /// No file descriptor left.
    ClientFds = 1801 "client.fds",
    /// No local port left.
    ClientPorts = 1802 "client.ports",
    /// The request could not be signed or formed.
    ClientRequest = 1803 "client.request",
    /// Given up because the run ended before the answer came.
    ClientAbandoned = 1804 "client.abandoned",
}

impl FailureKind {
    /// Whether a connection was there, with TLS where it was asked for: what went wrong is an answer, or that none came.
    pub fn is_of_http(self) -> bool {
        (1400..1800).contains(&self.number())
    }

    /// Whether somebody answered in full, and not as STS does.
    pub fn is_of_an_answer(self) -> bool {
        let is_broken_off = matches!(
            self,
            Self::HttpHeaderTimeout
                | Self::HttpTruncatedHeader
                | Self::BodyShort
                | Self::BodyTimeout
        );
        self.is_of_http() && !is_broken_off
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_an_answer_and_a_connection_that_ends_is_none() {
        assert!(FailureKind::HttpRedirect.is_of_an_answer());
        for kind in [FailureKind::HttpHeaderTimeout, FailureKind::BodyShort] {
            assert!(kind.is_of_http() && !kind.is_of_an_answer(), "{kind:?}");
        }
        assert!(!FailureKind::TlsExpired.is_of_http());
        assert!(!FailureKind::ClientFds.is_of_http());
    }

    #[test]
    fn failure_names_and_numbers_are_unique() {
        for (i, a) in FailureKind::ALL.iter().enumerate() {
            for b in &FailureKind::ALL[i + 1..] {
                assert!(
                    a.as_str() != b.as_str() && a.number() != b.number(),
                    "{a:?} {b:?}"
                );
            }
        }
    }
}
