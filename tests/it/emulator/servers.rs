//! STS servers that are not AWS's, as people run them: their keys, their addresses, their Regions and paths.

use std::process::Command;

use crate::stub::{Stub, USER, sts};
use crate::support::{
    CLIENTS, Home, KEY_ID, Ran, SECRET, TestEmulator, Untouched, not_tested, run_refuses,
};

const FEW: [&str; 6] = [
    "--operations=get-caller-identity",
    "--connections=cold",
    "--rounds=2",
    "--blocks=2",
    "--warmup-rounds=0",
    "--rate-per-endpoint=10",
];

fn server() -> Stub {
    Stub::start(|heard| sts(heard, USER, ""))
}

fn port(stub: &Stub) -> &str {
    stub.url().rsplit_once(':').expect("a port").1
}

/// `stsbench run` at one endpoint by URL.
fn called(home: &Home, url: &str, more: &[&str]) -> Ran {
    called_with(home, url, "local", more)
}

/// The same beside others.
fn called_with(home: &Home, url: &str, endpoints: &str, more: &[&str]) -> Ran {
    let given = format!("--endpoint-url=local={url}");
    let arguments = ["run", "--out=-", "--endpoints", endpoints, &given];
    home.run(arguments.iter().chain(&FEW).chain(more))
}

#[test]
fn a_server_that_is_not_awss_is_called_with_whatever_keys_it_takes() {
    for (id, secret) in [
        ("test", "test"),
        ("testing", "testing"),
        ("minioadmin", "minioadmin"),
        ("000000000000", "x"),
        ("rootuser", "root password"),
    ] {
        let stub = server();
        called(&Home::with_keys(id, secret), stub.url(), &[]).measures();
        let heard = stub.heard();
        assert!(heard.len() >= 3, "{heard:?}");
        for request in heard {
            let credential = format!("Credential={id}/");
            assert!(
                request.header("authorization").contains(&credential),
                "{request:?}"
            );
        }
    }
}

#[test]
fn a_run_that_calls_aws_too_sends_nothing_with_keys_that_aws_cannot_have_issued() {
    let stub = server();
    let endpoint = "vpce-0a-b.sts.eu-west-1.vpce.amazonaws.com";
    let admitted = format!("--allow-host={endpoint}");
    for (host, more) in [
        ("sts.eu-west-1.amazonaws.com", vec![]),
        (endpoint, vec![admitted.as_str()]),
    ] {
        let given = format!("--endpoint-url=aws=https://{host}");
        called_with(
            &Home::with_keys("test", "test"),
            stub.url(),
            "local,aws",
            &[&[given.as_str()], &more[..]].concat(),
        )
        .refuses(4, &["the access key id is not 16 to 128 capital letters"]);
    }
    assert!(stub.heard().is_empty());
}

