//! One emulator, called from several addresses, each in a Region of its own.

use std::net::Ipv4Addr;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use sts_model::region_of_request_id;
use tokio::net::TcpSocket;

use super::*;
use crate::emulator::tests::{IDENTITY, announced, exchange, key, prompt, signed};
use crate::{CallerSpec, GlobalServing, Link};

const TOKYO: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);

fn seen_from_tokyo() -> EmulatorConfig {
    EmulatorConfig {
        endpoints: "global,eu-central-1,ap-northeast-1".to_owned(),
        callers: vec![CallerSpec {
            address: TOKYO,
            from: "ap-northeast-1".to_owned(),
            global_endpoint: Some(GlobalServing::LocalServing),
        }],
        link: Link::Bytes,
        ..prompt()
    }
}

/// How long a call from `source` takes, and which Region says that it has served it.
async fn called(view: &EmulatorView, name: &str, source: Ipv4Addr) -> (Duration, String) {
    let at = announced(view, name);
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind((source, 0).into())
        .expect("an address of this machine");
    let stream = socket.connect(at.plaintext_address).await;
    let stream = TokioIo::new(stream.expect("it listens"));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream)
        .await
        .expect("a fresh connection");
    tokio::spawn(connection);
    let request = signed(at, &key(view), IDENTITY);
    let begun = clock::monotonic();
    let answer = exchange(&mut sender, request).await;
    let taken = clock::monotonic() - begun;
    assert_eq!(answer.status, 200);
    let id = answer.header("x-amz-sts-extended-request-id");
    let region = region_of_request_id(id).expect("a Region");
    (taken, region.to_string())
}

#[tokio::test]
async fn each_caller_has_the_distances_and_the_global_endpoint_of_its_region() {
    let emulator = Emulator::start(seen_from_tokyo()).await.expect("it starts");
    let view = emulator.view();
    for (source, near, far) in [
        (Ipv4Addr::LOCALHOST, "eu-central-1", "ap-northeast-1"),
        (TOKYO, "ap-northeast-1", "eu-central-1"),
    ] {
        let (short, _) = called(&view, near, source).await;
        let (long, _) = called(&view, far, source).await;
        // A round trip between the two takes 160 ms and more, and 3 ms in one Region.
        assert!(
            short < Duration::from_millis(150) && long > Duration::from_millis(150),
            "{source}: {near} {short:?}, {far} {long:?}"
        );
    }
    let (far, served_by) = called(&view, "global", Ipv4Addr::LOCALHOST).await;
    assert_eq!(served_by, "us-east-1");
    let (near, served_by) = called(&view, "global", TOKYO).await;
    assert_eq!(served_by, "ap-northeast-1");
    assert!(
        near < Duration::from_millis(100) && far > Duration::from_millis(100),
        "{near:?} {far:?}"
    );
    assert_eq!(emulator.shutdown().await.requests(), 6, "in one ledger");
}

#[tokio::test]
async fn what_a_caller_meets_is_announced() {
    let emulator = Emulator::start(seen_from_tokyo()).await.expect("it starts");
    let view = emulator.view();
    let at = announced(&view, "ap-northeast-1");
    let [caller] = at.callers.as_slice() else {
        panic!("{:?}", at.callers);
    };
    assert_eq!(caller.address, TOKYO);
    assert_eq!(caller.rtt_ms, 3.0);
    assert!(at.rtt_ms > 100.0, "{}", at.rtt_ms);
    let global = &announced(&view, "global").callers[0];
    assert_eq!(
        (global.served_by.as_str(), global.rtt_ms),
        ("ap-northeast-1", 3.0)
    );
}
