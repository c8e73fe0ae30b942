//! What a run looks like while it is measured: totals, and the leading endpoints, never more than the terminal shows.

use std::collections::VecDeque;
use std::time::Duration;

use crate::plan::{Load, Plan, Target};
use crate::report::{FOREMOST, count};
use crate::sample::{Outcome, Sample, Stage};

/// How far a run has come.
#[derive(Debug)]
pub(crate) struct Live {
    endpoints: Vec<LiveEndpoint>,
    endpoint_of: Vec<usize>,
    /// Whether a target's times are shown: one target of each endpoint, because populations are never mixed.
    shown: Vec<bool>,
    /// What is called where the times are shown.
    subject: String,
    /// Calls that have ended.
    done: u64,
    /// Calls that are planned; `None` where time alone bounds them.
    planned: Option<u64>,
    errors: u64,
    length: Duration,
}

#[derive(Debug)]
struct LiveEndpoint {
    name: String,
    is_global: bool,
    errors: u64,
    /// The latest service times, in order of time.
    recent: VecDeque<Duration>,
}

impl Live {
    /// Of a run of that plan, before its first call.
    pub(crate) fn of(plan: &Plan) -> Self {
        let endpoints = plan.endpoints();
        let place = |name: &str| {
            endpoints
                .iter()
                .position(|endpoint| endpoint.name == name)
                .unwrap_or_default()
        };
        let shown: Vec<bool> = plan
            .targets
            .iter()
            .map(|target| is_shown(plan, target))
            .collect();
        let subject = plan
            .targets
            .iter()
            .zip(&shown)
            .find(|(_, shown)| **shown)
            .map_or_else(String::new, |(target, _)| {
                let operation = target.call.operation().api_name();
                format!("{operation}, {} connections", target.connection)
            });
        Self {
            endpoint_of: plan
                .targets
                .iter()
                .map(|target| place(&target.endpoint.name))
                .collect(),
            shown,
            subject,
            endpoints: endpoints
                .iter()
                .map(|endpoint| LiveEndpoint {
                    name: endpoint.name.clone(),
                    is_global: endpoint.scope == sts_model::Scope::Global,
                    errors: 0,
                    recent: VecDeque::new(),
                })
                .collect(),
            done: 0,
            planned: match plan.load {
                Load::Closed { .. } => None,
                Load::Audit { .. } | Load::Open { .. } => Some(plan.planned_requests().max(1)),
            },
            errors: 0,
            length: plan.length(),
        }
    }

    /// Takes note of a sample.
    pub(crate) fn observe(&mut self, sample: &Sample) {
        let failed = sample.exchange.outcome != Outcome::Success;
        self.done += 1;
        self.errors += u64::from(failed);
        let target = usize::from(sample.arrival.target.0);
        let Some(endpoint) = self
            .endpoint_of
            .get(target)
            .and_then(|&at| self.endpoints.get_mut(at))
        else {
            return;
        };
        endpoint.errors += u64::from(failed);
        if !failed && self.shown[target] && sample.arrival.stage == Stage::Measured {
            if endpoint.recent.len() == RECENT {
                endpoint.recent.pop_front();
            }
            endpoint.recent.push_back(sample.service_time());
        }
    }

    /// Whole per cent of the run, 0–100.
    pub(crate) fn percent(&self, elapsed: Duration) -> u64 {
        let share = match self.planned {
            Some(planned) => self.done as f64 / planned as f64,
            None => elapsed.as_secs_f64() / self.length.as_secs_f64().max(1e-9),
        };
        (share * 100.0).clamp(0.0, 100.0) as u64
    }

    /// The totals in one line.
    pub(crate) fn totals(&self, elapsed: Duration) -> String {
        let calls = match self.planned {
            Some(planned) => format!("{}/{} calls", count(self.done), count(planned)),
            None => format!("{} calls", count(self.done)),
        };
        let left = match self.length.saturating_sub(elapsed).as_secs() {
            0 => String::new(),
            seconds => format!(", about {} left", clock(seconds)),
        };
        let errors = match self.errors {
            1 => "1 error".to_owned(),
            errors => format!("{} errors", count(errors)),
        };
        format!(
            "{:>3}% · {calls} · {errors} · {}{left}",
            self.percent(elapsed),
            clock(elapsed.as_secs())
        )
    }

