//! The formats of CI systems and other programs: on stdout, as files, and refused before anything is sent.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use sts_model::Operation;
use stsbench::plan::{ConnectionMode, Target, TargetId};
use stsbench::report::Format;
use stsbench::results::{self, Directory, Overwrite, Run};

use crate::support::{Home, KEY_ID, SECRET, SMALL, Untouched};

/// A part of the published sample run, below the home: what a busy machine measures today has no numbers that stand.
fn keep(home: &Home, directory: &str, change: impl FnOnce(&mut Run)) {
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/golden-runs/first-sample/run.json"
    );
    let mut run = results::read(Path::new(sample)).expect("published");
    let wanted = |target: &Target| {
        ["global", "eu-central-1"].contains(&target.endpoint.name.as_str())
            && target.connection == ConnectionMode::Warm
            && target.call.operation() == Operation::GetCallerIdentity
    };
    let plan = run.plan.clone();
    run.measured
        .series
        .retain(|series| wanted(plan.target(series.target)));
    run.plan.targets.retain(wanted);
    for (series, number) in run.measured.series.iter_mut().zip(0..) {
        series.target = TargetId(number);
    }
    run.header
        .vantage
        .simulation
        .as_mut()
        .expect("simulated")
        .requests_seen = None;
    change(&mut run);
    std::fs::create_dir(home.path().join(directory)).expect("made");
    std::fs::write(
        home.path().join(directory).join("run.json"),
        results::to_json(&run),
    )
    .expect("written");
}

/// The files of a directory, in order of their names.
fn contents(home: &Home, directory: &str) -> String {
    let entries = std::fs::read_dir(home.path().join(directory)).expect("listed");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("text") + "\n")
        .collect()
}

#[test]
fn every_format_is_the_same_on_stdout_and_as_a_file() {
    let home = Home::new();
    keep(&home, "out", |_| {});
    let exports: Vec<String> = Format::ALL
        .iter()
        .map(|format| format!("--export={format}={format}.out"))
        .collect();
    home.run(
        ["report", "out"]
            .into_iter()
            .map(str::to_owned)
            .chain(exports),
    )
    .exits(0);
    for format in Format::ALL {
        let shown = home
            .run(["report", "out", "--format", format.as_str()])
            .exits(0)
            .stdout;
        let path = home.path().join(format!("{format}.out"));
        if format == Format::Hgrm {
            let mut names = std::fs::read_dir(&path)
                .expect("a directory")
                .map(|entry| entry.expect("an entry").file_name());
            assert!(names.any(|name| name == "eu-central-1.get-caller-identity.warm.hgrm"));
            let mut lines: Vec<_> = shown.lines().collect();
            let files = contents(&home, "hgrm.out");
            let mut filed: Vec<_> = files.lines().collect();
            lines.sort_unstable();
            filed.sort_unstable();
            assert_eq!(lines, filed);
            continue;
        }
        assert_eq!(
            std::fs::read_to_string(&path).expect("written"),
            shown,
            "{format}"
        );
        assert_eq!(
            std::fs::metadata(&path)
                .expect("there")
                .permissions()
                .mode()
                & 0o777,
            0o600,
            "{format}"
        );
        // Nothing has changed, so that there is nothing to comment on.
        let is_silent = format == Format::PrComment && shown.is_empty();
        assert!(
            shown.to_lowercase().contains("simulated") || is_silent,
            "{format}: {shown}"
        );
    }
}

#[test]
fn a_run_leaves_its_exports_beside_what_it_prints() {
    let home = Home::new();
    let exports = [
        "--format=junit",
        "--export=openmetrics=m.prom",
        "--export=github-summary=s.md",
        "--export=hgrm=h",
    ];
    let printed = home
        .measure(&[&SMALL[..], &exports].concat())
        .measures()
        .stdout;
    assert!(
        printed.starts_with("<?xml") && printed.contains("name=\"simulated\" value=\"true\""),
        "{printed}"
    );
    let read = |name: &str| std::fs::read_to_string(home.path().join(name)).expect("written");
    assert!(read("m.prom").contains("stsbench_simulated{") && read("m.prom").ends_with("# EOF\n"));
    assert!(read("s.md").starts_with("## ") && read("s.md").contains("**Simulated:**"));
    assert_eq!(contents(&home, "h").matches("#[Mean").count(), 2);
}

