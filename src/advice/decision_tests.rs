//! What runs of every outcome say to do.

use std::collections::BTreeMap;

use crate::advice::client_calls;
use crate::judge::synthetic_run::{Fixture, answer, refused};
use crate::judge::{FailedCalls, summarise};

use sts_model::{Client, ClientEnvironment};

use super::*;

/// What a run says whose global endpoint and whose Region answer after so many milliseconds.
fn decided(global: u64, regional: u64, region: &str) -> Advice {
    let fixture = Fixture::of(&format!("global,{region}"));
    let run = fixture
        .calls(200, |_, _| answer(global))
        .calls_of(region, 200, |_| answer(regional))
        .run();
    advise(&summarise(&run), Some(region))
}

#[test]
fn a_faster_region_is_to_be_set() {
    let advice = decided(90, 25, "eu-central-1");
    assert_eq!(advice.decision, Recommendation::SetIt);
    let saving = advice.kept_connection.expect("warm calls");
    assert!((saving.difference.value - 65e6).abs() < 1e6, "{saving:?}");
    assert_eq!(advice.new_connection, None);
}

#[test]
fn an_endpoint_that_fails_more_often_is_no_advice_however_fast_it_is() {
    let of = |failing: &str, global: u64, regional: u64| {
        let every_third = |i: u32, time| {
            if i.is_multiple_of(3) {
                refused()
            } else {
                answer(time)
            }
        };
        let mut fixture = Fixture::of("global,eu-central-1");
        for (endpoint, time) in [("global", global), ("eu-central-1", regional)] {
            fixture = if endpoint == failing {
                fixture.calls_of(endpoint, 200, move |i| every_third(i, time))
            } else {
                fixture.calls_of(endpoint, 200, move |_| answer(time))
            };
        }
        advise(&summarise(&fixture.run()), Some("eu-central-1")).decision
    };
    let fails = |decision: &Recommendation, failing: &str| {
        matches!(decision, Recommendation::NotShown(NotShown::FailsMore(it))
            if it.endpoint == failing && it.failed == FailedCalls { failed: 67, of: 200 } && it.failed_of_other.failed == 0)
    };
    for (failing, global, regional) in [
        ("eu-central-1", 90, 25),
        ("eu-central-1", 30, 30),
        ("global", 30, 90),
        ("global", 30, 30),
    ] {
        let decision = of(failing, global, regional);
        assert!(fails(&decision, failing), "{failing}: {decision:?}");
    }
    assert_eq!(of("global", 90, 25), Recommendation::SetIt);
    assert_eq!(of("eu-central-1", 30, 90), Recommendation::MakesSlower);
}

#[test]
fn a_slower_region_is_not() {
    assert_eq!(
        decided(30, 90, "us-west-2").decision,
        Recommendation::MakesSlower
    );
}

#[test]
fn a_laptop_whose_region_is_far_away_is_advised_by_its_region_not_by_the_fastest() {
    let run = Fixture::of("global,eu-central-1,us-west-2")
        .calls(200, |_, _| answer(90))
        .calls_of("eu-central-1", 200, |_| answer(10))
        .calls_of("us-west-2", 200, |_| answer(150))
        .run();
    let summary = summarise(&run);
    assert_eq!(
        advise(&summary, Some("us-west-2")).decision,
        Recommendation::MakesSlower
    );
    assert_eq!(
        advise(&summary, Some("eu-central-1")).decision,
        Recommendation::SetIt
    );
}

#[test]
fn equal_endpoints_need_nothing_and_who_serves_is_said() {
    let advice = decided(30, 30, "eu-west-1");
    assert_eq!(advice.decision, Recommendation::NoNeed(NoNeed::AsFast));
    let mut run = Fixture::of("global,eu-west-1")
        .calls(200, |_, _| answer(30))
        .run();
    for series in &mut run.measured.series {
        let calls = series.served_by.values().sum();
        series.served_by = BTreeMap::from([("eu-west-1".to_owned(), calls)]);
    }
    assert_eq!(
        advise(&summarise(&run), Some("eu-west-1")).decision,
        Recommendation::NoNeed(NoNeed::ServedHere)
    );
}

