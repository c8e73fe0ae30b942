//! A packet capture of loopback, made by tcpdump and read back: what the wire saw, for tests to hold the program against.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::support::{not_tested, signal};

/// tcpdump on one port of loopback.
pub struct Capture {
    child: Child,
    directory: TempDir,
    port: u16,
}

/// A request and its answer on one connection, ns since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Exchanged {
    /// The last segment with bytes of the request.
    pub request: u64,
    /// The last segment with bytes of the answer.
    pub answer: u64,
}

impl Capture {
    /// Begins to capture what goes to and from `port`; `None` where this machine does not let it, said on stderr.
    ///
    /// # Panics
    /// Where `CI` is set and nothing can be captured: there the proof is owed.
    pub fn start(port: u16) -> Option<Self> {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("loopback.pcap");
        let mut command = Command::new("tcpdump");
        command.args([
            "-i",
            "lo",
            "-s",
            "128",
            "-B",
            "65536",
            "--time-stamp-precision=nano",
            "-U",
            "-Z",
            "root",
            "-w",
        ]);
        command
            .arg(&file)
            .arg(format!("tcp port {port}"))
            .stderr(Stdio::piped())
            .stdin(Stdio::null());
        let started = command.spawn().ok().and_then(|mut child| {
            let said = BufReader::new(child.stderr.take().expect("piped"));
            let listening = said
                .lines()
                .map_while(Result::ok)
                .any(|line| line.contains("listening on"));
            if !listening {
                child.wait().expect("it ended");
            }
            listening.then_some(child)
        });
        if started.is_none() {
            not_tested(
                "no packet can be captured on loopback: tcpdump is missing or this is not root",
            );
        }
        started.map(|child| Self {
            child,
            directory,
            port,
        })
    }

    /// Ends the capture; the exchanges in order of their requests.
    pub fn finish(mut self) -> Vec<Exchanged> {
        // What was sent last has to pass through the kernel's buffer first.
        std::thread::sleep(std::time::Duration::from_millis(300));
        signal(&self.child, Signal::INT);
        self.child.wait().expect("it ends");
        let bytes = std::fs::read(self.path()).expect("the capture is there");
        exchanges(&bytes, self.port)
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("loopback.pcap")
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Reads a classic pcap file with nanoseconds (draft-ietf-opsawg-pcap) of Ethernet frames with IPv4 and TCP.
fn exchanges(bytes: &[u8], server: u16) -> Vec<Exchanged> {
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(
        (word(0), word(20)),
        (0xA1B2_3C4D, 1),
        "nanoseconds and Ethernet"
    );
    let mut at = 24;
    let mut open: BTreeMap<u16, (u64, Option<u64>)> = BTreeMap::new();
    let mut done = Vec::new();
    while at + 16 <= bytes.len() {
        let stamp = u64::from(word(at)) * 1_000_000_000 + u64::from(word(at + 4));
        let length = word(at + 8) as usize;
        let Some(frame) = bytes.get(at + 16..at + 16 + length) else {
            break;
        };
        at += 16 + length;
        let Some(Segment {
            source,
            target,
            payload,
            last,
        }) = segment(frame)
        else {
            continue;
        };
        if target == server && last {
            // What a server says to a connection that is being closed is no answer.
            let ended = open.remove(&source);
            done.extend(ended.and_then(|(request, answer)| {
                Some(Exchanged {
                    request,
                    answer: answer?,
                })
            }));
            continue;
        }
        if payload == 0 {
            continue;
        }
        if target == server {
            match open.get_mut(&source) {
                Some((request, None)) => *request = stamp,
                _ => {
                    let before = open.insert(source, (stamp, None));
                    done.extend(before.and_then(|(request, answer)| {
                        Some(Exchanged {
                            request,
                            answer: answer?,
                        })
                    }));
                }
            }
        } else if source == server
            && let Some((_, answer)) = open.get_mut(&target)
        {
            *answer = Some(stamp);
        }
    }
    done.extend(open.into_values().filter_map(|(request, answer)| {
        Some(Exchanged {
            request,
            answer: answer?,
        })
    }));
    done.sort_by_key(|exchanged| exchanged.request);
    done
}

/// What is looked at of a TCP segment.
struct Segment {
    source: u16,
    target: u16,
    payload: usize,
    /// Whether it closes its direction, with FIN or RST.
    last: bool,
}

fn segment(frame: &[u8]) -> Option<Segment> {
    let half = |at: usize| Some(u16::from_be_bytes(frame.get(at..at + 2)?.try_into().ok()?));
    if half(12)? != 0x0800 || *frame.get(23)? != 6 {
        return None;
    }
    let ip = usize::from(frame[14] & 0x0F) * 4;
    let tcp = 14 + ip;
    let header = usize::from(*frame.get(tcp + 12)? >> 4) * 4;
    let payload = usize::from(half(16)?).checked_sub(ip + header)?;
    let last = frame.get(tcp + 13)? & 0b101 != 0;
    Some(Segment {
        source: half(tcp)?,
        target: half(tcp + 2)?,
        payload,
        last,
    })
}
