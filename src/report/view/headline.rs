//! The finding in one sentence, with its numbers.

use crate::judge::{Comparison, Obstacle, Place, RankRange, Row, Summary, Verdict};
use crate::plan::{Group, Level};
use crate::results::Run;
use sts_model::{Operation, Scope};

use super::overview::decision::{
    Decision, GlobalComparison, GroupEndpoints, MoreFailing, NoMedian, decision, least, median,
    no_median,
};
use super::overview::foremost::FOREMOST;
use super::served_by::in_order;
use crate::report::words::advice::fails_more;
use crate::report::words::names::{over, over_several};
use crate::report::words::numbers::{duration, percent_of};
use crate::report::words::place as words;
use crate::report::words::side_by_side::comparisons;
use crate::report::words::verdicts;

/// What the run found: the endpoint of the vantage's own Region against the global one, or else the fastest; of the first
/// operation, over a cold connection where there is one, since most programs that ask STS for credentials ask once.
pub(crate) fn headline(run: &Run, summary: &Summary) -> String {
    let operations = groups(summary).into_iter().map(|group| group.operation);
    let mut found = operations.filter_map(|operation| {
        let finding = foremost(run, summary, operation)?;
        Some(finding.sentence() + &failing_elsewhere(run, summary, operation))
    });
    found.next().unwrap_or_else(|| {
        let why = match no_median(summary) {
            NoMedian::NoAnswer => "no endpoint gave an answer that counts",
            NoMedian::MostFailed => "most calls failed, so that no endpoint has a p50",
            NoMedian::TooFew => {
                "no endpoint gave enough answers for a p50, which needs 6 on one kind of connection"
            }
        };
        why.to_owned()
    })
}

/// What was found about those endpoints of a group that are shown, without its numbers, as the title of a picture of them.
/// Of a part of the endpoints nothing is said about ranks, which are those among all.
pub(crate) fn claim(
    run: &Run,
    summary: &Summary,
    group: Group,
    is_shown: impl Fn(&Row) -> bool,
) -> Option<String> {
    let shown = GroupEndpoints::among(run, summary, group, is_shown)?;
    let all = GroupEndpoints::of(run, summary, group)?;
    let is_part = shown.number < all.number;
    let ranks = shown.compared.is_none();
    (!(is_part && ranks)).then(|| told(summary, &shown).claim)
}

/// One sentence for each operation and kind of connection, in the order of the tables.
pub(crate) fn verdicts(run: &Run, summary: &Summary) -> Vec<String> {
    groups(summary)
        .into_iter()
        .filter_map(|group| finding(run, summary, group))
        .map(Finding::sentence)
        .collect()
}

fn foremost(run: &Run, summary: &Summary, operation: Operation) -> Option<Finding> {
    FOREMOST.into_iter().find_map(|connection| {
        let group = Group {
            operation,
            connection,
        };
        finding(run, summary, group)
    })
}

/// Which endpoint that the times speak for fails more often over another kind of connection than the first.
fn failing_elsewhere(run: &Run, summary: &Summary, operation: Operation) -> String {
    let decision = decision(run, summary, operation);
    let Decision::AgainstGlobal(versus) = &decision else {
        let is_failing = decision.is_failing();
        return String::from(if is_failing {
            " and fails more often than another"
        } else {
            ""
        });
    };
    let elsewhere = versus.failing.iter();
    elsewhere
        .filter(|it| it.connection != versus.row.connection)
        .map(|it| format!(", but {}", fails_more(it)))
        .collect()
}

/// What was found about one group.
struct Finding {
    /// Which endpoint answers how, compared with which.
    claim: String,
    /// The numbers or the reason, as they follow the claim.
    rest: String,
}

impl Finding {
    fn sentence(self) -> String {
        self.claim + &self.rest
    }
}

fn groups(summary: &Summary) -> Vec<Group> {
    Group::distinct(summary.rows.iter().map(Row::group))
}

fn finding(run: &Run, summary: &Summary, group: Group) -> Option<Finding> {
    Some(told(summary, &GroupEndpoints::of(run, summary, group)?))
}