#[test]
fn what_a_run_cannot_say_is_not_decided() {
    let of = |run: &Run, region| advise(&summarise(run), region).decision;
    let run = Fixture::small().noisy(192, 3, 0.3, |_| 30.0).run();
    assert!(
        matches!(
            of(&run, Some("eu-west-1")),
            Recommendation::NotShown(NotShown::Undecided { .. })
        ),
        "{:?}",
        of(&run, Some("eu-west-1"))
    );
    assert_eq!(of(&run, None), Recommendation::NotShown(NotShown::NoRegion));
    assert_eq!(
        of(&run, Some("us-west-1")),
        Recommendation::NotShown(NotShown::RegionNotMeasured)
    );
    let failed = Fixture::small().calls(40, |_, _| refused()).run();
    assert!(matches!(
        of(&failed, Some("eu-west-1")),
        Recommendation::NotShown(NotShown::Obstacle(_))
    ));
    let alone = Fixture::of("eu-west-1").calls(40, |_, _| answer(9)).run();
    assert_eq!(
        of(&alone, Some("eu-west-1")),
        Recommendation::NotShown(NotShown::GlobalNotMeasured)
    );
}

#[test]
fn other_partitions_have_nothing_to_decide() {
    for region in ["us-gov-west-1", "cn-north-1", "eusc-de-east-1"] {
        assert_eq!(
            Advice::without_run(Some(region)).decision,
            Recommendation::NothingToDecide
        );
        let run = Fixture::of("us-gov-west-1,cn-north-1")
            .calls(40, |_, _| answer(9))
            .run();
        assert_eq!(
            advise(&summarise(&run), Some(region)).decision,
            Recommendation::NothingToDecide
        );
    }
    // A client that finds no Region calls the global endpoint of the commercial partition.
    let blind = client_calls(&ClientEnvironment::default(), Some("cn-north-1"), &[]);
    let advice = Advice::without_run(Some("cn-north-1")).for_clients(&blind);
    assert!(
        matches!(
            advice.decision,
            Recommendation::OtherPartition { calling, of } if calling > 0 && calling < of
        ),
        "{:?}",
        advice.decision
    );
    assert_eq!(
        Advice::without_run(Some("eu-west-1")).decision,
        Recommendation::NotShown(NotShown::NoRun)
    );
}

#[test]
fn hours_a_month_are_those_of_730_hours() {
    let saving = decided(90, 25, "eu-central-1")
        .kept_connection
        .expect("warm calls");
    let hours = saving.hours_a_month(10_000.0);
    assert!(
        (hours.value - 0.065 * 7_300_000.0 / 3600.0).abs() < 1.0,
        "{hours:?}"
    );
    let (low, high) = hours.interval.expect("many calls");
    assert!(low <= hours.value && hours.value <= high);
}

#[test]
fn what_no_client_would_notice_need_not_be_set() {
    let set_it = decided(90, 25, "eu-central-1");
    let of = |variables: &[(&str, &str)], id: &str| {
        let mut environment = ClientEnvironment::default();
        for (name, value) in variables {
            environment
                .variables
                .insert((*name).to_owned(), (*value).to_owned());
        }
        let client = Client::named(id).expect("known");
        let calls = client_calls(&environment, Some("eu-central-1"), &[client]);
        set_it.clone().for_clients(&calls).decision
    };
    let region = ("AWS_REGION", "eu-central-1");
    let older = ("AWS_DEFAULT_REGION", "eu-central-1");
    assert_eq!(
        of(&[region], "rust"),
        Recommendation::NoNeed(NoNeed::AlreadyRegional)
    );
    assert_eq!(of(&[older], "python-before-1.40"), Recommendation::SetIt);
    assert_eq!(
        of(&[region], "cpp-before-2025-07"),
        Recommendation::NoNeed(NoNeed::NotRead)
    );
    // Python does not read AWS_REGION, and without a Region it calls the global endpoint: the other name changes that.
    assert_eq!(of(&[region], "python"), Recommendation::SetIt);
}

fn of_variables(variables: &[(&str, &str)]) -> ClientEnvironment {
    let mut environment = ClientEnvironment::default();
    let owned = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    environment.variables.extend(owned);
    environment
}

