//! Which of the two formats of metrics a client wants.

use hyper::HeaderMap;
use hyper::header::ACCEPT;

/// Whether the client names OpenMetrics, in the version that is written here, and likes it no less than the older format.
pub(super) fn takes_open_metrics(headers: &HeaderMap) -> bool {
    let headers = headers.get_all(ACCEPT).iter();
    let ranges = headers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','));
    let (mut open_metrics, mut older, mut anything) = (None, None, None);
    for range in ranges {
        let Some(range) = Accepted::parse(range) else {
            continue;
        };
        let of = match range.kind.as_str() {
            "application/openmetrics-text" if range.is_version(&["0.0.1", "1.0.0"]) => {
                &mut open_metrics
            }
            "text/plain" if range.is_version(&["0.0.4"]) => &mut older,
            "text/*" | "*/*" => &mut anything,
            _ => continue,
        };
        *of = Some(range.weight.max(of.unwrap_or(0.0)));
    }
    let older = older.or(anything).unwrap_or(0.0);
    open_metrics.is_some_and(|weight| weight > 0.0 && weight >= older)
}

/// One range of an `Accept` header (RFC 9110, section 12.5.1).
struct Accepted {
    /// The media type in small letters.
    kind: String,
    version: Option<String>,
    /// From 0, not at all, to 1.
    weight: f64,
}

impl Accepted {
    /// `None` if the weight is not a number.
    fn parse(range: &str) -> Option<Self> {
        let mut parts = range.split(';').map(str::trim);
        let mut accepted = Self {
            kind: parts.next()?.to_ascii_lowercase(),
            version: None,
            weight: 1.0,
        };
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            match name.trim().to_ascii_lowercase().as_str() {
                "q" => accepted.weight = value.trim().parse().ok()?,
                "version" => accepted.version = Some(value.trim().trim_matches('"').to_owned()),
                _ => {}
            }
        }
        Some(accepted)
    }

    /// Whether the version is one of `versions`, or left open.
    fn is_version(&self, versions: &[&str]) -> bool {
        let version = self.version.as_deref();
        version.is_none_or(|version| versions.contains(&version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(accept: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().expect("a value"));
        takes_open_metrics(&headers)
    }

    #[test]
    fn a_client_gets_the_format_that_it_prefers() {
        for accept in [
            // Prometheus 2.42 and 3.
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            "application/openmetrics-text",
            "Application/OpenMetrics-Text; Version=\"1.0.0\" , text/plain",
        ] {
            assert!(takes(accept), "{accept}");
        }
        for accept in [
            "text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1",
            "application/openmetrics-text;q=0",
            "application/openmetrics-text;version=2.0.0",
            "application/openmetrics-text;q=much",
            "text/html,*/*",
            "*/*",
            "",
        ] {
            assert!(!takes(accept), "{accept}");
        }
    }

    #[test]
    fn headers_that_are_repeated_are_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, "text/plain;q=0.5".parse().expect("a value"));
        headers.append(
            ACCEPT,
            "application/openmetrics-text".parse().expect("a value"),
        );
        assert!(takes_open_metrics(&headers));
    }
}
