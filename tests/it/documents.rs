//! The documents for people: how long their lines are, that their links lead somewhere, that they say what the program says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Home;

/// The widest line of prose, in characters. A row of a table cannot be broken and may be longer.
const LINE: usize = 160;
const TABLE_ROW: usize = 700;

/// Below the repository's root: what people read. Reports are made by scripts.
const PLACES: [&str; 7] = [
    "docs", "crates", "examples", "assets", "deploy", "tests", "scripts",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Markdown file below `directory`, or in it alone.
fn markdown(directory: &Path, below: bool, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("the entry is readable").path();
        let skipped = ["target", "expected", "node_modules"]
            .iter()
            .any(|name| path.ends_with(name));
        if path.is_dir() && below && !skipped {
            markdown(&path, below, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    markdown(root(), false, &mut found);
    for place in PLACES {
        markdown(&root().join(place), true, &mut found);
    }
    found.sort();
    assert!(found.len() > 30, "{found:?}");
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a text")
}

fn shown(path: &Path) -> String {
    let below = path.strip_prefix(root()).unwrap_or(path);
    below.display().to_string()
}

/// The lines outside of fenced blocks, with their numbers.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push((at + 1, line));
        }
    }
    lines
}

#[test]
fn lines_are_short_enough_to_be_read_in_an_editor() {
    let mut long = Vec::new();
    for path in documents() {
        // A change is an entry of one line there, and a paragraph of what the program writes.
        if path.ends_with("CHANGELOG.md") || path.ends_with("examples/advice.md") {
            continue;
        }
        for (number, line) in prose(&text(&path)) {
            let most = if line.starts_with('|') {
                TABLE_ROW
            } else {
                LINE
            };
            if line.chars().count() > most {
                long.push(format!("{}:{number}", shown(&path)));
            }
        }
    }
    assert!(long.is_empty(), "longer than {LINE}: {long:#?}");
}

#[test]
fn the_readme_and_the_essay_are_short() {
    for (file, most) in [("README.md", 900), ("docs/method/trust.md", 2_500)] {
        let words = text(&root().join(file)).split_whitespace().count();
        assert!(words <= most, "{file} has {words} words of {most}");
    }
}

/// A heading as GitHub makes an anchor of it.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text)
        .into_iter()
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| anchor(line));
    let named = text
        .split("<a id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned);
    headings.chain(named).collect()
}

/// Where the links of a text lead, without those to other hosts.
fn links(text: &str) -> Vec<&str> {
    let after = |key: &'static str, end: char| {
        prose(text)
            .into_iter()
            .flat_map(move |(_, line)| line.split(key).skip(1))
            .filter_map(move |rest| rest.split(end).next())
    };
    after("](", ')')
        .chain(after(" src=\"", '"'))
        .chain(after(" srcset=\"", '"'))
        .filter(|link| !link.contains("://") && !link.starts_with("mailto:"))
        .collect()
}

#[test]
fn links_between_documents_lead_to_a_file_and_a_heading() {
    let mut broken = Vec::new();
    for path in documents() {
        let page = text(&path);
        for link in links(&page) {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => path.clone(),
                file => path.parent().expect("a directory").join(file),
            };
            let leads = target.exists()
                && (fragment.is_empty() || anchors(&text(&target)).contains(fragment));
            if !leads {
                broken.push(format!("{}: {link}", shown(&path)));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn the_reference_of_commands_is_what_help_prints() {
    let home = Home::new();
    let page = text(&root().join("docs/reference/cli.md"));
    let mut listed = BTreeSet::new();
    for section in page.split("\n## stsbench").skip(1) {
        let (name, rest) = section.split_once('\n').expect("a heading");
        let block = rest
            .split_once("```text\n")
            .and_then(|(_, rest)| rest.split_once("\n```"))
            .expect("a block")
            .0;
        let name = name.trim();
        let asked = home.run(name.split_whitespace().chain(["--help"]));
        let printed = format!("{}{}", asked.stdout, asked.stderr);
        assert!(
            words(&printed) == words(block),
            "stsbench {name} --help is not as docs/reference/cli.md has it: scripts/reference writes it"
        );
        listed.insert(name.to_owned());
    }
    for section in page.split("\nCommands:\n").skip(1) {
        let names = section
            .lines()
            .take_while(|line| line.starts_with("  "))
            // What a description needs more lines for stands further right.
            .filter(|line| !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help");
        for name in names {
            assert!(
                listed
                    .iter()
                    .any(|known| known.split(' ').next_back() == Some(name)),
                "{name} has no section"
            );
        }
    }
}

/// The names in backticks of a table's first column, between `heading` and the next heading.
fn first_column(page: &str, heading: &str) -> Vec<String> {
    let section = page
        .split_once(&format!("\n## {heading}\n"))
        .expect("the section")
        .1;
    let section = section.split("\n## ").next().unwrap_or(section);
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_reference_of_files_has_every_column() {
    let home = Home::new();
    let page = text(&root().join("docs/reference/files.md"));
    let saved = root().join("tests/data/golden-runs");
    let out = home.path().join("report");
    let run = saved.join("audit/run.json");
    home.run([
        "report".as_ref(),
        run.as_os_str(),
        "--out".as_ref(),
        out.as_os_str(),
    ]);
    for (name, file) in [
        ("samples.csv", saved.join("cut-off/samples.csv")),
        ("summary.csv", out.join("summary.csv")),
        ("comparison.csv", out.join("comparison.csv")),
    ] {
        let table = text(&file);
        let columns: Vec<&str> = table
            .lines()
            .next()
            .unwrap_or_default()
            .split(',')
            .collect();
        assert_eq!(first_column(&page, name), columns, "{name}");
    }
}

#[test]
fn the_reference_of_metrics_has_every_family_of_openmetrics() {
    let run = root().join("tests/data/golden-runs/audit/run.json");
    let made = Home::new().run([
        "report".as_ref(),
        run.as_os_str(),
        "--format".as_ref(),
        "openmetrics".as_ref(),
    ]);
    let families: Vec<&str> = made
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next())
        .collect();
    let page = text(&root().join("docs/reference/metrics.md"));
    assert_eq!(first_column(&page, "OpenMetrics"), families);
}

#[test]
fn the_reference_of_metrics_has_every_metric_of_the_server() {
    let page = text(&root().join("docs/reference/metrics.md"));
    for facts in stsbench::serve::METRICS {
        let labels: Vec<String> = facts.labels.iter().map(|it| format!("`{it}`")).collect();
        let row = format!(
            "| `{}` | {} | {} | {} |",
            facts.name,
            facts.kind.as_str(),
            labels.join(", "),
            facts.help
        );
        assert!(page.contains(&row), "missing: {row}");
    }
    let section = page
        .split_once("\n## stsbench serve\n")
        .expect("the section")
        .1;
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(rows.count(), stsbench::serve::METRICS.len());
}

#[test]
fn anchors_are_made_as_github_makes_them() {
    assert_eq!(
        anchor("## Service time, response time, lateness"),
        "service-time-response-time-lateness"
    );
    assert_eq!(anchor("# samples.csv"), "samplescsv");
    assert_eq!(
        anchor("### The kernel's timestamps"),
        "the-kernels-timestamps"
    );
}
