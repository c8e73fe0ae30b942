//! Requests and handshakes, entered once whatever becomes of them.

use std::collections::BTreeMap;

use super::*;

#[test]
fn every_request_has_one_result_whatever_becomes_of_it() {
    let writer = LedgerWriter::open(["global"]);
    let mut answered = writer.request("global");
    answered.operation("GetCallerIdentity");
    answered.conclude("ok");
    let mut left = writer.request("global");
    left.operation("GetSessionToken");
    drop(left);
    let open = writer.request("global");
    let ledger = writer.snapshot();
    assert_eq!(ledger.requests(), 3);
    assert_eq!(
        (
            ledger.count("ok"),
            ledger.count(ABANDONED),
            ledger.count(IN_PROGRESS)
        ),
        (1, 1, 1)
    );
    assert_eq!(
        ledger.endpoints["global"].results["GetCallerIdentity"]["ok"],
        1
    );
    open.conclude("InvalidAction");
    let ledger = writer.snapshot();
    assert_eq!(ledger.count(IN_PROGRESS), 0);
    let results: u64 = ledger.endpoints["global"]
        .results
        .values()
        .flat_map(BTreeMap::values)
        .sum();
    assert_eq!(results, ledger.requests());
}

#[test]
fn the_ledger_survives_its_file_form() {
    let ledger = LedgerWriter::open(["eu-west-1", "global"]);
    ledger.connection("global");
    ledger.handshake("global").finish(Handshake::Resumed);
    drop(ledger.handshake("global"));
    ledger.request("eu-west-1").conclude("Throttling");
    let ledger = ledger.snapshot();
    let page = &ledger.endpoints["global"];
    assert_eq!(
        (
            page.full_handshakes,
            page.resumed_handshakes,
            page.failed_handshakes
        ),
        (0, 1, 1)
    );
    let text = serde_json::to_string(&ledger).expect("a ledger is plain data");
    assert_eq!(
        serde_json::from_str::<Ledger>(&text).expect("its own form"),
        ledger
    );
}