/// The finding about these endpoints.
fn told(summary: &Summary, endpoints: &GroupEndpoints<'_>) -> Finding {
    match &endpoints.compared {
        Some((row, GlobalComparison::Compared(comparison))) => {
            against_global(summary, row, comparison)
        }
        Some((row, GlobalComparison::Uncompared(obstacle))) => uncompared(row, obstacle),
        None => match endpoints.here {
            Some(own) if own.target != endpoints.fastest.target => own_of(endpoints.number, own),
            _ => fastest_of(endpoints.number, endpoints.fastest),
        },
    }
}

/// The share of failed calls of each of these endpoints that has any.
fn failed_shares<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Option<String> {
    let share = |row: &Row| {
        let (failed, issued) = (row.counts.failed(), row.counts.issued);
        (failed > 0).then(|| {
            format!(
                "{} of the calls to {} {} failed",
                percent_of(failed, issued),
                row.endpoint,
                over_several(row.connection)
            )
        })
    };
    let shares: Vec<String> = rows.into_iter().filter_map(share).collect();
    (!shares.is_empty()).then(|| shares.join(", "))
}

/// The fastest of `number` endpoints, none of which can be compared with a global one.
fn fastest_of(number: usize, fastest: &Row) -> Finding {
    let (endpoint, operation) = (&fastest.endpoint, fastest.operation.api_name());
    let (p50, over) = (duration(median(fastest)), over(fastest.connection));
    let failed = failed_shares([fastest]);
    if number == 1 {
        return Finding {
            claim: format!("{endpoint} answers {operation} in {p50} {over}"),
            rest: parenthesis(["p50".to_owned()].into_iter().chain(failed)),
        };
    }
    let rank = match fastest.rank {
        Some(RankRange { low: 1, high: 1 }) => "fastest".to_owned(),
        Some(rank) => format!("with the least p50, rank {rank},"),
        None => "with the least p50, which nothing ranks,".to_owned(),
    };
    Finding {
        claim: format!("{endpoint} answers {operation} {rank} of {number} endpoints {over}"),
        rest: parenthesis([format!("p50 {p50}")].into_iter().chain(failed)),
    }
}

/// The endpoint of the vantage's own Region, which is not the fastest of `number` and has no global one to be compared with.
fn own_of(number: usize, own: &Row) -> Finding {
    let (endpoint, operation) = (&own.endpoint, own.operation.api_name());
    let (p50, over) = (duration(median(own)), over(own.connection));
    let rank = own.rank.map(|rank| format!("rank {rank} of {number}"));
    let details = std::iter::once("p50".to_owned()).chain(rank);
    Finding {
        claim: format!("{endpoint} answers {operation} in {p50} {over}"),
        rest: parenthesis(details.chain(failed_shares([own]))),
    }
}

/// Details after a claim.
fn parenthesis(details: impl IntoIterator<Item = String>) -> String {
    format!(" ({})", details.into_iter().collect::<Vec<_>>().join("; "))
}

/// What the headline leaves open about the Region of the place: that none is configured, that its endpoint was not
/// measured, or that another Region's is faster beyond chance.
pub(crate) fn place(run: &Run, summary: &Summary) -> Option<String> {
    let vantage = &run.header.vantage;
    // Versions that did not say where the name comes from did not look for a Region.
    vantage.name_source.as_ref()?;
    let is_awss = |endpoint: &sts_model::Endpoint| endpoint.scope != Scope::Custom;
    if !run.plan.endpoints().into_iter().any(is_awss) {
        return None;
    }
    let Some(region) = &vantage.local_region else {
        return Some(words::NO_REGION.to_owned());
    };
    let is_own = |row: &&Row| row.endpoint == region.name;
    if !summary.rows.iter().any(|row| is_own(&row)) {
        return Some(words::not_measured(region));
    }
    let group = headline_group(run, summary)?;
    let regional = || {
        let rows = summary.rows.iter().filter(move |row| row.group() == group);
        rows.filter(|row| row.place == Place::Regional && median(row).is_finite())
    };
    let fastest = least(regional())?;
    let Some(own) = regional().find(is_own) else {
        return Some(words::without_median(region));
    };
    let is_beyond_chance = fastest.rank?.high < own.rank?.low;
    is_beyond_chance.then(|| {
        let times = [median(fastest), median(own)].map(duration);
        words::faster_elsewhere(region, &fastest.endpoint, times)
    })
}

/// The operation and kind of connection that the headline is about.
fn headline_group(run: &Run, summary: &Summary) -> Option<Group> {
    let operations = groups(summary).into_iter().map(|group| group.operation);
    operations
        .flat_map(|operation| {
            FOREMOST.map(|connection| Group {
                operation,
                connection,
            })
        })
        .find(|group| GroupEndpoints::of(run, summary, *group).is_some())
}

