//! The order of the places where a Region or a name is said, on machines that are made up.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::*;
use crate::place::{EphemeralHost, NameSource};

/// A machine that says these things.
#[derive(Default)]
struct MadeUp {
    variables: BTreeMap<&'static str, &'static str>,
    profile: Option<&'static str>,
    zone: Option<&'static str>,
    instance: Option<&'static str>,
    host: &'static str,
    /// How often a service was asked.
    asked: Cell<u32>,
}

impl MadeUp {
    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.insert(name, value);
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }
}

impl Surroundings for MadeUp {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|it| (*it).to_owned())
    }

    fn profile_region(&self, profile: Option<&str>) -> Result<Option<(String, String)>, String> {
        let name = profile.unwrap_or("default").to_owned();
        Ok(self.profile.map(|region| (name, region.to_owned())))
    }

    fn container_zone(&self) -> Option<String> {
        self.asked.set(self.asked.get() + 1);
        self.zone.map(str::to_owned)
    }

    fn instance_region(&self, _: Option<&str>) -> Option<String> {
        self.asked.set(self.asked.get() + 1);
        self.instance.map(str::to_owned)
    }

    fn host(&self) -> String {
        self.host.to_owned()
    }
}

/// A machine on which everything is said.
fn full() -> MadeUp {
    MadeUp {
        profile: Some("eu-west-1"),
        zone: Some("eu-west-2-lax-1b"),
        instance: Some("eu-west-3"),
        host: "annas-laptop",
        ..MadeUp::default()
    }
    .with("AWS_REGION", "us-east-1")
    .with("AWS_DEFAULT_REGION", "us-east-2")
}

fn region(search: &PlaceSearch, around: &MadeUp) -> Option<(String, String)> {
    let place = search.find_in(around).expect("well formed");
    place
        .region
        .map(|region| (region.name, region.source.to_string()))
}

fn said(name: &str, source: &str) -> Option<(String, String)> {
    Some((name.to_owned(), source.to_owned()))
}

#[test]
fn the_first_place_that_says_a_region_counts() {
    let option = PlaceSearch {
        region: Some("ap-south-1".to_owned()),
        ..PlaceSearch::default()
    };
    let search = PlaceSearch::default();
    assert_eq!(region(&option, &full()), said("ap-south-1", "--region"));
    let mut around = full();
    assert_eq!(region(&search, &around), said("us-east-1", "AWS_REGION"));
    around = around.without("AWS_REGION");
    assert_eq!(
        region(&search, &around),
        said("us-east-2", "AWS_DEFAULT_REGION")
    );
    around = around.without("AWS_DEFAULT_REGION");
    assert_eq!(
        region(&search, &around),
        said("eu-west-1", "region of profile `default`")
    );
    assert_eq!(around.asked.get(), 0, "nothing was to be asked");
    around.profile = None;
    assert_eq!(
        region(&search, &around),
        said("eu-west-2", "container metadata")
    );
    around.zone = None;
    assert_eq!(
        region(&search, &around),
        said("eu-west-3", "instance metadata")
    );
    around.instance = None;
    assert_eq!(region(&search, &around), None);
}

#[test]
fn the_profile_that_is_asked_for_is_the_one_that_is_read() {
    let search = PlaceSearch {
        profile: Some("dev".to_owned()),
        ..PlaceSearch::default()
    };
    let around = full().without("AWS_REGION").without("AWS_DEFAULT_REGION");
    assert_eq!(
        region(&search, &around),
        said("eu-west-1", "region of profile `dev`")
    );
}

#[test]
fn a_simulated_run_reads_option_and_variables_and_no_more() {
    let search = PlaceSearch {
        simulated: Some("eu-central-1".to_owned()),
        ..PlaceSearch::default()
    };
    assert_eq!(region(&search, &full()), said("us-east-1", "AWS_REGION"));
    let around = full().without("AWS_REGION").without("AWS_DEFAULT_REGION");
    assert_eq!(region(&search, &around), said("eu-central-1", "--simulate"));
    assert_eq!(around.asked.get(), 0);
}

