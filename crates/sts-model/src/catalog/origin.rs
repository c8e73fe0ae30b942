//! Scheme, host, port and path of an endpoint, parsed once and strictly.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How bytes travel to the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plaintext; allowed to loopback, and to hosts that the user names for it.
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

/// `scheme://host[:port][/path]` and nothing else: no user, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin {
    scheme: Scheme,
    /// Lower-case ASCII name, IPv4 address, or IPv6 address without brackets.
    host: String,
    /// 1–65,535.
    port: u16,
    /// What the requests are sent to; [`ROOT`] for AWS's endpoints.
    path: String,
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
    #[error("URL {0:?} has a user name before the host; give scheme://host[:port][/path] only")]
    UserInfo(String),
    /// A query or fragment, or a path that not everybody reads alike.
    #[error(
        "URL {0:?} has a path, query or fragment that cannot be signed; give scheme://host[:port][/path], the path of letters, digits and -._~ between single slashes"
    )]
    Extra(String),
    /// Not a host name or address.
    #[error("host {0:?} is not a DNS name of letters, digits, dots and hyphens, nor an IP address")]
    Host(String),
    /// Not a port number.
    #[error("port {0:?} is not a number from 1 to 65535")]
    Port(String),
    /// Plaintext to another machine.
    #[error(
        "{}; use https://, or --insecure-http {host} for a laboratory's own network",
        Self::plaintext_refused(.0),
        host = bracketed(.0)
    )]
    Plaintext(String),
}

impl OriginError {
    /// Why plaintext to `host` is refused, without what admits it.
    pub fn plaintext_refused(host: &str) -> String {
        format!("plaintext http:// is allowed to a loopback address only, not to {host:?}")
    }
}

/// `text` without what stands before the host of a URL in it, and behind a question mark: names, passwords and tokens.
pub fn without_secrets(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, url)) = rest.split_once("://") {
        let ends =
            |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '`' | '<' | '>');
        let (url, after) = url.split_at(url.find(ends).unwrap_or(url.len()));
        let authority = url.find(['/', '?', '#', '\\']).unwrap_or(url.len());
        let host = url[..authority].rfind('@').map_or(0, |at| at + 1);
        let query = url.find('?').map_or(url.len(), |at| at + 1);
        shown.push_str(before);
        shown.push_str("://");
        if host > 0 {
            shown.push_str("****@");
        }
        shown.push_str(&url[host..query]);
        if query < url.len() {
            shown.push_str("****");
        }
        rest = after;
    }
    shown + rest
}

impl Origin {
    /// Reads `scheme://host[:port][/path]`; the host is lower-cased, the default port filled in.
    ///
    /// # Errors
    /// [`OriginError`], naming the offending part, for anything else, and for plaintext to a host that is not loopback.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        Self::parse_admitting(text, &[])
    }

    /// The same, with plaintext admitted to `plaintext_hosts` too.
    ///
    /// # Errors
    /// As for [`Origin::parse`].
    pub fn parse_admitting(text: &str, plaintext_hosts: &[String]) -> Result<Self, OriginError> {
        let origin = Self::read(text)?;
        let admitted = plaintext_hosts
            .iter()
            .any(|host| host.eq_ignore_ascii_case(&origin.host));
        if origin.is_plaintext_elsewhere() && !admitted {
            return Err(OriginError::Plaintext(origin.host));
        }
        Ok(origin)
    }

    /// The parts of the text. Who may be sent plaintext is for others to say: a stored run is read and not called.
    fn read(text: &str) -> Result<Self, OriginError> {
        if text.len() > MAX_URL_BYTES {
            return Err(OriginError::TooLong(text.len()));
        }
        let shown = || without_secrets(text).escape_debug().to_string();
        let (scheme, rest) = match text.split_once("://") {
            Some((s, rest)) if s.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
            Some((s, rest)) if s.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
            _ => return Err(OriginError::Scheme(shown())),
        };
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(OriginError::UserInfo(shown()));
        }
        let path = match path {
            "" => ROOT,
            path if is_path(path) => path,
            _ => return Err(OriginError::Extra(shown())),
        };
        let (host, port) = split_port(authority);
        let port = match port {
            None => scheme.default_port(),
            Some(digits) => parse_port(digits)
                .ok_or_else(|| OriginError::Port(digits.escape_debug().to_string()))?,
        };
        let host =
            parse_host(host).ok_or_else(|| OriginError::Host(host.escape_debug().to_string()))?;
        Ok(Self {
            scheme,
            host,
            port,
            path: path.to_owned(),
        })
    }

    /// Whether requests would leave this machine in plaintext.
    pub fn is_plaintext_elsewhere(&self) -> bool {
        self.scheme == Scheme::Http && !self.is_loopback_name()
    }

    /// What requests are sent to, `/` unless the URL says otherwise.
    pub fn path(&self) -> &str {
        &self.path
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
        let host = bracketed(&self.host);
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

/// A host as it stands in URLs: an IPv6 address in brackets.
fn bracketed(host: &str) -> String {
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path == ROOT { "" } else { &self.path };
        write!(f, "{}://{}{path}", self.scheme.as_str(), self.authority())
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text)
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.to_string()
    }
}

