//! The self-test, its certificate, and the runs that carry it.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Stdio;

use stsbench::results::{Certificate, ItemVerdict, Subject};

use crate::shell::broken_pipe;
use crate::support::{Home, Ran, SMALL, alone};

const STORED: &str = ".local/state/stsbench/certificate.json";

fn small_run(home: &Home) -> Ran {
    let ran = home.measure(&[&SMALL[..], &["--full"]].concat()).measures();
    std::fs::remove_dir_all(home.out()).expect("written");
    ran
}

/// The line about the certificate in a report for a terminal, with its wrapped rest.
fn certificate_line(report: &str) -> String {
    let mut lines = report
        .lines()
        .skip_while(|line| !line.starts_with("certificate "))
        .peekable();
    let first = lines
        .next()
        .unwrap_or_else(|| panic!("no line about the certificate in: {report}"));
    let rest = lines.take_while(|line| line.starts_with(' '));
    let words: Vec<_> = std::iter::once(first)
        .chain(rest)
        .flat_map(str::split_whitespace)
        .collect();
    words.join(" ")
}

fn without_certificate(ran: &Ran) {
    let line = certificate_line(&ran.stdout);
    assert_eq!(
        line,
        "certificate none for this host; stsbench selftest makes one"
    );
}

#[test]
fn bad_130_a_self_test_bears_a_reader_that_has_gone_and_keeps_what_a_full_disk_does_not_take() {
    let _turn = alone();
    let full = std::fs::File::options().write(true).open("/dev/full");
    let started = [broken_pipe().into(), Stdio::from(full.expect("there"))].map(|stdout| {
        let home = Home::new();
        let mut command = home.command(["selftest", "--out", "Mine.json"]);
        command.stdout(stdout).stderr(Stdio::piped());
        (home, command.spawn().expect("starts"))
    });
    for ((home, process), full) in started.into_iter().zip([false, true]) {
        let ran = Ran::of(process.wait_with_output().expect("ends"));
        // A host may be too busy to pass.
        let is_expected = if full {
            ran.code == Some(6)
        } else {
            matches!(ran.code, Some(0 | 3))
        };
        assert!(is_expected, "{ran:?}");
        assert_eq!(ran.stderr.contains("No space left"), full, "{ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
        let kept = Certificate::read(&home.path().join("Mine.json")).expect("readable");
        assert_eq!(kept.items.len(), 6);
    }
}

/// A host may be too busy for any item, so verdicts are not asserted; everything else about the certificate is.
#[test]
fn the_self_test_certifies_this_host_and_a_later_run_carries_that() {
    let _turn = alone();
    let home = Home::new();
    without_certificate(&small_run(&home));

    let ran = home.run(["selftest", "--out", "Mine.json"]).measures();
    let kept = Certificate::read(&home.path().join("Mine.json")).expect("readable");
    let stored = Certificate::stored(home.path().join(STORED).parent().expect("a directory"))
        .expect("readable");
    assert_eq!(stored.as_ref(), Some(&kept));
    for name in ["Mine.json", STORED] {
        let mode = std::fs::metadata(home.path().join(name))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(
        ran.code == Some(3),
        kept.verdict() == ItemVerdict::Fail,
        "{}",
        ran.stdout
    );
    let names: Vec<_> = kept.items.iter().map(|item| item.name.as_str()).collect();
    let expected = [
        "sleep-overshoot",
        "stamp-error",
        "achieved-rate",
        "client-overhead",
        "known-delay",
        "null-comparison",
    ];
    assert_eq!(names, expected);
    for item in &kept.items {
        assert!(
            ran.stdout.contains(&item.name) && !item.threshold.is_empty() && !item.text.is_empty(),
            "{item:?}"
        );
        let host_only = ["sleep-overshoot", "stamp-error"].contains(&item.name.as_str());
        assert_eq!(item.subject == Subject::Host, host_only, "{item:?}");
    }
    assert!(ran.stdout.contains("(simulated service)"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("measuring: known delay"),
        "{}",
        ran.stderr
    );

    home.measure(&SMALL).measures();
    assert_eq!(
        home.stored().conditions.certificate,
        Some(kept.clone().within_run()),
        "people publish runs: no host's name"
    );
    let report = home.run(["report", "out", "--full"]).exits(0).stdout;
    let line = certificate_line(&report);
    assert!(
        line.contains("of 6") && line.contains(&kept.measured_at),
        "{line}"
    );
    assert!(home.result("report.md").contains("| certificate |"));
    let word = kept.verdict().as_str();
    assert!(
        home.result("summary.csv")
            .contains(&format!(",{word},true")),
        "{}",
        home.result("summary.csv")
    );
    std::fs::remove_dir_all(home.out()).expect("written");

    a_certificate_of_another_host_or_version_is_not_taken(&home, &kept);
    a_certificate_that_cannot_be_believed_costs_one_line(&home, &kept);
}

fn a_certificate_of_another_host_or_version_is_not_taken(home: &Home, kept: &Certificate) {
    let file = home.path().join(STORED);
    let mut others = vec![kept.clone(), kept.clone(), kept.clone()];
    others[0].host.name.push('x');
    others[1].host.kernel.push('x');
    others[2].tool.version.push('x');
    for other in others {
        other.write(&file).expect("stored");
        without_certificate(&small_run(home));
    }
    kept.write(&file).expect("stored");
    assert!(
        certificate_line(&small_run(home).stdout).contains("of 6"),
        "and the right one is"
    );
}

fn a_certificate_that_cannot_be_believed_costs_one_line(home: &Home, kept: &Certificate) {
    let path = home.path().join(STORED);
    let whole = kept.to_json();
    let warned = |words: &str| {
        let ran = home
            .measure(&[&SMALL[..], &["--quiet", "--full"]].concat())
            .measures();
        std::fs::remove_dir_all(home.out()).expect("written");
        without_certificate(&ran);
        let mut lines = ran.stderr.lines();
        assert!(
            lines
                .next()
                .is_some_and(|line| line.starts_with("warning: the certificate is not used: ")),
            "{}",
            ran.stderr
        );
        assert!(
            lines.all(|line| line.starts_with("no p50: ")),
            "{}",
            ran.stderr
        );
        ran.says(&[words, "certificate.json"]);
    };
    for (bytes, words) in [
        (whole[..whole.len() / 2].to_vec(), "cut off"),
        (vec![b' '; 1 << 20], "larger than"),
        (b"\x00\x01".to_vec(), "not JSON"),
        (Vec::new(), "is empty"),
    ] {
        std::fs::write(&path, bytes).expect("written");
        warned(words);
    }
    std::fs::remove_file(&path).expect("removed");
    symlink(home.path().join("Mine.json"), &path).expect("linked");
    warned("symbolic link");
    std::fs::remove_file(&path).expect("removed");
    std::fs::create_dir(&path).expect("made");
    warned("not a regular file");
}

#[test]
fn a_run_without_a_home_has_no_certificate_and_says_no_more_than_that() {
    let home = Home::new().unset("HOME");
    let ran = home
        .measure(&[&SMALL[..], &["--quiet", "--full"]].concat())
        .measures();
    // A busy machine can make the run invalid, which is then said in one line.
    let mut lines = ran.stderr.lines();
    assert!(
        lines.all(|line| line.ends_with("(exit code 3)")),
        "{}",
        ran.stderr
    );
    without_certificate(&ran);
}

#[test]
fn a_place_that_cannot_take_the_certificate_is_refused_before_anything_is_measured() {
    let home = Home::new().file("file", "x");
    home.run(["selftest", "--out", "missing/file"])
        .refuses(6, &["missing"]);
    home.run(["selftest", "--out", "."])
        .refuses(6, &["not a regular file"]);
    home.run(["selftest", "--out", "-"])
        .refuses(2, &["--format json"]);
    home.run(["selftest", "--out", ""]).refuses(2, &["--out"]);
    home.run(["selftest", "--format", "csv"])
        .refuses(2, &["terminal, json"]);
    symlink("file", home.path().join("link")).expect("linked");
    home.run(["selftest", "--out", "link"])
        .refuses(6, &["symbolic link"]);
    let elsewhere = Home::new().file("file", "x");
    let state = elsewhere.path().join("file").into_os_string();
    elsewhere
        .set("XDG_STATE_HOME", state)
        .run(["selftest"])
        .refuses(6, &["file/stsbench", "not a directory"]);
}
