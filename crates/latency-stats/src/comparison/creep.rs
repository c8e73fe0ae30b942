//! Whether a series has become slower little by little: by too little from one run to the next for any of them to be beyond its
//! limit.

use crate::distribution::{clamp_tail, t_critical};
use crate::values::median;

use super::common_line::beside_the_others;
use super::history::{
    Deviation, HistoryGate, LEAST_SERIES, LineDeviation, MEDIAN_TO_MEAN_VARIANCE, at, distances,
    median_of_present, mixed, typical,
};

/// Some of the runs: one row for each, one place for each series.
type Rows<'a> = Vec<&'a [Option<f64>]>;

impl HistoryGate {
    /// How far each series' latest runs lie from its oldest, where it has crept: the medians of the latest `least_runs` runs
    /// (`now` is the last) against those of the oldest third, by both controls of [`HistoryGate::compare`]. Nothing below
    /// three times `least_runs` runs.
    ///
    /// The limit is t_{o+n−2, 1−`creep_alpha`}·scale·√(1.57/o + 1.57/n) for o old runs and n new ones. The scale is mixed as
    /// that of a single run, from the distances of both parts to the median of their own.
    pub fn creep(
        &self,
        history: &[Vec<Option<f64>>],
        now: &[Option<f64>],
    ) -> Vec<Option<Deviation>> {
        let all: Rows<'_> = history.iter().map(Vec::as_slice).chain([now]).collect();
        let (third, least) = (all.len() / 3, self.least_runs.max(2));
        if third < least {
            return vec![None; now.len()];
        }
        let (old, new) = (&all[..third], &all[all.len() - least..]);
        let usual = self.middles(old, now);
        let change = distances(&self.middles(new, now), &usual);
        let parts = [old, new].map(|part| Part::of(part, &usual));
        let spreads: Vec<Option<(f64, usize)>> = (0..now.len())
            .map(|series| {
                let apart = [parts[0].apart(series), parts[1].apart(series)].concat();
                Some((median(&apart)?, apart.len()))
            })
            .collect();
        let deviation = |series: usize| {
            let z = change[series]? - median_of_present(&change)?;
            let (own, runs) = spreads[series]?;
            let scale = mixed(own, typical(&spreads)?) * crate::values::MAD_TO_DEVIATION;
            let [o, n] = [0, 1].map(|part| parts[part].runs(series) as f64);
            let limit = t_critical(clamp_tail(self.creep_alpha), o + n - 2.0)
                * scale
                * (MEDIAN_TO_MEAN_VARIANCE / o + MEDIAN_TO_MEAN_VARIANCE / n).sqrt();
            let line = beside_the_others(&change, &usual, series);
            let line = line.map(|z| LineDeviation { z, limit });
            Some(Deviation {
                z,
                limit,
                effect_ratio: z.exp(),
                scale,
                runs,
                line,
            })
        };
        let enough = change.iter().flatten().count() >= LEAST_SERIES;
        (0..now.len())
            .map(|series| deviation(series).filter(|found| enough && self.is_slower(found)))
            .collect()
    }

    /// The median of each series that has a value now, and in more than half as many of these runs as it takes.
    fn middles(&self, runs: &[&[Option<f64>]], now: &[Option<f64>]) -> Vec<Option<f64>> {
        let middle = |series: usize| {
            at(now, series)?;
            let own: Vec<f64> = runs.iter().filter_map(|run| at(run, series)).collect();
            (own.len() > self.least_runs / 2).then(|| median(&own))?
        };
        (0..now.len()).map(middle).collect()
    }
}

/// Distances of some runs, what each run has in common taken off them.
struct Part(Vec<Vec<Option<f64>>>);

impl Part {
    fn of(runs: &[&[Option<f64>]], usual: &[Option<f64>]) -> Self {
        let apart = |run: &&[Option<f64>]| {
            let distances = distances(run, usual);
            let shift = median_of_present(&distances);
            distances
                .into_iter()
                .map(|distance| Some(distance? - shift?))
                .collect()
        };
        Self(runs.iter().map(apart).collect())
    }

    /// In how many runs a series has a value.
    fn runs(&self, series: usize) -> usize {
        self.0.iter().filter(|run| run[series].is_some()).count()
    }

    /// How far each lies from the median of them.
    fn apart(&self, series: usize) -> Vec<f64> {
        let own: Vec<f64> = self.0.iter().filter_map(|run| run[series]).collect();
        let middle = median(&own).unwrap_or_default();
        own.into_iter()
            .map(|value| (value - middle).abs())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::history::tests::times;
    use super::*;

    #[test]
    fn a_series_that_creeps_is_noticed_and_the_others_are_not() {
        let gate = HistoryGate::default();
        let creeping = |number: u32| {
            let grown = 1.005_f64.powi(number as i32);
            times(number, move |usual, k| {
                usual * if k == 3 { grown } else { 1.0 }
            })
        };
        let past: Vec<_> = (0..39).map(creeping).collect();
        let crept = |found: Vec<Option<Deviation>>| -> Vec<usize> {
            (0..9).filter(|&k| found[k].is_some()).collect()
        };
        assert_eq!(crept(gate.creep(&past, &creeping(39))), [3]);
        assert_eq!(
            gate.creep(&past[..28], &creeping(28)),
            [None; 9],
            "too few runs"
        );
        let steady: Vec<_> = (0..39)
            .map(|number| times(number, |usual, _| usual))
            .collect();
        assert_eq!(gate.creep(&steady, &times(39, |usual, _| usual)), [None; 9]);
        let all = |number: u32| times(number, move |usual, _| usual + f64::from(number));
        let past: Vec<_> = (0..39).map(all).collect();
        assert_eq!(gate.creep(&past, &all(39)), [None; 9], "the vantage");
    }
}
