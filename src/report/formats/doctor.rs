//! What an examination of the environment found, for people and for programs.

use serde::Serialize;

use super::json::text::indented;
use super::page::{PLAIN, Page, RED, Style, YELLOW};
use crate::notice::{DoctorFinding, DoctorSubject, FindingMark};
use crate::report::words::numbers::plural;

/// The findings as text of at most `width` characters a line, down to 40: a mark, the subject, what was found, and below it
/// what to do.
pub(crate) fn doctor(findings: &[DoctorFinding], style: Style, width: usize) -> String {
    let mut page = Page::new(style, width);
    for finding in findings {
        let ansi = match finding.mark() {
            FindingMark::Ok | FindingMark::Skip => PLAIN,
            FindingMark::Warn => YELLOW,
            FindingMark::Fail => RED,
        };
        let label = format!(
            "{:<5} {:<12} ",
            finding.mark().as_str(),
            finding.subject().as_str()
        );
        page.paragraph(ansi, &label, &finding.to_string());
        if let Some(remedy) = finding.remedy() {
            let label = format!("{:<19}→ ", "");
            page.paragraph(PLAIN, &label, remedy);
        }
    }
    page.blank();
    let number = |mark| {
        let marked = findings.iter().filter(|finding| finding.mark() == mark);
        marked.count() as u64
    };
    page.paragraph(
        PLAIN,
        "",
        &format!(
            "{} ok, {}, {}, {} not checked",
            number(FindingMark::Ok),
            plural(number(FindingMark::Warn), "warning"),
            plural(number(FindingMark::Fail), "failure"),
            number(FindingMark::Skip)
        ),
    );
    page.finish()
}

/// A finding with its words.
#[derive(Serialize)]
struct Told<'a> {
    subject: DoctorSubject,
    mark: FindingMark,
    text: String,
    remedy: Option<&'static str>,
    finding: &'a DoctorFinding,
}

/// The findings as a JSON array, one object for each.
pub(crate) fn doctor_json(findings: &[DoctorFinding]) -> String {
    let told: Vec<Told<'_>> = findings
        .iter()
        .map(|finding| Told {
            subject: finding.subject(),
            mark: finding.mark(),
            text: finding.to_string(),
            remedy: finding.remedy(),
            finding,
        })
        .collect();
    indented(&told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_stands_on_lines_of_its_own_with_its_remedy() {
        let findings = [
            DoctorFinding::NoProxy,
            DoctorFinding::NoRegion,
            DoctorFinding::BadPlace("AWS_REGION: \u{1b}[31m".to_owned()),
        ];
        let text = doctor(&findings, Style::Plain, 80);
        assert!(
            text.starts_with("ok    network      no proxy is configured\n"),
            "{text}"
        );
        assert!(
            text.contains(
                "warn  region       none is configured\n                   → set AWS_REGION"
            ),
            "{text}"
        );
        assert!(
            text.contains("fail  region       AWS_REGION:") && !text.contains('\u{1b}'),
            "{text}"
        );
        assert!(
            text.ends_with("1 ok, 1 warning, 1 failure, 0 not checked\n"),
            "{text}"
        );
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        let json: serde_json::Value = serde_json::from_str(&doctor_json(&findings)).expect("JSON");
        assert_eq!(json[1]["mark"], "warn");
        assert_eq!(json[1]["finding"]["kind"], "no-region");
        assert!(
            json[1]["remedy"]
                .as_str()
                .is_some_and(|text| text.contains("--region"))
        );
    }
}
