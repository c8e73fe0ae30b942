//! Arguments that make no sense, and URLs that lead astray: one line that says which, and nothing is sent.

use crate::support::{Home, KEY_ID, SECRET, SMALL, Untouched, run_refuses};

#[test]
fn bad_001_to_005_durations_need_a_unit_and_a_range() {
    for (duration, words) in [
        ("0", "1ms to 30d"),
        ("-5s", "such as 30s"),
        ("1e400s", "such as 30s"),
        ("5", "time unit needed"),
        ("999999h", "999999h is out of range; allowed: 1ms to 30d"),
    ] {
        run_refuses(
            &["--rate", "1", "--duration", duration],
            &["--duration", words],
        );
    }
}

#[test]
fn bad_006_to_008_rates_have_a_range_a_quota_and_must_come_to_something() {
    for rate in ["0", "-1", "NaN", "inf"] {
        run_refuses(
            &["--rate", rate, "--duration", "5s"],
            &["--rate", "0.0001 to 100000 requests/s"],
        );
    }
    run_refuses(&["--rate", "x", "--duration", "5s"], &["--rate", "number"]);
    run_refuses(
        &["--rate", "1e9", "--duration", "5s"],
        &["--rate", "quota is 600 requests/s"],
    );
    run_refuses(&["--rate", "0.0001", "--duration", "10s"], &["0 samples"]);
    run_refuses(&["--rate", "1"], &["--rate needs --duration"]);
    run_refuses(
        &["--rate", "500", "--duration", "5s"],
        &["--max-rate-per-endpoint raises the cap"],
    );
}

#[test]
fn bad_009_concurrency_has_a_range() {
    for concurrency in ["0", "1025", "18446744073709551616", "-3"] {
        run_refuses(
            &["--concurrency", concurrency, "--duration", "5s"],
            &["--concurrency", "1 to 1024"],
        );
    }
}

#[test]
fn bad_013_blocks_have_a_range() {
    for blocks in ["0", "1", "1025", "1000000"] {
        run_refuses(&["--blocks", blocks], &["--blocks", "2 to 1024"]);
    }
}

#[test]
fn bad_014_a_deadline_has_a_range() {
    for timeout in ["0s", "0", "61s"] {
        run_refuses(&["--timeout", timeout], &["--timeout", "1ms to 60s"]);
    }
}

#[test]
fn bad_014_a_deadline_below_the_round_trip_fails_every_call_and_gives_no_data() {
    let home = Home::new();
    let mut arguments = SMALL.to_vec();
    arguments.extend(["--endpoints=us-east-1", "--timeout=20ms"]);
    arguments.retain(|argument| *argument != "--endpoints=global,eu-central-1");
    home.measure(&arguments).exits(5).says(&["us-east-1"]);
}

#[test]
fn bad_015_a_seed_is_a_number() {
    for seed in ["abc", "-1", "1.5", "18446744073709551616"] {
        run_refuses(&["--seed", seed], &["--seed", "0 to 18446744073709551615"]);
    }
}

#[test]
fn bad_016_a_near_miss_is_named_with_the_right_word() {
    run_refuses(
        &["--duraton", "5s"],
        &["--duraton", "did you mean --duration?"],
    );
    Home::new()
        .run(["rum"])
        .refuses(2, &["'rum'", "did you mean run?"]);
}

#[test]
fn bad_017_an_option_given_twice_is_refused() {
    run_refuses(
        &["--seed", "1", "--seed", "2"],
        &["--seed", "multiple times"],
    );
}

#[test]
fn bad_018_arguments_are_utf_8() {
    use std::os::unix::ffi::OsStringExt as _;
    let wild = std::ffi::OsString::from_vec(b"--seed=\xff".to_vec());
    Home::new()
        .run(["run".into(), "--simulate".into(), wild])
        .refuses(2, &["--seed", "UTF-8"]);
}

