//! Places of options against each other.

use std::path::Path;

use crate::cli::options::run::RunOptions;
use clap::{Args as _, Command, FromArgMatches as _};

use super::*;

fn run_command() -> Command {
    RunOptions::augment_args(Command::new("run"))
}

/// What the words come to in `home`, with those variables.
fn combined(home: &Path, words: &[&str], variables: &[(&str, &str)]) -> Result<Combined, String> {
    let command = run_command();
    let line = std::iter::once("run").chain(words.iter().copied());
    let given = command.clone().try_get_matches_from(line).expect("words");
    let surroundings = ConfigSurroundings {
        variables: variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        directory: Some(home.to_owned()),
        home: Some(home.to_owned()),
    };
    combine(&command, &given, &surroundings)
}

fn with_file(text: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a directory");
    std::fs::write(home.path().join("stsbench.toml"), text).expect("written");
    home
}

#[test]
fn a_nearer_place_wins_and_what_it_excludes_is_not_used() {
    let home = with_file(
        "rounds = 48\nblocks = 8\nseed = 1\ntimeout = \"9s\"\npreset = \"quick\"\n\
         [profile.night]\nblocks = 4\nwindows = 3\n",
    );
    let variables = [
        ("STSBENCH_SEED", "2"),
        ("STSBENCH_TIMEOUT", "8s"),
        ("STSBENCH_UNKNOWN", "x"),
    ];
    let words = ["--timeout=7s", "--config-profile=night"];
    let combined = combined(home.path(), &words, &variables).expect("read");
    assert_eq!(
        combined.words,
        [
            "--seed=2",
            "--blocks=4",
            "--windows=3",
            "--preset=quick",
            "--rounds=48",
            "--endpoints=global:here,here,near:2:here",
            "--operations=get-caller-identity",
            "--connections=cold,warm",
            "--rate-per-endpoint=4",
        ]
    );
    let unused: Vec<String> = combined
        .unused
        .iter()
        .map(|unused| format!("{} of {}", unused.entry.option, unused.entry.origin))
        .collect();
    for line in [
        "timeout of STSBENCH_TIMEOUT",
        "blocks of stsbench.toml line 2",
        "rounds of preset quick",
    ] {
        assert!(
            unused.iter().any(|unused| unused == line),
            "{line}: {unused:?}"
        );
    }
    assert_eq!(combined.file.as_deref(), Some(Path::new("stsbench.toml")));
}

#[test]
fn another_load_puts_out_the_rounds_of_a_preset() {
    let home = tempfile::tempdir().expect("a directory");
    let words = ["--preset=quick", "--rate=4", "--duration=30s"];
    let combined = combined(home.path(), &words, &[]).expect("read");
    assert!(
        !combined.words.iter().any(|word| word.starts_with("--r")),
        "{:?}",
        combined.words
    );
    let simulated = ["--simulate", "--preset=quick"];
    let words = self::combined(home.path(), &simulated, &[])
        .expect("read")
        .words;
    assert!(
        words.contains(&"--rounds=96".to_owned()) && words.len() == 4,
        "{words:?}"
    );
}

#[test]
fn a_mistake_is_named_with_its_line_and_the_nearest_option() {
    for (text, words) in [
        (
            "seed = 1\nround = 3\n",
            "stsbench.toml line 2 column 1: unknown option round; did you mean rounds?",
        ),
        (
            "rounds = 1\n",
            "line 1 column 1: invalid value '1' for '--rounds <N>'",
        ),
        ("rounds = [2, 3]\n", "rounds takes one value, not 2"),
        ("endpoints = []\n", "endpoints is empty"),
        ("seed = { a = 1 }\n", "seed is a table"),
        ("show-identity = 3\n", "allowed: true, false"),
        ("dry-run = true\n", "for the command line alone"),
        ("profile.x = 3\n", "a profile is a table"),
        ("seed = = 1\n", "line 1"),
        ("[profile.a]\nrounds = 1\n", "line 2"),
    ] {
        let error = combined(with_file(text).path(), &[], &[]).expect_err(text);
        assert!(error.contains(words), "{text}: {error}");
    }
    let home = with_file("[profile.nightly]\nseed = 1\n");
    let error = combined(home.path(), &["--config-profile=nightli"], &[]).expect_err("no profile");
    assert!(error.contains("did you mean nightly?"), "{error}");
    let error = combined(home.path(), &[], &[("STSBENCH_ROUNDS", "1")]).expect_err("a value");
    assert!(
        error.starts_with("STSBENCH_ROUNDS: invalid value '1'"),
        "{error}"
    );
}

