//! Emulators that other machines reach, and the question whether one is ready.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::tests::*;
use super::*;
use crate::ask_readiness;

/// All endpoints at every address of this machine, at free ports.
fn open() -> EmulatorConfig {
    EmulatorConfig {
        listen_address: Ipv4Addr::UNSPECIFIED,
        i_know_it_is_not_aws: true,
        ..prompt()
    }
}

#[tokio::test]
async fn an_open_emulator_serves_all_endpoints_at_one_address_and_announces_how_it_is_reached_here()
{
    let emulator = Emulator::start(open()).await.expect("it starts");
    let view = emulator.view();
    for endpoint in view.announced_endpoints() {
        let address = endpoint.endpoint.address.expect("it listens");
        for ip in [address.ip(), endpoint.plaintext_address.ip()] {
            assert_eq!(ip, Ipv4Addr::LOCALHOST);
        }
        let name = &endpoint.endpoint.name;
        let received = call(&view, name, &key(&view), IDENTITY).await;
        assert_eq!(received.status, 200, "{name}: {}", received.body);
        // The certificate holds for the address under which it is announced.
        let stream = TcpStream::connect(address).await.expect("it listens");
        let tls = connector(&view).connect(address.ip().into(), stream).await;
        tls.expect("trusted");
    }
    assert_eq!(emulator.shutdown().await.count("ok"), 3);
}

#[tokio::test]
async fn callers_that_are_not_on_this_machine_are_served_by_an_open_emulator_alone() {
    let elsewhere: std::net::IpAddr = Ipv4Addr::new(192, 0, 2, 7).into();
    for (config, is_served) in [(prompt(), false), (open(), true)] {
        let placements = config.all_placements().expect("a right configuration");
        let network = Network::open(&config, &placements).await.expect("bound");
        assert_eq!(network.clients.admit(elsewhere), is_served);
    }
}

#[tokio::test]
async fn a_port_for_all_is_the_first_of_two_for_each() {
    // Two free ports side by side are tried for: somebody else may take the second one.
    let mut tried = 0;
    let (port, emulator) = loop {
        let port = free_port().await.min(65_000);
        let config = EmulatorConfig {
            endpoints: "eu-central-1".to_owned(),
            listen_address: Ipv4Addr::UNSPECIFIED,
            listen_port: port,
            i_know_it_is_not_aws: true,
            ..prompt()
        };
        match Emulator::start(config).await {
            Ok(emulator) => break (port, emulator),
            Err(error) => assert!(tried < 50, "{error}"),
        }
        tried += 1;
    };
    let endpoint = emulator.endpoint("eu-central-1").expect("served");
    assert_eq!(endpoint.url, format!("https://127.0.0.1:{port}"));
    assert_eq!(
        endpoint.plaintext_url,
        format!("http://127.0.0.1:{}", port + 1)
    );
}

async fn free_port() -> u16 {
    let probe = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = probe.expect("bound").local_addr();
    address.expect("bound").port()
}

/// The first line and the body of the answer to `request`.
async fn told(address: SocketAddr, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (
        head.lines().next().unwrap_or_default().to_owned(),
        body.to_owned(),
    )
}

#[tokio::test]
async fn readiness_is_told_at_an_address_of_its_own_and_nowhere_else() {
    let config = EmulatorConfig {
        ready_listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        ..prompt()
    };
    let emulator = Emulator::start(config).await.expect("it starts");
    let url = emulator
        .announcement()
        .ready_url
        .clone()
        .expect("asked for");
    let rest = url.strip_prefix("http://").expect("a URL");
    let address: SocketAddr = rest
        .strip_suffix("/_stsbench/ready")
        .expect("the path")
        .parse()
        .expect("an address");
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    let ready = told(address, &get("/_stsbench/ready")).await;
    assert_eq!(ready, ("HTTP/1.1 200 OK".to_owned(), "ready\n".to_owned()));
    assert_eq!(told(address, &get("/")).await.0, "HTTP/1.1 404 Not Found");
    let post = "POST /_stsbench/ready HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(
        told(address, post).await.0,
        "HTTP/1.1 405 Method Not Allowed"
    );
    tokio::task::spawn_blocking(move || ask_readiness(address))
        .await
        .expect("no panic")
        .expect("ready");
    // STS answers there as at any other path.
    let endpoint = emulator
        .endpoint("eu-central-1")
        .expect("served")
        .plaintext_address;
    let asked = get("/_stsbench/ready").replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    let (line, body) = told(endpoint, &asked).await;
    assert_eq!(
        (line.as_str(), body.trim()),
        ("HTTP/1.1 404 Not Found", "<UnknownOperationException/>")
    );
    tokio::task::spawn_blocking(move || ask_readiness(endpoint))
        .await
        .expect("no panic")
        .expect_err("no readiness there");
    emulator.shutdown().await;
    tokio::task::spawn_blocking(move || ask_readiness(address))
        .await
        .expect("no panic")
        .expect_err("it has ended");
}
