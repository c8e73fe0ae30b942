//! Whether a certificate can be shown: what is read may come from anybody.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::results::model::certificate::{Certificate, Host};

use super::rules::{check_text, require};

const MAX_ITEMS: usize = 32;
/// Times and numbers of one item.
const MAX_FIGURES: usize = 32;

/// Whether it can be shown: what is read may come from anybody.
///
/// # Errors
/// What is wrong, in words.
pub(crate) fn check_certificate(certificate: &Certificate) -> Result<(), String> {
    check_text(&certificate.measured_at)?;
    let dated = OffsetDateTime::parse(&certificate.measured_at, &Rfc3339).is_ok();
    require(dated, || {
        format!(
            "a certificate of {:?}, which is not an RFC 3339 date",
            certificate.measured_at
        )
    })?;
    require((1..=MAX_ITEMS).contains(&certificate.items.len()), || {
        format!("{} items", certificate.items.len())
    })?;
    let Host {
        name, kernel, cpu, ..
    } = &certificate.host;
    for text in [
        name,
        kernel,
        cpu,
        &certificate.tool.version,
        &certificate.link,
    ] {
        check_text(text)?;
    }
    for item in &certificate.items {
        let figures = item.times_ns.keys().chain(item.numbers.keys());
        for text in figures.chain([&item.name, &item.threshold, &item.text]) {
            check_text(text)?;
        }
        let many = item.times_ns.len() + item.numbers.len();
        require(many <= MAX_FIGURES, || {
            format!("{many} figures of one item")
        })?;
    }
    Ok(())
}
