//! Whether a series has become slower than it was in earlier runs, apart from what affected all series.

use crate::distribution::{clamp_tail, t_critical};
use crate::values::{MAD_TO_DEVIATION, median, median_absolute_deviation};

use super::common_line::beside_the_others;

/// With fewer series, what affected all of them cannot be separated from what affected one.
pub const LEAST_SERIES: usize = 3;

/// The scale that no series is trusted to stay below: 1 %.
const LEAST_SCALE: f64 = 0.01;

/// What the variance of a normal median exceeds that of the mean by, π/2.
pub(super) const MEDIAN_TO_MEAN_VARIANCE: f64 = 1.57;

/// When a series counts as slower than before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HistoryGate {
    /// The chance, 0–1, that one run of an unchanged series lies beyond its limit.
    pub alpha: f64,
    /// The same for the second control, which only has to keep out what a constant time explains.
    pub line_alpha: f64,
    /// The same for a creeping series: it is looked at in every run.
    pub creep_alpha: f64,
    /// The ratio to the earlier runs, above 1, up to which a difference does not matter.
    pub effect_ratio: f64,
    /// How many of the latest runs with a value are a series' history.
    pub window: usize,
    /// How many runs with a value a series needs.
    pub least_runs: usize,
}

impl Default for HistoryGate {
    fn default() -> Self {
        Self {
            alpha: 0.002,
            line_alpha: 0.05,
            creep_alpha: 0.0005,
            effect_ratio: 1.05,
            window: 30,
            least_runs: 10,
        }
    }
}

/// How far a value lies from those of the earlier runs, and how far it may.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deviation {
    /// The distance from the median of the earlier runs as a difference of logarithms, without the factor that all series have
    /// in common.
    pub z: f64,
    /// The distance that an unchanged series exceeds with probability alpha, to this side.
    pub limit: f64,
    /// The ratio to the earlier runs: e to the z.
    pub effect_ratio: f64,
    /// How much the series varies from run to run, as a standard deviation of logarithms.
    pub scale: f64,
    /// In how many earlier runs it has a value.
    pub runs: usize,
    /// The same without the line that the other series have in common; of a series beyond its limit alone.
    pub line: Option<LineDeviation>,
}

/// How far a value lies from what a factor and a constant time, both common to the other series, would have made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineDeviation {
    /// As a difference of logarithms.
    pub z: f64,
    /// The distance that an unchanged series exceeds with probability `line_alpha`.
    pub limit: f64,
}

impl Deviation {
    /// The smaller of the ratios by either control.
    pub fn least_ratio(&self) -> f64 {
        self.line.map_or(self.z, |line| line.z.min(self.z)).exp()
    }
}

/// One run against those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deviations {
    /// Each series' own deviation; `None` for one with too short a history or no value now, and for all where fewer than 3
    /// series remain.
    pub series: Vec<Option<Deviation>>,
    /// What all series have in common, the median of their distances: the vantage changed, and no series did.
    pub common: Option<Deviation>,
    /// The same as a constant, in the unit of e to the values, where that leaves less of the changes unexplained than a factor.
    pub common_constant: Option<f64>,
}

impl HistoryGate {
    /// Compares logarithms (of each series' p50, say) of one run with those of earlier runs, the oldest first: one row for each
    /// run, one place for each series; `None` where there is none, or none that counts.
    ///
    /// z = (now − median of the earlier runs) − the median of that over all series. A series' scale is its MAD, of earlier runs
    /// treated the same way, mixed with the median MAD of all: √(½·MAD² + ½·median(MAD)²)·1.4826, at least 1 %. The limit is
    /// t_{H−1, 1−alpha}·scale·√(1 + 1.57/H) for H runs.
    ///
    /// A factor is the wrong control where all series take some constant time more: near ones then seem slower. So a series
    /// beyond that limit is held against a second control too, a line through the changes of the others (H. Theil, Proc. Kon.
    /// Ned. Akad. v. Wetensch. A 53 (1950) 386–392; P. K. Sen, J. Am. Stat. Assoc. 63 (1968) 1379–1389), with the spread of its
    /// own distances from such lines in the earlier runs.
    ///
    /// A deviation should be believed only when a second run in a row shows it: disturbances of a vantage last minutes.
    pub fn compare(&self, history: &[Vec<Option<f64>>], now: &[Option<f64>]) -> Deviations {
        let rows: Vec<Vec<usize>> = (0..now.len())
            .map(|series| self.rows(history, series))
            .collect();
        let usual: Vec<Option<f64>> = (0..now.len())
            .map(|series| {
                at(now, series)?;
                let own = rows[series]
                    .iter()
                    .filter_map(|&row| at(&history[row], series));
                let own: Vec<f64> = own.collect();
                (own.len() >= self.least_runs.max(2)).then(|| median(&own))?
            })
            .collect();
        let past: Vec<_> = history.iter().map(|run| distances(run, &usual)).collect();
        let shifts: Vec<Option<f64>> = past.iter().map(|run| median_of_present(run)).collect();
        let distances = distances(now, &usual);
        let shift = median_of_present(&distances);

        let spreads: Vec<_> = (0..now.len())
            .map(|series| usual[series].and_then(|_| spread(&rows[series], &past, &shifts, series)))
            .collect();
        let typical = typical(&spreads);
        let enough = usual.iter().flatten().count() >= LEAST_SERIES;
        let deviation = |series: usize| {
            if !enough {
                return None;
            }
            let (own, runs) = spreads[series]?;
            let found = self.deviation(distances[series]? - shift?, mixed(own, typical?), runs);
            let line = || self.line(&rows[series], &past, &distances, &usual, series);
            let beyond = found.z > found.limit && found.effect_ratio > self.effect_ratio;
            Some(Deviation {
                line: beyond.then(line).flatten(),
                ..found
            })
        };
        let series = (0..now.len()).map(deviation).collect();
        let latest = shifts.len().saturating_sub(self.window);
        let shifts: Vec<f64> = shifts[latest..].iter().flatten().copied().collect();
        let common = shift.zip(median_absolute_deviation(&shifts));
        Deviations {
            series,
            common: common.map(|(shift, spread)| self.deviation(shift, spread, shifts.len())),
            common_constant: shift.and_then(|shift| better_constant(&distances, &usual, shift)),
        }
    }

