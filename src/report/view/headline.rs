//! Which finding a run is headed by, and what is found about each of its groups.

use crate::judge::{Place, Row, Summary};
use crate::plan::Group;
use crate::report::words::headline as words;
use crate::report::words::numbers::duration;
use crate::report::words::place as place_words;
use crate::results::Run;
use sts_model::{Operation, Scope};

use super::group_finding::Headline;
use super::overview::decision::{GroupEndpoints, decision, least, median, no_median};
use super::overview::foremost::FOREMOST;

/// What the run found: the endpoint of the vantage's own Region against the global one, or else the fastest; of the first
/// operation, over a cold connection where there is one, since most programs that ask STS for credentials ask once.
pub(crate) fn headline(run: &Run, summary: &Summary) -> String {
    let operations = groups(summary).into_iter().map(|group| group.operation);
    let mut found = operations.filter_map(|operation| {
        let found = foremost(run, summary, operation)?;
        Some(
            words::sentence(&found) + &words::failing_elsewhere(&decision(run, summary, operation)),
        )
    });
    found
        .next()
        .unwrap_or_else(|| words::nothing(no_median(summary)).to_owned())
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
    (!(is_part && ranks)).then(|| words::claim(&Headline::of(summary, &shown)))
}

/// One sentence for each operation and kind of connection, in the order of the tables.
pub(crate) fn verdicts(run: &Run, summary: &Summary) -> Vec<String> {
    groups(summary)
        .into_iter()
        .filter_map(|group| finding(run, summary, group))
        .map(|found| words::sentence(&found))
        .collect()
}

fn foremost<'a>(run: &'a Run, summary: &'a Summary, operation: Operation) -> Option<Headline<'a>> {
    FOREMOST.into_iter().find_map(|connection| {
        let group = Group {
            operation,
            connection,
        };
        finding(run, summary, group)
    })
}

fn groups(summary: &Summary) -> Vec<Group> {
    Group::distinct(summary.rows.iter().map(Row::group))
}

fn finding<'a>(run: &'a Run, summary: &'a Summary, group: Group) -> Option<Headline<'a>> {
    Some(Headline::of(
        summary,
        &GroupEndpoints::of(run, summary, group)?,
    ))
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
        return Some(place_words::NO_REGION.to_owned());
    };
    let is_own = |row: &&Row| row.endpoint == region.name;
    if !summary.rows.iter().any(|row| is_own(&row)) {
        return Some(place_words::not_measured(region));
    }
    let group = headline_group(run, summary)?;
    let regional = || {
        let rows = summary.rows.iter().filter(move |row| row.group() == group);
        rows.filter(|row| row.place == Place::Regional && median(row).is_finite())
    };
    let fastest = least(regional())?;
    let Some(own) = regional().find(is_own) else {
        return Some(place_words::without_median(region));
    };
    let is_beyond_chance = fastest.rank?.high < own.rank?.low;
    is_beyond_chance.then(|| {
        let times = [median(fastest), median(own)].map(duration);
        place_words::faster_elsewhere(region, &fastest.endpoint, times)
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
