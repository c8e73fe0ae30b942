//! Whether a series has become slower than it was in earlier runs, apart from what affected all series.

use crate::distribution::{clamp_tail, t_critical};
use crate::values::{MAD_TO_DEVIATION, median, median_absolute_deviation};

/// With fewer series, what affected all of them cannot be separated from what affected one.
pub const LEAST_SERIES: usize = 3;

/// The scale that no series is trusted to stay below: 1 %.
const LEAST_SCALE: f64 = 0.01;

/// What the variance of a normal median exceeds that of the mean by, π/2.
const MEDIAN_TO_MEAN_VARIANCE: f64 = 1.57;

/// When a series counts as slower than before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HistoryGate {
    /// The chance, 0–1, that one run of an unchanged series lies beyond its limit.
    pub alpha: f64,
    /// The ratio to the earlier runs, above 1, up to which a difference does not matter.
    pub effect_ratio: f64,
    /// How many of the latest runs are the history.
    pub window: usize,
    /// How many runs with a value a series needs.
    pub least_runs: usize,
}

impl Default for HistoryGate {
    fn default() -> Self {
        Self {
            alpha: 0.002,
            effect_ratio: 1.05,
            window: 30,
            least_runs: 10,
        }
    }
}

/// How far a value lies from those of the earlier runs, and how far it may.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deviation {
    /// The distance from the median of the earlier runs as a difference of logarithms, without what all series have in common.
    pub z: f64,
    /// The distance that an unchanged series exceeds with probability alpha, to this side.
    pub limit: f64,
    /// The ratio to the earlier runs: e to the z.
    pub effect_ratio: f64,
    /// How much the series varies from run to run, as a standard deviation of logarithms.
    pub scale: f64,
    /// In how many earlier runs it has a value.
    pub runs: usize,
}

/// One run against those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deviations {
    /// Each series' own deviation; `None` for one with too short a history or no value now, and for all where fewer than 3
    /// series remain.
    pub series: Vec<Option<Deviation>>,
    /// What all series have in common, the median of their distances: the vantage changed, and no series did.
    pub common: Option<Deviation>,
}

impl HistoryGate {
    /// Compares logarithms (of each series' p50, say) of one run with those of earlier runs, the oldest first: one row for each
    /// run, one place for each series.
    ///
    /// z = (now − median of the earlier runs) − the median of that over all series. A series' scale is its MAD, of earlier runs
    /// treated the same way, mixed with the median MAD of all: √(½·MAD² + ½·median(MAD)²)·1.4826, at least 1 %. The limit is
    /// t_{H−1, 1−alpha}·scale·√(1 + 1.57/H) for H runs. A deviation should be believed only when a second run in a row shows it:
    /// disturbances of a vantage last minutes.
    pub fn compare(&self, history: &[Vec<Option<f64>>], now: &[Option<f64>]) -> Deviations {
        let recent = &history[history.len().saturating_sub(self.window)..];
        let own = |series: usize| -> Vec<f64> {
            recent.iter().filter_map(|run| at(run, series)).collect()
        };
        let known = |series: &usize| {
            own(*series).len() >= self.least_runs.max(2) && at(now, *series).is_some()
        };
        let usual: Vec<Option<f64>> = (0..now.len())
            .map(|series| {
                if known(&series) {
                    median(&own(series))
                } else {
                    None
                }
            })
            .collect();
        let past: Vec<_> = recent.iter().map(|run| distances(run, &usual)).collect();
        let shifts: Vec<Option<f64>> = past.iter().map(|run| median_of_present(run)).collect();
        let distances = distances(now, &usual);
        let shift = median_of_present(&distances);

        let spreads: Vec<_> = (0..now.len())
            .map(|series| usual[series].and_then(|_| spread(&past, &shifts, series)))
            .collect();
        let typical = median(
            &spreads
                .iter()
                .flatten()
                .map(|(spread, _)| *spread)
                .collect::<Vec<_>>(),
        );
        let enough = usual.iter().flatten().count() >= LEAST_SERIES;
        let deviation = |series: usize| {
            if !enough {
                return None;
            }
            let (spread, runs) = spreads[series]?;
            let mixed = (0.5 * spread.powi(2) + 0.5 * typical?.powi(2)).sqrt();
            Some(self.deviation(distances[series]? - shift?, mixed, runs))
        };
        let series = (0..now.len()).map(deviation).collect();
        let shifts: Vec<f64> = shifts.into_iter().flatten().collect();
        let common = shift.zip(median_absolute_deviation(&shifts));
        Deviations {
            series,
            common: common.map(|(shift, spread)| self.deviation(shift, spread, shifts.len())),
        }
    }

    /// Whether a series lies beyond its limit, and far enough to matter.
    pub fn is_slower(&self, deviation: &Deviation) -> bool {
        deviation.z > deviation.limit && deviation.effect_ratio > self.effect_ratio
    }

    fn deviation(&self, z: f64, spread: f64, runs: usize) -> Deviation {
        let scale = (spread * MAD_TO_DEVIATION).max(LEAST_SCALE);
        let h = runs as f64;
        let limit = t_critical(clamp_tail(self.alpha), h - 1.0)
            * scale
            * (1.0 + MEDIAN_TO_MEAN_VARIANCE / h).sqrt();
        Deviation {
            z,
            limit,
            effect_ratio: z.exp(),
            scale,
            runs,
        }
    }
}