    /// Whether a series lies beyond its limits, and far enough to matter.
    pub fn is_slower(&self, deviation: &Deviation) -> bool {
        deviation.z > deviation.limit
            && deviation.line.is_none_or(|line| line.z > line.limit)
            && deviation.least_ratio() > self.effect_ratio
    }

    /// The latest runs in which a series has a value, the latest first.
    fn rows(&self, history: &[Vec<Option<f64>>], series: usize) -> Vec<usize> {
        (0..history.len())
            .rev()
            .filter(|&row| at(&history[row], series).is_some())
            .take(self.window)
            .collect()
    }

    fn line(
        &self,
        rows: &[usize],
        past: &[Vec<Option<f64>>],
        now: &[Option<f64>],
        usual: &[Option<f64>],
        series: usize,
    ) -> Option<LineDeviation> {
        let own: Vec<f64> = rows
            .iter()
            .filter_map(|&row| beside_the_others(&past[row], usual, series))
            .collect();
        let scale = scale(median_absolute_deviation(&own)?);
        Some(LineDeviation {
            z: beside_the_others(now, usual, series)?,
            limit: limit(self.line_alpha, scale, own.len()),
        })
    }

    fn deviation(&self, z: f64, spread: f64, runs: usize) -> Deviation {
        let scale = scale(spread);
        Deviation {
            z,
            limit: limit(self.alpha, scale, runs),
            effect_ratio: z.exp(),
            scale,
            runs,
            line: None,
        }
    }
}

/// The standard deviation behind a median absolute deviation, as far as it can be trusted.
fn scale(spread: f64) -> f64 {
    (spread * MAD_TO_DEVIATION).max(LEAST_SCALE)
}

/// What one more run of an unchanged series exceeds with probability `alpha`, when `runs` others gave its median.
fn limit(alpha: f64, scale: f64, runs: usize) -> f64 {
    let h = runs as f64;
    t_critical(clamp_tail(alpha), h - 1.0) * scale * (1.0 + MEDIAN_TO_MEAN_VARIANCE / h).sqrt()
}

/// A series' own spread and the typical one, half of the variance each.
pub(super) fn mixed(own: f64, typical: f64) -> f64 {
    (0.5 * own.powi(2) + 0.5 * typical.powi(2)).sqrt()
}

pub(super) fn typical(spreads: &[Option<(f64, usize)>]) -> Option<f64> {
    let spreads: Vec<f64> = spreads
        .iter()
        .flatten()
        .map(|(spread, _)| *spread)
        .collect();
    median(&spreads)
}

/// The median of the changes as times, where the changes lie nearer to it than to their median as a factor: by the median of
/// what either leaves, as a share of the usual time.
fn better_constant(distances: &[Option<f64>], usual: &[Option<f64>], shift: f64) -> Option<f64> {
    let changes = || {
        let pairs = distances.iter().zip(usual);
        pairs.filter_map(|(distance, usual)| Some(((*distance)?, (*usual)?.exp())))
    };
    let times: Vec<f64> = changes()
        .map(|(distance, usual)| usual * distance.exp_m1())
        .collect();
    let constant = median(&times)?;
    let by_constant: Vec<f64> = changes()
        .map(|(distance, usual)| (distance.exp_m1() - constant / usual).abs())
        .collect();
    let by_factor: Vec<f64> = changes()
        .map(|(distance, _)| (distance.exp_m1() - shift.exp_m1()).abs())
        .collect();
    (median(&by_constant)? < median(&by_factor)?).then_some(constant)
}

