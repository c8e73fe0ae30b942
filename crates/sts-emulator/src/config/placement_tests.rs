//! Where endpoints are, and what is refused.

use super::*;

fn refusal(toml: &str) -> String {
    let spec: EmulatorConfig = toml::from_str(toml).expect(toml);
    spec.placements().expect_err(toml).to_string()
}

#[test]
fn the_default_fleet_is_seen_from_frankfurt_with_the_global_endpoint_far_away() {
    let placements = EmulatorConfig::default()
        .placements()
        .expect("the default is a fleet");
    let named = |name: &str| {
        placements
            .iter()
            .find(|p| p.endpoint.name == name)
            .expect(name)
    };
    assert_eq!(placements.len(), 18);
    assert_eq!(named("global").served_by, "us-east-1");
    assert_eq!(named("global").round_trip, named("us-east-1").round_trip);
    assert_eq!(
        named("eu-central-1").round_trip,
        geography::OWN_REGION_ROUND_TRIP
    );
}

#[test]
fn local_serving_brings_the_global_endpoint_home_from_default_regions_only() {
    let served_by = |vantage: &str| {
        let spec = EmulatorConfig {
            vantage: vantage.to_owned(),
            global_endpoint: GlobalServing::LocalServing,
            endpoints: "global".to_owned(),
            ..EmulatorConfig::default()
        };
        spec.placements().expect("a fleet")[0].served_by.clone()
    };
    assert_eq!(served_by("eu-west-1"), "eu-west-1");
    assert_eq!(served_by("eu-south-1"), "us-east-1");
}

#[test]
fn by_resolver_the_global_endpoint_has_two_addresses_in_two_regions() {
    let spec = |vantage: &str| EmulatorConfig {
        vantage: vantage.to_owned(),
        global_endpoint: GlobalServing::ByResolver,
        endpoints: "global,us-west-2".to_owned(),
        ..EmulatorConfig::default()
    };
    let served = |vantage: &str| {
        let spec = spec(vantage);
        let placements = spec.placements().expect("a fleet");
        assert_eq!(placements[1].second(&spec), None, "only the global one");
        let second = placements[0].second(&spec).expect("for Amazon's resolver");
        (
            placements[0].served_by.clone(),
            second.served_by,
            second.round_trip < placements[0].round_trip,
        )
    };
    assert_eq!(
        served("eu-west-1"),
        ("us-east-1".to_owned(), "eu-west-1".to_owned(), true)
    );
    assert_eq!(
        served("eu-south-1"),
        ("us-east-1".to_owned(), "us-east-1".to_owned(), false)
    );
}

#[test]
fn given_round_trips_replace_geography() {
    let spec: EmulatorConfig =
        toml::from_str("rtt_ms = { \"*\" = 20, global = 180.5 }").expect("the documented form");
    let placements = spec.placements().expect("a fleet");
    for placement in placements {
        let expected = if placement.endpoint.name == "global" {
            180_500
        } else {
            20_000
        };
        assert_eq!(
            placement.round_trip,
            Duration::from_micros(expected),
            "{}",
            placement.endpoint.name
        );
    }
}

#[test]
fn callers_see_the_same_endpoints_from_their_own_regions() {
    let spec: EmulatorConfig = toml::from_str(
        "endpoints = \"global,here,near:1\"\nrtt_ms = { global = 5 }\nlisten_address = \"198.18.0.21\"\nlisten_port = 443\n\
         [[callers]]\naddress = \"198.18.0.11\"\nfrom = \"us-west-2\"\nglobal_endpoint = \"local-serving\"",
    )
    .expect("the documented form");
    let usual = spec.all_placements().expect("a fleet");
    let seen = spec.placements_by_caller().expect("the same fleet");
    let [(caller, seen)] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    assert_eq!(caller.from, "us-west-2");
    let names = |all: &[Placement]| Vec::from_iter(all.iter().map(|one| one.endpoint.name.clone()));
    assert_eq!(names(seen), names(&usual), "near Frankfurt");
    assert_eq!(names(seen), ["global", "eu-central-1", "eu-west-3"]);
    let served = |all: &[Placement]| all[0].served_by.clone();
    assert_eq!([served(&usual), served(seen)], ["us-east-1", "us-west-2"]);
    let five = Duration::from_millis(5);
    assert_eq!([usual[0].round_trip, seen[0].round_trip], [five, five]);
    assert!(seen[1].round_trip > usual[1].round_trip * 20, "{seen:?}");
}

