//! The Region and the name of the place: where they are found, and what a run makes of them.

use std::net::TcpListener;
use std::time::Duration;

use stsbench::place::{NameSource, RegionSource};

use crate::stub::{Stub, response};
use crate::support::{Home, KEY_ID, SECRET, SMALL, Untouched, stopwatch};

/// A dry run of the Region of the place; it prints the host that would be called.
const HERE: [&str; 3] = ["run", "--dry-run", "--endpoints=here"];

/// A service of metadata: the instance's, and that of an ECS task.
fn metadata(region: &'static str) -> Stub {
    Stub::start(move |heard| {
        let path = heard.head.split(' ').nth(1).unwrap_or_default();
        match path {
            "/latest/api/token" => response(
                "200 OK",
                "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n",
                "token",
            ),
            "/latest/meta-data/placement/region" => response("200 OK", "", region),
            "/v4/abc/task" => {
                let task = format!(r#"{{"Cluster":"c","AvailabilityZone":"{region}b"}}"#);
                response("200 OK", "content-type: application/json\r\n", &task)
            }
            _ => response("404 Not Found", "", ""),
        }
    })
}

#[track_caller]
fn calls(home: &Home, arguments: &[&str], hosts: &[&str]) {
    let ran = home.run(arguments).exits(0);
    for host in hosts {
        let origin = format!("https://{host} ");
        assert!(ran.stdout.contains(&origin), "{host}: {}", ran.stdout);
    }
    assert_eq!(
        ran.stdout.matches("(signed for").count(),
        hosts.len(),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_region_is_found_wherever_an_sdk_finds_it() {
    let profiles = "[default]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-2\n";
    let home = Home::new().file(".aws/config", profiles);
    calls(&home, &HERE, &["sts.eu-west-1.amazonaws.com"]);
    let mut named = HERE.to_vec();
    named.push("--profile=dev");
    calls(&home, &named, &["sts.eu-west-2.amazonaws.com"]);
    let home = home.set("AWS_PROFILE", "dev");
    calls(&home, &HERE, &["sts.eu-west-2.amazonaws.com"]);
    let home = home.set("AWS_DEFAULT_REGION", "us-east-2");
    calls(&home, &HERE, &["sts.us-east-2.amazonaws.com"]);
    let home = home.set("AWS_REGION", "us-gov-west-1");
    calls(&home, &HERE, &["sts.us-gov-west-1.amazonaws.com"]);
    let mut given = HERE.to_vec();
    given.push("--region=cn-north-1");
    calls(&home, &given, &["sts.cn-north-1.amazonaws.com.cn"]);
}

#[test]
fn the_container_and_then_the_instance_are_asked_and_never_through_a_proxy() {
    let (service, proxy) = (metadata("ap-south-1"), Untouched::new());
    let home = Home::new()
        .unset("AWS_EC2_METADATA_DISABLED")
        .set("HTTP_PROXY", proxy.url())
        .set("http_proxy", proxy.url())
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url());
    calls(&home, &HERE, &["sts.ap-south-1.amazonaws.com"]);
    let tasks = metadata("sa-east-1");
    let home = home.set(
        "ECS_CONTAINER_METADATA_URI_V4",
        format!("{}/v4/abc", tasks.url()),
    );
    calls(&home, &HERE, &["sts.sa-east-1.amazonaws.com"]);
    let asked = service.heard().len();
    let home = home.set("AWS_REGION", "eu-west-1");
    calls(&home, &HERE, &["sts.eu-west-1.amazonaws.com"]);
    assert_eq!(service.heard().len(), asked, "nobody else was to be asked");
    proxy.check();
}

#[test]
fn metadata_that_is_switched_off_or_silent_or_nonsense_gives_no_region() {
    let refusal = ["needs the Region of this place", "--region", "AWS_REGION"];
    let service = metadata("ap-south-1");
    let off = Home::new().set("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url());
    off.run(HERE).refuses(2, &refusal);
    assert!(service.heard().is_empty());
    let nonsense = metadata("<html>");
    let home = Home::new()
        .unset("AWS_EC2_METADATA_DISABLED")
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", nonsense.url());
    home.run(HERE).refuses(2, &refusal);
    // Somebody accepts and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", silent.local_addr().expect("bound"));
    let home = Home::new()
        .unset("AWS_EC2_METADATA_DISABLED")
        .set("ECS_CONTAINER_METADATA_URI_V4", &url)
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url);
    let began = stopwatch();
    home.run(HERE).refuses(2, &refusal);
    let waited = began.elapsed();
    assert!(waited < Duration::from_secs(10), "{waited:?}");
}

#[test]
fn a_malformed_region_is_refused_and_its_source_is_named() {
    Home::new()
        .set("AWS_REGION", "Frankfurt")
        .run(["run", "--dry-run"])
        .refuses(2, &["AWS_REGION: \"Frankfurt\"", "such as eu-central-1"]);
    Home::new()
        .run(["run", "--dry-run", "--region", "eu central 1"])
        .refuses(2, &["'eu central 1'", "--region"]);
    Home::new()
        .file(".aws/config", "[default]\nregion = EU-WEST-1\n")
        .run(["run", "--dry-run"])
        .refuses(
            2,
            &[
                "region of profile `default`: \"EU-WEST-1\"",
                "such as eu-west-1",
            ],
        );
    Home::new()
        .run(["run", "--dry-run", "--region=São Paolo"])
        .refuses(2, &["did you mean sao-paulo?"]);
    // It is a host's name, but none of AWS's.
    Home::new()
        .set("AWS_REGION", "frankfurt")
        .run(["run", "--dry-run", "--endpoints=here"])
        .refuses(
            2,
            &[
                "Region of this place is frankfurt",
                "did you mean eu-central-1?",
            ],
        );
    Home::new()
        .set("STSBENCH_VANTAGE", "a\tb")
        .run(["run", "--dry-run"])
        .refuses(2, &["STSBENCH_VANTAGE: ", "allowed: 1 to 64"]);
}

#[test]
fn here_and_near_stay_in_the_partition_of_the_place() {
    let near = ["run", "--dry-run", "--endpoints=here,near:2"];
    let at = |region: &str| Home::new().set("AWS_REGION", region);
    calls(
        &at("us-gov-west-1"),
        &near,
        &[
            "sts.us-gov-west-1.amazonaws.com",
            "sts.us-gov-east-1.amazonaws.com",
        ],
    );
    calls(
        &at("cn-north-1"),
        &near,
        &[
            "sts.cn-north-1.amazonaws.com.cn",
            "sts.cn-northwest-1.amazonaws.com.cn",
        ],
    );
    // Zurich has to be enabled; what is near to it and suggested need not be.
    calls(
        &at("eu-central-2"),
        &near,
        &[
            "sts.eu-central-2.amazonaws.com",
            "sts.eu-central-1.amazonaws.com",
            "sts.eu-west-3.amazonaws.com",
        ],
    );
    let ran = at("eu-north-9").run(HERE).exits(0);
    assert!(
        ran.stderr.contains("newer than this build's table"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_plan_file_can_say_here_and_the_list_of_endpoints_too() {
    let home = Home::new()
        .set("AWS_REGION", "eu-west-1")
        .file("plan.toml", "endpoints = [\"here\", \"near:1\"]\n");
    let hosts = ["sts.eu-west-1.amazonaws.com", "sts.eu-west-2.amazonaws.com"];
    calls(&home, &["run", "--dry-run", "--plan", "plan.toml"], &hosts);
    let ran = home
        .run(["endpoints", "here,near:1", "--format=csv"])
        .exits(0);
    assert!(
        hosts.iter().all(|host| ran.stdout.contains(host)),
        "{}",
        ran.stdout
    );
    Home::new()
        .run(["endpoints", "near:1"])
        .refuses(2, &["AWS_REGION"]);
}

#[test]
fn the_report_is_about_the_region_that_the_sdk_calls_and_names_a_faster_one() {
    let home = Home::new().set("AWS_REGION", "us-west-2");
    let ran = home
        .measure(&[
            "--simulate=eu-central-1",
            "--endpoints=global,here,eu-central-1",
            "--operations=get-caller-identity",
            "--connections=warm",
            "--rounds=48",
            "--blocks=8",
            "--rate-per-endpoint=10",
            "--progress=never",
            "--seed=7",
        ])
        .measures();
    let title = ran.stdout.lines().next().unwrap_or_default();
    assert!(
        // On a busy machine a check can forbid the comparison; the decision is about us-west-2 all the same.
        title.contains("us-west-2"),
        "{}",
        ran.stdout
    );
    let all = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        all.contains(
            "eu-central-1 is faster than us-west-2, the Region configured here (AWS_REGION): p50 "
        ),
        "{}",
        ran.stdout
    );
    let vantage = home.stored().header.vantage;
    let region = vantage.local_region.expect("recorded");
    assert_eq!(region.name, "us-west-2");
    assert_eq!(
        region.source,
        RegionSource::Variable("AWS_REGION".to_owned())
    );
    assert_eq!(vantage.name, "eu-central-1");
    assert_eq!(vantage.name_source, Some(NameSource::Simulation));
}

#[test]
fn partitions_without_a_global_endpoint_and_regions_to_be_enabled_are_reported_too() {
    for (region, partition) in [
        ("us-gov-west-1", &["us-gov-east-1"][..]),
        ("cn-north-1", &["cn-northwest-1"]),
        ("eu-central-2", &["eu-central-1", "eu-west-3"]),
    ] {
        let home = Home::new().set("AWS_REGION", region);
        let simulated = format!("--simulate={region}");
        let ran = home.measure(&[
            &simulated,
            "--endpoints=here,near:2",
            "--operations=get-caller-identity",
            "--connections=warm",
            "--rounds=32",
            "--blocks=8",
            "--rate-per-endpoint=20",
            "--progress=never",
        ]);
        let ran = ran.measures();
        let title = ran.stdout.lines().next().unwrap_or_default();
        assert!(title.contains(region), "{}", ran.stdout);
        let run = home.stored();
        let mut called: Vec<&str> = run
            .plan
            .endpoints()
            .into_iter()
            .map(|endpoint| endpoint.name.as_str())
            .collect();
        assert_eq!(called.remove(0), region);
        assert_eq!(called, partition);
        let local = run.header.vantage.local_region.expect("recorded");
        assert_eq!(local.name, region);
    }
}

#[test]
fn a_run_at_real_endpoints_without_a_region_says_what_to_set() {
    let peer = Stub::start(|heard| crate::stub::sts(heard, crate::stub::USER, ""));
    let home = Home::with_keys(crate::support::KEY_ID, crate::support::SECRET);
    let url = format!("peer={}", peer.url());
    // Endpoints by URL are in no Region that an SDK would choose.
    let ran = home.measure(&[
        "--endpoint-url",
        &url,
        "--endpoints=peer",
        "--rounds=8",
        "--blocks=2",
    ]);
    assert!(
        !ran.stdout.contains("no Region is configured"),
        "{}",
        ran.stdout
    );
    let vantage = home.stored().header.vantage;
    assert!(vantage.local_region.is_none() && vantage.name_source == Some(NameSource::Host));
}

#[test]
fn a_simulated_run_without_more_is_about_its_own_vantage() {
    let profiles = "[default]\nregion = us-west-2\n";
    let home = Home::new().file(".aws/config", profiles);
    home.measure(&SMALL);
    let vantage = home.stored().header.vantage;
    let region = vantage.local_region.expect("recorded");
    assert_eq!(region.name, "eu-central-1");
    assert_eq!(region.source, RegionSource::Simulation);
}

#[test]
fn a_name_that_is_given_by_a_variable_is_kept_with_its_source() {
    let home = Home::new().set("STSBENCH_VANTAGE", "office");
    home.measure(&SMALL);
    let vantage = home.stored().header.vantage;
    assert_eq!(vantage.name, "office");
    let source = NameSource::Variable("STSBENCH_VANTAGE".to_owned());
    assert_eq!(vantage.name_source, Some(source));
}

#[test]
fn older_names_of_a_region_with_fips_are_the_region_wherever_they_are_said() {
    let dry = ["run", "--dry-run"];
    for older in ["fips-us-gov-west-1", "us-gov-west-1-fips", "us-gov-west-1"] {
        let variable = Home::new().set("AWS_REGION", older);
        let profile = Home::new().file(".aws/config", format!("[default]\nregion = {older}\n"));
        let hosts = |home: &Home, more: &[&str]| {
            let ran = home.run(dry.iter().chain(more)).exits(0);
            assert!(ran.stdout.contains("sts.us-gov-east-1."), "{}", ran.stdout);
            assert!(!ran.stdout.contains("eu-central-1"), "{}", ran.stdout);
            assert!(!ran.stderr.contains("newer"), "{}", ran.stderr);
        };
        hosts(&variable, &[]);
        hosts(&profile, &[]);
        hosts(&Home::new(), &["--region", older]);
        let here = variable
            .run(["run", "--dry-run", "--endpoints=here"])
            .exits(0);
        assert!(
            here.stdout.contains("https://sts.us-gov-west-1.")
                || here.stdout.contains("sts.us-gov-west-1.amazonaws.com"),
            "{}",
            here.stdout
        );
    }
}

#[test]
fn a_region_that_is_said_and_is_none_is_named_with_its_place() {
    let here = ["run", "--dry-run", "--endpoints=here"];
    let profile = |text: &str| Home::new().file(".aws/config", text);
    for (home, more, says) in [
        (
            Home::new()
                .set("AWS_REGION", "aws-global")
                .set("AWS_DEFAULT_REGION", "eu-west-1"),
            None,
            "AWS_REGION says aws-global, which is the global endpoint and no Region",
        ),
        (
            profile("[default]\nregion = aws-global\n"),
            None,
            "region of profile `default` says aws-global",
        ),
        (
            Home::new(),
            Some("--region=aws-global"),
            "--region says aws-global",
        ),
        (
            profile("[default]\nregion = us-gov-west-1\ngarbage\n"),
            None,
            "config: line 3 is neither",
        ),
    ] {
        home.run(here.into_iter().chain(more)).refuses(2, &[says]);
    }
    // Not even with keys at hand are other endpoints planned than were meant.
    Home::with_keys(KEY_ID, SECRET)
        .file(
            ".aws/config",
            "[default]\nregion = us-gov-west-1\ngarbage\n",
        )
        .run(["run", "--dry-run"])
        .refuses(2, &["line 3 is neither", "give --region or AWS_REGION"]);
}

#[test]
fn a_region_that_is_said_by_the_name_of_its_fips_endpoint_is_told_where_here_is_another() {
    let told = |source: &str, name: &str, region: &str| {
        format!("{name} ({source}) is an older name of the FIPS endpoint of {region}")
    };
    let fips_here = ["run", "--dry-run", "--endpoints=fips:here"];
    for (name, region) in [
        ("fips-us-east-1", "us-east-1"),
        ("us-east-1-fips", "us-east-1"),
        ("fips-us-west-2", "us-west-2"),
        ("ca-central-1-fips", "ca-central-1"),
    ] {
        let plain = format!("sts.{region}.amazonaws.com");
        let profile = format!("[default]\nregion = {name}\n");
        for (home, source) in [
            (Home::new().set("AWS_REGION", name), "AWS_REGION"),
            (
                Home::new().set("AWS_DEFAULT_REGION", name),
                "AWS_DEFAULT_REGION",
            ),
            (
                Home::new().file(".aws/config", profile),
                "region of profile `default`",
            ),
        ] {
            calls(&home, &HERE, &[&plain]);
            home.run(HERE)
                .says(&[&told(source, name, region), "give fips:here"]);
            let ran = home.run(fips_here).exits(0);
            assert!(
                !ran.stdout.contains(&format!("https://{plain} ")),
                "{}",
                ran.stdout
            );
        }
    }
    // The second one has one host for both.
    for name in ["us-east-1", "fips-us-gov-west-1"] {
        let ran = Home::new().set("AWS_REGION", name).run(HERE).exits(0);
        assert!(!ran.stderr.contains("FIPS"), "{}", ran.stderr);
    }
    // A run says it too, and keeps it.
    let home = Home::new().set("AWS_REGION", "fips-us-east-1");
    let ran = home.measure(&SMALL).measures();
    let said = told("AWS_REGION", "fips-us-east-1", "us-east-1");
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    assert!(
        home.stored()
            .notices
            .iter()
            .any(|it| it.text.starts_with(&said))
    );
}
