//! Every field of a configuration with values that it does not take.

use super::*;
use crate::service::faults::InjectedFault;

fn refused(text: &str) -> String {
    EmulatorConfig::from_toml(text).expect_err(text).to_string()
}

#[test]
fn a_value_that_cannot_be_read_is_told_by_its_field_and_what_that_takes() {
    let fault = |fault: &str| format!("[[faults]]\nendpoints = [\"*\"]\nfault = {{ {fault} }}");
    for (text, told) in [
        (
            "listen_port = 70000",
            "fleet listen_port: must be a whole number, 0 to 65535",
        ),
        (
            "listen_port = -5",
            "fleet listen_port: must be a whole number, 0 to 65535",
        ),
        (
            "seed = -1",
            "fleet seed: must be a whole number, 0 to 18446744073709551615",
        ),
        (
            "seed = \"a\"",
            "fleet seed: must be a whole number, 0 to 18446744073709551615",
        ),
        (
            "seed = 99999999999999999999",
            "fleet seed: must be a whole number, 0 to 18446744073709551615",
        ),
        (
            "[quota]\nburst = 1.5",
            "fleet quota: burst must be 1 to 1000000",
        ),
        (
            "idle_connections = -1",
            "fleet idle_connections: must be 1 to 1000000",
        ),
        (
            "[rtt_ms]\nglobal = \"x\"",
            "fleet rtt_ms of global: must be 0 to 60000",
        ),
        (
            &fault("kind = \"extra-latency\", extra_ms = -4"),
            "fleet fault 1: extra_ms must be 0 to 600000",
        ),
        (
            &fault("kind = \"extra-latency\", extra_ms = 1e300"),
            "fleet fault 1: extra_ms must be 0 to 600000",
        ),
        (
            &fault("kind = 3"),
            "fleet fault 1 fault kind: must be one of `reset`, `stall`",
        ),
        (
            "faults = [{ endpoints = \"*\", fault = { kind = \"reset\" } }]",
            "fleet fault 1 endpoints: must be a list in square brackets",
        ),
        (
            "[[latency]]\nendpoints = [\"*\"]\nlaw = { kind = \"steps\", steps = [{ after_ms = 0, extra_ms = 1 }, { after_ms = -1, extra_ms = 1 }] }",
            "fleet latency 1: after_ms must be 86400000 or less",
        ),
        (
            "[[users]]\nactive = \"yes\"",
            "fleet user 1 active: must be true or false",
        ),
        (
            "[[accounts]]\nid = 123456789013",
            "fleet account 1 id: must be text in quotes",
        ),
        (
            "[[users]]\ntags = { a = 1 }",
            "fleet user 1 tags a: must be text in quotes",
        ),
        (
            "[[roles]]\nname = \"b\"\n[[roles]]\ntrust = { a = 1 }",
            "fleet role 2 trust: must be text in quotes",
        ),
        (
            "clock = 2026-01-01T00:00:00Z",
            "fleet clock: must be text in quotes",
        ),
        (
            "listen_address = \"foo\"",
            "fleet listen_address: must be an IPv4 address such as 127.0.1.1",
        ),
        (
            "ready_listen = \"x\"",
            "fleet ready_listen: must be an address and a port such as 127.0.0.1:8470",
        ),
        (
            "latency = 5",
            "fleet latency: must be tables, each under [[latency]]",
        ),
        ("users = [1]", "fleet user 1: must be a table"),
        (
            "[newest_tls]\nfoo = 1",
            "fleet newest_tls foo: must be `1.2` or `1.3`",
        ),
        (
            "link = 1",
            "fleet link: must be one of `auto`, `kernel`, `bytes`, `undelayed`",
        ),
        ("[path]\nfoo = 1", "fleet path foo: must be a table"),
    ] {
        let found = refused(text);
        assert!(found.starts_with(told), "{text}: {found}");
    }
}

#[test]
fn fields_that_are_unknown_or_missing_are_told_with_their_table() {
    for (text, told) in [
        ("vantge = \"x\"", "unknown field `vantge`, expected one of"),
        (
            "[[users]]\nfoo = 1",
            "fleet user 1: unknown field `foo`, expected one of",
        ),
        (
            "[[faults]]\nendpoints = [\"*\"]\nfault = { kind = \"reset\", probability = 0.05 }",
            "fleet fault 1 fault: unknown field `probability`, there are no fields",
        ),
        (
            "[[faults]]\nendpoints = [\"*\"]",
            "fleet fault 1: missing field `fault`",
        ),
    ] {
        let found = refused(text);
        assert!(found.starts_with(told), "{text}: {found}");
    }
    let syntax = EmulatorConfig::from_toml("vantage = \"x\"\nseed = = 3\n").expect_err("no TOML");
    assert_eq!((syntax.at, syntax.place.len()), (Some(21), 0));
}

