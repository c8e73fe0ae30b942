//! Who answered: found by DNS under real names, and told alike by header, token and report.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::time::Duration;

use stsbench::results::Run;
use stsbench::transport::{PlannedResolver, Resolve as _};

use crate::support::{
    CLIENTS, FAST, Home, KEY_ID, SECRET, TestEmulator, alone, not_tested, run_refuses,
};

/// Where this process's fleets listen: tests of another process on this machine want port 443 too.
fn listen_address() -> Ipv4Addr {
    let [low, high, ..] = std::process::id().to_le_bytes();
    Ipv4Addr::new(127, 64 | (high & 63), low, 16)
}

/// A fleet at the port that its names imply, where this user may listen there.
fn fleet_at_443(spec: &str) -> Option<TestEmulator> {
    let address = listen_address();
    if let Err(error) = std::net::TcpListener::bind((address, 443)) {
        not_tested(&format!(
            "real names imply port 443, and {address}:443 cannot be bound: {error}"
        ));
        return None;
    }
    Some(TestEmulator::start(&format!(
        "listen_port = 443\nlisten_address = \"{address}\"\n{spec}"
    )))
}

const BY_RESOLVER: &str = "vantage = \"eu-west-1\"\nendpoints = \"global,eu-west-1\"\nglobal_endpoint = \"by-resolver\"\n\
    link = \"bytes\"\nrtt_ms = { global = 60, eu-west-1 = 2 }\nsecond_rtt_ms = { global = 2 }\n\
    [dns]\nttl_seconds = 42\n\
    [[accounts]]\nid = \"123456789012\"\nglobal_token_version = 2\nenabled_regions = [\"*\"]\n";

/// What a run finds that asks that resolver for the global endpoint.
fn asked(fleet: &TestEmulator, resolver: SocketAddr, client: &[&str]) -> (Home, Run) {
    let home = fleet.user();
    let (resolver, ca_file) = (resolver.to_string(), fleet.ca_file());
    let mut arguments = vec![
        "--resolver",
        &resolver,
        "--ca-file",
        &ca_file,
        "--endpoints=global",
    ];
    arguments.extend([
        "--connections=cold,warm",
        "--rounds=4",
        "--blocks=2",
        "--warmup-rounds=0",
    ]);
    arguments.extend(["--rate-per-endpoint=9", "--seed=7", "--progress=never"]);
    arguments.extend(client);
    home.measure(&arguments).measures();
    let run = home.stored();
    (home, run)
}

#[test]
fn the_resolver_decides_who_serves_the_global_endpoint_and_the_report_says_so() {
    let _turn = alone();
    let Some(fleet) = fleet_at_443(BY_RESOLVER) else {
        return;
    };
    let amazon = fleet.announcement().amazon_dns.expect("there are two");
    let mut medians = Vec::new();
    for (resolver, region) in [
        (fleet.announcement().dns, "us-east-1"),
        (amazon, "eu-west-1"),
    ] {
        let (home, run) = asked(&fleet, resolver, &[]);
        assert_eq!(run.plan.resolver.to_string(), resolver.to_string());
        for series in &run.measured.series {
            assert_eq!(
                series.served_by.keys().collect::<Vec<_>>(),
                [region],
                "by header"
            );
            assert!(
                series.origins.keys().all(|origin| origin == region),
                "by token: {:?}",
                series.origins
            );
            assert!(
                series.contradictions.is_empty() && series.lookups.answered > 0,
                "{:?}",
                series.lookups
            );
            let told = (
                series.lookups.most_addresses,
                series.lookups.shortest_ttl_seconds,
            );
            assert_eq!(told, (1, Some(42)), "as the fleet's DNS tells it");
        }
        assert!(
            run.measured
                .series
                .iter()
                .any(|series| !series.origins.is_empty()),
            "session tokens name their Region"
        );
        let sentence = format!(
            "served by {region} in 100 % of 16 calls; resolver {resolver}, TTL 42 s; address 127."
        );
        let report = home.result("report.md");
        assert!(
            report.contains(&sentence) && report.contains("## who answered"),
            "{report}"
        );
        assert!(
            report.contains("not-aws:** sts.amazonaws.com was answered at 127."),
            "nobody takes it for AWS: {report}"
        );
        assert!(
            home.result("summary.csv")
                .contains(&format!(",{region}=4,"))
        );
        let samples = home.result("samples.csv");
        let looked_up = samples
            .lines()
            .filter(|row| row.ends_with(&format!(",ipv4,{resolver},1,42")))
            .count();
        assert!(
            looked_up >= 8,
            "each cold call asks, and what opens a kept connection: {samples}"
        );
        let cold = run
            .measured
            .series
            .iter()
            .find(|series| series.lookups.answered >= 4)
            .expect("cold calls ask each time");
        medians.push(Duration::from_nanos(
            cold.service_time.to_hdr().value_at_quantile(0.5),
        ));
    }
    let [far, near] = medians[..] else {
        panic!("two runs")
    };
    // Two round trips of 60 ms (TLS and the request; TCP's handshake is not delayed) against two of 2 ms.
    assert!(far >= Duration::from_millis(120), "{far:?}");
    assert!(near < far, "{near:?} is not less than {far:?}");
}

