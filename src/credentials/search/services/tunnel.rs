//! The status with which a proxy refuses a tunnel. The library that asks for tunnels drops it, so the proxy is asked once more.

use std::time::Duration;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Intercept;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long the proxy may take to refuse again.
const LIMIT: Duration = Duration::from_secs(2);

/// The HTTP status with which `proxy` refuses a tunnel to `target`; `None` where it does not say so in time, where it is not
/// spoken to in plain text, and where it opens the tunnel this time.
pub(super) async fn refusal(proxy: &Intercept, target: &Uri) -> Option<u16> {
    tokio::time::timeout(LIMIT, asked(proxy, target))
        .await
        .ok()
        .flatten()
}

async fn asked(proxy: &Intercept, target: &Uri) -> Option<u16> {
    let place = Some(proxy.uri()).filter(|uri| uri.scheme_str() == Some("http"))?;
    let host = place.host()?.trim_matches(['[', ']']);
    let mut stream = TcpStream::connect((host, place.port_u16().unwrap_or(80)))
        .await
        .ok()?;
    let target = format!("{}:{}", target.host()?, target.port_u16().unwrap_or(443));
    let mut head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(login) = proxy.basic_auth() {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(login.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    stream.write_all(&head).await.ok()?;
    let mut line = [0; b"HTTP/1.1 403".len()];
    stream.read_exact(&mut line).await.ok()?;
    status(&line)
}

/// The status of a refusal at the end of the beginning of an answer.
fn status(line: &[u8]) -> Option<u16> {
    let rest = std::str::from_utf8(line).ok()?.strip_prefix("HTTP/1.")?;
    let (_, status) = rest.split_once(' ')?;
    let status = status.parse().ok()?;
    (300..600).contains(&status).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_has_a_status() {
        assert_eq!(status(b"HTTP/1.1 403"), Some(403));
        assert_eq!(status(b"HTTP/1.0 502"), Some(502));
        for other in [
            &b"HTTP/1.1 200"[..],
            b"HTTP/2 403 F",
            b"SSH-2.0-Open",
            b"\xff",
        ] {
            assert_eq!(status(other), None, "{other:?}");
        }
    }
}