/// The finite value of one series in one run.
pub(super) fn at(run: &[Option<f64>], series: usize) -> Option<f64> {
    run.get(series)
        .copied()
        .flatten()
        .filter(|value| value.is_finite())
}

/// How far each series of a run lies from its usual value.
pub(super) fn distances(run: &[Option<f64>], usual: &[Option<f64>]) -> Vec<Option<f64>> {
    usual
        .iter()
        .enumerate()
        .map(|(series, usual)| Some(at(run, series)? - (*usual)?))
        .collect()
}

/// How much one series' distances vary when what each run has in common is taken off them, and in how many runs it has one.
fn spread(
    rows: &[usize],
    past: &[Vec<Option<f64>>],
    shifts: &[Option<f64>],
    series: usize,
) -> Option<(f64, usize)> {
    let apart: Vec<f64> = rows
        .iter()
        .filter_map(|&row| Some(past[row][series]? - shifts[row]?))
        .collect();
    Some((median_absolute_deviation(&apart)?, apart.len()))
}

/// The median of what there is.
pub(super) fn median_of_present(values: &[Option<f64>]) -> Option<f64> {
    median(&values.iter().flatten().copied().collect::<Vec<_>>())
}

#[cfg(test)]
pub(super) mod tests {
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
    fn the_own_spread_and_the_typical_one_have_half_of_the_variance_each() {
        let spreads = [Some((0.02, 30)), None, Some((0.06, 30)), Some((0.03, 12))];
        let typical = typical(&spreads).expect("three of them");
        assert!((typical - 0.03).abs() < 1e-12);
        let ours = [0.02, 0.06].map(|own| mixed(own, typical));
        // √(½·0.02² + ½·0.03²) and √(½·0.06² + ½·0.03²).
        let wanted = [0.025_495_097_567_963_92, 0.047_434_164_902_525_69];
        assert!(
            ours.iter()
                .zip(wanted)
                .all(|(one, other)| (one - other).abs() < 1e-12)
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
                common: None,
                common_constant: None
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

    /// Times of nine series from 15 to 250 ms: each so much by its usual time, given that and the series.
    pub(crate) fn times(number: u32, of: impl Fn(f64, usize) -> f64) -> Vec<Option<f64>> {
        let usual = |k: usize| 15.0 * (250.0_f64 / 15.0).powf(k as f64 / 8.0);
        let scattered = run(number, 9, 0.0);
        let scatter = |k: usize| scattered[k].map_or(1.0, |value| (value - 3.0 - k as f64).exp());
        (0..9)
            .map(|k| Some((scatter(k) * of(usual(k), k)).ln()))
            .collect()
    }

    fn slower(found: &Deviations) -> Vec<usize> {
        let gate = HistoryGate::default();
        let is = |k: &usize| found.series[*k].is_some_and(|deviation| gate.is_slower(&deviation));
        (0..found.series.len()).filter(is).collect()
    }

    #[test]
    fn a_constant_time_more_for_all_series_is_the_vantage_and_not_the_near_series() {
        let gate = HistoryGate::default();
        let past: Vec<_> = (0..30)
            .map(|number| times(number, |usual, _| usual))
            .collect();
        let found = gate.compare(&past, &times(31, |usual, _| usual + 10.0));
        let nearest = found.series[0].expect("thirty runs");
        assert!(
            nearest.z > nearest.limit && nearest.effect_ratio > 1.3,
            "{nearest:?}"
        );
        assert_eq!(slower(&found), [0; 0], "{found:#?}");
        let constant = found.common_constant.expect("a constant fits better");
        assert!((constant - 10.0).abs() < 2.0, "{constant}");
        let factor = gate.compare(&past, &times(31, |usual, _| usual * 1.3));
        assert_eq!((slower(&factor), factor.common_constant), (vec![], None));
        let both = gate.compare(&past, &times(31, |usual, _| usual * 1.2 + 10.0));
        assert_eq!(slower(&both), [0; 0], "{both:#?}");
        for changed in [0, 4, 8] {
            let of = |usual: f64, k| (usual + 10.0) * if k == changed { 1.3 } else { 1.0 };
            assert_eq!(slower(&gate.compare(&past, &times(31, of))), [changed]);
        }
    }

    #[test]
    fn runs_that_do_not_count_leave_the_others_of_the_window() {
        let gate = HistoryGate::default();
        let mut long = history(60);
        let window = gate.compare(&long[..30], &run(61, 9, 0.0)).series[2];
        for run in &mut long[30..] {
            run[2] = None;
        }
        let found = gate.compare(&long, &run(61, 9, 0.0)).series[2].expect("thirty runs");
        assert_eq!(found.runs, 30);
        assert!((found.scale / window.expect("thirty runs").scale - 1.0).abs() < 0.3);
    }
}
