//! Findings about connections.

use super::example::{Example, FIRST, SECOND};
use crate::results::CheckVerdict::{Invalid, Ok, Unknown, Warn};
use crate::results::finding::ConnectionsFinding as Found;

pub(super) fn connections() -> Vec<Example> {
    let redialled = Found::SomeRedialled {
        redialled: 9,
        issued: 200,
        worst: FIRST,
        limit: 2,
    };
    let requests = |seen| Found::Requests {
        seen,
        made: 200,
        unanswered: 3,
    };
    let local = Found::OnThisMachine {
        first: SECOND,
        address: "127.0.1.1".parse().expect("an address"),
    };
    vec![
        (Found::AllCold.into(), Ok, "every call"),
        (Found::AllAsWanted.into(), Ok, "every call"),
        (redialled.clone().into(), Ok, "9 of 200"),
        (redialled.clone().into(), Warn, "9 of 200"),
        (redialled.into(), Invalid, "9 of 200"),
        (Found::RequestsUnknown.into(), Unknown, ""),
        (Found::RequestsNotCounted.into(), Unknown, ""),
        (requests(199).into(), Ok, "199"),
        (requests(201).into(), Invalid, "201"),
        (local.into(), Warn, "127.0.1.1"),
    ]
}