fn uncompared(row: &Row, obstacle: &Obstacle) -> Finding {
    Finding {
        claim: format!(
            "{} answers {} {} in {}, which is not compared with the global endpoint",
            row.endpoint,
            row.operation.api_name(),
            over(row.connection),
            duration(median(row)),
        ),
        rest: format!(
            "{}: {}",
            parenthesis(["p50".to_owned()].into_iter().chain(failed_shares([row]))),
            comparisons::obstacle(obstacle)
        ),
    }
}

/// The claim about a row compared with the global endpoint.
fn claim_of(row: &Row, comparison: &Comparison) -> String {
    let (answers, over) = (
        format!("{} answers {}", row.endpoint, row.operation.api_name()),
        over(row.connection),
    );
    let words = verdicts::verdict_words(comparison);
    let p50 = duration(median(row));
    let unproven = |word: &str| {
        let least = verdicts::least(comparison);
        format!(
            "{answers} {word} than the global endpoint {over}, but a difference of {least} or more is not proven"
        )
    };
    match comparison.verdict {
        Verdict::Faster | Verdict::Slower => {
            format!("{answers} {words} than the global endpoint {over}")
        }
        Verdict::SlightlyFaster => unproven("faster"),
        Verdict::SlightlySlower => unproven("slower"),
        Verdict::Equivalent => format!("{answers} as fast as the global endpoint {over}"),
        Verdict::Inconclusive => format!(
            "{answers} {over} in {p50}; it cannot be told whether that is faster or slower than the global endpoint"
        ),
        Verdict::Invalid | Verdict::NoData => {
            format!(
                "{answers} {over} in {p50}, which must not be compared with the global endpoint"
            )
        }
    }
}

fn against_global(summary: &Summary, row: &Row, comparison: &Comparison) -> Finding {
    let interval = verdicts::interval(comparison);
    let global = summary
        .rows
        .iter()
        .find(|row| row.target == comparison.baseline);
    let known = global.and_then(|global| global.service_time.percentile(Level::P50));
    let against = known.unwrap_or(median(row) + comparison.difference.value);
    let medians = format!(
        "p50 {} against {}",
        duration(median(row)),
        duration(against)
    );
    let saved = matches!(
        comparison.verdict,
        Verdict::Faster | Verdict::SlightlyFaster
    )
    .then(|| format!("saves {} a call", verdicts::saved(comparison.difference)));
    let by_signs = verdicts::by_signs(comparison);
    let lacking = verdicts::lacking(comparison);
    let general = comparison.in_general.as_ref().map(verdicts::in_general);
    let details = interval
        .into_iter()
        .chain(by_signs)
        .chain([medians])
        .chain(saved)
        .chain(failed_shares(std::iter::once(row).chain(global)))
        .chain(served_by(summary, comparison))
        .chain(lacking)
        .chain(general);
    let is_compared = !matches!(
        comparison.verdict,
        Verdict::Inconclusive | Verdict::Invalid | Verdict::NoData
    );
    let fails = match MoreFailing::of(row, global) {
        MoreFailing::Endpoint if is_compared => " and fails more often",
        MoreFailing::Global if is_compared => " and fails less often",
        MoreFailing::Endpoint | MoreFailing::Global | MoreFailing::Neither => "",
    };
    Finding {
        claim: claim_of(row, comparison) + fails,
        rest: parenthesis(details),
    }
}

/// The Region that served the global endpoint; its numbers mean little without it.
fn served_by(summary: &Summary, comparison: &Comparison) -> Option<String> {
    let global = summary
        .rows
        .iter()
        .find(|row| row.target == comparison.baseline)?;
    let all = global
        .served_by
        .values()
        .fold(0_u64, |sum, calls| sum.saturating_add(*calls));
    let (region, calls) = in_order(&global.served_by).into_iter().next()?;
    let share = if calls == all {
        String::new()
    } else {
        format!(" in {}", percent_of(calls, all))
    };
    Some(format!("global served by {region}{share}"))
}

#[cfg(test)]
mod tests {
    use crate::judge::summarise;
    use crate::judge::synthetic_run::{Fixture, answer, refused};
    use crate::place::{LocalRegion, NameSource, RegionSource};

