//! The proxies on the way to a service, as the AWS CLI reads them from the environment: names in lower case come first, an
//! empty variable is none, and `NO_PROXY` may name a port.

use std::net::IpAddr;
use std::sync::Arc;

use aws_smithy_http_client::proxy::ProxyConfig;
use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::credentials::error::CredentialsError;
use crate::credentials::search::variables::variable;

/// The proxies that the environment names, or none.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies {
    matcher: Option<Arc<Matcher>>,
    /// Hosts that are reached directly at one port.
    exempt: Vec<(String, u16)>,
    http: Option<String>,
    https: Option<String>,
}

/// One of a kind for each way to a service.
#[derive(Debug, Clone)]
pub(super) struct Ways<T> {
    direct: T,
    http: T,
    https: T,
}

impl<T> Ways<T> {
    pub(super) fn map<U>(&self, make: impl Fn(&T) -> U) -> Ways<U> {
        Ways {
            direct: make(&self.direct),
            http: make(&self.http),
            https: make(&self.https),
        }
    }

    /// That on which a request of `scheme` goes, through a proxy or not.
    pub(super) fn of(&self, scheme: Option<&str>, proxy: Option<&Intercept>) -> &T {
        match (proxy, scheme) {
            (None, _) => &self.direct,
            (Some(_), Some("http")) => &self.http,
            (Some(_), _) => &self.https,
        }
    }
}

impl<T: Clone> Ways<T> {
    /// The same for all.
    pub(super) fn direct(way: T) -> Self {
        Self {
            direct: way.clone(),
            http: way.clone(),
            https: way,
        }
    }
}

impl Proxies {
    /// # Errors
    /// A variable that counts is no URL.
    pub(super) fn of_environment() -> Result<Self, CredentialsError> {
        let all = proxy(["all_proxy", "ALL_PROXY"])?;
        let http = proxy(["http_proxy", "HTTP_PROXY"])?.or_else(|| all.clone());
        let https = proxy(["https_proxy", "HTTPS_PROXY"])?.or(all);
        let excepted = first(["no_proxy", "NO_PROXY"]).map(|(_, hosts)| hosts);
        Ok(Self::of(http, https, &excepted.unwrap_or_default()))
    }

    fn of(http: Option<String>, https: Option<String>, excepted: &str) -> Self {
        let mut matcher = Matcher::builder().no(excepted.to_owned());
        if let Some(url) = &http {
            matcher = matcher.http(url.clone());
        }
        if let Some(url) = &https {
            matcher = matcher.https(url.clone());
        }
        let exempt = excepted.split(',').filter_map(|entry| {
            let (host, port) = entry.trim().rsplit_once(':')?;
            let host = host.trim_matches(['[', ']']).trim_start_matches('.');
            Some((host.to_ascii_lowercase(), port.parse().ok()?))
        });
        Self {
            matcher: Some(Arc::new(matcher.build())),
            exempt: exempt.collect(),
            http,
            https,
        }
    }

    /// What the HTTP client is told for each way.
    pub(super) fn ways(&self) -> Ways<ProxyConfig> {
        let through = |url: &Option<String>| {
            let proxy = url
                .as_ref()
                .and_then(|url| ProxyConfig::all(url.as_str()).ok());
            proxy.unwrap_or_else(ProxyConfig::disabled)
        };
        Ways {
            direct: ProxyConfig::disabled(),
            http: through(&self.http),
            https: through(&self.https),
        }
    }

    /// The proxy on the way to `uri`. What goes in plaintext is for this machine alone, and is shown to a proxy on it only.
    pub(super) fn on_the_way_to(&self, uri: &Uri) -> Option<Intercept> {
        let proxy = self.matcher.as_ref()?.intercept(uri)?;
        if uri.scheme_str() == Some("http") && !is_on_this_machine(proxy.uri()) {
            return None;
        }
        let host = uri.host()?.trim_matches(['[', ']']).to_ascii_lowercase();
        let usual = if uri.scheme_str() == Some("http") {
            80
        } else {
            443
        };
        let port = uri.port_u16().unwrap_or(usual);
        let is_below = |name: &str| {
            let prefix = host.strip_suffix(name);
            prefix.is_some_and(|prefix| prefix.is_empty() || prefix.ends_with('.'))
        };
        let is_exempt = |(name, at): &(String, u16)| *at == port && is_below(name);
        (!self.exempt.iter().any(is_exempt)).then_some(proxy)
    }
}

