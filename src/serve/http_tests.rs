//! The server, over sockets of loopback.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::*;
use crate::serve::{Metrics, Schedule};

fn server(limits: Limits) -> (HttpServer, Pages) {
    let pages = Pages::default();
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = HttpServer::start_within(any, pages.clone(), limits).expect("a free port");
    (server, pages)
}

/// What the server says to `request`, until it closes the connection.
fn said(server: &HttpServer, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("connected");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(server: &HttpServer, path: &str, header: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n{header}connection: close\r\n\r\n");
    said(server, &request)
}

fn shown_metrics(pages: &Pages) {
    let every = Duration::from_secs(60);
    let schedule = Schedule::new("a", every, std::time::UNIX_EPOCH, Duration::ZERO);
    pages.show_metrics(&Metrics::new("a", None, &schedule));
}

#[test]
fn each_page_is_what_its_path_says() {
    let (server, pages) = server(Limits::default());
    let starts = |path: &str, status: &str| {
        let answer = get(&server, path, "");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{path}: {answer}"
        );
        answer
    };
    starts("/-/ready", "503");
    starts("/report", "404");
    starts("/-/healthy", "200");
    pages.ready();
    pages.show_report("<!doctype html><title>one</title>".to_owned());
    shown_metrics(&pages);
    starts("/-/ready", "200");
    assert!(starts("/report?x=1", "200").contains("<title>one</title>"));
    assert!(starts("/metrics", "200").contains("stsbench_build_info{"));
    assert!(starts("/", "200").contains("/report"));
    starts("/other", "404");
    starts("/../etc/passwd", "404");
    pages.ending();
    starts("/-/ready", "503");
}

#[test]
fn a_client_gets_the_format_that_it_names() {
    let (server, pages) = server(Limits::default());
    shown_metrics(&pages);
    let older = get(&server, "/metrics", "");
    assert!(older.contains("content-type: text/plain; version=0.0.4") && !older.contains("# EOF"));
    let accept = "accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2\r\n";
    let open = get(&server, "/metrics", accept);
    assert!(
        open.contains("content-type: application/openmetrics-text; version=1.0.0"),
        "{open}"
    );
    assert!(open.ends_with("# EOF\n"), "{open}");
}

#[test]
fn only_get_and_head_are_answered_and_head_has_no_body() {
    let (server, _) = server(Limits::default());
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
        let request = format!(
            "{method} /metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        let answer = said(&server, &request);
        assert!(
            answer.starts_with("HTTP/1.1 405") && answer.contains("allow: GET, HEAD"),
            "{answer}"
        );
    }
    let head = said(
        &server,
        "HEAD /-/healthy HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );
    assert!(
        head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"),
        "{head}"
    );
}

#[test]
fn a_head_that_is_too_large_or_none_at_all_is_refused() {
    let (server, _) = server(Limits::default());
    let large = format!("x: {}\r\n", "y".repeat(HEAD_SIZE));
    let answer = get(&server, "/metrics", &large);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer:.100}"
    );
    let answer = said(&server, "\0\u{1}garbage\r\n\r\n");
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
        "{answer}"
    );
    assert!(get(&server, "/-/healthy", "").starts_with("HTTP/1.1 200"));
}

#[test]
fn clients_that_say_nothing_make_way_for_those_that_do() {
    let limits = Limits {
        head: Duration::from_hours(1),
        ..Limits::default()
    };
    let (server, _) = server(limits);
    let connected = |said: &str| {
        let mut stream = TcpStream::connect(server.address()).expect("connected");
        stream.write_all(said.as_bytes()).expect("sent");
        stream
    };
    // One that has asked, and stays.
    let mut kept = connected("GET /-/healthy HTTP/1.1\r\nhost: x\r\n\r\n");
    kept.read_exact(&mut [0; 12]).expect("answered");
    let silent: Vec<TcpStream> = (0..3 * MOST_CONNECTIONS)
        .map(|at| connected(if at % 2 == 0 { "" } else { "GET /m" }))
        .collect();
    assert!(get(&server, "/-/healthy", "").starts_with("HTTP/1.1 200"));
    kept.write_all(b"GET /other HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .expect("sent");
    let mut answers = String::new();
    kept.read_to_string(&mut answers).expect("answered");
    assert!(answers.contains("HTTP/1.1 404"), "{answers}");
    drop(silent);
}

#[test]
fn a_client_that_does_not_read_loses_its_connection() {
    const PAGE: usize = 64 << 20;
    let limits = Limits {
        lifetime: Duration::from_millis(200),
        last_answer: Duration::from_millis(200),
        ..Limits::default()
    };
    let (server, pages) = server(limits);
    pages.show_report("x".repeat(PAGE));
    let mut stuck = TcpStream::connect(server.address()).expect("connected");
    stuck
        .write_all(b"GET /report HTTP/1.1\r\nhost: x\r\n\r\n")
        .expect("sent");
    std::thread::sleep(3 * (limits.lifetime + limits.last_answer));
    let mut answer = Vec::new();
    stuck.read_to_end(&mut answer).ok();
    assert!(answer.len() < PAGE, "the page was sent as a whole");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let (server, _) = server(Limits::default());
    let error = HttpServer::start(server.address(), Pages::default()).expect_err("taken");
    let address = server.address().to_string();
    assert!(error.to_string().contains(&address), "{error}");
}
