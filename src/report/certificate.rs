//! A certificate for people: whole, and as the one line that every report carries.

use crate::results::{Certificate, Host, Item, Subject, Verdict};

use super::terminal::{BOLD, DIM, PLAIN, Page, RED, Style, YELLOW};
use super::units::duration;

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
    let processors = if *cores == 1 {
        "1 core".to_owned()
    } else {
        format!("{cores} cores")
    };
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
            Verdict::Pass => (PLAIN, "pass"),
            Verdict::Warn => (YELLOW, "WARN"),
            Verdict::Fail => (RED, "FAIL"),
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

/// What a report says of the certificate of its host.
pub(super) fn fact(certificate: Option<&Certificate>) -> String {
    let Some(certificate) = certificate else {
        return "none for this host; stsbench selftest makes one".to_owned();
    };
    let time = |item: &str, name: &str| {
        certificate
            .item(item)
            .and_then(|item| item.times_ns.get(name))
            .copied()
    };
    let stamps = time("stamp-error", "p99").map(|ns| format!("stamps p99 {}", duration(ns as f64)));
    let lateness = time("achieved-rate", "lateness_p99").map(|ns| {
        format!(
            "lateness p99 {} at 1,000 calls/s to a simulated service",
            duration(ns as f64)
        )
    });
    let figures: Vec<String> = stamps.into_iter().chain(lateness).collect();
    let figures = if figures.is_empty() {
        String::new()
    } else {
        format!(": {}", figures.join(", "))
    };
    format!(
        "{} on {}{figures}",
        verdicts(certificate),
        certificate.measured_at
    )
}

/// The gravest verdict of a run's certificate in a word, for tables.
pub(super) fn word(certificate: Option<&Certificate>) -> &'static str {
    certificate.map_or("none", |certificate| certificate.verdict().as_str())
}

fn titled(item: &Item) -> String {
    match item.subject {
        Subject::Host => item.name.clone(),
        Subject::Simulation => format!("{} (simulated service)", item.name),
    }
}

/// How many items passed, and which did not.
fn verdicts(certificate: &Certificate) -> String {
    let names = |verdict| {
        let names: Vec<_> = certificate
            .items_of(verdict)
            .map(|item| item.name.as_str())
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let passed = format!(
        "passed {} of {}",
        certificate.items_of(Verdict::Pass).count(),
        certificate.items.len()
    );
    let warned = names(Verdict::Warn).map(|names| format!("warned of {names}"));
    let failed = names(Verdict::Fail).map(|names| format!("FAILED in {names}"));
    failed
        .into_iter()
        .chain([passed])
        .chain(warned)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Three items with these verdicts.
    pub fn of(verdicts: [Verdict; 3]) -> Certificate {
        let items = [
            ("stamp-error", "p99", 4_210, Subject::Host),
            ("achieved-rate", "lateness_p99", 90_400, Subject::Simulation),
            ("known-delay", "excess_p99", -310_000, Subject::Simulation),
        ];
        let item =
            |((name, figure, ns, subject), verdict): ((&str, &str, i64, Subject), Verdict)| Item {
                name: name.to_owned(),
                verdict,
                subject,
                times_ns: [(figure.to_owned(), ns)].into(),
                numbers: Default::default(),
                threshold: "p99 at most so much".to_owned(),
                text: "p99 is so much".to_owned(),
            };
        Certificate {
            schema_version: 1,
            tool: crate::results::Tool {
                name: "stsbench".to_owned(),
                version: "0.1.0".to_owned(),
            },
            host: Host {
                name: "vm".to_owned(),
                kernel: "Linux 6.18.0".to_owned(),
                cpu: "Example CPU @ 2.50GHz".to_owned(),
                cores: 2,
            },
            measured_at: "2026-11-22T20:00:00Z".to_owned(),
            link: "bytes".to_owned(),
            items: items.into_iter().zip(verdicts).map(item).collect(),
        }
    }

    #[test]
    fn the_line_of_a_report_names_what_did_not_pass_and_the_gravest_first() {
        use Verdict::{Fail, Pass, Warn};
        assert_eq!(
            fact(Some(&of([Pass; 3]))),
            "passed 3 of 3 on 2026-11-22T20:00:00Z: stamps p99 4.21 µs, lateness p99 90.4 µs at 1,000 calls/s to a simulated \
             service"
        );
        assert!(
            fact(Some(&of([Pass, Warn, Fail])))
                .starts_with("FAILED in known-delay, passed 1 of 3, warned of achieved-rate on")
        );
        assert_eq!(
            fact(None),
            "none for this host; stsbench selftest makes one"
        );
        let bare = Certificate {
            items: vec![of([Pass; 3]).items.remove(2)],
            ..of([Pass; 3])
        };
        assert_eq!(fact(Some(&bare)), "passed 1 of 1 on 2026-11-22T20:00:00Z");
        assert_eq!(
            [word(None), word(Some(&of([Pass, Fail, Warn])))],
            ["none", "fail"]
        );
    }

    #[test]
    fn a_certificate_for_people_is_as_reviewed() {
        let text = certificate(
            &of([Verdict::Pass, Verdict::Warn, Verdict::Fail]),
            Style::Plain,
            80,
        );
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("certificate-terminal-80", text) });
    }

    #[test]
    fn only_what_was_simulated_is_called_so() {
        let mut real = of([Verdict::Pass; 3]);
        real.items.truncate(1);
        assert!(!certificate(&real, Style::Plain, 80).contains("simulated"));
    }

    #[test]
    fn a_foreign_certificate_cannot_steer_the_terminal() {
        let mut hostile = of([Verdict::Pass; 3]);
        hostile.host.name = "\u{1b}[2Jvm".to_owned();
        hostile.items[0].text = "\u{202e}late".to_owned();
        let text = certificate(&hostile, Style::Plain, 80);
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{text:?}"
        );
    }
}