#[test]
fn a_place_that_takes_no_file_is_refused_before_anything_is_sent() {
    let home = Home::with_keys(KEY_ID, SECRET)
        .file("file", "")
        .file("full/of/things", "");
    symlink("file", home.path().join("link")).expect("linked");
    std::fs::create_dir(home.path().join("sealed")).expect("made");
    std::fs::set_permissions(home.path().join("sealed"), Permissions::from_mode(0o500))
        .expect("set");
    let peer = Untouched::new();
    let url = format!("peer={}", peer.url());
    for (export, words) in [
        ("junit=missing/x.xml", "missing"),
        ("junit=full", "not a regular file"),
        ("junit=link", "symbolic link"),
        ("junit=/dev/full", "not a regular file"),
        ("junit=/proc/x.xml", "/proc"),
        ("junit=sealed/x.xml", "sealed"),
        ("hgrm=file", "not a directory"),
        ("hgrm=full", "--force"),
    ] {
        if export.contains("sealed") && rustix::process::geteuid().is_root() {
            continue;
        }
        let arguments = [
            "--endpoint-url",
            &url,
            "--endpoints",
            "peer",
            "--export",
            export,
        ];
        home.measure(&arguments).refuses(6, &["--export", words]);
        peer.check();
        assert!(
            !home.out().exists(),
            "a run that never began leaves nothing behind"
        );
    }
}

#[test]
fn an_export_that_says_nothing_sensible_is_a_matter_of_usage() {
    for (exports, words) in [
        (
            &["xml=a.xml"][..],
            "allowed: terminal, markdown, csv, json, html, github-summary, ",
        ),
        (&["junit"], "FORMAT=PATH"),
        (&["junit="], "junit has no path"),
        (&["otava=-"], "--format otava"),
        (&["junit=a", "otava=a"], "twice"),
    ] {
        let arguments: Vec<_> = exports
            .iter()
            .flat_map(|export| ["--export", export])
            .collect();
        Home::new()
            .measure(&arguments)
            .refuses(2, &["--export", words]);
    }
    let known: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
    Home::new()
        .measure(&["--format", "xml"])
        .refuses(2, &["--format", &known.join(", ")]);
    let help = Home::new()
        .run(["report", "--help"])
        .exits(0)
        .stdout
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(help.contains(&known.join(", ")), "{help}");
}

#[test]
fn a_run_that_never_began_leaves_no_directory_of_exports() {
    let home = Home::new();
    home.measure(&["--export", "hgrm=h/i"]).exits(4);
    assert!(!home.path().join("h/i").exists());
}

#[test]
fn several_runs_make_one_table_or_are_refused() {
    let home = Home::new();
    keep(&home, "long", |run| {
        run.header.started_at = "2026-11-23T08:00:00Z".to_owned();
    });
    keep(&home, "short", |run| {
        run.measured.series.truncate(1);
        run.plan.targets.truncate(1);
    });
    let made = home
        .run(["report", "--format", "otava", "long", "short"])
        .exits(0);
    let lines: Vec<_> = made.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", made.stdout);
    assert!(
        lines[0].starts_with("time,run_id,") && lines[1] < lines[2],
        "{}",
        made.stdout
    );
    assert!(
        lines[0].contains("global") && !lines[0].contains("eu-central-1"),
        "{}",
        lines[0]
    );
    made.says(&[
        "otava: columns left out",
        "eu-central-1.get-caller-identity.warm.p90_ms",
    ]);
    home.run(["report", "--format", "bencher", "long", "short"])
        .refuses(2, &["bencher holds one run, not 2"]);
    home.run(["report", "--export", "hgrm=h", "long", "short"])
        .refuses(2, &["takes one run, not 2"]);
    assert!(!home.path().join("h").exists());
}

