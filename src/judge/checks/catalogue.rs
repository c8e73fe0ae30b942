//! Every check, declared once.

use super::answers::{ERROR_BIAS, NO_DATA, THROTTLING, WITNESSES};
use super::clocks::{CLOCK_STEPS, SUSPENSION};
use super::connections::{BOOKS_BALANCE, CONNECTION_KIND, NOT_AWS};
use super::input::CheckInput;
use super::instrument::{INJECTED_DELAY, TWIN, WIRE_CLOCK};
use super::load::{ACHIEVED_CALLS, ARRIVAL_LAW, SATURATION, SCHEDULE_SLIP};
use super::machine::{MEASURING_CPU, RUN_QUEUE, STALLS, STEAL};
use super::precision::{RESOLUTION, TAIL_SUPPORT};
use super::repeats::REPEATED_ANSWERS;
use super::rule::Rule;
use super::service::{INDEPENDENCE, ROUTE_CHANGE, SERVICE_CLOCK, STATIONARITY};
use crate::judge::Check;

/// Every check of the run, in the order of [`RULES`]. Each of the rules V1 to V18 is among them at least once; what does not
/// apply to the run says so.
pub(crate) fn all(input: &CheckInput<'_>) -> Vec<Check> {
    RULES
        .iter()
        .flat_map(|rule| (rule.examine)(input))
        .collect()
}

const RULES: [Rule; 27] = [
    NO_DATA,
    SCHEDULE_SLIP,
    MEASURING_CPU,
    RUN_QUEUE,
    SATURATION,
    STALLS,
    STEAL,
    ACHIEVED_CALLS,
    ARRIVAL_LAW,
    STATIONARITY,
    INDEPENDENCE,
    TAIL_SUPPORT,
    THROTTLING,
    ERROR_BIAS,
    CLOCK_STEPS,
    SUSPENSION,
    SERVICE_CLOCK,
    CONNECTION_KIND,
    TWIN,
    INJECTED_DELAY,
    RESOLUTION,
    ROUTE_CHANGE,
    BOOKS_BALANCE,
    WITNESSES,
    REPEATED_ANSWERS,
    NOT_AWS,
    WIRE_CLOCK,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::RULES;
    use crate::judge::CheckVerdict;
    use crate::judge::checks::fixture_tests::{checks, quiet, steady};
    use crate::judge::synthetic_run::{Fixture, answer};

    /// What no quiet run of the fixture tells: its arrivals have no law, nothing is called twice, nothing was injected, nobody
    /// was asked for the time and no address was kept.
    const SILENT: [&str; 5] = [
        "arrival-law",
        "twin",
        "injected-delay",
        "service-clock",
        "route-change",
    ];

    /// A text without its line breaks.
    fn on_one_line(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_reference_has_a_section_for_each_check_with_its_rule_formula_and_limits() {
        let page = include_str!("../../../docs/reference/checks.md");
        let sections: Vec<(&str, String)> = page
            .split("\n## ")
            .skip(1)
            .filter_map(|section| section.split_once('\n'))
            .filter(|(_, text)| text.contains("\nFormula: "))
            .map(|(name, text)| (name, on_one_line(text)))
            .collect();
        let names: Vec<&str> = sections.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, RULES.map(|rule| rule.name));
        for (rule, (name, text)) in RULES.iter().zip(&sections) {
            let number = rule.number.map(|number| format!("**{number}.** "));
            assert!(
                text.starts_with(number.as_deref().unwrap_or("")),
                "{name}: its rule"
            );
            assert!(number.is_some() || !text.starts_with("**"), "{name}");
            let ends = format!(
                "Formula: `{}` Limits: `{}`",
                on_one_line(rule.formula),
                on_one_line(rule.threshold)
            );
            assert!(text.contains(&ends), "{name}: {text} lacks {ends}");
        }
    }

    #[test]
    fn a_quiet_run_passes_every_check() {
        for run in [quiet(), steady()] {
            for check in checks(&run) {
                let expected = match check.name.as_ref() {
                    name if SILENT.contains(&name) => CheckVerdict::Unknown,
                    // A p99 on a thousand answers.
                    "tail-support" => CheckVerdict::Warn,
                    _ => CheckVerdict::Ok,
                };
                assert_eq!(check.verdict, expected, "{check:#?}");
            }
        }
    }

    #[test]
    fn every_rule_speaks_of_every_run_with_its_formula_and_threshold() {
        let rules: BTreeSet<String> = (1..=18).map(|number| format!("V{number}")).collect();
        let small = Fixture::small().calls(3, |_, _| answer(1)).run();
        let silent = Fixture::small().run();
        let mut old = Fixture::small().calls(3, |_, _| answer(1)).run();
        old.conditions.health = None;
        old.conditions.measuring_cpu_ratio = None;
        for run in [quiet(), small, silent, old] {
            let checks = checks(&run);
            let spoken: BTreeSet<String> = checks
                .iter()
                .filter_map(|check| Some(check.rule.as_ref()?.to_string()))
                .collect();
            assert_eq!(spoken, rules);
            for check in &checks {
                let told = [&check.formula, &check.threshold]
                    .iter()
                    .all(|text| !text.is_empty());
                assert!(
                    told && !check.text.is_empty() && check.text.len() < 700,
                    "{check:#?}"
                );
                let doubted = check.verdict > CheckVerdict::Unknown;
                assert!(
                    !doubted || check.rule.is_none() || check.statistic.is_some(),
                    "{check:#?}"
                );
            }
        }
    }
}