#[test]
fn without_an_authority_a_real_name_is_not_on_this_machine_whoever_says_so() {
    let fleet = TestEmulator::start(BY_RESOLVER);
    let (home, ca_file, resolver) = (
        fleet.user(),
        fleet.ca_file(),
        fleet.announcement().dns.to_string(),
    );
    for &client in CLIENTS {
        let arguments = [
            "--resolver",
            &resolver,
            "--client",
            client,
            "--endpoints=global",
            "--rounds=2",
            "--blocks=2",
        ];
        let ran = home.measure(&arguments);
        assert!(
            ran.code != Some(0) && ran.stderr.contains("dns.rebind"),
            "{client}: {}",
            ran.stderr
        );
    }
    // The second client has one set of authorities for every address.
    let reqwest = [
        "--resolver",
        &resolver,
        "--ca-file",
        &ca_file,
        "--client=reqwest",
    ];
    if CLIENTS.contains(&"reqwest") {
        home.measure(&reqwest)
            .refuses(2, &["--resolver", "--client reqwest"]);
    }
    assert_eq!(fleet.finish().requests(), 0, "nothing was sent");
}

#[test]
fn what_intercepts_tls_before_a_host_of_awss_is_named_and_sent_nothing() {
    let _turn = alone();
    let Some(fleet) = fleet_at_443(BY_RESOLVER) else {
        return;
    };
    // What intercepts TLS has an authority of its own, which is not the one that is named.
    let other = rcgen::generate_simple_self_signed(["laboratory".to_owned()]);
    let other = other.expect("a certificate").cert.pem();
    let resolver = fleet.announcement().dns.to_string();
    let named = ["--resolver", &resolver, "--ca-file=other.pem"];
    let home = fleet.user().file("other.pem", other);
    let home = home.set("AWS_REGION", "eu-west-1");
    let said = "did not answer GetCallerIdentity: tls.unknown_issuer at 127.";
    let cause = "the certificate of sts.eu-west-1.amazonaws.com is not from a public root, so something on the path intercepts TLS";
    let run = [
        &named[..],
        &[
            "--endpoints=here",
            "--rounds=2",
            "--blocks=2",
            "--progress=never",
        ],
    ];
    home.measure(&run.concat()).exits(5).says(&[said, cause]);
    let doctor = [&["doctor", "--format=json"], &named[..]].concat();
    let found = home.run(&doctor).exits(1).stdout;
    let found: serde_json::Value = serde_json::from_str(&found).expect("a JSON array");
    let found = found.as_array().expect("an array");
    let tls = found
        .iter()
        .find(|it| it["subject"] == "tls")
        .expect("a finding");
    assert_eq!(
        (&tls["finding"]["kind"], &tls["mark"]),
        (&"tls-intercepted".into(), &"fail".into()),
        "{tls}"
    );
    let issuer = tls["finding"]["value"]["issuer"].as_str();
    assert!(issuer.is_some_and(|it| it.contains("stsbench")), "{tls}");
    assert!(
        tls["remedy"]
            .as_str()
            .is_some_and(|it| it.contains("TLS inspection")),
        "{tls}"
    );
    assert_eq!(fleet.finish().requests(), 0, "nothing was sent");
}