    /// The lines for a terminal of that many columns and rows: fewer rows than it has, each narrower than it is.
    pub(crate) fn frame(&self, elapsed: Duration, columns: usize, rows: usize) -> Vec<String> {
        let mut lines = vec![self.totals(elapsed)];
        // A row stays free for the cursor, one for the totals, one for the heading, one for what is left out.
        let room = rows.saturating_sub(4);
        if room > 0 {
            lines.push(format!("p50 of the last {RECENT} calls: {}", self.subject));
            let mut order: Vec<&LiveEndpoint> = self.endpoints.iter().collect();
            order.sort_by_key(|endpoint| endpoint.p50().unwrap_or(Duration::MAX));
            let mut kept: Vec<&LiveEndpoint> = order.iter().copied().take(room).collect();
            let global = order.iter().copied().find(|endpoint| endpoint.is_global);
            if let Some(global) = global
                && let Some(last) = kept.last_mut()
                && order.iter().position(|e| e.is_global) >= Some(room)
            {
                *last = global;
            }
            let names = kept
                .iter()
                .map(|endpoint| endpoint.name.chars().count())
                .max()
                .unwrap_or(0)
                .min(columns / 3);
            lines.extend(kept.iter().map(|endpoint| endpoint.line(names)));
            if order.len() > kept.len() {
                lines.push(format!("  {} more endpoints", order.len() - kept.len()));
            }
        }
        for line in &mut lines {
            *line = line.chars().take(columns.saturating_sub(1)).collect();
        }
        lines
    }
}

impl LiveEndpoint {
    fn p50(&self) -> Option<Duration> {
        let mut sorted: Vec<_> = self.recent.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    fn line(&self, names: usize) -> String {
        let mark = if self.is_global { "▸" } else { " " };
        let name: String = self.name.chars().take(names).collect();
        let p50 = self.p50().map_or_else(
            || "–".to_owned(),
            |p50| format!("{:.1} ms", p50.as_secs_f64() * 1e3),
        );
        let errors = match self.errors {
            0 => String::new(),
            1 => "  1 error".to_owned(),
            errors => format!("  {} errors", count(errors)),
        };
        format!(
            "{mark} {name:names$}  {p50:>10}  {:16}{errors}",
            sparkline(&self.recent)
        )
    }
}

/// Samples behind an endpoint's p50 and sparkline.
const RECENT: usize = 32;

/// One target of each endpoint: of the first operation, over the kind of connection that the report's decision is about.
fn is_shown(plan: &Plan, target: &Target) -> bool {
    let Some(first) = plan.targets.first() else {
        return false;
    };
    let of_first = |target: &&Target| target.call == first.call;
    let connection = FOREMOST.into_iter().find(|connection| {
        plan.targets
            .iter()
            .filter(of_first)
            .any(|target| target.connection == *connection)
    });
    target.call == first.call && Some(target.connection) == connection
}

/// `38 s`, `2:05 min`, `3:02 h`.
fn clock(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{}:{:02} min", seconds / 60, seconds % 60),
        _ => format!("{}:{:02} h", seconds / 3600, seconds / 60 % 60),
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
    use crate::judge::synthetic_run::Fixture;

    fn live(selector: &str) -> Live {
        let run = Fixture::wide(selector).run();
        let mut live = Live::of(&run.plan);
        for (i, endpoint) in live.endpoints.iter_mut().enumerate() {
            endpoint.recent = (0..20)
                .map(|call| Duration::from_millis(900 - 40 * i as u64 + call))
                .collect();
            endpoint.errors = (i % 3) as u64;
        }
        live.done = 432;
        live
    }

    #[test]
    fn the_leading_endpoints_and_the_global_one_fit_on_every_terminal() {
        let live = live("global,default");
        for (columns, rows) in [(80, 24), (80, 12), (40, 24), (120, 40), (20, 5), (80, 1)] {
            let frame = live.frame(Duration::from_secs(38), columns, rows);
            assert!(frame.len() < rows.max(2), "{columns}×{rows}: {frame:#?}");
            assert!(
                frame.iter().all(|line| line.chars().count() < columns),
                "{columns}×{rows}: {frame:#?}"
            );
            let shows_global = frame.iter().any(|line| line.starts_with("▸ global"));
            assert!(shows_global || rows <= 5, "{columns}×{rows}: {frame:#?}");
        }
        let frame = live.frame(Duration::from_secs(38), 80, 24).join("\n");
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("live-80x24", frame) });
    }

    #[test]
    fn the_times_shown_are_those_that_the_decision_will_be_about() {
        let cold_and_warm = live("global,eu-west-1");
        assert_eq!(cold_and_warm.subject, "GetCallerIdentity, cold connections");
        let shown = cold_and_warm.shown.iter().filter(|shown| **shown).count();
        assert_eq!(shown, 2, "one target of each endpoint");
        let warm = Live::of(&Fixture::small().run().plan);
        assert_eq!(warm.subject, "GetCallerIdentity, warm connections");
    }

    #[test]
    fn the_time_that_is_left_is_said_in_a_readable_unit() {
        assert_eq!([5, 125, 10_925].map(clock), ["5 s", "2:05 min", "3:02 h"]);
        let totals = live("global,eu-west-1").totals(Duration::ZERO);
        assert!(
            totals.contains(" calls · 0 errors · 0 s, about "),
            "{totals}"
        );
    }

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
