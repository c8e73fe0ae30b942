//! Differences as distances, on both sides of zero.

use crate::report::chart::drawing::axis::{LinearAxis, Span};

/// A linear axis on which zero stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedAxis {
    low: f64,
    high: f64,
    span: Span,
}

impl SignedAxis {
    /// An axis that shows zero and every finite one of `values`, with a little room beyond them. `None` without values.
    pub(crate) fn over(values: impl IntoIterator<Item = f64>, span: Span) -> Option<Self> {
        let mut ends: Option<(f64, f64)> = None;
        for value in values.into_iter().filter(|value| value.is_finite()) {
            let (low, high) = ends.unwrap_or((0.0, 0.0));
            ends = Some((value.min(low), value.max(high)));
        }
        let (low, high) = ends?;
        let room = if high > low { (high - low) * ROOM } else { 1.0 };
        let beyond = |end: f64| if end == 0.0 { room / 2.0 } else { room };
        Some(Self {
            low: low - beyond(low),
            high: high + beyond(high),
            span,
        })
    }

    /// An axis for values with intervals: one end that lies far beyond all values does not press them into a line, but
    /// [is not held](Self::holds). `None` without values.
    pub(crate) fn around(
        estimates: impl IntoIterator<Item = (f64, Option<[f64; 2]>)>,
        span: Span,
    ) -> Option<Self> {
        let estimates: Vec<(f64, Option<[f64; 2]>)> = estimates.into_iter().collect();
        let values = || estimates.iter().map(|&(value, _)| value);
        let ends = || {
            let intervals = estimates
                .iter()
                .filter_map(|&(value, ends)| Some((value, ends?)));
            intervals.flat_map(|(value, ends)| ends.map(|end| (value, end)))
        };
        let mut lengths: Vec<f64> = ends().map(|(value, end)| (end - value).abs()).collect();
        lengths.sort_by(f64::total_cmp);
        let usual = lengths.get(lengths.len().saturating_sub(1) / 2).copied();
        let least = values().fold(0.0, f64::min);
        let range = values().fold(0.0, f64::max) - least;
        let far = FAR * range.max(usual.filter(|it| it.is_finite()).unwrap_or(0.0));
        let is_near = |value: f64, end: f64| (end - value).abs() <= far;
        // An arrow beyond the last value says that an interval goes on there.
        let shown = ends().map(|(value, end)| match end {
            end if is_near(value, end) => end,
            end if end < value => least - ARROW * range,
            _ => least + range + ARROW * range,
        });
        Self::over(values().chain(shown), span)
    }

    /// Whether `value` lies on the axis.
    pub(crate) fn holds(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Where `value` stands, px; what lies beyond the axis stands at its end.
    pub(crate) fn at(self, value: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        self.span.from + (self.span.to - self.span.from) * share
    }

    /// Round values on both sides of zero, in multiples of `unit`, at least `closest` px apart.
    pub(crate) fn ticks(self, unit: f64, closest: f64) -> Vec<f64> {
        let (zero, low, high) = (self.at(0.0), self.at(self.low), self.at(self.high));
        let longer = if (high - zero).abs() >= (zero - low).abs() {
            (self.high, high)
        } else {
            (-self.low, low)
        };
        let span = Span {
            from: zero,
            to: longer.1,
        };
        let rising = LinearAxis::up_to(longer.0, span).ticks(unit, closest);
        let falling = rising.iter().skip(1).rev().map(|tick| -tick);
        falling
            .chain(rising.iter().copied())
            .filter(|tick| (self.low..=self.high).contains(tick))
            .collect()
    }
}

/// Room for the arrow of an interval that goes on, as a share of the range of all values.
const ARROW: f64 = 0.2;
/// An end of an interval farther from its value than the range of all values, or than the usual end, by this factor is left
/// out of an axis.
const FAR: f64 = 4.0;
/// Beyond the extreme values, as a share of their distance.
const ROOM: f64 = 0.06;

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Span = Span {
        from: 0.0,
        to: 400.0,
    };

    #[test]
    fn zero_is_on_the_axis_and_ticks_stand_on_both_sides_of_it() {
        let axis = SignedAxis::over([-30e6, 90e6], SPAN).expect("has values");
        assert_eq!(axis.ticks(1e6, 50.0), [-20e6, 0.0, 20e6, 40e6, 60e6, 80e6]);
        let places: Vec<f64> = [-30e6, 0.0, 90e6].map(|value| axis.at(value)).to_vec();
        assert!(places.is_sorted() && places[0] > 0.0 && places[2] < 400.0);
    }

    #[test]
    fn an_interval_without_end_or_with_one_far_away_does_not_press_the_values_into_a_line() {
        let close = (220e6, Some([210e6, 230e6]));
        let far = (200e6, Some([-27e9, 230e6]));
        let axis = SignedAxis::around([close, close, far], SPAN).expect("has values");
        assert!(axis.at(220e6) - axis.at(0.0) > 200.0);
        assert!(axis.holds(230e6) && !axis.holds(-27e9));
        let open = (1e6, Some([f64::NEG_INFINITY, 3e6]));
        let axis = SignedAxis::around([open], SPAN).expect("has a value");
        assert!(axis.holds(3e6) && !axis.holds(f64::NEG_INFINITY));
        let wide = (1e6, Some([-90e6, 90e6]));
        let axis = SignedAxis::around([wide], SPAN).expect("has a value");
        assert!(
            axis.holds(-90e6) && axis.holds(90e6),
            "alone it is no exception"
        );
    }

    #[test]
    fn one_side_alone_no_value_and_values_without_end_are_stood_up_to() {
        let axis = SignedAxis::over([-80e6, -10e6, f64::NEG_INFINITY], SPAN).expect("has values");
        assert_eq!(axis.ticks(1e6, 60.0), [-80e6, -60e6, -40e6, -20e6, 0.0]);
        assert_eq!(axis.at(f64::NEG_INFINITY), 0.0);
        assert!(SignedAxis::over([f64::NAN], SPAN).is_none());
        let same = SignedAxis::over([0.0], SPAN).expect("has a value");
        assert!(same.at(0.0).is_finite() && same.ticks(1e6, 60.0) == [0.0]);
    }
}