/// A file in place of `/etc/hosts`, where the system lets a test do so.
fn with_hosts(home: &Home, hosts: &str, arguments: &[&str]) -> Option<Ran> {
    let file = home.path().join("hosts");
    std::fs::write(&file, hosts).expect("written");
    let program = home.command(arguments);
    let mut command = Command::new("unshare");
    command
        .args([
            "-Urm",
            "sh",
            "-c",
            "mount --bind \"$1\" /etc/hosts || exit 125; shift; exec \"$@\"",
            "sh",
        ])
        .arg(&file)
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(home.path())
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .envs(
            program
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    let output = command.output().ok()?;
    let denied = String::from_utf8_lossy(&output.stderr).contains("unshare:");
    (!denied && output.status.code() != Some(125)).then(|| Ran::of(output))
}

#[test]
fn localhost_is_called_where_the_server_listens_whatever_its_first_address() {
    for hosts in [
        "127.0.0.1 localhost\n::1 localhost\n",
        "::1 localhost\n127.0.0.1 localhost\n",
        "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n",
    ] {
        for &client in CLIENTS {
            let stub = server();
            let home = Home::with_keys("test", "test");
            let given = format!("--endpoint-url=local=http://localhost:{}", port(&stub));
            let client = format!("--client={client}");
            let arguments = ["run", "--out=-", "--endpoints=local", &given, &client];
            let arguments: Vec<_> = arguments.into_iter().chain(FEW).collect();
            let Some(ran) = with_hosts(&home, hosts, &arguments) else {
                return not_tested("this system lets nobody replace /etc/hosts");
            };
            ran.measures();
            assert!(stub.heard().len() >= 3);
            let only_six = [arguments, vec!["--address-family=ipv6"]].concat();
            let ran = with_hosts(&home, "127.0.0.1 localhost\n", &only_six).expect("as before");
            let why = "dns.no_ipv6: localhost has no IPv6 address (--address-family ipv6)";
            ran.refuses(5, &[why]);
        }
    }
}

#[test]
fn a_refusal_names_the_address() {
    for &client in CLIENTS {
        let client = format!("--client={client}");
        called(
            &Home::with_keys("test", "test"),
            "http://127.0.0.1:1",
            &[&client],
        )
        .refuses(5, &["tcp.refused at 127.0.0.1:1"]);
    }
}

#[test]
fn a_path_is_called_and_a_signing_region_is_signed_for() {
    for &client in CLIENTS {
        let client = format!("--client={client}");
        for (more, path, region) in [
            ("", "/", "us-east-1"),
            ("/sts/minio", "/sts/minio", "us-east-1"),
            ("/sts/minio@zone-1", "/sts/minio", "zone-1"),
            ("@cn-north-1", "/", "cn-north-1"),
        ] {
            let stub = server();
            let url = format!("{}{more}", stub.url());
            called(&Home::with_keys("test", "test"), &url, &[&client]).measures();
            for request in stub.heard() {
                let line = format!("POST {path} HTTP/1.1");
                assert!(request.head.starts_with(&line), "{request:?}");
                let scope = format!("/{region}/sts/aws4_request");
                assert!(
                    request.header("authorization").contains(&scope),
                    "{request:?}"
                );
            }
        }
    }
}

#[test]
fn a_vpc_endpoint_stands_beside_the_public_endpoint_of_its_region() {
    let host = "vpce-0abc-xyz.sts.eu-west-1.vpce.amazonaws.com";
    let shown = Home::new().run([
        "run",
        "--dry-run",
        &format!("--endpoint-url=vpce=https://{host}"),
        &format!(
            "--endpoint-url=zone=https://{}",
            host.replace("xyz", "xyz-eu-west-1a")
        ),
        "--endpoint-url=ceph=https://ceph.example:8000/sts@zone-1",
        &format!("--allow-host={host}"),
        &format!("--allow-host={}", host.replace("xyz", "xyz-eu-west-1a")),
        "--allow-host=ceph.example",
        "--endpoints=vpce,zone,eu-west-1,ceph",
    ]);
    let shown = shown.exits(0).stdout;
    assert_eq!(
        shown.matches("(signed for eu-west-1)").count(),
        3,
        "{shown}"
    );
    assert!(
        shown.contains("https://ceph.example:8000/sts (signed for zone-1)"),
        "{shown}"
    );
}

#[test]
fn what_cannot_be_an_endpoint_by_url_is_refused_in_one_line() {
    for (given, words) in [
        (
            "x=https://sts.eu-west-1.amazonaws.com@us-east-1",
            "takes signatures for eu-west-1 only",
        ),
        ("x=https://sts.amazonaws.com@evil.io/", "user name"),
        ("x=https://sts.amazonaws.com/sts", "at the path / only"),
        ("x=https://ceph.example/a?b", "path, query or fragment"),
        ("x=http://127.0.0.1:1@EU", "signing Region"),
        ("x=http://stack:4566", "--insecure-http stack"),
        ("x=http://[fe80::1]:1", "--insecure-http [fe80::1]"),
        ("x=http://[::ffff:10.0.0.1]:1", "--insecure-http [::ffff:"),
    ] {
        run_refuses(
            &["--endpoint-url", given, "--allow-host=ceph.example"],
            &[words],
        );
    }
    let aws = "x=http://sts.amazonaws.com";
    run_refuses(
        &["--endpoint-url", aws, "--insecure-http=sts.amazonaws.com"],
        &["over https:// only"],
    );
    run_refuses(
        &[
            "--endpoint-url",
            "x=http://stack:1",
            "--insecure-http=stack",
            "--insecure-http=other",
        ],
        &["--insecure-http other: no --endpoint-url begins with http://other"],
    );
    Home::new()
        .run([
            "run",
            "--dry-run",
            "--endpoint-url=x=http://[FE80::1]:1",
            "--insecure-http=[fe80::1]",
            "--endpoints=x",
        ])
        .exits(0);
    run_refuses(
        &["--yes-send-signed-requests-in-plaintext"],
        &["--insecure-http"],
    );
    run_refuses(
        &["--address-family=ipv4"],
        &["every endpoint is given by its address"],
    );
    Home::new()
        .run(["run", "--simulate", "--address-family=ipv4"])
        .refuses(2, &["--simulate asks no resolver"]);
}

/// Linux connects to this address of no host on this machine: plaintext that would leave it, as far as the name tells.
const ELSEWHERE: &str = "0.0.0.0";

#[test]
fn plaintext_leaves_this_machine_on_request_and_not_with_keys_that_may_be_awss() {
    for &client in CLIENTS {
        let stub = server();
        let client = format!("--client={client}");
        let url = format!("http://{ELSEWHERE}:{}", port(&stub));
        let admitted = format!("--insecure-http={ELSEWHERE}");
        let own = Home::with_keys("test", "test");
        let aws = Home::with_keys(KEY_ID, SECRET);
        called(&own, &url, &[&client]).refuses(2, &["plaintext", "--insecure-http 0.0.0.0"]);
        called(&aws, &url, &[&client, &admitted]).refuses(4, &["looks like one of AWS's"]);
        assert!(stub.heard().is_empty());
        called(&own, &url, &[&client, &admitted])
            .measures()
            .says(&["local in plaintext: anyone on the network path"]);
        let calls = stub.heard().len();
        assert!(calls >= 3);
        called(
            &aws,
            &url,
            &[
                &client,
                &admitted,
                "--yes-send-signed-requests-in-plaintext",
            ],
        )
        .measures();
        assert_eq!(stub.heard().len(), 2 * calls);
    }
}

#[test]
fn a_secret_parameter_is_not_sent_in_plaintext_without_consent() {
    let stub = server();
    let url = format!("http://{ELSEWHERE}:{}", port(&stub));
    let admitted = format!("--insecure-http={ELSEWHERE}");
    let home = Home::new().set("JWT", "CANARY.CANARY.CANARY");
    called(
        &home,
        &url,
        &[
            &admitted,
            "--operations=assume-role-with-web-identity",
            "--param=assume-role-with-web-identity.role-arn=arn:aws:iam::123456789012:role/reader",
            "--param=assume-role-with-web-identity.web-identity-token=env:JWT",
        ],
    )
    .refuses(
        2,
        &[
            "web-identity-token is a secret",
            "local is called in plaintext",
        ],
    );
    assert!(stub.heard().is_empty());
}

#[test]
fn a_host_that_is_only_constructed_is_warned_about_before_a_run() {
    let shown = |endpoints: &str| {
        Home::new()
            .run(["run", "--dry-run", "--endpoints", endpoints])
            .exits(0)
            .stderr
    };
    let warned = shown("fips:eu-west-*,fips:us-east-1,fips:us-gov-*");
    assert!(
        warned.contains(
            "fips-eu-west-1, fips-eu-west-2, fips-eu-west-3: AWS lists no FIPS host there"
        ),
        "{warned}"
    );
    for there in [
        "fips:us-gov-*",
        "us-gov-*",
        "cn-*",
        "dualstack:cn-*",
        "fips:aws-us-gov:*",
        "all",
    ] {
        let warned = shown(there);
        assert!(!warned.contains("constructed"), "{there}: {warned}");
    }
}

#[test]
fn variables_that_lead_other_tools_to_an_endpoint_are_named_once_and_followed_by_no_measured_call()
{
    for (name, value) in [
        ("AWS_USE_FIPS_ENDPOINT", Some("true")),
        ("AWS_USE_DUALSTACK_ENDPOINT", Some("true")),
        ("AWS_STS_REGIONAL_ENDPOINTS", Some("legacy")),
        ("AWS_ENDPOINT_URL", None),
        ("AWS_ENDPOINT_URL_STS", None),
    ] {
        let (stub, other) = (server(), Untouched::new());
        let value = value.map_or_else(|| other.url(), str::to_owned);
        let home = Home::with_keys("test", "test").set(name, value);
        let ran = called(&home, stub.url(), &[]).measures();
        assert_eq!(ran.stderr.matches(name).count(), 1, "{}", ran.stderr);
        assert!(stub.heard().len() >= 3);
        other.check();
    }
}

#[test]
fn a_vantage_that_would_be_changed_is_refused() {
    let long = "x".repeat(65);
    for name in ["a\u{1b}[31m", "a\nb", &long, " "] {
        run_refuses(
            &["--simulate", "--vantage", name],
            &["--vantage", "1 to 64 characters"],
        );
    }
}

#[test]
fn a_literal_secret_in_a_plan_file_is_refused_though_its_operation_is_not_called() {
    let plan = "endpoints = \"global\"\n[parameters.assume-role-with-web-identity]\n\
                role-arn = \"arn:aws:iam::123456789012:role/r\"\nweb-identity-token = \"CANARY.CANARY.CANARY\"\n";
    let ran = Home::new()
        .file("plan.toml", plan)
        .run(["run", "--dry-run", "--plan", "plan.toml"]);
    let ran = ran.refuses(2, &["plan file", "web-identity-token"]);
    assert!(!ran.stderr.contains("CANARY"), "{}", ran.stderr);
}

#[test]
fn the_rate_of_an_open_load_is_what_the_server_sees() {
    let rates: [(&str, f64, &str); 4] = [
        ("0.1", 0.1, "10s"),
        ("0.5", 0.5, "6s"),
        ("2", 2.0, "4s"),
        ("50", 50.0, "2s"),
    ];
    let seen = rates.map(|(text, rate, duration)| {
        std::thread::spawn(move || {
            let fleet = TestEmulator::start("endpoints = \"eu-central-1\"\n");
            let home = fleet.user();
            let given = format!("--endpoint-url={}", fleet.plaintext("eu-central-1"));
            home.measure(&[
                &given,
                "--endpoints=eu-central-1",
                "--operations=get-caller-identity",
                "--connections=warm",
                "--blocks=2",
                "--warmup-rounds=0",
                "--connections-per-target=1",
                "--max-rate-per-endpoint=100",
                "--rate",
                text,
                "--duration",
                duration,
            ]);
            let run = home.stored();
            (rate, run, fleet.finish())
        })
    });
    for run in seen {
        let (rate, run, ledger) = run.join().expect("measured");
        let calls = ledger.requests() - 1;
        assert_eq!(
            calls,
            run.plan.planned_requests(),
            "{rate}/s: all but the preflight"
        );
        let length = run.plan.length().as_secs_f64();
        assert!(
            calls as f64 <= rate * length + 0.5,
            "{calls} calls in {length} s at {rate}/s"
        );
        let elapsed = run.measured.elapsed_ns as f64 / 1e9;
        // From the first call to the last lies one gap less than calls.
        assert!(
            (calls - 1) as f64 <= rate * elapsed + 1.0,
            "{calls} calls in {elapsed} s at {rate}/s"
        );
    }
}