/// DNS allows 253 bytes of name; scheme, port and path add some.
const MAX_URL_BYTES: usize = 500;
/// The path of AWS's own endpoints.
const ROOT: &str = "/";

/// Whether a text is a path that is written in one way only: nothing to be escaped, resolved or merged.
fn is_path(text: &str) -> bool {
    let plain = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
    };
    let inner = text
        .strip_prefix('/')
        .map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    text == ROOT || inner.is_some_and(|inner| inner.split('/').all(plain))
}

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
    fn what_a_url_holds_beside_its_place_is_not_shown() {
        for (text, shown) in [
            (
                "http://u:hunter2@127.0.0.1:7701",
                "http://****@127.0.0.1:7701",
            ),
            (
                "the URL \"https://token@h.example/a@b?X-Amz-Security-Token=IQoJ#x\", and ftp://a:b@c",
                "the URL \"https://****@h.example/a@b?****\", and ftp://****@c",
            ),
            ("http://u:p@ss@h/", "http://****@h/"),
            ("https://sts.amazonaws.com/", "https://sts.amazonaws.com/"),
            ("https://h/?", "https://h/?"),
            ("a@b, no URL", "a@b, no URL"),
        ] {
            assert_eq!(without_secrets(text), shown);
        }
        let error = Origin::parse("http://u:hunter2@127.0.0.1:7701").expect_err("has a user");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

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
    fn a_path_stays_as_it_is_and_the_root_is_not_written() {
        for (url, path, written) in [
            ("https://minio:9000", "/", "https://minio:9000"),
            ("https://minio:9000/", "/", "https://minio:9000"),
            (
                "https://minio:9000/sts/minio",
                "/sts/minio",
                "https://minio:9000/sts/minio",
            ),
            (
                "https://minio:9000/Sts.v1/~a_b-c/",
                "/Sts.v1/~a_b-c/",
                "https://minio:9000/Sts.v1/~a_b-c/",
            ),
            ("http://[::1]:9000/sts", "/sts", "http://[::1]:9000/sts"),
        ] {
            let origin = Origin::parse(url).expect(url);
            assert_eq!(
                (origin.path(), origin.to_string().as_str()),
                (path, written)
            );
            assert_eq!(Origin::try_from(written.to_owned()), Ok(origin), "{url}");
        }
    }

    #[test]
    fn plaintext_leaves_this_machine_only_to_a_host_that_was_named_exactly() {
        let admitted = ["stack".to_owned(), "10.1.2.3".to_owned()];
        for (url, elsewhere) in [
            ("http://stack:4566", true),
            ("http://STACK", true),
            ("http://10.1.2.3:80", true),
            ("http://localhost:1", false),
            ("https://other", false),
        ] {
            let origin = Origin::parse_admitting(url, &admitted).expect(url);
            assert_eq!(origin.is_plaintext_elsewhere(), elsewhere, "{url}");
            let again = Origin::try_from(origin.to_string());
            assert_eq!(again, Ok(origin), "a stored run is readable");
        }
        for url in [
            "http://stack.evil.io",
            "http://xstack",
            "http://10.1.2.4",
            "http://sta",
        ] {
            let refused = Origin::parse_admitting(url, &admitted);
            assert!(matches!(refused, Err(OriginError::Plaintext(_))), "{url}");
        }
        assert!(matches!(
            Origin::parse("http://stack:4566"),
            Err(OriginError::Plaintext(_))
        ));
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
            ("https://minio:9000//sts", "path, query or fragment"),
            ("https://minio:9000/sts//minio", "path, query or fragment"),
            ("https://minio:9000/./sts", "path, query or fragment"),
            ("https://minio:9000/s%2fts", "path, query or fragment"),
            ("https://minio:9000/sts minio", "path, query or fragment"),
            ("https://minio:9000\\sts", "path, query or fragment"),
            ("https://minio:9000/sts@evil.io", "path, query or fragment"),
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
