//! Scheme, host and port of an endpoint, parsed once and strictly.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How bytes travel to the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plaintext; allowed to loopback only.
    Http,
    /// TLS with verified certificates.
    Https,
}

impl Scheme {
    /// As in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// `scheme://host[:port]` and nothing else: no user, path, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin {
    scheme: Scheme,
    /// Lower-case ASCII name, IPv4 address, or IPv6 address without brackets.
    host: String,
    /// 1–65,535.
    port: u16,
}

/// Why a URL is not an endpoint's origin.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum OriginError {
    /// Longer than any real host.
    #[error("URL of {0} bytes; the limit is 300")]
    TooLong(usize),
    /// Neither `https://` nor `http://`.
    #[error("URL {0:?} must start with https:// (or http:// to a loopback address)")]
    Scheme(String),
    /// `user@host`, which hides the real host.
    #[error("URL {0:?} has a user name before the host; give scheme://host[:port] only")]
    UserInfo(String),
    /// A path, query or fragment.
    #[error("URL {0:?} has a path, query or fragment; give scheme://host[:port] only")]
    Extra(String),
    /// Not a host name or address.
    #[error("host {0:?} is not a DNS name of letters, digits, dots and hyphens, nor an IP address")]
    Host(String),
    /// Not a port number.
    #[error("port {0:?} is not a number from 1 to 65535")]
    Port(String),
    /// Plaintext to another machine.
    #[error("plaintext http:// is allowed to a loopback address only, not to {0:?}; use https://")]
    Plaintext(String),
}

impl Origin {
    /// Reads `scheme://host[:port][/]`; the host is lower-cased, the default port filled in.
    ///
    /// # Errors
    /// [`OriginError`], naming the offending part, for anything else, and for plaintext to a host that is not loopback.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        if text.len() > MAX_URL_BYTES {
            return Err(OriginError::TooLong(text.len()));
        }
        let shown = || text.escape_debug().to_string();
        let (scheme, rest) = match text.split_once("://") {
            Some((s, rest)) if s.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
            Some((s, rest)) if s.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
            _ => return Err(OriginError::Scheme(shown())),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if let Some(position) = authority.find(['/', '?', '#', '\\']) {
            let before = authority.get(..position).unwrap_or_default();
            return Err(if before.contains('@') {
                OriginError::UserInfo(shown())
            } else {
                OriginError::Extra(shown())
            });
        }
        if authority.contains('@') {
            return Err(OriginError::UserInfo(shown()));
        }
        let (host, port) = split_port(authority);
        let port = match port {
            None => scheme.default_port(),
            Some(digits) => parse_port(digits)
                .ok_or_else(|| OriginError::Port(digits.escape_debug().to_string()))?,
        };
        let host =
            parse_host(host).ok_or_else(|| OriginError::Host(host.escape_debug().to_string()))?;
        let origin = Self { scheme, host, port };
        if scheme == Scheme::Http && !origin.is_loopback_name() {
            return Err(OriginError::Plaintext(origin.host));
        }
        Ok(origin)
    }

    /// How bytes travel.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Lower-case name or address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// 1–65,535.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address when the host is one, not a name.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// `host[:port]` as in the `Host` header: the default port is left out, IPv6 is bracketed.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        if self.port == self.scheme.default_port() {
            host
        } else {
            format!("{host}:{}", self.port)
        }
    }

    /// Whether the host names this machine: a loopback address or `localhost`. A name can still resolve elsewhere, so
    /// the transport checks the peer after connecting too.
    pub fn is_loopback_name(&self) -> bool {
        self.host == "localhost" || self.ip().is_some_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.authority())
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.to_string()
    }
}

/// DNS allows 253 bytes of name; scheme and port add a few.
const MAX_URL_BYTES: usize = 300;

fn split_port(authority: &str) -> (&str, Option<&str>) {
    if let Some(end) = authority.strip_prefix('[').and_then(|rest| rest.find(']')) {
        let (host, rest) = authority.split_at(end + 2);
        return match rest.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if rest.is_empty() => (host, None),
            None => (authority, None),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

fn parse_port(digits: &str) -> Option<u16> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|&port| all_digits && port > 0)
}

fn parse_host(host: &str) -> Option<String> {
    if let Some(inner) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return inner.parse::<Ipv6Addr>().ok().map(|ip| ip.to_string());
    }
    if let Ok(ip) = host.parse::<Ipv4Addr>() {
        return Some(ip.to_string());
    }
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A last label of digits only would be read as an IPv4 address in a strange notation by some resolvers.
    let last_is_number = host
        .rsplit('.')
        .next()
        .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
    (host.len() <= 253 && host.split('.').all(label_ok) && !last_is_number)
        .then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_47_upper_case_is_normalised() {
        let origin = Origin::parse("HTTPS://STS.AMAZONAWS.COM/").expect("valid");
        assert_eq!(origin.to_string(), "https://sts.amazonaws.com");
        assert_eq!(
            (origin.port(), origin.authority().as_str()),
            (443, "sts.amazonaws.com")
        );
    }

    #[test]
    fn a_port_that_is_not_the_default_stays_in_the_authority() {
        assert_eq!(
            Origin::parse("http://127.0.0.1:5000")
                .expect("valid")
                .authority(),
            "127.0.0.1:5000"
        );
        assert_eq!(
            Origin::parse("https://[::1]:1").expect("valid").authority(),
            "[::1]:1"
        );
    }

    #[test]
    fn bad_38_to_59_urls_that_are_not_origins_are_refused_by_name() {
        let cases: &[(&str, &str)] = &[
            ("http://sts.amazonaws.com", "plaintext"),
            ("https://sts.amazonaws.com@evil.io/", "user name"),
            (
                "https://evil.io/#sts.amazonaws.com",
                "path, query or fragment",
            ),
            (
                "https://sts.amazonaws.com/../x?y",
                "path, query or fragment",
            ),
            ("https://\u{455}ts.amazonaws.com", "host"),
            ("https://sts%2eamazonaws.com", "host"),
            ("https://sts.amazonaws.com%0d%0aHost:x", "port"),
            ("http://127.0.0.1:0", "port"),
            ("https://[::1]:", "port"),
            ("https://[::1", "port"),
            ("https://1.2.3", "host"),
            ("https://", "host"),
            ("https://sts..com", "host"),
            ("https://-sts.com", "host"),
            ("ftp://x", "https://"),
            ("file:///etc/passwd", "https://"),
            ("unix:/x", "https://"),
            ("https://sts.amazonaws.com:+443", "port"),
            ("https://sts.amazonaws.com:65536", "port"),
            ("http://10.0.0.1", "plaintext"),
        ];
        for (url, word) in cases {
            let error = Origin::parse(url).expect_err(url).to_string();
            assert!(error.contains(word), "{url}: {error}");
            assert!(!error.contains('\n'), "{url}: {error}");
        }
        assert_eq!(
            Origin::parse(&"h".repeat(65_536)),
            Err(OriginError::TooLong(65_536))
        );
    }
}
