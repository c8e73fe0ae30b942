//! The emulator's DNS: who has which of its names. It answers on this machine, over UDP and TCP, for the emulator's own hosts and
//! for nothing else; it forwards nothing and keeps nothing.
//!
//! An emulator whose global endpoint depends on the resolver has two: one plays Amazon's, to which the global name is the
//! endpoint in the caller's Region, the other any other, to which it is the one in us-east-1.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use domain::base::iana::{Class, Opcode, Rcode, Rtype};
use domain::base::{Message, MessageBuilder, Ttl};
use domain::rdata::{A, Aaaa};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How the emulator's DNS behaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DnsSpec {
    /// The port on 127.0.0.1; 0 is any free one.
    pub port: u16,
    /// The port of the DNS server that plays Amazon's, where there is one; 0 is any free one.
    pub amazon_port: u16,
    /// For how long an answer may be kept. Unit: seconds, 0–604,800.
    pub ttl_seconds: u32,
    /// How long each answer is held back. Unit: milliseconds, 0–60,000.
    pub delay_ms: f64,
    /// Answers over UDP are cut short, so that clients have to ask again over TCP.
    pub truncate: bool,
}

impl Default for DnsSpec {
    fn default() -> Self {
        Self {
            port: 0,
            amazon_port: 0,
            ttl_seconds: 60,
            delay_ms: 0.0,
            truncate: false,
        }
    }
}

impl DnsSpec {
    /// Which rule the values break, if any.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        if self.ttl_seconds > 604_800 {
            Some("ttl_seconds must be 0 to 604800")
        } else if !(0.0..=60_000.0).contains(&self.delay_ms) {
            Some("delay_ms must be 0 to 60000")
        } else if self.port == self.amazon_port && self.port != 0 {
            Some("port and amazon_port must differ")
        } else {
            None
        }
    }
}

/// What one DNS server knows.
#[derive(Debug)]
pub(crate) struct Zone {
    hosts: BTreeMap<String, Vec<IpAddr>>,
    ttl: Ttl,
    delay: Duration,
    truncate: bool,
}

/// A DNS server that is bound and not yet serving.
#[derive(Debug)]
pub(crate) struct Sockets {
    udp: UdpSocket,
    tcp: TcpListener,
}

impl Sockets {
    /// Binds UDP and TCP at one port of 127.0.0.1.
    pub(crate) async fn bind(port: u16) -> std::io::Result<Self> {
        let mut last = None;
        for _ in 0..BIND_ATTEMPTS {
            let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).await?;
            // A port that is free for datagrams can be taken for streams; another one is drawn then.
            match TcpListener::bind(udp.local_addr()?).await {
                Ok(tcp) => return Ok(Self { udp, tcp }),
                Err(error) if port != 0 => return Err(error),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into()))
    }

    /// Where clients ask.
    pub(crate) fn address(&self) -> std::io::Result<SocketAddr> {
        self.udp.local_addr()
    }
}

impl Zone {
    /// The zone of these hosts, each with its addresses.
    pub(crate) fn new(
        spec: &DnsSpec,
        hosts: impl IntoIterator<Item = (String, Vec<IpAddr>)>,
    ) -> Self {
        Self {
            hosts: hosts
                .into_iter()
                .map(|(host, addresses)| (host.to_ascii_lowercase(), addresses))
                .collect(),
            ttl: Ttl::from_secs(spec.ttl_seconds),
            delay: Duration::from_secs_f64(spec.delay_ms / 1e3),
            truncate: spec.truncate,
        }
    }