#[test]
fn bad_019_a_huge_argument_is_not_repeated() {
    // The system takes no single argument beyond 128 KiB.
    let huge = "x".repeat(120 << 10);
    for option in ["--seed", "--endpoints", "--duration", "--operations"] {
        let ran = Home::new()
            .run(["run", "--simulate", option, &huge])
            .refuses(2, &[option]);
        assert!(ran.stderr.len() < 2500, "{} bytes", ran.stderr.len());
    }
}

#[test]
fn bad_020_no_option_takes_the_empty_string() {
    let help = Home::new().run(["run", "--help"]).exits(0).stdout;
    let with_value: Vec<_> = help
        .lines()
        .filter_map(|line| {
            line.trim_start()
                .strip_prefix("--")
                .filter(|rest| rest.contains(['<', '[']))
        })
        .map(|rest| rest.split([' ', '[', '<']).next().unwrap_or_default())
        .collect();
    assert!(with_value.len() > 20, "{with_value:?}");
    for option in with_value {
        run_refuses(&[&format!("--{option}="), "--simulate"], &[option]);
    }
}

#[test]
fn bad_027_a_selector_has_a_length() {
    let many = vec!["eu-central-1"; 10_001].join(",");
    run_refuses(&["--endpoints", &many], &["--endpoints", "4096"]);
}

#[test]
fn bad_028_two_endpoints_of_one_name_are_refused() {
    run_refuses(
        &["--endpoint-url", "peer=http://127.0.0.1:2"],
        &["\"peer\"", "unique"],
    );
}

#[test]
fn bad_029_and_119_and_121_names_of_endpoints_have_a_grammar() {
    let long = "a".repeat(300);
    for name in [
        "",
        "😀",
        "a\nb",
        "A",
        "a b",
        "\">",
        "a/b",
        "..",
        "\u{202e}a",
        &long,
    ] {
        run_refuses(
            &["--endpoint-url", &format!("{name}=http://127.0.0.1:1")],
            &["--endpoint-url"],
        );
    }
    run_refuses(&["--endpoint-url", "nourl"], &["NAME=URL"]);
}

#[test]
fn bad_031_to_037_regions_are_known_or_vouched_for() {
    run_refuses(
        &["--endpoints", "eu-central1"],
        &["did you mean eu-central-1?"],
    );
    run_refuses(
        &["--endpoints", "EU-CENTRAL1"],
        &["did you mean eu-central-1?"],
    );
    run_refuses(&["--endpoints", "a\tb"], &["by commas: a,b"]);
    for region in ["eu-central-1.evil.com/", "../../etc"] {
        run_refuses(
            &["--endpoints", region],
            &["--endpoints", "lower-case letters"],
        );
    }
    run_refuses(&["--endpoints", "aws:cn-north-1"], &["matches nothing"]);
    run_refuses(
        &["--endpoints", "xx-north-9"],
        &["unknown endpoint", "--allow-region"],
    );
    for region in ["XX.evil/", " ", "../x", "a.b", "Frankfurt"] {
        run_refuses(
            &["--endpoints", "xx-north-9", "--allow-region", region],
            &["--allow-region", "lower-case letters"],
        );
    }
    let admitted = [
        "run",
        "--dry-run",
        "--endpoints",
        "xx-north-9",
        "--allow-region",
        "xx-north-9",
    ];
    let shown = Home::new().run(admitted).exits(0).stdout;
    assert!(
        shown.contains("https://sts.xx-north-9.amazonaws.com (signed for xx-north-9)"),
        "{shown}"
    );
}

