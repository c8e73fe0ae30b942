//! A host's certificate for people.

use crate::results::{Certificate, Host, Item, ItemVerdict, Subject};

use super::page::{BOLD, DIM, PLAIN, Page, RED, Style, YELLOW};
use crate::report::words::certificate::verdicts;
use crate::report::words::numbers::plural;

/// The certificate as text of at most `width` characters a line, down to 40.
pub fn certificate(certificate: &Certificate, style: Style, width: usize) -> String {
    let mut page = Page::new(style, width);
    page.paragraph(BOLD, "", &format!("self-test: {}", verdicts(certificate)));
    page.blank();
    let Host {
        name,
        kernel,
        cpu,
        cores,
    } = &certificate.host;
    let processors = plural((*cores).into(), "core");
    let host = [name.as_str(), kernel, cpu, &processors]
        .into_iter()
        .filter(|part| !part.is_empty());
    page.paragraph(PLAIN, "host      ", &host.collect::<Vec<_>>().join(", "));
    page.paragraph(
        PLAIN,
        "tool      ",
        &format!("{} {}", certificate.tool.name, certificate.tool.version),
    );
    page.paragraph(PLAIN, "measured  ", &certificate.measured_at);
    page.blank();
    for item in &certificate.items {
        let (ansi, verdict) = match item.verdict {
            ItemVerdict::Pass => (PLAIN, "pass"),
            ItemVerdict::Warn => (YELLOW, "WARN"),
            ItemVerdict::Fail => (RED, "FAIL"),
        };
        page.paragraph(
            ansi,
            &format!("{verdict}  "),
            &format!("{}: {}", titled(item), item.text),
        );
        page.paragraph(DIM, "      ", &format!("limit: {}", item.threshold));
    }
    page.blank();
    let simulated = certificate
        .items
        .iter()
        .any(|item| item.subject == Subject::Simulation);
    if simulated {
        let text = format!(
            "these calls went to the simulated fleet on this machine (link {}): they measure this program and host, not AWS.",
            certificate.link
        );
        page.paragraph(DIM, "simulated: ", &text);
    }
    page.finish()
}

/// The name of an item, and whether it is about a simulated service.
pub(crate) fn titled(item: &Item) -> String {
    match item.subject {
        Subject::Host => item.name.clone(),
        Subject::Simulation => format!("{} (simulated service)", item.name),
    }
}
