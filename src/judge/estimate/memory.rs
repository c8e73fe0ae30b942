//! How long the memory of a run's path is. Each target shows it roughly, by 16 blocks, and all of them show it better: targets
//! that were measured together share the path, and one that looks as if its answers were independent among others whose are
//! not looks so by chance.

use latency_stats::Pooled;

use super::times::Times;

/// The share of independent answers that is typical of targets at each percentile: their median, for an even number the mean of
/// the two in the middle. `None` where no target tells.
pub(crate) fn typical<const N: usize>(targets: &[Pooled<N>], confidence: f64) -> [Option<f64>; N] {
    let shares: Vec<_> = targets
        .iter()
        .map(|target| target.independent_shares(confidence))
        .collect();
    std::array::from_fn(|at| {
        let known: Vec<f64> = shares.iter().filter_map(|shares| shares[at]).collect();
        latency_stats::median(&known)
    })
}

/// What is typical of a run's targets at the percentiles that are asked about.
pub(crate) struct Memory(Vec<Typical>);

struct Typical {
    percentile: f64,
    confidence: f64,
    share: Option<f64>,
}

impl Memory {
    /// At each percentile, for intervals of each confidence.
    pub(crate) fn of(times: &Times<'_>, percentiles: &[f64], confidences: &[f64]) -> Self {
        let at = |&percentile: &f64| {
            let pooled = times
                .workers
                .map(times.all(), |blocks| Pooled::of(&blocks.fine, [percentile]));
            confidences.iter().map(move |&confidence| {
                let [share] = typical(&pooled, confidence);
                Typical {
                    percentile,
                    confidence,
                    share,
                }
            })
        };
        Self(percentiles.iter().flat_map(at).collect())
    }

    /// The typical share of independent answers; `None` where no target tells, or it was not asked for.
    pub(crate) fn typical(&self, percentile: f64, confidence: f64) -> Option<f64> {
        self.0
            .iter()
            .find(|known| known.percentile == percentile && known.confidence == confidence)
            .and_then(|known| known.share)
    }
}