#[test]
fn nothing_is_sent_where_that_is_forbidden() {
    let search = PlaceSearch {
        metadata: MetadataUse::NotAsked,
        ..PlaceSearch::default()
    };
    let mut around = full().without("AWS_REGION").without("AWS_DEFAULT_REGION");
    around.profile = None;
    assert_eq!(region(&search, &around), None);
    assert_eq!(around.asked.get(), 0);
}

#[test]
fn a_malformed_region_is_an_error_that_names_its_source() {
    let mut around = full().with("AWS_REGION", "Frankfurt");
    let refused = |around: &MadeUp| {
        let error = PlaceSearch::default().find_in(around);
        error.expect_err("refused").to_string()
    };
    let said = refused(&around);
    assert!(
        said.starts_with("AWS_REGION: \"Frankfurt\" is not a Region"),
        "{said}"
    );
    around = around.without("AWS_REGION").without("AWS_DEFAULT_REGION");
    around.profile = Some("eu west 1");
    let said = refused(&around);
    assert!(said.starts_with("region of profile `default`: "), "{said}");
}

fn name(search: &PlaceSearch, around: &MadeUp) -> (String, NameSource) {
    let vantage = search.find_in(around).expect("well formed").vantage;
    (vantage.text, vantage.source)
}

#[test]
fn the_name_of_the_place_is_the_first_that_lasts() {
    let search = PlaceSearch::default();
    let variable = |name: &str| NameSource::Variable(name.to_owned());
    let mut around = full()
        .with("STSBENCH_VANTAGE", "office")
        .with("STSBENCH_NODE_ZONE", "eu-west-1b")
        .with("GITHUB_ACTIONS", "true")
        .with("GITHUB_REPOSITORY", "anna/app")
        .with("RUNNER_NAME", "GitHub Actions 17");
    let given = PlaceSearch {
        vantage: Some("lab".to_owned()),
        ..PlaceSearch::default()
    };
    assert_eq!(
        name(&given, &around),
        ("lab".to_owned(), NameSource::Option)
    );
    assert_eq!(
        name(&search, &around),
        ("office".to_owned(), variable("STSBENCH_VANTAGE"))
    );
    around = around.without("STSBENCH_VANTAGE");
    assert_eq!(
        name(&search, &around),
        ("us-east-1".to_owned(), NameSource::Region)
    );
    let mut around = MadeUp {
        host: "annas-laptop",
        variables: around.variables,
        ..MadeUp::default()
    }
    .without("AWS_REGION")
    .without("AWS_DEFAULT_REGION");
    assert_eq!(
        name(&search, &around),
        ("anna/app".to_owned(), variable("GITHUB_REPOSITORY"))
    );
    around = around.with("RUNNER_ENVIRONMENT", "self-hosted");
    assert_eq!(
        name(&search, &around),
        (
            "anna/app GitHub Actions 17".to_owned(),
            variable("RUNNER_NAME")
        )
    );
    around = around
        .without("GITHUB_ACTIONS")
        .without("RUNNER_NAME")
        .without("RUNNER_ENVIRONMENT");
    assert_eq!(
        name(&search, &around),
        ("eu-west-1b".to_owned(), variable("STSBENCH_NODE_ZONE"))
    );
    around = around.without("STSBENCH_NODE_ZONE");
    assert_eq!(
        name(&search, &around),
        ("annas-laptop".to_owned(), NameSource::Host)
    );
}

#[test]
fn a_simulated_run_is_named_after_the_region_it_is_seen_from() {
    let search = PlaceSearch {
        simulated: Some("eu-central-1".to_owned()),
        ..PlaceSearch::default()
    };
    assert_eq!(
        name(&search, &full()),
        ("eu-central-1".to_owned(), NameSource::Simulation)
    );
}

#[test]
fn each_ci_system_names_its_runner_or_its_repository() {
    for (set, expected) in [
        (
            &[
                ("GITLAB_CI", "true"),
                ("CI_PROJECT_PATH", "a/b"),
                ("CI_RUNNER_DESCRIPTION", "lab-1"),
            ][..],
            "lab-1",
        ),
        (&[("GITLAB_CI", "true"), ("CI_PROJECT_PATH", "a/b")], "a/b"),
        (
            &[("JENKINS_URL", "https://ci"), ("NODE_NAME", "built-in")],
            "built-in",
        ),
        (
            &[("BUILDKITE", "true"), ("BUILDKITE_PIPELINE_SLUG", "app")],
            "app",
        ),
        (
            &[("TF_BUILD", "True"), ("BUILD_REPOSITORY_NAME", "app")],
            "app",
        ),
        // Without the system's own mark the variable is somebody else's.
        (&[("JOB_NAME", "x")], "a-host"),
    ] {
        let around = MadeUp {
            host: "a-host",
            variables: set.iter().copied().collect(),
            ..MadeUp::default()
        };
        assert_eq!(name(&PlaceSearch::default(), &around).0, expected);
    }
}

