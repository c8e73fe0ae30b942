//! Digests of histograms: they show that a file was damaged and that a measurement was copied. They are no signature: whoever
//! changes the counts can compute the digest again.

use aws_lc_rs::digest::{Context, SHA256};

use crate::record::{Block, Histogram, Series};

use super::run::Run;

/// SHA-256 of all histograms, in hexadecimal: of their texts as they stand in `run.json`, each followed by a line feed. For each
/// series in order: response time, service time, failed time, lateness, client overhead, queued, the phases, and of each
/// block response time and service time; last signing.
pub(crate) fn histograms_sha256(series: &[Series], signing: &Histogram) -> String {
    let mut sum = Context::new(&SHA256);
    for histogram in series.iter().flat_map(of_series).chain([signing]) {
        add(&mut sum, histogram);
    }
    hexadecimal(sum)
}

/// All histograms of one series, in the order of the digest.
fn of_series(series: &Series) -> impl Iterator<Item = &Histogram> {
    let whole = [
        &series.response_time,
        &series.service_time,
        &series.failed_time,
        &series.lateness,
        &series.client_overhead,
        &series.queued,
    ];
    whole
        .into_iter()
        .chain(&series.phases)
        .chain(series.blocks.iter().flat_map(of_block))
}

impl Run {
    /// For each of its windows that has answers, the id and the SHA-256 of its blocks' histograms, which merging does not
    /// change. Two measurements never have the same.
    pub(crate) fn window_digests(&self) -> Vec<(String, String)> {
        let windows = match self.measured.windows.as_slice() {
            [] => vec![self.as_window()],
            windows => windows.to_vec(),
        };
        let digest = |range: std::ops::Range<usize>| {
            let series = self.measured.series.iter();
            let blocks: Vec<&Block> = series
                .flat_map(|series| series.blocks.get(range.clone()).unwrap_or_default())
                .collect();
            let mut sum = Context::new(&SHA256);
            blocks
                .iter()
                .flat_map(|block| of_block(block))
                .for_each(|histogram| add(&mut sum, histogram));
            let answered = blocks.iter().any(|block| !block.service_time.is_empty());
            answered.then(|| hexadecimal(sum))
        };
        windows
            .into_iter()
            .filter_map(|window| Some((window.run_id.clone(), digest(window.range())?)))
            .collect()
    }
}

fn of_block(block: &Block) -> [&Histogram; 2] {
    [&block.response_time, &block.service_time]
}

fn add(sum: &mut Context, histogram: &Histogram) {
    sum.update(histogram.to_text().as_bytes());
    sum.update(b"\n");
}

/// SHA-256 of the bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut sum = Context::new(&SHA256);
    sum.update(bytes);
    hexadecimal(sum)
}

/// The digest in hexadecimal.
pub(crate) fn hexadecimal(sum: Context) -> String {
    let digits = |byte: &u8| format!("{byte:02x}");
    sum.finish().as_ref().iter().map(digits).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::results::{small_run, to_json};

    fn digest(run: &Run) -> String {
        histograms_sha256(&run.measured.series, &run.measured.signing)
    }

    fn run() -> Run {
        small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>())
    }

    #[test]
    fn the_digest_is_that_of_the_texts_in_the_file() {
        let run = run();
        let document: serde_json::Value =
            serde_json::from_slice(&to_json(&run)).expect("a run is JSON");
        let mut lines = Vec::new();
        for series in document["series"].as_array().expect("series") {
            for name in [
                "response_time",
                "service_time",
                "failed_time",
                "lateness",
                "client_overhead",
                "queued",
            ] {
                lines.push(series[name].clone());
            }
            lines.extend(series["phases"].as_array().expect("phases").iter().cloned());
            for block in series["blocks"].as_array().expect("blocks") {
                lines.extend([
                    block["response_time"].clone(),
                    block["service_time"].clone(),
                ]);
            }
        }
        lines.push(document["signing"].clone());
        let text: String = lines
            .iter()
            .map(|line| format!("{}\n", line.as_str().expect("a text")))
            .collect();
        let expected = aws_lc_rs::digest::digest(&SHA256, text.as_bytes());
        let expected: String = expected
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(document["histograms_sha256"], expected);
    }

    proptest! {
        #[test]
        fn another_count_anywhere_is_another_digest_and_reading_back_gives_the_same(
            which in 0..9_usize, series in 0..2_usize, at in 0..4_usize, ns in 1..3_600_000_000_000_u64
        ) {
            let before = run();
            let mut after = before.clone();
            let of = &mut after.measured.series[series];
            let histogram = match which {
                0 => &mut of.response_time,
                1 => &mut of.service_time,
                2 => &mut of.failed_time,
                3 => &mut of.lateness,
                4 => &mut of.client_overhead,
                5 => &mut of.queued,
                6 => &mut of.phases[at],
                7 => &mut of.blocks[at].service_time,
                _ => &mut after.measured.signing,
            };
            histogram.record(Duration::from_nanos(ns));
            prop_assert_ne!(digest(&before), digest(&after));
            let read: Run = serde_json::from_slice(&to_json(&after)).expect("it agrees with itself");
            prop_assert_eq!(digest(&read), digest(&after));
        }
    }
}
