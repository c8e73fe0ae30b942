//! Whether a simulated run could delay packets here: tried by an emulator that ends at once, because rights that a process
//! takes in a namespace of its own cannot be given back.

use std::io::{self, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::notice::DoctorFinding;

/// A trial of the kernel link under way.
pub(super) struct LinkTrial(io::Result<Child>);

/// The pauses between two looks at the trial, and how many there are before it is ended: 1.2 s.
const PAUSE: Duration = Duration::from_millis(20);
const LOOKS: u32 = 60;

impl LinkTrial {
    /// Begins. The search for credentials must begin later: it ends what has become its child meanwhile.
    pub(super) fn start() -> Self {
        Self(std::env::current_exe().and_then(|program| {
            Command::new(program)
                .args(["emulate", "--link", "kernel", "--endpoints", "global"])
                .arg("--until-stdin-ends")
                .env_clear()
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
        }))
    }

    /// What has come of it.
    pub(super) fn finding(self) -> DoctorFinding {
        match self.ended() {
            Ok(()) => DoctorFinding::KernelLink,
            Err(reason) => DoctorFinding::NoKernelLink(reason),
        }
    }

    fn ended(self) -> Result<(), String> {
        let mut child = self.0.map_err(|error| error.to_string())?;
        for _ in 0..LOOKS {
            match child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(_)) => return Err(said(&mut child)),
                Ok(None) => std::thread::sleep(PAUSE),
                Err(error) => return Err(error.to_string()),
            }
        }
        child.kill().ok();
        child.wait().ok();
        Err("the simulated service did not start in time".to_owned())
    }
}

/// The child's last words.
fn said(child: &mut Child) -> String {
    let mut bytes = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        stderr.take(4096).read_to_end(&mut bytes).ok();
    }
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().last().unwrap_or("no reason was given");
    line.trim_start_matches("error: ").to_owned()
}