#[test]
fn bad_038_to_059_urls_that_are_no_sts_endpoint_are_refused() {
    let long = format!("https://{}", "a".repeat(64 << 10));
    for (url, words) in [
        ("http://sts.amazonaws.com", "plaintext"),
        ("https://sts.amazonaws.co", "no STS endpoint"),
        ("https://sts.amazonaws.com.evil.io", "no STS endpoint"),
        ("https://sts.amazonaws.com@evil.io/", "user name"),
        ("https://evil.io/#sts.amazonaws.com", "fragment"),
        ("https://sts.amazonaws.com:8443", "443"),
        ("https://sts.amazonaws.com/../x?y", "path"),
        ("https://ѕts.amazonaws.com", "not a DNS name"),
        ("https://sts%2eamazonaws.com", "not a DNS name"),
        ("https://sts.us-east-1.amazonaws.com.cn", "no STS endpoint"),
        ("https://s3.amazonaws.com", "no STS endpoint"),
        ("https://iam.amazonaws.com", "no STS endpoint"),
        ("https://169.254.169.254/", "no STS endpoint"),
        ("https://[::1]:0", "1 to 65535"),
        ("http://127.0.0.1:0", "1 to 65535"),
        ("http://127.0.0.1:65536", "1 to 65535"),
        ("ftp://sts.amazonaws.com", "https://"),
        ("file:///etc/passwd", "https://"),
        ("unix:/run/sts.sock", "https://"),
        ("https://sts.amazonaws.com%0d%0aHost:evil.io", "port"),
        ("https://sts.amazonaws.com\r\nHost: evil.io", "port"),
        ("", "https://"),
        (&long, "300"),
    ] {
        run_refuses(
            &["--endpoint-url", &format!("other={url}")],
            &["--endpoint-url other", words],
        );
    }
}

#[test]
fn bad_047_a_host_in_capitals_is_the_same_host() {
    let arguments = [
        "run",
        "--dry-run",
        "--endpoint-url",
        "a=https://STS.AMAZONAWS.COM",
        "--endpoints",
        "a",
    ];
    let shown = Home::new().run(arguments).exits(0).stdout;
    assert!(
        shown.contains("https://sts.amazonaws.com (signed for us-east-1)"),
        "{shown}"
    );
}

#[test]
fn rule_10_look_alikes_of_aws_are_refused_before_anything_is_asked_or_sent() {
    const LOOK_ALIKES: [&str; 32] = [
        "sts.amazonaws.co",
        "sts.amazonaws.cm",
        "sts.amazonaws.com.co",
        "sts.amazonaws.com.evil.io",
        "sts.amazonaws.com.",
        "sts-amazonaws.com",
        "sts.amazonaws-com.io",
        "sts.amazonavvs.com",
        "sts.arnazonaws.com",
        "sts.amazomaws.com",
        "sts.amaz0naws.com",
        "sts.amzonaws.com",
        "ssts.amazonaws.com",
        "st5.amazonaws.com",
        "sts.aws.amazonaws.com",
        "sts.eu-central-1.amazonaws.co",
        "sts.eu-central-1.amazonaws.com.cn",
        "sts.eu-central1.amazonaws.com",
        "sts.eu-central-1a.amazonaws.com",
        "sts.eu-central-9.amazonaws.com",
        "eu-central-1.sts.amazonaws.com",
        "sts.eu-central-1.evil.amazonaws.com",
        "sts-fips.eu-central-1.amazonaws.org",
        "sts.eu-central-1.api.aws.io",
        "sts.eu-central-1.api.avs",
        "sts.cn-north-1.amazonaws.com",
        "s3.eu-central-1.amazonaws.com",
        "signin.aws.amazon.com",
        "xn--ts-fmc.amazonaws.com",
        "localhost.sts.amazonaws.com",
        "10.0.0.1",
        "0.0.0.0",
    ];
    for host in LOOK_ALIKES {
        run_refuses(
            &["--endpoint-url", &format!("other=https://{host}")],
            &["--endpoint-url other", host.trim_end_matches('.')],
        );
    }
}