fn is_on_this_machine(proxy: &Uri) -> bool {
    let host = proxy.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = |address: IpAddr| address.is_loopback();
    host == "localhost" || host.parse().is_ok_and(is_loopback)
}

/// The first variable that is neither unset nor empty.
fn first(names: [&'static str; 2]) -> Option<(&'static str, String)> {
    let mut set = names
        .into_iter()
        .filter_map(|name| Some((name, variable(name)?)));
    set.next()
}

/// The URL of the proxy that one of the variables names.
fn proxy(names: [&'static str; 2]) -> Result<Option<String>, CredentialsError> {
    let Some((name, given)) = first(names) else {
        return Ok(None);
    };
    let url = if given.contains("://") {
        given
    } else {
        format!("http://{given}")
    };
    match ProxyConfig::all(url.as_str()) {
        Ok(_) if has_a_port_of_digits(&url) => Ok(Some(url)),
        _ => Err(CredentialsError::Setting {
            source_name: name.to_owned(),
            fault: "not the URL of an HTTP proxy, such as http://host:port",
        }),
    }
}

/// Whether what stands behind the host of a URL is a port, or nothing. A text such as `user:password` without a host would
/// else be read as a host, and the password as no port at all.
fn has_a_port_of_digits(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let port = match host.rsplit_once(']') {
        Some((_, behind)) => behind.strip_prefix(':'),
        None => host.split_once(':').map(|(_, port)| port),
    };
    port.is_none_or(|port| port.parse::<u16>().is_ok() || port.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_with_a_port_that_is_no_number_is_none() {
        for (url, is_one) in [
            ("http://proxy:3128", true),
            ("http://proxy", true),
            ("http://proxy:/", true),
            ("http://me:SECRETPW@proxy:3128/", true),
            ("http://[::1]:3128", true),
            ("http://[::1]", true),
            ("http://user:SECRETPW", false),
            ("http://user:SECRETPW/", false),
            ("http://proxy:99999", false),
            ("http://a:b:c", false),
        ] {
            assert_eq!(has_a_port_of_digits(url), is_one, "{url}");
        }
    }

    #[test]
    fn plaintext_is_shown_to_a_proxy_of_this_machine_only() {
        for (proxy, is_used) in [
            ("http://127.0.0.1:3128", true),
            ("http://localhost:3128", true),
            ("http://[::1]:3128", true),
            ("http://203.0.113.5:3128", false),
            ("http://proxy.invalid:3128", false),
        ] {
            let url = Some(proxy.to_owned());
            let proxies = Proxies::of(url.clone(), url, "");
            let is_found = |uri: &str| {
                let uri = uri.parse().expect("a URL");
                proxies.on_the_way_to(&uri).is_some()
            };
            assert_eq!(is_found("http://127.0.0.1:5000/"), is_used, "{proxy}");
            assert!(is_found("https://sts.amazonaws.com/"), "{proxy}");
        }
    }

    #[test]
    fn a_host_of_no_proxy_may_have_a_port() {
        let url = Some("http://127.0.0.1:3128".to_owned());
        let proxies = Proxies::of(
            url.clone(),
            url,
            "127.0.0.1:7701, .corp.example:443,[::1]:80,x.example",
        );
        for (uri, is_direct) in [
            ("http://127.0.0.1:7701/", true),
            ("http://127.0.0.1:7702/", false),
            ("https://sts.corp.example/", true),
            ("https://sts.corp.example:8443/", false),
            ("https://notcorp.example/", false),
            ("http://[::1]/", true),
            ("https://x.example:1/", true),
            ("https://y.example/", false),
        ] {
            let uri: Uri = uri.parse().expect("a URL");
            assert_eq!(proxies.on_the_way_to(&uri).is_none(), is_direct, "{uri}");
        }
        let none = Proxies::default();
        assert!(
            none.on_the_way_to(&Uri::from_static("http://x.example/"))
                .is_none()
        );
    }
}
