//! What the tests of sessions share: a scripted STS, short plans, an observer that keeps what it hears.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::*;
use crate::credentials::{FoundCredentials, Secret};
use crate::load::Epoch;
use crate::place::{MeasuringPlace, VantageName};
use crate::plan::{ConnectionMode, Draft, Service, TargetId};
use crate::results::{Directory, Overwrite, Run};
use crate::sample::Sample;
use sts_model::{Endpoint, Operation, Origin};

/// A word of every secret; it must never be seen again.
pub(super) const CANARY: &str = "CANARY";
pub(super) const USER: &str = "arn:aws:iam::123456789012:user/someone";
pub(super) const ROLE: &str = "arn:aws:sts::123456789012:assumed-role/reader/session";
pub(super) const ROOT: &str = "arn:aws:iam::123456789012:root";

/// What a scripted STS does with a request.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    Answer {
        status: u16,
        body: String,
    },
    /// The caller's identity, after which the connection is closed.
    Farewell(&'static str),
    /// Nothing is ever sent.
    Silence,
}

impl Reply {
    /// GetCallerIdentity's answer.
    pub(super) fn identity(arn: &str) -> Self {
        Self::Answer {
            status: 200,
            body: format!(
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                 <Arn>{arn}</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult>\
                 <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>\
                 </GetCallerIdentityResponse>"
            ),
        }
    }

    pub(super) fn fault(status: u16, code: &str) -> Self {
        Self::Answer {
            status,
            body: format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                 <Code>{code}</Code><Message>no</Message></Error>\
                 <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ErrorResponse>"
            ),
        }
    }
}

/// An STS that follows a script, over plain HTTP on loopback. It keeps the requests that it got, heads and bodies.
pub(super) struct ScriptedSts {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl ScriptedSts {
    /// Replies to the request of that number, from 0, as `script` says.
    #[expect(
        clippy::disallowed_methods,
        reason = "the service's clock is another one"
    )]
    pub(super) fn new(script: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::dated(SystemTime::now, script)
    }

    /// One whose clock is `clock`.
    pub(super) fn dated(
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
        script: impl Fn(usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, script, clock) = (Arc::clone(&seen), Arc::new(script), Arc::new(clock));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (kept, script, clock) =
                    (Arc::clone(&kept), Arc::clone(&script), Arc::clone(&clock));
                std::thread::spawn(move || serve(stream, &kept, &*script, &*clock));
            }
        });
        Self { port, seen }
    }

    /// One that always says who the caller is.
    pub(super) fn knowing(arn: &'static str) -> Self {
        Self::new(move |_| Reply::identity(arn))
    }

    pub(super) fn endpoint(&self, name: &str) -> Endpoint {
        let origin = Origin::parse(&format!("http://127.0.0.1:{}", self.port)).expect("a URL");
        Endpoint::custom(name, origin).expect("a name")
    }

    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no test panics with it").clone()
    }
}

fn serve(
    stream: TcpStream,
    seen: &Mutex<Vec<String>>,
    script: &dyn Fn(usize) -> Reply,
    clock: &dyn Fn() -> SystemTime,
) {
    let mut reader = BufReader::new(stream.try_clone().expect("cloned"));
    let mut writer = stream;
    while let Some(request) = read_request(&mut reader) {
        let number = {
            let mut seen = seen.lock().expect("no test panics with it");
            seen.push(request);
            seen.len() - 1
        };
        let (reply, connection) = match script(number) {
            Reply::Farewell(arn) => (Reply::identity(arn), "close"),
            reply => (reply, "keep-alive"),
        };
        match reply {
            Reply::Silence => std::thread::sleep(Duration::from_secs(600)),
            Reply::Farewell(_) => unreachable!("it is an answer by now"),
            Reply::Answer { status, body } => {
                let date = httpdate::fmt_http_date(clock());
                let answer = format!(
                    "HTTP/1.1 {status} OK\r\nDate: {date}\r\nContent-Type: text/xml\r\nConnection: {connection}\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                if writer.write_all(answer.as_bytes()).is_err() || connection == "close" {
                    return;
                }
            }
        }
    }
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut request = String::new();
    let mut length = 0;
    loop {
        let start = request.len();
        if reader.read_line(&mut request).ok()? == 0 {
            return None;
        }
        let line = request[start..].trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.push_str(&String::from_utf8(body).ok()?);
    Some(request)
}

/// Eight cold calls of GetCallerIdentity to each endpoint, as fast as a simulated service may be called.
pub(super) fn draft(endpoints: Vec<Endpoint>) -> Draft {
    Draft {
        endpoints,
        operations: vec![Operation::GetCallerIdentity],
        connections: vec![ConnectionMode::Cold],
        rounds: Some(8),
        blocks: Some(2),
        warmup_rounds: Some(0),
        connections_per_target: Some(1),
        rate_per_endpoint: Some(200.0),
        spin: Some(Duration::ZERO),
        seed: 7,
        service: Service::Simulated,
        ..Draft::default()
    }
}

/// Long-term keys of nobody.
pub(super) fn keys() -> FoundCredentials {
    FoundCredentials {
        access_key_id: Secret::new("AKIAQNZGEXAMPLEKEY23".to_owned()),
        secret_access_key: Secret::new(format!("{CANARY}secret{CANARY}secret4242")),
        session_token: None,
        source: "the test".to_owned(),
        expires: None,
    }
}

/// Temporary ones.
pub(super) fn session_keys() -> FoundCredentials {
    FoundCredentials {
        access_key_id: Secret::new("ASIAQNZGEXAMPLEKEY23".to_owned()),
        session_token: Some(Secret::new(format!("{CANARY}token"))),
        ..keys()
    }
}

pub(super) fn spec(draft: Draft, credentials: FoundCredentials) -> SessionSpec {
    let epoch = Epoch::start();
    SessionSpec {
        asked: Asked::new(draft).expect("a plan"),
        simulated: None,
        caller: CallerSpec {
            credentials: CredentialSource::Given(credentials),
            place: MeasuringPlace {
                pseudo_region: None,
                fips_name: None,
                region: None,
                vantage: VantageName::given("here"),
                observed: Vec::new(),
            },
            show_identity: false,
        },
        trust: TrustSpec::default(),
        run_id: crate::results::run_id(epoch.wall()),
        epoch,
    }
}

/// A directory for a run's files; it goes with the value.
pub(super) struct Output(TempDir);

impl Output {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(super) fn path(&self) -> std::path::PathBuf {
        self.0.path().join("run")
    }

    pub(super) fn directory(&self) -> Directory {
        Directory::prepare(&self.path(), Overwrite::Refuse).expect("writable")
    }
}

/// What is done at an event.
type Reaction = Box<dyn FnMut(&str)>;

/// What a session did, in order; samples are kept apart.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) events: Vec<String>,
    pub(super) notices: Vec<SessionNotice>,
    pub(super) samples: Vec<(TargetId, Option<u32>)>,
    /// What is done at each event.
    pub(super) reaction: Option<Reaction>,
}

