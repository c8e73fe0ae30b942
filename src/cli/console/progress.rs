//! Progress on stderr: a bar for each endpoint on a terminal, plain lines elsewhere. It reads what the recorder has; it
//! never waits for the measuring thread, nor lets it wait.

use std::collections::VecDeque;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::load::Epoch;
use crate::plan::{ConnectionMode, Plan, Target};
use crate::sample::{Outcome, Sample, Stage};

use crate::cli::console::diagnostics::say;
use crate::cli::options::output::{OutputOptions, When};

/// Shows how far a run has come.
pub(crate) struct Progress {
    view: View,
    endpoint_of: Vec<usize>,
    /// Whether a target's times are shown: one target of each endpoint, because populations are never mixed.
    shown: Vec<bool>,
    done: u64,
    planned: u64,
    errors: u64,
}

enum View {
    Silent,
    Lines {
        began: Instant,
        last: Instant,
        last_tenth: u64,
    },
    Bars {
        _all: MultiProgress,
        bars: Vec<EndpointBar>,
        drawn: Instant,
    },
}

struct EndpointBar {
    bar: ProgressBar,
    done: u64,
    errors: u64,
    /// The latest service times, in order of time.
    recent: VecDeque<Duration>,
}

impl Progress {
    /// Progress of `plan` in the way that `options` and stderr ask for.
    pub(crate) fn of(plan: &Plan, options: &OutputOptions) -> Self {
        let endpoints = plan.endpoints();
        let place = |name: &str| {
            endpoints
                .iter()
                .position(|e| e.name == name)
                .expect("it is a target's endpoint")
        };
        let terminal = std::io::stderr().is_terminal()
            && std::env::var_os("CI").is_none()
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let now = Epoch::now();
        let view = match (options.quiet, options.progress) {
            (true, _) | (_, When::Never) => View::Silent,
            (_, When::Auto) if terminal => bars(plan, now),
            (_, When::Always) if std::io::stderr().is_terminal() => bars(plan, now),
            _ => View::Lines {
                began: now,
                last: now,
                last_tenth: 0,
            },
        };
        Self {
            view,
            endpoint_of: plan
                .targets
                .iter()
                .map(|t| place(&t.endpoint.name))
                .collect(),
            shown: plan.targets.iter().map(|t| is_shown(plan, t)).collect(),
            done: 0,
            planned: plan.planned_requests().max(1),
            errors: 0,
        }
    }

    /// Takes note of a sample.
    pub(crate) fn observe(&mut self, sample: &Sample) {
        let failed = sample.exchange.outcome != Outcome::Success;
        self.done += 1;
        self.errors += u64::from(failed);
        if let View::Bars { bars, .. } = &mut self.view {
            let target = usize::from(sample.arrival.target.0);
            let bar = &mut bars[self.endpoint_of[target]];
            bar.done += 1;
            bar.errors += u64::from(failed);
            if !failed && self.shown[target] && sample.arrival.stage == Stage::Measured {
                if bar.recent.len() == RECENT {
                    bar.recent.pop_front();
                }
                bar.recent.push_back(sample.service_time());
            }
        }
        self.draw();
    }

    /// Ends the show; the bars make way for the report.
    pub(crate) fn finish(self) {
        if let View::Bars { bars, .. } = &self.view {
            bars.iter().for_each(|b| b.bar.finish_and_clear());
        }
    }

    fn draw(&mut self) {
        let now = Epoch::now();
        match &mut self.view {
            View::Silent => {}
            View::Lines {
                began,
                last,
                last_tenth,
            } => {
                let tenth = self.done * 10 / self.planned;
                if tenth > *last_tenth || now - *last >= LINE_EVERY {
                    (*last, *last_tenth) = (now, tenth);
                    let percent = (self.done * 100 / self.planned).min(100);
                    let seconds = (now - *began).as_secs();
                    say(&format!(
                        "{percent:>3} % · {}/{} calls · {} errors · {seconds} s",
                        self.done, self.planned, self.errors
                    ));
                }
            }
            View::Bars { bars, drawn, .. } => {
                if now - *drawn >= DRAW_EVERY {
                    *drawn = now;
                    bars.iter().for_each(EndpointBar::draw);
                }
            }
        }
    }
}

impl EndpointBar {
    fn draw(&self) {
        let mut sorted: Vec<_> = self.recent.iter().copied().collect();
        sorted.sort_unstable();
        let p50 = sorted.get(sorted.len() / 2).map_or_else(
            || "–".to_owned(),
            |p50| format!("{:.1} ms", p50.as_secs_f64() * 1e3),
        );
        self.bar.set_position(self.done);
        self.bar.set_message(format!(
            "{:>4} err  p50 {p50:>9}  {}",
            self.errors,
            sparkline(&self.recent)
        ));
    }
}

const LINE_EVERY: Duration = Duration::from_secs(10);
const DRAW_EVERY: Duration = Duration::from_millis(100);
/// Samples behind a bar's median and sparkline.
const RECENT: usize = 32;

/// The endpoint's target whose times are shown: warm when there is one, of the first operation.
fn is_shown(plan: &Plan, target: &Target) -> bool {
    let first = &plan.targets[0];
    let has_warm = plan
        .targets
        .iter()
        .any(|t| t.connection == ConnectionMode::Warm);
    let connection = if has_warm {
        ConnectionMode::Warm
    } else {
        first.connection
    };
    target.connection == connection && target.call == first.call
}

fn bars(plan: &Plan, now: Instant) -> View {
    if let Some(shown) = plan.targets.iter().find(|t| is_shown(plan, t)) {
        say(&format!(
            "times shown while measuring: {} on a {} connection",
            shown.call.operation(),
            shown.connection
        ));
    }
    let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{prefix:>22} {bar:24} {pos:>5}/{len:<5} {msg}")
        .expect("the template is a valid one")
        .progress_chars("━╸─");
    let endpoints = plan.endpoints();
    let each = plan.planned_requests() / endpoints.len() as u64;
    let bars = endpoints
        .iter()
        .map(|endpoint| {
            let bar = all.add(
                ProgressBar::new(each)
                    .with_style(style.clone())
                    .with_prefix(endpoint.name.clone()),
            );
            EndpointBar {
                bar,
                done: 0,
                errors: 0,
                recent: VecDeque::new(),
            }
        })
        .collect();
    View::Bars {
        _all: all,
        bars,
        drawn: now,
    }
}

/// The last sixteen times as heights between the smallest and the largest.
fn sparkline(times: &VecDeque<Duration>) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let last: Vec<_> = times
        .iter()
        .rev()
        .take(16)
        .rev()
        .map(Duration::as_secs_f64)
        .collect();
    let (low, high) = last
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(low, high), t| {
            (low.min(*t), high.max(*t))
        });
    let level = |t: &f64| {
        if high > low {
            ((t - low) / (high - low) * 7.0).round() as usize
        } else {
            0
        }
    };
    last.iter().map(|t| LEVELS[level(t)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_shows_the_last_sixteen_from_low_to_high() {
        let times = (0..20).map(Duration::from_millis).collect();
        assert_eq!(sparkline(&times), "▁▁▂▂▃▃▄▄▅▅▆▆▇▇██");
        assert_eq!(
            sparkline(&VecDeque::from([Duration::from_millis(3); 2])),
            "▁▁"
        );
        assert_eq!(sparkline(&VecDeque::new()), "");
    }
}