#[test]
fn wrong_specs_name_the_field() {
    for (toml, complaint) in [
        (
            "vantage = \"eu-nowhere-1\"",
            "fleet vantage: unknown Region \"eu-nowhere-1\"",
        ),
        (
            "rtt_ms = { nowhere = 1 }",
            "fleet rtt_ms: no selected endpoint is called \"nowhere\"",
        ),
        (
            "rtt_ms = { global = nan }",
            "fleet rtt_ms of global: must be 0 to 60000",
        ),
        (
            "path = { global = { loss = 0.1 } }",
            "fleet path: the kernel link alone can do that, and link is bytes",
        ),
        (
            "link = \"kernel\"\npath = { global = { loss = 1.1 } }",
            "fleet path of global: loss must be 0 to 1",
        ),
        (
            "link = \"auto\"\npath = { global = { queue_bytes = 9 } }",
            "queue_bytes must be 1500 or more",
        ),
        (
            "link = \"kernel\"\npath = { nowhere = {} }",
            "fleet path: no selected endpoint is called \"nowhere\"",
        ),
        (
            "newest_tls = { nowhere = \"1.2\" }",
            "fleet newest_tls: no selected endpoint is called \"nowhere\"",
        ),
        ("users = []", "fleet users: must be 1 to 511"),
        (
            "client_deadline_ms = 0",
            "fleet client_deadline_ms: must be 1 to 600000",
        ),
        (
            "idle_connections = 0",
            "fleet idle_connections: must be 1 to 1000000",
        ),
        (
            "idle_deadline_ms = 86400001",
            "fleet idle_deadline_ms: must be 1 to 86400000",
        ),
        (
            "client_deadline_ms = 600001",
            "fleet client_deadline_ms: must be 1 to 600000",
        ),
        (
            "dns = { ttl_seconds = 700000 }",
            "fleet dns: ttl_seconds must be 0 to 604800",
        ),
        (
            "dns = { delay_ms = nan }",
            "fleet dns: delay_ms must be 0 to 60000",
        ),
        (
            "listen_address = \"192.0.2.1\"",
            "fleet listen_address: other machines reach that address",
        ),
        (
            "listen_address = \"192.0.2.1\"\ni_know_it_is_not_aws = true\nlink = \"kernel\"",
            "fleet listen_address: the kernel link has addresses",
        ),
        (
            "listen_address = \"192.0.2.1\"\ni_know_it_is_not_aws = true\ncallers = [{ address = \"127.0.0.2\", from = \"eu-west-1\" }]",
            "fleet listen_address: cannot be outside of 127.0.0.0/8 and 198.18.0.0/15 beside [[callers]]",
        ),
        (
            "clock = \"2026-01-01\"",
            "fleet clock: must be a time such as 2026-01-01T00:00:00Z, from 1970 to 9000",
        ),
        (
            "ready_listen = \"0.0.0.0:8470\"",
            "fleet ready_listen: other machines reach that address",
        ),
        (
            "listen_address = \"198.18.0.1\"",
            "fleet listen_address: only [[callers]] reach 198.18.0.0/15",
        ),
        (
            "listen_address = \"198.19.255.250\"\ncallers = [{ address = \"198.18.0.9\", from = \"eu-west-1\" }]",
            "fleet listen_address: must be in 127.0.0.0/8",
        ),
        (
            "callers = [{ address = \"10.77.0.11\", from = \"eu-west-1\" }]",
            "fleet caller 1 address: must be in 127.0.0.0/8 or 198.18.0.0/15",
        ),
        (
            "callers = [{ address = \"127.0.0.2\", from = \"eu-west-1\" }, { address = \"127.0.0.2\", from = \"eu-west-2\" }]",
            "fleet caller 2 address: is there twice",
        ),
        (
            "callers = [{ address = \"127.0.0.2\", from = \"Atlantis\" }]",
            "fleet caller 1 from: unknown Region \"Atlantis\"",
        ),
        (
            "callers = [{ address = \"127.0.0.2\", from = \"eu-west-1\", global_endpoint = \"by-resolver\" }]",
            "fleet caller 1 global_endpoint: must be legacy-us-east-1 or local-serving",
        ),
        (
            "link = \"auto\"\ncallers = [{ address = \"127.0.0.2\", from = \"eu-west-1\" }]",
            "fleet callers: the kernel link has one caller; link must be bytes or undelayed",
        ),
        (
            "listen_address = \"127.255.255.250\"",
            "fleet listen_address: must be in 127.0.0.0/8",
        ),
        (
            "link = \"kernel\"\nlisten_port = 443",
            "fleet listen_address: the kernel link has addresses",
        ),
        (
            "quota = { burst = 0 }",
            "fleet quota: burst must be 1 to 1000000",
        ),
        (
            "[[latency]]\nendpoints = [\"nowhere\"]\nlaw = { kind = \"constant\", ms = 1 }",
            "fleet latency: no selected endpoint is called \"nowhere\"",
        ),
        (
            "[[latency]]\nendpoints = [\"*\"]\nlaw = { kind = \"steps\", steps = [] }",
            "fleet latency 1: steps must be one or more",
        ),
        (
            "[service_time.get-caller-identity]\nmedian_ms = -1\nsigma = 0",
            "must be 0 to 60000",
        ),
    ] {
        let found = refusal(toml);
        assert!(found.contains(complaint), "{toml}: {found}");
    }
    assert!(
        toml::from_str::<EmulatorConfig>("newest_tls = { global = \"1.1\" }").is_err(),
        "no such version here"
    );
    assert!(
        toml::from_str::<EmulatorConfig>("vantge = \"x\"").is_err(),
        "misspelt fields are refused"
    );
}
