//! How many open files a plan can need.

use super::*;
use crate::plan::Draft;
use crate::session::fixture_tests::draft;
use sts_model::{Catalog, Selector};

fn plan(connections: Vec<ConnectionMode>) -> Plan {
    let selector: Selector = "eu-central-1,eu-west-1".parse().expect("a selector");
    let endpoints = Catalog::default().select(&selector).expect("endpoints");
    let draft = Draft {
        connections,
        connections_per_target: Some(10),
        ..draft(endpoints)
    };
    draft.plan().expect("a plan")
}

#[test]
fn kept_connections_count_twice_and_new_ones_once() {
    let cold = files_needed(&plan(vec![ConnectionMode::Cold]));
    assert_eq!(cold, OWN_FILES + 2);
    let warm = files_needed(&plan(vec![ConnectionMode::Warm]));
    assert_eq!(warm, OWN_FILES + 2 + 2 * 2 * 10);
}

#[test]
fn too_few_files_are_told_with_what_to_do() {
    let text = TooFewFiles {
        needed: 5000,
        allowed: 1024,
    }
    .to_string();
    assert!(
        text.contains("`ulimit -n 5000`") && text.contains("1024"),
        "{text}"
    );
}