#[test]
fn a_hosts_name_is_cut_and_cleaned_and_a_variables_is_refused() {
    let around = MadeUp {
        host: "3f2a9c0d1e4b",
        ..MadeUp::default()
    };
    let place = PlaceSearch::default()
        .find_in(&around)
        .expect("well formed");
    assert_eq!(place.vantage.ephemeral(), Some(EphemeralHost::Container));
    let around = MadeUp {
        host: "a\u{1b}[31mb",
        ..MadeUp::default()
    };
    assert_eq!(name(&PlaceSearch::default(), &around).0, "a[31mb");
    let around = around.with("STSBENCH_VANTAGE", "a\nb");
    let error = PlaceSearch::default()
        .find_in(&around)
        .expect_err("refused");
    assert!(
        error.to_string().starts_with("STSBENCH_VANTAGE: "),
        "{error}"
    );
}

fn observing(observation: Observation) -> PlaceSearch {
    PlaceSearch {
        vantage: Some("eu-central-1".to_owned()),
        observation,
        ..PlaceSearch::default()
    }
}

#[test]
fn what_the_machine_says_is_recorded_with_who_says_it() {
    let around = full()
        .with("SLURMD_NODENAME", "node-7")
        .with("STSBENCH_NODE_ZONE", "eu-west-1b");
    let place = observing(Observation::Recorded)
        .find_in(&around)
        .expect("found");
    let facts: Vec<String> = place.observed.iter().map(PlaceFact::to_string).collect();
    assert_eq!(
        facts,
        [
            "node node-7 (SLURMD_NODENAME)",
            "zone eu-west-1b (STSBENCH_NODE_ZONE)",
            "zone eu-west-2-lax-1b (container metadata)",
            "Region eu-west-2 (container metadata)",
            "Region eu-west-3 (instance metadata)",
            "host annas-laptop (system)",
        ]
    );
    assert_eq!(around.asked.get(), 2, "each service is asked once");
    let none = observing(Observation::None)
        .find_in(&full())
        .expect("found");
    assert_eq!(none.observed, []);
    let simulated = PlaceSearch {
        simulated: Some("eu-central-1".to_owned()),
        ..observing(Observation::Recorded)
    };
    let around = MadeUp {
        host: "h",
        ..MadeUp::default()
    }
    .with("SLURMD_NODENAME", "node-7");
    let observed = simulated.find_in(&around).expect("found").observed;
    assert_eq!(
        observed.len(),
        1,
        "the host does not matter to a simulated service: {observed:?}"
    );
}

#[test]
fn a_task_that_a_scheduler_moved_is_not_measured() {
    let on = |node: &'static str| {
        MadeUp {
            host: "h",
            ..MadeUp::default()
        }
        .with("SLURMD_NODENAME", node)
    };
    let required = observing(Observation::Required);
    assert!(required.find_in(&on("eu-central-1")).is_ok());
    let error = required
        .find_in(&on("ap-south-1"))
        .expect_err("moved")
        .to_string();
    for words in [
        "\"eu-central-1\"",
        "node ap-south-1 (SLURMD_NODENAME)",
        "host h",
        "nothing was sent",
    ] {
        assert!(error.contains(words), "{error}");
    }
    let in_region = MadeUp {
        instance: Some("eu-central-1"),
        host: "h",
        ..MadeUp::default()
    };
    assert!(required.find_in(&in_region).is_ok());
    let unnamed = PlaceSearch {
        vantage: None,
        ..required
    };
    let error = unnamed
        .find_in(&on("eu-central-1"))
        .expect_err("no name")
        .to_string();
    assert!(error.contains("--vantage"), "{error}");
}
