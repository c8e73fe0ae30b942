//! A run that is passed on: redacted, in one file, and shown by somebody else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::support::{Home, SMALL};

/// The name of a place that nobody may learn.
const PLACE: &str = "qzx headquarters";

/// A home with a measured run in `out`.
fn measured() -> Home {
    let home = Home::new();
    let vantage = format!("--vantage={PLACE}");
    home.measure(&[&SMALL[..], &[&vantage]].concat()).measures();
    home
}

/// The files of a bundle.
fn files(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = File::open(path).expect("a bundle");
    let mut archive = zip::ZipArchive::new(file).expect("an archive");
    let unpacked = (0..archive.len()).map(|number| {
        let mut entry = archive.by_index(number).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("unpacked");
        (entry.name().expect("a name").into_owned(), bytes)
    });
    unpacked.collect()
}

#[test]
fn a_bundle_holds_the_run_and_its_report_and_is_taken_wherever_a_run_is() {
    let home = measured();
    for name in ["a.zip", "b.zip"] {
        home.run(["report", "out", "--bundle", name])
            .exits(0)
            .says(&[name, "16 samples"]);
    }
    let (a, b) = (home.path().join("a.zip"), home.path().join("b.zip"));
    let bytes = |path: &Path| std::fs::read(path).expect("read");
    assert_eq!(bytes(&a), bytes(&b), "the same run, the same bytes");
    let found = files(&a);
    // Of so few answers there is no picture.
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "comparison.csv",
            "manifest.json",
            "report.html",
            "report.md",
            "run.json",
            "samples.csv",
            "summary.csv",
            "summary.json"
        ]
    );
    for name in ["run.json", "samples.csv", "summary.csv", "report.html"] {
        let before = std::fs::read(home.out().join(name)).expect("read");
        assert!(
            found[name] == before,
            "{name} is as it stands beside the run"
        );
    }
    let shown = home.run(["report", "out"]).exits(0).stdout;
    let viewed = home.run(["view", "a.zip"]).exits(0);
    assert_eq!(viewed.stdout, shown);
    viewed.says(&["8 files, each as its manifest lists it"]);
    for command in [
        &["report", "a.zip", "--format=csv"][..],
        &["view", "a.zip", "--format=json"],
        &["report", "a.zip", "--format=hlog"],
        &["advise", "a.zip"],
        &["matrix", "a.zip"],
    ] {
        home.run(command).exits(0);
    }
    home.run(["report", "a.zip", "--bundle=c.zip"]).exits(0);
    assert_eq!(
        bytes(&home.path().join("c.zip")),
        bytes(&a),
        "also out of a bundle"
    );
}

#[test]
fn bundles_in_a_directory_are_runs_of_it_and_an_archive_that_is_none_is_named() {
    let home = measured();
    let runs = home.path().join("runs");
    std::fs::create_dir(&runs).expect("made");
    home.run(["report", "out", "--bundle", "runs/a.zip"])
        .exits(0);
    home.run(["matrix", "runs"]).exits(0);
    home.run(["push", "runs", "--store", "kept"]).exits(0);
    // So few calls have no p50 that may be compared.
    home.run(["compare", "--history", "runs", "out"]).exits(3);
    let home = home.file("runs/photos.zip", "PK\u{3}\u{4} and what else is in there");
    home.run(["compare", "--history", "runs", "out"])
        .exits(3)
        .says(&["left out", "photos.zip"]);
}

#[test]
fn pictures_of_a_run_are_in_its_bundle_and_are_drawn_of_a_bundle() {
    let saved = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/golden-runs/audit/run.json"
    );
    let home = Home::new();
    home.run(["report", saved, "--bundle=a.zip"]).exits(0);
    let found = files(&home.path().join("a.zip"));
    let pictures: Vec<&str> = found
        .keys()
        .filter_map(|name| name.strip_prefix("charts/"))
        .collect();
    assert_eq!(pictures, ["endpoints-dark.png", "endpoints-light.png"]);
    for (run, picture) in [(saved, "of-run.svg"), ("a.zip", "of-bundle.svg")] {
        home.run(["chart", run, "--kind=endpoints", "--out", picture])
            .exits(0);
    }
    let drawn = |name: &str| std::fs::read(home.path().join(name)).expect("a picture");
    assert!(drawn("of-run.svg") == drawn("of-bundle.svg"));
}

#[test]
fn a_redacted_bundle_names_nobody_in_any_of_its_files() {
    let home = measured();
    let run = home.stored();
    let rows = home.result("samples.csv");
    let column = rows
        .lines()
        .next()
        .expect("a head")
        .split(',')
        .position(|name| name == "request_id");
    let column = column.expect("a column of ids");
    let ids = rows
        .lines()
        .skip(1)
        .filter_map(|row| row.split(',').nth(column));
    let secrets: Vec<String> = ids
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .chain([
            PLACE.to_owned(),
            run.header.run_id.clone(),
            run.header.started_at.clone(),
        ])
        .chain(run.header.caller.map(|caller| caller.arn))
        .collect();
    assert!(secrets.len() > 8, "{secrets:?}");
    home.run(["report", "out", "--redact", "--bundle", "shared.zip"])
        .exits(0);
    home.run([
        "report",
        "out",
        "--redact",
        "--out",
        "shown",
        "--charts=all",
        "--export=junit=shown.xml",
    ])
    .exits(0);
    let mut made = files(&home.path().join("shared.zip"));
    assert!(made.contains_key("samples.csv"));
    made.insert(
        "shown.xml".to_owned(),
        std::fs::read(home.path().join("shown.xml")).expect("read"),
    );
    for entry in std::fs::read_dir(home.path().join("shown")).expect("listed") {
        let path = entry.expect("listed").path();
        if path.is_file() {
            made.insert(
                path.display().to_string(),
                std::fs::read(&path).expect("read"),
            );
        }
    }
    for (name, bytes) in &made {
        let text = String::from_utf8_lossy(bytes);
        for secret in &secrets {
            assert!(!text.contains(secret), "{name}: {secret}");
        }
    }
    assert!(String::from_utf8_lossy(&made["run.json"]).contains("\"redaction\":\"identity\""));
    let viewed = home.run(["view", "shared.zip", "--full"]).exits(0);
    assert!(
        viewed.stdout.contains("redacted: place, caller"),
        "{}",
        viewed.stdout
    );
    // Whose place it is cannot be known, so it is nobody's history.
    home.run(["merge", "shared.zip", "out"])
        .refuses(2, &["vantage"]);
    home.run(["compare", "shared.zip", "out"])
        .refuses(2, &["redacted", "one place"]);
    let rows = home
        .run(["matrix", "shared.zip", "out", "--format=csv"])
        .exits(0)
        .stdout;
    assert!(rows.contains("redacted-") && rows.contains(PLACE), "{rows}");
}

