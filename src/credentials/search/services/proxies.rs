//! The proxies on the way to a service, as the AWS CLI reads them from the environment: names in lower case come first even
//! if they are empty, an empty variable is none, and `NO_PROXY` may name a port. `ALL_PROXY` is ours.

use std::net::IpAddr;
use std::sync::Arc;

use aws_smithy_http_client::proxy::ProxyConfig;
use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::credentials::error::CredentialsError;

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
        Self::of_variables(|name| {
            let value = std::env::var_os(name)?;
            Some(value.to_string_lossy().into_owned())
        })
    }

    fn of_variables(set: impl Fn(&str) -> Option<String>) -> Result<Self, CredentialsError> {
        let all = || counting(["all_proxy", "ALL_PROXY"], &set);
        let http = counting(["http_proxy", "HTTP_PROXY"], &set).or_else(all);
        let https = counting(["https_proxy", "HTTPS_PROXY"], &set).or_else(all);
        let excepted = counting(["no_proxy", "NO_PROXY"], &set).map(|(_, hosts)| hosts);
        Ok(Self::of(
            proxy(http)?,
            proxy(https)?,
            &excepted.unwrap_or_default(),
        ))
    }

    fn of(http: Option<String>, https: Option<String>, excepted: &str) -> Self {
        // A star alone is everything, addresses too, which the matcher does not know. Beside other names it is none.
        if excepted.trim() == "*" {
            return Self::default();
        }
        let entries: Vec<String> = excepted
            .split(',')
            .map(|entry| entry.trim().to_ascii_lowercase())
            .filter(|entry| entry != "*")
            .collect();
        let hosts: Vec<&str> = entries.iter().map(|it| without_brackets(it)).collect();
        let mut matcher = Matcher::builder().no(hosts.join(","));
        if let Some(url) = &http {
            matcher = matcher.http(url.clone());
        }
        if let Some(url) = &https {
            matcher = matcher.https(url.clone());
        }
        let exempt = entries.iter().filter_map(|entry| {
            let (host, port) = entry.rsplit_once(':')?;
            let host = without_brackets(host).trim_start_matches('.');
            Some((host.to_owned(), port.parse().ok()?))
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

/// An IPv6 address of a URL as it stands elsewhere; anything else as it is.
fn without_brackets(host: &str) -> &str {
    let inner = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    inner.unwrap_or(host)
}

/// The variable that counts of the two spellings of one: that in lower case, even if it is empty.
fn counting(
    names: [&'static str; 2],
    set: impl Fn(&str) -> Option<String>,
) -> Option<(&'static str, String)> {
    names.into_iter().find_map(|name| Some((name, set(name)?)))
}

/// The URL of the proxy that a variable names; an empty one names none.
fn proxy(variable: Option<(&'static str, String)>) -> Result<Option<String>, CredentialsError> {
    let Some((name, given)) = variable.filter(|(_, given)| !given.trim().is_empty()) else {
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

    /// The proxies by which the URLs are reached where these variables are set.
    fn ways(variables: &[(&str, &str)], uris: [&str; 2]) -> [Option<String>; 2] {
        let proxies = Proxies::of_variables(|name| {
            let set = variables.iter().find(|(it, _)| *it == name);
            set.map(|(_, value)| (*value).to_owned())
        });
        let proxies = proxies.expect("URLs");
        uris.map(|uri| {
            let proxy = proxies.on_the_way_to(&uri.parse().expect("a URL"))?;
            Some(proxy.uri().host().expect("a host").to_owned())
        })
    }

    const LOWER: &str = "http://127.0.0.1:3128";
    const UPPER: &str = "http://127.0.0.2:3128";
    const PAIRS: [(Option<&str>, Option<&str>, Option<&str>); 9] = [
        (None, None, None),
        (None, Some(""), None),
        (None, Some(UPPER), Some("127.0.0.2")),
        (Some(""), None, None),
        (Some(""), Some(""), None),
        (Some(""), Some(UPPER), None),
        (Some(LOWER), None, Some("127.0.0.1")),
        (Some(LOWER), Some(""), Some("127.0.0.1")),
        (Some(LOWER), Some(UPPER), Some("127.0.0.1")),
    ];

    /// `urllib.request.getproxies` of Python, by which the AWS CLI reads them.
    #[test]
    fn a_proxy_variable_in_lower_case_counts_even_if_it_is_empty() {
        let (http, https) = ("http://127.0.0.1:5000/", "https://sts.example/");
        for (lower, upper, led) in PAIRS {
            for name in ["http_proxy", "https_proxy", "all_proxy"] {
                let in_capitals = name.to_ascii_uppercase();
                let given = [(name, lower), (in_capitals.as_str(), upper)];
                let mut set: Vec<(&str, &str)> = given
                    .iter()
                    .filter_map(|(name, value)| Some((*name, (*value)?)))
                    .collect();
                let led = led.map(str::to_owned);
                let right = match name {
                    "http_proxy" => [led.clone(), None],
                    "https_proxy" => [None, led.clone()],
                    _ => [led.clone(), led.clone()],
                };
                assert_eq!(ways(&set, [http, https]), right, "{set:?}");
                // That of the scheme counts before the one for all, and so does its emptiness.
                if name == "all_proxy" {
                    continue;
                }
                let is_unset = set.is_empty();
                set.push(("ALL_PROXY", "http://127.0.0.3:3128"));
                let led = if is_unset {
                    Some("127.0.0.3".to_owned())
                } else {
                    led
                };
                let of_all = Some("127.0.0.3".to_owned());
                let right = match name {
                    "http_proxy" => [led, of_all],
                    _ => [of_all, led],
                };
                assert_eq!(ways(&set, [http, https]), right, "{set:?}");
            }
        }
    }

    #[test]
    fn no_proxy_in_lower_case_counts_even_if_it_is_empty() {
        let uris = ["https://lower.example/", "https://upper.example/"];
        let (lower_name, upper_name) = ("lower.example", "upper.example");
        for (lower, upper, are_led) in [
            (None, None, [true, true]),
            (None, Some(""), [true, true]),
            (None, Some(upper_name), [true, false]),
            (Some(""), None, [true, true]),
            (Some(""), Some(""), [true, true]),
            (Some(""), Some(upper_name), [true, true]),
            (Some(lower_name), None, [false, true]),
            (Some(lower_name), Some(""), [false, true]),
            (Some(lower_name), Some(upper_name), [false, true]),
        ] {
            let mut set = vec![("https_proxy", LOWER)];
            set.extend(lower.map(|value| ("no_proxy", value)));
            set.extend(upper.map(|value| ("NO_PROXY", value)));
            let led = ways(&set, uris).map(|proxy| proxy.is_some());
            assert_eq!(led, are_led, "{set:?}");
        }
    }

    #[test]
    fn a_star_alone_is_everything_and_an_address_may_stand_in_brackets() {
        for (excepted, uri, is_direct) in [
            ("*", "https://sts.example/", true),
            ("*", "https://localhost:1/", true),
            ("*", "https://192.0.2.1/", true),
            ("*", "https://[2001:db8::1]:9/", true),
            ("*", "http://127.0.0.1:7001/", true),
            ("*", "http://[::1]:7001/", true),
            (" * ", "http://127.0.0.1:7001/", true),
            ("*,x.example", "https://sts.example/", false),
            ("*,x.example", "http://127.0.0.1:7001/", false),
            ("*,x.example", "https://x.example/", true),
            ("[::1]", "https://[::1]:9/", true),
            ("[::1]", "http://[::1]/", true),
            ("::1", "https://[::1]:9/", true),
            ("[::1]", "https://[::2]:9/", false),
            ("[2001:DB8::1],x.example", "https://[2001:db8::1]/", true),
            ("X.Example", "https://sts.x.example/", true),
            ("192.0.2.0/24", "https://192.0.2.9/", true),
            ("", "https://[::1]:9/", false),
        ] {
            let set = [
                ("http_proxy", LOWER),
                ("https_proxy", LOWER),
                ("no_proxy", excepted),
            ];
            let [proxy, _] = ways(&set, [uri, uri]);
            assert_eq!(proxy.is_none(), is_direct, "{excepted}: {uri}");
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
