//! The page as text: what it holds, whom it trusts, and that nothing from a run is more than text in it.

use crate::judge::synthetic_run::{Fixture, answer, refused};
use crate::judge::{Check, CheckVerdict, summarise};
use crate::report::chart::Theme;
use crate::report::html::page;
use crate::report::view::report::Report;
use crate::results::{Notice, Run};

fn rendered(run: &Run) -> String {
    let summary = summarise(run);
    page(&[Report::new(run, &summary)])
}

fn small() -> Run {
    Fixture::small().calls(100, |_, _| answer(20)).run()
}

#[test]
fn the_same_run_gives_the_same_page() {
    assert_eq!(rendered(&small()), rendered(&small()));
}

#[test]
fn the_page_trusts_its_own_style_and_scripts_and_nothing_else() {
    let html = rendered(&small());
    let policy = html
        .split_once("Content-Security-Policy\" content=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("a policy")
        .0;
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'),
        "{policy}"
    );
    for address in ["=\"http", "=\"//", "url(", "@import"] {
        assert!(!html.contains(address), "{address}");
    }
}

#[test]
fn an_invalid_run_is_told_to_be_one_below_its_title() {
    let run = small();
    let mut summary = summarise(&run);
    let check = Check::new("clock-jump", CheckVerdict::Invalid, String::new());
    summary.checks.push(check);
    let html = page(&[Report::new(&run, &summary)]);
    let (_, lead) = html.split_once("<h1").expect("has a title");
    let (lead, _) = lead.split_once("</header>").expect("ends");
    assert!(lead.contains("invalid: clock-jump: do not use"), "{lead}");
}

#[test]
fn runs_that_cannot_be_compared_have_a_tab_each_and_none_together() {
    let (one, mut other) = (small(), small());
    other.header.run_id.push('b');
    other.header.vantage.name = "elsewhere".to_owned();
    let summaries = [&one, &other].map(summarise);
    let html = page(&[
        Report::new(&one, &summaries[0]),
        Report::new(&other, &summaries[1]),
    ]);
    assert!(html.contains("<button type=\"button\">1: "), "numbered");
    assert!(
        html.contains("<button type=\"button\">2: elsewhere, "),
        "numbered"
    );
    assert!(!html.contains(" against 1</button>"), "not allowed");
}

#[test]
fn nothing_from_a_run_is_more_than_text() {
    let mut run = small();
    let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u{202E}\"'&#x3c;";
    run.header.vantage.name = hostile.to_owned();
    run.header.run_id = hostile.repeat(100);
    run.notices.push(Notice {
        at_ns: 0,
        text: hostile.to_owned(),
    });
    run.plan.targets[0].endpoint.name = hostile.to_owned();
    let html = rendered(&run);
    let mut plain = small();
    plain.notices.push(Notice {
        at_ns: 0,
        text: "plain".to_owned(),
    });
    let plain = rendered(&plain);
    for tag in ["<script", "</script", "<img"] {
        assert_eq!(
            html.matches(tag).count(),
            plain.matches(tag).count(),
            "{tag}"
        );
    }
    assert!(!html.contains('\u{202E}'));
}

#[test]
fn a_run_without_an_answer_has_a_page_too() {
    let html = rendered(&Fixture::small().calls(10, |_, _| refused()).run());
    assert!(
        html.contains("No decision"),
        "{}",
        &html[html.len() - 500..]
    );
}

#[test]
fn several_runs_have_tabs_and_what_compare_says_of_them() {
    let (a, b) = (small(), small());
    let (x, y) = (summarise(&a), summarise(&b));
    let html = page(&[Report::new(&a, &x), Report::new(&b, &y)]);
    let tabs = html
        .split_once("class=\"tabs\"")
        .and_then(|(_, rest)| rest.split_once("</nav>"))
        .expect("tabs")
        .0;
    assert_eq!(
        tabs.matches("<button").count(),
        2,
        "the same run twice is not compared"
    );
    let at_once = |id: &str, seed: u64| {
        let mut run = Fixture::of("global,eu-west-1")
            .noisy(96, seed, 0.02, |_| 30.0)
            .simulated_run();
        run.header.run_id = format!("20261122-141500-0000000{id}");
        run
    };
    let (a, b) = (at_once("a", 1), at_once("b", 2));
    let (x, y) = (summarise(&a), summarise(&b));
    let html = page(&[Report::new(&a, &x), Report::new(&b, &y)]);
    assert!(html.contains(">2 against 1</button>"));
    assert!(html.contains("id=\"compared-1\""));
}

#[test]
fn the_page_and_the_charts_have_the_same_colours() {
    let style = include_str!("static/page.css");
    for theme in [Theme::Light, Theme::Dark] {
        let palette = theme.palette();
        for colour in [
            palette.background,
            palette.text,
            palette.muted,
            palette.grid,
            palette.global,
            palette.regional[0],
        ] {
            let code = format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2);
            assert!(style.contains(&code), "{theme:?} {code}");
        }
    }
}

#[test]
fn a_page_of_102_endpoints_has_at_most_400_kb_and_says_what_it_lacks() {
    let run = Fixture::of("all,dualstack:*,fips:*")
        .calls(100, |_, _| answer(20))
        .run();
    assert!(run.plan.targets.len() >= 102);
    let html = rendered(&run);
    assert!(
        html.matches("class=\"strip\"").count() > 90,
        "all in the table"
    );
    assert!(html.len() <= 400_000, "{} bytes", html.len());
    assert!(
        !rendered(&small()).contains("Left out to keep"),
        "a small one is whole"
    );
}

#[test]
fn what_a_check_forbids_is_named_where_it_is_grey() {
    let run = small();
    let mut summary = summarise(&run);
    let targets = vec![summary.rows[0].target];
    let check = Check::new("error-bias", CheckVerdict::Invalid, String::new()).about(targets);
    summary.checks.push(check);
    let html = page(&[Report::new(&run, &summary)]);
    let why = html.matches("grey: check error-bias forbids it").count();
    assert!(why >= 3, "in the row, the tip and the caption: {why}");
}

#[test]
fn failed_calls_stand_in_the_timeline() {
    let some_fail = |_: &crate::plan::Target, number: u32| match number % 10 {
        3 => refused(),
        _ => answer(20),
    };
    let html = rendered(&Fixture::small().calls(100, some_fail).run());
    assert!(html.contains("<path class=\"failed\" d=\"M"), "crosses");
    assert!(html.contains(" failed (×)"), "in words");
}
