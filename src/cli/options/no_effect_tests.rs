//! Every option of a run beside every kind of run: it changes the plan, is refused, or is listed here with what it changes.

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::cli::options::draft::draft;
use crate::cli::options::run::RunOptions;
use crate::session::Asked;

#[derive(Debug, Parser)]
struct Run {
    #[command(flatten)]
    options: RunOptions,
}

/// What the words ask for, or why they are refused.
fn planned(words: &[&str]) -> Result<String, String> {
    let all = std::iter::once("run").chain(words.iter().copied());
    let matches = Run::command()
        .try_get_matches_from(all)
        .map_err(|error| error.to_string())?;
    let run = Run::from_arg_matches(&matches).map_err(|error| error.to_string())?;
    let draft = draft(&run.options, None).map_err(|error| error.to_string())?;
    let (seen_from, length) = (run.options.targets.simulate.clone(), draft.max_duration);
    let asked = Asked::new(draft).map_err(|error| error.to_string())?;
    Ok(format!(
        "{:?} {:?} {seen_from:?} {length:?}",
        asked.plan(),
        asked.windows()
    ))
}

/// A run of each kind.
const KINDS: [(&str, &[&str]); 5] = [
    ("audit", &["--endpoints=global,eu-west-1"]),
    (
        "open load",
        &["--endpoints=global,eu-west-1", "--rate=4", "--duration=1m"],
    ),
    (
        "closed load",
        &[
            "--endpoints=global,eu-west-1",
            "--concurrency=4",
            "--duration=1m",
        ],
    ),
    (
        "chosen length",
        &["--endpoints=global,eu-west-1", "--precision=2%"],
    ),
    ("simulated", &["--simulate", "--endpoints=global,eu-west-1"]),
];

/// A value that differs from the default, or the option alone.
fn value(option: &str) -> Option<&'static str> {
    Some(match option {
        "simulate" => "eu-west-1",
        "link" => "bytes",
        "endpoints" => "global,eu-west-2",
        "endpoint-url" => "local=http://127.0.0.1:1",
        "twin" => "global",
        "allow-host" | "insecure-http" => "sts.lab.example",
        "allow-region" => "eu-west-9",
        "ca-file" => "ca.pem",
        "resolver" => "192.0.2.53",
        "address-family" => "ipv4",
        "operations" => "get-caller-identity",
        "param" => "get-session-token.duration-seconds=1800",
        "connections" => "cold,resumed",
        "rounds" => "48",
        "rate" | "concurrency" | "rate-per-endpoint" => "5",
        "arrivals" => "poisson",
        "duration" => "2m",
        "warmup-rounds" | "connections-per-target" => "3",
        "blocks" | "seed" => "8",
        "windows" => "2",
        "every" => "2h",
        "max-rate-per-endpoint" => "1",
        "max-requests" => "90000",
        "timeout" => "3s",
        "client" => "reqwest",
        "clock" => "user-space",
        "spin" => "0s",
        "precision" | "margin" => "3%",
        "max-duration" => "3h",
        "gate" => "p50 < 9s",
        "confidence" => "0.9",
        "simultaneous" => "off",
        "preset" => "full",
        _ => return None,
    })
}

/// What these change is not in the plan: the caller, the files, the terminal, or whether it is measured at all.
const OUTSIDE_THE_PLAN: [&str; 38] = [
    "plan",
    "profile",
    "credential-timeout",
    "vantage",
    "region",
    "show-identity",
    "config",
    "no-config",
    "config-profile",
    "yes",
    "inconclusive",
    "full",
    "all",
    "columns",
    "percentiles",
    "sort",
    "verbose",
    "dry-run",
    "out",
    "force",
    "charts",
    "format",
    "export",
    "progress",
    "color",
    "quiet",
    "link",
    "emulator",
    "require-vantage",
    "store",
    "store-profile",
    "store-region",
    "store-endpoint",
    "store-ca-file",
    "store-insecure-http",
    "yes-send-signed-requests-in-plaintext",
    "help",
    "version",
];

#[test]
fn every_option_beside_every_kind_of_run_changes_the_plan_or_is_refused() {
    let command = Run::command();
    let options: Vec<&str> = command
        .get_arguments()
        .filter_map(clap::Arg::get_long)
        .filter(|long| !OUTSIDE_THE_PLAN.contains(long))
        .collect();
    assert!(options.len() > 35, "{options:?}");
    for (kind, base) in KINDS {
        let mut base: Vec<&str> = base.to_vec();
        base.push("--seed=7");
        let without = planned(&base).expect(kind);
        for &option in &options {
            let value = value(option).unwrap_or_else(|| panic!("--{option} has no value here"));
            let given = format!("--{option}={value}");
            let name = format!("--{option}");
            let mut words: Vec<&str> = base
                .iter()
                .copied()
                .filter(|word| word.split('=').next() != Some(name.as_str()))
                .collect();
            words.push(&given);
            match planned(&words) {
                Ok(with) => assert!(with != without, "{kind}: {given} is accepted and ignored"),
                Err(refusal) => {
                    let named = refusal.contains(option) || refusal.contains("--rate");
                    assert!(named, "{kind}: {given}: {refusal}");
                }
            }
        }
    }
}

