//! Values to pixels, and the places of ticks. An axis does not know what it measures.

/// The range of pixels that an axis covers; `to` may lie before `from`, as it does upwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Where the lowest value stands, px.
    pub from: f64,
    /// Where the highest value stands, px.
    pub to: f64,
}

impl Span {
    fn at(self, share: f64) -> f64 {
        self.from + (self.to - self.from) * share
    }

    fn length(self) -> f64 {
        (self.to - self.from).abs()
    }
}

/// Ratios as distances.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogAxis {
    low: f64,
    high: f64,
    span: Span,
}

impl LogAxis {
    /// An axis that shows every one of `values` and ends on 1-2-5 steps; those below 1 count as 1. `None` without values.
    pub(crate) fn over(values: impl IntoIterator<Item = f64>, span: Span) -> Option<Self> {
        let (low, high) = extremes(values)?;
        let steps: Vec<f64> = steps().collect();
        let low = *steps.iter().rev().find(|&&step| step <= low * SLACK)?;
        let high = steps
            .into_iter()
            .find(|&step| step * SLACK >= high && step > low)?;
        Some(Self { low, high, span })
    }

    /// An axis from the lowest of `values` to the highest where at least two steps lie between them, so that they can be
    /// read, and otherwise between steps.
    pub(crate) fn close_over(values: impl IntoIterator<Item = f64>, span: Span) -> Option<Self> {
        let (low, high) = extremes(values)?;
        match steps().filter(|step| (low..=high).contains(step)).count() {
            0 | 1 => Self::over([low, high], span),
            _ => Some(Self { low, high, span }),
        }
    }

    /// The same axis elsewhere.
    pub(crate) fn placed(self, span: Span) -> Self {
        Self { span, ..self }
    }

    /// An axis for no value.
    pub(crate) fn empty(span: Span) -> Self {
        Self {
            low: 1e6,
            high: 1e7,
            span,
        }
    }

    /// Where `value` stands, px.
    pub(crate) fn at(self, value: f64) -> f64 {
        let value = value.clamp(self.low, self.high);
        self.span
            .at((value / self.low).ln() / (self.high / self.low).ln())
    }

    /// Whether it shows `value`.
    pub(crate) fn holds(self, value: f64) -> bool {
        (self.low / SLACK..=self.high * SLACK).contains(&value.max(1.0))
    }

    /// The 1-2-5 steps; whole decades where those would stand closer than `closest` px.
    pub(crate) fn ticks(self, closest: f64) -> Vec<f64> {
        let decade = self.span.length() / (self.high / self.low).log10();
        let within = self.low / SLACK..=self.high * SLACK;
        let mantissas: &[f64] = if decade * 2.0_f64.log10() >= closest {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0]
        };
        let steps = (0..16).flat_map(|d| mantissas.iter().map(move |m| m * 10.0_f64.powi(d)));
        steps.filter(|step| within.contains(step)).collect()
    }
}

/// Differences as distances.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinearAxis {
    low: f64,
    high: f64,
    span: Span,
}

impl LinearAxis {
    /// An axis from 0 to `high`.
    pub(crate) fn up_to(high: f64, span: Span) -> Self {
        Self::between(0.0, high, span)
    }

    /// An axis from `low` to `high`; where they are one, a little beyond.
    pub(crate) fn between(low: f64, high: f64, span: Span) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self { low, high, span }
    }

    /// Whether it shows `value`.
    pub(crate) fn holds(self, value: f64) -> bool {
        (self.low..=self.high * SLACK).contains(&value)
    }

    /// Where `value` stands, px.
    pub(crate) fn at(self, value: f64) -> f64 {
        self.span
            .at(((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0))
    }

    /// Round values, in multiples of `unit`, at least `closest` px apart.
    pub(crate) fn ticks(self, unit: f64, closest: f64) -> Vec<f64> {
        let least = (self.high - self.low) / unit * closest / self.span.length();
        let Some(step) = steps()
            .find(|&step| step * 1e-6 >= least)
            .map(|step| step * 1e-6 * unit)
        else {
            return vec![self.low];
        };
        let first = (self.low / step / SLACK).ceil();
        (0..)
            .map(|i| (first + f64::from(i)) * step)
            .take_while(|&tick| tick <= self.high * SLACK)
            .collect()
    }

    /// Multiples from 0 on of the first of `steps` by which they are at least `closest` px apart, and that step.
    pub(crate) fn ticks_by(
        self,
        steps: impl IntoIterator<Item = f64>,
        closest: f64,
    ) -> Option<(f64, Vec<f64>)> {
        let least = self.high * closest / self.span.length();
        let step = steps.into_iter().find(|&step| step >= least)?;
        Some((
            step,
            (0..)
                .map(|i| f64::from(i) * step)
                .take_while(|&tick| tick <= self.high * SLACK)
                .collect(),
        ))
    }
}

/// Percentiles by how few calls lie beyond: each further nine as far as the one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NinesAxis {
    nines: f64,
    span: Span,
}

impl NinesAxis {
    /// An axis from 0 to the last percentile that `count` calls can show, and at least to 50 %.
    pub(crate) fn supporting(count: u64, span: Span) -> Self {
        Self {
            nines: (count.max(2) as f64).log10(),
            span,
        }
    }

    /// Where the percentile `share` stands, px.
    pub(crate) fn at(self, share: f64) -> f64 {
        self.span.at((nines(share) / self.nines).clamp(0.0, 1.0))
    }

