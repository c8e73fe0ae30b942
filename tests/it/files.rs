//! Plan files that are no plans, and places for results that are none.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Stdio;

use crate::support::{Home, KEY_ID, Ran, SECRET, SMALL, Untouched};

/// Runs with a plan file of these bytes.
fn with_plan(contents: impl AsRef<[u8]>) -> Ran {
    let (home, peer) = (
        Home::with_keys(KEY_ID, SECRET).file("plan.toml", contents),
        Untouched::new(),
    );
    let url = format!("peer={}", peer.url());
    let ran = home.measure(&[
        "--plan",
        "plan.toml",
        "--endpoint-url",
        &url,
        "--endpoints",
        "peer",
        "--dry-run",
    ]);
    peer.check();
    assert!(
        !home.out().exists(),
        "neither a refusal nor a dry run leaves anything behind"
    );
    ran
}

#[test]
fn bad_021_a_plan_file_that_is_missing_is_named() {
    Home::new()
        .measure(&["--simulate", "--plan", "missing.toml"])
        .refuses(2, &["missing.toml", "No such file"]);
}

#[test]
fn bad_022_a_plan_file_is_a_regular_file_of_a_page() {
    let home = Home::new().file("big.toml", "");
    let big = std::fs::File::options()
        .write(true)
        .open(home.path().join("big.toml"))
        .expect("there");
    big.set_len(1 << 30).expect("sparse");
    std::fs::create_dir(home.path().join("directory")).expect("made");
    let fifo = rustix::fs::mknodat(
        rustix::fs::CWD,
        home.path().join("fifo"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    );
    fifo.expect("made");
    for (path, words) in [
        ("directory", "not a regular file"),
        ("fifo", "not a regular file"),
        ("/dev/zero", "not a regular file"),
        ("big.toml", "1048576 bytes"),
    ] {
        home.measure(&["--simulate", "--plan", path])
            .refuses(2, &[path, words]);
        let local = [
            "--endpoint-url=lab=https://127.0.0.1:1",
            "--endpoints=lab",
            "--ca-file",
            path,
        ];
        home.measure(&local).refuses(2, &["--ca-file", path, words]);
        home.run(["emulate", "--fleet", path])
            .refuses(2, &["--fleet", path, words]);
    }
}

#[test]
fn bad_023_a_byte_order_mark_and_crlf_are_read_and_utf_16_is_not() {
    assert!(
        with_plan(b"\xef\xbb\xbfrounds = 32\n")
            .exits(0)
            .stdout
            .contains("32 rounds")
    );
    assert!(
        with_plan(b"rounds = 32\r\nblocks = 4\r\n")
            .exits(0)
            .stdout
            .contains("32 rounds")
    );
    with_plan(b"\xff\xfer\0o\0u\0n\0d\0s\0").refuses(2, &["plan.toml", "UTF-8"]);
}

#[test]
fn bad_024_the_first_fault_of_a_plan_file_is_told_with_its_place() {
    with_plan("rounds = 32\nrounds = 48\n")
        .refuses(2, &["plan.toml", "line 2 column 1", "duplicate key"]);
    with_plan("rouds = 32\nseed = 1\n\nrounds = \"x\"\nclient = \"curl\"\n")
        .refuses(2, &["line 5 column 10", "`curl`"]);
    with_plan("seed = -1\n").refuses(2, &["line 1 column 8"]);
    with_plan("rounds = \n").refuses(2, &["line 1"]);
    with_plan("secret-access-key = \"x\"\n").refuses(2, &["unknown field"]);
}

#[test]
fn a_list_of_one_needs_no_brackets_in_a_plan_file() {
    let text = "endpoints = \"global, eu-*\"\noperations = \"get-caller-identity\"\nconnections = \"cold,warm\"\ngate = \"p50 < 1s\"\n";
    let shown = Home::new().file("plan.toml", text).run([
        "run",
        "--simulate",
        "--plan",
        "plan.toml",
        "--dry-run",
    ]);
    let shown = shown.exits(0).stdout;
    for words in ["eu-central-1", "get-caller-identity", "cold", "p50 < 1s"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    with_plan("gate = 5\n").refuses(2, &["line 1 column 8", "a text or a list of texts"]);
}

#[test]
fn bad_025_a_plan_file_of_ten_thousand_brackets_is_refused() {
    with_plan(format!(
        "endpoints = {}{}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    ))
    .refuses(2, &["line 1", "recur"]);
}

#[test]
fn bad_026_and_027_endpoints_are_neither_none_nor_countless() {
    with_plan("operations = []\n").refuses(2, &["operations is empty"]);
    let home = Home::new().file("none.toml", "endpoints = []\n").file(
        "many.toml",
        format!(
            "endpoints = [{}]\n",
            (0..10_001)
                .map(|i| format!("\"e{i}\""))
                .collect::<Vec<_>>()
                .join(",")
        ),
    );
    home.measure(&["--simulate", "--plan", "none.toml"])
        .refuses(2, &["none.toml", "endpoints is empty"]);
    home.measure(&["--simulate", "--plan", "many.toml"])
        .refuses(2, &["--endpoints", "4096"]);
}

#[test]
fn values_of_a_plan_file_have_the_ranges_of_the_options() {
    for (line, words) in [
        ("blocks = 1", "2 to 1024"),
        ("rounds = 1", "2 to 1000000"),
        ("rate = nan\nduration = \"5s\"", "requests/s"),
        ("rate = 1\nduration = \"5\"", "time unit needed"),
        ("connections = [\"hot\"]", "cold, warm, resumed"),
        ("operations = [\"get-foo\"]", "get-caller-identity"),
    ] {
        with_plan(line).refuses(2, &[words]);
    }
}

#[test]
fn a_plan_file_fills_what_the_command_line_leaves_open() {
    let plan = "endpoints = [\"eu-*\", \"global\"]\noperations = [\"get-caller-identity\"]\nconnections = [\"resumed\"]\n\
        rounds = 32\nblocks = 4\nseed = 5\n";
    let home = Home::new().file("plan.toml", plan);
    let shown = home
        .run([
            "run",
            "--simulate",
            "--plan",
            "plan.toml",
            "--seed",
            "6",
            "--dry-run",
        ])
        .exits(0)
        .stdout;
    for words in [
        "32 rounds",
        "connections   resumed",
        "operations    get-caller-identity",
        "blocks        4",
        "seed          6",
    ] {
        assert!(shown.contains(words), "{words:?} is not in {shown}");
    }
    assert!(
        shown.contains("eu-west-3") && !shown.contains("us-west-2"),
        "{shown}"
    );
}

fn small_run(home: &Home, out: &str) -> Ran {
    let arguments: Vec<_> = ["run", "--out", out, "--quiet"]
        .into_iter()
        .chain(SMALL)
        .collect();
    home.run(arguments)
}

#[test]
fn bad_061_a_place_that_cannot_be_written_is_refused_before_the_run() {
    small_run(&Home::new(), "/proc/1/nothing/x").refuses(6, &["/proc/1/nothing/x"]);
    small_run(&Home::new().file("file", "x"), "file").refuses(6, &["file", "not a directory"]);
    let home = Home::new();
    std::fs::create_dir(home.path().join("sealed")).expect("made");
    std::fs::set_permissions(home.path().join("sealed"), Permissions::from_mode(0o500))
        .expect("set");
    if !rustix::process::geteuid().is_root() {
        small_run(&home, "sealed/x").refuses(6, &["sealed/x"]);
    }
}

#[test]
fn bad_062_foreign_files_are_not_mixed_with_results() {
    let home = Home::new().file("kept/thesis.tex", "years of work");
    small_run(&home, "kept").refuses(6, &["thesis.tex", "--force"]);
    let forced: Vec<_> = ["run", "--out", "kept", "--force", "--quiet"]
        .into_iter()
        .chain(SMALL)
        .collect();
    home.run(forced).measures();
    assert_eq!(
        std::fs::read_to_string(home.path().join("kept/thesis.tex")).expect("still there"),
        "years of work"
    );
}

#[test]
fn bad_063_a_link_is_not_followed() {
    let home = Home::new().file("elsewhere/x", "");
    symlink("elsewhere", home.path().join("link")).expect("linked");
    for spelling in ["link", "link/", "./link", "link/."] {
        small_run(&home, spelling).refuses(6, &["symbolic link"]);
    }
}

#[test]
fn bad_064_standard_output_takes_the_report_and_a_device_takes_no_files() {
    small_run(&Home::new(), "").refuses(2, &["--out"]);
    small_run(&Home::new(), "/dev/full").refuses(6, &["/dev/full", "not a directory"]);
    for name in ["-", "/dev/stdout"] {
        let home = Home::new().set("TMPDIR", "/tmp");
        let ran = small_run(&home, name).measures();
        assert!(ran.stdout.contains("eu-central-1"), "{}", ran.stdout);
        let left: Vec<_> = std::fs::read_dir(home.path()).expect("readable").collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn bad_065_a_name_that_no_file_system_takes_is_a_matter_of_usage() {
    small_run(&Home::new(), &"a".repeat(256)).refuses(2, &["--out", "255"]);
}

#[test]
fn bad_066_reports_can_only_be_made_of_runs() {
    let home = Home::new()
        .file("empty.json", "")
        .file("other.json", "{\"tool\":\"wrk\"}")
        .file("half.json", "{\"schema");
    for path in [
        "empty.json",
        "other.json",
        "half.json",
        "missing.json",
        "/dev/zero",
        ".",
    ] {
        home.run(["report", path]).refuses(2, &[]);
    }
    home.run(["report"]).refuses(2, &["RUN"]);
    home.run(["recover", "missing"]).refuses(2, &["missing"]);
}

#[test]
fn bad_132_without_a_home_explicit_paths_are_enough() {
    let home = Home::new().unset("HOME");
    let ran = home.measure(&SMALL).measures();
    assert!(ran.stdout.contains("eu-central-1"));
}

#[test]
fn bad_132_a_working_directory_that_is_gone_is_no_panic() {
    let home = Home::new();
    let gone = tempfile::tempdir().expect("a directory");
    let path = gone.path().to_owned();
    let mut shell = std::process::Command::new("/bin/sh");
    let script = format!("rmdir {}; exec \"$0\" \"$@\"", path.display());
    let arguments: Vec<_> = ["run", "--out"].into_iter().map(str::to_owned).collect();
    shell
        .args(["-c", &script, env!("CARGO_BIN_EXE_stsbench")])
        .args(arguments)
        .arg(home.out())
        .args(SMALL);
    let output = shell
        .env_clear()
        .current_dir(&path)
        .stdin(Stdio::null())
        .output()
        .expect("runs");
    let ran = Ran::of(output).measures();
    assert!(!ran.stderr.contains("internal error"), "{}", ran.stderr);
}

#[test]
fn mistakes_of_a_fleet_file_are_told_with_their_places_and_nothing_starts() {
    let text = "vantage = 3\n[[users]]\nname = \"a/b\"\n[[roles]]\nname = \"r\"\ntrust = '{\"Statement\": 1}'\nmax = 2\n\
                [[accounts]]\nid = \"1\"\ndisabled_regions = [\"us-east-1\"]\n";
    let home = Home::new().file("fleet.toml", text);
    home.run(["emulate", "--fleet", "fleet.toml"]).refuses(
        2,
        &["fleet file fleet.toml line 7 column 1: fleet role 1: unknown field `max`"],
    );
    // Where the form is right, every value that is wrong is told.
    let text = text.replace("vantage = 3\n", "").replace("max = 2\n", "");
    let home = Home::new().file("fleet.toml", text);
    let words = [
        "fleet file fleet.toml line 2 column 8: fleet user 1 name: must be 1 to 64 letters",
        "line 7 column 6: fleet account 1 id: must be twelve digits",
        "line 8 column 20: fleet account 1 disabled_regions",
    ];
    home.run(["emulate", "--fleet", "fleet.toml"])
        .refuses(2, &words);
    let policy = "[[roles]]\nname = \"r\"\ntrust = '{\"Statement\": 1}'\n";
    home.run(["emulate", "--fleet-toml", policy])
        .refuses(2, &["--fleet-toml line 3 column 9: fleet role 1 trust: must be a policy: Syntax errors in policy: a statement is no object"]);
}

#[test]
fn the_printed_fleet_is_a_fleet_file() {
    let home = Home::new();
    let printed = home.run(["emulate", "--print-fleet"]).exits(0).stdout;
    for words in [
        "[[accounts]]",
        "[[users.mfa]]",
        "[[roles]]",
        "sts:ExternalId",
        "unprivileged",
    ] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    for beside in [&["--env", "d"][..], &["--until-stdin-ends"]] {
        let words = [&["emulate", "--print-fleet"], beside].concat();
        home.run(&words).refuses(2, &["--print-fleet"]);
    }
    let home = home.file("fleet.toml", &printed);
    let again = home
        .run(["emulate", "--fleet", "fleet.toml", "--print-fleet"])
        .exits(0)
        .stdout;
    assert_eq!(again, printed);
}
