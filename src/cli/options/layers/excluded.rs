//! Options that exclude each other: what a nearer place says puts out what a farther one says otherwise.

/// For each option those that make no sense beside it. Given in one place, two of them are refused; where a nearer place
/// gives one, the other one of a farther place is not used.
const EXCLUDED: [(&str, &[&str]); 11] = [
    (
        "rate",
        &[
            "rounds",
            "concurrency",
            "precision",
            "max-duration",
            "rate-per-endpoint",
        ],
    ),
    (
        "concurrency",
        &[
            "rounds",
            "rate",
            "arrivals",
            "precision",
            "max-duration",
            "rate-per-endpoint",
        ],
    ),
    ("rounds", &["rate", "concurrency", "arrivals", "duration"]),
    (
        "precision",
        &[
            "rounds",
            "rate",
            "concurrency",
            "arrivals",
            "duration",
            "windows",
            "every",
        ],
    ),
    ("windows", &["precision", "max-duration"]),
    ("full", &["columns", "sort", "percentiles", "all"]),
    ("columns", &["full"]),
    ("sort", &["full"]),
    ("percentiles", &["full"]),
    ("all", &["full"]),
    (
        "simulate",
        &[
            "endpoint-url",
            "allow-host",
            "insecure-http",
            "yes-send-signed-requests-in-plaintext",
            "allow-region",
            "ca-file",
            "profile",
            "credential-timeout",
            "resolver",
            "address-family",
        ],
    ),
];

/// The option among `nearer` that puts `option` out, if any.
pub(super) fn by<'a>(option: &str, nearer: &'a [String]) -> Option<&'a str> {
    nearer.iter().map(String::as_str).find(|given| {
        EXCLUDED
            .iter()
            .any(|(name, others)| name == given && others.contains(&option))
    })
}
