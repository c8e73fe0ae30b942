//! The program as its users meet it: a process with an empty environment, and what it said and left behind.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use sts_emulator::{EmulatorAnnouncement, EmulatorProcess, EndpointAnnouncement, Ledger};
use tempfile::TempDir;

/// Keys that look right and open nothing; both hold words that must never be seen again.
pub const KEY_ID: &str = "AKIAQNZGCANARYKEY234";
pub const SECRET: &str = "CANARYsecretCANARYsecretCANARYsecret4242";
/// The clients of this build.
pub const CLIENTS: &[&str] = if cfg!(feature = "client-reqwest") {
    &["hyper", "reqwest"]
} else {
    &["hyper"]
};

/// One at a time: tests that compare times must not compete for the processor with each other, and, where the system
/// lets, not with other programs either: this thread and what it starts go before them.
pub fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    // Refused to all but the superuser; the tests then stand or fall by what else runs.
    rustix::process::nice(-15).ok();
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A home directory of its own, and the environment of a user who has set nothing.
pub struct Home {
    directory: TempDir,
    environment: Vec<(OsString, OsString)>,
}

impl Home {
    pub fn new() -> Self {
        let home = Self {
            directory: tempfile::tempdir().expect("a directory"),
            environment: Vec::new(),
        };
        let path = home.path().as_os_str().to_owned();
        home.set("HOME", path)
            .set("AWS_EC2_METADATA_DISABLED", "true")
    }

    /// A user with long-term keys in the environment.
    pub fn with_keys(id: &str, secret: &str) -> Self {
        Self::new()
            .set("AWS_ACCESS_KEY_ID", id)
            .set("AWS_SECRET_ACCESS_KEY", secret)
    }

    pub fn set(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    pub fn unset(mut self, name: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    pub fn out(&self) -> PathBuf {
        self.path().join("out")
    }

    /// Writes a file below the home.
    pub fn file(self, name: &str, contents: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("below the home")).expect("created");
        std::fs::write(path, contents).expect("written");
        self
    }

    /// The program with these arguments, in this home.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stsbench"));
        command
            .args(arguments)
            .env_clear()
            .current_dir(self.path())
            .stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ran {
        Ran::of(
            self.command(arguments)
                .output()
                .expect("the program starts"),
        )
    }

    /// `stsbench run` with results in [`Self::out`].
    pub fn measure(&self, arguments: &[&str]) -> Ran {
        let out = self.out();
        let arguments = [OsStr::new("run"), OsStr::new("--out"), out.as_os_str()]
            .into_iter()
            .chain(arguments.iter().map(OsStr::new));
        self.run(arguments)
    }

    /// A file of the results.
    pub fn result(&self, name: &str) -> String {
        let path = self.out().join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The stored run.
    pub fn stored(&self) -> stsbench::results::Run {
        stsbench::results::read(&self.out()).expect("the run can be read")
    }
}

/// How the program ended and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Measured: done, or done and found invalid, because a machine that runs tests is too busy to keep a schedule.
    #[track_caller]
    pub fn measures(self) -> Self {
        assert!(
            matches!(self.code, Some(0 | 3)),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Refused: this code, nothing on stdout, and one line on stderr that holds `words`.
    #[track_caller]
    pub fn refuses(self, code: i32, words: &[&str]) -> Self {
        let ran = self.exits(code);
        assert_eq!(ran.stdout, "", "a refusal prints no result");
        assert_eq!(
            ran.stderr.lines().count(),
            1,
            "one line, not: {}",
            ran.stderr
        );
        assert!(
            ran.stderr.starts_with("error: ") && ran.stderr.len() < 2500,
            "{}",
            ran.stderr
        );
        ran.says(words)
    }

    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(
                self.stderr.contains(word),
                "{word:?} is not in: {}",
                self.stderr
            );
        }
        self
    }
}

/// Every subcommand, as the program's help lists them.
pub fn subcommands() -> Vec<String> {
    let help = Home::new().run(["--help"]).exits(0).stdout;
    let (_, list) = help.split_once("Commands:\n").expect("a list");
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names = names.filter(|name| !name.is_empty() && *name != "help");
    let names: Vec<String> = names.map(str::to_owned).collect();
    assert!(
        names.contains(&"run".to_owned()) && names.len() > 15,
        "{help}"
    );
    names
}

/// A peer that must never be called.
pub struct Untouched(TcpListener);

impl Untouched {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("set");
        Self(listener)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("bound"))
    }

    #[track_caller]
    pub fn check(&self) {
        let error = self.0.accept().expect_err("somebody has called");
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
}