/// At a port that needs no right; the user vouches for the name, as for any host.
#[test]
fn a_vouched_name_is_found_by_the_named_resolver_with_both_clients() {
    let address = listen_address();
    let free = std::net::TcpListener::bind((address, 0))
        .expect("a free port")
        .local_addr()
        .expect("bound")
        .port();
    let fleet = TestEmulator::start(&format!(
        "listen_port = {free}\nlisten_address = \"{address}\"\n{BY_RESOLVER}"
    ));
    let (home, ca_file) = (fleet.user(), fleet.ca_file());
    let url = format!("vouched=https://sts.amazonaws.com:{free}");
    let amazon = fleet.announcement().amazon_dns.expect("there are two");
    for (resolver, region) in [
        (fleet.announcement().dns, "us-east-1"),
        (amazon, "eu-west-1"),
    ] {
        for &client in CLIENTS {
            let resolver = resolver.to_string();
            let mut arguments = vec![
                "--resolver",
                &resolver,
                "--ca-file",
                &ca_file,
                "--client",
                client,
                "--force",
            ];
            arguments.extend([
                "--endpoint-url",
                &url,
                "--allow-host=sts.amazonaws.com",
                "--endpoints=vouched",
            ]);
            arguments.extend([
                "--connections=cold",
                "--rounds=2",
                "--blocks=2",
                "--warmup-rounds=0",
                "--quiet",
            ]);
            home.measure(&arguments).measures();
            let run = home.stored();
            for series in &run.measured.series {
                assert_eq!(
                    series.served_by.keys().collect::<Vec<_>>(),
                    [region],
                    "{client} at {resolver}"
                );
                let lookups = series.lookups;
                assert_eq!(
                    (lookups.answered, lookups.shortest_ttl_seconds),
                    (2, Some(42)),
                    "{client} at {resolver}"
                );
            }
        }
    }
}

#[test]
fn the_phase_of_the_look_up_holds_the_resolvers_delay() {
    let _turn = alone();
    let spec = format!("endpoints = \"eu-west-1\"\n{FAST}[dns]\ndelay_ms = 40\n");
    let Some(fleet) = fleet_at_443(&spec) else {
        return;
    };
    let home = fleet.user();
    let (resolver, ca_file) = (fleet.announcement().dns.to_string(), fleet.ca_file());
    let arguments = [
        "--resolver",
        &resolver,
        "--ca-file",
        &ca_file,
        "--endpoints=eu-west-1",
        "--connections=cold",
    ];
    home.measure(
        &[
            &arguments[..],
            &["--rounds=4", "--blocks=2", "--rate-per-endpoint=9"],
        ]
        .concat(),
    )
    .measures();
    let run = home.stored();
    let dns = run.measured.series[0].phases[0].to_hdr();
    assert_eq!(dns.len(), 4);
    // Histograms keep three digits.
    assert!(
        dns.min() >= 39_900_000,
        "{} ns are less than what was injected",
        dns.min()
    );
    let [connect, wait] = [1, 4].map(|phase| run.measured.series[0].phases[phase].to_hdr().min());
    assert!(
        connect < dns.min() && wait < dns.min(),
        "the delay is in no other phase: {connect} and {wait} ns"
    );
}

/// What a resolver says of a name.
fn look_up(server: SocketAddr, host: &str) -> Result<(Vec<SocketAddr>, Option<u32>), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let resolver = PlannedResolver::from(
        server
            .to_string()
            .parse::<stsbench::plan::Resolver>()
            .expect("an address"),
    );
    let told = runtime.block_on(resolver.addresses(host, 443));
    told.map(|told| (told.addresses, told.ttl_seconds))
        .map_err(|kind| kind.as_str().to_owned())
}

#[test]
fn an_answer_that_is_cut_short_is_asked_for_again_over_tcp() {
    let fleet = TestEmulator::start(
        "endpoints = \"global,eu-west-1\"\n[dns]\ntruncate = true\nttl_seconds = 9\n",
    );
    let address = fleet
        .endpoint("eu-west-1")
        .endpoint
        .address
        .expect("it listens")
        .ip();
    let told = look_up(fleet.announcement().dns, "sts.eu-west-1.amazonaws.com");
    assert_eq!(told, Ok((vec![(address, 443).into()], Some(9))));
    assert_eq!(
        look_up(fleet.announcement().dns, "sts.eu-west-2.amazonaws.com"),
        Err("dns.nxdomain".to_owned())
    );
}

