//! Where an emulator listens, and who can reach it there.

use std::net::{Ipv4Addr, SocketAddr};

use super::callers::is_for_callers;
use super::emulator_config::EmulatorConfig;
use super::link::Link;

impl EmulatorConfig {
    /// Whether other machines can reach it beside callers in 198.18.0.0/15: then all endpoints share one address.
    pub(crate) fn is_open(&self) -> bool {
        !is_for_callers(self.listen_address)
    }

    /// Where the endpoint listening at `position` has its TLS and its plaintext: at an address of its own, or at two ports of the
    /// one address. `None` beyond 127.255.255.254, 198.19.255.254 and port 65,535.
    pub(crate) fn sockets(&self, position: usize) -> Option<[SocketAddr; 2]> {
        if !self.is_open() {
            let address = self.own_address(position)?;
            return Some([(address, self.listen_port).into(), (address, 0).into()]);
        }
        let port = |beside: usize| match self.listen_port {
            0 => Some(0),
            first => u16::try_from(usize::from(first) + 2 * position + beside).ok(),
        };
        let at = |port| SocketAddr::from((self.listen_address, port));
        Some([at(port(0)?), at(port(1)?)])
    }

    /// The address of the endpoint listening at `position`, where each has its own.
    fn own_address(&self, position: usize) -> Option<Ipv4Addr> {
        // Where only the one address of loopback is there, endpoints differ by port. A port that all have in common makes
        // addresses of their own a must.
        if !cfg!(target_os = "linux") && self.listen_port == 0 && self.listen_address.is_loopback()
        {
            return Some(Ipv4Addr::LOCALHOST);
        }
        let position = u32::try_from(position).ok()?;
        let address = Ipv4Addr::from_bits(self.listen_address.to_bits().checked_add(position)?);
        let is_here = address.is_loopback() == self.listen_address.is_loopback();
        let is_last = [
            Ipv4Addr::new(127, 255, 255, 255),
            Ipv4Addr::new(198, 19, 255, 255),
        ]
        .contains(&address);
        (is_here && !is_last && is_for_callers(address)).then_some(address)
    }

    /// What is wrong with the address, for that many endpoints.
    pub(super) fn listen_complaint(&self, endpoints: usize) -> Option<&'static str> {
        let moved = self.listen_port != 0 || self.listen_address != Self::default().listen_address;
        // Each endpoint can have two addresses.
        let room = self.sockets(0).is_some() && self.sockets(2 * endpoints).is_some();
        if self.is_open() && !self.i_know_it_is_not_aws {
            Some(NOT_AWS)
        } else if !room && self.is_open() {
            Some("has too few ports behind listen_port: every endpoint takes two")
        } else if !room {
            Some("must be in 127.0.0.0/8 or 198.18.0.0/15 with room behind it for every endpoint")
        } else if self.is_open() && !self.callers.is_empty() {
            Some("cannot be outside of 127.0.0.0/8 and 198.18.0.0/15 beside [[callers]]")
        } else if !self.is_open() && !self.listen_address.is_loopback() && self.callers.is_empty() {
            Some("only [[callers]] reach 198.18.0.0/15, and there are none")
        } else if moved && matches!(self.link, Link::Kernel | Link::Auto) {
            Some(
                "the kernel link has addresses and ports of its own; link must be bytes or undelayed",
            )
        } else {
            None
        }
    }

    /// What is wrong with the address at which readiness is told.
    pub(super) fn ready_complaint(&self) -> Option<&'static str> {
        let is_open = self.ready_is_open();
        (is_open && !self.i_know_it_is_not_aws).then_some(NOT_AWS)
    }

    /// What is wrong with the acknowledgement.
    pub(super) fn acknowledgement_complaint(&self) -> Option<&'static str> {
        let has_effect = self.is_open() || self.ready_is_open();
        (self.i_know_it_is_not_aws && !has_effect)
            .then_some("is only for addresses that other machines reach, and there is none")
    }

    /// What is wrong with a user's pinned secret where other machines can sign with it.
    pub(super) fn secret_complaint(&self, secret: Option<&str>) -> Option<&'static str> {
        let is_published = secret.is_some_and(|secret| secret.contains("EXAMPLE"));
        (self.is_open() && is_published)
            .then_some("must not be one of AWS's published examples where other machines can call")
    }

    fn ready_is_open(&self) -> bool {
        self.ready_listen
            .is_some_and(|address| !address.ip().is_loopback())
    }
}

const NOT_AWS: &str = "other machines reach that address, and take what answers for AWS: say --i-know-it-is-not-aws, or \
                       i_know_it_is_not_aws = true in a fleet file";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::mistakes::Mistake;

    fn complaints(config: &EmulatorConfig) -> Vec<String> {
        let said = |mistake: Mistake| mistake.error.to_string();
        config.mistakes().into_iter().map(said).collect()
    }

    fn open() -> EmulatorConfig {
        EmulatorConfig {
            endpoints: "global,eu-central-1".to_owned(),
            listen_address: Ipv4Addr::UNSPECIFIED,
            listen_port: 8443,
            i_know_it_is_not_aws: true,
            ..EmulatorConfig::default()
        }
    }

    #[test]
    fn an_address_that_other_machines_reach_needs_the_acknowledgement() {
        assert!(complaints(&open()).is_empty());
        let unaware = EmulatorConfig {
            i_know_it_is_not_aws: false,
            ..open()
        };
        assert_eq!(
            complaints(&unaware),
            [format!("fleet listen_address: {NOT_AWS}")]
        );
        let ready = EmulatorConfig {
            ready_listen: Some(SocketAddr::from(([0, 0, 0, 0], 8470))),
            ..EmulatorConfig::default()
        };
        assert_eq!(
            complaints(&ready),
            [format!("fleet ready_listen: {NOT_AWS}")]
        );
        let needless = EmulatorConfig {
            i_know_it_is_not_aws: true,
            ..EmulatorConfig::default()
        };
        assert_eq!(
            complaints(&needless),
            [
                "fleet i_know_it_is_not_aws: is only for addresses that other machines reach, and there is none"
            ]
        );
    }

    #[test]
    fn published_secrets_are_refused_where_other_machines_can_sign_with_them() {
        let mut config = open();
        let example = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        config.users[1].secret_access_key = Some(example.to_owned());
        let found = complaints(&config);
        assert!(
            found.len() == 1
                && found[0].starts_with("fleet user 2 secret_access_key: must not be one of AWS's"),
            "{found:?}"
        );
        config.listen_address = EmulatorConfig::default().listen_address;
        config.i_know_it_is_not_aws = false;
        assert!(
            complaints(&config).is_empty(),
            "on loopback it is nobody's business"
        );
    }

    #[test]
    fn endpoints_at_one_address_have_two_ports_each() {
        let at = |port| SocketAddr::from(([0, 0, 0, 0], port));
        assert_eq!(open().sockets(0), Some([at(8443), at(8444)]));
        assert_eq!(open().sockets(3), Some([at(8449), at(8450)]));
        let any = EmulatorConfig {
            listen_port: 0,
            ..open()
        };
        assert_eq!(any.sockets(3), Some([at(0), at(0)]));
        let last = EmulatorConfig {
            listen_port: 65_530,
            ..open()
        };
        assert_eq!(
            complaints(&last),
            [
                "fleet listen_address: has too few ports behind listen_port: every endpoint takes two"
            ]
        );
    }
}
