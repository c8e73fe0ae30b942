//! Answers that other projects have recorded from live AWS, held against the emulator's.
//!
//! The data is in `tests/data/recorded`, whose README says where it comes from and how to add to it.

mod answer;
mod case;
mod request;
mod stage;
mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use answer::Forms;
use case::{Case, Difference, cases, differences};
use stage::Stage;

/// What the emulator does otherwise than AWS did, by case; empty where it does the same.
async fn found(cases: &[Case]) -> BTreeMap<&str, String> {
    let (stage, forms) = (Stage::set().await, Forms::read());
    let mut found = BTreeMap::new();
    for case in cases {
        let received = stage.send(&case.request).await;
        found.insert(
            case.name.as_str(),
            forms.differences(&case.answer, &received).join("; "),
        );
    }
    found
}

/// One line for each case that is not as `listed` says.
fn surprises(found: &BTreeMap<&str, String>, listed: &[Difference]) -> String {
    let mut text = String::new();
    for (name, found) in found {
        let mut listed = listed.iter();
        let expected = listed.find(|listed| listed.cases.iter().any(|case| case == name));
        let line = match (expected, found.as_str()) {
            (None, "") => continue,
            (None, found) => format!("{name}: {found}"),
            (Some(_), "") => format!("{name} agrees now: take it out of differences.toml"),
            (Some(listed), found) if listed.found == found => continue,
            (Some(listed), found) => {
                format!("{name}: {found}, and not, as listed, {}", listed.found)
            }
        };
        let _ = writeln!(text, "{line}");
    }
    text
}

#[tokio::test]
async fn every_recorded_request_gets_the_recorded_answer_but_for_the_listed_differences() {
    let (cases, listed) = (cases(), differences());
    let found = found(&cases).await;
    for case in listed.iter().flat_map(|listed| &listed.cases) {
        let known = found.contains_key(case.as_str());
        assert!(known, "differences.toml: there is no case {case:?}");
    }
    let surprises = surprises(&found, &listed);
    assert!(
        surprises.is_empty(),
        "of {} recorded answers:\n{surprises}",
        cases.len()
    );
}

#[test]
fn a_listed_difference_must_be_there_and_be_the_listed_one() {
    let listed = |found: &str| Difference {
        cases: vec!["one".to_owned()],
        found: found.to_owned(),
        reason: "for this test".to_owned(),
    };
    let found = |found: &str| BTreeMap::from([("one", found.to_owned())]);
    assert_eq!(surprises(&found(""), &[]), "");
    assert_eq!(surprises(&found("status 404"), &[listed("status 404")]), "");
    for (found, listed) in [
        (found("status 404"), vec![]),
        (found(""), vec![listed("status 404")]),
        (found("status 404"), vec![listed("status 302")]),
    ] {
        assert_ne!(surprises(&found, &listed), "", "{found:?} {listed:?}");
    }
}

#[test]
fn every_recorded_case_has_a_name_of_its_own_and_says_where_and_when_it_was_recorded() {
    let (cases, forms) = (cases(), Forms::read());
    let mut names = BTreeSet::new();
    for case in &cases {
        assert!(names.insert(&case.name), "{} is there twice", case.name);
        let date: Vec<&str> = case.date.split('-').collect();
        let digits = date
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        assert!(
            digits && matches!(date.len(), 2 | 3),
            "{}: {}",
            case.name,
            case.date
        );
        assert!(case.source.contains(" at "), "{}", case.name);
        forms.check(&case.answer, &case.name);
    }
    for difference in differences() {
        assert!(difference.reason.len() > 20, "{:?}", difference.cases);
    }
}