/// One of each kind of fault and law, as TOML.
fn kinds() -> Vec<(&'static str, String)> {
    let fault = |settings: &str| ("faults", format!("fault = {{ {settings} }}"));
    let law = |settings: &str| ("latency", format!("law = {{ {settings} }}"));
    vec![
        fault("kind = \"reset\""),
        fault("kind = \"stall\""),
        fault("kind = \"throttle\""),
        fault("kind = \"server-error\", status = 500"),
        fault("kind = \"status\", status = 302"),
        fault("kind = \"half-body\""),
        fault("kind = \"garbage-body\""),
        fault("kind = \"extra-latency\", extra_ms = 1"),
        fault("kind = \"slow-body\", interval_ms = 1"),
        fault("kind = \"slow-handshake\", extra_ms = 1"),
        fault("kind = \"clock-offset\", seconds = 1"),
        fault("kind = \"close-after\", requests = 1"),
        fault("kind = \"freeze\", every_ms = 2, length_ms = 1"),
        law("kind = \"constant\", ms = 1"),
        law("kind = \"log-normal\", median_ms = 1, sigma = 1"),
        law("kind = \"spikes\", probability = 1, extra_ms = 1"),
        law("kind = \"steps\", steps = [{ after_ms = 1, extra_ms = 1 }]"),
        law("kind = \"drift\", ms_per_minute = 1"),
    ]
}

#[test]
fn no_kind_of_fault_or_law_takes_a_field_that_it_does_not_have() {
    for (table, kind) in kinds() {
        let file = |kind: &str| format!("[[{table}]]\nendpoints = [\"*\"]\n{kind}\n");
        let config = EmulatorConfig::from_toml(&file(&kind)).expect(&kind);
        assert!(config.mistakes().is_empty(), "{kind}");
        let stranger = file(&kind.replace(" }", ", foo = 1 }"));
        assert!(
            refused(&stranger).contains("unknown field `foo`"),
            "{kind}: {}",
            refused(&stranger)
        );
        let wrong = EmulatorConfig::from_toml(&file(&kind).replace("[\"*\"]", "[]")).expect(&kind);
        let complaint = wrong.mistakes()[0].error.to_string();
        assert!(
            complaint.contains("endpoints must name at least one"),
            "{complaint}"
        );
    }
    let named: std::collections::BTreeSet<&str> = kinds()
        .iter()
        .filter(|(table, _)| *table == "faults")
        .map(|(_, kind)| {
            let file = format!("[[faults]]\nendpoints = [\"*\"]\n{kind}");
            let config = EmulatorConfig::from_toml(&file).expect(kind);
            InjectedFault::name(&config.faults[0].fault)
        })
        .collect();
    assert_eq!(named.len(), 13, "a kind is missing or twice in the list");
}

#[test]
fn no_table_takes_a_field_that_it_does_not_have() {
    for table in [
        "[dns]",
        "[quota]",
        "[path.global]",
        "[service_time.get-caller-identity]\nmedian_ms = 1\nsigma = 1",
        "[[callers]]\naddress = \"127.0.0.9\"\nfrom = \"eu-west-1\"",
        "[[accounts]]",
        "[[users]]",
        "[[users]]\n[[users.mfa]]",
        "[[roles]]",
        "[[oidc_providers]]",
        "[[saml_providers]]",
        "[[faults]]",
        "[[latency]]",
    ] {
        let found = refused(&format!("{table}\nfoo = 1\n"));
        assert!(
            found.contains("unknown field `foo`, expected"),
            "{table}: {found}"
        );
    }
}

#[test]
fn lists_have_something_and_each_thing_once() {
    let region = "\"af-south-1\"";
    for file in [
        #[cfg(feature = "federation")]
        "[[oidc_providers]]\nclient_ids = [\"a\", \"a\"]".to_owned(),
        format!("[[accounts]]\nenabled_regions = [{region}, {region}]"),
        format!("[[accounts]]\nenabled_regions = [\"*\", {region}]"),
        "[[accounts]]\ndisabled_regions = [\"eu-west-1\", \"eu-west-1\"]".to_owned(),
        "[[faults]]\nendpoints = [\"*\", \"*\"]\nfault = { kind = \"stall\" }".to_owned(),
        "[[latency]]\nendpoints = [\"*\", \"global\"]\nlaw = { kind = \"constant\", ms = 1 }".to_owned(),
        "[[latency]]\nendpoints = [\"*\"]\noperations = [\"assume-role\", \"assume-role\"]\nlaw = { kind = \"constant\", ms = 1 }".to_owned(),
    ] {
        let config = EmulatorConfig::from_toml(&file).expect(&file);
        let found: Vec<String> = config
            .mistakes()
            .iter()
            .map(|mistake| mistake.error.to_string())
            .collect();
        assert!(found.len() == 1 && found[0].contains("must name each"), "{file}: {found:?}");
    }
}
