//! One line on stderr that gives the exit code and its reasons.

use super::console::diagnostics::say;
use super::ending::Ending;
use super::exit_code::Exit;

/// Says in one line what the exit code stands for, where there is something to tell: who reads a log of stderr has no report
/// before them. A quiet command tells of an end that is no success.
pub(crate) fn tell(endings: &[Ending], exit: Exit, quiet: bool) {
    if quiet && exit == Exit::Success {
        return;
    }
    let mut reasons: Vec<&str> = endings.iter().flat_map(Ending::reasons).collect();
    reasons.dedup();
    if exit != Exit::Success || !reasons.is_empty() {
        say(&line(&reasons, exit));
    }
}

fn line(reasons: &[&str], exit: Exit) -> String {
    let code = exit as u8;
    let more = reasons.len().saturating_sub(MOST_REASONS);
    let mut said = reasons
        .iter()
        .take(MOST_REASONS)
        .copied()
        .collect::<Vec<_>>()
        .join("; ");
    if more > 0 {
        said.push_str(&format!("; and {more} more"));
    }
    match exit {
        Exit::Interrupted | Exit::Terminated if said.is_empty() => {
            format!("cut short (exit code {code})")
        }
        Exit::Interrupted | Exit::Terminated => format!("cut short; {said} (exit code {code})"),
        _ if said.is_empty() => format!("exit code {code}"),
        _ => format!("{said} (exit code {code})"),
    }
}

/// Reasons that a line has room for; several runs have many.
const MOST_REASONS: usize = 4;

#[cfg(test)]
mod tests {
    use crate::judge::synthetic_run::{Fixture, answer, refused};
    use crate::judge::{Check, CheckVerdict, Summary};
    use crate::plan::Judging;

    use super::*;

    fn said(fixture: Fixture, gates: &[&str]) -> String {
        let gates = gates.iter().map(|gate| (*gate).to_owned()).collect();
        let summary = fixture
            .judged(Judging {
                gates,
                ..Judging::default()
            })
            .summary();
        line_of(&summary)
    }

    fn line_of(summary: &Summary) -> String {
        let ending = Ending::of_run(summary);
        line(&ending.reasons().collect::<Vec<_>>(), ending.exit())
    }

    #[test]
    fn the_exit_code_is_said_with_its_reason() {
        let steady = || Fixture::small().calls(192, |_, i| answer(30 + u64::from(i % 3)));
        assert_eq!(
            said(steady(), &["p50 < 60ms"]),
            "gates: 1 proven (exit code 0)"
        );
        let gates = ["p50 < 60ms", "p50 < 1ms", "p(99) < 500ms"];
        assert_eq!(
            said(steady(), &gates),
            "gates: 1 proven, 1 inconclusive, 1 violated (exit code 1)"
        );
        let silent = || steady().calls_of("eu-west-1", 192, |_| refused());
        let told_of_silence = said(silent(), &[]);
        assert!(
            told_of_silence.starts_with("no data: eu-west-1 get-caller-identity warm"),
            "{told_of_silence}"
        );
        assert!(
            told_of_silence.ends_with("(exit code 3)"),
            "{told_of_silence}"
        );
        let nothing = said(Fixture::small().calls(9, |_, _| refused()), &[]);
        assert!(
            nothing.starts_with("no endpoint gave data") && nothing.ends_with("(exit code 5)"),
            "{nothing}"
        );
        let few = said(Fixture::of("eu-west-1").calls(4, |_, _| answer(30)), &[]);
        assert_eq!(
            few,
            "no p50: eu-west-1 get-caller-identity warm (exit code 3)"
        );
        let call = |i: u32| if i < 5 { answer(30) } else { refused() };
        let lost = said(Fixture::of("eu-west-1").calls(96, |_, i| call(i)), &[]);
        assert_eq!(
            lost,
            "most calls failed or were withheld: eu-west-1 get-caller-identity warm; invalid: V10 error-bias (exit code 5)"
        );
        assert_eq!(line(&[], Exit::Interrupted), "cut short (exit code 130)");
    }

    #[test]
    fn many_refusals_fit_into_a_line() {
        let mut summary = Fixture::small().calls(40, |_, _| answer(10)).summary();
        summary
            .checks
            .iter_mut()
            .for_each(|check| check.verdict = CheckVerdict::Invalid);
        let said = line_of(&summary);
        assert!(
            said.starts_with("invalid: ") && said.contains(" more"),
            "{said}"
        );
        assert!(said.len() <= 80, "{said}");
    }

    #[test]
    fn a_refusal_is_named_by_its_check() {
        let mut summary = Fixture::small()
            .calls(192, |_, i| answer(30 + u64::from(i % 3)))
            .summary();
        let stalls = Check::new("stalls", CheckVerdict::Invalid, String::new());
        summary.checks = vec![Check {
            rule: Some("V3".into()),
            ..stalls
        }];
        assert_eq!(line_of(&summary), "invalid: V3 stalls (exit code 3)");
    }
}
