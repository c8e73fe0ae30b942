//! What is accepted has an effect, and what is refused says what was meant.

use crate::support::{Home, KEY_ID, SECRET, SMALL};

/// Names are asked of a port where nobody listens, and of nobody else.
const NO_RESOLVER: &str = "--resolver=127.0.0.1:9";

fn with(more: &[&'static str]) -> Vec<&'static str> {
    let run = ["run"].into_iter().chain(SMALL);
    run.chain(more.iter().copied()).collect()
}

#[test]
fn a_plan_that_would_be_refused_is_refused_when_it_is_only_shown() {
    let home = Home::new().file("full/notes.txt", "mine");
    for (more, code, words) in [
        (&["--emulator=/nope"][..], 2, "--emulator /nope"),
        (&["--out=full"], 6, "already holds \"notes.txt\""),
        (&["--out=full/notes.txt/x"], 6, "--out"),
        (&["--export=json=/nope/x"], 6, "--export json"),
    ] {
        let dry = [more, &["--dry-run"]].concat();
        for more in [more, &dry] {
            home.run(with(more)).refuses(code, &[words]);
        }
    }
    home.run(with(&["--dry-run", "--out=new", "--export=json=x.json"]))
        .exits(0);
    assert!(!home.path().join("new").exists() && !home.path().join("x.json").exists());
}

#[test]
fn a_region_that_the_fleet_lacks_is_named_with_its_source() {
    let home = Home::new().set("AWS_REGION", "eu-west-9");
    for more in [&["--preset=quick"][..], &["--preset=quick", "--dry-run"]] {
        let words = ["run", "--simulate"]
            .into_iter()
            .chain(more.iter().copied());
        home.run(words).refuses(2, &["AWS_REGION: eu-west-9"]);
    }
    home.run(with(&["--dry-run"])).exits(0);
}

#[test]
fn a_region_beside_a_selector_without_a_place_is_refused() {
    let words = ["endpoints", "--region", "eu-central-1"];
    Home::new()
        .run(words)
        .refuses(2, &["--region has no effect"]);
    let shown = Home::new().run([&words[..], &["here"]].concat()).exits(0);
    assert!(shown.stdout.contains("sts.eu-central-1.amazonaws.com"));
}

#[test]
fn an_advice_goes_by_the_region_and_the_profile_of_the_variables() {
    let home = Home::new().set("STSBENCH_REGION", "Frankfurt");
    let shown = home.run(["advise", "--client=rust"]).exits(0).stdout;
    assert!(
        shown.contains("eu-central-1, Europe (Frankfurt); from STSBENCH_REGION"),
        "{shown}"
    );
    let home = home.set("STSBENCH_PROFILE", "nix");
    home.run(["advise"]).refuses(2, &["profile `nix`"]);
}

#[test]
fn fewer_rounds_than_a_preset_needs_are_warned_of() {
    let home = Home::new().file("stsbench.toml", "rounds = 48\n");
    let words = ["run", "--simulate", "--preset=p99", "--dry-run"];
    home.run(words)
        .exits(0)
        .says(&["rounds = 48 of stsbench.toml line 1 overrides the 1600 rounds of preset p99"]);
    let typed = [&words[..], &["--rounds=48"]].concat();
    let told = home.run(typed).exits(0);
    assert!(!told.stderr.contains("overrides"), "{}", told.stderr);
}

#[test]
fn a_configuration_that_is_no_file_is_one_error_with_its_path() {
    use std::os::unix::fs::symlink;
    let directory = |home: &Home| home.path().join("stsbench.toml");
    type Maker = fn(&std::path::Path);
    let made: [(&str, Maker); 4] = [
        ("link", |path| symlink("nowhere", path).expect("made")),
        ("directory", |path| std::fs::create_dir(path).expect("made")),
        ("zero", |path| symlink("/dev/zero", path).expect("made")),
        ("fifo", |path| {
            let made = std::process::Command::new("mkfifo").arg(path).status();
            assert!(made.expect("mkfifo").success());
        }),
    ];
    for (what, make) in made {
        let home = Home::new();
        make(&directory(&home));
        let path = directory(&home);
        let path = path.to_str().expect("text");
        home.run(["run", "--simulate", "--dry-run"])
            .refuses(2, &["cannot read", path]);
        home.run(["run", "--simulate", "--dry-run", "--no-config"])
            .exits(0);
        assert!(!what.is_empty());
    }
}

#[test]
fn what_was_meant_is_said() {
    for (words, hint) in [
        (
            &["run", "-e", "sts.eu-central-1.amazonaws.com"][..],
            "did you mean eu-central-1?",
        ),
        (&["run", "-e", "sts.amazonaws.com"], "did you mean global?"),
        (
            &["run", "-e", "sts-fips.us-east-1.amazonaws.com"],
            "did you mean fips:us-east-1?",
        ),
        (&["run", "--rate=1", "--duration=5M"], "did you mean 5m"),
        (&["emulate", "--loss=5x"], "such as 5%"),
        (&["emulate", "--loss=150%"], "such as 5%"),
        (&["completions", "tcsh"], "allowed: bash"),
        (&["run", "--gate=foo < 1s"], "avg, mean,"),
    ] {
        let told = Home::new().run(words).refuses(2, &[hint]);
        assert!(!told.stderr.contains("'zsh'"), "{}", told.stderr);
    }
    let home = Home::new().file("cut/journal.jsonl", "{}\n");
    for command in ["report", "advise"] {
        home.run([command, "cut"])
            .refuses(2, &["`stsbench recover cut`"]);
    }
}

#[test]
fn a_table_without_a_global_endpoint_says_that_nothing_is_compared_with_it() {
    let run = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/golden-runs/few-answers/run.json"
    );
    let stored = std::fs::read_to_string(run).expect("a golden run");
    let has_global = stored.contains("\"global\"");
    let shown = Home::new().run(["report", run, "--columns=vs-global"]);
    let says = shown
        .stdout
        .contains("the run did not call the global endpoint");
    assert_eq!(says, !has_global, "{}", shown.stdout);
}

fn role(home: Home) -> Home {
    let config = format!(
        "[default]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\n\
         [profile keys]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n"
    );
    home.file(".aws/config", config)
}

#[test]
fn a_setting_beside_the_keys_is_corrected_where_it_is_set() {
    for (name, value, remedy) in [
        (
            "HTTPS_PROXY",
            "socks5://h:1",
            "correct the value where it is set",
        ),
        (
            "HTTPS_PROXY",
            "user:SECRETPW",
            "correct the value where it is set",
        ),
        (
            "AWS_ENDPOINT_URL_STS",
            "http://h",
            "correct the value where it is set",
        ),
        (
            "AWS_CA_BUNDLE",
            "/nope",
            "name another one where this one is named",
        ),
    ] {
        let home = role(Home::new()).set(name, value);
        let shown = home.run(["doctor", NO_RESOLVER]).exits(1).stdout;
        let unwrapped = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.contains(remedy), "{name}={value}: {shown}");
        assert!(
            !shown.contains("SECRETPW") && !unwrapped.contains("set access key id"),
            "{shown}"
        );
    }
}

#[test]
fn a_proxy_that_refuses_is_the_cause_every_time() {
    for _ in 0..3 {
        let home = role(Home::new()).set("HTTPS_PROXY", "http://127.0.0.1:9");
        let shown = home.run(["doctor", NO_RESOLVER]).exits(1).stdout;
        let unwrapped = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            unwrapped.contains("127.0.0.1:9")
                && !unwrapped.contains("search for credentials did not end"),
            "{shown}"
        );
    }
}