/// The finite value of one series in one run.
fn at(run: &[Option<f64>], series: usize) -> Option<f64> {
    run.get(series)
        .copied()
        .flatten()
        .filter(|value| value.is_finite())
}

/// How far each series of a run lies from its usual value.
fn distances(run: &[Option<f64>], usual: &[Option<f64>]) -> Vec<Option<f64>> {
    usual
        .iter()
        .enumerate()
        .map(|(series, usual)| Some(at(run, series)? - (*usual)?))
        .collect()
}

/// How much one series' distances vary when what each run has in common is taken off them, and in how many runs it has one.
fn spread(
    past: &[Vec<Option<f64>>],
    shifts: &[Option<f64>],
    series: usize,
) -> Option<(f64, usize)> {
    let apart: Vec<f64> = past
        .iter()
        .zip(shifts)
        .filter_map(|(run, shift)| Some(run[series]? - (*shift)?))
        .collect();
    Some((median_absolute_deviation(&apart)?, apart.len()))
}

/// The median of what there is.
fn median_of_present(values: &[Option<f64>]) -> Option<f64> {
    median(&values.iter().flatten().copied().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One run of `series` series, each with its own level and some scatter, `shift` for all of them.
    fn run(number: u32, series: u32, shift: f64) -> Vec<Option<f64>> {
        let scatter =
            |k: u32| f64::from((number * 53 + k * 29) * (number + k + 7) % 97) / 97.0 - 0.5;
        (0..series)
            .map(|k| Some(3.0 + f64::from(k) + 0.06 * scatter(k) + shift))
            .collect()
    }

    fn history(runs: u32) -> Vec<Vec<Option<f64>>> {
        (0..runs)
            .map(|number| run(number, 9, 0.1 * f64::from(number).sin()))
            .collect()
    }

    #[test]
    fn one_series_that_became_slower_is_found_and_no_other() {
        let gate = HistoryGate::default();
        let mut now = run(31, 9, 0.2);
        now[4] = now[4].map(|value| value + 1.3_f64.ln());
        let found = gate.compare(&history(30), &now);
        let slower: Vec<usize> = (0..9)
            .filter(|&k| found.series[k].is_some_and(|deviation| gate.is_slower(&deviation)))
            .collect();
        assert_eq!(slower, [4]);
        let deviation = found.series[4].expect("thirty runs");
        assert_eq!(deviation.runs, 30);
        assert!(
            (deviation.effect_ratio / 1.3 - 1.0).abs() < 0.06,
            "{deviation:?}"
        );
    }

    #[test]
    fn what_moves_all_series_is_the_vantage_and_not_a_series() {
        let gate = HistoryGate::default();
        let found = gate.compare(&history(30), &run(31, 9, 0.7));
        assert!(
            found
                .series
                .iter()
                .flatten()
                .all(|deviation| !gate.is_slower(deviation))
        );
        assert!(
            found.common.is_some_and(|common| gate.is_slower(&common)),
            "{:?}",
            found.common
        );
    }

    #[test]
    fn the_limit_is_student_s_for_the_mixed_scale() {
        let gate = HistoryGate::default();
        let deviation = gate.deviation(0.0, 0.02, 30);
        // scipy 1.17.1: t.isf(0.002, 29)
        let expected = 3.1265770084052065 * 0.02 * 1.4826 * (1.0_f64 + 1.57 / 30.0).sqrt();
        assert!(
            (deviation.limit / expected - 1.0).abs() < 1e-12,
            "{} {expected}",
            deviation.limit
        );
        assert_eq!(gate.deviation(0.0, 0.0, 30).scale, 0.01);
    }

    #[test]
    fn a_short_history_and_two_series_say_nothing() {
        let gate = HistoryGate::default();
        assert_eq!(
            gate.compare(&history(9), &run(31, 9, 0.0)).series,
            [None; 9]
        );
        assert!(
            gate.compare(&history(10), &run(31, 9, 0.0))
                .series
                .iter()
                .all(Option::is_some)
        );
        assert_eq!(
            gate.compare(&history(30), &run(31, 2, 0.0)).series,
            [None; 2]
        );
        assert_eq!(
            gate.compare(&[], &[]),
            Deviations {
                series: vec![],
                common: None
            }
        );
        let mut gone = run(31, 9, 0.0);
        gone[0] = None;
        gone[1] = Some(f64::NAN);
        let found = gate.compare(&history(30), &gone).series;
        assert!(found[..2] == [None; 2] && found[2].is_some());
    }

    #[test]
    fn only_the_latest_runs_count() {
        let mut old: Vec<_> = (0..50).map(|number| run(number, 9, 5.0)).collect();
        old.extend(history(30));
        let gate = HistoryGate::default();
        assert_eq!(
            gate.compare(&old, &run(31, 9, 0.0)),
            gate.compare(&history(30), &run(31, 9, 0.0))
        );
    }
}
