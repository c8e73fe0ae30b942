//! Progress on stderr: one picture of all endpoints on a terminal, plain lines elsewhere. It is handed each sample on the main
//! thread, so the measuring thread never waits for it.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use crate::load::Epoch;
use crate::plan::Plan;
use crate::sample::Sample;

use crate::cli::console::charset::displayable;
use crate::cli::console::diagnostics::say;
use crate::cli::console::live::Live;
use crate::cli::console::live_text::LiveText;
use crate::cli::options::output::{OutputOptions, When};

/// Shows how far a run has come.
pub(crate) struct Progress {
    live: Live,
    began: Instant,
    view: View,
}

enum View {
    Silent,
    Lines { last: Instant, last_tenth: u64 },
    Picture { picture: LiveText, drawn: Instant },
}

impl Progress {
    /// Progress of `plan` in the way that `options` and stderr ask for.
    pub(crate) fn of(plan: &Plan, options: &OutputOptions) -> Self {
        let stderr_is_terminal = std::io::stderr().is_terminal();
        let suits_pictures = stderr_is_terminal
            && std::env::var_os("CI").is_none()
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let now = Epoch::now();
        let view = match (options.quiet, options.progress) {
            (true, _) | (_, When::Never) => View::Silent,
            (_, When::Auto) if suits_pictures => picture(now),
            (_, When::Always) if stderr_is_terminal => picture(now),
            _ => View::Lines {
                last: now,
                last_tenth: 0,
            },
        };
        Self {
            live: Live::of(plan),
            began: now,
            view,
        }
    }

    /// Takes note of a sample.
    pub(crate) fn observe(&mut self, sample: &Sample) {
        self.live.observe(sample);
        self.draw();
    }

    /// Ends the show; the picture makes way for the report.
    pub(crate) fn finish(mut self) {
        if let View::Picture { picture, .. } = &mut self.view {
            picture.clear();
        }
    }

    fn draw(&mut self) {
        let now = Epoch::now();
        let elapsed = now - self.began;
        match &mut self.view {
            View::Silent => {}
            View::Lines { last, last_tenth } => {
                let tenth = self.live.percent(elapsed) / 10;
                if tenth > *last_tenth || now - *last >= LINE_EVERY {
                    (*last, *last_tenth) = (now, tenth);
                    say(&self.live.totals(elapsed));
                }
            }
            View::Picture { picture, drawn } => {
                if now - *drawn >= DRAW_EVERY {
                    *drawn = now;
                    let (columns, rows) = size();
                    let frame = self.live.frame(elapsed, columns, rows);
                    picture.draw(&displayable(frame.join("\n")));
                }
            }
        }
    }
}

const LINE_EVERY: Duration = Duration::from_secs(10);
const DRAW_EVERY: Duration = Duration::from_millis(100);

fn picture(now: Instant) -> View {
    View::Picture {
        picture: LiveText::default(),
        drawn: now,
    }
}

/// Columns and rows of the terminal behind stderr, asked each time because windows change.
fn size() -> (usize, usize) {
    let size = rustix::termios::tcgetwinsize(std::io::stderr()).ok();
    size.filter(|size| size.ws_col > 0 && size.ws_row > 0)
        .map_or((80, 24), |size| {
            (usize::from(size.ws_col), usize::from(size.ws_row))
        })
}