/// `stsbench run` with keys and a peer at hand: refused with nothing sent and nothing left behind.
#[track_caller]
pub fn run_refuses(arguments: &[&str], words: &[&str]) {
    let (home, peer) = (Home::with_keys(KEY_ID, SECRET), Untouched::new());
    let url = format!("peer={}", peer.url());
    let mut all = vec!["--endpoint-url", &url];
    if !arguments.contains(&"--endpoints") {
        all.extend(["--endpoints", "peer"]);
    }
    all.extend(arguments);
    home.measure(&all).refuses(2, words);
    peer.check();
    assert!(
        !home.out().exists(),
        "a run that never began leaves nothing behind"
    );
}

/// A fleet as a process of its own, described by a TOML file.
pub struct TestEmulator {
    emulator: EmulatorProcess,
    home: Home,
}

impl TestEmulator {
    pub fn start(spec: &str) -> Self {
        let home = Home::new().file("fleet.toml", spec);
        let file = home.path().join("fleet.toml");
        let arguments = [OsStr::new("--fleet"), file.as_os_str()];
        let emulator = EmulatorProcess::start(env!("CARGO_BIN_EXE_stsbench"), arguments)
            .expect("the fleet starts");
        let home = home.file("ca.pem", &emulator.announcement().ca_pem);
        Self { emulator, home }
    }

    /// What it says of itself.
    pub fn announcement(&self) -> &EmulatorAnnouncement {
        self.emulator.announcement()
    }

    pub fn endpoints(&self) -> &[EndpointAnnouncement] {
        self.emulator.announced_endpoints()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.emulator.id()
    }

    /// The path of its root certificate.
    pub fn ca_file(&self) -> String {
        self.home
            .path()
            .join("ca.pem")
            .to_string_lossy()
            .into_owned()
    }

    /// A user with this fleet's keys.
    pub fn user(&self) -> Home {
        let own = &self.announcement().credentials[0];
        Home::with_keys(&own.access_key_id, &own.secret_access_key)
    }

    /// Options that call the named endpoint without TLS. Its name stays, and with it the Region that is signed for.
    pub fn plaintext(&self, name: &str) -> String {
        format!("{name}={}", self.endpoint(name).plaintext_url)
    }

    /// Options that call the named endpoint with TLS.
    pub fn secure(&self, name: &str) -> String {
        format!("{name}={}", self.endpoint(name).url)
    }

    pub fn endpoint(&self, name: &str) -> &EndpointAnnouncement {
        self.emulator.endpoint(name).expect("it serves it")
    }

    /// Ends it and reads its books.
    pub fn finish(self) -> Ledger {
        self.emulator.finish().expect("the fleet gives its ledger")
    }
}

/// Says something even when the test passes, whose own output nobody would see.
pub fn aloud(text: &str) {
    writeln!(std::io::stderr(), "\n{text}").ok();
}

/// Says that a test proves nothing on this machine, and why; where `CI` is set it fails instead.
#[track_caller]
pub fn not_tested(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "not tested: {why}");
    aloud(&format!("NOT TESTED HERE: {why}"));
}

/// The time, for signing and for credentials that end.
#[expect(
    clippy::disallowed_methods,
    reason = "a test is its own measurement and has no epoch"
)]
pub fn wall_clock() -> SystemTime {
    SystemTime::now()
}

/// A moment to count from.
#[expect(
    clippy::disallowed_methods,
    reason = "a test is its own measurement and has no epoch"
)]
pub fn stopwatch() -> Instant {
    Instant::now()
}

/// Waits until `done` or for half a minute.
pub fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let began = stopwatch();
    while !done() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "{what} did not come"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends a signal to a child.
pub fn signal(child: &Child, signal: rustix::process::Signal) {
    rustix::process::kill_process(rustix::process::Pid::from_child(child), signal)
        .expect("it runs");
}

/// Whether this machine lets the fleet have the kernel link. Where it does not, the caller's test proves nothing, which is
/// said aloud, and is a failure where `CI` is set.
pub fn kernel_link() -> bool {
    let ran = Home::new().run([
        "emulate",
        "--link",
        "kernel",
        "--endpoints",
        "global",
        "--until-stdin-ends",
    ]);
    if ran.code == Some(0) {
        return true;
    }
    not_tested(&format!(
        "there is no kernel link here: {}",
        ran.stderr.trim()
    ));
    false
}

/// A fleet without distance, work or quota.
pub const FAST: &str = "link = \"undelayed\"\nquota = { requests_per_second = 1000000, burst = 1000000 }\n\
    [service_time.get-caller-identity]\nmedian_ms = 0\nsigma = 0\n\
    [service_time.get-session-token]\nmedian_ms = 0\nsigma = 0\n";

/// The smallest simulated run.
pub const SMALL: [&str; 10] = [
    "--simulate",
    "--endpoints=global,eu-central-1",
    "--operations=get-caller-identity",
    "--connections=warm",
    "--rounds=4",
    "--blocks=2",
    "--warmup-rounds=0",
    "--rate-per-endpoint=20",
    "--progress=never",
    "--seed=7",
];
