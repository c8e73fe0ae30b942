//! The time of day, part by part.

use time::Time;

use super::names::Unit;
use super::numbers::{fraction_millionths, truncated};

#[derive(Default)]
pub(super) struct ClockParts {
    pub(super) hour: Option<i64>,
    pub(super) minute: Option<i64>,
    pub(super) second: Option<i64>,
    microsecond: Option<i64>,
}

impl ClockParts {
    pub(super) fn assign(&mut self, token: &str, unit: Unit) -> Option<()> {
        let sixtieths = || {
            let fraction = fraction_millionths(token);
            (fraction > 0).then_some(fraction * 60 / 1_000_000)
        };
        match unit {
            Unit::Hour => {
                self.hour = Some(truncated(token)?);
                self.minute = sixtieths().or(self.minute);
            }
            Unit::Minute => {
                self.minute = Some(truncated(token)?);
                self.second = sixtieths();
            }
            Unit::Second => self.seconds(token)?,
            Unit::Smaller => {}
        }
        Some(())
    }

    pub(super) fn seconds(&mut self, token: &str) -> Option<()> {
        self.second = Some(truncated(token)?);
        self.microsecond = Some(fraction_millionths(token));
        Some(())
    }

    pub(super) fn time(&self) -> Option<Time> {
        let small = |part: Option<i64>| u8::try_from(part.unwrap_or(0)).ok();
        let micro = u32::try_from(self.microsecond.unwrap_or(0)).ok()?;
        Time::from_hms_micro(
            small(self.hour)?,
            small(self.minute)?,
            small(self.second)?,
            micro,
        )
        .ok()
    }
}