#[test]
fn rule_18_nothing_that_is_printed_commands_the_system_that_reads_the_log() {
    let vantage = "::error::gone ::add-mask::x ##[group]y";
    let home = Home::new();
    keep(&home, "out", |run| {
        run.header.vantage.name = vantage.to_owned();
    });
    for format in Format::ALL {
        let said = home
            .run(["report", "out", "--format", format.as_str()])
            .exits(0);
        for line in said.stdout.lines().chain(said.stderr.lines()) {
            assert!(
                !line.trim_start().starts_with("::") && !line.contains("##["),
                "{format}: {line}"
            );
        }
    }
    let refused = home.run(["report", "x\n::error::y", "##[error]z"]).exits(2);
    assert!(
        !refused.stderr.contains("\n::") && !refused.stderr.contains("##["),
        "{}",
        refused.stderr
    );
}

#[test]
fn an_export_never_takes_the_place_of_what_was_measured() {
    let home = Home::new();
    keep(&home, "long", |_| {});
    let before = std::fs::read(home.path().join("long/run.json")).expect("there");
    home.run(["report", "long", "--export", "csv=long/run.json"])
        .refuses(6, &["--export csv", "which nothing replaces"]);
    assert_eq!(
        std::fs::read(home.path().join("long/run.json")).expect("there"),
        before
    );
    home.run([
        "report",
        "long",
        "--export",
        "csv=a.csv",
        "--export",
        "junit=./a.csv",
    ])
    .refuses(2, &["twice"]);
    home.run(["report", "long", "--export", "csv=a.csv"])
        .exits(0);
    home.run(["report", "long", "--export", "csv=a.csv"])
        .exits(0);
}

#[test]
fn a_comparison_takes_the_place_of_no_run_and_of_none_of_its_own_files() {
    let golden = |name: &str| {
        let runs = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/golden-runs");
        std::fs::read(Path::new(runs).join(name).join("run.json")).expect("saved")
    };
    let home = Home::new()
        .file("long/run.json", golden("pair-baseline"))
        .file("short/run.json", golden("pair-candidate"));
    let before = std::fs::read(home.path().join("long/run.json")).expect("there");
    let compare =
        |more: &[&str]| home.run([&["compare", "long", "short", "--descriptive"], more].concat());
    let other_name = home.path().join("monday.json");
    std::fs::copy(home.path().join("long/run.json"), &other_name).expect("copied");
    compare(&["--export", "json=monday.json"])
        .refuses(6, &["--export json", "which nothing replaces"]);
    assert_eq!(std::fs::read(&other_name).expect("there"), before);
    compare(&["--export", "json=long/run.json"])
        .refuses(6, &["--export json", "which nothing replaces"]);
    assert_eq!(
        std::fs::read(home.path().join("long/run.json")).expect("there"),
        before
    );
    compare(&["--export=json=dd", "--export=csv=./dd"]).refuses(2, &["--export", "twice"]);
    std::fs::create_dir(home.path().join("of")).expect("made");
    compare(&["--out=of", "--export=markdown=of/compare.json"])
        .refuses(2, &["--export", "which --out writes"]);
    compare(&["--out=of", "--export=markdown=of/more.md"]).exits(0);
    home.run(["report", "long", "--out=to", "--export=csv=to/summary.csv"])
        .refuses(2, &["--export", "which --out writes"]);
}

#[test]
fn nothing_is_written_beside_a_run_that_goes_on() {
    let home = Home::new();
    keep(&home, "long", |_| {});
    let live = home.path().join("live");
    let claimed = Directory::claim(&live, Overwrite::Refuse).expect("claimed");
    for export in ["json=live/run.json", "csv=live/more.csv", "hgrm=live"] {
        home.run(["report", "long", "--force", "--export", export])
            .refuses(6, &["--export", "live", "has not ended"]);
    }
    drop(claimed);
    home.run(["report", "long", "--force", "--export=hgrm=live"])
        .exits(0);
}