    /// The answer to a message; `None` to what is no question and gets none.
    fn answer(&self, bytes: &[u8], over: Over) -> Option<Vec<u8>> {
        let message = Message::from_octets(bytes).ok()?;
        if message.header().qr() {
            return None;
        }
        let reply = MessageBuilder::new_vec();
        let question = match (message.header().opcode(), message.sole_question()) {
            (Opcode::QUERY, Ok(question)) if question.qclass() == Class::IN => question,
            (Opcode::QUERY, Ok(_)) => {
                return Some(reply.start_error(&message, Rcode::REFUSED).finish());
            }
            (Opcode::QUERY, Err(_)) => {
                return Some(reply.start_error(&message, Rcode::FORMERR).finish());
            }
            _ => return Some(reply.start_error(&message, Rcode::NOTIMP).finish()),
        };
        let host = question.qname().to_string().to_ascii_lowercase();
        let addresses = self.hosts.get(host.trim_end_matches('.'));
        let rcode = if addresses.is_some() {
            Rcode::NOERROR
        } else {
            Rcode::NXDOMAIN
        };
        let mut reply = reply.start_answer(&message, rcode).ok()?;
        reply.header_mut().set_aa(true);
        reply.header_mut().set_ra(true);
        if self.truncate && over == Over::Udp {
            reply.header_mut().set_tc(true);
        } else {
            let owner = question.qname();
            for &address in addresses.into_iter().flatten() {
                match (address, question.qtype()) {
                    (IpAddr::V4(v4), Rtype::A) => {
                        reply.push((owner, Class::IN, self.ttl, A::new(v4))).ok()?;
                    }
                    (IpAddr::V6(v6), Rtype::AAAA) => reply
                        .push((owner, Class::IN, self.ttl, Aaaa::new(v6)))
                        .ok()?,
                    _ => {}
                }
            }
        }
        let mut reply = reply.additional();
        if message.opt().is_some() {
            reply
                .opt(|opt| {
                    opt.set_udp_payload_size(MAX_UDP_BYTES);
                    Ok(())
                })
                .ok()?;
        }
        Some(reply.finish())
    }
}

/// What a question came over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Udp,
    Tcp,
}