#[test]
fn a_file_that_was_only_found_admits_no_host_and_replaces_no_file() {
    for line in [
        "allow-host = \"evil.example\"",
        "endpoint-url = \"x=https://evil.example\"",
        "insecure-http = \"evil.example\"",
        "ca-file = \"ca.pem\"",
        "profile = \"admin\"",
        "resolver = \"192.0.2.1\"",
        "force = true",
        "export = \"json=x\"",
        "plan = \"plan.toml\"",
        "param = \"assume-role.role-arn=x\"",
        "yes = true",
        "yes-send-signed-requests-in-plaintext = true",
        "show-identity = true",
        "max-rate-per-endpoint = 600",
        "[profile.a]\nallow-host = \"evil.example\"",
    ] {
        let home = with_file(line);
        let error = combined(home.path(), &[], &[]).expect_err(line);
        assert!(error.contains("--config"), "{line}: {error}");
        let file = home.path().join("stsbench.toml");
        let named = format!("--config={}", file.display());
        combined(home.path(), &[&named], &[]).expect("named on purpose");
        combined(home.path(), &["--no-config"], &[]).expect("not looked for");
    }
}

#[test]
fn a_file_is_found_above_up_to_the_repository_and_the_home_and_only_the_users_own() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = with_file("seed = 5\n");
    let below = home.path().join("a/b");
    std::fs::create_dir_all(&below).expect("made");
    let found = |directory: &Path| config_file::find(directory, Some(home.path()));
    assert_eq!(found(&below), Some(home.path().join("stsbench.toml")));
    std::fs::create_dir(home.path().join("a/.git")).expect("made");
    assert_eq!(found(&below), None, "a repository ends the search");
    assert_eq!(
        config_file::find(&below, Some(&below)),
        None,
        "the home ends it"
    );
    let file = home.path().join("stsbench.toml");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).expect("set");
    let combined = combined(home.path(), &[], &[]).expect("passed over");
    assert!(combined.words.is_empty() && combined.remarks[0].contains("everybody can write"));
}

#[test]
fn a_misspelt_variable_is_remarked_upon() {
    let home = tempfile::tempdir().expect("a directory");
    let combined = combined(home.path(), &[], &[("STSBENCH_ROUND", "9")]).expect("read");
    assert_eq!(
        combined.remarks,
        ["STSBENCH_ROUND is no option; did you mean STSBENCH_ROUNDS?"]
    );
}