impl Heard {
    /// Does something at each event, which is given by name.
    pub(super) fn reacting(reaction: impl FnMut(&str) + 'static) -> Self {
        Self {
            reaction: Some(Box::new(reaction)),
            ..Self::default()
        }
    }

    fn hear(&mut self, event: String) {
        if let Some(reaction) = &mut self.reaction {
            reaction(&event);
        }
        self.events.push(event);
    }
}

impl SessionObserver for Heard {
    fn notice(&mut self, notice: &SessionNotice) {
        // The environment of whoever runs the tests is not theirs to judge.
        if !matches!(
            notice,
            SessionNotice::ProxyIgnored(_)
                | SessionNotice::EndpointVariables(_)
                | SessionNotice::RetriesNotFollowed(_)
        ) {
            self.notices.push(notice.clone());
            self.hear("notice".to_owned());
        }
    }

    fn waiting(&mut self, _: WindowWait) {
        self.hear("waiting".to_owned());
    }

    fn part_begun(&mut self, begun: PartBegun<'_>) {
        self.hear(format!("begun {:?}", begun.part));
    }

    fn measuring(&mut self) {
        self.hear("measuring".to_owned());
    }

    fn sample(&mut self, sample: &Sample) {
        self.samples
            .push((sample.arrival.target, sample.arrival.round));
        let number = self.samples.len();
        if let Some(reaction) = &mut self.reaction {
            reaction(&format!("sample {number}"));
        }
    }

    fn part_ended(&mut self) {
        self.hear("ended".to_owned());
    }

    fn writing(&mut self) {
        self.hear("writing".to_owned());
    }

    fn pilot_judged(&mut self, _: PilotJudged<'_>) {
        self.hear("judged".to_owned());
    }
}

/// Measures `spec` into `output` and finishes its files.
pub(super) fn measured(spec: SessionSpec, output: &Output, heard: &mut Heard) -> Finished {
    measured_until(spec, output, &StopSwitch::default(), heard)
}

pub(super) fn measured_until(
    spec: SessionSpec,
    output: &Output,
    stop: &StopSwitch,
    heard: &mut Heard,
) -> Finished {
    Session::open(spec, stop.clone(), heard)
        .expect("it opens")
        .measure(output.directory(), heard)
        .expect("it measures")
}

pub(super) fn calls(run: &Run) -> u64 {
    run.measured
        .series
        .iter()
        .map(|series| series.counts.issued + series.counts.warmup)
        .sum()
}

/// Planned calls that were not sent, because their endpoint kept refusing.
pub(super) fn withheld(run: &Run) -> u64 {
    run.measured
        .series
        .iter()
        .map(|series| series.counts.withheld)
        .sum()
}

/// The texts of the run's notices, without what depends on the environment.
pub(super) fn texts(run: &Run) -> Vec<&str> {
    run.notices
        .iter()
        .map(|notice| notice.text.as_str())
        .filter(|text| !text.contains("without a proxy"))
        .collect()
}

/// The bytes of every file below `path`.
pub(super) fn everything_below(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(path).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            bytes.extend(everything_below(&path));
        } else {
            bytes.extend(std::fs::read(path).expect("readable"));
        }
    }
    bytes
}
