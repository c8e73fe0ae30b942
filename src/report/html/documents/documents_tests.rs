//! Pages about several runs as text: the same bytes each time, a policy that trusts one script, and hostile names as text.

use crate::judge::between;
use crate::judge::synthetic_run::{Fixture, answer};
use crate::matrix::matrix_tests::{of as matrix_of, run_from};
use crate::report::comparison::Compared;
use crate::report::trend::trend_tests::two_weeks;
use crate::results::Run;
use time::OffsetDateTime;

use super::{comparison_page, matrix_page, trend_page};

const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u{202E}\"'";

fn compared_page(baseline: &Run, candidate: &Run) -> String {
    let between = between(baseline, candidate, &[], OffsetDateTime::UNIX_EPOCH)
        .or_else(|_| crate::judge::describe(baseline, candidate, OffsetDateTime::UNIX_EPOCH));
    comparison_page(Compared::Runs {
        baseline,
        candidate,
        between: &between.expect("can be set side by side"),
    })
}

fn pair() -> [Run; 2] {
    [20, 24].map(|time| {
        let mut run = Fixture::small()
            .calls(100, |_, i| answer(time + u64::from(i % 3)))
            .run();
        run.header.run_id = format!("20261122-0900{time}-0badcafe");
        run
    })
}

/// Every page, of runs whose names are `name`.
fn pages(name: &str) -> Vec<(&'static str, String)> {
    let [mut baseline, mut candidate] = pair();
    baseline.header.run_id.push_str(name);
    candidate.plan.targets[0].endpoint.name.push_str(name);
    baseline.plan.targets[0].endpoint.name.push_str(name);
    let mut trend = two_weeks();
    trend.vantage.push_str(name);
    trend.lines[1].endpoint.push_str(name);
    let vantage = format!("frankfurt{name}");
    let matrix = matrix_of([
        run_from(&vantage, "eu-central-1", 20, 110),
        run_from("virginia", "us-east-2", 30, 30),
    ]);
    let left_out = [format!("1 of the runs left out: {name}")];
    vec![
        ("compare", compared_page(&baseline, &candidate)),
        ("trend", trend_page(&trend, &left_out)),
        ("matrix", matrix_page(&matrix, &left_out)),
    ]
}

#[test]
fn a_page_has_its_picture_its_tables_and_its_files_and_the_same_bytes_each_time() {
    let first = pages("");
    for (name, html) in &first {
        assert!(html.contains("<table class=\"sortable\">"), "{name}");
        assert!(html.contains("src=\"data:image/svg+xml;base64,"), "{name}");
        for file in ["csv", "json", "md"] {
            let file = format!("data-name=\"{name}.{file}\"");
            assert!(html.contains(&file), "{file}");
        }
        assert!(html.len() < 400_000, "{name}: {} bytes", html.len());
    }
    assert_eq!(first, pages(""));
}

#[test]
fn a_page_trusts_its_own_style_and_its_one_script_and_nothing_else() {
    for (name, html) in pages("") {
        let policy = html
            .split_once("Content-Security-Policy\" content=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .expect("a policy")
            .0;
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"));
        assert_eq!(policy.matches("'sha256-").count(), 2, "{name}");
        for address in ["=\"http", "=\"//", "url(", "@import"] {
            assert!(!html.contains(address), "{name}: {address}");
        }
    }
}

#[test]
fn hostile_names_are_text_in_every_page() {
    for ((name, plain), (_, hostile)) in pages("").into_iter().zip(pages(HOSTILE)) {
        let elements = |html: &str, tag: &str| html.matches(&format!("<{tag}")).count();
        for tag in ["script", "img", "table", "section"] {
            let found = [&plain, &hostile].map(|html| elements(html, tag));
            assert_eq!(found[0], found[1], "{name} <{tag}>");
        }
        assert!(!hostile.contains('\u{202E}'), "{name}");
        assert!(
            hostile.contains("&#60;img") || hostile.contains("&lt;img"),
            "{name}"
        );
    }
}
