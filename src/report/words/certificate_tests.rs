//! A certificate in a line and a word; and one for the tests of every format.

use super::certificate::{fact, word};
use crate::results::{Certificate, Host, Item, ItemVerdict, Subject};

/// Three items with these verdicts.
pub(crate) fn of(verdicts: [ItemVerdict; 3]) -> Certificate {
    let items = [
        ("stamp-error", "p99", 4_210, Subject::Host),
        ("achieved-rate", "lateness_p99", 90_400, Subject::Simulation),
        ("known-delay", "excess_p99", -310_000, Subject::Simulation),
    ];
    let item =
        |((name, figure, ns, subject), verdict): ((&str, &str, i64, Subject), ItemVerdict)| Item {
            name: name.to_owned(),
            verdict,
            subject,
            times_ns: [(figure.to_owned(), ns)].into(),
            numbers: Default::default(),
            threshold: "p99 at most so much".to_owned(),
            text: "p99 is so much".to_owned(),
        };
    Certificate {
        schema_version: 1,
        tool: crate::results::Tool {
            name: "stsbench".to_owned(),
            version: "0.1.0".to_owned(),
        },
        host: Host {
            name: "vm".to_owned(),
            kernel: "Linux 6.18.0".to_owned(),
            cpu: "Example CPU @ 2.50GHz".to_owned(),
            cores: 2,
        },
        measured_at: "2026-11-22T20:00:00Z".to_owned(),
        link: "bytes".to_owned(),
        items: items.into_iter().zip(verdicts).map(item).collect(),
    }
}

#[test]
fn the_line_of_a_report_names_what_did_not_pass_and_the_gravest_first() {
    use ItemVerdict::{Fail, Pass, Warn};
    assert_eq!(
        fact(Some(&of([Pass; 3]))),
        "passed 3 of 3 on 2026-11-22T20:00:00Z: stamps p99 4.21 µs, lateness p99 90.4 µs at 1,000 calls/s to a simulated \
         service"
    );
    assert!(
        fact(Some(&of([Pass, Warn, Fail])))
            .starts_with("FAILED in known-delay, passed 1 of 3, warned of achieved-rate on")
    );
    assert_eq!(
        fact(None),
        "none for this host; stsbench selftest makes one"
    );
    let bare = Certificate {
        items: vec![of([Pass; 3]).items.remove(2)],
        ..of([Pass; 3])
    };
    assert_eq!(fact(Some(&bare)), "passed 1 of 1 on 2026-11-22T20:00:00Z");
    assert_eq!(
        [word(None), word(Some(&of([Pass, Fail, Warn])))],
        ["none", "fail"]
    );
}