    use super::*;

    fn of(run: &Run) -> String {
        headline(run, &summarise(run))
    }

    #[test]
    fn the_vantage_s_own_region_is_set_against_the_global_endpoint() {
        let fixture = Fixture::of("global,eu-central-1,eu-west-1").calls(20, |_, _| answer(90));
        let fixture = fixture
            .calls_of("eu-central-1", 20, |_| answer(25))
            .calls_of("eu-west-1", 20, |_| answer(5));
        assert_eq!(
            of(&fixture.run()),
            "eu-central-1 answers GetCallerIdentity 3.6× faster than the global endpoint on a kept-open connection \
             (95 % interval of 2 comparisons together 3.6–3.7×; sign test over 20 rounds; p50 25.0 ms against 90.0 ms; saves 65.0 ms (65.0–65.1 ms) a call; global served by us-east-1)"
        );
    }

    #[test]
    fn the_share_of_failed_calls_stands_beside_a_claim_and_qualifies_it() {
        // The fastest calls of the Region are answered, 15 of 100 are not.
        let reply = |call: u32| if call % 20 < 3 { refused() } else { answer(25) };
        let run = Fixture::of("global,eu-central-1")
            .calls(100, |_, _| answer(90))
            .calls_of("eu-central-1", 100, reply)
            .run();
        let sentence = of(&run);
        assert!(sentence.contains(" and fails more often ("), "{sentence}");
        assert!(
            sentence.contains("15 % of the calls to eu-central-1 on kept-open connections failed"),
            "{sentence}"
        );
    }

    #[test]
    fn from_elsewhere_the_fastest_region_speaks_and_slower_is_slower() {
        let fixture = Fixture::of("global,eu-west-1,us-west-2").calls(20, |_, _| answer(300));
        let mut run = fixture
            .calls_of("global", 20, |_| answer(100))
            .calls_of("us-west-2", 20, |_| answer(150))
            .run();
        run.header.vantage.name = "a laptop".to_owned();
        let sentence = of(&run);
        assert!(
            sentence
                .starts_with("us-west-2 answers GetCallerIdentity 1.50× slower than the global"),
            "{sentence}"
        );
    }

    fn in_region(mut run: Run, region: Option<&str>) -> Run {
        run.header.vantage.name_source = Some(NameSource::Option);
        run.header.vantage.local_region = region.map(|name| LocalRegion {
            name: name.to_owned(),
            source: RegionSource::Variable("AWS_REGION".to_owned()),
        });
        run
    }

    fn far() -> Run {
        let fixture = Fixture::of("global,eu-central-1,us-west-2").calls(192, |_, _| answer(300));
        fixture
            .calls_of("eu-central-1", 192, |_| answer(20))
            .calls_of("us-west-2", 192, |_| answer(150))
            .run()
    }

    #[test]
    fn the_region_that_the_sdk_calls_speaks_and_a_faster_one_is_named_beside_it() {
        let run = in_region(far(), Some("us-west-2"));
        assert!(of(&run).starts_with("us-west-2 answers "), "{}", of(&run));
        assert_eq!(
            place(&run, &summarise(&run)).as_deref(),
            Some(
                "eu-central-1 is faster than us-west-2, the Region configured here (AWS_REGION): p50 20.0 ms against 150 ms"
            )
        );
        let run = in_region(far(), Some("eu-central-1"));
        assert!(
            of(&run).starts_with("eu-central-1 answers "),
            "{}",
            of(&run)
        );
        assert_eq!(place(&run, &summarise(&run)), None);
    }

    #[test]
    fn a_region_that_is_not_known_or_not_measured_is_said() {
        let run = in_region(far(), None);
        let said = place(&run, &summarise(&run)).expect("said");
        assert!(
            said.starts_with("no Region is configured here: --region"),
            "{said}"
        );
        assert!(
            of(&run).starts_with("eu-central-1 answers "),
            "{}",
            of(&run)
        );
        let run = in_region(far(), Some("ap-south-1"));
        let said = place(&run, &summarise(&run)).expect("said");
        assert!(
            said.contains("was not measured: add here to --endpoints"),
            "{said}"
        );
        assert_eq!(place(&far(), &summarise(&far())), None, "an old run");
    }