#[test]
fn options_of_the_way_to_real_endpoints_are_refused_beside_the_simulated_fleet() {
    for (option, words) in [
        ("--allow-host=sts.lab.example", "--allow-host has no effect"),
        ("--allow-region=eu-west-9", "--allow-region has no effect"),
        ("--ca-file=ca.pem", "--ca-file has no effect"),
        ("--profile=lab", "--profile has no effect"),
        ("--endpoint-url=a=http://127.0.0.1:1", "exclude each other"),
        ("--resolver=192.0.2.53", "--resolver"),
        ("--address-family=ipv6", "--address-family"),
        ("--credential-timeout=9s", "--simulate"),
        ("--insecure-http=sts.lab.example", "--insecure-http"),
    ] {
        let refusal = planned(&["--simulate", option]).expect_err(option);
        assert!(refusal.contains(words), "{option}: {refusal}");
    }
}

#[test]
fn what_is_said_of_endpoints_that_are_not_called_is_refused() {
    for (line, words) in [
        (
            &["--endpoint-url=lab=http://127.0.0.1:1"][..],
            "add lab to --endpoints",
        ),
        (
            &["--endpoints=global", "--allow-host=sts.lab.example"],
            "--allow-host sts.lab.example has no effect",
        ),
        (
            &["--endpoints=eu-west-1", "--allow-region=eu-west-1"],
            "--allow-region eu-west-1 has no effect: this build's table has the Region",
        ),
        (
            &["--endpoints=global", "--allow-region=eu-west-9"],
            "--allow-region eu-west-9 has no effect",
        ),
        (
            &["--endpoints=global", "--ca-file=ca.pem"],
            "--ca-file has no effect",
        ),
        (
            &["--client=reqwest", "--clock=kernel"],
            "--clock kernel has no effect",
        ),
        (
            &["--connections=cold", "--connections-per-target=2"],
            "--connections-per-target has no effect",
        ),
        (
            &[
                "--endpoint-url=lab=http://127.0.0.1:1",
                "--endpoints=lab",
                "--ca-file=ca.pem",
            ],
            "none is called by https://",
        ),
        (
            &[
                "--endpoint-url=lab=http://127.0.0.1:1",
                "--endpoints=lab",
                "--resolver=192.0.2.53",
            ],
            "--resolver 192.0.2.53:53: every endpoint is given by its address",
        ),
        (
            &[
                "--endpoint-url=lab=http://127.0.0.1:1",
                "--endpoints=lab",
                "--allow-host=127.0.0.1",
            ],
            "--allow-host 127.0.0.1 has no effect",
        ),
        (
            &["--endpoints=global", "--allow-host=sts.amazonaws.com"],
            "--allow-host sts.amazonaws.com has no effect",
        ),
        (&["--inconclusive=pass"], "--inconclusive has no effect"),
        (
            &["--endpoint-url=all=http://127.0.0.1:1", "--endpoints=all"],
            "--endpoint-url all: the name means other endpoints",
        ),
        (
            &["--rate=1", "--duration=1m", "--rate-per-endpoint=1"],
            "--rate-per-endpoint",
        ),
        (
            &["--concurrency=1", "--duration=1m", "--arrivals=poisson"],
            "--arrivals needs --rate",
        ),
    ] {
        let refusal = planned(line).expect_err(words);
        assert!(refusal.contains(words), "{line:?}: {refusal}");
    }
    for line in [
        &[
            "--endpoint-url=lab=https://127.0.0.1:1",
            "--endpoints=lab",
            "--ca-file=ca.pem",
        ][..],
        &["--inconclusive=pass", "--gate=p50 < 9s"],
        &[
            "--endpoints=global",
            "--allow-host=sts.amazonaws.com",
            "--ca-file=ca.pem",
        ],
        &["--endpoints=eu-west-9", "--allow-region=eu-west-9"],
        &["--endpoints=fips:eu-west-9", "--allow-region=eu-west-9"],
        &[
            "--endpoints=global",
            "--resolver=127.0.0.1:53",
            "--ca-file=ca.pem",
        ],
    ] {
        planned(line).expect("every option has an effect");
    }
}

#[test]
fn a_cap_that_is_no_limit_to_the_usual_rate_is_refused() {
    for (words, is_idle) in [
        (&["--endpoints=global"][..], [false, true, true]),
        (
            &["--endpoints=global", "--precision=2%"],
            [false, true, true],
        ),
        (&["--simulate", "--endpoints=global"], [false, false, true]),
        (
            &["--endpoints=global", "--rate-per-endpoint=2"],
            [false, false, false],
        ),
        (
            &["--endpoints=global", "--rate=1", "--duration=1m"],
            [false, false, false],
        ),
        (
            &["--endpoints=global", "--concurrency=2", "--duration=1m"],
            [false, false, false],
        ),
    ] {
        for (cap, is_idle) in ["2", "3", "20"].into_iter().zip(is_idle) {
            let given = format!("--max-rate-per-endpoint={cap}");
            let all: Vec<&str> = words.iter().copied().chain([given.as_str()]).collect();
            let refused = planned(&all).err();
            let is_refused = refused.as_deref().is_some_and(|refusal| {
                refusal.starts_with(&format!("--max-rate-per-endpoint {cap} has no effect"))
            });
            assert_eq!(is_refused, is_idle, "{all:?}: {refused:?}");
            assert_eq!(refused.is_some(), is_idle, "{all:?}: {refused:?}");
        }
    }
}
