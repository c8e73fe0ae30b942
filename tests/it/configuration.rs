//! Options from presets, the environment and `stsbench.toml`, and what shells complete.

use std::path::Path;
use std::process::Command;

use crate::support::Home;

#[test]
fn the_origin_of_every_option_is_shown() {
    let home = Home::new()
        .file("stsbench.toml", "rounds = 48\nseed = 4\n")
        .set("STSBENCH_SEED", "5");
    let shown = home
        .run(["config", "show", "--origin", "--blocks=8"])
        .exits(0)
        .stdout;
    for (option, value, origin) in [
        ("rounds", "48", "stsbench.toml line 1"),
        ("seed", "5", "STSBENCH_SEED"),
        ("blocks", "8", "command line"),
        ("warmup-rounds", "2", "default"),
    ] {
        let line = shown
            .lines()
            .find(|line| line.split_whitespace().next() == Some(option))
            .unwrap_or_else(|| panic!("{option} is not in {shown}"));
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[1], value, "{line}");
        assert!(line.ends_with(origin), "{line}");
    }
    assert!(
        shown.contains("# not used: seed 4 of stsbench.toml line 2"),
        "{shown}"
    );
}

#[test]
fn a_file_that_counts_is_named_and_one_that_admits_hosts_is_refused() {
    let home = Home::new().file("stsbench.toml", "rounds = 48\nendpoints = \"eu-west-1\"\n");
    let ran = home.run(["run", "--dry-run"]).exits(0);
    assert!(ran.stdout.contains("48 rounds"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("options come from stsbench.toml"),
        "{}",
        ran.stderr
    );
    let home = Home::new().file("stsbench.toml", "allow-host = \"evil.example\"\n");
    home.run(["run", "--dry-run"])
        .refuses(2, &["stsbench.toml line 1", "--config"]);
}

#[test]
fn the_presets_keep_their_promises() {
    let calls = |preset: &str| {
        let shown = Home::new()
            .set("AWS_REGION", "us-west-2")
            .run(["run", "--dry-run", "--preset", preset])
            .exits(0)
            .stdout;
        assert!(
            shown.contains(&format!("preset        {preset}")),
            "{shown}"
        );
        let calls = shown
            .lines()
            .find_map(|line| line.strip_prefix("calls"))
            .expect("there");
        let number = calls.split_whitespace().next().expect("a number");
        (number.parse::<u64>().expect("a number"), shown)
    };
    let (quick, shown) = calls("quick");
    assert!(quick <= 1000, "{shown}");
    assert!(
        shown.contains("sts.us-west-2") && shown.contains("4 endpoints"),
        "{shown}"
    );
    let (standard, _) = calls("standard");
    assert!((5_000..20_000).contains(&standard), "{standard}");
    let (p99, shown) = calls("p99");
    assert!(p99 < 20_000 && shown.contains("1600 rounds"), "{shown}");
    let (full, _) = calls("full");
    assert!((20_000..100_000).contains(&full), "{full}");
    for (region, host) in [
        ("us-gov-west-1", "us-gov-east-1"),
        ("cn-north-1", "cn-northwest-1"),
    ] {
        for preset in ["quick", "standard", "p99"] {
            let shown = Home::new()
                .set("AWS_REGION", region)
                .run(["run", "--dry-run", "--preset", preset])
                .exits(0)
                .stdout;
            assert!(
                shown.contains("2 endpoints") && shown.contains(host),
                "GovCloud and China have no global endpoint: {shown}"
            );
        }
    }
    Home::new()
        .run(["run", "--dry-run", "--preset", "quik"])
        .refuses(2, &["did you mean quick?"]);
}

#[test]
fn bash_completes_regions_operations_formats_profiles_and_runs() {
    let home = Home::new()
        .file("config", "[profile lab]\nregion = eu-west-1\n")
        .file("reports/20261122-141500-0badcafe/run.json", "{}")
        .file("k1/run.json", "{}");
    let program = Path::new(env!("CARGO_BIN_EXE_stsbench"));
    let directory = program.parent().expect("a directory").display();
    for (words, expected) in [
        ("run --simulate eu-cent", "eu-central-1"),
        ("run --endpoints global,frankf", "global,frankfurt"),
        ("run --operations get-caller", "get-caller-identity"),
        ("run --format jun", "junit"),
        ("run --profile l", "lab"),
        ("run --preset q", "quick"),
        ("report 2026", "reports/20261122-141500-0badcafe"),
        ("run --rou", "--rounds"),
        ("chart k1 --kind endp", "endpoints"),
        ("report k1 --columns city,ran", "city,rank"),
        ("run --operations GetC", "GetCallerIdentity"),
        (
            "run --operations get-caller-identity,get-session",
            "get-caller-identity,get-session-token",
        ),
        ("advise --client go-", "go-2"),
        ("emulate --link by", "bytes"),
        ("report ''", "k1/"),
        ("matrix ''", "k1/"),
        ("run --region frankf", "frankfurt"),
        // bash divides words at colons and equals signs, and replaces what follows the last one.
        ("run -e near : ''", "2"),
        ("run -e eu-west-1,near : ''", "2"),
        ("run --simulate = eu-cent", "eu-central-1"),
        ("run --export = jun", "junit="),
        ("run --preset = q", "quick"),
    ] {
        let line = words
            .replace("''", "")
            .replace(" : ", ":")
            .replace(" = ", "=");
        let script = format!(
            "export PATH={directory}:/usr/bin:/bin; source <(stsbench completions bash)\n\
             COMP_LINE='stsbench {line}'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=(stsbench {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_TYPE=9\n\
             _clap_complete_stsbench stsbench \"${{COMP_WORDS[COMP_CWORD]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let mut bash = Command::new("bash");
        bash.args(["--norc", "-c", &script])
            .env("HOME", home.path())
            .env("AWS_CONFIG_FILE", home.path().join("config"))
            .current_dir(home.path());
        let ran = bash.output().expect("bash starts");
        let shown = String::from_utf8_lossy(&ran.stdout);
        assert!(
            shown.lines().any(|line| line.trim_end() == expected),
            "{words}: {shown}{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
}

#[test]
fn an_option_that_nothing_says_has_no_value_and_json_has_every_origin() {
    let home = Home::new().set("STSBENCH_SEED", "5");
    let shown = home.run(["config", "show"]).exits(0).stdout;
    for option in ["config-profile", "store-ca-file", "region", "profile"] {
        let line = format!("{option:<24} -");
        assert!(shown.lines().any(|it| it == line), "{option}: {shown}");
    }
    let named = home
        .set("AWS_REGION", "eu-west-3")
        .set("AWS_CA_BUNDLE", "/ca.pem");
    let shown = named.run(["config", "show", "--json"]).exits(0).stdout;
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let of = |option: &str| {
        let options = shown["options"].as_array().expect("a list");
        let found = options.iter().find(|it| it["option"] == option);
        let found = found.unwrap_or_else(|| panic!("no {option}"));
        (found["value"].clone(), found["origin"].clone())
    };
    assert_eq!(of("seed"), ("5".into(), "STSBENCH_SEED".into()));
    assert_eq!(of("vantage").0, "eu-west-3");
    assert_eq!(
        of("store-ca-file"),
        ("/ca.pem".into(), "AWS_CA_BUNDLE".into())
    );
    assert_eq!(of("plan").0, serde_json::Value::Null);
}

/// What `config show` prints is pasted into issues: it has no secret that a run would not show either.
#[test]
fn what_a_run_masks_and_refuses_is_masked_and_marked_where_the_configuration_is_shown() {
    for (option, value, masked) in [
        (
            "param",
            "assume-role-with-saml.saml-assertion=CANARY",
            "assume-role-with-saml.saml-assertion=****",
        ),
        (
            "param",
            "assume-role.token-code=CANARY",
            "assume-role.token-code=****",
        ),
        (
            "endpoint-url",
            "a=http://u:CANARY@127.0.0.1:1",
            "a=http://****@127.0.0.1:1",
        ),
        (
            "endpoint-url",
            "a=http://127.0.0.1:1/?k=CANARY",
            "a=http://127.0.0.1:1/?****",
        ),
        ("store-endpoint", "https://u:CANARY@h", "https://****@h"),
    ] {
        let variable = format!("STSBENCH_{}", option.to_uppercase().replace('-', "_"));
        let in_file = match option {
            "store-endpoint" => format!("{option} = \"{value}\"\n"),
            _ => format!("{option} = [\"{value}\"]\n"),
        };
        let typed = format!("--{option}={value}");
        for (home, more) in [
            (Home::new().set(&variable, value), None),
            (
                Home::new().file("own.toml", &in_file),
                Some("--config=own.toml"),
            ),
            (Home::new(), Some(typed.as_str())),
        ] {
            let run = home.run(["run", "--dry-run"].into_iter().chain(more));
            assert!(!run.stderr.contains("CANARY"), "{}", run.stderr);
            assert_eq!(run.code, Some(2), "{option} {value}");
            for form in [&["--origin"][..], &["--json"], &[]] {
                let words = ["config", "show"].into_iter();
                let words = words.chain(form.iter().copied()).chain(more);
                let shown = home.run(words).exits(0).stdout;
                assert!(!shown.contains("CANARY"), "{shown}");
                assert!(shown.contains(masked), "{masked}: {shown}");
                let mark = if form.contains(&"--json") {
                    "\"refused\": \"--"
                } else {
                    "# refused by stsbench run: --"
                };
                assert!(shown.contains(mark), "{shown}");
            }
        }
    }
    let shown = Home::new().run(["config", "show"]).exits(0).stdout;
    assert!(!shown.contains("refused"), "{shown}");
}

#[test]
fn what_a_file_says_in_vain_beside_another_option_is_shown_as_not_used() {
    let file = "format = \"markdown\"\ncolumns = \"city\"\n";
    let home = Home::new().file("stsbench.toml", file);
    let shown = home.run(["config", "show", "--origin"]).exits(0).stdout;
    let unused =
        "# not used: columns city of stsbench.toml line 2: it makes no sense beside format";
    assert!(shown.lines().any(|line| line == unused), "{shown}");
    let columns = shown.lines().find(|line| line.starts_with("columns "));
    assert!(
        columns.is_some_and(|line| line.ends_with("default")),
        "{shown}"
    );
}

#[test]
fn a_table_that_is_no_profiles_and_a_plan_files_option_are_answered_with_the_right_word() {
    for (file, said) in [
        ("[profiles.ci]\nrounds = 48\n", "below [profile.NAME]"),
        ("[run]\nrounds = 48\n", "options stand above all tables"),
        ("parameters = 3\n", "did you mean param?"),
    ] {
        let home = Home::new().file("stsbench.toml", file);
        home.run(["run", "--dry-run"]).refuses(2, &[said]);
    }
}

#[test]
fn a_default_run_in_an_opt_in_region_calls_that_too() {
    let shown = Home::new()
        .set("AWS_REGION", "eu-central-2")
        .run(["run", "--dry-run"])
        .exits(0)
        .stdout;
    assert!(
        shown.contains("19 endpoints") && shown.contains("sts.eu-central-2.amazonaws.com"),
        "{shown}"
    );
}

#[test]
fn the_list_of_endpoints_goes_by_the_region_that_is_given() {
    let listed = |words: &[&str]| {
        let all = ["endpoints", "here,near:1", "--format=csv"]
            .iter()
            .chain(words);
        Home::new().run(all)
    };
    let near = listed(&["--region=zurich"]).exits(0).stdout;
    assert!(
        near.contains("eu-central-2") && near.contains("eu-central-1"),
        "{near}"
    );
    listed(&[]).refuses(2, &["--region"]);
}

#[test]
fn a_profile_that_does_not_exist_is_named_where_its_region_is_needed() {
    let config = "[profile dual]\nregion = eu-west-1\n";
    let home = Home::new().file(".aws/config", config);
    let words = ["run", "--endpoints=here,global", "--dry-run"];
    home.run(words.iter().chain(&["--profile=duel"]))
        .refuses(2, &["profile `duel`", "did you mean dual?"]);
    home.run(words.iter().chain(&["--profile=dual"])).exits(0);
}
