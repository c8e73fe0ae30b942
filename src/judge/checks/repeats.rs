//! Whether answers were made for the calls that they came to.

use super::input::CheckInput;
use super::numbers::{others, ratio};
use super::rule::{Rule, gravest};
use crate::judge::{Check, CheckVerdict};
use crate::record::{RepeatedIds, Series};
use crate::results::finding::AnswersFinding;
use sts_model::Endpoint;

pub(crate) const REPEATED_ANSWERS: Rule = Rule {
    number: None,
    name: "repeated-answers",
    formula: "calls that were answered with the request id of an earlier answer / calls of a target",
    threshold: "warns from the first, invalid above 0.001 of a host of AWS's or of ids that are UUIDs, as AWS's are",
    examine: repeated_answers,
};

/// Answers that a cache, or a server which replays, gave to calls that they were not made for. Simple servers that are none of
/// AWS's give every answer the same word as its id; that is a warning.
fn repeated_answers(input: &CheckInput<'_>) -> Vec<Check> {
    let repeating: Vec<&Series> = input
        .run
        .measured
        .series
        .iter()
        .filter(|series| !series.repeated_ids.is_none())
        .collect();
    let share = |series: &Series| ratio(series.repeated_ids.answers, series.counts.issued);
    let worst = repeating
        .iter()
        .max_by(|a, b| share(a).total_cmp(&share(b)));
    let Some(worst) = worst else {
        return Vec::new();
    };
    let verdict = |series: &Series| {
        let RepeatedIds { answers, uuids } = series.repeated_ids;
        let host = input.run.plan.target(series.target).endpoint.origin.host();
        let telling = if Endpoint::is_aws_host(host) {
            answers
        } else {
            uuids
        };
        if ratio(telling, series.counts.issued) > MANY_REPEATED {
            CheckVerdict::Invalid
        } else {
            CheckVerdict::Warn
        }
    };
    let (gravest, whose) = gravest(
        repeating
            .iter()
            .map(|series| (series.target, verdict(series))),
    );
    let finding = AnswersFinding::AnswersRepeat {
        repeated: worst.repeated_ids.answers,
        issued: worst.counts.issued,
        worst: worst.target,
        more_targets: others(&repeating),
    };
    vec![
        REPEATED_ANSWERS
            .found(gravest, finding)
            .measuring(share(worst))
            .about(whose),
    ]
}

/// The share of repeated answers above which a target's numbers are those of whatever repeated them.
const MANY_REPEATED: f64 = 0.001;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Claims;
    use crate::judge::checks::fixture_tests::check;
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::plan::TargetId;
    use crate::results::Run;
    use sts_model::Origin;

    /// A run of 1,000 calls to each target, of which the second, at that host, has so many repeated ids.
    fn run(host: &str, answers: u64, uuids: u64) -> Run {
        let mut run = Fixture::small().calls(1_000, |_, _| answer(20)).run();
        run.measured.series[1].repeated_ids = RepeatedIds { answers, uuids };
        run.plan.targets[1].endpoint.origin =
            Origin::parse(&format!("https://{host}")).expect("an origin");
        run
    }

    #[test]
    fn answers_that_come_again_refuse_the_numbers_of_their_target_and_no_others() {
        let aws = "sts.eu-west-1.amazonaws.com";
        for (host, repeated, uuids, expected) in [
            (aws, 1, 1, CheckVerdict::Warn),
            (aws, 2, 2, CheckVerdict::Invalid),
            (aws, 999, 0, CheckVerdict::Invalid),
            ("127.0.0.1:5000", 999, 0, CheckVerdict::Warn),
            ("127.0.0.1:5000", 999, 999, CheckVerdict::Invalid),
        ] {
            let found =
                check(&run(host, repeated, uuids), "repeated-answers").expect("ids came twice");
            assert_eq!(
                found.verdict, expected,
                "{host} {repeated} {uuids}: {}",
                found.text
            );
            let forbids = |target| found.forbids(TargetId(target), 0.5, Claims::All);
            assert_eq!(
                (forbids(0), forbids(1)),
                (false, expected == CheckVerdict::Invalid)
            );
        }
    }

    #[test]
    fn nothing_is_said_where_no_id_came_twice() {
        let run = Fixture::small().calls(9, |_, _| answer(1)).run();
        assert!(check(&run, "repeated-answers").is_none());
    }
}