#[test]
fn a_variable_that_is_no_option_is_named_and_one_for_the_command_line_alone_refused() {
    let home = tempfile::tempdir().expect("a directory");
    let variables = [
        ("STSBENCH_NOPE", "1"),
        ("STSBENCH_EMPTY", ""),
        ("STSBENCH_NODE_NAME", "node-1"),
        ("STSBENCH_PORT_10778_TCP", "tcp://10.0.0.1:10778"),
        ("STSBENCH_DRY_RUN", ""),
    ];
    let told = combined(home.path(), &[], &variables).expect("read");
    assert_eq!(told.remarks, ["STSBENCH_NOPE is no option"]);
    for name in ["STSBENCH_DRY_RUN", "STSBENCH_NO_CONFIG", "STSBENCH_HELP"] {
        let error = combined(home.path(), &[], &[(name, "true")]).expect_err(name);
        let words = "is for the command line alone";
        assert!(error.starts_with(name) && error.ends_with(words), "{error}");
    }
    let many: Vec<String> = (0..20).map(|at| format!("STSBENCH_NOPE_{at}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "1")).collect();
    let told = combined(home.path(), &[], &many).expect("read").remarks;
    assert_eq!(told.len(), 9);
    assert!(told[8].starts_with("12 more variables"), "{told:?}");
}

/// The options of a run as they are read from every place.
fn read(home: &Path, words: &[&str], variables: &[(&str, &str)]) -> RunOptions {
    let combined = combined(home, words, variables).expect("read");
    let words = words.iter().copied();
    let all = combined.words.iter().map(String::as_str).chain(words);
    let matches = run_command()
        .try_get_matches_from(std::iter::once("run").chain(all))
        .expect("words");
    RunOptions::from_arg_matches(&matches)
        .expect("options")
        .with_untyped(combined.untyped())
}

#[test]
fn a_region_is_a_name_or_a_city_in_any_case_wherever_it_stands() {
    for text in ["frankfurt", "Frankfurt", "EU-CENTRAL-1", "eu-central-1"] {
        let home = with_file(&format!("region = {text:?}\n"));
        let elsewhere = tempfile::tempdir().expect("a directory");
        let typed = format!("--region={text}");
        for options in [
            read(home.path(), &[], &[]),
            read(elsewhere.path(), &[], &[("STSBENCH_REGION", text)]),
            read(elsewhere.path(), &[&typed], &[]),
        ] {
            assert_eq!(options.caller.region.as_deref(), Some("eu-central-1"));
        }
    }
    let home = with_file("region = \"eu-cental-1\"\n");
    let error = combined(home.path(), &[], &[]).expect_err("a slip");
    assert!(
        error.contains("stsbench.toml line 1") && error.contains("did you mean eu-central-1?"),
        "{error}"
    );
}

#[test]
fn what_a_file_keeps_for_other_runs_forbids_none() {
    let home = with_file(
        "inconclusive = \"pass\"\nclock = \"kernel\"\nconnections-per-target = 2\n\
         sort = \"city\"\nverbose = true\ncharts = \"none\"\n",
    );
    let words = [
        "--endpoints=global,eu-west-1",
        "--client=reqwest",
        "--connections=cold",
        "--format=json",
        "--out=-",
    ];
    let options = read(home.path(), &words, &[]);
    crate::cli::options::draft::draft(&options, None).expect("a run that they do not concern");
    options
        .output
        .look
        .check([crate::report::Format::Json].into_iter())
        .expect("a format that has no screen");
    assert!(options.output.charts.is_none() && options.output.look.sort.is_none());
    let variables = [("STSBENCH_INCONCLUSIVE", "pass")];
    let elsewhere = tempfile::tempdir().expect("a directory");
    let options = read(elsewhere.path(), &words, &variables);
    crate::cli::options::draft::draft(&options, None).expect("a default of the environment");
    let typed = [&words[..], &["--inconclusive=pass"]].concat();
    let options = read(elsewhere.path(), &typed, &[]);
    let error = crate::cli::options::draft::draft(&options, None).expect_err("typed");
    assert!(error.to_string().contains("--inconclusive has no effect"));
    let full = read(home.path(), &["--full"], &[]);
    assert!(full.output.look.full && full.output.look.sort.is_none());
}

#[test]
fn a_message_about_an_option_that_was_not_typed_names_its_place() {
    let home = with_file("preset = \"quick\"\nrounds = 48\n");
    let combined = combined(home.path(), &[], &[("STSBENCH_SEED", "1")]).expect("read");
    let places = |message: &str| combined.places_of(message);
    assert_eq!(
        places("--endpoints: no Region"),
        "; --endpoints is of preset quick"
    );
    assert_eq!(
        places("--rounds 48 is out of range"),
        "; --rounds is of stsbench.toml line 2"
    );
    assert_eq!(places("--seed and --x"), "; --seed is of STSBENCH_SEED");
    assert_eq!(places("--rounds-of and --timeout"), "");
}