#[test]
fn a_setting_that_is_set_is_kept_and_one_that_is_misspelt_is_to_be_set() {
    let set_it = decided(90, 25, "eu-central-1");
    let of = |value: &str, id: &str| {
        let environment = of_variables(&[
            ("AWS_REGION", "eu-central-1"),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
            ("AWS_STS_REGIONAL_ENDPOINTS", value),
        ]);
        let client = Client::named(id).expect("known");
        let calls = client_calls(&environment, Some("eu-central-1"), &[client]);
        set_it.clone().for_clients(&calls).decision
    };
    let already = Recommendation::NoNeed(NoNeed::AlreadyRegional);
    for (value, client, decision) in [
        ("regional", "python-before-1.40", &Recommendation::KeepIt),
        ("regional", "go-1", &Recommendation::KeepIt),
        ("regional", "rust", &already),
        ("regional", "python", &already),
        ("Regional", "python", &Recommendation::SetIt),
        ("foo", "python-before-1.40", &Recommendation::SetIt),
        ("foo", "rust", &already),
        ("legacy", "python", &Recommendation::SetIt),
    ] {
        assert_eq!(of(value, client), *decision, "{value} {client}");
    }
}

#[test]
fn a_url_that_names_the_global_endpoint_is_to_be_removed() {
    let set_it = decided(90, 25, "eu-central-1");
    let of = |name: &str, url: &str, id: &str| {
        let environment = of_variables(&[("AWS_REGION", "eu-central-1"), (name, url)]);
        let client = Client::named(id).expect("known");
        let calls = client_calls(&environment, Some("eu-central-1"), &[client]);
        set_it.clone().for_clients(&calls).decision
    };
    for url in [
        "https://sts.amazonaws.com",
        "https://STS.amazonaws.com:443/",
        "http://sts.amazonaws.com",
    ] {
        for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"] {
            let decision = of(name, url, "rust");
            assert!(
                matches!(&decision, Recommendation::RemoveUrl { place: SettingPlace::Variable(it), calling: 1, of: 1 } if *it == name),
                "{name} {url}: {decision:?}"
            );
        }
    }
    for url in [
        "https://sts.eu-central-1.amazonaws.com",
        "http://localhost:4566",
    ] {
        assert_eq!(
            of("AWS_ENDPOINT_URL", url, "rust"),
            Recommendation::NoNeed(NoNeed::AlreadyRegional),
            "{url}"
        );
    }
}

#[test]
fn what_makes_no_client_slower_is_not_said_to() {
    let slower = decided(30, 90, "us-west-2");
    let of = |variables: &[(&str, &str)], id: &str| {
        let region = [
            ("AWS_REGION", "us-west-2"),
            ("AWS_DEFAULT_REGION", "us-west-2"),
        ];
        let environment = of_variables(&[&region[..], variables].concat());
        let client = Client::named(id).expect("known");
        let calls = client_calls(&environment, Some("us-west-2"), &[client]);
        slower.clone().for_clients(&calls).decision
    };
    let set = [("AWS_STS_REGIONAL_ENDPOINTS", "regional")];
    assert_eq!(of(&[], "python-before-1.40"), Recommendation::MakesSlower);
    assert_eq!(of(&set, "python-before-1.40"), Recommendation::MadeSlower);
    let already = Recommendation::NoNeed(NoNeed::AlreadyRegional);
    for client in ["go-2", "ruby", "python"] {
        assert_eq!(of(&[], client), already, "{client}");
        assert_eq!(of(&set, client), already, "{client}");
    }
    assert_eq!(
        of(&[], "cpp-before-2025-07"),
        Recommendation::NoNeed(NoNeed::NotRead)
    );
}

#[test]
fn calls_are_told_from_answers() {
    let failed = Fixture::small().calls(40, |_, _| refused()).run();
    let global = advise(&summarise(&failed), Some("eu-west-1")).global;
    let global = global.expect("it was called");
    assert_eq!((global.calls, global.answers), (40, 0));
}

#[test]
fn resumed_connections_alone_do_not_say_what_to_do() {
    let mut run = Fixture::small().calls(40, |_, _| answer(30)).run();
    for target in &mut run.plan.targets {
        target.connection = ConnectionMode::Resumed;
    }
    let decision = advise(&summarise(&run), Some("eu-west-1")).decision;
    assert_eq!(
        decision,
        Recommendation::NotShown(NotShown::OtherConnections)
    );
}
