//! A DNS server that the user names, asked directly: A and AAAA at once, over UDP and, when the answer is cut short, TCP.
//!
//! Nothing is kept from one look-up to the next: a measured connection asks as a program does that starts. A question that
//! gets no answer is repeated every second, as a lost SYN is by the kernel, until the caller's deadline; the phase holds
//! all of it. A server that is not there is silence as well. It never follows a name beyond aliases, and never asks another server than the one named.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::{Message, MessageBuilder, Name};
use domain::net::client::dgram;
use domain::net::client::protocol::UdpConnect;
use domain::net::client::request::{RequestMessage, SendRequest as _};
use domain::rdata::{A, Aaaa};
use hyper::body::Bytes;
use rustix::io::Errno;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::resolve::{Resolve, Resolved};
use crate::sample::FailureKind;

/// One DNS server.
#[derive(Debug, Clone, Copy)]
pub(super) struct StubResolver {
    server: SocketAddr,
}

/// The addresses that one question gave.
#[derive(Debug, Default)]
struct Records {
    addresses: Vec<IpAddr>,
    /// The shortest time that a record on the way may be kept, s.
    ttl_seconds: Option<u32>,
}

impl StubResolver {
    /// A resolver that asks `server` and no other.
    pub(super) fn new(server: SocketAddr) -> Self {
        Self { server }
    }

    /// The addresses of one type behind `name`. Aliases are the server's to follow, as for every stub resolver.
    async fn records(&self, name: &Name<Vec<u8>>, rtype: Rtype) -> Result<Records, FailureKind> {
        read(&self.ask(name, rtype).await?, rtype)
    }

    async fn ask(&self, name: &Name<Vec<u8>>, rtype: Rtype) -> Result<Message<Bytes>, FailureKind> {
        let mut question = MessageBuilder::new_vec();
        question.header_mut().set_rd(true);
        question.header_mut().set_random_id();
        let mut question = question.question();
        question
            .push((name, rtype))
            .map_err(|_| FailureKind::DnsFailed)?;
        let question = question.into_message();
        let request = RequestMessage::new(question.clone()).map_err(|_| FailureKind::DnsFailed)?;
        let mut config = dgram::Config::new();
        config.set_read_timeout(RETRANSMISSION);
        config.set_max_retries(MAX_RETRANSMISSIONS);
        let udp = dgram::Connection::with_config(UdpConnect::new(self.server), config);
        let answer = udp.send_request(request).get_response().await;
        let answer = answer.map_err(|_| failed())?;
        if answer.header().tc() {
            self.ask_at_length(&question).await
        } else {
            Ok(answer)
        }
    }

    /// Asks over TCP what UDP had no room for. A server may close the connection as soon as it has answered.
    async fn ask_at_length(
        &self,
        question: &Message<Vec<u8>>,
    ) -> Result<Message<Bytes>, FailureKind> {
        let tcp = TcpStream::connect(self.server)
            .await
            .map_err(|_| failed())?;
        let answer = exchanged(tcp, question.as_slice())
            .await
            .map_err(|_| FailureKind::DnsFailed)?;
        Message::from_octets(Bytes::from(answer))
            .ok()
            .filter(|answer| answer.is_answer(question))
            .ok_or(FailureKind::DnsFailed)
    }
}

/// One message there and one back, each behind its length in two bytes (RFC 1035, 4.2.2).
async fn exchanged(mut tcp: TcpStream, question: &[u8]) -> io::Result<Vec<u8>> {
    let length = u16::try_from(question.len()).map_err(io::Error::other)?;
    // In one piece: there are servers that do not wait for the second.
    tcp.write_all(&[&length.to_be_bytes(), question].concat())
        .await?;
    let length = tcp.read_u16().await?;
    let mut answer = vec![0; length.into()];
    tcp.read_exact(&mut answer).await?;
    Ok(answer)
}

impl Resolve for StubResolver {
    async fn addresses(&self, host: &str, port: u16) -> Result<Resolved, FailureKind> {
        let name = Name::vec_from_str(host).map_err(|_| FailureKind::DnsFailed)?;
        let (v4, v6) = tokio::join!(
            self.records(&name, Rtype::A),
            self.records(&name, Rtype::AAAA)
        );
        let found = together(v4, v6)?;
        let mut addresses = found.addresses;
        addresses.sort_by_key(|&ip| preference(ip));
        Ok(Resolved {
            addresses: addresses
                .into_iter()
                .map(|ip| SocketAddr::new(ip, port))
                .collect(),
            ttl_seconds: found.ttl_seconds,
        })
    }
}