#[test]
fn the_files_of_two_runs_are_never_in_one_directory() {
    let home = Home::new();
    keep(&home, "long", |_| {});
    keep(&home, "short", |run| {
        run.measured.series.truncate(1);
        run.plan.targets.truncate(1);
    });
    std::fs::write(home.path().join("short/samples.csv"), "of short").expect("written");
    let json = |directory: &str| {
        std::fs::read(home.path().join(directory).join("run.json")).expect("there")
    };
    let short = json("short");
    home.run(["report", "long", "--out=short", "--force"])
        .refuses(6, &["--out", "short", "another run"]);
    assert_eq!(json("short"), short);
    home.run(["report", "short", "--out=short", "--force"])
        .exits(0);
    home.run(["report", "long", "--bundle=long.zip"]).exits(0);
    home.run(["view", "long.zip", "--out=short", "--force"])
        .exits(0);
    assert_eq!(json("short"), json("long"));
    assert!(!home.path().join("short/samples.csv").exists());
}

#[test]
fn a_run_that_is_named_has_to_be_one_and_below_a_directory_the_others_are_shown() {
    let home = Home::new();
    std::fs::create_dir(home.path().join("history")).expect("made");
    for day in 1..=3 {
        keep(&home, &format!("history/{day}"), |run| {
            run.header.run_id = format!("2026110{day}-080000-0badcafe");
            run.header.started_at = format!("2026-11-0{day}T08:00:00Z");
        });
    }
    let home = home.file("history/broken/run.json", "{}");
    for command in ["matrix", "trend"] {
        for named in ["nope", "history/broken", "history/broken/run.json"] {
            let run = [command, "history/1", "history/2", named];
            home.run(run).refuses(2, &[named]);
        }
        let shown = home.run([command, "history"]).exits(0);
        shown.says(&["left out", "history/broken/run.json"]);
    }
    home.run(["trend", "history", "--full", "--format=json"])
        .refuses(2, &["--full is about --format terminal"]);
}

#[test]
fn what_is_given_for_gates_files_or_a_screen_that_are_not_there_is_refused() {
    let home = Home::new();
    keep(&home, "long", |_| {});
    for (more, words) in [
        (&["--inconclusive=pass"][..], "--inconclusive has no effect"),
        (&["--format=json", "--verbose"], "--verbose is about"),
    ] {
        home.run([&["report", "long"], more].concat())
            .refuses(2, &[words]);
    }
    let described = [
        "compare",
        "long",
        "long",
        "--descriptive",
        "--inconclusive=fail",
    ];
    home.run(described).refuses(2, &["--inconclusive"]);
    for (option, name) in [("--force", "--force"), ("--charts=all", "--charts")] {
        home.run(["run", "--simulate", "--out=-", option])
            .refuses(2, &[name, "--out - leaves none"]);
    }
    for (more, words) in [
        (
            &["--allow-host=nope.example"][..],
            "--allow-host nope.example",
        ),
        (&["--offline", "--resolver=192.0.2.53"], "--resolver"),
        (&["--offline", "--show-identity"], "--show-identity"),
        (
            &[
                "--endpoint-url=lab=http://127.0.0.1:1",
                "--endpoints=lab",
                "--ca-file=ca.pem",
            ],
            "--ca-file",
        ),
    ] {
        home.run([&["doctor"], more].concat())
            .refuses(2, &[words, "has no effect"]);
    }
}

#[test]
fn a_page_is_opened_only_where_one_is_written() {
    let home = Home::new();
    keep(&home, "out", |_| {});
    let refused = home.run(["report", "out", "--format", "html", "--open"]);
    refused.refuses(2, &["--open", "--export html=PATH"]);
}