    /// 50, 90, 99, 99.9 … as far as the axis goes, each with its label.
    pub(crate) fn ticks(self) -> Vec<(f64, String)> {
        let decades = (1..8_usize).map(|decade| {
            let share = 1.0 - 10.0_f64.powi(-(decade as i32));
            (
                share,
                format!("{:.*}", decade.saturating_sub(2), share * 100.0),
            )
        });
        [(0.5, "50".to_owned())]
            .into_iter()
            .chain(decades)
            .filter(|&(share, _)| nines(share) <= self.nines * SLACK)
            .collect()
    }

    /// Percentiles from 0 to the highest that `count` values can show, even on this axis.
    pub(crate) fn shares(count: u64, points: u32) -> impl Iterator<Item = f64> {
        let nines = (count.max(1) as f64).log10();
        (0..=points).map(move |i| 1.0 - 10.0_f64.powf(-nines * f64::from(i) / f64::from(points)))
    }
}

/// Logarithms and powers of ten come back a little beside the round number that they stand for.
const SLACK: f64 = 1.0 + 1e-9;

fn nines(share: f64) -> f64 {
    -(1.0 - share).log10()
}

/// The lowest and the highest of `values`; those below 1 count as 1.
fn extremes(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values
        .into_iter()
        .filter(|value| value.is_finite())
        .map(|value| value.max(1.0));
    finite.fold(None, |extremes, value| match extremes {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}

/// 1, 2, 5, 10, 20, … up to 10¹⁶.
fn steps() -> impl Iterator<Item = f64> {
    (0..16).flat_map(|decade| [1.0, 2.0, 5.0].map(|step| step * 10.0_f64.powi(decade)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Span = Span {
        from: 100.0,
        to: 500.0,
    };

    #[test]
    fn a_log_axis_runs_between_the_nearest_steps_and_gives_equal_ratios_equal_room() {
        let axis = LogAxis::over([4.0e6, 95.0e6], SPAN).expect("has values");
        assert_eq!(axis.ticks(20.0), [2e6, 5e6, 10e6, 20e6, 50e6, 100e6]);
        assert!((axis.at(2e6) - 100.0).abs() < 1e-6 && (axis.at(100e6) - 500.0).abs() < 1e-6);
        let (a, b, c) = (axis.at(5e6), axis.at(10e6), axis.at(20e6));
        assert!((2.0 * b - a - c).abs() < 1e-6);
    }

    #[test]
    fn a_log_axis_stands_up_to_one_value_none_and_many_decades() {
        assert_eq!(
            LogAxis::over([5e6], SPAN).expect("one").ticks(20.0),
            [5e6, 10e6]
        );
        assert!(LogAxis::over([], SPAN).is_none() && LogAxis::over([f64::NAN], SPAN).is_none());
        let wide = LogAxis::over([0.0, 3.6e12], SPAN).expect("has values");
        assert!(wide.ticks(20.0).iter().all(|t| t.log10().fract() == 0.0) && wide.at(0.0) == 100.0);
    }

    #[test]
    fn ticks_that_would_stand_too_close_are_thinned() {
        let axis = LogAxis::close_over([4e6, 816e6], SPAN).expect("has values");
        assert_eq!(
            axis.ticks(50.0),
            [5e6, 10e6, 20e6, 50e6, 100e6, 200e6, 500e6]
        );
        assert_eq!(axis.ticks(60.0), [10e6, 100e6]);
        assert_eq!(axis.ticks(100.0), [10e6, 100e6]);
        assert_eq!(
            LogAxis::close_over([111e6, 330e6], SPAN)
                .expect("has values")
                .ticks(60.0),
            [100e6, 200e6, 500e6]
        );
    }

    #[test]
    fn linear_ticks_are_round_and_no_closer_than_asked() {
        let axis = LinearAxis::up_to(118e6, SPAN);
        assert_eq!(axis.ticks(1e6, 60.0), [0.0, 20e6, 40e6, 60e6, 80e6, 100e6]);
        assert_eq!((axis.at(0.0), axis.at(118e6)), (100.0, 500.0));
        assert_eq!(LinearAxis::up_to(0.0, SPAN).at(0.0), 100.0);
        let high = LinearAxis::between(341e6, 359e6, SPAN);
        assert_eq!(high.ticks(1e6, 60.0), [345e6, 350e6, 355e6]);
        assert!(high.holds(350e6) && !high.holds(360e6));
        assert_eq!(
            LinearAxis::up_to(600.0, SPAN).ticks(60.0, 50.0),
            [0.0, 120.0, 240.0, 360.0, 480.0, 600.0]
        );
    }

    #[test]
    fn each_nine_takes_the_same_room_and_the_axis_ends_where_the_calls_do() {
        let axis = NinesAxis::supporting(10_000, SPAN);
        assert!((axis.at(0.9) - 200.0).abs() < 1e-6 && (axis.at(0.99) - 300.0).abs() < 1e-6);
        let labels = |count| {
            let ticks = NinesAxis::supporting(count, SPAN).ticks();
            ticks
                .into_iter()
                .map(|(_, label)| label)
                .collect::<Vec<_>>()
        };
        assert_eq!(labels(10_000), ["50", "90", "99", "99.9", "99.99"]);
        assert_eq!(labels(96), ["50", "90"], "as far as there are calls");
        assert_eq!(labels(192), ["50", "90", "99"]);
        assert_eq!(labels(1), ["50"]);
        let shares: Vec<f64> = NinesAxis::shares(100, 2).collect();
        assert!(
            shares
                .iter()
                .zip([0.0, 0.9, 0.99])
                .all(|(a, b)| (a - b).abs() < 1e-12),
            "{shares:?}"
        );
    }
}