#[test]
fn a_name_with_two_addresses_is_told_with_both() {
    let fleet =
        TestEmulator::start("endpoints = \"eu-west-1\"\nsecond_rtt_ms = { eu-west-1 = 5 }\n");
    let announced = fleet.endpoint("eu-west-1");
    let both = [announced.endpoint.address, announced.second_address]
        .map(|a| (a.expect("two").ip(), 443).into());
    let (addresses, ttl_seconds) =
        look_up(fleet.announcement().dns, "sts.eu-west-1.amazonaws.com").expect("told");
    assert_eq!((addresses, ttl_seconds), (both.to_vec(), Some(60)));
    assert_eq!(
        fleet.announcement().amazon_dns,
        None,
        "one resolver is like another here"
    );
}

/// A client that we did not write: the C library's resolver cannot be pointed at a port, `dig` can.
#[test]
fn dig_reads_the_fleets_dns() {
    let fleet = TestEmulator::start("endpoints = \"global,eu-west-1\"\n");
    let address = fleet
        .endpoint("global")
        .endpoint
        .address
        .expect("it listens")
        .ip()
        .to_string();
    let dig = |extra: &[&str]| {
        let port = fleet.announcement().dns.port().to_string();
        let arguments = [
            "@127.0.0.1",
            "-p",
            &port,
            "+noall",
            "+comments",
            "+answer",
            "+tries=2",
        ];
        let ran = Command::new("dig")
            .args(arguments)
            .args(extra)
            .stdin(Stdio::null())
            .output();
        ran.map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Ok(told) = dig(&["sts.amazonaws.com", "A"]) else {
        return not_tested("dig is not installed (Debian: bind9-dnsutils)");
    };
    assert!(
        told.contains("status: NOERROR")
            && told.contains(&address)
            && told.contains("\t60\tIN\tA\t"),
        "{told}"
    );
    assert!(!told.contains("WARNING"), "{told}");
    for (question, status, records) in [
        (
            vec!["+tcp", "sts.amazonaws.com", "A"],
            "NOERROR",
            "ANSWER: 1,",
        ),
        (vec!["sts.amazonaws.com", "AAAA"], "NOERROR", "ANSWER: 0,"),
        (vec!["example.com", "A"], "NXDOMAIN", "ANSWER: 0,"),
        (
            vec!["-c", "CH", "version.bind", "TXT"],
            "REFUSED",
            "ANSWER: 0,",
        ),
    ] {
        let told = dig(&question).expect("it is there");
        assert!(
            told.contains(&format!("status: {status}")) && told.contains(records),
            "{question:?}: {told}"
        );
    }
}

#[test]
fn a_resolver_that_is_none_is_refused_in_one_line() {
    for text in [
        "dns.example",
        "127.0.0.1:0",
        "127.0.0.1:99999",
        "0.0.0.0",
        "224.0.0.1",
        "[::1",
        "",
    ] {
        run_refuses(&["--resolver", text], &["--resolver"]);
    }
    Home::new()
        .measure(&["--simulate", "--resolver", "127.0.0.1"])
        .refuses(2, &["--resolver 127.0.0.1:53", "--simulate"]);
    let home = Home::new().file("plan.toml", "resolver = \"192.0.2.53\"\n");
    let planned = home
        .measure(&["--plan", "plan.toml", "--dry-run"])
        .exits(0)
        .stdout;
    assert!(
        planned.contains("192.0.2.53:53, asked for the addresses"),
        "{planned}"
    );
    let home = Home::new().file("plan.toml", "resolver = \"nowhere\"\n");
    home.measure(&["--plan", "plan.toml", "--dry-run"])
        .refuses(2, &["plan.toml", "resolver \"nowhere\""]);
}

#[test]
fn a_resolver_that_is_not_there_is_a_failed_look_up_and_nothing_is_sent() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let server = silent.local_addr().expect("bound");
    drop(silent);
    let home = Home::with_keys(KEY_ID, SECRET);
    let resolver = server.to_string();
    let ran = home.measure(&[
        "--resolver",
        &resolver,
        "--endpoints=eu-west-1",
        "--timeout=300ms",
        "--rounds=2",
        "--blocks=2",
    ]);
    assert!(
        ran.code != Some(0) && ran.stderr.contains("dns.timeout"),
        "{}",
        ran.stderr
    );
}
