use super::certificate::certificate;
use super::page::Style;
use crate::report::words::certificate_tests::of;
use crate::results::ItemVerdict;

#[test]
fn a_certificate_for_people_is_as_reviewed() {
    let text = certificate(
        &of([ItemVerdict::Pass, ItemVerdict::Warn, ItemVerdict::Fail]),
        Style::Plain,
        80,
    );
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("certificate-terminal-80", text) });
}

#[test]
fn only_what_was_simulated_is_called_so() {
    let mut real = of([ItemVerdict::Pass; 3]);
    real.items.truncate(1);
    assert!(!certificate(&real, Style::Plain, 80).contains("simulated"));
}

#[test]
fn a_foreign_certificate_cannot_steer_the_terminal() {
    let mut hostile = of([ItemVerdict::Pass; 3]);
    hostile.host.name = "\u{1b}[2Jvm".to_owned();
    hostile.items[0].text = "\u{202e}late".to_owned();
    let text = certificate(&hostile, Style::Plain, 80);
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text:?}"
    );
}