/// What a response says: the addresses at the end of its chain of aliases.
fn read(answer: &Message<Bytes>, rtype: Rtype) -> Result<Records, FailureKind> {
    match answer.header().rcode() {
        Rcode::NOERROR => {}
        Rcode::NXDOMAIN => return Err(FailureKind::DnsNxdomain),
        _ => return Err(FailureKind::DnsFailed),
    }
    // Following aliases costs the square of the records.
    if usize::from(answer.header_counts().ancount()) > MAX_RECORDS {
        return Err(FailureKind::DnsFailed);
    }
    // None is a loop of aliases.
    let canonical = answer.canonical_name().ok_or(FailureKind::DnsFailed)?;
    let broken = |_| FailureKind::DnsFailed;
    let mut records = Records::default();
    let mut addresses = BTreeSet::new();
    for record in answer.answer().map_err(broken)? {
        let record = record.map_err(broken)?;
        let address: Option<IpAddr> = if record.rtype() != rtype {
            None
        } else if rtype == Rtype::A {
            record
                .to_record::<A>()
                .map_err(broken)?
                .map(|a| a.data().addr().into())
        } else {
            record
                .to_record::<Aaaa>()
                .map_err(broken)?
                .map(|aaaa| aaaa.data().addr().into())
        };
        let on_the_way = record.rtype() == Rtype::CNAME || address.is_some();
        if record.class() != Class::IN || !on_the_way {
            continue;
        }
        records.ttl_seconds = shorter(records.ttl_seconds, Some(record.ttl().as_secs()));
        if let Some(address) = address
            && record.owner() == canonical
            && addresses.insert(address)
        {
            records.addresses.push(address);
        }
    }
    Ok(records)
}

/// The most addresses of one kind that a response of these bytes gives.
#[cfg(any(test, fuzzing))]
pub(crate) fn addresses_in(bytes: &[u8]) -> usize {
    let Ok(message) = Message::from_octets(Bytes::copy_from_slice(bytes)) else {
        return 0;
    };
    let of = |rtype| read(&message, rtype).map_or(0, |found| found.addresses.len());
    of(Rtype::A).max(of(Rtype::AAAA))
}

/// Both answers as one. A type without addresses is no failure as long as the other has some.
fn together(
    v4: Result<Records, FailureKind>,
    v6: Result<Records, FailureKind>,
) -> Result<Records, FailureKind> {
    match (v4, v6) {
        (Ok(v4), Ok(v6)) => {
            let ttl_seconds = shorter(v4.ttl_seconds, v6.ttl_seconds);
            Ok(Records {
                addresses: [v4.addresses, v6.addresses].concat(),
                ttl_seconds,
            })
        }
        (Ok(found), Err(_)) | (Err(_), Ok(found)) if !found.addresses.is_empty() => Ok(found),
        (Err(kind), _) | (_, Err(kind)) => Err(kind),
    }
}

/// Lower is tried first: what this machine has a route to, and of that IPv6, as RFC 6724 (rules 1 and 6) has it and the
/// system's resolver does. The order of the answer decides among equals.
fn preference(ip: IpAddr) -> u8 {
    let any = match ip {
        IpAddr::V4(_) => IpAddr::from(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    // Connecting a datagram socket sends nothing; it fails where no route leads.
    let routed = UdpSocket::bind((any, 0))
        .and_then(|socket| socket.connect((ip, 53)))
        .is_ok();
    match (routed, ip) {
        (true, IpAddr::V6(_)) => 0,
        (true, IpAddr::V4(_)) => 1,
        (false, _) => 2,
    }
}

/// Why a question could not be put. The library hides the system's reason; the shortage that a load can cause shows itself
/// when one more descriptor is asked for.
fn failed() -> FailureKind {
    match UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)) {
        Err(error)
            if [Errno::MFILE, Errno::NFILE]
                .map(|errno| Some(errno.raw_os_error()))
                .contains(&error.raw_os_error()) =>
        {
            FailureKind::ClientFds
        }
        _ => FailureKind::DnsFailed,
    }
}