#[test]
fn rule_10_a_host_that_is_allowed_has_to_be_typed_in_full() {
    let url = "other=https://sts.lab.example";
    for near in ["lab.example", "sts.lab.exampl", "sts.lab.example.io"] {
        run_refuses(
            &["--endpoint-url", url, "--allow-host", near],
            &["sts.lab.example is no STS endpoint"],
        );
    }
    for option in ["--allow-host", "--insecure-http"] {
        for none in [
            "*",
            ".com",
            "*.lab.example",
            "https://sts.lab.example",
            "sts.lab.example:443",
            "sts.lab.example/",
        ] {
            run_refuses(
                &["--endpoint-url", url, option, none],
                &[option, "an exact host name"],
            );
        }
    }
    let shown = [
        "run",
        "--dry-run",
        "--endpoint-url",
        url,
        "--allow-host",
        "sts.lab.example",
        "--endpoints",
        "other",
    ];
    Home::new().run(shown).exits(0);
}

#[test]
fn a_dry_run_says_what_the_run_would_print_and_write() {
    let home = Home::new();
    let dry = |more: &[&str]| {
        let asked = [
            &["run", "--dry-run", "--endpoints=global", "--seed=1"],
            more,
        ]
        .concat();
        home.run(asked)
    };
    let plain = dry(&[]).exits(0).stdout;
    let told = dry(&["--format=json", "--out=there", "--export=html=page.html"]);
    let told = told.exits(0).stdout;
    let more = [
        "report        json on stdout",
        "files         there",
        "              html in page.html",
    ];
    assert_eq!(told, format!("{plain}{}\n", more.join("\n")));
    assert!(
        dry(&["--out=-"])
            .exits(0)
            .stdout
            .ends_with("files         none\n")
    );
    dry(&["--out=-", "--force"]).refuses(2, &["--force is about the files"]);
}

#[test]
fn a_dry_run_refuses_what_the_run_would_refuse_of_its_store_and_its_authorities() {
    for file in ["missing.pem", "/", "/dev/zero"] {
        let url = "--endpoint-url=x=https://127.0.0.1:1";
        let asked = ["run", "--dry-run", url, "--endpoints=x", "--ca-file", file];
        Home::new().run(asked).refuses(2, &["--ca-file", file]);
    }
    for option in [
        "--store-profile=x",
        "--store-region=eu-west-1",
        "--store-endpoint=https://minio.example",
        "--store-ca-file=x.pem",
        "--store-insecure-http",
    ] {
        let name = option.split('=').next().unwrap_or(option);
        for more in [&[][..], &["--store=runs"][..]] {
            let asked = [&["run", "--dry-run", option], more].concat();
            Home::new()
                .run(asked)
                .refuses(2, &[name, "there is no s3://BUCKET"]);
        }
    }
}

#[test]
fn simulating_and_real_urls_exclude_each_other() {
    let peer = Untouched::new();
    let url = format!("a={}", peer.url());
    let arguments = ["run", "--simulate", "--endpoint-url", &url];
    Home::with_keys(KEY_ID, SECRET)
        .run(arguments)
        .refuses(2, &["--simulate and --endpoint-url exclude each other"]);
    Home::new()
        .run(["run", "--simulate", "eu-nowhere-1"])
        .refuses(2, &["eu-nowhere-1"]);
    peer.check();
}

#[test]
fn a_margin_without_a_unit_is_told_what_a_margin_is() {
    run_refuses(
        &["--margin", "2"],
        &["--margin", "a share such as 2%", "2%,1ms"],
    );
}

#[test]
fn times_out_of_range_are_named_as_they_are_typed() {
    for (option, typed, words) in [
        (
            "--timeout",
            "500us",
            "500us is out of range; allowed: 1ms to 60s",
        ),
        ("--timeout", "90s", "90s is out of range"),
        ("--spin", "1s", "1s is out of range; allowed: 0s to 1ms"),
    ] {
        run_refuses(&[option, typed], &[option, words]);
    }
}

#[test]
fn a_cap_below_the_usual_rate_lowers_that() {
    for arguments in [&["--simulate"][..], &["--endpoints=global"]] {
        let words = ["run", "--dry-run", "--max-rate-per-endpoint=2"];
        let shown = Home::new()
            .run(words.iter().chain(arguments))
            .exits(0)
            .stdout;
        assert!(shown.contains("2 requests/s to one endpoint"), "{shown}");
    }
}
