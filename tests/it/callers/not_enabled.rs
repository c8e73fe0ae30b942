//! A Region that the account has not enabled: the run has the numbers of the others, and says what is the matter.

use crate::callers::chain::session;
use crate::support::TestEmulator;

const FLEET: &str = "endpoints = \"eu-central-1,af-south-1\"\n[[accounts]]\nenabled_regions = []\n";

const FEW: [&str; 6] = [
    "--operations=get-caller-identity",
    "--connections=cold",
    "--rounds=12",
    "--blocks=2",
    "--warmup-rounds=0",
    "--rate-per-endpoint=10",
];

#[test]
fn a_region_that_is_not_enabled_costs_the_others_nothing_and_its_failures_are_named() {
    let fleet = TestEmulator::start(FLEET);
    for order in ["eu-central-1,af-south-1", "af-south-1,eu-central-1"] {
        let home = fleet.user();
        let endpoints = format!("--endpoints={order}");
        let given = ["eu-central-1", "af-south-1"]
            .map(|name| format!("--endpoint-url={}", fleet.plaintext(name)));
        let mut arguments = vec![endpoints.as_str(), &given[0], &given[1]];
        arguments.extend(FEW);
        let ran = home
            .measure(&arguments)
            .exits(3)
            .says(&["no data: af-south-1 get-caller-identity cold"]);
        let said = "aws.InvalidClientTokenId";
        assert!(ran.stdout.contains(said), "{}", ran.stdout);
        let run = home.stored();
        // A screen has room for a few notices only, and a busy machine has more of them.
        let stopped = "no more calls: InvalidClientTokenId 3 times in a row; the Region is not enabled in this account, the session token is of version 1, or the key is unknown";
        let notices: Vec<&str> = run.notices.iter().map(|it| it.text.as_str()).collect();
        assert!(
            notices.iter().any(|it| it.ends_with(stopped)),
            "{notices:?}"
        );
        let counts = |name: &str| {
            let at = order.split(',').position(|it| it == name);
            let at = at.expect("one of the two");
            &run.measured.series[at].counts
        };
        assert_eq!(counts("eu-central-1").succeeded, 12);
        let refused = counts("af-south-1");
        assert_eq!(refused.codes["aws.InvalidClientTokenId"], refused.issued);
        assert!((3..12).contains(&refused.issued), "{refused:?}");
        assert_eq!(refused.issued + refused.withheld, 12);
    }
}

#[test]
fn a_run_of_nothing_but_a_region_that_is_not_enabled_says_so() {
    let fleet = TestEmulator::start(FLEET);
    let home = fleet.user();
    let given = format!("--endpoint-url={}", fleet.plaintext("af-south-1"));
    let mut arguments = vec!["--endpoints=af-south-1", given.as_str()];
    arguments.extend(FEW);
    home.measure(&arguments).refuses(
        4,
        &["af-south-1 refused GetCallerIdentity: InvalidClientTokenId; the Region is not enabled in this account"],
    );
}

#[test]
fn a_session_token_of_version_1_costs_the_regions_that_do_not_take_it_and_no_other() {
    let fleet = TestEmulator::start(
        "endpoints = \"global,eu-central-1,af-south-1\"\n[[accounts]]\nenabled_regions = [\"*\"]\n",
    );
    let given = ["eu-central-1", "af-south-1"]
        .map(|name| format!("--endpoint-url={}", fleet.plaintext(name)));
    // The global endpoint gives tokens of version 1, a Region's own those of version 2.
    for (from, refused) in [("global", true), ("eu-central-1", false)] {
        for order in ["eu-central-1,af-south-1", "af-south-1,eu-central-1"] {
            let home = session(&fleet, from);
            let endpoints = format!("--endpoints={order}");
            let mut arguments = vec![endpoints.as_str(), &given[0], &given[1]];
            arguments.extend(FEW);
            let ran = home.measure(&arguments);
            let said = "aws.InvalidClientTokenId";
            assert_eq!(ran.stdout.contains(said), refused, "{from}: {ran:?}");
            let ran = if refused {
                ran.exits(3)
            } else {
                ran.measures()
            };
            let run = home.stored();
            for (name, series) in order.split(',').zip(&run.measured.series) {
                let answered = if refused && name == "af-south-1" {
                    0
                } else {
                    12
                };
                assert_eq!(series.counts.succeeded, answered, "{name}: {ran:?}");
            }
        }
    }
}