/// Answers until `stop` changes.
pub(crate) async fn serve(sockets: Sockets, zone: Zone, mut stop: watch::Receiver<()>) {
    let (zone, udp) = (Arc::new(zone), Arc::new(sockets.udp));
    let mut work = JoinSet::new();
    let mut question = vec![0; usize::from(MAX_UDP_BYTES)];
    loop {
        tokio::select! {
            // A dropped sender means that the emulator is gone, which is a stop as well.
            _ = stop.changed() => break,
            Some(_) = work.join_next() => {}
            received = udp.recv_from(&mut question) => {
                // An error here is an earlier answer that its client no longer waited for. A question too many is lost, as
                // datagrams are, and its client asks again.
                let Ok((bytes, client)) = received else { continue };
                if client.ip().is_loopback() && work.len() < MAX_WORK && let Some(answer) = zone.answer(&question[..bytes], Over::Udp) {
                    let (udp, delay) = (Arc::clone(&udp), zone.delay);
                    work.spawn(async move {
                        sleep(delay).await;
                        // A client that has gone needs no answer.
                        let _ = udp.send_to(&answer, client).await;
                    });
                }
            }
            accepted = sockets.tcp.accept() => match accepted {
                Ok((stream, client)) if client.ip().is_loopback() && work.len() < MAX_WORK => {
                    let zone = Arc::clone(&zone);
                    work.spawn(async move {
                        // How it ended is the client's to judge.
                        let _ = converse(stream, &zone).await;
                    });
                }
                Ok(_) => {}
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    work.shutdown().await;
}

/// Answers the questions on one stream, in turn.
async fn converse(mut stream: TcpStream, zone: &Zone) -> std::io::Result<()> {
    loop {
        let length = timeout(TCP_PATIENCE, stream.read_u16()).await??;
        let mut question = vec![0; usize::from(length)];
        timeout(TCP_PATIENCE, stream.read_exact(&mut question)).await??;
        let Some(answer) = zone.answer(&question, Over::Tcp) else {
            return Ok(());
        };
        sleep(zone.delay).await;
        let Ok(length) = u16::try_from(answer.len()) else {
            return Ok(());
        };
        let framed = [&length.to_be_bytes()[..], &answer].concat();
        timeout(TCP_PATIENCE, stream.write_all(&framed)).await??;
    }
}

/// The size that fits into every path without fragments (DNS Flag Day 2020).
const MAX_UDP_BYTES: u16 = 1232;
/// Questions and streams at a time.
const MAX_WORK: usize = 1024;
const TCP_PATIENCE: Duration = Duration::from_secs(10);
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);
const BIND_ATTEMPTS: usize = 16;

#[cfg(test)]
mod tests {
    use domain::base::Name;
    use proptest::prelude::*;

    use super::*;

    fn zone(spec: &DnsSpec) -> Zone {
        let addresses = vec![IpAddr::from([127, 0, 1, 1]), IpAddr::from([127, 0, 1, 2])];
        Zone::new(spec, [("sts.amazonaws.com".to_owned(), addresses)])
    }

    fn question(name: &str, rtype: Rtype) -> Vec<u8> {
        let mut question = MessageBuilder::new_vec();
        question.header_mut().set_id(0x4242);
        let mut question = question.question();
        question
            .push((Name::vec_from_str(name).expect("a name"), rtype))
            .expect("room");
        question.finish()
    }

    fn ask(
        zone: &Zone,
        name: &str,
        rtype: Rtype,
        over: Over,
    ) -> (Rcode, Vec<(Ipv4Addr, u32)>, bool) {
        let answer = Message::from_octets(
            zone.answer(&question(name, rtype), over)
                .expect("an answer"),
        )
        .expect("DNS");
        assert_eq!(answer.header().id(), 0x4242);
        let records = answer.answer().expect("a section").limit_to_in::<A>();
        let records = records.map(|record| {
            record
                .map(|r| (r.data().addr(), r.ttl().as_secs()))
                .expect("a record")
        });
        (
            answer.header().rcode(),
            records.collect(),
            answer.header().tc(),
        )
    }

    #[test]
    fn its_own_names_have_addresses_and_no_other_name_exists() {
        let zone = zone(&DnsSpec {
            ttl_seconds: 7,
            ..DnsSpec::default()
        });
        let both = vec![
            (Ipv4Addr::new(127, 0, 1, 1), 7),
            (Ipv4Addr::new(127, 0, 1, 2), 7),
        ];
        assert_eq!(
            ask(&zone, "sts.amazonaws.com", Rtype::A, Over::Udp),
            (Rcode::NOERROR, both.clone(), false)
        );
        assert_eq!(
            ask(&zone, "STS.AmazonAWS.com", Rtype::A, Over::Tcp),
            (Rcode::NOERROR, both, false)
        );
        assert_eq!(
            ask(&zone, "sts.amazonaws.com", Rtype::AAAA, Over::Udp),
            (Rcode::NOERROR, vec![], false)
        );
        assert_eq!(
            ask(&zone, "sts.eu-west-1.amazonaws.com", Rtype::A, Over::Udp),
            (Rcode::NXDOMAIN, vec![], false)
        );
    }

    #[test]
    fn cut_answers_are_whole_over_tcp() {
        let zone = zone(&DnsSpec {
            truncate: true,
            ..DnsSpec::default()
        });
        assert_eq!(
            ask(&zone, "sts.amazonaws.com", Rtype::A, Over::Udp),
            (Rcode::NOERROR, vec![], true)
        );
        assert_eq!(
            ask(&zone, "sts.amazonaws.com", Rtype::A, Over::Tcp).1.len(),
            2
        );
    }

    proptest! {
        #[test]
        fn no_datagram_is_too_hostile(bytes in prop::collection::vec(any::<u8>(), 0..600), cut in 0_usize..64) {
            let zone = zone(&DnsSpec::default());
            let _ = zone.answer(&bytes, Over::Udp);
            let whole = question("sts.amazonaws.com", Rtype::A);
            let _ = zone.answer(&whole[..cut.min(whole.len())], Over::Udp);
            let _ = zone.answer(&[&whole[..12], &bytes[..]].concat(), Over::Tcp);
        }
    }
}
