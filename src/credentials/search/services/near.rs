//! Who may be called in plaintext: this machine, and its link-local agents.

use std::net::IpAddr;

/// Whether `host`, as it stands in a URL, is this machine or one of `agents`, with every address that it has.
pub(super) async fn is_near(host: &str, agents: &[IpAddr]) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_admitted = |address: IpAddr| {
        let address = address.to_canonical();
        address.is_loopback() || agents.contains(&address)
    };
    if let Ok(address) = host.parse() {
        return is_admitted(address);
    }
    match tokio::net::lookup_host((host, 80)).await {
        Ok(addresses) => addresses.into_iter().all(|it| is_admitted(it.ip())),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn near_are_loopback_and_the_agents_that_are_named() {
        let agent: IpAddr = "169.254.170.2".parse().expect("an address");
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
            "localhost",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(is_near(host, &[]).await, "{host}");
        }
        for host in [
            "203.0.113.5",
            "0.0.0.0",
            "[::]",
            "169.254.170.2",
            "[2001:db8::1]",
        ] {
            assert!(!is_near(host, &[]).await, "{host}");
        }
        assert!(is_near("169.254.170.2", &[agent]).await);
    }
}