fn shorter(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    a.into_iter().chain(b).min()
}

/// Most records of an answer that is believed; a name has a handful.
const MAX_RECORDS: usize = 256;
const RETRANSMISSION: Duration = Duration::from_secs(1);
/// Beyond the longest deadline of a request, which ends the look-up.
const MAX_RETRANSMISSIONS: u8 = 61;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `sts.example` and the first byte of a type, as a question has them: written by hand from RFC 1035, 4.1.
    const QUESTION: &[u8] = b"\x03sts\x07example\x00\x00";
    const ADDRESS: u8 = 1;
    const ALIAS: u8 = 5;
    const IPV6_ADDRESS: u8 = 28;
    /// A response to a question that asked for recursion, which was available.
    const FINE: [u8; 2] = [0x81, 0x80];
    /// Where the question's name stands in every message, for compression.
    const ASKED: [u8; 2] = [0xC0, 12];

    fn record(owner: &[u8], rtype: u8, ttl: u32, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).expect("short").to_be_bytes();
        [owner, &[0, rtype, 0, 1], &ttl.to_be_bytes(), &length, data].concat()
    }

    /// The response to `query` with those flags and records.
    fn response(query: &[u8], flags: [u8; 2], records: &[Vec<u8>]) -> Vec<u8> {
        let question_end = 12 + QUESTION.len() + 3;
        let counts = [
            0,
            1,
            0,
            u8::try_from(records.len()).expect("few"),
            0,
            0,
            0,
            0,
        ];
        [
            &query[..2],
            &flags,
            &counts,
            &query[12..question_end],
            &records.concat(),
        ]
        .concat()
    }

    /// What is found at a server whose datagrams `replies` makes of each question and its type.
    async fn asked(replies: impl Fn(&[u8], u8) -> Vec<Vec<u8>>) -> Result<Resolved, FailureKind> {
        let server = tokio::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let resolver = StubResolver::new(server.local_addr().expect("bound"));
        let serving = async {
            let mut query = [0; 1500];
            loop {
                let (length, client) = server.recv_from(&mut query).await.expect("received");
                let rtype = query[12..length]
                    .strip_prefix(QUESTION)
                    .expect("it asks for that name")[0];
                for reply in replies(&query[..length], rtype) {
                    server.send_to(&reply, client).await.expect("sent");
                }
            }
        };
        tokio::select! {
            found = resolver.addresses("sts.example", 443) => found,
            () = serving => unreachable!("it serves forever"),
        }
    }

    /// A port that is free for both, which the first that is free for one may not be.
    async fn one_port() -> (tokio::net::TcpListener, tokio::net::UdpSocket) {
        for _ in 0..64 {
            let any = (Ipv4Addr::LOCALHOST, 0);
            let listener = tokio::net::TcpListener::bind(any).await.expect("a port");
            let address = listener.local_addr().expect("bound");
            if let Ok(datagrams) = tokio::net::UdpSocket::bind(address).await {
                return (listener, datagrams);
            }
        }
        panic!("no port is free for both");
    }

    /// What is found at a server that has no room for its answers in a datagram, and over TCP sends what `replies` makes of
    /// the question and its type, in those pieces, and closes at once.
    async fn asked_at_length(
        replies: impl Fn(&[u8], u8) -> Vec<Vec<u8>>,
    ) -> Result<Resolved, FailureKind> {
        let (listener, datagrams) = one_port().await;
        let address = listener.local_addr().expect("bound");
        let cut_short = async {
            let mut query = [0; 1500];
            loop {
                let (length, client) = datagrams.recv_from(&mut query).await.expect("received");
                let reply = response(&query[..length], [0x83, 0x80], &[]);
                datagrams.send_to(&reply, client).await.expect("sent");
            }
        };
        let at_length = async {
            loop {
                let (mut client, _) = listener.accept().await.expect("accepted");
                let mut query = vec![0; client.read_u16().await.expect("a length").into()];
                client.read_exact(&mut query).await.expect("a question");
                let rtype = query[12..]
                    .strip_prefix(QUESTION)
                    .expect("it asks for that name")[0];
                for piece in replies(&query, rtype) {
                    client.write_all(&piece).await.expect("sent");
                }
            }
        };
        let resolver = StubResolver::new(address);
        tokio::select! {
            found = resolver.addresses("sts.example", 443) => found,
            () = cut_short => unreachable!("it serves forever"),
            () = at_length => unreachable!("it serves forever"),
        }
    }

    /// A message as TCP carries it.
    fn framed(message: &[u8]) -> Vec<u8> {
        let length = u16::try_from(message.len()).expect("short").to_be_bytes();
        [&length, message].concat()
    }

    fn one_address(query: &[u8], rtype: u8) -> Vec<u8> {
        let records = match rtype {
            ADDRESS => vec![record(&ASKED, ADDRESS, 7, &[127, 0, 0, 1])],
            _ => vec![],
        };
        response(query, FINE, &records)
    }

    fn found(addresses: &[[u8; 4]], ttl_seconds: Option<u32>) -> Result<Resolved, FailureKind> {
        let addresses = addresses
            .iter()
            .map(|&ip| (IpAddr::from(ip), 443).into())
            .collect();
        Ok(Resolved {
            addresses,
            ttl_seconds,
        })
    }

    proptest! {
        #[test]
        fn no_answer_is_too_hostile(bytes in prop::collection::vec(any::<u8>(), 0..600), records in 0_u8..8) {
            let question = [&[0; 12], QUESTION, &[ADDRESS, 0, 1]].concat();
            let head = response(&question, FINE, &[]);
            let counts = [&head[..6], &[0, records], &head[8..], &bytes].concat();
            for message in [bytes.clone(), counts] {
                if let Ok(message) = Message::from_octets(Bytes::from(message)) {
                    for rtype in [Rtype::A, Rtype::AAAA] {
                        let found = read(&message, rtype);
                        prop_assert!(found.is_err() || found.is_ok_and(|found| found.addresses.len() <= MAX_RECORDS));
                    }
                }
            }
        }
    }

    #[test]
    fn more_records_than_a_name_has_are_not_looked_at() {
        let question = [&[0; 12], QUESTION, &[ADDRESS, 0, 1]].concat();
        let mut many = response(
            &question,
            FINE,
            &vec![record(&ASKED, ADDRESS, 7, &[127, 0, 0, 1]); 255],
        );
        let read = |bytes: &[u8]| {
            let message = Message::from_octets(Bytes::copy_from_slice(bytes)).expect("a header");
            read(&message, Rtype::A).map(|found| found.addresses.len())
        };
        assert_eq!(read(&many), Ok(1), "the same address counts once");
        many[6] = 2;
        assert_eq!(read(&many), Err(FailureKind::DnsFailed));
    }

    #[tokio::test]
    async fn aliases_are_followed_and_the_shortest_ttl_on_the_way_counts() {
        const FAR: &[u8] = b"\x03far\x07example\x00";
        let told = asked(|query, rtype| {
            let alias = record(&ASKED, ALIAS, 30, FAR);
            let records = match rtype {
                ADDRESS => vec![
                    alias,
                    record(FAR, ADDRESS, 60, &[127, 0, 0, 9]),
                    record(FAR, ADDRESS, 60, &[127, 0, 0, 8]),
                    record(FAR, ADDRESS, 60, &[127, 0, 0, 9]),
                    record(b"\x05other\x00", ADDRESS, 60, &[127, 0, 0, 7]),
                ],
                _ => vec![alias],
            };
            vec![response(query, FINE, &records)]
        });
        assert_eq!(
            told.await,
            found(&[[127, 0, 0, 9], [127, 0, 0, 8]], Some(30))
        );
    }

    #[tokio::test]
    async fn answers_to_other_questions_are_not_believed() {
        let told = asked(|query, rtype| {
            let records = |last| match rtype {
                ADDRESS => vec![record(&ASKED, ADDRESS, 5, &[127, 0, 0, last])],
                _ => vec![],
            };
            let (mut other_id, mut other_name) = (
                response(query, FINE, &records(1)),
                response(query, FINE, &records(2)),
            );
            other_id[0] ^= 1;
            other_name[14] ^= 1;
            vec![
                b"no DNS".to_vec(),
                other_id,
                other_name,
                response(query, FINE, &records(3)),
            ]
        });
        assert_eq!(told.await, found(&[[127, 0, 0, 3]], Some(5)));
    }

    #[tokio::test]
    async fn what_a_server_refuses_is_told_from_a_name_that_is_not_there() {
        for (flags, expected) in [
            ([0x81, 0x83], Err(FailureKind::DnsNxdomain)),
            ([0x81, 0x82], Err(FailureKind::DnsFailed)),
            ([0x81, 0x85], Err(FailureKind::DnsFailed)),
            // No address of either type; whoever asked has nothing to dial.
            (FINE, found(&[], None)),
        ] {
            assert_eq!(
                asked(|query, _| vec![response(query, flags, &[])]).await,
                expected,
                "{flags:?}"
            );
        }
    }

    #[tokio::test]
    async fn one_type_that_fails_does_not_hide_the_other() {
        let told = asked(|query, rtype| match rtype {
            IPV6_ADDRESS => vec![response(query, [0x81, 0x82], &[])],
            _ => vec![response(
                query,
                FINE,
                &[record(&ASKED, ADDRESS, 7, &[127, 0, 0, 1])],
            )],
        });
        assert_eq!(told.await, found(&[[127, 0, 0, 1]], Some(7)));
    }

    #[tokio::test]
    async fn aliases_in_a_circle_and_cut_records_are_failures() {
        let circle =
            asked(|query, _| vec![response(query, FINE, &[record(&ASKED, ALIAS, 7, &ASKED)])])
                .await;
        let cut = asked(|query, _| {
            let whole = response(query, FINE, &[record(&ASKED, ADDRESS, 7, &[127, 0, 0, 1])]);
            vec![whole[..whole.len() - 2].to_vec()]
        });
        assert_eq!(
            (circle, cut.await),
            (Err(FailureKind::DnsFailed), Err(FailureKind::DnsFailed))
        );
    }

    #[tokio::test]
    async fn a_lost_question_is_asked_again() {
        let lost = std::cell::Cell::new(0);
        let told = asked(|query, rtype| {
            lost.set(lost.get() + 1);
            match (lost.get(), rtype) {
                (1 | 2, _) => vec![],
                (_, ADDRESS) => vec![response(
                    query,
                    FINE,
                    &[record(&ASKED, ADDRESS, 7, &[127, 0, 0, 1])],
                )],
                _ => vec![response(query, FINE, &[])],
            }
        });
        assert_eq!(told.await, found(&[[127, 0, 0, 1]], Some(7)));
        assert_eq!(lost.get(), 4);
    }

    #[tokio::test]
    async fn a_server_may_close_as_soon_as_it_has_answered_over_tcp() {
        for _ in 0..20 {
            let whole = asked_at_length(|query, rtype| vec![framed(&one_address(query, rtype))]);
            assert_eq!(whole.await, found(&[[127, 0, 0, 1]], Some(7)));
            let in_pieces = asked_at_length(|query, rtype| {
                framed(&one_address(query, rtype))
                    .chunks(3)
                    .map(<[u8]>::to_vec)
                    .collect()
            });
            assert_eq!(in_pieces.await, found(&[[127, 0, 0, 1]], Some(7)));
        }
    }

    #[tokio::test]
    async fn over_tcp_half_answers_and_answers_to_other_questions_are_failures() {
        let cut = |query: &[u8], rtype| {
            let whole = framed(&one_address(query, rtype));
            vec![whole[..whole.len() - 1].to_vec()]
        };
        let other_id = |query: &[u8], rtype| {
            let mut other = one_address(query, rtype);
            other[0] ^= 1;
            vec![framed(&other)]
        };
        let other_name = |query: &[u8], rtype| {
            let mut other = one_address(query, rtype);
            other[14] ^= 1;
            vec![framed(&other)]
        };
        let failed = Err(FailureKind::DnsFailed);
        assert_eq!(asked_at_length(cut).await, failed);
        assert_eq!(asked_at_length(other_id).await, failed);
        assert_eq!(asked_at_length(other_name).await, failed);
        assert_eq!(asked_at_length(|_, _| vec![]).await, failed);
        assert_eq!(asked_at_length(|_, _| vec![vec![0, 0]]).await, failed);
    }
}