    #[test]
    fn a_region_of_ones_own_that_refuses_is_named_where_another_speaks() {
        let fixture = Fixture::of("global,eu-central-1,eu-central-2").calls(192, |_, _| answer(90));
        let run = fixture.calls_of("eu-central-2", 192, |_| refused()).run();
        let run = in_region(run, Some("eu-central-2"));
        assert!(
            of(&run).starts_with("eu-central-1 answers "),
            "{}",
            of(&run)
        );
        assert_eq!(
            place(&run, &summarise(&run)).as_deref(),
            Some(
                "eu-central-2 is the Region configured here (AWS_REGION), and its endpoint gave no p50: see its failed calls"
            )
        );
    }

    #[test]
    fn equal_endpoints_are_as_fast() {
        let sentence = of(&Fixture::small().calls(20, |_, _| answer(30)).run());
        assert!(
            sentence.contains("as fast as the global endpoint"),
            "{sentence}"
        );
    }

    #[test]
    fn without_a_global_endpoint_the_fastest_is_named() {
        let fixture = Fixture::of("eu-west-1,eu-west-2").calls(20, |_, _| answer(30));
        let sentence = of(&fixture.calls_of("eu-west-2", 20, |_| answer(20)).run());
        assert_eq!(
            sentence,
            "eu-west-2 answers GetCallerIdentity fastest of 2 endpoints on a kept-open connection (p50 20.0 ms)"
        );
    }

    #[test]
    fn what_cannot_be_told_or_compared_is_said_in_whole_sentences() {
        let alike = Fixture::small().noisy(192, 3, 0.3, |_| 30.0);
        let open = of(&alike.run());
        assert!(
            open.starts_with("eu-west-1 answers GetCallerIdentity on a kept-open connection in ")
                && open.contains(" ms; it cannot be told whether that is faster or slower than the global endpoint ("),
            "{open}"
        );
        let throttling = |i: u32| {
            if i.is_multiple_of(40) {
                crate::judge::synthetic_run::throttled()
            } else {
                answer(30)
            }
        };
        let forbidden = of(&Fixture::small()
            .calls(192, |_, _| answer(30))
            .calls_of("eu-west-1", 192, throttling)
            .run());
        assert!(
            forbidden.contains(" ms, which must not be compared with the global endpoint (p50 30"),
            "{forbidden}"
        );
    }

    #[test]
    fn one_endpoint_alone_is_not_the_fastest() {
        let run = Fixture::of("eu-west-1").calls(20, |_, _| answer(30)).run();
        assert_eq!(
            of(&run),
            "eu-west-1 answers GetCallerIdentity in 30.0 ms on a kept-open connection (p50)"
        );
        let summary = summarise(&run);
        let group = summary.rows[0].group();
        let shown = claim(&run, &summary, group, |_| true);
        assert_eq!(
            shown.as_deref(),
            Some("eu-west-1 answers GetCallerIdentity in 30.0 ms on a kept-open connection")
        );
    }

    #[test]
    fn a_claim_about_a_part_is_about_that_part_and_ranks_none_of_it() {
        let fixture = Fixture::of("global,eu-west-1,us-west-2").calls(192, |_, _| answer(90));
        let fixture = fixture.calls_of("us-west-2", 192, |_| answer(150));
        let run = fixture.calls_of("eu-west-1", 192, |_| answer(20)).run();
        let summary = summarise(&run);
        let group = summary.rows[0].group();
        let of = |shown: &[&str]| {
            let is_shown = |row: &Row| shown.contains(&row.endpoint.as_str());
            claim(&run, &summary, group, is_shown)
        };
        let far = of(&["global", "us-west-2"]).expect("is compared");
        assert!(
            far.starts_with("us-west-2 answers ") && far.contains("slower"),
            "{far}"
        );
        let near = of(&["global", "eu-west-1", "us-west-2"]).expect("is compared");
        assert!(near.starts_with("eu-west-1 answers "), "{near}");
        assert_eq!(of(&["global"]), None, "its rank is one among all");
    }

    #[test]
    fn too_little_data_makes_no_claim() {
        assert_eq!(
            of(&Fixture::small().calls(9, |_, _| refused()).run()),
            "no endpoint gave an answer that counts"
        );
        let few = of(&Fixture::small().calls(5, |_, _| answer(9)).run());
        assert_eq!(
            few,
            "no endpoint gave enough answers for a p50, which needs 6 on one kind of connection"
        );
    }
}
