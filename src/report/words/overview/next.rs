//! What to do next, in clauses.

use std::time::Duration;

use crate::judge::MoreRounds;
use crate::report::view::overview::next::{Needs, Next};
use crate::report::words::numbers::count;

/// What to do next, in a clause.
pub(crate) fn clause(next: &Next<'_>) -> String {
    match next {
        Next::Repeat { check } => format!("repeat the run: {} (--full)", check.title()),
        Next::Finish => "measure it once more, to the end".to_owned(),
        Next::Failures => "why calls failed: --full".to_owned(),
        Next::MoreRounds(MoreRounds::About(rounds)) => {
            format!("about {} more rounds decide", count(*rounds))
        }
        Next::MoreRounds(MoreRounds::AtLeast(rounds)) => {
            format!("at least {} more rounds decide", count(*rounds))
        }
        Next::Percentile { level, needs } => match needs {
            Needs::Preset { preset, time } => {
                format!("{level} needs --preset {preset} ({})", length(*time))
            }
            Needs::Rounds { rounds, time } => {
                format!("{level} needs --rounds {rounds} ({})", length(*time))
            }
            Needs::Time(time) => {
                let option = length(*time).replace(' ', "");
                format!("{level} needs --duration {option}")
            }
        },
        Next::OtherHours => "several hours: --windows 8 --every 3h".to_owned(),
    }
}

/// A time to wait: `45 s`, `14 min`, `3 h`.
pub(crate) fn length(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 119.5 => format!("{:.0} s", seconds.ceil()),
        seconds if seconds < 119.5 * 60.0 => format!("{:.0} min", seconds / 60.0),
        seconds => format!("{:.0} h", seconds / 3600.0),
    }
}