#[test]
fn what_a_bundle_would_replace_or_could_not_keep_is_refused_in_one_line() {
    let home = measured();
    home.run(["report", "out", "--bundle=a.zip"]).exits(0);
    home.run(["report", "out", "--bundle=a.zip"])
        .refuses(6, &["--bundle", "a.zip", "--force"]);
    home.run(["report", "out", "--bundle=a.zip", "--force"])
        .exits(0);
    home.run(["report", "out", "--bundle=a.tar"])
        .refuses(2, &["--bundle", ".zip"]);
    home.run(["report", "out", "--bundle=nowhere/a.zip"])
        .refuses(6, &["--bundle", "nowhere"]);
    home.run(["report", "out", "out", "--bundle=b.zip"])
        .refuses(2, &["--bundle takes one run"]);
    home.run(["report", "out", "--bundle=b.zip", "--gate=p50 < 9s"])
        .refuses(2, &["--bundle", "--gate"]);
    home.run(["report", "out", "--bundle=b.zip", "--margin=5%"])
        .refuses(2, &["--bundle", "--margin"]);
    assert!(!home.path().join("b.zip").exists());
    // Rows of another run are not passed on as this one's.
    let rows = home.result("samples.csv");
    let fewer: Vec<&str> = rows.lines().take(4).collect();
    std::fs::write(home.out().join("samples.csv"), fewer.join("\n") + "\n").expect("written");
    home.run(["report", "out", "--bundle=b.zip"])
        .exits(0)
        .says(&["samples.csv is left out", "3 rows"]);
    assert!(!files(&home.path().join("b.zip")).contains_key("samples.csv"));
}

#[test]
fn a_bundle_is_shown_by_a_page_that_is_drawn_anew_and_a_spoilt_one_is_refused() {
    let home = measured();
    home.run(["report", "out", "--bundle=a.zip"]).exits(0);
    home.run(["view", "a.zip", "--out=seen"]).exits(0);
    let page = std::fs::read(home.path().join("seen/report.html")).expect("read");
    assert!(page == files(&home.path().join("a.zip"))["report.html"]);
    let again = stsbench::results::read(&home.path().join("seen")).expect("a run");
    assert_eq!(again, home.stored());
    home.run(["view", "a.zip", "--out=seen"])
        .refuses(6, &["seen"]);
    home.run(["view", "a.zip", "--charts=all"])
        .refuses(2, &["--charts"]);
    home.run(["view", "out/run.json"])
        .refuses(2, &["run.json", "not a ZIP file"]);
    home.run(["view", "missing.zip"])
        .refuses(2, &["missing.zip"]);
    let mut bytes = std::fs::read(home.path().join("a.zip")).expect("read");
    bytes.truncate(bytes.len() / 2);
    std::fs::write(home.path().join("cut.zip"), &bytes).expect("written");
    for command in ["view", "report"] {
        home.run([command, "cut.zip"])
            .refuses(2, &["cut.zip", "cut off or damaged"]);
    }
}

#[test]
fn a_gate_that_is_given_to_a_redacted_report_is_judged_or_refused() {
    let home = measured();
    home.run([
        "report",
        "out",
        "--redact",
        "--gate=p50(eu-central-1) < 9s",
        "--quiet",
    ]);
    let ran = home.run([
        "report",
        "out",
        "--redact",
        "--gate=p50(eu-*) < 9s",
        "--format=junit",
    ]);
    assert!(ran.stdout.contains("p50(eu-*)"), "{ran:?}");
}

#[test]
fn the_page_of_a_bundle_is_opened_from_a_private_directory() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = measured().file("bin/xdg-open", "#!/bin/sh\necho \"$1\" > \"$OPENED\"\n");
    let opener = home.path().join("bin/xdg-open");
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o700)).expect("set");
    std::fs::create_dir(home.path().join("tmp")).expect("made");
    let path = |name: &str| home.path().join(name);
    let (bin, tmp, opened) = (path("bin"), path("tmp"), path("opened"));
    let search = format!("{}:/bin:/usr/bin", bin.display());
    home.run(["report", "out", "--bundle=a.zip"]).exits(0);
    let home = home
        .set("PATH", search)
        .set("TMPDIR", &tmp)
        .set("OPENED", &opened);
    home.run(["view", "a.zip", "--open"]).exits(0);
    let page = std::fs::read_to_string(&opened).expect("opened");
    let directory = Path::new(page.trim()).parent().expect("a directory");
    assert!(
        directory.starts_with(tmp.canonicalize().expect("there")),
        "{page}"
    );
    let mode = std::fs::metadata(directory)
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(page.trim().ends_with("report.html"));
}
